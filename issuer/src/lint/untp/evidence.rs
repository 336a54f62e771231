//! The report is named with its digest, a multibase SHA-256 (UNTP DCC 0.7.0, SecureLink).

use touchstone_schemas::digest::Sha256Digest;

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("untpEvidence", "UNTP 0.7.0 DCC, SecureLink");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let link = "/credentialSubject/auditableEvidence";
    let digest = document
        .text(&format!("{link}/digestMultibase"))
        .unwrap_or_default();
    if let Err(error) = Sha256Digest::from_multibase(digest) {
        findings.report(format!("{link}/digestMultibase"), error.to_string());
    }
    for member in ["linkName", "linkURL", "mediaType"] {
        if document
            .text(&format!("{link}/{member}"))
            .is_none_or(str::is_empty)
        {
            findings.report(format!("{link}/{member}"), "it is missing");
        }
    }
}
