//! What a log that was opened after a loss says about the one before it.

use touchstone_schemas::{
    budget::MAX_OWNER_RECORD_BYTES,
    date_time::Timestamp,
    decode::{ReadError, read},
    multikey::Multikey,
    record,
    text::Text,
    tlog::Origin,
};

/// A statement of recovery, published beside the new log. Nobody signs it: what of it can be proven, the old log's last
/// checkpoint and the entries that both logs begin with, anybody checks; that the new log counts is for the scheme owner
/// to say, in the trust list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryStatement {
    /// The last checkpoint of the old log that is known, as it was signed.
    pub last_checkpoint: String,
    /// Indices in the old log of entries that rest on lost ones, and are left out with them.
    pub left_out: Vec<u64>,
    /// Indices in the old log that are lost.
    pub lost: Vec<IndexRange>,
    /// The new log.
    pub new_log: LogName,
    /// The old log.
    pub old_log: LogName,
    /// When the new log was opened.
    pub opened: Timestamp,
    /// So many entries both logs begin with: same bytes, same indices, same root.
    pub prefix: u64,
    /// Entries taken over, in their old order.
    pub taken: u64,
    /// Why, for people.
    pub why: Text,
}

record! { RecoveryStatement {
    "lastCheckpoint": last_checkpoint,
    "leftOut"? left_out,
    "lost"? lost,
    "newLog": new_log,
    "oldLog": old_log,
    "opened": opened,
    "prefix": prefix,
    "taken": taken,
    "why": why,
} }

/// Indices from one to another, that one not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexRange {
    /// The first.
    pub from: u64,
    /// The first beyond.
    pub to: u64,
}

record! { IndexRange { "from": from, "to": to } }

/// What a log is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogName {
    /// Its key.
    pub key: Multikey,
    /// Its origin.
    pub origin: Origin,
}

record! { LogName { "key": key, "origin": origin } }

impl RecoveryStatement {
    /// Reads a statement.
    ///
    /// # Errors
    /// [`ReadError`]: not of the form.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReadError> {
        read(bytes, MAX_OWNER_RECORD_BYTES)
    }
}
