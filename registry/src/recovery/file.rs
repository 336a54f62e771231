//! Where a statement of recovery is kept: beside the checkpoint file, so that no registry serves such a log without it.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use touchstone_schemas::{budget::MAX_OWNER_RECORD_BYTES, decode::ReadError, jcs::to_canonical};

use super::{LogName, RecoveryStatement};

/// What the file's name has beyond that of the checkpoint file.
const ENDING: &str = ".recovered-from.json";

/// Why a statement is not written or not read.
#[derive(Debug, thiserror::Error)]
pub enum StatementFileError {
    /// It cannot be read or written.
    #[error("statement of recovery {path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Longer than any statement.
    #[error("statement of recovery {path} is longer than {MAX_OWNER_RECORD_BYTES} bytes")]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// Not of the form.
    #[error("statement of recovery {path}: {cause}")]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: ReadError,
    },
    /// About another log.
    #[error("statement of recovery {path} is about the log {origin}")]
    OtherLog {
        /// The file.
        path: PathBuf,
        /// The log it is about.
        origin: String,
    },
}

/// The file of a statement: beside the checkpoint file.
#[must_use]
pub fn beside(checkpoint_file: &Path) -> PathBuf {
    let mut path = checkpoint_file.to_owned().into_os_string();
    path.push(ENDING);
    path.into()
}

/// Writes a statement, durably; one that is there is never replaced.
pub(super) fn write(checkpoint_file: &Path, statement: &RecoveryStatement) -> Result<(), StatementFileError> {
    let path = beside(checkpoint_file);
    let write = || {
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)?;
        std::io::Write::write_all(&mut file, &to_canonical(statement))?;
        file.sync_all()?;
        // Its name too must survive a loss of power, or the log would be served without it.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        std::fs::File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()
    };
    write().map_err(|cause| StatementFileError::File { path, cause })
}

/// Writes a statement that a mirror kept, unless there is one; `serve` then refuses one of another log.
///
/// # Errors
/// [`StatementFileError`]: not of the form, or not to be written.
pub fn keep(checkpoint_file: &Path, statement: &[u8]) -> Result<(), StatementFileError> {
    let path = beside(checkpoint_file);
    if path.exists() {
        return Ok(());
    }
    match RecoveryStatement::parse(statement) {
        Ok(statement) => write(checkpoint_file, &statement),
        Err(cause) => Err(StatementFileError::Form { path, cause }),
    }
}

/// The statement of a log, where there is one: its bytes, JCS.
///
/// # Errors
/// [`StatementFileError`]: unreadable, or about another log.
pub fn read(checkpoint_file: &Path, log: &LogName) -> Result<Option<Vec<u8>>, StatementFileError> {
    let path = beside(checkpoint_file);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(StatementFileError::File { path, cause }),
    };
    if bytes.len() > MAX_OWNER_RECORD_BYTES {
        return Err(StatementFileError::TooLong { path });
    }
    match RecoveryStatement::parse(&bytes) {
        Ok(statement) if statement.new_log == *log => Ok(Some(to_canonical(&statement))),
        Ok(statement) => Err(StatementFileError::OtherLog {
            path,
            origin: statement.new_log.origin.to_string(),
        }),
        Err(cause) => Err(StatementFileError::Form { path, cause }),
    }
}
