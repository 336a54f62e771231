//! Ed25519 as the path library's one signature algorithm.

use ed25519_dalek::VerifyingKey;
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};

use crate::proof::ed25519;

/// Ed25519 keys and signatures (RFC 8410), by the strict rules of [`ed25519`].
#[derive(Debug)]
pub(super) struct StrictEd25519 {
    /// The keys of the path's authorities, already decoded: decoding costs a ninth of a signature check.
    pub(super) decoded: Vec<VerifyingKey>,
}

impl StrictEd25519 {
    fn key(&self, octets: &[u8; 32]) -> Result<VerifyingKey, ed25519::KeyError> {
        let known = self.decoded.iter().find(|key| key.as_bytes() == octets);
        known.map_or_else(|| ed25519::parse_key(octets), |key| Ok(*key))
    }
}

impl SignatureVerificationAlgorithm for StrictEd25519 {
    fn verify_signature(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let key = key.try_into().map_err(|_| InvalidSignature)?;
        let signature = signature.try_into().map_err(|_| InvalidSignature)?;
        let key = self.key(key).map_err(|_| InvalidSignature)?;
        ed25519::verify(&key, message, signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ED25519
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ED25519
    }
}
