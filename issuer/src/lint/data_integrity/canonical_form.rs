//! The bytes are the JCS form of themselves: what is stored, hashed and signed is one (EdDSA Cryptosuites 1.0
//! §3.3.3; RFC 8785 §3).

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("canonicalForm", "EdDSA Cryptosuites 1.0 §3.3.3; RFC 8785 §3");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    if document.root.to_canonical_bytes() != document.bytes {
        findings.report("", "the bytes are not their own JCS form");
    }
}
