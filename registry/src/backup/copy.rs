//! Files and folders copied, for their owner alone.

use std::{
    fs::{self, File, TryLockError},
    io::ErrorKind,
    path::Path,
};

use super::{BackupError, file_error};

/// Deepest folder in a folder copied: a message laid aside stands at the second.
const DEEPEST: u32 = 4;

/// Makes a folder of its owner's alone, and those above it.
pub(super) fn make_folder(path: &Path) -> Result<(), BackupError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(file_error(path))
}

pub(super) fn make_parent(path: &Path) -> Result<(), BackupError> {
    path.parent().map_or(Ok(()), make_folder)
}

/// Keeps other backups out until the file is dropped.
pub(super) fn lock(folder: &Path) -> Result<File, BackupError> {
    let file = File::open(folder).map_err(file_error(folder))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(BackupError::Busy {
            path: folder.to_owned(),
        }),
        Err(TryLockError::Error(cause)) => Err(file_error(folder)(cause)),
    }
}

/// Copies a file into a new one.
pub(super) fn file(from: &Path, to: &Path, needed: bool) -> Result<(), BackupError> {
    let mut source = match File::open(from) {
        Err(cause) if cause.kind() == ErrorKind::NotFound && !needed => return Ok(()),
        opened => opened.map_err(file_error(from))?,
    };
    make_parent(to)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut target = options.open(to).map_err(file_error(to))?;
    std::io::copy(&mut source, &mut target).map_err(file_error(to))?;
    target.sync_all().map_err(file_error(to))
}

/// Copies a folder with all in it; what is gone meanwhile, and what is not in its place yet, is passed over.
pub(super) fn folder(from: &Path, to: &Path) -> Result<(), BackupError> {
    let mut left = vec![(from.to_owned(), to.to_owned(), 0)];
    while let Some((from, to, depth)) = left.pop() {
        let entries = match fs::read_dir(&from) {
            Err(cause) if cause.kind() == ErrorKind::NotFound => continue,
            read => read.map_err(file_error(&from))?,
        };
        make_folder(&to)?;
        for entry in entries {
            let name = entry.map_err(file_error(&from))?.file_name();
            let (path, target) = (from.join(&name), to.join(&name));
            if path.is_dir() {
                if depth < DEEPEST {
                    left.push((path, target, depth + 1));
                }
            } else if path.extension().is_none_or(|ending| ending != "new") {
                file(&path, &target, false)?;
            }
        }
    }
    Ok(())
}

/// Waits until everything on the folder's disk is there.
pub(super) fn sync(folder: &Path) -> Result<(), BackupError> {
    let file = File::open(folder).map_err(file_error(folder))?;
    #[cfg(unix)]
    return rustix::fs::syncfs(&file).map_err(|cause| file_error(folder)(cause.into()));
    #[cfg(not(unix))]
    file.sync_all().map_err(file_error(folder))
}
