//! A certificate follows a positive decision; one against the review says why (ISO/IEC 17065 §7.6, §7.7.2).

use crate::application::Outcome;
use crate::lint::{CaseLint, Clause, Findings};
use crate::prepare::CaseFile;

const CLAUSE: Clause = Clause::new("positiveDecision", "ISO/IEC 17065 §7.6, §7.7.2 a)");
pub(in crate::lint) const LINT: CaseLint = CaseLint {
    clause: &CLAUSE,
    check,
};

fn check(case: &CaseFile<'_>, findings: &mut Findings) {
    let (review, decision) = (&case.application.review, &case.application.decision);
    if decision.outcome == Some(Outcome::Negative) {
        findings.report(
            "/decision/outcome",
            "the decision is negative: there is nothing to issue",
        );
    }
    if let (Some(recommended), Some(decided)) = (review.recommendation, decision.outcome)
        && recommended != decided
        && decision.reason.is_none()
    {
        findings.report("/decision/reason", "a decision against the review needs a reason");
    }
}
