//! Checkpoints the log has signed.

use touchstone_schemas::tlog::{Checkpoint, CheckpointError, NoteError, Origin, SignedNote, TreeHead};

use super::note::{LogKey, NoteRefused, verify_note};

/// A checkpoint that carries the log's signature. Made by [`verify_checkpoint`] alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedCheckpoint {
    checkpoint: Checkpoint,
}

impl VerifiedCheckpoint {
    /// The log.
    pub fn origin(&self) -> &Origin {
        &self.checkpoint.origin
    }

    /// Size and root of its tree.
    pub fn head(&self) -> &TreeHead {
        &self.checkpoint.head
    }
}

/// Reads a note and checks that it is a checkpoint signed by the log.
///
/// # Errors
/// When the bytes are no note, and what [`verify_checkpoint`] refuses.
pub fn open_checkpoint(bytes: &[u8], log: &LogKey) -> Result<VerifiedCheckpoint, CheckpointRefused> {
    verify_checkpoint(&SignedNote::parse(bytes)?, log)
}

/// Checks that a note is a checkpoint signed by the log. The text is looked at after its signature only.
///
/// # Errors
/// When the log did not sign the note, its text is no checkpoint, or is one of another log.
pub fn verify_checkpoint(note: &SignedNote, log: &LogKey) -> Result<VerifiedCheckpoint, CheckpointRefused> {
    verify_note(note, log)?;
    let checkpoint = Checkpoint::parse(note.text())?;
    if checkpoint.origin != *log.origin() {
        return Err(CheckpointRefused::Origin {
            found: checkpoint.origin,
            expected: log.origin().clone(),
        });
    }
    Ok(VerifiedCheckpoint { checkpoint })
}

/// Why a note is not a checkpoint of the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointRefused {
    /// Not a signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Not signed by the log.
    #[error(transparent)]
    Signature(#[from] NoteRefused),
    /// Signed, but not a checkpoint.
    #[error("the signed text: {0}")]
    Text(#[from] CheckpointError),
    /// A checkpoint of another log under this log's key.
    #[error("a checkpoint of {found}, one of {expected} was expected")]
    Origin {
        /// Origin found.
        found: Origin,
        /// Origin expected.
        expected: Origin,
    },
}
