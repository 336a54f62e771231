//! Who may apply: the industries the scheme admits, in normal operation (DOMAIN §1).

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("eligibility", "scheme data: who may apply");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    if let (Some(scheme), Some(code)) = (case.scheme, case.application.industry)
        && !scheme.edition.eligibility.admits(code)
    {
        let message = format!(
            "industry {code} is not one the scheme {} admits",
            scheme.edition.edition
        );
        findings.report("/industry/code", message);
    }
    if case.application.applicant.in_normal_operation == Some(false) {
        findings.report(
            "/applicant/inNormalOperation",
            "the applicant is not in normal operation",
        );
    }
}
