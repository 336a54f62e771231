//! The thinnest verification there is, with the key known: what every richer one contains. Benchmarks measure it.

use ed25519_dalek::VerifyingKey;
use touchstone_schemas::{
    budget::MAX_CREDENTIAL_BYTES,
    json::{self, JsonError},
};

use crate::proof::{
    ed25519::SignatureError,
    eddsa_jcs_2022::{ProofError, Secured, split_proof, verify_proof},
};

/// Why a document is not signed by a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThinError {
    /// Not strict JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// No proof of ours.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// Not this key's signature.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// Strict parse, one proof, JCS, two SHA-256, one signature; nothing is said about who the key belongs to.
///
/// # Errors
/// [`ThinError`] with the first fault.
pub fn thin_verify(document: &[u8], key: &VerifyingKey) -> Result<(), ThinError> {
    let Secured {
        document: unsecured,
        proof,
    } = split_proof(json::parse(document, MAX_CREDENTIAL_BYTES)?)?;
    let mut canonical = Vec::with_capacity(document.len());
    unsecured.write_canonical(&mut canonical);
    Ok(verify_proof(&canonical, &proof, key)?)
}
