//! What a log that was opened after a loss says of the one before it, held against the mirror.

use touchstone_schemas::decode::ReadError;
use touchstone_verifier::tlog::{CheckpointRefused, LogKey, LogKeyError, MissingHash, open_checkpoint};

use crate::{
    recovery::{LogName, RecoveryStatement},
    tlog::Tree,
};

/// Why a statement is not true of a log.
#[derive(Debug, thiserror::Error)]
pub(super) enum StatementRefused {
    #[error(transparent)]
    Form(#[from] ReadError),
    #[error("is about the log {origin}")]
    OtherLog { origin: String },
    #[error("the old log's key: {0}")]
    OldKey(#[from] LogKeyError),
    #[error("the old log's last checkpoint: {0}")]
    LastCheckpoint(#[from] CheckpointRefused),
    #[error("says that {prefix} of {taken} entries begin both logs, and this one has {size}")]
    Count { prefix: u64, taken: u64, size: u64 },
    #[error("says that both logs begin with {prefix} entries, and their roots differ")]
    Root { prefix: u64 },
    #[error(transparent)]
    Hash(#[from] MissingHash),
}

/// Checks of a statement what can be proven: whose it is, the old log's signature, how many entries there are, and, where
/// nothing of the old log is missing, its root.
pub(super) fn check_statement(bytes: &[u8], log: &LogName, tree: &Tree) -> Result<(), StatementRefused> {
    let statement = RecoveryStatement::parse(bytes)?;
    if statement.new_log != *log {
        return Err(StatementRefused::OtherLog {
            origin: statement.new_log.origin.to_string(),
        });
    }
    let old = LogKey::new(statement.old_log.origin.clone(), statement.old_log.key.as_bytes())?;
    let last = *open_checkpoint(statement.last_checkpoint.as_bytes(), &old)?.head();
    let (prefix, taken, size) = (statement.prefix, statement.taken, tree.size());
    if prefix > taken || taken > size {
        return Err(StatementRefused::Count { prefix, taken, size });
    }
    if prefix >= last.size && tree.head_at(last.size)? != last {
        return Err(StatementRefused::Root { prefix });
    }
    Ok(())
}
