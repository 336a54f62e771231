//! What people say on a measure, each signed with their own key over the journal up to then.

use touchstone_schemas::{
    date_time::Timestamp,
    decode::{Decode, DecodeError, DecodeReason, Members},
    digest::Sha256Digest,
    jcs::{Encode, ObjectWriter},
    json::Value,
    record,
    text::Text,
    words,
};

use crate::casework::{APPROVAL_TYPE, Actor, Approval, Content, Passage, contents};

contents! {
    /// What is said.
    Statement {
        /// The measure is proposed; loss of conformity is put on record.
        Proposal(Proposed) = "proposal",
        /// The correction was evaluated (DOMAIN §2).
        Verification(Verification) = "verification",
        /// The measure is decided on (ISO/IEC 17065 §7.11.3).
        Decision(MeasureDecision) = "measureDecision",
    }
}

/// The measure is proposed as it stands in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// What there is to say.
    pub note: Option<Passage>,
}

record! { Proposed { "note"? note } }

/// The correction of what led to a suspension was evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Whether it removes the cause.
    pub effective: bool,
    /// What was looked at, and what was found.
    pub note: Passage,
}

record! { Verification { "effective": effective, "note": note } }

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeasureOutcome {
    /// The measure is to be carried out; loss of conformity is settled without another.
    Agree,
    /// It is not.
    Refuse,
}

words! { MeasureOutcome { Agree = "agree", Refuse = "refuse" } }

/// A decision on a measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureDecision {
    /// Why it takes effect more than 48 h before it is carried out.
    pub backdating: Option<Text>,
    /// When it takes effect; when it is carried out, where absent.
    pub effective: Option<Timestamp>,
    /// Clause of law or rule.
    pub legal_basis: Text,
    /// What is decided.
    pub outcome: MeasureOutcome,
    /// Why: needed to refuse, and to settle loss of conformity.
    pub reason: Option<Passage>,
    /// Its reference.
    pub reference: Text,
}

record! { MeasureDecision {
    "backdating"? backdating,
    "effective"? effective,
    "legalBasis": legal_basis,
    "outcome": outcome,
    "reason"? reason,
    "reference": reference,
} }

/// A statement, signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The signature.
    pub approval: Approval,
    /// What is said.
    pub statement: Statement,
}

impl Encode for Signed {
    fn encode(&self, out: &mut Vec<u8>) {
        ObjectWriter::open(out)
            .member("approval", &self.approval)
            .member("kind", self.statement.kind())
            .member("statement", &self.statement)
            .close();
    }
}

impl Decode for Signed {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let member = |name| value.as_object().and_then(|object| object.get(name));
        let missing = || DecodeError::new(DecodeReason::MissingMember { name: "statement" });
        let kind = member("kind").and_then(Value::as_str).unwrap_or_default();
        let statement = Statement::of_kind(kind, member("statement").ok_or_else(missing)?)
            .map_err(|error| error.within("statement"))?;
        let mut members = Members::open(value, &["approval", "kind", "statement"])?;
        let approval = members.required("approval")?;
        let _: Skipped = members.required("kind")?;
        let _: Skipped = members.required("statement")?;
        members.close()?;
        Ok(Self { approval, statement })
    }
}

/// A member read before.
struct Skipped;

impl Decode for Skipped {
    fn decode(_: &Value<'_>) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

/// The bytes somebody is to sign for a statement: who, what, on which measure, and the digest of the last act before it,
/// which stands for everything on file.
#[must_use]
pub fn measure_bundle(measure: u32, head: Sha256Digest, by: &Actor, statement: &Statement) -> Vec<u8> {
    let mut out = Vec::new();
    ObjectWriter::open(&mut out)
        .member("by", by)
        .member("head", &head)
        .member("kind", statement.kind())
        .member("measure", &measure)
        .member("statement", statement)
        .member("type", APPROVAL_TYPE)
        .close();
    out
}
