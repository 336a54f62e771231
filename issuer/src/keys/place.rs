//! Where a key is kept, as configuration says it: `file:keys/issuing-1.pem`, or a `pkcs11:` URI (RFC 7512).

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{KeyError, Pin, PinFrom, Pkcs11Uri, Pkcs11UriError, Signer, TokenKey, create_key, open_key};
use crate::file::FileError;

/// Scheme of a file's URI, with its colon.
const FILE: &str = "file:";

/// Where a key is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// An encrypted PKCS#8 file; a relative path is below the folder that the configuration stands in.
    File(PathBuf),
    /// A token.
    Token(Pkcs11Uri),
}

/// Why a text names no place of a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyPlaceError {
    /// Neither scheme.
    #[error("{found:?} begins with neither \"file:\" nor \"pkcs11:\"")]
    Scheme {
        /// The text found.
        found: String,
    },
    /// Not a URI of a key in a token.
    #[error(transparent)]
    Pkcs11(#[from] Pkcs11UriError),
}

/// What opens keys.
#[derive(Clone, Copy, Debug)]
pub struct Unlocking<'a> {
    /// The folder relative paths are below.
    pub folder: &'a Path,
    /// Passphrase of key files.
    pub passphrase: &'a SecretString,
    /// Where PINs are taken from.
    pub pin: PinFrom,
}

impl KeyPlace {
    /// Opens the key kept there.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn open(&self, unlocking: &Unlocking<'_>) -> Result<Signer, KeyError> {
        match self {
            Self::File(path) => {
                let key = open_key(&unlocking.folder.join(path), unlocking.passphrase)?;
                Ok(Signer::File(key))
            }
            Self::Token(uri) => {
                let pin = Pin::read(uri, unlocking.folder, unlocking.pin)?;
                Ok(Signer::Token(TokenKey::open(uri, pin)?))
            }
        }
    }

    /// Makes a key there.
    ///
    /// # Errors
    /// [`KeyError`]; a key is never overwritten.
    pub fn create(&self, unlocking: &Unlocking<'_>) -> Result<Signer, KeyError> {
        match self {
            Self::File(path) => {
                let key = create_key(&unlocking.folder.join(path), unlocking.passphrase)?;
                Ok(Signer::File(key))
            }
            Self::Token(uri) => {
                let pin = Pin::read(uri, unlocking.folder, unlocking.pin)?;
                Ok(Signer::Token(TokenKey::create(uri, pin)?))
            }
        }
    }

    /// The same place, whatever folder it is counted from.
    ///
    /// # Errors
    /// [`FileError`] when there is no current folder.
    pub fn absolute(&self) -> Result<Self, FileError> {
        let absolute = |path: &Path| {
            std::path::absolute(path).map_err(|cause| FileError::System {
                path: path.to_owned(),
                cause,
            })
        };
        Ok(match self {
            Self::File(path) => Self::File(absolute(path)?),
            Self::Token(uri) => {
                let pin_file = uri.pin_file.as_deref().map(absolute).transpose()?;
                Self::Token(Pkcs11Uri {
                    pin_file,
                    ..uri.clone()
                })
            }
        })
    }

    /// Whether a passphrase opens it.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }
}

impl FromStr for KeyPlace {
    type Err = KeyPlaceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix(FILE) {
            Some(path) if !path.is_empty() => Ok(Self::File(path.into())),
            None if text.starts_with("pkcs11:") => Ok(Self::Token(text.parse()?)),
            _ => Err(KeyPlaceError::Scheme {
                found: text.to_owned(),
            }),
        }
    }
}

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{FILE}{}", path.display()),
            Self::Token(uri) => uri.fmt(f),
        }
    }
}

impl Serialize for KeyPlace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KeyPlace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
