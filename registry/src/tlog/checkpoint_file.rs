//! The newest checkpoint in a file outside the database: what a restored backup is measured against (THREATS T14).

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use touchstone_schemas::{budget::MAX_NOTE_BYTES, tlog::SignedNote};
use touchstone_verifier::tlog::{CheckpointRefused, LogKey, VerifiedCheckpoint, open_checkpoint};

/// The file.
#[derive(Clone, Debug)]
pub struct CheckpointFile {
    path: PathBuf,
}

/// Why the file says nothing, or was not written.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointFileError {
    /// It cannot be read or written.
    #[error("checkpoint file {path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Longer than any checkpoint.
    #[error("checkpoint file {path} has {bytes} bytes, a note may have {MAX_NOTE_BYTES}")]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
    },
    /// Not a checkpoint of this log.
    #[error("checkpoint file {path} is not a checkpoint of this log: {cause}")]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: CheckpointRefused,
    },
}

impl CheckpointFile {
    /// The file at a path; nothing is read yet.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Reads it and checks the log's signature.
    ///
    /// # Errors
    /// [`CheckpointFileError`]: unreadable, or not a checkpoint of this log.
    pub fn read(&self, log: &LogKey) -> Result<VerifiedCheckpoint, CheckpointFileError> {
        let bytes = fs::metadata(&self.path).map_err(|cause| self.error(cause))?.len();
        if usize::try_from(bytes).is_ok_and(|bytes| bytes > MAX_NOTE_BYTES) {
            return Err(CheckpointFileError::TooLong {
                path: self.path.clone(),
                bytes,
            });
        }
        let note = fs::read(&self.path).map_err(|cause| self.error(cause))?;
        open_checkpoint(&note, log).map_err(|cause| CheckpointFileError::Refused {
            path: self.path.clone(),
            cause,
        })
    }

    /// The note in it, its signature not checked here.
    ///
    /// # Errors
    /// [`CheckpointFileError`]: unreadable, or no note.
    pub fn note(&self) -> Result<SignedNote, CheckpointFileError> {
        let note = fs::read(&self.path).map_err(|cause| self.error(cause))?;
        SignedNote::parse(&note).map_err(|cause| CheckpointFileError::Refused {
            path: self.path.clone(),
            cause: cause.into(),
        })
    }

    /// Replaces it, durably: when this returns, the new checkpoint survives a loss of power, and at no moment is
    /// there half of one.
    ///
    /// # Errors
    /// [`CheckpointFileError::File`].
    pub fn write(&self, note: &SignedNote) -> Result<(), CheckpointFileError> {
        self.replace(note).map_err(|cause| self.error(cause))
    }

    fn replace(&self, note: &SignedNote) -> std::io::Result<()> {
        let mut temporary = self.path.clone().into_os_string();
        temporary.push(".new");
        let mut file = File::create(&temporary)?;
        file.write_all(note.to_string().as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, &self.path)?;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()
    }

    fn error(&self, cause: std::io::Error) -> CheckpointFileError {
        CheckpointFileError::File {
            path: self.path.clone(),
            cause,
        }
    }
}
