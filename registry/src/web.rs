//! The built verify page, read into memory at start.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use axum::body::Bytes;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use touchstone_schemas::digest::Sha256Digest;

use crate::pages::footer::{Footer, insert};

/// Most bytes of all files together: the page is some hundred kilobytes.
const MAX_TOTAL_BYTES: u64 = 32 * 1024 * 1024;
/// The page itself.
const INDEX: &str = "index.html";
/// What the name of a file ends with that holds another one packed.
const PACKED: &str = ".gz";

/// A file with its media type.
#[derive(Clone, Debug)]
pub struct WebFile {
    /// Its bytes.
    pub bytes: Bytes,
    /// The same under gzip, where that is shorter.
    pub gzip: Option<Bytes>,
    /// Its media type.
    pub media: &'static str,
    /// What its bytes are known by.
    pub digest: Sha256Digest,
    /// Whether its name says so too: at this address there is never anything else.
    pub immutable: bool,
}

impl WebFile {
    /// `packed` is what stands beside it as its packed form; that is taken if it holds the very bytes.
    fn new(path: &str, bytes: Vec<u8>, packed: Option<Vec<u8>>, footer: &Footer) -> Result<Self, WebError> {
        let page = (path == INDEX).then(|| std::str::from_utf8(&bytes).ok());
        let page = page.flatten().and_then(|page| insert(page, footer));
        let bytes = page.map_or(bytes, String::into_bytes);
        let digest = Sha256Digest::of(&bytes);
        let named = digest_in(path);
        if named.is_some_and(|named| named != digest) {
            return Err(WebError::NotItself {
                path: path.into(),
                digest,
            });
        }
        let gzip = packed
            .filter(|packed| holds(packed, &bytes))
            .or_else(|| gzip(&bytes))
            .filter(|packed| packed.len() < bytes.len());
        Ok(Self {
            gzip: gzip.map(Bytes::from),
            bytes: bytes.into(),
            media: media_of(path),
            digest,
            immutable: named.is_some(),
        })
    }
}

/// The SHA-256 in a file's name, as `verifier-first.<64 digits>.wasm` has it.
fn digest_in(path: &str) -> Option<Sha256Digest> {
    path.split('.').find_map(|part| part.parse().ok())
}

/// Whether that is `bytes` under gzip.
fn holds(packed: &[u8], bytes: &[u8]) -> bool {
    let mut unpacked = Vec::with_capacity(bytes.len());
    let limit = u64::try_from(bytes.len()).map_or(u64::MAX, |length| length.saturating_add(1));
    let read = GzDecoder::new(packed).take(limit).read_to_end(&mut unpacked);
    read.is_ok() && unpacked == bytes
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
    /// A file whose name tells the digest of other bytes: half of a copy, or something else under its name.
    #[error(
        "verify page {path}: the bytes are those of {digest}, not the ones its name tells; copy the page again"
    )]
    NotItself {
        /// The file, below the folder.
        path: PathBuf,
        /// What it holds.
        digest: Sha256Digest,
    },
    /// More than a page can be.
    #[error("{path} holds more than {MAX_TOTAL_BYTES} bytes")]
    TooLarge {
        /// The folder.
        path: PathBuf,
    },
}

impl WebFiles {
    /// Reads a folder whole, and packs what shrinks, once; a file `NAME.gz` beside NAME saves that, and may be smaller.
    ///
    /// # Errors
    /// [`WebError`].
    pub fn read(root: &Path, footer: &Footer) -> Result<Self, WebError> {
        let mut found = BTreeMap::new();
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
                    found.insert(path, bytes);
                }
            }
        }
        if !found.contains_key(INDEX) {
            return Err(WebError::NoIndex {
                path: root.to_owned(),
            });
        }
        Self::of(found, footer)
    }

    fn of(mut found: BTreeMap<String, Vec<u8>>, footer: &Footer) -> Result<Self, WebError> {
        let mut packed = BTreeMap::new();
        let names: Vec<String> = found.keys().cloned().collect();
        for name in names {
            let of = name.strip_suffix(PACKED).filter(|of| found.contains_key(*of));
            if let Some(bytes) = of.and_then(|_| found.remove(&name)) {
                packed.insert(name, bytes);
            }
        }
        let mut files = BTreeMap::new();
        for (path, bytes) in found {
            let packed = packed.remove(&format!("{path}{PACKED}"));
            let file = WebFile::new(&path, bytes, packed, footer)?;
            files.insert(path, file);
        }
        Ok(Self { files })
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
