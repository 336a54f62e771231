//! A signed credential with its facts.

use touchstone_schemas::budget::MAX_CREDENTIAL_BYTES;
use touchstone_schemas::credential::{Credential, CredentialError};
use touchstone_schemas::decode::{DecodeError, decode};
use touchstone_schemas::json::{self, JsonError, Value};
use touchstone_schemas::proof::DataIntegrityProof;

/// A signed credential: its JCS bytes, the facts in them, and the proof over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The JCS bytes, as issued.
    pub bytes: Vec<u8>,
    /// The facts.
    pub credential: Credential,
    /// The proof. Whether it holds is the verifier's affair.
    pub proof: DataIntegrityProof,
}

/// Why a document is no signed credential.
#[derive(Debug, thiserror::Error)]
pub enum SignedError {
    /// Not JSON of the profile.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not a credential.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The proof does not read.
    #[error(transparent)]
    Proof(#[from] DecodeError),
    /// There is no proof.
    #[error("the document has no proof")]
    Unsecured,
    /// Another spelling than JCS: attached, the file would not be the credential as issued.
    #[error("the document is not written canonically (RFC 8785)")]
    NotCanonical,
}

impl Signed {
    /// Reads a signed credential.
    ///
    /// # Errors
    /// [`SignedError`].
    pub fn read(bytes: &[u8]) -> Result<Self, SignedError> {
        let mut document = json::parse(bytes, MAX_CREDENTIAL_BYTES)?;
        let Value::Object(members) = &mut document else {
            return Err(SignedError::Unsecured);
        };
        let proof = members.remove("proof").ok_or(SignedError::Unsecured)?;
        let proof: DataIntegrityProof = decode(&proof)?;
        let credential = Credential::from_document(&document)?;
        if credential.secured_with(&proof) != bytes {
            return Err(SignedError::NotCanonical);
        }
        Ok(Self {
            bytes: bytes.to_owned(),
            credential,
            proof,
        })
    }
}
