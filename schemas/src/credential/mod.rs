//! The awarded document: what a certification body states about an organisation.
//!
//! [`Credential`] is flat: the facts alone. They are written and read as UNTP nests them
//! (DOMAIN §5). Every id, URL and derived sentence of the written form is a pure function of these facts, and
//! reading writes the facts again and compares, so that there is one document for a set of facts and nothing
//! unknown can stand in it.

mod form;
mod number;
mod place;
mod read;
mod scheme_texts;
mod write;

use std::{fmt, str::FromStr};

pub use form::{
    CREDENTIALS_V2_CONTEXT, CredentialError, SCHEMA_V1, TOUCHSTONE_CONTEXT_V1, UNTP_CONTEXT,
    credential_contexts,
};
pub use number::{CredentialNumber, NumberError, Version, VersionError};

use crate::{
    date_time::Date,
    decode::{Decode, DecodeError, invalid},
    did::Did,
    digest::Sha256Digest,
    industry::IndustryCode,
    jcs::Encode,
    json::Value,
    record,
    region::RegionCode,
    status::StatusAllocation,
    text::Text,
    text_form::text_form,
    uscc::Uscc,
    words,
};

/// A conformity credential: every field of the certificate as printed (DECK) and what machines need beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Who awards it: recurring facts of the body.
    pub issuer: IssuerProfile,
    /// Under which scheme edition, with the texts that the edition prints.
    pub scheme: SchemeTexts,
    /// 证书编号.
    pub number: CredentialNumber,
    /// Version of the certificate with this number.
    pub version: Version,
    /// 首次发证日期: `valid_from` of version 1.
    pub first_issued: Date,
    /// 发证日期 of version 1, 换发日期 of a later one.
    pub valid_from: Date,
    /// 有效期至, the last day included.
    pub valid_until: Date,
    /// The number this certificate recertifies (…R0 → …R1).
    pub predecessor: Option<CredentialNumber>,
    /// 企业名称 and what belongs to it.
    pub holder: Holder,
    /// What was assessed, where smaller than the legal entity.
    pub assessed_unit: Option<AssessedUnit>,
    /// 评价范围.
    pub scope: Text,
    /// The scope in English.
    pub scope_en: Option<Text>,
    /// 能力等级.
    pub grade: Grade,
    /// Industry of the assessed activity.
    pub industry: Industry,
    /// Sites assessed, at least one.
    pub sites: Vec<Site>,
    /// Surveillance that keeps the certificate valid.
    pub surveillance: SurveillancePlan,
    /// Last day of the on-site assessment.
    pub assessed_on: Date,
    /// The evaluation report.
    pub report: Report,
    /// 可信度等级 of the conclusion.
    pub confidence: Option<Text>,
    /// The note on technical support, as printed.
    pub technical_support: Option<Text>,
    /// 签发.
    pub signatory: Text,
    /// Set for a certificate first issued on paper: the day of the original decision.
    pub transcribed: Option<Date>,
    /// Where its status stands.
    pub status: StatusAllocation,
}

/// Recurring facts of a certification body: one numbered, append-only entry of the trust list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerProfile {
    /// The body's DID.
    pub id: Did,
    /// Its name, as printed.
    pub name: Text,
    /// Its English name, as printed.
    pub name_en: Text,
    /// Its address, as printed.
    pub address: Text,
    /// Its telephone number, as printed.
    pub telephone: Text,
    /// Its site, as printed.
    pub url: Text,
    /// Base URL of its registry, `https://host` without a trailing slash.
    pub registry: RegistryBase,
    /// Accreditations or approvals the body claims, each with evidence (DOMAIN §3.7).
    pub authorisations: Vec<Authorisation>,
}

record! { IssuerProfile {
    "address": address,
    "authorisations"? authorisations,
    "id": id,
    "name": name,
    "nameEn": name_en,
    "registry": registry,
    "telephone": telephone,
    "url": url,
} }

