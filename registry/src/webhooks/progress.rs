//! How far a subscription has been told.

use touchstone_schemas::{date_time::Timestamp, record};

use crate::changes::Position;

/// How far: everything before the position is with the subscriber, or laid aside as a dead letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Failed attempts at the next message.
    pub attempts: u32,
    /// Where the next message is.
    pub position: Position,
    /// Not to be tried before.
    pub retry_at: Option<Timestamp>,
}

record! { Progress {
    "attempts": attempts,
    "position": position,
    "retryAt"? retry_at,
} }

impl Progress {
    /// At a message that has not been tried.
    #[must_use]
    pub const fn at(position: Position) -> Self {
        Self {
            attempts: 0,
            position,
            retry_at: None,
        }
    }
}
