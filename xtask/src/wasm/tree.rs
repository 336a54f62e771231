//! Folders as sets of files, and one digest over names and contents.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::Error;

/// Every file at or below `path`, if that exists. Hidden files, and folders named in `outside`, are left out.
pub(crate) fn files(path: &Path, outside: &[&str]) -> Result<BTreeSet<PathBuf>, Error> {
    let mut found = BTreeSet::new();
    let mut open = vec![path.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_file() {
            found.insert(path);
        } else if path.is_dir() {
            for entry in path.read_dir().map_err(Error::file(&path))? {
                let entry = entry.map_err(Error::file(&path))?.path();
                let name = entry.file_name().unwrap_or_default().to_string_lossy();
                if !name.starts_with('.') && !outside.contains(&name.as_ref()) {
                    open.push(entry);
                }
            }
        }
    }
    Ok(found)
}

/// SHA-256 over the files' names relative to `root` and their contents, in lower-case hexadecimal.
pub(crate) fn digest(root: &Path, files: &BTreeSet<PathBuf>) -> Result<String, Error> {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(format!("{}  {}\n", file_digest(file)?, relative(root, file)));
    }
    Ok(hex(&hash.finalize()))
}

/// SHA-256 of one file's content, in lower-case hexadecimal.
pub(crate) fn file_digest(file: &Path) -> Result<String, Error> {
    let content = std::fs::read(file).map_err(Error::file(file))?;
    Ok(hex(&Sha256::digest(&content)))
}

/// The name of a file below `root`.
pub(crate) fn relative(root: &Path, file: &Path) -> String {
    file.strip_prefix(root)
        .unwrap_or(file)
        .to_string_lossy()
        .into_owned()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
