//! There is one subject, with an id and claims about it (VCDM 2.0 §4.8).

use touchstone_schemas::json::Value;

use super::is_url;
use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("vcSubject", "VCDM 2.0 §4.8");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let pointer = "/credentialSubject";
    let Some(subject) = document.at(pointer).and_then(Value::as_object) else {
        findings.report(pointer, "there is not one subject");
        return;
    };
    if !document.text("/credentialSubject/id").is_some_and(is_url) {
        findings.report("/credentialSubject/id", "the subject is not named by a URL");
    }
    if subject.iter().all(|(name, _)| matches!(name, "id" | "type")) {
        findings.report(pointer, "nothing is claimed of the subject");
    }
}
