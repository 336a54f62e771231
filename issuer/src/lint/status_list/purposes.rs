//! Three entries, one a purpose, all at the same index of lists with the same number (Bitstring Status List 1.0
//! §2.1).

use touchstone_schemas::{budget::MAX_STATUS_LIST_ENTRIES, json::Value};

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("statusPurposes", "Bitstring Status List 1.0 §2.1");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let entries = document.list("/credentialStatus");
    let text = |entry: &'_ Value<'_>, member: &str| {
        entry
            .pointer(member)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let mut purposes: Vec<String> = entries
        .iter()
        .map(|entry| text(entry, "/statusPurpose"))
        .collect();
    purposes.sort();
    if purposes != ["message", "revocation", "suspension"] {
        findings.report("/credentialStatus", format!("the purposes are {purposes:?}"));
    }
    let first = entries
        .first()
        .map(|entry| text(entry, "/statusListIndex"))
        .unwrap_or_default();
    let canonical = first
        .parse::<u32>()
        .is_ok_and(|index| index < MAX_STATUS_LIST_ENTRIES && index.to_string() == first);
    if !canonical {
        findings.report(
            "/credentialStatus/0/statusListIndex",
            format!("{first:?} is not an index"),
        );
    }
    if entries
        .iter()
        .any(|entry| text(entry, "/statusListIndex") != first)
    {
        findings.report("/credentialStatus", "the entries do not stand at one index");
    }
}
