//! The files of a mirror: written beside their place and moved there, read up to a limit.

use std::{
    fs::{self, File, TryLockError},
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use super::MirrorError;

/// Ending of a file that is not in its place yet. A mirror serves none and a check passes over them.
pub(super) const UNFINISHED: &str = ".new";

/// A mirror's folder.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(super) fn at(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    pub(super) fn path(&self, place: &str) -> PathBuf {
        self.root.join(place)
    }

    /// Makes the folder and keeps other writers out until the file is dropped.
    pub(super) fn lock(&self) -> Result<File, MirrorError> {
        fs::create_dir_all(&self.root).map_err(|cause| self.error("", cause))?;
        let folder = File::open(&self.root).map_err(|cause| self.error("", cause))?;
        match folder.try_lock() {
            Ok(()) => Ok(folder),
            Err(TryLockError::WouldBlock) => Err(MirrorError::Busy {
                path: self.root.clone(),
            }),
            Err(TryLockError::Error(cause)) => Err(self.error("", cause)),
        }
    }

    /// Reads a file of at most `limit` bytes; `None` when there is none.
    pub(super) fn read(&self, place: &str, limit: usize) -> Result<Option<Vec<u8>>, MirrorError> {
        let file = match File::open(self.path(place)) {
            Ok(file) => file,
            Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(cause) => return Err(self.error(place, cause)),
        };
        let bytes = file.metadata().map_err(|cause| self.error(place, cause))?.len();
        let within = usize::try_from(bytes).ok().filter(|bytes| *bytes <= limit);
        let Some(length) = within else {
            return Err(MirrorError::TooLong {
                path: self.path(place),
                bytes,
                limit,
            });
        };
        let mut read = Vec::with_capacity(length);
        let most = u64::try_from(limit).unwrap_or(u64::MAX);
        file.take(most)
            .read_to_end(&mut read)
            .map_err(|cause| self.error(place, cause))?;
        Ok(Some(read))
    }

    /// Puts a file in its place at once; durable only after [`Folder::sync`].
    pub(super) fn write(&self, place: &str, bytes: &[u8]) -> Result<(), MirrorError> {
        let path = self.path(place);
        let mut unfinished = path.clone().into_os_string();
        unfinished.push(UNFINISHED);
        let write = || {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            File::create(&unfinished)?.write_all(bytes)?;
            fs::rename(&unfinished, &path)
        };
        write().map_err(|cause| self.error(place, cause))
    }

    /// The same, unless the file has these bytes already; whether it was written.
    pub(super) fn replace(&self, place: &str, bytes: &[u8]) -> Result<bool, MirrorError> {
        let differs = self.read(place, bytes.len()).ok().flatten().as_deref() != Some(bytes);
        if differs {
            self.write(place, bytes)?;
        }
        Ok(differs)
    }

    /// Waits until everything written is on disk.
    pub(super) fn sync(&self, folder: &File) -> Result<(), MirrorError> {
        rustix::fs::syncfs(folder).map_err(|cause| self.error("", cause.into()))
    }

    /// Names in a folder, sorted; none when there is no such folder.
    pub(super) fn names(&self, place: &str) -> Result<Vec<String>, MirrorError> {
        let entries = match fs::read_dir(self.path(place)) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(self.error(place, cause)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(|cause| self.error(place, cause))?.file_name();
            names.push(name.to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }

    /// Whether a place is a folder.
    pub(super) fn is_folder(&self, place: &str) -> bool {
        self.path(place).is_dir()
    }

    pub(super) fn error(&self, place: &str, cause: std::io::Error) -> MirrorError {
        MirrorError::File {
            path: self.path(place),
            cause,
        }
    }
}
