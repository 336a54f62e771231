//! One writer: an exclusive lock on a file beside the database, held as long as the process lives.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

/// The lock. It is given up when this is dropped, and by the system when the process ends.
#[derive(Debug)]
pub struct WriterLock {
    _file: File,
}

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process writes.
    #[error("another process holds {path}: two writers would fork the log")]
    Held {
        /// The lock file.
        path: PathBuf,
    },
    /// The file cannot be opened or locked.
    #[error("lock file {path}: {cause}")]
    File {
        /// The lock file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
}

impl WriterLock {
    /// Takes the lock that belongs to a database: the file of its name with `.lock` added.
    ///
    /// # Errors
    /// [`LockError`], at once: it does not wait.
    pub fn take(database: &Path) -> Result<Self, LockError> {
        let mut path = database.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        let error = |cause| LockError::File {
            path: path.clone(),
            cause,
        };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(error)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Held { path }),
            Err(TryLockError::Error(cause)) => Err(error(cause)),
        }
    }
}
