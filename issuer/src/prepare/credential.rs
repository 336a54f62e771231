//! The credential about to be signed.

use touchstone_schemas::{
    credential::{
        Credential, CredentialNumber, Grade, Holder, Industry, IssuerProfile, Level, Report, SchemeTexts,
        Site, Standard, Version,
    },
    date_time::Timestamp,
    did::VerificationMethod,
    industry,
    jcs::to_canonical,
    scheme::edition::SchemeEdition,
    status::StatusAllocation,
    text::{Text, TextError},
};

use super::{CaseFile, Duty, Warrant};
use crate::lint::{self, Clause, DocumentKind, DraftCredential, Finding};

const INCOMPLETE: Clause = Clause::new("incomplete", "ISO/IEC 17065 §7.7.1");
const WARRANT: Clause = Clause::new("decidedCase", "ISO/IEC 17065 §7.7.2; DESIGN §2 invariant 8");

/// What a credential is given by the office: never by the applicant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// Recurring facts of the body.
    pub issuer: IssuerProfile,
    /// Number of the body's profile in the trust list.
    pub profile: u32,
    /// 证书编号.
    pub number: CredentialNumber,
    /// Version.
    pub version: Version,
    /// Where its status stands.
    pub status: StatusAllocation,
    /// The key that will sign it.
    pub key: VerificationMethod,
}

/// A credential that passed every lint, with its approvals. [`PreparedCredential::prepare`] alone makes one;
/// [`crate::keys::IssuingKey::sign_credential`] consumes it.
#[derive(Debug)]
pub struct PreparedCredential {
    credential: Credential,
    unsecured: Vec<u8>,
    approvals: Vec<Duty>,
    lints: Vec<&'static str>,
    prepared_at: Timestamp,
}

impl PreparedCredential {
    /// Judges a case and writes the bytes to be signed.
    ///
    /// # Errors
    /// Every fault of the file and of the document, none left out.
    pub fn prepare(case: &CaseFile<'_>, allocation: &Allocation) -> Result<Self, Vec<Finding>> {
        let refused = match case.warrant {
            Some(Warrant::Decided(decided)) if decided.application() != case.application => {
                Some("the application is not that of the decided case")
            }
            Some(Warrant::Decided(_) | Warrant::TestRoot(_)) => None,
            None => Some("no decided case stands behind it"),
        };
        if let Some(message) = refused {
            return Err(vec![Finding::new(&WARRANT, "", message)]);
        }
        let mut findings = lint::check_case(case);
        if !findings.is_empty() {
            return Err(findings);
        }
        let Some(credential) = write_credential(case, allocation) else {
            return Err(vec![Finding::new(
                &INCOMPLETE,
                "",
                "the file lacks a member the certificate prints",
            )]);
        };
        let unsecured = to_canonical(&credential);
        let draft = DraftCredential {
            credential: &credential,
            unsecured: &unsecured,
            scheme: case.scheme,
            issuer: &allocation.issuer,
            profile: allocation.profile,
            key: &allocation.key,
            now: case.now,
        };
        findings.extend(lint::check_credential(&draft));
        let kind = DocumentKind::Credential;
        findings.extend(lint::check_document(kind, &unsecured, &case.key, case.now));
        if !findings.is_empty() {
            return Err(findings);
        }
        let approvals = case.duties().into_iter().map(|(_, duty)| duty).collect();
        Ok(Self {
            credential,
            unsecured,
            approvals,
            lints: lint::codes(),
            prepared_at: case.now,
        })
    }

    /// The facts.
    #[must_use]
    pub const fn credential(&self) -> &Credential {
        &self.credential
    }

    /// The JCS bytes to be signed.
    #[must_use]
    pub fn unsecured(&self) -> &[u8] {
        &self.unsecured
    }

    /// Who did what.
    #[must_use]
    pub fn approvals(&self) -> &[Duty] {
        &self.approvals
    }

    /// Codes of the lints passed.
    #[must_use]
    pub fn lints(&self) -> &[&'static str] {
        &self.lints
    }

