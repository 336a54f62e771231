//! One writer: an exclusive lock beside the database, held as long as the process lives.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use sqlx::{Connection, PgConnection};

use super::{Place, postgres};

/// The lock. It is given up when this is dropped, and by system or server when the process ends.
#[derive(Debug)]
pub struct WriterLock {
    place: Place,
    held: Held,
}

/// What holds the lock: the file beside a file, a session of a server.
#[derive(Debug)]
enum Held {
    File(#[expect(dead_code, reason = "held for its lock")] File),
    Session(Box<PgConnection>),
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
    /// Another process writes.
    #[error("another process writes to {place}: two writers would fork the log")]
    HeldOnServer {
        /// The database.
        place: Place,
    },
    /// The file cannot be opened or locked.
    #[error("lock file {path}: {cause}")]
    File {
        /// The lock file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The server cannot be asked.
    #[error("the writer's lock: {0}")]
    Database(#[from] sqlx::Error),
}

impl WriterLock {
    /// Takes the lock that belongs to a database: of a file, the file of its name with `.lock` added; of a server, an
    /// advisory lock of a session of its own. Should that session end, the next batch that follows a checkpoint which
    /// another writer has moved is refused all the same.
    ///
    /// # Errors
    /// [`LockError`]: of a file at once, of a server after the seconds in which it may not yet have seen that the writer
    /// before is gone.
    pub async fn take(place: &Place) -> Result<Self, LockError> {
        let held = match place {
            Place::File(path) => Held::File(lock_file(path)?),
            Place::Server(server) => {
                let mut session = PgConnection::connect_with(server.options()).await?;
                if !postgres::take_writer_lock(&mut session).await? {
                    return Err(LockError::HeldOnServer { place: place.clone() });
                }
                Held::Session(Box::new(session))
            }
        };
        Ok(Self {
            place: place.clone(),
            held,
        })
    }

    /// Takes the lock again where the session that held it is gone.
    ///
    /// # Errors
    /// As [`WriterLock::take`].
    pub async fn renew(&mut self) -> Result<(), LockError> {
        let gone = match &mut self.held {
            Held::File(_) => false,
            Held::Session(session) => session.ping().await.is_err(),
        };
        if gone {
            *self = Self::take(&self.place).await?;
        }
        Ok(())
    }
}

fn lock_file(database: &Path) -> Result<File, LockError> {
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
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LockError::Held { path }),
        Err(TryLockError::Error(cause)) => Err(error(cause)),
    }
}
