//! What a registry is made of.

use std::path::{Component, Path, PathBuf};

use super::{BackupError, INSIDE, OUTSIDE, file_error};
use crate::{
    config::{Config, FILE_NAME},
    recovery::statement_file,
};

/// A part and where it stands in a backup.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) place: PathBuf,
    pub(super) part: Part,
}

#[derive(Debug)]
pub(super) enum Part {
    /// A file; one that is not needed may be missing.
    File { path: PathBuf, needed: bool },
    /// A folder with all in it; it may be missing.
    Folder(PathBuf),
    /// SQLite's file.
    Database(PathBuf),
}

/// All parts that a configuration names, in the order in which they are copied.
pub(super) fn parts(folder: &Path, config: &Config) -> Result<Vec<Placed>, BackupError> {
    let needed = |path: &Path| Part::File {
        path: path.to_owned(),
        needed: true,
    };
    let checkpoint = &config.log.checkpoint_file;
    let mut parts = vec![
        needed(checkpoint),
        Part::File {
            path: statement_file(checkpoint),
            needed: false,
        },
    ];
    let database = config.store.database.file();
    parts.extend(database.map(|path| Part::Database(path.to_owned())));
    parts.push(needed(&folder.join(FILE_NAME)));
    parts.push(needed(&config.trust.list));
    let named = [
        &config.log.key_file,
        &config.pages.samples,
        &config.statistics.denominators,
        &config.webhooks.ca_file,
    ];
    parts.extend(named.into_iter().flatten().map(|path| needed(path)));
    let folders = [&config.webhooks.folder, &config.regulators.folder];
    parts.extend(folders.map(|path| Part::Folder(path.clone())));
    let folder = plain(folder)?;
    let placed = |part: Part| {
        let place = place(&folder, part.path())?;
        Ok(Placed { place, part })
    };
    parts.into_iter().map(placed).collect()
}

impl Part {
    fn path(&self) -> &Path {
        match self {
            Self::File { path, .. } | Self::Folder(path) | Self::Database(path) => path,
        }
    }
}

fn place(folder: &Path, path: &Path) -> Result<PathBuf, BackupError> {
    let path = plain(path)?;
    Ok(match path.strip_prefix(folder) {
        Ok(inside) => Path::new(INSIDE).join(inside),
        Err(_) => Path::new(OUTSIDE).join(path.strip_prefix("/").unwrap_or(&path)),
    })
}

/// The whole path, without a way up in it.
pub(super) fn plain(path: &Path) -> Result<PathBuf, BackupError> {
    let whole = std::path::absolute(path).map_err(file_error(path))?;
    if whole.components().any(|part| part == Component::ParentDir) {
        // A file that may be missing has a folder.
        let (folder, name) = (whole.parent(), whole.file_name());
        if let (Some(folder), Some(name)) = (folder, name) {
            let folder = std::fs::canonicalize(folder).map_err(file_error(folder))?;
            return Ok(folder.join(name));
        }
    }
    Ok(whole)
}
