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
    let (Some(from), Some(on_file)) = (terms.valid_from, case.application.decision.on) else {
        return;
    };
    // What was first issued on paper was decided then; what is on file is the decision to bring it in.
    let decided = terms.transcribed.unwrap_or(on_file);
    if from < decided {
        findings.report(
            "/certificate/validFrom",
            format!("valid from {from}, before the decision of {decided}"),
        );
    }
    if decided > on_file {
        let message =
            format!("the original decision is of {decided}, after the decision on file of {on_file}");
        findings.report("/certificate/transcribed", message);
    }
}
