//! A recertification follows a certificate of the same holder that is on file (DOMAIN §4).

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("recertifies", "DOMAIN §4");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let Some(number) = &case.application.certificate.recertifies else {
        return;
    };
    let pointer = "/certificate/recertifies";
    let Some(wanted) = case.register.recertified else {
        findings.report(pointer, format!("{number} is not on file"));
        return;
    };
    if let Some(found) = case.application.applicant.uscc
        && found != wanted
    {
        findings.report(pointer, format!("{number} is held by {wanted}, not by {found}"));
    }
}
