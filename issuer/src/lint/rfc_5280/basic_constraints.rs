//! The issuing key's certificate is an end entity's: it certifies nobody (RFC 5280 §4.2.1.9).

use touchstone_verifier::path::BasicConstraints;

use crate::lint::{Clause, Findings, KeyLint, KeyPaper};

const CLAUSE: Clause = Clause::new("certificateBasicConstraints", "RFC 5280 §4.2.1.9");
pub(in crate::lint) const LINT: KeyLint = KeyLint {
    clause: &CLAUSE,
    check,
};

fn check(paper: &KeyPaper<'_>, findings: &mut Findings) {
    if paper.facts.basic_constraints != BasicConstraints::EndEntity {
        findings.report("", "basicConstraints makes it a certification authority");
    }
}
