//! An event is about the version of the certificate whose number it repeats, and is counted from 1 (DESIGN §4
//! "Lifecycle").

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("eventSubject", "DESIGN §4 Lifecycle");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_event(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let subject = "/credentialSubject";
    let number = document.text(&format!("{subject}/number")).unwrap_or_default();
    let version = document
        .integer(&format!("{subject}/version"))
        .unwrap_or_default();
    let id = document.text(&format!("{subject}/id")).unwrap_or_default();
    if number.is_empty() || !id.ends_with(&format!("/certificates/{number}?version={version}")) {
        findings.report(
            format!("{subject}/id"),
            format!("{id:?} is not version {version} of {number:?}"),
        );
    }
    if document
        .integer(&format!("{subject}/sequence"))
        .is_none_or(|sequence| sequence < 1)
    {
        findings.report(format!("{subject}/sequence"), "events are counted from 1");
    }
}