/// An accreditation or approval of the body (UNTP `Endorsement`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorisation {
    /// What it is called.
    pub name: Text,
    /// Id of the authority that gave it.
    pub authority: Text,
    /// The authority's name.
    pub authority_name: Text,
    /// Where its evidence stands.
    pub evidence: Text,
    /// What the evidence is called.
    pub evidence_name: Text,
}

record! { Authorisation {
    "authority": authority,
    "authorityName": authority_name,
    "evidence": evidence,
    "evidenceName": evidence_name,
    "name": name,
} }

/// Base URL of a registry: `https://` (or `http://` of a loopback host, for demonstration) and a lower-case
/// host with an optional port; no path, query, or trailing slash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegistryBase(String);

/// A text that is not a [`RegistryBase`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not https:// and a lower-case host (http:// for localhost or 127.0.0.1 only)")]
pub struct RegistryBaseError {
    /// The text found.
    pub found: String,
}

impl RegistryBase {
    /// Reads a base URL.
    ///
    /// # Errors
    /// [`RegistryBaseError`] when it has any other shape.
    pub fn parse(text: &str) -> Result<Self, RegistryBaseError> {
        let error = || RegistryBaseError {
            found: text.to_owned(),
        };
        let (secure, authority) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(authority), _) => (true, authority),
            (None, Some(authority)) => (false, authority),
            (None, None) => return Err(error()),
        };
        let (host, port) = authority
            .split_once(':')
            .map_or((authority, None), |(host, port)| (host, Some(port)));
        let port_is_sound = port.is_none_or(|port| {
            port.parse::<u16>()
                .is_ok_and(|number| number != 0 && number.to_string() == port)
        });
        let host_is_sound = !host.is_empty()
            && host.len() <= 100
            && host.split('.').all(|label| {
                !label.is_empty()
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                    && !label.starts_with('-')
                    && !label.ends_with('-')
            });
        let loopback = matches!(host, "localhost" | "127.0.0.1");
        if host_is_sound && port_is_sound && (secure || loopback) {
            Ok(Self(text.to_owned()))
        } else {
            Err(error())
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port.
    #[must_use]
    pub fn host(&self) -> &str {
        crate::mark::split_at_mark(&self.0, "://").map_or("", |(_, host)| host)
    }
}

impl fmt::Display for RegistryBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RegistryBase {
    type Err = RegistryBaseError;

    fn from_str(text: &str) -> Result<Self, RegistryBaseError> {
        Self::parse(text)
    }
}

text_form!(RegistryBase, "the base URL of a registry", as_str);

/// The texts a scheme edition prints on a certificate, independent of the holder. They stand in the document
/// itself, so that a verifier older than the scheme still reads it; the issuer takes them from its scheme data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeTexts {
    /// Key of the edition: `cmmm-2020`.
    pub edition: Text,
    /// Name of the scheme.
    pub name: Text,
    /// Heading: 评价证书.
    pub heading: Text,
    /// Sub-heading: 智能制造能力等级评价.
    pub subheading: Text,
    /// Series mark: ZNZ.
    pub series_mark: Text,
    /// 评价标准, with edition.
    pub standards: Vec<Standard>,
    /// 实施规则.
    pub rule: Text,
    /// The sentence that names the rule.
    pub rule_statement: Text,
    /// The sentence on surveillance.
    pub surveillance_statement: Text,
    /// UNTP `attestationType`.
    pub attestation_type: Text,
    /// UNTP `assessmentLevel`.
    pub assessment_level: Text,
    /// UNTP `conformityTopic`.
    pub topic: Text,
}

record! { SchemeTexts {
    "assessmentLevel": assessment_level,
    "attestationType": attestation_type,
    "edition": edition,
    "heading": heading,
    "name": name,
    "rule": rule,
    "ruleStatement": rule_statement,
    "seriesMark": series_mark,
    "standards": standards,
    "subheading": subheading,
    "surveillanceStatement": surveillance_statement,
    "topic": topic,
} }

/// A standard assessed against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standard {
    /// Number with edition: `GB/T 39116-2020`.
    pub number: Text,
    /// Title.
    pub title: Text,
}

