//! The proof is made while the document counts: a certificate before its last second, an event not before it takes
//! effect (VC Data Integrity 1.0 §2.1).

use crate::lint::{Clause, Document, DocumentKind, DocumentLint, Findings, vcdm::date_time_stamp};

const CLAUSE: Clause = Clause::new("proofCreated", "VC Data Integrity 1.0 §2.1");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let created = document.signing.created;
    let instant = |pointer: &str| document.text(pointer).and_then(date_time_stamp);
    if let Some(until) = instant("/validUntil")
        && created > until
        && document
            .at("/credentialSubject/certificate/transcribed")
            .is_none()
    {
        findings.report(
            "/validUntil",
            format!("ends {until}, before the proof is made at {created}"),
        );
    }
    if document.kind == DocumentKind::Event
        && let Some(effective) = instant("/validFrom")
        && created < effective
    {
        findings.report(
            "/validFrom",
            format!("begins {effective}, after the proof is made at {created}"),
        );
    }
}
