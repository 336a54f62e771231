//! No member is null or empty: JSON-LD drops such members, and readers would disagree about what was signed (VCDM
//! 2.0 §4.2; JSON-LD 1.1 §9.4).

use touchstone_schemas::json::Value;

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("vcEmptyMembers", "VCDM 2.0 §4.2; JSON-LD 1.1 §9.4");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    document.visit(&mut |pointer, value| {
        let empty = match value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(elements) => elements.is_empty(),
            Value::Object(members) => members.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if empty {
            findings.report(pointer, "null or empty: left out instead");
        }
    });
}
