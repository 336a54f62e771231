//! What can go wrong with keys.

use std::path::PathBuf;

use touchstone_schemas::json::JsonError;
use touchstone_verifier::proof::eddsa_jcs_2022::CreateProofError;

use super::{KeyPlaceError, TokenError};
use crate::file::FileError;

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It exists already; a key is never overwritten.
    #[error("{} exists already, and a key is never overwritten", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be read or written.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Not an encrypted PKCS#8 Ed25519 key under this passphrase (RFC 5958 §3, RFC 8410 §7).
    #[error("{} is not an encrypted Ed25519 key, or the passphrase is wrong", path.display())]
    Undecipherable {
        /// The file.
        path: PathBuf,
    },
    /// The file of the last trust list sequence is not a number that can be counted on from.
    #[error("{} is not the last sequence of a trust list", path.display())]
    Sequence {
        /// The file.
        path: PathBuf,
    },
    /// The key does not belong to the certificate listed for it.
    #[error("{place} is not the key of {method}: its public half is not that of the certificate")]
    Foreign {
        /// Where the key is kept.
        place: String,
        /// The verification method whose key it should be.
        method: String,
    },
    /// The system gives no randomness.
    #[error("no random bytes from the system: {0}")]
    Random(getrandom::Error),
    /// The key cannot be written as PKCS#8.
    #[error("the key cannot be encrypted: {0}")]
    Encrypt(pkcs8::Error),
    /// A document cannot be read back.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A document cannot be secured (Data Integrity EdDSA Cryptosuites §3.3.1).
    #[error(transparent)]
    Secure(CreateProofError<Box<Self>>),
    /// A key in a token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// A file that says where a key is kept, and does not.
    #[error("{}: {cause}", path.display())]
    Place {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: KeyPlaceError,
    },
    /// There is no PIN.
    #[error(transparent)]
    Pin(#[from] PassphraseError),
}

impl From<CreateProofError<Box<Self>>> for KeyError {
    fn from(error: CreateProofError<Box<Self>>) -> Self {
        match error {
            CreateProofError::Sign(cause) => *cause,
            error => Self::Secure(error),
        }
    }
}

impl KeyError {
    /// Whether there is no key, and nothing else is wrong.
    #[must_use]
    pub fn is_absence(&self) -> bool {
        match self {
            Self::File { cause, .. } => cause.kind() == std::io::ErrorKind::NotFound,
            Self::Token(TokenError::NoKey { .. }) => true,
            _ => false,
        }
    }
}

impl From<FileError> for KeyError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Exists { path } => Self::Exists { path },
            FileError::System { path, cause } => Self::File { path, cause },
        }
    }
}

/// Why there is no passphrase.
#[derive(Debug, thiserror::Error)]
pub enum PassphraseError {
    /// The file cannot be read.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Others than its owner may read or write it.
    #[error("{} has mode {mode:04o}: others than its owner have access; chmod 600", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// There is no terminal to ask at.
    #[error("no passphrase file is given and none can be asked for: {0}")]
    Prompt(std::io::Error),
    /// Shorter than a passphrase may be.
    #[error("the passphrase has {found} characters, wanted at least {least}")]
    TooShort {
        /// Characters found.
        found: usize,
        /// Characters wanted.
        least: usize,
    },
    /// Asked twice and not given the same.
    #[error("the two passphrases differ")]
    Differ,
}
