//! The application: what client, evaluators, reviewer, approvers and decider put on file, as one JSON document.
//!
//! Every member may be absent or wrong here: a reading gives what it could read and every fault it met, so that the
//! rules of [`crate::lint`] can report theirs beside them.

mod fields;
mod read;

use touchstone_schemas::{
    credential::{AssessedUnit, CredentialNumber, Version},
    date_time::Date,
    digest::Sha256Digest,
    industry::IndustryCode,
    region::RegionCode,
    text::Text,
    uscc::Uscc,
};

pub use fields::{DateForm, DateFormError, read_date};
pub use read::{MAX_APPLICATION_BYTES, read_application, read_request, sheet_reference};

/// An application as far as it could be read. `None` where a required member is missing or wrong (and reported), or
/// an optional one absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application {
    /// Number of the case it was drawn up in; none for a file of the one-command road.
    pub case: Option<Text>,
    /// Key of the scheme edition.
    pub scheme: Option<Text>,
    /// Who applies.
    pub applicant: Applicant,
    /// What is assessed, when smaller than the applicant.
    pub assessed_unit: Option<AssessedUnit>,
    /// 评价范围.
    pub scope: Option<Text>,
    /// The same in English; optional.
    pub scope_en: Option<Text>,
    /// Industry of the assessed activity.
    pub industry: Option<IndustryCode>,
    /// Its name.
    pub industry_name: Option<Text>,
    /// Sites assessed.
    pub sites: Vec<ApplicationSite>,
    /// What the evaluation found.
    pub evaluation: Evaluation,
    /// Person who drafted the file.
    pub drafted_by: Option<Text>,
    /// For whom they drafted it as a deputy 代.
    pub drafted_for: Option<Text>,
    /// When.
    pub drafted_on: Option<Date>,
    /// The review.
    pub review: Review,
    /// The approvals, in order.
    pub approvals: Vec<Approval>,
    /// The decision.
    pub decision: Decision,
    /// When the certification agreement was signed.
    pub agreement_signed_on: Option<Date>,
    /// Reference of the agreement.
    pub agreement_reference: Option<Text>,
    /// What the certificate shall say.
    pub certificate: CertificateTerms,
}

/// Who applies: a legal person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applicant {
    /// Unified social credit code.
    pub uscc: Option<Uscc>,
    /// Name.
    pub name: Option<Text>,
    /// English name; optional.
    pub name_en: Option<Text>,
    /// Registered address.
    pub address: Option<Text>,
    /// English address; optional.
    pub address_en: Option<Text>,
    /// Region of registration.
    pub region: Option<RegionCode>,
    /// 正常生产经营.
    pub in_normal_operation: Option<bool>,
}

/// A site assessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplicationSite {
    /// Name.
    pub name: Option<Text>,
    /// Address.
    pub address: Option<Text>,
    /// Region.
    pub region: Option<RegionCode>,
}

/// What the evaluation found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// Whether it was done for a certificate on paper: who evaluated, and the scores, are not in this office then.
    pub on_paper: bool,
    /// Persons who evaluated.
    pub evaluators: Vec<Text>,
    /// Last day on site.
    pub assessed_on: Option<Date>,
    /// The level the evaluators conclude.
    pub level: Option<u8>,
    /// Digest of the score sheet, when it is a file of its own.
    pub sheet_digest: Option<Sha256Digest>,
    /// 报告编号.
    pub report_number: Option<Text>,
    /// SHA-256 of the report.
    pub report_digest: Option<Sha256Digest>,
    /// Organisation that supported the assessment; optional.
    pub technical_support: Option<Text>,
}

/// The review (ISO/IEC 17065 §7.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Review {
    /// Person.
    pub by: Option<Text>,
    /// For whom they acted as a deputy 代.
    pub behalf_of: Option<Text>,
    /// Office held.
    pub office: Option<Text>,
    /// When.
    pub on: Option<Date>,
    /// What the reviewer recommends.
    pub recommendation: Option<Outcome>,
}

/// An approval on the way to the decision (处长审批, 主任批准).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Approval {
    /// Person.
    pub by: Option<Text>,
    /// For whom they acted as a deputy 代.
    pub behalf_of: Option<Text>,
    /// Office held.
    pub office: Option<Text>,
    /// When.
    pub on: Option<Date>,
}

/// The decision (ISO/IEC 17065 §7.6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Person.
    pub by: Option<Text>,
    /// For whom they acted as a deputy 代.
    pub behalf_of: Option<Text>,
    /// Office held.
    pub office: Option<Text>,
    /// When.
    pub on: Option<Date>,
    /// Its reference.
    pub reference: Option<Text>,
    /// What was decided.
    pub outcome: Option<Outcome>,
    /// Why, where it goes against the review.
    pub reason: Option<Text>,
    /// Why the client may apply within the rule's months after a withdrawal.
    pub after_withdrawal: Option<Text>,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Issue.
    Positive,
    /// Refuse.
    Negative,
}

/// What the certificate shall say beyond what follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateTerms {
    /// First day of validity.
    pub valid_from: Option<Date>,
    /// Last day; the scheme's rule gives it when absent.
    pub valid_until: Option<Date>,
    /// First surveillance; the scheme's rule gives it when absent.
    pub first_surveillance_due: Option<Date>,
    /// 签发.
    pub signatory: Option<Text>,
    /// For a certificate first issued on paper: the day of the original decision.
    pub transcribed: Option<Date>,
    /// For a certificate first issued on paper: its number; optional.
    pub number: Option<CredentialNumber>,
    /// The certificate this one recertifies; optional.
    pub recertifies: Option<CredentialNumber>,
    /// The version of which this one is to be the next: a change of name, address, scope or grade; optional.
    pub changes: Option<ChangedVersion>,
}

/// An issued version that an application asks to be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedVersion {
    /// 证书编号, which is kept.
    pub number: CredentialNumber,
    /// The version that is changed.
    pub version: Version,
}
