//! What a snapshot must be: true of everything the log holds of its body, and newer than the one before.
//!
//! Its states are compared where signatures are checked, before the sequencer: comparing a million takes a second, in
//! which the log must not wait. What is compared is the log up to the size the snapshot names, which no entry changes
//! later; the sequencer then asks whether anything of the body has come behind that size.

use touchstone_schemas::{
    date_time::Timestamp,
    did::Did,
    lifecycle::RecordedEvent,
    snapshot::{Snapshot, SnapshotState},
};
use touchstone_verifier::trust::CLOCK_SKEW_SECONDS;

use super::{AdmitError, LogTime};
use crate::{
    ledger::{CredentialKey, Layers, Ledger},
    tlog::Shared,
};

/// Certificates looked at under one lock: less than a millisecond.
const CHUNK: usize = 2_048;

/// Why a snapshot does not show what the log holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotFault {
    /// Made from a log that is longer than this one.
    #[error("the snapshot was made from a log of {found} entries, this one has {size}")]
    LogSize {
        /// What it says.
        found: u64,
        /// Entries there are.
        size: u64,
    },
    /// A state is missing, differs, or is of no certificate here.
    #[error("the snapshot does not show {id} as the log does at {at}")]
    States {
        /// Number and version of the first one.
        id: String,
        /// The instant.
        at: Timestamp,
    },
}

/// Compares the states of a snapshot with those that the log gives at its `validFrom`.
pub(super) fn compare(shared: &Shared, body: &Did, snapshot: &Snapshot) -> Result<(), SnapshotFault> {
    let size = shared.read().tree.size();
    if snapshot.log_size > size {
        return Err(SnapshotFault::LogSize {
            found: snapshot.log_size,
            size,
        });
    }
    let at = snapshot.valid_from;
    let mut shown = snapshot.states.iter();
    let mut seen: Option<CredentialKey> = None;
    loop {
        let published = shared.read();
        let (last, expected) = expected(&published.ledger, seen.as_ref(), body, snapshot);
        drop(published);
        for state in expected {
            if shown.next().as_ref() != Some(&state) {
                let id = format!("{} version {}", state.number, state.version);
                return Err(SnapshotFault::States { id, at });
            }
        }
        match last {
            Some(last) => seen = Some(last),
            None => break,
        }
    }
    match shown.next() {
        Some(state) => Err(SnapshotFault::States {
            id: format!("{} version {}", state.number, state.version),
            at,
        }),
        None => Ok(()),
    }
}

/// The states of the next certificates, and the last one looked at.
fn expected(
    ledger: &Ledger,
    seen: Option<&CredentialKey>,
    body: &Did,
    snapshot: &Snapshot,
) -> (Option<CredentialKey>, Vec<SnapshotState>) {
    let (mut last, mut states) = (None, Vec::new());
    for (key, held) in ledger.credentials_behind(seen).take(CHUNK) {
        last = Some(key.clone());
        if *held.issuer != *body || held.index >= snapshot.log_size {
            continue;
        }
        let events = ledger.events(key).iter();
        let events: Vec<RecordedEvent> = events
            .filter(|event| event.index < snapshot.log_size)
            .map(|event| event.recorded.clone())
            .collect();
        states.push(SnapshotState::of(
            key.clone(),
            &held.terms,
            &events,
            snapshot.valid_from,
        ));
    }
    (last, states)
}

/// A snapshot follows the one held, is of now, and nothing of its body has come behind what it was made from.
pub(super) fn check_version(
    layers: Layers<'_>,
    position: usize,
    body: &Did,
    snapshot: &Snapshot,
    LogTime { now, recorded }: LogTime,
) -> Result<(), AdmitError> {
    let (valid_from, valid_until) = (snapshot.valid_from, snapshot.valid_until);
    if let Some((held, newest)) = layers.snapshot(body) {
        if snapshot.sequence <= held {
            return Err(AdmitError::SnapshotSequence {
                position,
                found: snapshot.sequence,
                held,
            });
        }
        if valid_from < newest.valid_from {
            return Err(AdmitError::SnapshotBehind { position });
        }
    }
    if valid_until < recorded {
        return Err(AdmitError::SnapshotExpired {
            position,
            valid_until,
            recorded,
        });
    }
    if valid_from.seconds_since(now) > CLOCK_SKEW_SECONDS {
        return Err(AdmitError::SnapshotFromFuture {
            position,
            valid_from,
            now,
        });
    }
    match layers.newest_change(body) {
        Some(change) if change.index >= snapshot.log_size || valid_from < change.recorded => {
            Err(AdmitError::SnapshotBehind { position })
        }
        _ => Ok(()),
    }
}
