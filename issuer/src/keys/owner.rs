//! The scheme owner's key: signs trust lists and nothing else (DESIGN §4). Kept in a folder of its own, offline.

use std::convert::Infallible;
use std::path::Path;

use ed25519_dalek::{Signer, SigningKey};
use secrecy::SecretString;
use touchstone_schemas::{
    jcs::to_canonical, json, multikey::Multikey, proof::ProofConfig, trust_list::TrustList,
};
use touchstone_verifier::proof::eddsa_jcs_2022::{attach_proofs, create_proof};

use super::{KeyError, create_key, open_key};

/// The scheme owner's key.
pub struct OwnerKey {
    key: SigningKey,
}

impl OwnerKey {
    /// File name of the key in the owner's folder.
    pub const FILE: &str = "owner.pem";

    /// Makes the key.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn create(folder: &Path, passphrase: &SecretString) -> Result<Self, KeyError> {
        Ok(Self {
            key: create_key(&folder.join(Self::FILE), passphrase)?,
        })
    }

    /// Opens the key.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn open(folder: &Path, passphrase: &SecretString) -> Result<Self, KeyError> {
        Ok(Self {
            key: open_key(&folder.join(Self::FILE), passphrase)?,
        })
    }

    /// The public key: what verifiers pin.
    #[must_use]
    pub fn multikey(&self) -> Multikey {
        Multikey::from_bytes(self.key.verifying_key().to_bytes())
    }

    /// Signs a trust list; gives its JCS bytes.
    ///
    /// # Errors
    /// [`KeyError::Encode`] or [`KeyError::Secure`].
    pub fn sign(&self, list: &TrustList) -> Result<Vec<u8>, KeyError> {
        let unsecured = to_canonical(list);
        let document = json::parse(&unsecured, unsecured.len())?;
        let config = ProofConfig::eddsa_jcs_2022(None, list.issued, self.multikey().did_key_method());
        let sign = |data: &[u8; 64]| Ok::<_, Infallible>(self.key.sign(data).to_bytes());
        let proof = create_proof(&document, config, sign)?;
        Ok(attach_proofs(document, &[proof]))
    }
}
