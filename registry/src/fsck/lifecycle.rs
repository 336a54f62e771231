//! Events against each other, and the newest status lists against the events.

use touchstone_schemas::{
    lifecycle::{RecordedEvent, check_transition, state},
    status::StatusPurpose,
};

use super::{Finding, Reading};
use crate::ledger::{CredentialKey, HeldCredential, Ledger};

pub(crate) fn check(reading: &Reading, findings: &mut Vec<Finding>) {
    let ledger = &reading.ledger;
    for key in &reading.credentials {
        let Some(held) = ledger.credential(key) else {
            continue;
        };
        let events: Vec<RecordedEvent> = ledger
            .events(key)
            .iter()
            .map(|event| event.recorded.clone())
            .collect();
        let mut lawful = Vec::with_capacity(events.len());
        for event in &events {
            if let Err(cause) = check_transition(&held.terms, &lawful, event) {
                findings.push(Finding::Transition {
                    number: key.0.to_string(),
                    version: key.1.get(),
                    sequence: event.sequence,
                    cause,
                });
            }
            lawful.push(event.clone());
        }
        for purpose in StatusPurpose::ALL {
            findings.extend(check_bit(ledger, key, held, &events, purpose));
        }
    }
}

/// The newest list against the state at its instant. A list is signed a moment before the log records the event it
/// comes with, and may stand before or behind it in the bundle: so events that took effect by then count if they were
/// recorded no later than the list. A list older than the credential says nothing about it.
fn check_bit(
    ledger: &Ledger,
    key: &CredentialKey,
    held: &HeldCredential,
    events: &[RecordedEvent],
    purpose: StatusPurpose,
) -> Option<Finding> {
    let list = ledger.list((purpose, held.allocation.list))?;
    if list.index < held.index {
        return None;
    }
    let list_key = (purpose, held.allocation.list);
    let recorded = ledger.list_version(list_key, list.sequence)?.recorded;
    let before: Vec<RecordedEvent> = events
        .iter()
        .filter(|event| event.recorded <= recorded)
        .cloned()
        .collect();
    let known = touchstone_schemas::date_time::Timestamp::MAX;
    let expected = state(&held.terms, &before, list.valid_from, known)
        .message()
        .value(purpose);
    let found = list.bits.value(held.allocation.index).unwrap_or_default();
    (found != expected).then(|| Finding::StatusBit {
        purpose,
        list: held.allocation.list,
        number: key.0.to_string(),
        version: key.1.get(),
        found,
        expected,
    })
}
