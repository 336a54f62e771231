//! Templates: files that the body may edit, a folder for each scheme edition, and one that all of them share.
//!
//! Those of the schemes known are compiled in. A folder of the body's own comes before them, file by file, so that a
//! logo, a colour or a further scheme takes no program.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::limits::{MAX_FOLDER_FILES, MAX_TEMPLATE_BYTES};

/// A compiled-in template, under its path.
macro_rules! compiled_in {
    ($($path:literal),* $(,)?) => {
        [$(($path, include_bytes!(concat!("../templates/", $path)).as_slice())),*]
    };
}

/// Templates by path: `shared/certificate.typ`, `cmmm-2020/certificate.typ`.
#[derive(Clone, Debug)]
pub struct Templates {
    files: BTreeMap<String, Vec<u8>>,
}

/// Why a folder of templates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplatesError {
    /// A name that is not of lower-case letters, digits, `-`, `_` and `.`.
    #[error("{} is not a name of lower-case letters, digits, '-', '_' and '.'", path.display())]
    Name {
        /// The file or folder.
        path: PathBuf,
    },
    /// A file is too long, or there are too many.
    #[error("{}: more than {limit}", path.display())]
    TooLarge {
        /// The file or folder.
        path: PathBuf,
        /// The limit, in bytes or files.
        limit: u64,
    },
    /// The system says no.
    #[error("{}: {cause}", path.display())]
    System {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
}

impl Templates {
    /// Those compiled in.
    #[must_use]
    pub fn compiled_in() -> Self {
        let files = compiled_in!(
            "shared/certificate.typ",
            "shared/mark.typ",
            "shared/ornament.typ",
            "shared/report.typ",
            "shared/style.typ",
            "cmmm-2020/certificate.typ",
            "cmmm-2020/mark.typ",
            "cmmm-2020/report.typ",
        );
        let files = files.map(|(path, bytes)| (path.to_owned(), bytes.to_owned()));
        Self {
            files: files.into_iter().collect(),
        }
    }

    /// Those of a folder, before the ones here: its sub-folders are `shared` and one for each scheme edition.
    ///
    /// # Errors
    /// [`TemplatesError`].
    pub fn with_folder(mut self, folder: &Path) -> Result<Self, TemplatesError> {
        for (edition, path) in entries(folder)? {
            if !path.is_dir() {
                continue;
            }
            for (name, path) in entries(&path)? {
                let system = |cause| TemplatesError::System {
                    path: path.clone(),
                    cause,
                };
                let about = std::fs::metadata(&path).map_err(system)?;
                if !about.is_file() {
                    continue;
                }
                if about.len() > MAX_TEMPLATE_BYTES {
                    let limit = MAX_TEMPLATE_BYTES;
                    return Err(TemplatesError::TooLarge { path, limit });
                }
                let bytes = std::fs::read(&path).map_err(system)?;
                self.files.insert(format!("{edition}/{name}"), bytes);
            }
        }
        if self.files.len() > MAX_FOLDER_FILES {
            let limit = MAX_FOLDER_FILES as u64;
            let path = folder.to_owned();
            return Err(TemplatesError::TooLarge { path, limit });
        }
        Ok(self)
    }

    /// Whether there is such a template.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }
}

/// What a folder holds, with plain names; hidden files are left out.
fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, TemplatesError> {
    let system = |cause| TemplatesError::System {
        path: folder.to_owned(),
        cause,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(system)? {
        let entry = entry.map_err(system)?;
        let path = entry.path();
        match entry.file_name().to_str() {
            Some(name) if name.starts_with('.') => {}
            Some(name) if name.bytes().all(is_plain) => found.push((name.to_owned(), path)),
            _ => return Err(TemplatesError::Name { path }),
        }
    }
    Ok(found)
}

const fn is_plain(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.')
}
