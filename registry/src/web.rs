//! The built verify page, read into memory at start.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use axum::body::Bytes;
use flate2::{Compression, write::GzEncoder};

use crate::pages::footer::{Footer, insert};

/// Most bytes of all files together: the page is some hundred kilobytes.
const MAX_TOTAL_BYTES: u64 = 32 * 1024 * 1024;
/// The page itself.
const INDEX: &str = "index.html";

/// A file with its media type.
#[derive(Clone, Debug)]
pub struct WebFile {
    /// Its bytes.
    pub bytes: Bytes,
    /// The same under gzip, where that is shorter.
    pub gzip: Option<Bytes>,
    /// Its media type.
    pub media: &'static str,
}

impl WebFile {
    fn new(path: &str, bytes: Vec<u8>, footer: &Footer) -> Self {
        let page = (path == INDEX).then(|| std::str::from_utf8(&bytes).ok());
        let page = page.flatten().and_then(|page| insert(page, footer));
        let bytes = page.map_or(bytes, String::into_bytes);
        let gzip = gzip(&bytes).filter(|packed| packed.len() < bytes.len());
        Self {
            gzip: gzip.map(Bytes::from),
            bytes: bytes.into(),
            media: media_of(path),
        }
    }
}

/// As small as it gets: it is done once, and sent often.
fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).ok()?;
    packed.finish().ok()
}

/// The files, by path below the folder.
#[derive(Clone, Debug, Default)]
pub struct WebFiles {
    files: BTreeMap<String, WebFile>,
}

/// Why the page is not there.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// A file or folder cannot be read.
    #[error("verify page {path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Not a verify page.
    #[error("{path} holds no {INDEX}; `cargo xtask wasm` builds the verify page")]
    NoIndex {
        /// The folder.
        path: PathBuf,
    },
    /// More than a page can be.
    #[error("{path} holds more than {MAX_TOTAL_BYTES} bytes")]
    TooLarge {
        /// The folder.
        path: PathBuf,
    },
}

impl WebFiles {
    /// Reads a folder whole, and packs what shrinks, once.
    ///
    /// # Errors
    /// [`WebError`].
    pub fn read(root: &Path, footer: &Footer) -> Result<Self, WebError> {
        let mut files = BTreeMap::new();
        let mut left = MAX_TOTAL_BYTES;
        let mut folders = vec![(root.to_owned(), String::new())];
        while let Some((folder, prefix)) = folders.pop() {
            let error = |cause| WebError::File {
                path: folder.clone(),
                cause,
            };
            for entry in fs::read_dir(&folder).map_err(error)? {
                let entry = entry.map_err(error)?;
                let kind = entry.file_type().map_err(error)?;
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                let path = format!("{prefix}{name}");
                if kind.is_dir() {
                    folders.push((entry.path(), format!("{path}/")));
                } else if kind.is_file() {
                    let size = entry.metadata().map_err(error)?.len();
                    left = left.checked_sub(size).ok_or(WebError::TooLarge {
                        path: root.to_owned(),
                    })?;
                    let bytes = fs::read(entry.path()).map_err(error)?;
                    files.insert(path.clone(), WebFile::new(&path, bytes, footer));
                }
            }
        }
        if files.contains_key(INDEX) {
            Ok(Self { files })
        } else {
            Err(WebError::NoIndex {
                path: root.to_owned(),
            })
        }
    }

    /// The page itself.
    #[must_use]
    pub fn index(&self) -> Option<&WebFile> {
        self.files.get(INDEX)
    }

    /// A file by its path below the folder.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&WebFile> {
        self.files.get(path)
    }
}

fn media_of(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
