//! Regions are six digits of a province that exists (GB/T 2260-2007).

use touchstone_schemas::region::RegionCode;

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("regionCode", "GB/T 2260-2007");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let certificate = "/credentialSubject/certificate";
    let sites = document.list(&format!("{certificate}/sites")).len();
    let places = (0..sites).map(|place| format!("{certificate}/sites/{place}/region"));
    for pointer in places.chain([format!("{certificate}/holder/region")]) {
        if let Err(error) = RegionCode::parse(document.text(&pointer).unwrap_or_default()) {
            findings.report(pointer, error.to_string());
        }
    }
}
