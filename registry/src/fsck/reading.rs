//! Entries read one after the other, whatever they are read from.

use std::collections::{BTreeMap, BTreeSet};

use touchstone_schemas::{
    date_time::Timestamp,
    did::Did,
    snapshot::Snapshot,
    tlog::{Entry, EntryError, Hash, leaf_hash},
};

use super::Finding;
use crate::{
    directory::tokens,
    ledger::{CredentialKey, Document, DocumentError, Ledger},
    store::{Projection, StoredEntry},
    tlog::ReadEntry,
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

    /// An entry with its document, both read already.
    pub(crate) fn read(
        &mut self,
        index: u64,
        ReadEntry { leaf, read }: ReadEntry,
        findings: &mut Vec<Finding>,
    ) {
        let (entry, document) = match read {
            Ok((entry, document)) => (Ok(entry), Some(document)),
            Err(cause) => (Err(cause), None),
        };
        if let (Some(entry), Some(document)) = (self.follow(index, leaf, entry, findings), document) {
            self.enter(index, &entry, document, findings);
        }
    }

    /// An entry alone; `None` when it is none.
    pub(crate) fn read_entry(&mut self, stored: &StoredEntry, findings: &mut Vec<Finding>) -> Option<Entry> {
        let (leaf, entry) = (leaf_hash(&stored.entry), Entry::parse(&stored.entry));
        self.follow(stored.index, leaf, entry, findings)
    }

    /// The document of an entry.
    pub(crate) fn read_document(&mut self, entry: &Entry, stored: &StoredEntry, findings: &mut Vec<Finding>) {
        let document = Document::of_entry(entry, &stored.document);
        self.enter(stored.index, entry, document, findings);
    }

    /// What is behind the entries so far; `None` when it is no entry.
    fn follow(
        &mut self,
        index: u64,
        leaf: Hash,
        entry: Result<Entry, EntryError>,
        findings: &mut Vec<Finding>,
    ) -> Option<Entry> {
        let expected = u64::try_from(self.leaves.len()).unwrap_or(u64::MAX);
        if index != expected {
            findings.push(Finding::EntriesMissing {
                from: expected,
                to: index,
            });
        }
        self.read = self.read.saturating_add(1);
        self.leaves.push(leaf);
        let entry = match entry {
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

    fn enter(
        &mut self,
        index: u64,
        entry: &Entry,
        document: Result<Document, DocumentError>,
        findings: &mut Vec<Finding>,
    ) {
        match document {
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
