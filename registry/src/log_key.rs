//! The log's key: an encrypted PKCS#8 file (PBES2 with scrypt), its passphrase from a file or the terminal.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use ed25519_dalek::SigningKey;
use pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use secrecy::{ExposeSecret, SecretString};
use touchstone_schemas::multikey::Multikey;
use zeroize::Zeroizing;

/// Least number of characters of a passphrase.
const LEAST: usize = 12;

/// Why the log's key is not at hand.
#[derive(Debug, thiserror::Error)]
pub enum LogKeyFileError {
    /// A file cannot be read or written.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The terminal gives no passphrase.
    #[error("no passphrase from the terminal: {0}")]
    Prompt(std::io::Error),
    /// Too short.
    #[error("the passphrase has {found} characters, wanted at least {LEAST}")]
    TooShort {
        /// Characters found.
        found: usize,
    },
    /// The two differ.
    #[error("the passphrase was typed differently the second time")]
    Differ,
    /// No randomness.
    #[error("the system gives no randomness: {0}")]
    Random(getrandom::Error),
    /// The cipher failed.
    #[error("the key cannot be encrypted: {0}")]
    Encrypt(pkcs8::Error),
    /// Another passphrase, or not such a file.
    #[error("{path} is not a key that this passphrase opens")]
    Undecipherable {
        /// The file.
        path: PathBuf,
    },
}

/// The public half, as configurations and trust lists write it.
#[must_use]
pub fn multikey_of(key: &SigningKey) -> Multikey {
    Multikey::from_bytes(key.verifying_key().to_bytes())
}

/// Reads the passphrase of a key that exists: the first line of the file, or asked.
///
/// # Errors
/// [`LogKeyFileError`]: no file, no terminal, too short.
pub fn read_passphrase(file: Option<&Path>) -> Result<SecretString, LogKeyFileError> {
    match file {
        Some(path) => long_enough(first_line(path)?),
        None => long_enough(ask("Passphrase of the log's key: ")?),
    }
}

/// Reads the passphrase of a key about to be made: the first line of the file, or asked twice.
///
/// # Errors
/// As [`read_passphrase`], and when the two differ.
pub fn read_new_passphrase(file: Option<&Path>) -> Result<SecretString, LogKeyFileError> {
    if file.is_some() {
        return read_passphrase(file);
    }
    let first = ask("New passphrase for the log's key: ")?;
    let second = ask("The same again: ")?;
    if first.expose_secret() == second.expose_secret() {
        long_enough(first)
    } else {
        Err(LogKeyFileError::Differ)
    }
}

/// Makes a key and writes it to a new file of mode 0600.
///
/// # Errors
/// [`LogKeyFileError`]; an existing file is never overwritten.
pub fn create_key(path: &Path, passphrase: &SecretString) -> Result<SigningKey, LogKeyFileError> {
    let mut seed = Zeroizing::new([0_u8; 32]);
    getrandom::fill(seed.as_mut()).map_err(LogKeyFileError::Random)?;
    let key = SigningKey::from_bytes(&seed);
    let pem = key
        .to_pkcs8_encrypted_pem(passphrase.expose_secret().as_bytes(), LineEnding::LF)
        .map_err(LogKeyFileError::Encrypt)?;
    create_private(path, pem.as_bytes())?;
    Ok(key)
}

/// Opens a key file.
///
/// # Errors
/// [`LogKeyFileError::File`], [`LogKeyFileError::Undecipherable`].
pub fn open_key(path: &Path, passphrase: &SecretString) -> Result<SigningKey, LogKeyFileError> {
    let pem = std::fs::read_to_string(path).map_err(|cause| file_error(path, cause))?;
    SigningKey::from_pkcs8_encrypted_pem(&pem, passphrase.expose_secret().as_bytes()).map_err(|_| {
        LogKeyFileError::Undecipherable {
            path: path.to_owned(),
        }
    })
}

/// Writes a new file that its owner alone may read.
pub(crate) fn create_private(path: &Path, bytes: &[u8]) -> Result<(), LogKeyFileError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|cause| file_error(path, cause))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(|cause| file_error(path, cause))
}

fn file_error(path: &Path, cause: std::io::Error) -> LogKeyFileError {
    LogKeyFileError::File {
        path: path.to_owned(),
        cause,
    }
}

fn first_line(path: &Path) -> Result<SecretString, LogKeyFileError> {
    let text = std::fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|cause| file_error(path, cause))?;
    Ok(text.lines().next().unwrap_or_default().to_owned().into())
}

fn ask(prompt: &str) -> Result<SecretString, LogKeyFileError> {
    rpassword::prompt_password(prompt)
        .map(SecretString::from)
        .map_err(LogKeyFileError::Prompt)
}

fn long_enough(passphrase: SecretString) -> Result<SecretString, LogKeyFileError> {
    match passphrase.expose_secret().chars().count() {
        found if found < LEAST => Err(LogKeyFileError::TooShort { found }),
        _ => Ok(passphrase),
    }
}
