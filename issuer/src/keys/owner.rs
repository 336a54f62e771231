//! The scheme owner's key: signs trust lists, and the owner's records in the log (DESIGN §4). Kept in a folder of its
//! own, offline, or in a token that a file of that folder names.

use std::fs::File;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use touchstone_schemas::{
    date_time::Timestamp,
    jcs::{Encode, to_canonical},
    json,
    multikey::Multikey,
    owner_record::{KeyRetirement, VerifierRelease},
    proof::ProofConfig,
    trust_list::TrustList,
};
use touchstone_verifier::proof::eddsa_jcs_2022::{attach_proofs, create_proof};

use super::{KeyError, KeyPlace, PinFrom, Signer, Unlocking};
use crate::file;

/// The scheme owner's key.
pub struct OwnerKey {
    key: Signer,
    folder: PathBuf,
}

impl OwnerKey {
    /// File name of the key in the owner's folder.
    pub const FILE: &str = "owner.pem";
    /// File name of the `pkcs11:` URI of a key in a token, in the owner's folder.
    pub const URI: &str = "owner.uri";
    /// File name of the last sequence given to a trust list, in the owner's folder.
    pub const SEQUENCE: &str = "owner.sequence";

    /// Makes the key.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn create(folder: &Path, passphrase: &SecretString) -> Result<Self, KeyError> {
        Self::create_at(&KeyPlace::File(Self::FILE.into()), &unlocking(folder, passphrase))
    }

    /// Makes the key in a place; where that is a token, the folder keeps its URI.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn create_at(place: &KeyPlace, unlocking: &Unlocking<'_>) -> Result<Self, KeyError> {
        let key = place.create(unlocking)?;
        if !place.is_file() {
            let path = unlocking.folder.join(Self::URI);
            file::create_private(&path, format!("{place}\n").as_bytes())?;
        }
        Ok(Self {
            key,
            folder: unlocking.folder.to_owned(),
        })
    }

    /// Opens the key.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn open(folder: &Path, passphrase: &SecretString) -> Result<Self, KeyError> {
        Self::open_by(&unlocking(folder, passphrase))
    }

    /// Opens the key in the folder, or in the token that the folder names.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn open_by(unlocking: &Unlocking<'_>) -> Result<Self, KeyError> {
        let folder = unlocking.folder;
        Ok(Self {
            key: Self::place(folder)?.open(unlocking)?,
            folder: folder.to_owned(),
        })
    }

    /// Where the key of a folder is kept.
    ///
    /// # Errors
    /// [`KeyError::File`], [`KeyError::Place`].
    pub fn place(folder: &Path) -> Result<KeyPlace, KeyError> {
        let path = folder.join(Self::URI);
        match std::fs::read_to_string(&path) {
            Ok(text) => text
                .trim()
                .parse()
                .map_err(|cause| KeyError::Place { path, cause }),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                Ok(KeyPlace::File(Self::FILE.into()))
            }
            Err(cause) => Err(KeyError::File { path, cause }),
        }
    }

    /// Whether a folder has a key.
    #[must_use]
    pub fn is_in(folder: &Path) -> bool {
        folder.join(Self::FILE).exists() || folder.join(Self::URI).exists()
    }

    /// A sequence above `after` and above every one given before. It is on disk before it is returned, so that no two
    /// lists bear it, whatever copy of a list is renewed and wherever a renewal stops.
    ///
    /// # Errors
    /// [`KeyError::Sequence`] when the file of the last sequence does not read; else what the system says.
    pub fn next_sequence(&self, after: u64) -> Result<u64, KeyError> {
        let path = self.folder.join(Self::SEQUENCE);
        let system = |cause| KeyError::File {
            path: path.clone(),
            cause,
        };
        // One renewal at a time: held until this returns.
        let lock = File::options().read(true).open(&self.folder).map_err(system)?;
        lock.lock().map_err(system)?;
        let last = match std::fs::read_to_string(&path) {
            Ok(text) => text
                .trim()
                .parse()
                .map_err(|_| KeyError::Sequence { path: path.clone() })?,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => 0,
            Err(cause) => return Err(system(cause)),
        };
        let next = after.max(last).checked_add(1);
        let next = next.ok_or_else(|| KeyError::Sequence { path: path.clone() })?;
        file::replace(&path, format!("{next}\n").as_bytes())?;
        Ok(next)
    }

    /// The public key: what verifiers pin.
    #[must_use]
    pub fn multikey(&self) -> Multikey {
        Multikey::from_bytes(self.key.verifying_key().to_bytes())
    }

    /// Signs a trust list; gives its JCS bytes.
    ///
    /// # Errors
    /// [`KeyError::Json`] or [`KeyError::Secure`].
    pub fn sign(&self, list: &TrustList) -> Result<Vec<u8>, KeyError> {
        self.secure(list, list.issued)
    }

    /// Signs a key's retirement; gives its JCS bytes.
    ///
    /// # Errors
    /// As [`OwnerKey::sign`].
    pub fn sign_retirement(&self, retirement: &KeyRetirement) -> Result<Vec<u8>, KeyError> {
        self.secure(retirement, retirement.issued)
    }

    /// Signs a release of the verify page; gives its JCS bytes.
    ///
    /// # Errors
    /// As [`OwnerKey::sign`].
    pub fn sign_release(&self, release: &VerifierRelease) -> Result<Vec<u8>, KeyError> {
        self.secure(release, release.issued)
    }

    fn secure(&self, record: &impl Encode, issued: Timestamp) -> Result<Vec<u8>, KeyError> {
        let unsecured = to_canonical(record);
        let document = json::parse(&unsecured, unsecured.len())?;
        let config = ProofConfig::eddsa_jcs_2022(None, issued, self.multikey().did_key_method());
        let sign = |data: &[u8; 64]| self.key.sign(data).map_err(Box::new);
        let proof = create_proof(&document, config, sign)?;
        Ok(attach_proofs(document, &[proof]))
    }
}

/// What opens the key of an owner's folder, with a PIN from where the URI says.
fn unlocking<'a>(folder: &'a Path, passphrase: &'a SecretString) -> Unlocking<'a> {
    Unlocking {
        folder,
        passphrase,
        pin: PinFrom::Uri,
    }
}
