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
    ledger::{CredentialKey, HeldCredential, Layers, Ledger},
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
    let fault = |key: &CredentialKey| SnapshotFault::States {
        id: format!("{} version {}", key.0, key.1),
        at: snapshot.valid_from,
    };
    let mut states = snapshot.states.iter().peekable();
    let mut shown = 0_usize;
    while states.peek().is_some() {
        let published = shared.read();
        for state in states.by_ref().take(CHUNK) {
            let key = (state.number.clone(), state.version);
            if expected(&published.ledger, &key, body, snapshot).as_ref() != Some(&state) {
                return Err(fault(&key));
            }
            shown += 1;
        }
    }
    // Each is shown once and as it is: who is missing shows in their number.
    let mut held = 0_usize;
    walk(shared, body, snapshot, |_| {
        held += 1;
        None::<()>
    });
    if held == shown {
        return Ok(());
    }
    let is_missing = |key: &CredentialKey| {
        let mut versions = snapshot.states.of_number(&key.0);
        versions.all(|state| state.version != key.1).then(|| key.clone())
    };
    walk(shared, body, snapshot, is_missing).map_or(Ok(()), |key| Err(fault(&key)))
}

/// The same of a log that nobody writes to meanwhile: a snapshot it holds against all that it holds.
pub(crate) fn compare_held(ledger: &Ledger, body: &Did, snapshot: &Snapshot) -> Result<(), SnapshotFault> {
    let fault = |key: &CredentialKey| SnapshotFault::States {
        id: format!("{} version {}", key.0, key.1),
        at: snapshot.valid_from,
    };
    for state in snapshot.states.iter() {
        let key = (state.number.clone(), state.version);
        if expected(ledger, &key, body, snapshot).as_ref() != Some(&state) {
            return Err(fault(&key));
        }
    }
    let mut held = ledger.credentials_behind(None);
    let missing = held.find(|(key, held)| {
        let mut versions = snapshot.states.of_number(&key.0);
        concerns(held, body, snapshot) && versions.all(|state| state.version != key.1)
    });
    missing.map_or(Ok(()), |(key, _)| Err(fault(key)))
}

/// Whether a snapshot is about a certificate.
fn concerns(held: &HeldCredential, body: &Did, snapshot: &Snapshot) -> bool {
    *held.issuer == *body && held.index < snapshot.log_size
}

/// What the snapshot must say of a certificate; nothing of one that it is not about.
fn expected(ledger: &Ledger, key: &CredentialKey, body: &Did, snapshot: &Snapshot) -> Option<SnapshotState> {
    let held = ledger
        .credential(key)
        .filter(|held| concerns(held, body, snapshot))?;
    let events = ledger.events(key).iter();
    let events: Vec<RecordedEvent> = events
        .filter(|event| event.index < snapshot.log_size)
        .map(|event| event.recorded.clone())
        .collect();
    Some(SnapshotState::of(
        key.clone(),
        &held.terms,
        &events,
        snapshot.valid_from,
    ))
}

/// Goes through all certificates that a snapshot is about, with pauses for others, until something is found.
fn walk<T>(
    shared: &Shared,
    body: &Did,
    snapshot: &Snapshot,
    mut find: impl FnMut(&CredentialKey) -> Option<T>,
) -> Option<T> {
    let mut seen: Option<CredentialKey> = None;
    loop {
        let published = shared.read();
        let mut last = None;
        for (key, held) in published.ledger.credentials_behind(seen.as_ref()).take(CHUNK) {
            if concerns(held, body, snapshot)
                && let Some(found) = find(key)
            {
                return Some(found);
            }
            last = Some(key);
        }
        seen = Some(last.cloned()?);
    }
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
