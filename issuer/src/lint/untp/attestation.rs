//! The attestation is a third party's, and names its type and level by codes of the vocabulary's form: which ones is the
//! scheme's to say (UNTP DCC 0.7.0, ConformityAttestation).

use touchstone_schemas::json::Value;

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("untpAttestation", "UNTP 0.7.0 DCC, ConformityAttestation");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let subject = "/credentialSubject";
    let constants = [
        (
            "assessorLevel",
            document.text(&format!("{subject}/assessorLevel")),
            "3rdParty",
        ),
        (
            "type",
            document
                .list(&format!("{subject}/type"))
                .first()
                .and_then(Value::as_str),
            "ConformityAttestation",
        ),
    ];
    for (member, found, wanted) in constants {
        if found != Some(wanted) {
            findings.report(
                format!("{subject}/{member}"),
                format!("found {found:?}, wanted {wanted}"),
            );
        }
    }
    for member in ["attestationType", "assessmentLevel"] {
        let pointer = format!("{subject}/{member}");
        let found = document.text(&pointer).unwrap_or_default();
        if !is_code(found) {
            findings.report(pointer, format!("{found:?} is no code of the vocabulary's form"));
        }
    }
}

/// Words of lower-case letters with hyphens between.
fn is_code(text: &str) -> bool {
    text.split('-')
        .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()))
}
