//! The files that a sheet names, wherever they lie.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use touchstone_schemas::text::Text;

/// Where the files are that a sheet names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetFiles<'a> {
    /// In a folder of this machine, or below it.
    Folder(&'a Path),
    /// Brought along with the sheet, by the names that it gives them.
    Brought(&'a BTreeMap<String, Vec<u8>>),
}

impl SheetFiles<'_> {
    /// A file that a row names, no longer than the limit in bytes. Gives its name and bytes.
    pub(super) fn named(&self, name: &str, limit: usize) -> Result<(Text, Vec<u8>), String> {
        let path = PathBuf::from(name);
        let bytes = match self {
            Self::Folder(folder) => read_within(folder, &path, limit)?,
            Self::Brought(files) => {
                // Browsers name files without the folders they lay in.
                let bare = path.file_name().and_then(|bare| files.get(bare.to_str()?));
                let bytes = files.get(name).or(bare);
                let bytes =
                    bytes.ok_or_else(|| format!("{name}: no file of this name comes with the sheet"))?;
                if bytes.len() > limit {
                    return Err(too_large(&path, limit));
                }
                bytes.clone()
            }
        };
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let file = Text::parse(&file).map_err(|error| format!("{name}: {error}"))?;
        Ok((file, bytes))
    }
}

fn too_large(path: &Path, limit: usize) -> String {
    format!("{}: wanted a file of at most {limit} bytes", path.display())
}

/// Reads a file that lies in a folder or below it, whatever links stand between.
fn read_within(folder: &Path, path: &Path, limit: usize) -> Result<Vec<u8>, String> {
    let name = path.display();
    let plain = path
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !plain {
        return Err(format!("{name}: wanted a file below the folder of the sheet"));
    }
    let whole = folder.join(path);
    let size = std::fs::metadata(&whole).map_err(|error| format!("{name}: {error}"))?;
    let within =
        |path: &Path| Ok::<_, std::io::Error>(path.canonicalize()?.starts_with(folder.canonicalize()?));
    if !within(&whole).unwrap_or(false) {
        return Err(format!("{name}: wanted a file below the folder of the sheet"));
    }
    if !size.is_file() || size.len() > u64::try_from(limit).unwrap_or(u64::MAX) {
        return Err(too_large(path, limit));
    }
    std::fs::read(&whole).map_err(|error| format!("{name}: {error}"))
}
