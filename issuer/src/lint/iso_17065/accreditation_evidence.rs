//! A mark or name of accreditation stands only beside an authorisation with evidence (ISO/IEC 17065 §4.1.3; ISO/IEC
//! 17011 §8.3).

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new(
    "accreditationEvidence",
    "ISO/IEC 17065 §4.1.3; ISO/IEC 17011 §8.3",
);
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

/// Marks and names of accreditation.
const MARKS: [&str; 6] = ["CNAS", "ilac-MRA", "ILAC", "IAF", "认可证书", "获得认可"];

fn check(document: &Document<'_>, findings: &mut Findings) {
    if !document.list("/credentialSubject/authorisation").is_empty() {
        return;
    }
    document.visit_texts(&mut |pointer, text| {
        for mark in MARKS {
            if text.contains(mark) {
                findings.report(pointer, format!("{text:?} names {mark} without an authorisation"));
            }
        }
    });
}
