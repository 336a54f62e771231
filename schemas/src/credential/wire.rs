//! The written form of a credential: how VCDM 2.0 and UNTP DCC 0.7.0 nest it.

use std::{borrow::Cow, ops::Deref};

use serde::{Deserialize, Serialize};

use super::{AssessedUnit, CredentialNumber, Industry, Level, SchemeTexts, SurveillancePlan, Version};
use crate::{
    date_time::{Date, ValidFrom, ValidUntil},
    decode::DecodeError,
    did::Did,
    region::RegionCode,
    status::StatusPurpose,
    text::Text,
    uscc::Uscc,
};

/// VCDM 2.0 §4.3: always the first context.
pub const CREDENTIALS_V2_CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";
/// The UNTP vocabulary, second context.
pub const UNTP_CONTEXT: &str = "https://vocabulary.uncefact.org/untp/0.7.0/context/";
/// Our own context, last.
pub const TOUCHSTONE_CONTEXT_V1: &str = "https://w3id.org/touchstone/context/v1";
/// Our JSON Schema.
pub const SCHEMA_V1: &str = "https://w3id.org/touchstone/schema/v1";

/// The exact contexts of a credential, in order.
#[must_use]
pub fn credential_contexts() -> [&'static str; 3] {
    [CREDENTIALS_V2_CONTEXT, UNTP_CONTEXT, TOUCHSTONE_CONTEXT_V1]
}

/// Why a document is not a credential of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// A member is missing, unknown or of another type.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A member that follows from the others does not: id, URL, constant or repeated fact.
    #[error("{pointer} is {found}, but the other members give {expected}")]
    NotDerived {
        /// RFC 6901 pointer.
        pointer: String,
        /// What stands there (JSON), or `nothing`.
        found: String,
        /// What should stand there.
        expected: String,
    },
    /// A number is outside its bounds.
    #[error("{pointer} is {found}, wanted {lowest} to {highest}")]
    OutOfBounds {
        /// RFC 6901 pointer.
        pointer: String,
        /// What stands there.
        found: u64,
        /// Least allowed.
        lowest: u64,
        /// Most allowed.
        highest: u64,
    },
}

/// A text of the written form that follows from the facts: borrowed from the document when read, and from the facts or
/// from constants, where it can be, when written. Most of a credential is such text, so most of it is never copied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Word<'a>(#[serde(borrow)] Cow<'a, str>);

