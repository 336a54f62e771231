//! An event names the very document it changes, by its SHA-256 in hexadecimal (DESIGN §4 Lifecycle; FIPS 180-4).

use touchstone_schemas::digest::Sha256Digest;

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("eventDigest", "DESIGN §4 Lifecycle; FIPS 180-4");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_event(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let pointer = "/credentialSubject/credentialDigest";
    match document.text(pointer).unwrap_or_default().parse::<Sha256Digest>() {
        Ok(digest) if digest.as_bytes().iter().any(|byte| *byte != 0) => {}
        Ok(_) => findings.report(pointer, "the digest is all zeros"),
        Err(error) => findings.report(pointer, error.to_string()),
    }
}
