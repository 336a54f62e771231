//! The issuing key's certificate lets it sign, and nothing else (RFC 5280 §4.2.1.3; RFC 8410 §5).

use touchstone_verifier::path::KeyUsages;

use crate::lint::{Clause, Findings, KeyLint, KeyPaper};

const CLAUSE: Clause = Clause::new("certificateKeyUsage", "RFC 5280 §4.2.1.3; RFC 8410 §5");
pub(in crate::lint) const LINT: KeyLint = KeyLint {
    clause: &CLAUSE,
    check,
};

fn check(paper: &KeyPaper<'_>, findings: &mut Findings) {
    if paper.facts.key_usage != Some(KeyUsages::DIGITAL_SIGNATURE) {
        let found = paper
            .facts
            .key_usage
            .map_or("nothing".to_owned(), |usages| usages.to_string());
        findings.report("", format!("keyUsage is {found}, wanted digitalSignature alone"));
    }
}
