//! The holder is named by a unified social credit code whose check character holds (GB 32100-2015 §4).

use touchstone_schemas::uscc::Uscc;

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("creditCode", "GB 32100-2015 §4");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let pointer = "/credentialSubject/issuedToParty/registeredId";
    if let Err(error) = Uscc::parse(document.text(pointer).unwrap_or_default()) {
        findings.report(pointer, error.to_string());
    }
}
