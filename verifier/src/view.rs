//! What a genuine credential says, laid flat for people's pages.

use touchstone_schemas::{
    credential::{AssessedUnit, Credential, Industry, Level, Standard, SurveillancePlan},
    date_time::Date,
    record,
    text::Text,
};

/// The facts a verdict page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialView {
    /// The credential's id.
    pub id: String,
    /// 评价证书.
    pub heading: Text,
    /// 智能制造能力等级评价.
    pub subheading: Text,
    /// ZNZ.
    pub series_mark: Text,
    /// 证书编号.
    pub number: String,
    /// Version.
    pub version: u32,
    /// 首次发证日期.
    pub first_issued: Date,
    /// 发证日期 or 换发日期.
    pub valid_from: Date,
    /// 有效期至.
    pub valid_until: Date,
    /// The number it recertifies.
    pub predecessor: Option<String>,
    /// The body.
    pub issuer: IssuerView,
    /// 企业名称 and what belongs to it.
    pub holder: HolderView,
    /// What was assessed, where smaller than the legal entity.
    pub assessed_unit: Option<AssessedUnit>,
    /// 评价范围.
    pub scope: Text,
    /// The scope in English.
    pub scope_en: Option<Text>,
    /// 能力等级.
    pub grade: GradeView,
    /// 评价标准.
    pub standards: Vec<Standard>,
    /// 实施规则.
    pub rule: Text,
    /// The sentence that names the rule.
    pub rule_statement: Text,
    /// The sentence on surveillance.
    pub surveillance_statement: Text,
    /// The note on technical support.
    pub technical_support: Option<Text>,
    /// Industry.
    pub industry: Industry,
    /// Sites.
    pub sites: Vec<SiteView>,
    /// Surveillance plan.
    pub surveillance: SurveillancePlan,
    /// Last day of the on-site assessment.
    pub assessed_on: Date,
    /// 报告编号.
    pub report_number: Text,
    /// SHA-256 of the report, hex.
    pub report_digest: String,
    /// 可信度等级.
    pub confidence: Option<Text>,
    /// 签发.
    pub signatory: Text,
    /// The day of the original decision, for a certificate first issued on paper.
    pub transcribed: Option<Date>,
}

record! { write CredentialView {
    "assessedOn": assessed_on,
    "assessedUnit"? assessed_unit,
    "confidence"? confidence,
    "firstIssued": first_issued,
    "grade": grade,
    "heading": heading,
    "holder": holder,
    "id": id,
    "industry": industry,
    "issuer": issuer,
    "number": number,
    "predecessor"? predecessor,
    "reportDigest": report_digest,
    "reportNumber": report_number,
    "rule": rule,
    "ruleStatement": rule_statement,
    "scope": scope,
    "scopeEn"? scope_en,
    "seriesMark": series_mark,
    "signatory": signatory,
    "sites": sites,
    "standards": standards,
    "subheading": subheading,
    "surveillance": surveillance,
    "surveillanceStatement": surveillance_statement,
    "technicalSupport"? technical_support,
    "transcribed"? transcribed,
    "validFrom": valid_from,
    "validUntil": valid_until,
    "version": version,
} }

/// The body, as the credential names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerView {
    /// DID.
    pub id: String,
    /// Name.
    pub name: Text,
    /// English name.
    pub name_en: Text,
    /// Address.
    pub address: Text,
    /// Telephone.
    pub telephone: Text,
    /// Site.
    pub url: Text,
    /// Registry.
    pub registry: String,
    /// Names of accreditations claimed.
    pub authorisations: Vec<Text>,
}

record! { write IssuerView {
    "address": address,
    "authorisations"? authorisations,
    "id": id,
    "name": name,
    "nameEn": name_en,
    "registry": registry,
    "telephone": telephone,
    "url": url,
} }

/// The organisation certified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderView {
    /// Unified social credit code.
    pub uscc: String,
    /// 企业名称.
    pub name: Text,
    /// English name.
    pub name_en: Option<Text>,
    /// 注册地址.
    pub address: Text,
    /// English address.
    pub address_en: Option<Text>,
    /// Region of registration.
    pub region: String,
}

record! { write HolderView {
    "address": address,
    "addressEn"? address_en,
    "name": name,
    "nameEn"? name_en,
    "region": region,
    "uscc": uscc,
} }

/// The grade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GradeView {
    /// 1 to 5.
    pub level: Level,
    /// 三级.
    pub name: Text,
    /// 集成级.
    pub stage: Text,
    /// ★★★☆☆.
    pub stars: String,
    /// What it means.
    pub definition: Text,
}

record! { write GradeView {
    "definition": definition,
    "level": level,
    "name": name,
    "stage": stage,
    "stars": stars,
} }

/// A site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteView {
    /// Name.
    pub name: Text,
    /// Address.
    pub address: Text,
    /// Region.
    pub region: String,
}

record! { write SiteView {
    "address": address,
    "name": name,
    "region": region,
} }

impl From<&Credential> for CredentialView {
    fn from(credential: &Credential) -> Self {
        let issuer = &credential.issuer;
        let scheme = &credential.scheme;
        let holder = &credential.holder;
        let grade = &credential.grade;
        let site = |site: &touchstone_schemas::credential::Site| SiteView {
            name: site.name.clone(),
            address: site.address.clone(),
            region: site.region.to_string(),
        };
        Self {
            id: credential.id(),
            heading: scheme.heading.clone(),
            subheading: scheme.subheading.clone(),
            series_mark: scheme.series_mark.clone(),
            number: credential.number.to_string(),
            version: credential.version.get(),
            first_issued: credential.first_issued,
            valid_from: credential.valid_from,
            valid_until: credential.valid_until,
            predecessor: credential.predecessor.as_ref().map(ToString::to_string),
            issuer: IssuerView {
                id: issuer.id.to_string(),
                name: issuer.name.clone(),
                name_en: issuer.name_en.clone(),
                address: issuer.address.clone(),
                telephone: issuer.telephone.clone(),
                url: issuer.url.clone(),
                registry: issuer.registry.as_str().to_owned(),
                authorisations: issuer
                    .authorisations
                    .iter()
                    .map(|claim| claim.name.clone())
                    .collect(),
            },
            holder: HolderView {
                uscc: holder.uscc.to_string(),
                name: holder.name.clone(),
                name_en: holder.name_en.clone(),
                address: holder.address.clone(),
                address_en: holder.address_en.clone(),
                region: holder.region.to_string(),
            },
            assessed_unit: credential.assessed_unit.clone(),
            scope: credential.scope.clone(),
            scope_en: credential.scope_en.clone(),
            grade: GradeView {
                level: grade.level,
                name: grade.name.clone(),
                stage: grade.stage.clone(),
                stars: grade.level.stars(),
                definition: grade.definition.clone(),
            },
            standards: scheme.standards.clone(),
            rule: scheme.rule.clone(),
            rule_statement: scheme.rule_statement.clone(),
            surveillance_statement: scheme.surveillance_statement.clone(),
            technical_support: credential.technical_support.clone(),
            industry: credential.industry.clone(),
            sites: credential.sites.iter().map(site).collect(),
            surveillance: credential.surveillance,
            assessed_on: credential.assessed_on,
            report_number: credential.report.number.clone(),
            report_digest: credential.report.digest.to_string(),
            confidence: credential.confidence.clone(),
            signatory: credential.signatory.clone(),
            transcribed: credential.transcribed,
        }
    }
}
