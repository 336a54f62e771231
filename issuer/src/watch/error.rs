//! Why a round saw nothing. None of these is an alarm: nothing is proven.

use touchstone_schemas::{decode::ReadError, tlog::LogProofError};
use touchstone_verifier::tlog::CheckpointRefused;

use crate::{office::OfficeError, registry::Unanswered, store::StoreError};

/// Why the log was not followed to its end.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The office's papers do not fit.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The registry is away.
    #[error("the log cannot be watched: {0}")]
    Away(#[from] Unanswered),
    /// What answers is not the log: somebody stands between, or the registry is broken.
    #[error("the log cannot be watched, its checkpoint is not the log's: {0}")]
    Checkpoint(#[from] CheckpointRefused),
    /// A file of the log is not of its form.
    #[error("the log cannot be watched, {path} is not of its form: {cause}")]
    File {
        /// Its path below the log's prefix.
        path: String,
        /// What is wrong with it.
        cause: String,
    },
    /// A receipt on file does not read.
    #[error("a receipt on file: {0}")]
    Receipt(#[from] ReadError),
    /// A receipt on file has no proof of the form.
    #[error("a receipt on file: {0}")]
    Proof(#[from] LogProofError),
    /// A receipt on file has no checkpoint of the form.
    #[error("a receipt on file: {0}")]
    ReceiptCheckpoint(#[from] touchstone_schemas::tlog::CheckpointError),
}
