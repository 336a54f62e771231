//! The issuing key's certificate is for signing credentials, and for nothing else (RFC 5280 §4.2.1.12).

use crate::lint::{Clause, Findings, KeyLint, KeyPaper};

const CLAUSE: Clause = Clause::new("certificateExtendedKeyUsage", "RFC 5280 §4.2.1.12");
pub(in crate::lint) const LINT: KeyLint = KeyLint {
    clause: &CLAUSE,
    check,
};

fn check(paper: &KeyPaper<'_>, findings: &mut Findings) {
    let found: Vec<String> = paper
        .facts
        .extended_key_usage
        .iter()
        .map(ToString::to_string)
        .collect();
    if found != [paper.purpose] {
        findings.report(
            "",
            format!("extKeyUsage is {found:?}, wanted {} alone", paper.purpose),
        );
    }
}
