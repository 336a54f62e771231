//! Going on from a published moment: what the database holds beyond it is read and hashed like everything at a start,
//! and must extend what is published.
//!
//! The sequencer does so after a write of which it does not know whether it is there, a reader to see what the
//! sequencer of another process wrote.

use touchstone_schemas::{
    date_time::Timestamp,
    tlog::{SignedNote, TreeHead},
};
use touchstone_verifier::tlog::{CheckpointRefused, LogKey, open_checkpoint};

use super::{Growth, RecoverError, Shared, recover::open_entry};
use crate::{
    ledger::{Document, Ledger},
    store::{Store, StoredEntry},
};

/// Entries read at a time.
const CHUNK: u32 = 512;

/// What is to be put on top of a published moment.
#[derive(Debug)]
pub struct News {
    /// The leaves.
    pub growth: Growth,
    /// What they say.
    pub ledger: Ledger,
    /// `recorded` of the last one.
    pub last_recorded: Timestamp,
    /// The signed checkpoint of exactly this growth.
    pub checkpoint: SignedNote,
}

/// What the database holds beyond the published moment, every byte of it hashed; `None` when that is nothing.
///
/// # Errors
/// [`RecoverError`]: the database cannot be read, or does not extend what is published.
pub async fn follow(store: &Store, shared: &Shared, log: &LogKey) -> Result<Option<News>, RecoverError> {
    let row = store.checkpoint().await?;
    let signed = *open_checkpoint(row.note.as_bytes(), log)?.head();
    let checkpoint = SignedNote::parse(row.note.as_bytes()).map_err(CheckpointRefused::from)?;
    let (mut reading, published) = Reading::begin(shared);
    if signed.size < published.size {
        return Err(RecoverError::Receded {
            database: signed.size,
            published: published.size,
        });
    }
    while reading.growth.head().size < signed.size {
        let first = reading.growth.head().size;
        let left = u32::try_from(signed.size - first).unwrap_or(CHUNK);
        let chunk = store.entries(first, left.min(CHUNK)).await?;
        if chunk.is_empty() {
            return Err(RecoverError::EntryCount {
                found: first,
                expected: signed.size,
            });
        }
        for stored in chunk {
            reading.read(shared, &stored, signed.size)?;
        }
    }
    let found = reading.growth.head();
    if found != signed {
        return Err(RecoverError::Root {
            found,
            expected: signed,
        });
    }
    Ok((signed.size > published.size).then_some(News {
        growth: reading.growth,
        ledger: reading.ledger,
        last_recorded: reading.last_recorded,
        checkpoint,
    }))
}

struct Reading {
    growth: Growth,
    ledger: Ledger,
    last_recorded: Timestamp,
}

impl Reading {
    fn begin(shared: &Shared) -> (Self, TreeHead) {
        let published = shared.read();
        let reading = Self {
            growth: published.tree.grow(),
            ledger: Ledger::default(),
            last_recorded: published.last_recorded,
        };
        (reading, published.tree.head())
    }

    fn read(&mut self, shared: &Shared, stored: &StoredEntry, expected: u64) -> Result<(), RecoverError> {
        let index = self.growth.append(&stored.entry)?;
        if stored.index != index {
            return Err(RecoverError::EntryCount {
                found: index,
                expected,
            });
        }
        let (entry, document) = open_entry(stored, self.last_recorded)?;
        self.last_recorded = entry.recorded;
        if let Document::Event(event) = &document {
            let key = (event.number.clone(), event.version);
            let new = self.ledger.credential(&key).map(|held| held.allocation.list);
            let known = || {
                let published = shared.read();
                published.ledger.credential(&key).map(|held| held.allocation.list)
            };
            if let Some(list) = new.or_else(known) {
                self.ledger.note_event_in(list, entry.recorded);
            }
        }
        self.ledger.enter(index, entry.digest, entry.recorded, document);
        Ok(())
    }
}
