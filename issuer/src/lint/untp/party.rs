//! The party certified is named by its registered id, and its URN is of the same id (UNTP DCC 0.7.0, Party).

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("untpParty", "UNTP 0.7.0 DCC, Party");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let party = "/credentialSubject/issuedToParty";
    let registered = document
        .text(&format!("{party}/registeredId"))
        .unwrap_or_default();
    let id = document.text(&format!("{party}/id")).unwrap_or_default();
    if registered.is_empty() || !id.starts_with("urn:") || !id.ends_with(&format!(":{registered}")) {
        findings.report(
            format!("{party}/id"),
            format!("{id:?} is not the URN of {registered:?}"),
        );
    }
    if document.text(&format!("{party}/name")).is_none_or(str::is_empty) {
        findings.report(format!("{party}/name"), "the party has no name");
    }
}
