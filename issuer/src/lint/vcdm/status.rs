//! Every status entry says of what type it is and where its list stands (VCDM 2.0 §4.10).

use touchstone_schemas::json::Value;

use super::is_url;
use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("vcStatus", "VCDM 2.0 §4.10");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let entries = document.list("/credentialStatus");
    if entries.is_empty() {
        findings.report("/credentialStatus", "the credential has no status");
    }
    for (place, entry) in entries.iter().enumerate() {
        let text = |member: &str| entry.pointer(member).and_then(Value::as_str);
        if text("/type") != Some("BitstringStatusListEntry") {
            let message = "the type is not BitstringStatusListEntry";
            findings.report(format!("/credentialStatus/{place}/type"), message);
        }
        if !text("/statusListCredential").is_some_and(is_url) {
            let pointer = format!("/credentialStatus/{place}/statusListCredential");
            findings.report(pointer, "the list has no URL");
        }
    }
}
