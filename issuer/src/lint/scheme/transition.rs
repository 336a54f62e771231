//! The event may follow the certificate's state (DOMAIN §2).

use touchstone_schemas::lifecycle::{RecordedEvent, Terms, check_transition};

use crate::lint::{Clause, DraftEvent, EventLint, Findings};

const CLAUSE: Clause = Clause::new("lawfulTransition", "DOMAIN §2");
pub(in crate::lint) const LINT: EventLint = EventLint {
    clause: &CLAUSE,
    check,
};

fn check(draft: &DraftEvent<'_>, findings: &mut Findings) {
    let event = RecordedEvent {
        sequence: draft.event.sequence,
        effective: draft.event.effective,
        recorded: draft.case.now,
        change: draft.event.change.clone(),
    };
    if let Err(error) = check_transition(&Terms::from(draft.case.credential), draft.case.events, &event) {
        findings.report("/event", error.to_string());
    }
    let reason = draft.event.change.reason();
    if reason.kind() != draft.event.kind() {
        findings.report(
            "/reason",
            format!("reason {reason:?} does not go with event {}", draft.event.kind()),
        );
    }
}
