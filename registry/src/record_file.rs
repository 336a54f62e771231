//! Small records of the operator's in files of their own: each is there whole or as it was, and its owner's alone.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use touchstone_schemas::{
    decode::{Decode, ReadError, read},
    jcs::{Encode, to_canonical},
};

/// Longest file.
const MAX_BYTES: usize = 64 * 1024;

/// Why a record is not read or written.
#[derive(Debug, thiserror::Error)]
pub enum RecordFileError {
    /// The system does not let us.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// It is not of its form.
    #[error("{path}: {cause}")]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        cause: ReadError,
    },
}

impl RecordFileError {
    pub(crate) fn file(path: &Path, cause: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            cause,
        }
    }
}

/// Names in a folder, in order; none where there is no folder.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>, RecordFileError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(RecordFileError::file(folder, cause)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|cause| RecordFileError::file(folder, cause))?;
        names.extend(entry.file_name().into_string());
    }
    names.sort_unstable();
    Ok(names)
}

/// Reads a record; `None` where there is no file.
pub(crate) fn read_record_file<T: Decode>(path: &Path) -> Result<Option<T>, RecordFileError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(RecordFileError::file(path, cause)),
    };
    let form = |cause| RecordFileError::Form {
        path: path.to_owned(),
        cause,
    };
    read(&bytes, MAX_BYTES).map(Some).map_err(form)
}

/// Replaces a record, durably: when this returns, it survives a loss of power.
pub(crate) fn write_record_file<T: Encode>(path: &Path, record: &T) -> Result<(), RecordFileError> {
    let mut temporary = path.to_owned().into_os_string();
    temporary.push(".new");
    let replace = || {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&temporary)?;
        file.write_all(&to_canonical(record))?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        File::open(folder)?.sync_all()
    };
    replace().map_err(|cause| RecordFileError::file(path, cause))
}
