//! PINs of tokens: from a file its owner alone can read, or from the terminal.

use std::path::Path;

use secrecy::SecretString;

use super::Pkcs11Uri;
use crate::keys::{PassphraseError, passphrase};

/// A PIN, and whether somebody is there to give another.
#[derive(Clone, Debug)]
pub struct Pin {
    secret: SecretString,
    from: PinFrom,
}

/// Where PINs are taken from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PinFrom {
    /// From the URI's `pin-source`, from the terminal where it names none.
    #[default]
    Uri,
    /// From the terminal, whatever the URI names.
    Terminal,
}

impl Pin {
    /// Reads the PIN of a URI. A relative `pin-source` is below `folder`.
    ///
    /// # Errors
    /// [`PassphraseError`]: no file, one that others may read, or no terminal.
    pub fn read(uri: &Pkcs11Uri, folder: &Path, from: PinFrom) -> Result<Self, PassphraseError> {
        match &uri.pin_file {
            Some(file) if from == PinFrom::Uri => Ok(Self {
                secret: passphrase::read_first_line(&folder.join(file))?,
                from: PinFrom::Uri,
            }),
            _ => {
                let name = uri.token.as_deref().or(uri.serial.as_deref()).unwrap_or_default();
                Ok(Self {
                    secret: passphrase::ask(&format!("PIN of token {name:?}: "))?,
                    from: PinFrom::Terminal,
                })
            }
        }
    }

    pub(super) const fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// Whether nobody is there.
    pub(super) fn is_unattended(&self) -> bool {
        self.from == PinFrom::Uri
    }
}
