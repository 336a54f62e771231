//! A backup brought back.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{BackupError, INSIDE, OUTSIDE, copy, file_error, parts::plain};
use crate::config::{Config, FILE_NAME};

/// What was brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Files written.
    pub files: usize,
    /// Files outside the registry's folder that were there already, and were left as they are.
    pub left: Vec<PathBuf>,
}

/// Brings a backup back into a folder that is there and holds no registry. All of it belongs then to whoever the folder
/// belongs to, whoever types.
///
/// Where the old checkpoint file, or a copy of it newer than the backup's, is still there, put it in place afterwards: the
/// registry then refuses to start on a backup that is older, instead of forking the log.
///
/// # Errors
/// [`BackupError`]; nothing that is there is written over.
pub fn restore(from: &Path, folder: &Path) -> Result<Restored, BackupError> {
    if !folder.is_dir() {
        return Err(BackupError::NoFolder {
            path: folder.to_owned(),
        });
    }
    let inside = pairs(&from.join(INSIDE), folder)?;
    let outside = pairs(&from.join(OUTSIDE), Path::new("/"))?;
    let log = places_of_log(from, folder)?;
    let taken = |path: &&PathBuf| path.exists();
    let mut never_over = inside.iter().map(|(_, to)| to).chain(&log);
    if let Some(path) = never_over.find(taken) {
        return Err(BackupError::Exists { path: path.clone() });
    }
    let owner = Owner::of(folder)?;
    let mut restored = Restored {
        files: 0,
        left: Vec::new(),
    };
    for (source, target) in inside.into_iter().chain(outside) {
        if target.exists() {
            restored.left.push(target);
            continue;
        }
        owner.make_parent(&target)?;
        copy::file(&source, &target, true)?;
        owner.give(&target)?;
        restored.files = restored.files.saturating_add(1);
    }
    copy::sync(folder)?;
    Ok(restored)
}

/// Database and checkpoint, wherever they belong: the one without the other's would be another log.
fn places_of_log(from: &Path, folder: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let kept = from.join(INSIDE);
    let config = Config::read(&kept.join(FILE_NAME), [])?;
    let kept = plain(&kept)?;
    let database = config.store.database.file().map(Path::to_owned);
    let places = database.into_iter().chain([config.log.checkpoint_file]);
    places
        .map(|path| {
            let path = plain(&path)?;
            Ok(path
                .strip_prefix(&kept)
                .map_or_else(|_| path.clone(), |inside| folder.join(inside)))
        })
        .collect()
}

/// Every file under a folder, with its place under another.
fn pairs(from: &Path, to: &Path) -> Result<Vec<(PathBuf, PathBuf)>, BackupError> {
    let mut pairs = Vec::new();
    let mut folders = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = folders.pop() {
        let entries = match fs::read_dir(&from) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
            read => read.map_err(file_error(&from))?,
        };
        for entry in entries {
            let name = entry.map_err(file_error(&from))?.file_name();
            let pair = (from.join(&name), to.join(&name));
            if pair.0.is_dir() {
                folders.push(pair);
            } else {
                pairs.push(pair);
            }
        }
    }
    pairs.sort_unstable();
    Ok(pairs)
}

/// Whose everything is to be.
#[cfg(unix)]
#[derive(Clone, Copy, Debug)]
struct Owner {
    user: u32,
    group: u32,
}

#[cfg(unix)]
impl Owner {
    fn of(folder: &Path) -> Result<Self, BackupError> {
        use std::os::unix::fs::MetadataExt;
        let metadata = fs::metadata(folder).map_err(file_error(folder))?;
        Ok(Self {
            user: metadata.uid(),
            group: metadata.gid(),
        })
    }

    fn give(self, path: &Path) -> Result<(), BackupError> {
        std::os::unix::fs::chown(path, Some(self.user), Some(self.group)).map_err(file_error(path))
    }
}

#[cfg(not(unix))]
#[derive(Clone, Copy, Debug)]
struct Owner;

#[cfg(not(unix))]
impl Owner {
    fn of(_: &Path) -> Result<Self, BackupError> {
        Ok(Self)
    }

    fn give(self, _: &Path) -> Result<(), BackupError> {
        Ok(())
    }
}

impl Owner {
    /// Makes the folders that a file wants; those that are there stay whose they are.
    fn make_parent(self, path: &Path) -> Result<(), BackupError> {
        let Some(parent) = path.parent() else {
            return Ok(());
        };
        let missing: Vec<&Path> = parent.ancestors().take_while(|folder| !folder.exists()).collect();
        copy::make_folder(parent)?;
        missing.into_iter().try_for_each(|folder| self.give(folder))
    }
}
