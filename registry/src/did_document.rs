//! The trust list's keys in the form others resolve; no verification of ours reads it.

use serde_json::json;
use touchstone_schemas::{did::Did, multikey::Multikey, trust_list::TrustedKey};
use touchstone_verifier::path::certificate_facts;

/// A DID document of a body or its status authority (DID Core 1.0 §5, Controlled Identifiers 1.0 §2.2.2 Multikey);
/// `None` when a certificate in the list holds no key.
pub(crate) fn did_document(did: &Did, keys: &[TrustedKey]) -> Option<Vec<u8>> {
    let mut methods = Vec::with_capacity(keys.len());
    let mut ids = Vec::with_capacity(keys.len());
    for key in keys {
        let facts = certificate_facts(key.certificate.as_der()).ok()?;
        let multikey = Multikey::from_bytes(facts.key.to_bytes());
        let id = key.verification_method.to_string();
        methods.push(json!({
            "id": id,
            "type": "Multikey",
            "controller": did.as_str(),
            "publicKeyMultibase": multikey.to_string(),
        }));
        ids.push(id);
    }
    let document = json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did.as_str(),
        "verificationMethod": methods,
        "assertionMethod": ids,
    });
    serde_json::to_vec(&document).ok()
}
