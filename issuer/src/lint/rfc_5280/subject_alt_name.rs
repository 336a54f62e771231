//! The issuing key's certificate is for the verification method that its proofs name (RFC 5280 §4.2.1.6).

use touchstone_verifier::path::SubjectName;

use crate::lint::{Clause, Findings, KeyLint, KeyPaper};

const CLAUSE: Clause = Clause::new("certificateSubjectAltName", "RFC 5280 §4.2.1.6");
pub(in crate::lint) const LINT: KeyLint = KeyLint {
    clause: &CLAUSE,
    check,
};

fn check(paper: &KeyPaper<'_>, findings: &mut Findings) {
    let wanted = paper.method.to_string();
    let names = &paper.facts.subject_alt_name;
    if !names.contains(&SubjectName::Uri(wanted.clone())) || names.len() != 1 {
        let found: Vec<String> = names.iter().map(ToString::to_string).collect();
        findings.report("", format!("subjectAltName is {found:?}, wanted {wanted} alone"));
    }
}
