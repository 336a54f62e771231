//! The key that signs is one of the issuer named in the document (VC Data Integrity 1.0 §4.5; Controlled
//! Identifiers 1.0 §2.2).

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new(
    "proofVerificationMethod",
    "VC Data Integrity 1.0 §4.5; Controlled Identifiers 1.0 §2.2",
);
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let issuer = document.text("/issuer/id").unwrap_or_default();
    let method = document.signing.method;
    if method.did().as_str() != issuer {
        findings.report("/issuer/id", format!("{issuer:?} does not sign with {method}"));
    }
}
