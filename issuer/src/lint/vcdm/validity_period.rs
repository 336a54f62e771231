//! The validity period is written as XML Schema dateTimeStamps with their zone, and does not end before it begins (VCDM
//! 2.0 §4.9).

use super::date_time_stamp;
use crate::lint::{Clause, Document, DocumentKind, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("vcValidityPeriod", "VCDM 2.0 §4.9");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_both(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    let mut read = Vec::new();
    for pointer in ["/validFrom", "/validUntil"] {
        match document.text(pointer) {
            Some(text) => match date_time_stamp(text) {
                Some(instant) => read.push(instant),
                None => findings.report(pointer, format!("{text:?} is no dateTimeStamp")),
            },
            None if pointer == "/validUntil" && document.kind == DocumentKind::Event => {}
            None => findings.report(pointer, "it is missing"),
        }
    }
    if let [from, until] = read.as_slice()
        && until <= from
    {
        findings.report("/validUntil", format!("ends {until}, not after it begins {from}"));
    }
}