impl Deref for Word<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a> From<&'a str> for Word<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Word<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WireCredential<'a> {
    #[serde(rename = "@context")]
    #[serde(borrow)]
    pub(super) context: [Word<'a>; 3],
    #[serde(rename = "type")]
    #[serde(borrow)]
    pub(super) types: [Word<'a>; 2],
    #[serde(borrow)]
    pub(super) id: Word<'a>,
    #[serde(borrow)]
    pub(super) name: Word<'a>,
    #[serde(borrow)]
    pub(super) issuer: WireIssuer<'a>,
    pub(super) valid_from: ValidFrom,
    pub(super) valid_until: ValidUntil,
    #[serde(borrow)]
    pub(super) credential_schema: WireSchema<'a>,
    #[serde(borrow)]
    pub(super) credential_status: [WireStatusEntry<'a>; 3],
    #[serde(borrow)]
    pub(super) credential_subject: WireSubject<'a>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireIssuer<'a> {
    #[serde(rename = "type")]
    #[serde(borrow)]
    pub(super) types: [Word<'a>; 1],
    pub(super) id: Cow<'a, Did>,
    pub(super) name: Cow<'a, Text>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireSchema<'a> {
    #[serde(borrow)]
    pub(super) id: Word<'a>,
    #[serde(rename = "type")]
    #[serde(borrow)]
    pub(super) schema_type: Word<'a>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WireStatusEntry<'a> {
    #[serde(rename = "type")]
    #[serde(borrow)]
    pub(super) entry_type: Word<'a>,
    pub(super) status_purpose: StatusPurpose,
    #[serde(borrow)]
    pub(super) status_list_index: Word<'a>,
    #[serde(borrow)]
    pub(super) status_list_credential: Word<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) status_size: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(borrow)]
    pub(super) status_message: Option<[WireStatusMessage<'a>; 8]>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireStatusMessage<'a> {
    #[serde(borrow)]
    pub(super) status: Word<'a>,
    #[serde(borrow)]
    pub(super) message: Word<'a>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WireSubject<'a> {
    #[serde(rename = "type")]
    #[serde(borrow)]
    pub(super) types: [Word<'a>; 1],
    #[serde(borrow)]
    pub(super) id: Word<'a>,
    #[serde(borrow)]
    pub(super) name: Word<'a>,
    #[serde(borrow)]
    pub(super) assessor_level: Word<'a>,
    pub(super) assessment_level: Cow<'a, Text>,
    pub(super) attestation_type: Cow<'a, Text>,
    #[serde(borrow)]
    pub(super) issued_to_party: WireParty<'a>,
    /// Absent, never empty: one written form for no claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(borrow)]
    pub(super) authorisation: Option<Vec<WireEndorsement<'a>>>,
    #[serde(borrow)]
    pub(super) reference_scheme: WireNamed<'a>,
    #[serde(borrow)]
    pub(super) reference_profile: WireNamed<'a>,
    #[serde(borrow)]
    pub(super) profile_score: WireScore<'a>,
    #[serde(borrow)]
    pub(super) conformity_certificate: WireLink<'a>,
    #[serde(borrow)]
    pub(super) auditable_evidence: WireLink<'a>,
    #[serde(borrow)]
    pub(super) conformity_assessment: [WireAssessment<'a>; 1],
    #[serde(borrow)]
    pub(super) certificate: WireCertificate<'a>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WireParty<'a> {
    #[serde(rename = "type")]
    #[serde(borrow)]
    pub(super) types: [Word<'a>; 1],
    #[serde(borrow)]
    pub(super) id: Word<'a>,
    pub(super) name: Cow<'a, Text>,
    /// A live code whose check character fails exists; the issuer admits it by an audited override (DOMAIN §4).
    #[serde(with = "crate::uscc::as_printed")]
    pub(super) registered_id: Uscc,
}

/// Anything that has a type, an id and a name.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireNamed<'a> {
    #[serde(rename = "type")]
    #[serde(borrow)]
    pub(super) types: [Word<'a>; 1],
    #[serde(borrow)]
    pub(super) id: Word<'a>,
    #[serde(borrow)]
    pub(super) name: Word<'a>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WireEndorsement<'a> {
    pub(super) name: Cow<'a, Text>,
    #[serde(borrow)]
    pub(super) issuing_authority: WireAuthority<'a>,
    #[serde(borrow)]
    pub(super) endorsement_evidence: WireEvidence<'a>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireAuthority<'a> {
    pub(super) id: Cow<'a, Text>,
    pub(super) name: Cow<'a, Text>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireEvidence<'a> {
    #[serde(rename = "linkURL")]
    pub(super) link_url: Cow<'a, Text>,
    #[serde(rename = "linkName")]
    pub(super) link_name: Cow<'a, Text>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireScore<'a> {
    #[serde(borrow)]
    pub(super) code: Word<'a>,
    pub(super) rank: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) definition: Option<Cow<'a, Text>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WireLink<'a> {
    #[serde(rename = "linkURL")]
    #[serde(borrow)]
    pub(super) link_url: Word<'a>,
    #[serde(borrow)]
    pub(super) link_name: Word<'a>,
    #[serde(borrow)]
    pub(super) media_type: Word<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(borrow)]
    pub(super) digest_multibase: Option<Word<'a>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WireAssessment<'a> {
    #[serde(rename = "type")]
    #[serde(borrow)]
    pub(super) types: [Word<'a>; 1],
    #[serde(borrow)]
    pub(super) id: Word<'a>,
    #[serde(borrow)]
    pub(super) name: Word<'a>,
    pub(super) assessment_date: Date,
    #[serde(borrow)]
    pub(super) assessment_criteria: [WireNamed<'a>; 1],
    #[serde(borrow)]
    pub(super) assessed_performance: [WirePerformance<'a>; 1],
    #[serde(borrow)]
    pub(super) assessed_facility: Vec<WireAssessedFacility<'a>>,
    #[serde(borrow)]
    pub(super) reference_standard: Vec<WireNamed<'a>>,
    #[serde(borrow)]
    pub(super) conformity_topic: [WireNamed<'a>; 1],
    pub(super) specified_condition: [Cow<'a, Text>; 1],
    pub(super) conformance: bool,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WirePerformance<'a> {
    #[serde(borrow)]
    pub(super) metric: WireNamed<'a>,
    #[serde(borrow)]
    pub(super) score: WireScore<'a>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireAssessedFacility<'a> {
    #[serde(borrow)]
    pub(super) facility: WireNamed<'a>,
    #[serde(rename = "idVerifiedByCAB")]
    pub(super) id_verified_by_cab: bool,
}

/// What UNTP lacks: the certificate as printed, in terms of our own context.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WireCertificate<'a> {
    #[serde(rename = "type")]
    #[serde(borrow)]
    pub(super) types: [Word<'a>; 1],
    pub(super) number: Cow<'a, CredentialNumber>,
    pub(super) version: Version,
    pub(super) first_issued: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) predecessor: Option<Cow<'a, CredentialNumber>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) transcribed: Option<Date>,
    #[serde(borrow)]
    pub(super) body: WireBody<'a>,
    pub(super) scheme: Cow<'a, SchemeTexts>,
    #[serde(borrow)]
    pub(super) grade: WireGrade<'a>,
    #[serde(borrow)]
    pub(super) holder: WireHolder<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) assessed_unit: Option<Cow<'a, AssessedUnit>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) scope_en: Option<Cow<'a, Text>>,
    pub(super) industry: Cow<'a, Industry>,
    #[serde(borrow)]
    pub(super) sites: Vec<WireSite<'a>>,
    pub(super) surveillance: SurveillancePlan,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) confidence: Option<Cow<'a, Text>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) technical_support: Option<Cow<'a, Text>>,
    pub(super) signatory: Cow<'a, Text>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WireBody<'a> {
    pub(super) name_en: Cow<'a, Text>,
    pub(super) address: Cow<'a, Text>,
    pub(super) telephone: Cow<'a, Text>,
    pub(super) url: Cow<'a, Text>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WireGrade<'a> {
    pub(super) level: Level,
    pub(super) name: Cow<'a, Text>,
    pub(super) stage: Cow<'a, Text>,
    #[serde(borrow)]
    pub(super) stars: Word<'a>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WireHolder<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name_en: Option<Cow<'a, Text>>,
    pub(super) address: Cow<'a, Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) address_en: Option<Cow<'a, Text>>,
    pub(super) region: RegionCode,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireSite<'a> {
    #[serde(borrow)]
    pub(super) id: Word<'a>,
    pub(super) name: Cow<'a, Text>,
    pub(super) address: Cow<'a, Text>,
    pub(super) region: RegionCode,
}
