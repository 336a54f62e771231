//! Profile, criteria, metric and standards are parts of the scheme referred to (UNTP DCC 0.7.0, ConformityScheme).

use crate::lint::vcdm::is_url;
use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("untpReferences", "UNTP 0.7.0 DCC, ConformityScheme");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let scheme = document
        .text("/credentialSubject/referenceScheme/id")
        .unwrap_or_default();
    if !is_url(scheme) {
        findings.report("/credentialSubject/referenceScheme/id", "the scheme has no URL");
    }
    let mut parts = vec!["/credentialSubject/referenceProfile/id".to_owned()];
    let assessment = "/credentialSubject/conformityAssessment/0";
    for list in ["assessmentCriteria", "referenceStandard"] {
        let count = document.list(&format!("{assessment}/{list}")).len();
        if count == 0 {
            findings.report(format!("{assessment}/{list}"), "nothing is named");
        }
        parts.extend((0..count).map(|place| format!("{assessment}/{list}/{place}/id")));
    }
    for pointer in parts {
        let id = document.text(&pointer).unwrap_or_default();
        if !id.starts_with(&format!("{scheme}#")) {
            findings.report(pointer, format!("{id:?} is no part of {scheme:?}"));
        }
    }
}
