//! The schema is named, with its type: ours, of which this build holds a copy (VCDM 2.0 §4.11).

use touchstone_schemas::credential::SCHEMA_V1;

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("vcSchema", "VCDM 2.0 §4.11");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    for (member, wanted) in [("id", SCHEMA_V1), ("type", "JsonSchema")] {
        let pointer = format!("/credentialSchema/{member}");
        let found = document.text(&pointer).unwrap_or_default();
        if found != wanted {
            findings.report(pointer, format!("found {found:?}, wanted {wanted:?}"));
        }
    }
}
