//! Where passphrases come from.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::PassphraseError;

/// Least number of characters of a passphrase.
const LEAST: usize = 12;

/// Where a passphrase comes from.
#[derive(Clone, Debug)]
pub enum PassphraseSource {
    /// The first line of a file.
    File(PathBuf),
    /// The terminal.
    Prompt {
        /// What to call the keys it protects.
        keys: &'static str,
    },
    /// The terminal, asked twice, for a key about to be made.
    NewPrompt {
        /// What to call the keys it protects.
        keys: &'static str,
    },
}

impl PassphraseSource {
    /// The file when there is one, else the terminal.
    #[must_use]
    pub fn of(file: Option<PathBuf>, keys: &'static str) -> Self {
        file.map_or(Self::Prompt { keys }, Self::File)
    }

    /// The same for a key about to be made.
    #[must_use]
    pub fn of_new(file: Option<PathBuf>, keys: &'static str) -> Self {
        file.map_or(Self::NewPrompt { keys }, Self::File)
    }
}

/// Reads a passphrase of at least 12 characters.
///
/// # Errors
/// [`PassphraseError`]: no file or one that others may read, no terminal, too short, or typed differently the second time.
pub fn read_passphrase(source: &PassphraseSource) -> Result<SecretString, PassphraseError> {
    let passphrase: SecretString = match source {
        PassphraseSource::File(path) => read_first_line(path)?,
        PassphraseSource::Prompt { keys } => ask(&format!("Passphrase of {keys}: "))?,
        PassphraseSource::NewPrompt { keys } => {
            let first = ask(&format!("New passphrase for {keys}: "))?;
            let second = ask("The same again: ")?;
            if first.expose_secret() != second.expose_secret() {
                return Err(PassphraseError::Differ);
            }
            first
        }
    };
    let found = passphrase.expose_secret().chars().count();
    if found < LEAST {
        Err(PassphraseError::TooShort { found, least: LEAST })
    } else {
        Ok(passphrase)
    }
}

/// The first line of a file that its owner alone has access to.
pub(super) fn read_first_line(path: &Path) -> Result<SecretString, PassphraseError> {
    let text = read_private(path)?;
    Ok(text.lines().next().unwrap_or_default().to_owned().into())
}

/// Reads a file that its owner alone has access to.
fn read_private(path: &Path) -> Result<Zeroizing<String>, PassphraseError> {
    let system = |cause| PassphraseError::File {
        path: path.to_owned(),
        cause,
    };
    let mut file = File::open(path).map_err(system)?;
    let mode = file.metadata().map_err(system)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(PassphraseError::Exposed {
            path: path.to_owned(),
            mode,
        });
    }
    let mut text = Zeroizing::new(String::new());
    file.read_to_string(&mut text).map_err(system)?;
    Ok(text)
}

pub(super) fn ask(prompt: &str) -> Result<SecretString, PassphraseError> {
    rpassword::prompt_password(prompt)
        .map(SecretString::from)
        .map_err(PassphraseError::Prompt)
}