    /// When it was prepared: `created` of its proof.
    #[must_use]
    pub const fn prepared_at(&self) -> Timestamp {
        self.prepared_at
    }

    pub(crate) fn into_unsecured(self) -> Vec<u8> {
        self.unsecured
    }
}

fn write_credential(case: &CaseFile<'_>, allocation: &Allocation) -> Option<Credential> {
    let file = case.application.clone();
    let edition = &case.scheme?.edition;
    let period = case.period()?;
    let grade = case.grade?;
    let site = |site: crate::application::ApplicationSite| {
        Some(Site {
            name: site.name?,
            address: site.address?,
            region: site.region?,
        })
    };
    let support = file.evaluation.technical_support;
    Some(Credential {
        issuer: allocation.issuer.clone(),
        scheme: scheme_texts(edition).ok()?,
        number: allocation.number.clone(),
        version: allocation.version,
        first_issued: period.first_issued,
        valid_from: period.valid_from,
        valid_until: period.valid_until,
        predecessor: file.certificate.recertifies,
        holder: Holder {
            uscc: file.applicant.uscc?,
            name: file.applicant.name?,
            name_en: file.applicant.name_en,
            address: file.applicant.address?,
            address_en: file.applicant.address_en,
            region: file.applicant.region?,
        },
        assessed_unit: file.assessed_unit,
        scope: file.scope?,
        scope_en: file.scope_en,
        grade: grade_texts(edition, grade.level?)?,
        industry: Industry {
            edition: Text::parse(industry::EDITION).ok()?,
            code: file.industry?,
            name: file.industry_name?,
        },
        sites: file.sites.into_iter().map(site).collect::<Option<Vec<_>>>()?,
        surveillance: period.surveillance,
        assessed_on: file.evaluation.assessed_on?,
        report: Report {
            number: file.evaluation.report_number?,
            digest: file.evaluation.report_digest?,
        },
        confidence: grade
            .confidence
            .as_deref()
            .and_then(|code| Text::parse(code).ok()),
        technical_support: match support {
            Some(organisation) => {
                let sentence = edition.sentences.technical_support(organisation.as_str()).zh;
                Some(Text::parse(&sentence).ok()?)
            }
            None => None,
        },
        signatory: file.certificate.signatory?,
        transcribed: file.certificate.transcribed,
        status: allocation.status,
    })
}

/// The texts an edition prints on every certificate.
///
/// # Errors
/// [`TextError`] when the scheme's data hold a text no certificate may print.
pub(crate) fn scheme_texts(edition: &SchemeEdition) -> Result<SchemeTexts, TextError> {
    let standards = edition.standards.iter().map(|standard| {
        Ok(Standard {
            number: Text::parse(&standard.id)?,
            title: Text::parse(&standard.name.zh)?,
        })
    });
    Ok(SchemeTexts {
        edition: Text::parse(&edition.edition)?,
        name: Text::parse(&edition.name.zh)?,
        heading: Text::parse(&edition.heading.zh)?,
        subheading: Text::parse(&edition.subheading.zh)?,
        series_mark: Text::parse(&edition.series_mark)?,
        standards: standards.collect::<Result<_, TextError>>()?,
        rule: Text::parse(&edition.rule.id)?,
        rule_statement: Text::parse(&edition.sentences.conformity.zh)?,
        surveillance_statement: Text::parse(&edition.sentences.surveillance.zh)?,
        attestation_type: Text::parse(&edition.attestation.attestation_type)?,
        assessment_level: Text::parse(&edition.attestation.assessment_level)?,
        topic: Text::parse(&edition.topic.zh)?,
    })
}

/// The texts of a level.
pub(crate) fn grade_texts(edition: &SchemeEdition, level: u8) -> Option<Grade> {
    let known = edition.level(level)?;
    Some(Grade {
        level: Level::try_from(level).ok()?,
        name: Text::parse(&known.name.zh).ok()?,
        stage: Text::parse(&known.stage.zh).ok()?,
        definition: Text::parse(&known.definition.zh).ok()?,
    })
}
