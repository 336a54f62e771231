//! The industry is a code of manufacturing, with the edition it is of (GB/T 4754-2017).

use touchstone_schemas::industry::{self, IndustryCode};

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("industryCode", "GB/T 4754-2017");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let industry = "/credentialSubject/certificate/industry";
    if let Err(error) = IndustryCode::parse(document.text(&format!("{industry}/code")).unwrap_or_default()) {
        findings.report(format!("{industry}/code"), error.to_string());
    }
    let edition = document.text(&format!("{industry}/edition")).unwrap_or_default();
    if edition != industry::EDITION {
        findings.report(
            format!("{industry}/edition"),
            format!("found {edition:?}, wanted {}", industry::EDITION),
        );
    }
}