record! { Standard { "number": number, "title": title } }

/// The grade as printed, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    /// 1 to 5.
    pub level: Level,
    /// 三级.
    pub name: Text,
    /// 集成级.
    pub stage: Text,
    /// What the level means.
    pub definition: Text,
}

/// A maturity level, 1 to 5, 5 the highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Level(u8);

/// A level outside 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("level is {found}, wanted 1 to 5")]
pub struct LevelError {
    /// The number found.
    pub found: u8,
}

impl Level {
    /// The number, 1 to 5.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// UNTP rank: 1 is the best, so 6 − level.
    #[must_use]
    pub const fn rank(self) -> u8 {
        6 - self.0
    }

    /// `★★★☆☆`.
    #[must_use]
    pub fn stars(self) -> String {
        (1..=5).map(|n| if n <= self.0 { '★' } else { '☆' }).collect()
    }
}

impl TryFrom<u8> for Level {
    type Error = LevelError;

    fn try_from(found: u8) -> Result<Self, LevelError> {
        if (1..=5).contains(&found) {
            Ok(Self(found))
        } else {
            Err(LevelError { found })
        }
    }
}

impl Decode for Level {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::try_from(u8::decode(value)?).map_err(|error| invalid(&error))
    }
}

impl Encode for Level {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level.0
    }
}

/// The organisation certified: a legal person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Unified social credit code.
    pub uscc: Uscc,
    /// 企业名称.
    pub name: Text,
    /// English name.
    pub name_en: Option<Text>,
    /// 注册地址.
    pub address: Text,
    /// English address.
    pub address_en: Option<Text>,
    /// Region of registration (GB/T 2260).
    pub region: RegionCode,
}

/// What was assessed, when it is not the whole legal entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessedUnit {
    /// Its kind.
    pub kind: UnitKind,
    /// Its name.
    pub name: Text,
    /// Its English name.
    pub name_en: Option<Text>,
}

record! { AssessedUnit { "kind": kind, "name": name, "nameEn"? name_en } }

/// Kinds of unit below the legal entity (DOMAIN §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// 分公司.
    Branch,
    /// 事业部.
    Division,
    /// 车间.
    Workshop,
    /// 工厂.
    Plant,
}

words! { UnitKind { Branch = "branch", Division = "division", Workshop = "workshop", Plant = "plant" } }

/// Industry of the assessed activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Industry {
    /// Edition of the classification: `GB/T 4754-2017`.
    pub edition: Text,
    /// Code, C13–C43 with 2 to 4 digits.
    pub code: IndustryCode,
    /// Its name.
    pub name: Text,
}

record! { Industry { "code": code, "edition": edition, "name": name } }

/// A place that was assessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name.
    pub name: Text,
    /// Its address.
    pub address: Text,
    /// Its region (GB/T 2260).
    pub region: RegionCode,
}

/// When surveillance is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SurveillancePlan {
    /// Months between two surveillances.
    pub interval_months: u32,
    /// The first one is due by the end of this day.
    pub first_due: Date,
    /// Days after a due date in which the certificate is still good, with a warning.
    pub grace_days: u32,
}

record! { SurveillancePlan {
    "firstDue": first_due,
    "graceDays": grace_days,
    "intervalMonths": interval_months,
} }

/// The evaluation report, frozen before the credential was prepared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// 报告编号.
    pub number: Text,
    /// SHA-256 of the report file.
    pub digest: Sha256Digest,
}

impl Credential {
    /// The credential's id: `<registry>/certificates/<number>?version=<version>`.
    #[must_use]
    pub fn id(&self) -> String {
        credential_id(&self.issuer.registry, &self.number, self.version)
    }
}

/// The id of a credential (DESIGN §4).
#[must_use]
pub fn credential_id(registry: &RegistryBase, number: &CredentialNumber, version: Version) -> String {
    format!("{}/certificates/{number}?version={version}", registry.as_str())
}
