//! What an act on a complaint says: a closed set.

use touchstone_schemas::{
    credential::CredentialNumber, date_time::Date, digest::Sha256Digest, jcs::ObjectWriter, record,
    text::Text, words,
};

use crate::casework::{APPROVAL_TYPE, Actor, Approval, Passage, contents};

contents! {
    /// What an act on a complaint says.
    ComplaintContent {
        /// It came in.
        Received(Received) = "received",
        /// Its receipt is acknowledged to whoever sent it.
        Acknowledged(Acknowledged) = "acknowledged",
        /// It is decided on.
        Decided(Decided) = "decided",
        /// Whoever sent it was told, and it is closed.
        Closed(Told) = "closed",
    }
}

/// A complaint, or an appeal against a decision on a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ComplaintKind {
    /// 投诉.
    Complaint,
    /// 申诉.
    Appeal,
}

words! { ComplaintKind { Complaint = "complaint", Appeal = "appeal" } }

/// What it is about; about the body itself when nothing is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concern {
    /// A case.
    pub case: Option<u32>,
    /// A certificate.
    pub certificate: Option<CredentialNumber>,
    /// A measure.
    pub measure: Option<u32>,
}

record! { Concern {
    "case"? case,
    "certificate"? certificate,
    "measure"? measure,
} }

/// It came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// What is complained of, in the complainant's words.
    pub account: Passage,
    /// What it is about.
    pub concern: Concern,
    /// Everybody who had part in that: none of them decides.
    pub involved: Vec<Text>,
    /// Which of the two.
    pub kind: ComplaintKind,
    /// The day on which it came in.
    pub received_on: Date,
    /// Who sent it, and how they are reached; stays in the office.
    pub sender: Passage,
    /// What it is called in lists.
    pub subject: Text,
}

record! { Received {
    "account": account,
    "concern": concern,
    "involved"? involved,
    "kind": kind,
    "receivedOn": received_on,
    "sender": sender,
    "subject": subject,
} }

/// Its receipt is acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    /// What was said.
    pub note: Passage,
}

record! { Acknowledged { "note": note } }

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ComplaintOutcome {
    /// It is right: something is done about it.
    Upheld,
    /// It is not.
    Rejected,
}

words! { ComplaintOutcome { Upheld = "upheld", Rejected = "rejected" } }

/// A decision on a complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComplaintDecision {
    /// What is decided.
    pub outcome: ComplaintOutcome,
    /// Why, and what is done about it.
    pub reason: Passage,
    /// Its reference.
    pub reference: Text,
}

record! { ComplaintDecision {
    "outcome": outcome,
    "reason": reason,
    "reference": reference,
} }

/// It is decided on: signed by the person's own key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The signature.
    pub approval: Approval,
    /// The decision.
    pub decision: ComplaintDecision,
}

record! { Decided { "approval": approval, "decision": decision } }

/// Whoever sent it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// How, and when.
    pub note: Passage,
}

record! { Told { "note": note } }

/// The bytes somebody is to sign for a decision: who, what, on which complaint, and the digest of the last act before it.
#[must_use]
pub fn complaint_bundle(
    complaint: u32,
    head: Sha256Digest,
    by: &Actor,
    decision: &ComplaintDecision,
) -> Vec<u8> {
    let mut out = Vec::new();
    ObjectWriter::open(&mut out)
        .member("by", by)
        .member("complaint", &complaint)
        .member("decision", decision)
        .member("head", &head)
        .member("kind", "complaintDecision")
        .member("type", APPROVAL_TYPE)
        .close();
    out
}
