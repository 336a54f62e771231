//! A release of the verify page, named in the log, so that a page served altered to one visitor is found out
//! (THREATS T32).

use crate::{
    budget::MAX_RELEASE_FILES,
    date_time::Timestamp,
    decode::{DecodeError, decode},
    did::Did,
    digest::Sha256Digest,
    json::Value,
    record,
    text::Text,
    tlog::Record,
    words,
};

/// A release of the verify page: its version and the digest of every file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierRelease {
    /// The page's files, in order of path.
    pub files: Vec<ReleasedFile>,
    /// When the owner released it.
    pub issued: Timestamp,
    /// The body whose registry serves the page.
    pub issuer: Did,
    /// Its version.
    pub release: Text,
    /// Always `VerifierRelease`.
    pub record_type: VerifierReleaseType,
    /// SHA-256 of the verifier's WebAssembly module, which is one of the files.
    pub wasm: Sha256Digest,
}

record! { VerifierRelease {
    "files": files,
    "issued": issued,
    "issuer": issuer,
    "release": release,
    "type": record_type,
    "wasm": wasm,
} }

/// A file of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasedFile {
    /// Its path below the page's folder, with `/` between names.
    pub path: Text,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Digest,
}

record! { ReleasedFile {
    "path": path,
    "sha256": sha256,
} }

/// The one value of `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifierReleaseType {
    /// A verifier release in the format of this build.
    VerifierRelease,
}

words! { VerifierReleaseType { VerifierRelease = "VerifierRelease" } }

/// Why a document is not a verifier release of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifierReleaseError {
    /// A member is missing, unknown or of another type.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// More files than a page has.
    #[error("the release names {found} files, at most {MAX_RELEASE_FILES} are allowed")]
    TooMany {
        /// Files named.
        found: usize,
    },
    /// A path that could leave the page's folder, or has an empty name in it.
    #[error("the release names {path:?}, which is no path below the page's folder")]
    Path {
        /// The path.
        path: Text,
    },
    /// Not in order of path, or a path twice.
    #[error("{path:?} does not come after {before:?}")]
    Order {
        /// The path.
        path: Text,
        /// The one before it.
        before: Text,
    },
    /// No file is the module.
    #[error("no file of the release has the digest of its module, {wasm}")]
    NoModule {
        /// The module's digest.
        wasm: Sha256Digest,
    },
}

impl VerifierRelease {
    /// Reads an unsecured release (the document without its `proof`).
    ///
    /// # Errors
    /// [`VerifierReleaseError`] names the first rule that is broken.
    pub fn from_document(document: &Value<'_>) -> Result<Self, VerifierReleaseError> {
        let release: Self = decode(document)?;
        release.check()?;
        Ok(release)
    }

    /// The rules that concern several members.
    ///
    /// # Errors
    /// As [`VerifierRelease::from_document`].
    pub fn check(&self) -> Result<(), VerifierReleaseError> {
        let found = self.files.len();
        if found > MAX_RELEASE_FILES {
            return Err(VerifierReleaseError::TooMany { found });
        }
        let mut before: Option<&Text> = None;
        for ReleasedFile { path, .. } in &self.files {
            if path
                .as_str()
                .split('/')
                .any(|name| matches!(name, "" | "." | ".."))
            {
                return Err(VerifierReleaseError::Path { path: path.clone() });
            }
            if let Some(before) = before.filter(|before| *before >= path) {
                return Err(VerifierReleaseError::Order {
                    path: path.clone(),
                    before: before.clone(),
                });
            }
            before = Some(path);
        }
        if self.files.iter().any(|file| file.sha256 == self.wasm) {
            Ok(())
        } else {
            Err(VerifierReleaseError::NoModule { wasm: self.wasm })
        }
    }

    /// What its log entry says beside the body.
    #[must_use]
    pub fn record(&self) -> Record {
        Record::VerifierRelease {
            release: self.release.clone(),
        }
    }
}
