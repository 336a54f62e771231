//! An event names the very document it changes, by a multibase SHA-256 (VC Data Integrity 1.0 §2.6).

use touchstone_schemas::digest::Sha256Digest;

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("eventDigest", "VC Data Integrity 1.0 §2.6");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_event(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let pointer = "/credentialSubject/credentialDigest";
    match Sha256Digest::from_multibase(document.text(pointer).unwrap_or_default()) {
        Ok(digest) if digest.as_bytes().iter().any(|byte| *byte != 0) => {}
        Ok(_) => findings.report(pointer, "the digest is all zeros"),
        Err(error) => findings.report(pointer, error.to_string()),
    }
}
