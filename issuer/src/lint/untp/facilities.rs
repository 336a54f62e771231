//! Every facility assessed is a site of the certificate, each once (UNTP DCC 0.7.0, Facility).

use touchstone_schemas::json::Value;

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new(
    "untpFacilities",
    "UNTP 0.7.0 DCC, Facility; ISO/IEC 17065 §7.7.1 e)",
);
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let assessed = "/credentialSubject/conformityAssessment/0/assessedFacility";
    let of = |list: &'_ [Value<'_>], member: &str| -> Vec<String> {
        let text = |entry: &Value<'_>| entry.pointer(member).and_then(Value::as_str).map(str::to_owned);
        list.iter().filter_map(text).collect()
    };
    let facilities = of(document.list(assessed), "/facility/id");
    let sites = of(document.list("/credentialSubject/certificate/sites"), "/id");
    if facilities.is_empty() || facilities != sites {
        findings.report(
            assessed,
            format!("{facilities:?} are assessed, {sites:?} are the sites"),
        );
    }
    for (place, id) in facilities.iter().enumerate() {
        if facilities.iter().take(place).any(|other| other == id) {
            findings.report(format!("{assessed}/{place}"), "the facility is listed twice");
        }
    }
}
