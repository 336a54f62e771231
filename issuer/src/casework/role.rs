//! The roles in which people work.

use touchstone_schemas::words;

/// A role in the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Takes applications in and draws up the file.
    Clerk,
    /// Evaluates (ISO/IEC 17065 §7.4).
    Evaluator,
    /// Reviews (§7.5).
    Reviewer,
    /// Approves in an office on the way to the decision: 处长, 主任.
    Approver,
    /// Decides (§7.6).
    Decider,
    /// Gives the signing opinion 签发意见 and is named on the certificate (§7.7.2).
    Signatory,
    /// Looks after certificates in force (§7.9).
    SurveillanceOfficer,
    /// Reads everything and changes nothing.
    Auditor,
    /// Keeps the list of people, roles and mandates.
    Administrator,
}

words! { Role {
    Clerk = "clerk",
    Evaluator = "evaluator",
    Reviewer = "reviewer",
    Approver = "approver",
    Decider = "decider",
    Signatory = "signatory",
    SurveillanceOfficer = "surveillanceOfficer",
    Auditor = "auditor",
    Administrator = "administrator",
} }

impl Role {
    /// Whether a deputy may act in it. Evaluators are assigned in person and declare their own interests; auditors and
    /// administrators act for the body, not for somebody.
    #[must_use]
    pub const fn may_be_deputised(self) -> bool {
        match self {
            Self::Clerk
            | Self::Reviewer
            | Self::Approver
            | Self::Decider
            | Self::Signatory
            | Self::SurveillanceOfficer => true,
            Self::Evaluator | Self::Auditor | Self::Administrator => false,
        }
    }
}
