//! Files that must not be lost, seen by others or overwritten.

use std::fs::{DirBuilder, File, OpenOptions, rename};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Why a file cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is there already.
    #[error("{} exists already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The system says no.
    #[error("{}: {cause}", path.display())]
    System {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
}

impl FileError {
    fn of(path: &Path, cause: io::Error) -> Self {
        let path = path.to_owned();
        match cause.kind() {
            io::ErrorKind::AlreadyExists => Self::Exists { path },
            _ => Self::System { path, cause },
        }
    }
}

/// Writes a new file of mode 0600, durably.
///
/// # Errors
/// [`FileError::Exists`] rather than overwrite.
pub fn create_private(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    create(path, bytes, 0o600).map_err(|cause| FileError::of(path, cause))
}

/// Writes a new file of mode 0644, durably.
///
/// # Errors
/// [`FileError::Exists`] rather than overwrite.
pub fn create_public(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    create(path, bytes, 0o644).map_err(|cause| FileError::of(path, cause))
}

/// Replaces a file of mode 0644 at once: readers see the old bytes or the new ones.
///
/// # Errors
/// [`FileError::System`].
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let temporary = path.with_file_name(name);
    let write = || {
        match std::fs::remove_file(&temporary) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
            _ => {}
        }
        create(&temporary, bytes, 0o644)?;
        rename(&temporary, path)?;
        sync_folder(path)
    };
    write().map_err(|cause| FileError::of(path, cause))
}

/// Removes a file.
///
/// # Errors
/// [`FileError::System`].
pub fn remove(path: &Path) -> Result<(), FileError> {
    std::fs::remove_file(path).map_err(|cause| FileError::of(path, cause))
}

/// Reads a file.
///
/// # Errors
/// [`FileError::System`].
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    std::fs::read(path).map_err(|cause| FileError::of(path, cause))
}

fn create(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    sync_folder(path)
}

/// Makes a folder of mode 0700, and the folders above it.
///
/// # Errors
/// [`FileError::System`].
pub fn create_folder(path: &Path) -> Result<(), FileError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|cause| FileError::of(path, cause))
}

/// Moves a finished folder to its place at once, durably; an empty folder there gives way.
///
/// # Errors
/// [`FileError::System`], also when something stands there.
pub fn move_folder(from: &Path, to: &Path) -> Result<(), FileError> {
    let moved = || {
        File::open(from)?.sync_all()?;
        rename(from, to)?;
        sync_folder(to)
    };
    moved().map_err(|cause| FileError::of(to, cause))
}

/// Whether there is no such folder, or nothing in it.
///
/// # Errors
/// [`FileError::System`].
pub fn is_free(path: &Path) -> Result<bool, FileError> {
    match std::fs::read_dir(path) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(cause) => Err(FileError::of(path, cause)),
    }
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
