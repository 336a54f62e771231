//! An event is decided by somebody who holds the office; lifting a suspension by somebody not involved in evaluating
//! the fix (DOMAIN §2), who is named too.

use touchstone_schemas::{date_time::Date, lifecycle::EventKind};

use crate::lint::{Clause, DraftEvent, EventLint, Findings};

const CLAUSE: Clause = Clause::new("eventDecision", "ISO/IEC 17065 §7.11.3; DOMAIN §2");
pub(in crate::lint) const LINT: EventLint = EventLint {
    clause: &CLAUSE,
    check,
};

fn check(draft: &DraftEvent<'_>, findings: &mut Findings) {
    let (request, body) = (draft.case.request, draft.case.body);
    let today = Date::of(draft.case.now);
    let decider = &request.decider;
    if !body.holds(decider, &request.decided_by, today) {
        let message = format!(
            "{decider} does not hold the office {} on {today}",
            request.decided_by
        );
        findings.report("/decider", message);
    }
    let Some(evaluator) = &request.verified_by else {
        if draft.event.kind() == EventKind::Reinstated {
            let message = "a suspension is lifted after somebody evaluated the correction: name them";
            findings.report("/verifiedBy", message);
        }
        return;
    };
    if evaluator == decider {
        findings.report(
            "/decider",
            format!("{decider} evaluated what is decided on and may not decide"),
        );
    }
    if !body.employs(evaluator, today) {
        findings.report(
            "/verifiedBy",
            format!("{evaluator} is not on the staff on {today}"),
        );
    }
}
