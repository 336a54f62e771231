//! The types are VerifiableCredential and ours, and nothing else (VCDM 2.0 §4.5).

use touchstone_schemas::json::Value;

use crate::lint::{Clause, Document, DocumentKind, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("vcType", "VCDM 2.0 §4.5");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let own = match document.kind {
        DocumentKind::Credential => "DigitalConformityCredential",
        DocumentKind::Event => "LifecycleEventCredential",
    };
    let types: Vec<&str> = document.list("/type").iter().filter_map(Value::as_str).collect();
    for wanted in ["VerifiableCredential", own] {
        if !types.contains(&wanted) {
            findings.report("/type", format!("{types:?} lacks {wanted}"));
        }
    }
    if types.len() != 2 || document.list("/type").len() != 2 {
        findings.report("/type", format!("found {types:?}, wanted two types"));
    }
}
