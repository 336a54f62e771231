//! The effective date is not before the decision (ISO/IEC 17065 §7.7.1 c).

use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("effectiveBeforeDecision", "ISO/IEC 17065 §7.7.1 c)");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let terms = &case.application.certificate;
    let (Some(from), Some(decided)) = (terms.valid_from, case.application.decision.on) else {
        return;
    };
    if from < decided {
        findings.report(
            "/certificate/validFrom",
            format!("valid from {from}, before the decision of {decided}"),
        );
    }
    if let Some(original) = terms.transcribed
        && original != decided
    {
        let message =
            format!("the original decision is of {original}, but the decision on file of {decided}");
        findings.report("/certificate/transcribed", message);
    }
}
