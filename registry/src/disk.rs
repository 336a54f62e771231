//! Room on disk: intake stops while there is still some, so that no write is the one that fails.

use std::path::{Path, PathBuf};

/// How much room must be left where the log is written.
#[derive(Clone, Debug)]
pub struct DiskReserve {
    folders: Vec<PathBuf>,
    bytes: u64,
}

/// Too little room is left.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{folder} has {free} bytes left, {wanted} are kept free")]
pub struct DiskLow {
    /// Where.
    pub folder: PathBuf,
    /// Bytes left for this process.
    pub free: u64,
    /// Bytes to be kept.
    pub wanted: u64,
}

impl DiskReserve {
    /// Keeps so many bytes free in the file systems of these files; 0 keeps none.
    #[must_use]
    pub fn beside<'a>(files: impl IntoIterator<Item = &'a Path>, bytes: u64) -> Self {
        let folder = |file: &Path| file.parent().map_or_else(|| PathBuf::from("."), PathBuf::from);
        Self {
            folders: files.into_iter().map(folder).collect(),
            bytes,
        }
    }

    /// Whether there is room. A file system that does not tell counts as having some: writing will tell.
    ///
    /// # Errors
    /// [`DiskLow`] for the first folder without.
    pub fn check(&self) -> Result<(), DiskLow> {
        if self.bytes == 0 {
            return Ok(());
        }
        for folder in &self.folders {
            match free_bytes(folder) {
                Some(free) if free < self.bytes => {
                    return Err(DiskLow {
                        folder: folder.clone(),
                        free,
                        wanted: self.bytes,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The first folder on a disk that as a whole has fewer bytes than are to be kept, and how many it has: there, there
    /// is never room.
    #[must_use]
    pub fn beyond(&self) -> Option<(&Path, u64)> {
        let whole = |folder: &PathBuf| whole_bytes(folder).filter(|bytes| *bytes < self.bytes);
        let mut folders = self.folders.iter();
        folders.find_map(|folder| Some((folder.as_path(), whole(folder)?)))
    }

    /// Bytes left where least is; `None` where the system does not tell.
    #[must_use]
    pub fn free(&self) -> Option<u64> {
        let told = self.folders.iter().filter_map(|folder| free_bytes(folder));
        told.min()
    }
}

#[cfg(unix)]
fn whole_bytes(folder: &Path) -> Option<u64> {
    let told = rustix::fs::statvfs(folder).ok()?;
    Some(told.f_blocks.saturating_mul(told.f_frsize))
}

#[cfg(not(unix))]
fn whole_bytes(_: &Path) -> Option<u64> {
    None
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let told = rustix::fs::statvfs(folder).ok()?;
    Some(told.f_bavail.saturating_mul(told.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}
