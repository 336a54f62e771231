//! The snapshots that the log holds, and what the newest of a body must cover. The states themselves are not held.

use std::collections::BTreeMap;

use touchstone_schemas::{date_time::Timestamp, did::Did};

use super::Document;

/// Where the log has a snapshot, and when it counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldSnapshot {
    /// Index of its entry.
    pub index: u64,
    /// The instant whose states it shows.
    pub valid_from: Timestamp,
    /// Until when it counted.
    pub valid_until: Timestamp,
}

/// The newest credential or event of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewestChange {
    /// Index of its entry.
    pub index: u64,
    /// When it was recorded.
    pub recorded: Timestamp,
}

/// Snapshots by body and sequence, and each body's newest change.
#[derive(Clone, Debug, Default)]
pub struct Snapshots {
    held: BTreeMap<Did, BTreeMap<u64, HeldSnapshot>>,
    newest_change: BTreeMap<Did, NewestChange>,
}

impl Snapshots {
    pub(super) fn note(&mut self, index: u64, recorded: Timestamp, document: &Document) {
        match document {
            Document::Credential(_) | Document::Event(_) => {
                let change = NewestChange { index, recorded };
                if let Some(newest) = self.newest_change.get_mut(document.body()) {
                    *newest = change;
                } else {
                    self.newest_change.insert(document.body().clone(), change);
                }
            }
            Document::Snapshot { body, snapshot } => {
                let held = HeldSnapshot {
                    index,
                    valid_from: snapshot.valid_from,
                    valid_until: snapshot.valid_until,
                };
                let of_body = self.held.entry(body.clone()).or_default();
                of_body.insert(snapshot.sequence, held);
            }
            Document::StatusList { .. } | Document::KeyRetirement(_) | Document::VerifierRelease(_) => {}
        }
    }

    pub(super) fn absorb(&mut self, later: Self) {
        for (body, held) in later.held {
            self.held.entry(body).or_default().extend(held);
        }
        self.newest_change.extend(later.newest_change);
    }

    /// The newest snapshot of a body, with its sequence.
    #[must_use]
    pub fn newest(&self, body: &Did) -> Option<(u64, HeldSnapshot)> {
        let (sequence, held) = self.held.get(body)?.last_key_value()?;
        Some((*sequence, *held))
    }

    /// The snapshot of a body with that sequence.
    #[must_use]
    pub fn of_sequence(&self, body: &Did, sequence: u64) -> Option<HeldSnapshot> {
        self.held.get(body)?.get(&sequence).copied()
    }

    /// How many snapshots of a body are newer than that sequence.
    #[must_use]
    pub fn newer_than(&self, body: &Did, sequence: u64) -> usize {
        let held = self.held.get(body);
        held.map_or(0, |held| held.range(sequence.saturating_add(1)..).count())
    }

    /// The newest credential or event of a body.
    #[must_use]
    pub fn newest_change(&self, body: &Did) -> Option<NewestChange> {
        self.newest_change.get(body).copied()
    }
}
