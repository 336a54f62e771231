//! The first context is that of VCDM 2.0, the others are those this build pins, in their order (VCDM 2.0 §4.3).

use touchstone_schemas::{credential::credential_contexts, json::Value, lifecycle::event_contexts};

use crate::lint::{Clause, Document, DocumentKind, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("vcContext", "VCDM 2.0 §4.3");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let wanted: Vec<&str> = match document.kind {
        DocumentKind::Credential => credential_contexts().to_vec(),
        DocumentKind::Event => event_contexts().to_vec(),
    };
    let found: Vec<&str> = document
        .list("/@context")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    if found != wanted {
        findings.report("/@context", format!("found {found:?}, wanted {wanted:?}"));
    }
}
