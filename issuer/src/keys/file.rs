//! Keys in files: PKCS#8 encrypted with a passphrase (PBES2, scrypt and AES), PEM, readable by the owner alone.

use std::path::Path;

use ed25519_dalek::SigningKey;
use pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::KeyError;
use crate::file;

/// Makes a key and writes it to a new file of mode 0600.
///
/// # Errors
/// [`KeyError::Exists`] when the file is there; else what the system or the cipher says.
pub fn create_key(path: &Path, passphrase: &SecretString) -> Result<SigningKey, KeyError> {
    let mut seed = Zeroizing::new([0u8; 32]);
    getrandom::fill(seed.as_mut()).map_err(KeyError::Random)?;
    let key = SigningKey::from_bytes(&seed);
    let pem = key
        .to_pkcs8_encrypted_pem(passphrase.expose_secret().as_bytes(), LineEnding::LF)
        .map_err(KeyError::Encrypt)?;
    file::create_private(path, pem.as_bytes())?;
    Ok(key)
}

/// Opens a key file.
///
/// # Errors
/// [`KeyError::File`] or [`KeyError::Undecipherable`].
pub fn open_key(path: &Path, passphrase: &SecretString) -> Result<SigningKey, KeyError> {
    let pem = std::fs::read_to_string(path).map_err(|cause| KeyError::File {
        path: path.to_owned(),
        cause,
    })?;
    SigningKey::from_pkcs8_encrypted_pem(&pem, passphrase.expose_secret().as_bytes()).map_err(|_| {
        KeyError::Undecipherable {
            path: path.to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_private_encrypted_and_never_overwritten() {
        let folder = std::env::temp_dir().join(format!("touchstone-key-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("key.pem");
        let passphrase = SecretString::from("a long enough passphrase".to_owned());
        let key = create_key(&path, &passphrase).unwrap();
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert!(
            std::fs::read_to_string(&path)
                .unwrap()
                .starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----")
        );
        assert_eq!(open_key(&path, &passphrase).unwrap(), key);
        assert!(matches!(
            create_key(&path, &passphrase),
            Err(KeyError::Exists { .. })
        ));
        let wrong = SecretString::from("another long passphrase".to_owned());
        assert!(matches!(
            open_key(&path, &wrong),
            Err(KeyError::Undecipherable { .. })
        ));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
