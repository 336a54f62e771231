//! The changes of one certificate, from the ledger alone.

use touchstone_schemas::{
    date_time::Timestamp,
    lifecycle::{RecordedEvent, state},
};
use touchstone_verifier::{report::StateName, statement::state_name};

use super::{Change, ChangeKind, changes_by_date};
use crate::ledger::{CredentialKey, HeldCredential, HeldEvent, Ledger};

/// Every change of a version of a certificate up to `now`, the oldest first: issued, its events, and what dates brought
/// about since. Empty when it is not held.
#[must_use]
pub fn changes_of(ledger: &Ledger, key: &CredentialKey, now: Timestamp) -> Vec<Change> {
    let Some((held, issued)) = issued(ledger, key) else {
        return Vec::new();
    };
    let events = ledger.events(key);
    let mut changes = vec![issued];
    changes.extend(events.iter().map(|event| of_event(held, key, events, event)));
    let since = changes.first().map_or(Timestamp::MIN, |change| change.known);
    changes.extend(dates_of(ledger, key, since, now));
    // What a date brings about comes before what is recorded in the same second, which may answer it.
    changes.sort_by_key(|change| (change.known, change.index));
    changes
}

/// What dates brought about of a version of a certificate after `after` and up to `until`, the oldest first.
#[must_use]
pub fn dates_of(ledger: &Ledger, key: &CredentialKey, after: Timestamp, until: Timestamp) -> Vec<Change> {
    let Some(held) = ledger.credential(key) else {
        return Vec::new();
    };
    let events = recorded(ledger.events(key));
    let changes = changes_by_date(&held.terms, &events, after, until);
    let change = |(at, change, state)| Change {
        number: key.0.clone(),
        version: key.1,
        kind: ChangeKind::ByDate(change),
        state: state_name(&state),
        effective: at,
        known: at,
        index: None,
    };
    changes.into_iter().map(change).collect()
}

/// That a certificate was issued.
pub(super) fn issued<'a>(ledger: &'a Ledger, key: &CredentialKey) -> Option<(&'a HeldCredential, Change)> {
    let held = ledger.credential(key)?;
    let known = ledger.recorded(held.index)?;
    let change = Change {
        number: key.0.clone(),
        version: key.1,
        kind: ChangeKind::Issued,
        state: state_name(&state(&held.terms, &[], known, known)),
        effective: held.terms.valid_from.start(),
        known,
        index: Some(held.index),
    };
    Some((held, change))
}

/// An event, with the state that it and the events before it gave once it was both known and in effect.
pub(super) fn of_event(
    held: &HeldCredential,
    key: &CredentialKey,
    events: &[HeldEvent],
    event: &HeldEvent,
) -> Change {
    let this = &event.recorded;
    let up_to = events.iter().filter(|one| one.recorded.sequence <= this.sequence);
    let known: Vec<RecordedEvent> = up_to.map(|one| one.recorded.clone()).collect();
    let at = this.recorded.max(this.effective);
    let state: StateName = state_name(&state(&held.terms, &known, at, at));
    Change {
        number: key.0.clone(),
        version: key.1,
        kind: ChangeKind::Event(this.change.kind()),
        state,
        effective: this.effective,
        known: this.recorded,
        index: Some(event.index),
    }
}

fn recorded(events: &[HeldEvent]) -> Vec<RecordedEvent> {
    events.iter().map(|event| event.recorded.clone()).collect()
}
