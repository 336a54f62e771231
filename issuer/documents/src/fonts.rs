//! Fonts: a folder's, read once.

use std::io;
use std::path::{Path, PathBuf};

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use crate::limits::{MAX_FOLDER_FILES, MAX_FONT_BYTES};

/// Where Debian puts [`DEBIAN_PACKAGE`].
pub const DEBIAN_FOLDER: &str = "/usr/share/fonts/opentype/noto";
/// Debian's package with the fonts that the templates name.
pub const DEBIAN_PACKAGE: &str = "fonts-noto-cjk";
/// The families that the templates name.
const FAMILIES: [&str; 2] = ["Noto Serif CJK SC", "Noto Sans CJK SC"];
/// Kinds of font file read.
const KINDS: [&str; 3] = ["otf", "ttc", "ttf"];

/// The fonts that papers are set in.
#[derive(Debug)]
pub struct Fonts {
    pub(crate) fonts: Vec<Font>,
    pub(crate) book: LazyHash<FontBook>,
}

/// Why there are no fonts.
#[derive(Debug, thiserror::Error)]
pub enum FontsError {
    /// The folder has no file of a family that the templates name.
    #[error("{} has no font {family:?}; Debian's package {DEBIAN_PACKAGE} brings it to {DEBIAN_FOLDER}", folder.display())]
    Absent {
        /// The folder.
        folder: PathBuf,
        /// The family.
        family: &'static str,
    },
    /// A file is larger than a font should be, or there are too many.
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

impl Fonts {
    /// Reads every font file of a folder, in order of name.
    ///
    /// # Errors
    /// [`FontsError::Absent`] when a family that the templates name is not among them, or there is no folder.
    pub fn in_folder(folder: &Path) -> Result<Self, FontsError> {
        let mut fonts = Vec::new();
        for path in files(folder)? {
            let system = |cause| FontsError::System {
                path: path.clone(),
                cause,
            };
            if std::fs::metadata(&path).map_err(system)?.len() > MAX_FONT_BYTES {
                let limit = MAX_FONT_BYTES;
                return Err(FontsError::TooLarge { path, limit });
            }
            let bytes = std::fs::read(&path).map_err(system)?;
            fonts.extend(Font::iter(Bytes::new(bytes)));
        }
        let book = FontBook::from_fonts(&fonts);
        if let Some(family) = FAMILIES
            .into_iter()
            .find(|family| !book.contains_family(&family.to_lowercase()))
        {
            let folder = folder.to_owned();
            return Err(FontsError::Absent { folder, family });
        }
        Ok(Self {
            fonts,
            book: LazyHash::new(book),
        })
    }

    /// The characters of a text that no font has.
    #[must_use]
    pub fn missing(&self, text: &str) -> Vec<char> {
        let has = |c: char| {
            self.fonts
                .iter()
                .any(|font| font.info().coverage.contains(u32::from(c)))
        };
        let mut missing: Vec<char> = text.chars().filter(|c| !has(*c)).collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }
}

/// The font files of a folder, in order of name; none where there is no folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, FontsError> {
    let system = |cause| FontsError::System {
        path: folder.to_owned(),
        cause,
    };
    let entries = match std::fs::read_dir(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(system)?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(system)?.path();
        let kind = path.extension().and_then(|kind| kind.to_str());
        if kind.is_some_and(|kind| KINDS.contains(&kind.to_ascii_lowercase().as_str())) {
            files.push(path);
        }
    }
    if files.len() > MAX_FOLDER_FILES {
        let limit = MAX_FOLDER_FILES as u64;
        let path = folder.to_owned();
        return Err(FontsError::TooLarge { path, limit });
    }
    files.sort();
    Ok(files)
}
