//! An event takes effect now or before, 48 h back at most unless a reason is given; the key signs inside its window
//! (DESIGN §4 "Lifecycle").

use touchstone_schemas::lifecycle::Change;

use crate::lint::{Clause, DraftEvent, EventLint, Findings};

const CLAUSE: Clause = Clause::new("effectiveTime", "DESIGN §4 Lifecycle");
pub(in crate::lint) const LINT: EventLint = EventLint {
    clause: &CLAUSE,
    check,
};

/// How far back an event may take effect without a reason, in seconds.
const WINDOW: i64 = 48 * 3_600;

fn check(draft: &DraftEvent<'_>, findings: &mut Findings) {
    let (case, event) = (draft.case, draft.event);
    let age = case.now.seconds_since(event.effective);
    if age < 0 {
        let message = format!(
            "takes effect {}, after {}: future decisions wait",
            event.effective, case.now
        );
        findings.report("/effective", message);
    }
    if age > WINDOW && event.backdating.is_none() {
        let message = format!(
            "takes effect {}, more than 48 hours before {}",
            event.effective, case.now
        );
        findings.report("/backdating", message);
    }
    let key = case.key;
    if let Some(instant) = key.excludes([case.now, case.signed_at]) {
        let message = format!(
            "it is {instant}, and the key signs from {} until {}",
            key.signs_from, key.signs_until
        );
        findings.report("", message);
    }
    if let Change::Superseded { successor, .. } | Change::Corrected { successor, .. } = &event.change
        && (&successor.number, successor.version) == (&event.number, event.version)
    {
        findings.report("/successor", "a certificate does not follow itself");
    }
}
