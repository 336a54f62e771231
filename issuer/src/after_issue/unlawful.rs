//! Why an act on a measure does not follow from those before it.

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, text::Text};

use crate::casework::{ApprovalRefused, Conflict, Role, journal_errors};

/// Why an act on a measure is unlawful. Nothing of it is recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeasureUnlawful {
    /// Not the next act of the journal.
    #[error("act {found} of the journal is out of place, wanted act {expected} after the digest before it")]
    OutOfPlace {
        /// Its sequence.
        found: u32,
        /// The sequence wanted.
        expected: u32,
    },
    /// The journal is full.
    #[error("the measure has {limit} acts and takes no more")]
    TooManyActs {
        /// The limit.
        limit: usize,
    },
    /// It happens before the act before it.
    #[error("it is {at}, and the last act is of {last}: the clock is behind")]
    ClockBehind {
        /// The time given.
        at: Timestamp,
        /// The time of the last act.
        last: Timestamp,
    },
    /// A journal begins with the opening, and only there.
    #[error("a measure is opened once, at its beginning")]
    NotABeginning,
    /// Superseding is no measure.
    #[error("a certificate is superseded by the case of the one that follows, not by a measure")]
    Superseded,
    /// The state of the measure does not admit it.
    #[error("{act} is not lawful while the measure is {status}")]
    Status {
        /// What was tried.
        act: &'static str,
        /// The state.
        status: &'static str,
    },
    /// The program's act by a person, or a person's by the program.
    #[error("{act} is done by {}", if *by_person { "the office's program alone" } else { "a person" })]
    Author {
        /// What was tried.
        act: &'static str,
        /// Whether a person tried it.
        by_person: bool,
    },
    /// The role does not do this.
    #[error("a {} does not do this: {act}", found.name())]
    Role {
        /// What was tried.
        act: &'static str,
        /// The role.
        found: Role,
    },
    /// The same person would propose or evaluate, and decide.
    #[error(transparent)]
    Separation(#[from] Conflict),
    /// The file is attached already.
    #[error("{name} is attached already")]
    AttachedTwice {
        /// Its name.
        name: Text,
    },
    /// Nothing is attached.
    #[error("evidence is wanted before this is proposed: attach it")]
    NoEvidence,
    /// Only a reinstatement has a correction to verify.
    #[error("there is no correction to verify")]
    NothingToVerify,
    /// A suspension is lifted when the correction was evaluated and found to remove the cause.
    #[error("a suspension is lifted when somebody evaluated the correction and found it effective")]
    NotVerified,
    /// A refusal, or the settlement of loss of conformity, without a reason.
    #[error("a reason is wanted")]
    NoReason,
    /// Loss of conformity is a fact on record: it is settled, not refused.
    #[error("loss of conformity on record is settled, with a reason; it is not refused")]
    NotRefusable,
    /// The signature is over something else.
    #[error("the signature is over {found}, and what stands here is {expected}")]
    OtherBundle {
        /// The digest signed.
        found: Sha256Digest,
        /// The digest wanted.
        expected: Sha256Digest,
    },
    /// The signature does not count.
    #[error(transparent)]
    Approval(#[from] ApprovalRefused),
}

journal_errors!(MeasureUnlawful);
