//! What a certificate must say (ISO/IEC 17065 §7.7.1; DOMAIN §3.1): most is required by the type; the rest is here.

use crate::lint::{Clause, CredentialLint, DraftCredential, Findings};

const CLAUSE: Clause = Clause::new("certificateContents", "ISO/IEC 17065 §7.7.1");
pub(in crate::lint) const LINT: CredentialLint = CredentialLint {
    clause: &CLAUSE,
    check,
};

fn check(draft: &DraftCredential<'_>, findings: &mut Findings) {
    let credential = draft.credential;
    if credential.scheme.standards.is_empty() {
        findings.report("/scheme", "the scheme names no standard");
    }
    if credential.sites.is_empty() {
        findings.report("/sites", "no site is listed");
    }
    if credential.report.digest.as_bytes().iter().all(|byte| *byte == 0) {
        findings.report("/evaluation/report/sha256", "the report's digest is all zeros");
    }
    if credential.issuer != *draft.issuer {
        findings.report("", "the issuer is not the body");
    }
}
