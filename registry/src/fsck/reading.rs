//! Entries read one after the other, whatever they are read from.

use std::collections::{BTreeMap, BTreeSet};

use touchstone_schemas::{
    date_time::Timestamp,
    did::Did,
    snapshot::Snapshot,
    tlog::{Entry, Hash, leaf_hash},
};

use super::Finding;
use crate::{
    directory::tokens,
    ledger::{CredentialKey, Document, Ledger},
    store::{Projection, StoredEntry},
};

/// What was read of the entries.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) read: u64,
    pub(crate) leaves: Vec<Hash>,
    pub(crate) ledger: Ledger,
    pub(crate) credentials: Vec<CredentialKey>,
    pub(crate) projections: BTreeSet<(u64, Projection)>,
    /// The newest snapshot of each body.
    pub(crate) snapshots: BTreeMap<Did, Box<Snapshot>>,
    /// In how many certificates each word of the directory is, as far as the directory goes.
    pub(crate) words: BTreeMap<String, u64>,
    directory_entries: u64,
    last_recorded: Timestamp,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            read: 0,
            leaves: Vec::new(),
            ledger: Ledger::default(),
            credentials: Vec::new(),
            projections: BTreeSet::new(),
            snapshots: BTreeMap::new(),
            words: BTreeMap::new(),
            directory_entries: 0,
            last_recorded: Timestamp::MIN,
        }
    }
}

impl Reading {
    /// For a directory that has the first so many entries.
    pub(crate) fn with_directory_of(entries: u64) -> Self {
        Self {
            directory_entries: entries,
            ..Self::default()
        }
    }

    /// An entry with its document.
    pub(crate) fn read(&mut self, stored: &StoredEntry, findings: &mut Vec<Finding>) {
        if let Some(entry) = self.read_entry(stored, findings) {
            self.read_document(&entry, stored, findings);
        }
    }

    /// An entry alone; `None` when it is none.
    pub(crate) fn read_entry(&mut self, stored: &StoredEntry, findings: &mut Vec<Finding>) -> Option<Entry> {
        let index = stored.index;
        let expected = u64::try_from(self.leaves.len()).unwrap_or(u64::MAX);
        if index != expected {
            findings.push(Finding::EntriesMissing {
                from: expected,
                to: index,
            });
        }
        self.read = self.read.saturating_add(1);
        self.leaves.push(leaf_hash(&stored.entry));
        let entry = match Entry::parse(&stored.entry) {
            Ok(entry) => entry,
            Err(cause) => {
                findings.push(Finding::EntryForm { index, cause });
                return None;
            }
        };
        if entry.recorded < self.last_recorded {
            findings.push(Finding::RecordedBackwards {
                index,
                recorded: entry.recorded,
                before: self.last_recorded,
            });
        }
        self.last_recorded = self.last_recorded.max(entry.recorded);
        Some(entry)
    }

    /// The document of an entry.
    pub(crate) fn read_document(&mut self, entry: &Entry, stored: &StoredEntry, findings: &mut Vec<Finding>) {
        let index = stored.index;
        match Document::of_entry(entry, &stored.document) {
            Ok(document) => {
                self.projections
                    .extend(document.projection().map(|projection| (index, projection)));
                match &document {
                    Document::Credential(credential) => {
                        self.credentials
                            .push((credential.number.clone(), credential.version));
                        if index < self.directory_entries {
                            for word in tokens(credential) {
                                *self.words.entry(word).or_default() += 1;
                            }
                        }
                    }
                    Document::Snapshot { body, snapshot } => {
                        self.snapshots.insert(body.clone(), snapshot.clone());
                    }
                    _ => {}
                }
                self.ledger.enter(index, entry.digest, entry.recorded, document);
            }
            Err(cause) => findings.push(Finding::Document { index, cause }),
        }
    }
}
