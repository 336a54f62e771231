//! A change of certification tells its decision, who decided and on what legal ground (ISO/IEC 17065 §7.11.1,
//! §7.11.3).

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("eventGrounds", "ISO/IEC 17065 §7.11.1, §7.11.3");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_event(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    for member in ["decision", "decidedBy", "legalBasis", "reason"] {
        let pointer = format!("/credentialSubject/{member}");
        if document.text(&pointer).is_none_or(str::is_empty) {
            findings.report(pointer, "it is missing");
        }
    }
}
