//! Why an act on a complaint does not follow from those before it.

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, text::Text};

use crate::casework::{ApprovalRefused, Conflict, Role, journal_errors};

/// Why an act on a complaint is unlawful. Nothing of it is recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComplaintUnlawful {
    /// Not the next act of the journal.
    #[error("act {found} of the journal is out of place, wanted act {expected} after the digest before it")]
    OutOfPlace {
        /// Its sequence.
        found: u32,
        /// The sequence wanted.
        expected: u32,
    },
    /// It happens before the act before it.
    #[error("it is {at}, and the last act is of {last}: the clock is behind")]
    ClockBehind {
        /// The time given.
        at: Timestamp,
        /// The time of the last act.
        last: Timestamp,
    },
    /// A journal begins with the receipt, and only there.
    #[error("a complaint is received once, at its beginning")]
    NotABeginning,
    /// The state of the complaint does not admit it.
    #[error("{act} is not lawful while the complaint is {status}")]
    Status {
        /// What was tried.
        act: &'static str,
        /// The state.
        status: &'static str,
    },
    /// An act of nobody.
    #[error("{act} is done by a person")]
    NoAuthor {
        /// What was tried.
        act: &'static str,
    },
    /// The role does not do this.
    #[error("a {} does not do this: {act}", found.name())]
    Role {
        /// What was tried.
        act: &'static str,
        /// The role.
        found: Role,
    },
    /// Whoever would decide had part in what it is about.
    #[error("{person} had part in what is complained of and may not decide on it")]
    Involved {
        /// The person.
        person: Text,
    },
    /// Whoever would decide took it in, or the other way round.
    #[error(transparent)]
    Separation(#[from] Conflict),
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

journal_errors!(ComplaintUnlawful);
