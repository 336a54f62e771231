//! An event is decided by an office; lifting a suspension by somebody not involved in evaluating the fix (DOMAIN §2).

use touchstone_schemas::date_time::Date;

use crate::lint::{Clause, DraftEvent, EventLint, Findings};

const CLAUSE: Clause = Clause::new("eventDecision", "ISO/IEC 17065 §7.11.3; DOMAIN §2");
pub(in crate::lint) const LINT: EventLint = EventLint {
    clause: &CLAUSE,
    check,
};

fn check(draft: &DraftEvent<'_>, findings: &mut Findings) {
    let (request, body) = (draft.case.request, draft.case.body);
    let today = Date::of(draft.case.now);
    let Some(decider) = &request.decider else { return };
    if !body.holds(decider, &request.decided_by, today) {
        let message = format!(
            "{decider} does not hold the office {} on {today}",
            request.decided_by
        );
        findings.report("/decider", message);
    }
    if request.verified_by.as_ref() == Some(decider) {
        findings.report(
            "/decider",
            format!("{decider} verified the correction and may not decide on it"),
        );
    }
}
