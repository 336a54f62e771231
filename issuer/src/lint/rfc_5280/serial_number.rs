//! The issuing key's certificate has a serial number above zero of at most 20 octets (RFC 5280 §4.1.2.2).

use touchstone_schemas::budget::MAX_SERIAL_OCTETS;

use crate::lint::{Clause, Findings, KeyLint, KeyPaper};

const CLAUSE: Clause = Clause::new("certificateSerial", "RFC 5280 §4.1.2.2");
pub(in crate::lint) const LINT: KeyLint = KeyLint {
    clause: &CLAUSE,
    check,
};

fn check(paper: &KeyPaper<'_>, findings: &mut Findings) {
    let serial = &paper.facts.serial;
    if serial.bytes().all(|digit| digit == b'0') || serial.len() > 2 * MAX_SERIAL_OCTETS {
        findings.report(
            "",
            format!("serial number {serial:?} is zero or longer than {MAX_SERIAL_OCTETS} octets"),
        );
    }
}
