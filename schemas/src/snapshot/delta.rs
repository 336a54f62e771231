//! What changed between two snapshots: a patch from which a client makes the newer one's exact bytes out of the older
//! one it holds. Nobody signs a patch and nobody needs to: what it gives is believed for its own signature alone.

use std::cmp::Ordering;

use super::{SnapshotState, States, StatesError};
use crate::{
    budget::MAX_SNAPSHOT_BYTES,
    decode::{Decode, DecodeError, ReadError, read},
    digest::Sha256Digest,
    jcs::to_canonical,
    json::{self, JsonError, Value},
    multibase::{MultibaseError, decode_base64url, encode_base64url},
    record,
};

/// Which snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotRef {
    /// SHA-256 of its JCS bytes.
    pub digest: Sha256Digest,
    /// Its sequence.
    pub sequence: u64,
}

record! { SnapshotRef {
    "digest": digest,
    "sequence": sequence,
} }

/// A patch: `{"changes", "document", "from", "to"}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotDelta {
    /// States that are new or differ, packed as in a snapshot, multibase base64url.
    pub changes: String,
    /// The newer snapshot's JCS text with empty `states`.
    pub document: String,
    /// The snapshot it is put on.
    pub from: SnapshotRef,
    /// The snapshot it gives.
    pub to: SnapshotRef,
}

record! { SnapshotDelta {
    "changes": changes,
    "document": document,
    "from": from,
    "to": to,
} }

/// Why a patch gives no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeltaError {
    /// Not a patch.
    #[error("the delta: {0}")]
    Delta(#[from] ReadError),
    /// A snapshot is not strict JSON.
    #[error("the snapshot: {0}")]
    Json(#[from] JsonError),
    /// A snapshot has no states where they stand.
    #[error("the snapshot's states: {0}")]
    NoStates(#[from] DecodeError),
    /// States not in base64url multibase.
    #[error("the states: {0}")]
    Encoding(#[from] MultibaseError),
    /// States not in their form.
    #[error(transparent)]
    States(#[from] StatesError),
    /// It is put on another snapshot than it was made for.
    #[error("the delta is put on {expected}, the snapshot at hand is {found}")]
    Other {
        /// Digest of the snapshot at hand.
        found: Sha256Digest,
        /// Digest the patch names.
        expected: Sha256Digest,
    },
    /// It goes back, or nowhere.
    #[error("the delta leads from sequence {from} to {to}")]
    Backwards {
        /// From.
        from: u64,
        /// To.
        to: u64,
    },
    /// What it gives is not what it says.
    #[error("the delta gives {found}, it promised {expected}")]
    Differs {
        /// Digest of what it gives.
        found: Sha256Digest,
        /// Digest it names.
        expected: Sha256Digest,
    },
    /// A certificate of the older snapshot is not in the newer one, which no patch can say.
    #[error("a certificate of the older snapshot is not in the newer one")]
    Removed,
}

/// A snapshot with its states taken out.
struct Opened<'a> {
    digest: Sha256Digest,
    sequence: u64,
    states: States,
    document: Value<'a>,
}

impl<'a> Opened<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, DeltaError> {
        let mut document = json::parse(bytes, MAX_SNAPSHOT_BYTES)?;
        let digest = Sha256Digest::of(&document.to_canonical_bytes());
        let sequence = document.pointer("/credentialSubject/sequence");
        let sequence = u64::decode(sequence.unwrap_or(&Value::Null))?;
        let states = document.pointer("/credentialSubject/states");
        let packed = String::decode(states.unwrap_or(&Value::Null))?;
        let states = States::read(decode_base64url(&packed, MAX_SNAPSHOT_BYTES)?)?;
        put_states(&mut document, String::new());
        Ok(Self {
            digest,
            sequence,
            states,
            document,
        })
    }

    const fn name(&self) -> SnapshotRef {
        SnapshotRef {
            digest: self.digest,
            sequence: self.sequence,
        }
    }
}

fn put_states(document: &mut Value<'_>, states: String) {
    let subject = document
        .as_object_mut()
        .and_then(|object| object.get_mut("credentialSubject"))
        .and_then(Value::as_object_mut);
    if let Some(subject) = subject {
        subject.insert("states", Value::String(states.into()));
    }
}

/// Makes the patch that leads from one snapshot to a newer one.
///
/// # Errors
/// [`DeltaError`] when one of them is no snapshot, or the newer one lacks a certificate of the older.
pub fn make_delta(older: &[u8], newer: &[u8]) -> Result<Vec<u8>, DeltaError> {
    let (older, newer) = (Opened::read(older)?, Opened::read(newer)?);
    let mut changes = Vec::new();
    let mut before = older.states.iter().peekable();
    for state in newer.states.iter() {
        match before.peek().map(|old| order(old, &state)) {
            Some(Ordering::Less) => return Err(DeltaError::Removed),
            Some(Ordering::Equal) => {
                if before.next().as_ref() != Some(&state) {
                    changes.push(state);
                }
            }
            Some(Ordering::Greater) | None => changes.push(state),
        }
    }
    if before.next().is_some() {
        return Err(DeltaError::Removed);
    }
    let delta = SnapshotDelta {
        changes: encode_base64url(States::pack(changes)?.as_bytes()),
        document: String::from_utf8_lossy(&newer.document.to_canonical_bytes()).into_owned(),
        from: older.name(),
        to: newer.name(),
    };
    Ok(to_canonical(&delta))
}

/// Puts a patch on the snapshot it was made for; gives the newer snapshot's JCS bytes. They are whatever the patch's
/// maker wanted them to be until their signature is checked.
///
/// # Errors
/// [`DeltaError`] says why it gives none.
pub fn apply_delta(older: &[u8], delta: &[u8]) -> Result<Vec<u8>, DeltaError> {
    let delta: SnapshotDelta = read(delta, MAX_SNAPSHOT_BYTES)?;
    let older = Opened::read(older)?;
    if older.digest != delta.from.digest {
        return Err(DeltaError::Other {
            found: older.digest,
            expected: delta.from.digest,
        });
    }
    if delta.to.sequence <= older.sequence {
        return Err(DeltaError::Backwards {
            from: older.sequence,
            to: delta.to.sequence,
        });
    }
    let changes = States::read(decode_base64url(&delta.changes, MAX_SNAPSHOT_BYTES)?)?;
    let states = States::pack(merged(&older.states, &changes))?;
    let mut document = json::parse(delta.document.as_bytes(), MAX_SNAPSHOT_BYTES)?;
    put_states(&mut document, encode_base64url(states.as_bytes()));
    let bytes = document.to_canonical_bytes();
    let found = Sha256Digest::of(&bytes);
    if found == delta.to.digest {
        Ok(bytes)
    } else {
        Err(DeltaError::Differs {
            found,
            expected: delta.to.digest,
        })
    }
}

fn order(one: &SnapshotState, other: &SnapshotState) -> Ordering {
    (&one.number, one.version).cmp(&(&other.number, other.version))
}

/// Both in order, a change in place of what it changes.
fn merged<'s>(states: &'s States, changes: &'s States) -> impl Iterator<Item = SnapshotState> + 's {
    let (mut states, mut changes) = (states.iter().peekable(), changes.iter().peekable());
    std::iter::from_fn(move || {
        let order = match (states.peek(), changes.peek()) {
            (Some(state), Some(change)) => order(state, change),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        match order {
            Ordering::Less => states.next(),
            Ordering::Greater => changes.next(),
            Ordering::Equal => states.next().and_then(|_| changes.next()),
        }
    })
}
