//! A claim of accreditation or approval names the authority that gave it and where its evidence stands (UNTP DCC
//! 0.7.0, Endorsement).

use crate::lint::vcdm::is_url;
use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("untpEndorsement", "UNTP 0.7.0 DCC, Endorsement");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let pointer = "/credentialSubject/authorisation";
    for place in 0..document.list(pointer).len() {
        let claim = format!("{pointer}/{place}");
        for member in ["issuingAuthority/id", "endorsementEvidence/linkURL"] {
            if !document.text(&format!("{claim}/{member}")).is_some_and(is_url) {
                findings.report(format!("{claim}/{member}"), "wanted a URL");
            }
        }
        for member in ["name", "issuingAuthority/name", "endorsementEvidence/linkName"] {
            if document
                .text(&format!("{claim}/{member}"))
                .is_none_or(str::is_empty)
            {
                findings.report(format!("{claim}/{member}"), "it is missing");
            }
        }
    }
}
