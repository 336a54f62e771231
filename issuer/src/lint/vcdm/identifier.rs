//! The id is one URL of the registry: what the number, version and sequence give (VCDM 2.0 §4.4).

use super::is_url;
use crate::lint::{Clause, Document, DocumentKind, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("vcIdentifier", "VCDM 2.0 §4.4");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let id = document.text("/id").unwrap_or_default();
    let ours = match document.kind {
        DocumentKind::Credential => {
            let number = document
                .text("/credentialSubject/certificate/number")
                .unwrap_or_default();
            let version = document
                .integer("/credentialSubject/certificate/version")
                .unwrap_or_default();
            id.ends_with(&format!("/certificates/{number}?version={version}"))
        }
        DocumentKind::Event => {
            let subject = document.text("/credentialSubject/id").unwrap_or_default();
            let sequence = document
                .integer("/credentialSubject/sequence")
                .unwrap_or_default();
            id == format!("{subject}#event-{sequence}")
        }
    };
    if !is_url(id) || !ours {
        findings.report(
            "/id",
            format!("{id:?} is not the URL that number, version and sequence give"),
        );
    }
}
