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
    let Some(old) = case.register.recertified else {
        findings.report(pointer, format!("{number} is not on file"));
        return;
    };
    let wanted = old.holder;
    if let Some(found) = case.application.applicant.uscc
        && found != wanted
    {
        findings.report(pointer, format!("{number} is held by {wanted}, not by {found}"));
    }
    if let Some(since) = old.suspended_since
        && let Some(assessed) = case.application.evaluation.assessed_on
        && assessed < since
    {
        let message = format!("{number} is suspended since {since}, and the evaluation is of {assessed}");
        findings.report("/evaluation/assessedOn", message);
    }
}
