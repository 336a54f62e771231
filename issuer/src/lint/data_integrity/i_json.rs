//! Strict I-JSON within the size that verifiers read (RFC 7493 §2; RFC 8785 §3.1).

use touchstone_schemas::{budget::MAX_CREDENTIAL_BYTES, json};

use crate::lint::{Clause, Document, DocumentLint, Findings};

pub(in crate::lint) const CLAUSE: Clause = Clause::new("iJson", "RFC 7493 §2; RFC 8785 §3.1");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    if let Err(error) = json::parse(document.bytes, MAX_CREDENTIAL_BYTES) {
        findings.report("", error.to_string());
    }
}
