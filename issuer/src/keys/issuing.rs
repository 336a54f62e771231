//! The issuing key: signs what was prepared and nothing else (DESIGN §2 invariant 8).

use touchstone_schemas::{date_time::Timestamp, did::VerificationMethod, digest::Sha256Digest, json};
use touchstone_verifier::proof::eddsa_jcs_2022::secure;

use super::{KeyError, Signer};
use crate::prepare::{PreparedCredential, PreparedEvent};

/// The body's key for credentials and events.
pub struct IssuingKey {
    method: VerificationMethod,
    key: Signer,
}

/// What was prepared, of either kind.
pub enum Prepared {
    /// A credential.
    Credential(Box<PreparedCredential>),
    /// An event.
    Event(Box<PreparedEvent>),
}

/// A signed document: its JCS bytes and their digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedDocument {
    bytes: Vec<u8>,
    digest: Sha256Digest,
}

impl SignedDocument {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        let digest = Sha256Digest::of(&bytes);
        Self { bytes, digest }
    }

    /// The JCS bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of the JCS bytes.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        self.digest
    }

    /// The JCS bytes, without the digest.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl IssuingKey {
    pub(crate) const fn new(method: VerificationMethod, key: Signer) -> Self {
        Self { method, key }
    }

    /// Its DID URL.
    #[must_use]
    pub const fn method(&self) -> &VerificationMethod {
        &self.method
    }

    /// Signs a credential, once: the preparation is consumed.
    ///
    /// # Errors
    /// [`KeyError::Secure`], [`KeyError::Token`]: nothing was signed, and the same can be prepared again.
    pub fn sign_credential(&self, prepared: PreparedCredential) -> Result<SignedDocument, KeyError> {
        let created = prepared.prepared_at();
        self.sign(&prepared.into_unsecured(), created)
    }

    /// Signs an event, once: the preparation is consumed.
    ///
    /// # Errors
    /// As [`IssuingKey::sign_credential`].
    pub fn sign_event(&self, prepared: PreparedEvent) -> Result<SignedDocument, KeyError> {
        let created = prepared.prepared_at();
        self.sign(&prepared.into_unsecured(), created)
    }

    /// Signs many, each once, in their order; with a key in a token over several sessions at once.
    ///
    /// # Errors
    /// As [`IssuingKey::sign_credential`]; then none of them counts as signed.
    pub fn sign_all(&self, prepared: Vec<Prepared>) -> Result<Vec<SignedDocument>, KeyError> {
        let sign = |prepared: Prepared| match prepared {
            Prepared::Credential(prepared) => self.sign_credential(*prepared),
            Prepared::Event(prepared) => self.sign_event(*prepared),
        };
        self.key.over_sessions(prepared, sign)
    }

    fn sign(&self, unsecured: &[u8], created: Timestamp) -> Result<SignedDocument, KeyError> {
        sign_document(unsecured, created, &self.method, &self.key)
    }
}

/// Secures the JCS bytes of a document.
pub(super) fn sign_document(
    unsecured: &[u8],
    created: Timestamp,
    method: &VerificationMethod,
    key: &Signer,
) -> Result<SignedDocument, KeyError> {
    let document = json::parse(unsecured, unsecured.len())?;
    let sign = |data: &[u8; 64]| key.sign(data).map_err(Box::new);
    Ok(SignedDocument::new(secure(
        document,
        created,
        &method.to_string(),
        sign,
    )?))
}
