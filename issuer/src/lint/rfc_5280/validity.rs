//! The issuing key's certificate is valid at the moment of signing (RFC 5280 §4.1.2.5, §6.1.3).

use crate::lint::{Clause, Findings, KeyLint, KeyPaper};

const CLAUSE: Clause = Clause::new("certificateValidity", "RFC 5280 §4.1.2.5, §6.1.3 a) 2)");
pub(in crate::lint) const LINT: KeyLint = KeyLint {
    clause: &CLAUSE,
    check,
};

fn check(paper: &KeyPaper<'_>, findings: &mut Findings) {
    let created = paper.created.unix();
    if !paper.facts.validity.covers(created) {
        findings.report("", format!("it is not valid at {}", paper.created));
    }
}
