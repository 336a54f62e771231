//! `backup` and `restore`: all that a registry is made of, as its configuration names it, copied beside the running service
//! and brought back.
//!
//! ```text
//! <time>-<process>/          whole, or it is called <time>-<process>.unfinished
//!   registry/                what is in the registry's folder, under the same names; a registry's folder itself
//!   outside/                 what the configuration names elsewhere, under its whole path
//! ```
//!
//! Two things are never in it: the passphrase, without which whoever has the copy does not have the key, and the folder of
//! the verify page, which is installed and not kept.

mod copy;
mod parts;
mod prune;
mod restore;

use std::path::{Path, PathBuf};

use touchstone_schemas::date_time::Timestamp;

pub use restore::{Restored, restore};

use crate::{
    Role,
    config::{Config, ConfigError},
    disk::DiskReserve,
    store::{Store, StoreError},
};
use parts::{Part, parts};

/// Where what was in the registry's folder is.
const INSIDE: &str = "registry";
/// Where the rest is.
const OUTSIDE: &str = "outside";
/// Ending of a backup that is not whole.
const UNFINISHED: &str = ".unfinished";

/// What is to be backed up.
#[derive(Clone, Debug)]
pub struct BackupRequest<'r> {
    /// The registry's folder.
    pub folder: &'r Path,
    /// Its configuration.
    pub config: &'r Config,
    /// The folder of backups, made when it is not there.
    pub to: &'r Path,
    /// How many backups stay there, this one among them; at least 1.
    pub keep: usize,
    /// The time now.
    pub now: Timestamp,
}

/// What was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// The backup.
    pub path: PathBuf,
    /// Older ones that were taken away.
    pub removed: Vec<PathBuf>,
    /// The database is a server's, and is not in it.
    pub without_database: bool,
}

/// Why nothing was copied, or nothing brought back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file or folder cannot be read or written.
    #[error("{path}: {cause}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Another process makes a backup there.
    #[error("another process makes a backup in {path}")]
    Busy {
        /// The folder of backups.
        path: PathBuf,
    },
    /// A reader holds nothing that is not the sequencer's.
    #[error("registry.role is reader: what is to be backed up is the sequencer's")]
    Reader,
    /// The copy would fill the disk.
    #[error(
        "the copy needs {wanted} bytes and limits.disk_reserve_mib stays free; {folder} has {free} bytes left"
    )]
    NoRoom {
        /// The folder of backups.
        folder: PathBuf,
        /// Bytes left.
        free: u64,
        /// Bytes of the copy.
        wanted: u64,
    },
    /// There is no folder to restore into.
    #[error(
        "there is no folder {path}; make it for the service's user first: \
         install -d -o touchstone-registry -g touchstone-registry -m 0700 {path}"
    )]
    NoFolder {
        /// The folder.
        path: PathBuf,
    },
    /// Something would be written over.
    #[error("{path} is there already; move it away, and keep it")]
    Exists {
        /// What is there.
        path: PathBuf,
    },
    /// The configuration in the backup.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn file_error(path: &Path) -> impl Fn(std::io::Error) -> BackupError {
    |cause| BackupError::File {
        path: path.to_owned(),
        cause,
    }
}

/// Copies a registry, which may be running; nothing of it stops or waits.
///
/// # Errors
/// [`BackupError`]; backups that were there are there still.
pub async fn backup(request: BackupRequest<'_>) -> Result<BackedUp, BackupError> {
    let (config, to) = (request.config, request.to);
    if config.registry.role == Role::Reader {
        return Err(BackupError::Reader);
    }
    copy::make_folder(to)?;
    let _lock = copy::lock(to)?;
    prune::unfinished(to)?;
    let database = config.store.database.file();
    must_fit(config, database, to)?;
    let time = request.now.to_string().replace(['-', ':'], "");
    let name = format!("{time}-{}", std::process::id());
    let unfinished = to.join(format!("{name}{UNFINISHED}"));
    copy::make_folder(&unfinished)?;
    // The checkpoint before the database: a database may be ahead of its checkpoint file, never behind it.
    for part in parts(request.folder, config)? {
        let place = unfinished.join(&part.place);
        match part.part {
            Part::File { path, needed } => copy::file(&path, &place, needed)?,
            Part::Folder(path) => copy::folder(&path, &place)?,
            Part::Database(path) => {
                copy::make_parent(&place)?;
                Store::copy_file(&path, &place).await?;
            }
        }
    }
    copy::sync(&unfinished)?;
    let path = to.join(&name);
    std::fs::rename(&unfinished, &path).map_err(file_error(&path))?;
    copy::sync(to)?;
    Ok(BackedUp {
        removed: prune::older(to, request.keep.max(1))?,
        path,
        without_database: database.is_none(),
    })
}

/// The copy fills no disk: what intake leaves free stays free.
fn must_fit(config: &Config, database: Option<&Path>, to: &Path) -> Result<(), BackupError> {
    let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let wanted = database.map_or(0, |path| {
        let mut log = path.to_owned().into_os_string();
        log.push("-wal");
        bytes(path).saturating_add(bytes(Path::new(&log)))
    });
    let reserve = u64::from(config.limits.disk_reserve_mib) << 20;
    let room = DiskReserve::beside([to.join(INSIDE).as_path()], wanted.saturating_add(reserve));
    room.check().map_err(|low| BackupError::NoRoom {
        folder: to.to_owned(),
        free: low.free,
        wanted,
    })
}
