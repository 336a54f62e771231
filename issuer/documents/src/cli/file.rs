//! Files read with a limit and written whole.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// A file that the system does not give or take.
#[derive(Debug, thiserror::Error)]
#[error("{}: {cause}", path.display())]
pub(crate) struct FileError {
    path: PathBuf,
    cause: io::Error,
}

/// Longest file read, in bytes: the longest PDF, and more than any credential or report.
const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// Reads a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?
            .take(MAX_FILE_BYTES + 1)
            .read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(io::Error::other(format!("more than {MAX_FILE_BYTES} bytes")));
        }
        Ok(bytes)
    };
    read().map_err(|cause| FileError {
        path: path.to_owned(),
        cause,
    })
}

/// Writes a file: readers see all of it, or what was there before.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let temporary = path.with_file_name(name);
    let write = || {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)
    };
    write().map_err(|cause| FileError {
        path: path.to_owned(),
        cause,
    })
}
