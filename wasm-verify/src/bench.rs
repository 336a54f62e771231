//! What benchmarks measure; not part of the module that pages load.

use ed25519_dalek::VerifyingKey;
use touchstone_schemas::{budget::MAX_TRUST_LIST_BYTES, credential::IssuerProfile, decode::read};
use touchstone_verifier::{proof::ed25519, qr};
use wasm_bindgen::prelude::wasm_bindgen;

/// A key decoded once, so that both measures begin with "key known".
#[wasm_bindgen]
#[derive(Debug)]
pub struct KnownKey(VerifyingKey);

#[wasm_bindgen]
impl KnownKey {
    /// Decodes the 32 octets of a public key; `undefined` when they are none.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; 32] = bytes.try_into().ok()?;
        ed25519::parse_key(bytes).ok().map(Self)
    }

    /// The thin verification: strict parse, JCS, two SHA-256, signature.
    #[must_use]
    pub fn thin_verify(&self, document: &[u8]) -> bool {
        touchstone_verifier::thin_verify(document, &self.0).is_ok()
    }

    /// The floor: the signature check alone.
    #[must_use]
    pub fn verify_strict(&self, message: &[u8], signature: &[u8]) -> bool {
        signature
            .try_into()
            .is_ok_and(|signature: &[u8; 64]| ed25519::verify(&self.0, message, signature).is_ok())
    }
}

/// An issuer profile read once, as from a trust list.
#[wasm_bindgen]
#[derive(Debug)]
pub struct KnownProfile(IssuerProfile);

#[wasm_bindgen]
impl KnownProfile {
    /// Reads a profile's JSON; `undefined` when it is none.
    #[must_use]
    pub fn parse(json: &[u8]) -> Option<Self> {
        read(json, MAX_TRUST_LIST_BYTES).ok().map(Self)
    }

    /// Decodes a QR payload of this issuer, whatever the profile's number; whether that succeeds.
    #[must_use]
    pub fn decode(&self, digits: &str) -> bool {
        qr::decode(digits, &|_| Some(self.0.clone())).is_ok()
    }
}
