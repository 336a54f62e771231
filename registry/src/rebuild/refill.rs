//! Entries and documents written into a database that holds none of them yet.

use touchstone_schemas::{
    date_time::Timestamp,
    tlog::{Entry, EntryError, TreeHead},
};
use touchstone_verifier::tlog::FrontierError;

use crate::{
    directory::directory_row,
    ledger::{Document, DocumentError},
    store::{Batch, NewEntry, Store, StoreError, StoredCheckpoint, StoredEntry},
    tlog::Tree,
};

/// Why an entry is not taken over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryRefused {
    /// Entries before it are not there.
    #[error("entries {from} to {} are missing", to.saturating_sub(1))]
    Missing {
        /// The first.
        from: u64,
        /// The first that is there again.
        to: u64,
    },
    /// Bytes that are no entry.
    #[error("entry {index}: {cause}")]
    Form {
        /// Its index.
        index: u64,
        /// Why.
        cause: EntryError,
    },
    /// Time went back.
    #[error("entry {index} was recorded at {recorded}, before its predecessor at {before}")]
    RecordedBackwards {
        /// Its index.
        index: u64,
        /// When it was recorded.
        recorded: Timestamp,
        /// When its predecessor was.
        before: Timestamp,
    },
    /// A document is not that of its entry.
    #[error("document of entry {index}: {cause}")]
    Document {
        /// Index of the entry.
        index: u64,
        /// Why.
        cause: DocumentError,
    },
    /// The tree is full.
    #[error(transparent)]
    Full(#[from] FrontierError),
}

/// A log being written again.
pub(crate) struct Refill {
    tree: Tree,
    last_recorded: Timestamp,
    /// The note stored last.
    note: String,
}

/// Entries checked, and the tree with them.
pub(crate) struct Checked {
    entries: Vec<NewEntry>,
    growth: crate::tlog::Growth,
    last_recorded: Timestamp,
}

impl Checked {
    /// Size and root with the entries.
    pub(crate) fn head(&self) -> TreeHead {
        self.growth.head()
    }
}

impl Refill {
    /// Into a database whose checkpoint is this note, of the empty tree.
    pub(crate) fn into_empty(note: String) -> Self {
        Self {
            tree: Tree::empty(),
            last_recorded: Timestamp::MIN,
            note,
        }
    }

    pub(crate) fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The tree so far.
    pub(crate) fn head(&self) -> TreeHead {
        self.tree.head()
    }

    /// The tree of the first `size` entries, those checked and not yet written counted.
    pub(crate) fn head_with(&self, checked: &Checked, size: u64) -> Option<TreeHead> {
        if size <= self.tree.size() {
            return self.tree.head_at(size).ok();
        }
        let mut growth = self.tree.grow();
        for entry in &checked.entries {
            if growth.head().size < size {
                growth.append(&entry.entry).ok()?;
            }
        }
        Some(growth.head())
    }

    /// Hashes entries and documents again; every one must follow the one before.
    pub(crate) fn check(&self, stored: Vec<StoredEntry>) -> Result<Checked, EntryRefused> {
        let mut checked = Checked {
            entries: Vec::with_capacity(stored.len()),
            growth: self.tree.grow(),
            last_recorded: self.last_recorded,
        };
        for stored in stored {
            let index = checked.growth.head().size;
            if stored.index != index {
                return Err(EntryRefused::Missing {
                    from: index,
                    to: stored.index,
                });
            }
            let (entry, document) = open(index, &stored)?;
            let (recorded, before) = (entry.recorded, checked.last_recorded);
            if recorded < before {
                return Err(EntryRefused::RecordedBackwards {
                    index,
                    recorded,
                    before,
                });
            }
            checked.last_recorded = recorded;
            checked.growth.append(&stored.entry)?;
            checked.entries.push(NewEntry {
                index,
                entry: stored.entry,
                digest: entry.digest,
                document: stored.document,
                projection: document.projection(),
                directory: directory_row(index, &document),
            });
        }
        Ok(checked)
    }

    /// Writes entries with the checkpoint that follows.
    pub(crate) async fn write(
        &mut self,
        store: &Store,
        checked: Checked,
        note: String,
    ) -> Result<(), StoreError> {
        let batch = Batch {
            follows: self.note.clone(),
            checkpoint: StoredCheckpoint {
                size: checked.head().size,
                note: note.clone(),
            },
            tiles: self.tree.grown_tiles(&checked.growth),
            entries: checked.entries,
        };
        store.append(&batch).await?;
        self.tree.adopt(checked.growth);
        self.last_recorded = checked.last_recorded;
        self.note = note;
        Ok(())
    }
}

/// An entry and its document, which must be the one it names.
pub(crate) fn open(index: u64, stored: &StoredEntry) -> Result<(Entry, Document), EntryRefused> {
    let entry = Entry::parse(&stored.entry).map_err(|cause| EntryRefused::Form { index, cause })?;
    let document = Document::of_entry(&entry, &stored.document)
        .map_err(|cause| EntryRefused::Document { index, cause })?;
    Ok((entry, document))
}
