//! Stored entries and documents hashed and read, on all processors.

use std::num::NonZero;

use touchstone_schemas::tlog::{Entry, EntryError, Hash, leaf_hash};

use crate::{
    ledger::{Document, DocumentError},
    store::StoredEntry,
};

/// What a stored entry turned out to be.
#[derive(Debug)]
pub struct ReadEntry {
    /// Hash of its bytes.
    pub leaf: Hash,
    /// What it says, and the document named by it.
    pub read: Result<(Entry, Result<Document, DocumentError>), EntryError>,
}

impl ReadEntry {
    /// Reads one.
    #[must_use]
    pub fn of(stored: &StoredEntry) -> Self {
        let read = Entry::parse(&stored.entry).map(|entry| {
            let document = Document::of_entry(&entry, &stored.document);
            (entry, document)
        });
        Self {
            leaf: leaf_hash(&stored.entry),
            read,
        }
    }
}

/// Reads them, in order.
#[must_use]
pub fn read_entries(stored: &[StoredEntry]) -> Vec<ReadEntry> {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = stored.len().div_ceil(processors).max(1);
    let read = |some: &[StoredEntry]| some.iter().map(ReadEntry::of).collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let mut shares = stored.chunks(share);
        let first = shares.next().unwrap_or_default();
        let others: Vec<_> = shares.map(|some| scope.spawn(move || read(some))).collect();
        let mut all = read(first);
        for other in others {
            match other.join() {
                Ok(some) => all.extend(some),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}
