//! A document that reads as a credential is exactly what its facts give.
#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_schemas::{
    budget::MAX_CREDENTIAL_BYTES, credential::Credential, jcs::to_canonical, json::parse, lifecycle::Event,
    snapshot::Snapshot,
};
use touchstone_verifier::proof::eddsa_jcs_2022::{Secured, split_proof};

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = parse(bytes, MAX_CREDENTIAL_BYTES) else { return };
    let document = match split_proof(value.clone()) {
        Ok(Secured { document, .. }) => document,
        Err(_) => value,
    };
    let canonical = document.to_canonical_bytes();
    if let Ok(credential) = Credential::from_document(&document) {
        assert_eq!(to_canonical(&credential), canonical);
    }
    if let Ok(event) = Event::from_document(&document) {
        assert_eq!(to_canonical(&event), canonical);
    }
    if let Ok(snapshot) = Snapshot::from_document(&document) {
        assert_eq!(to_canonical(&snapshot), canonical);
    }
});
