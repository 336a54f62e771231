//! What is about to be signed carries no proof: the proof is of all but itself (VC Data Integrity 1.0 §4.2).

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("proofAbsent", "VC Data Integrity 1.0 §4.2");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    if document.at("/proof").is_some() {
        findings.report("/proof", "it is there before anything was signed");
    }
}
