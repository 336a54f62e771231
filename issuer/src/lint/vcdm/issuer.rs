//! The issuer is named, by the URL of its DID (VCDM 2.0 §4.7).

use touchstone_schemas::did::Did;

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("vcIssuer", "VCDM 2.0 §4.7");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let id = document.text("/issuer/id").unwrap_or_default();
    if let Err(error) = Did::parse(id) {
        findings.report("/issuer/id", error.to_string());
    }
    if document.text("/issuer/name").is_none_or(str::is_empty) {
        findings.report("/issuer/name", "the issuer has no name");
    }
}
