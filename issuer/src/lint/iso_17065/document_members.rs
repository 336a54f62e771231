//! What the document must tell stands in it: body with address, client with address, scope, standard, date and end,
//! signatory (ISO/IEC 17065 §7.7.1 a–g).

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("documentMembers", "ISO/IEC 17065 §7.7.1 a)–g)");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    const WANTED: [&str; 9] = [
        "/issuer/name",
        "/credentialSubject/certificate/body/address",
        "/credentialSubject/issuedToParty/name",
        "/credentialSubject/certificate/holder/address",
        "/credentialSubject/conformityAssessment/0/specifiedCondition/0",
        "/credentialSubject/conformityAssessment/0/referenceStandard/0/name",
        "/credentialSubject/certificate/firstIssued",
        "/validUntil",
        "/credentialSubject/certificate/signatory",
    ];
    for pointer in WANTED {
        if document.text(pointer).is_none_or(str::is_empty) {
            findings.report(pointer, "a certificate tells it, and it is missing");
        }
    }
}
