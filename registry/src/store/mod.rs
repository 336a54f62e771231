//! What the registry keeps, and on what terms.
//!
//! The contract, whichever engine keeps it:
//!
//! - **One writer.** [`Store::append`] is called by one sequencer at a time; [`WriterLock`] keeps a second process out.
//! - **All or nothing.** A [`Batch`] (documents, entries, tiles, projections, checkpoint) is there whole once `append`
//!   returned, after a loss of power too. When it failed for a reason of its own (a constraint, a checkpoint that
//!   moved), nothing of it is there; when the database was lost on the way, whole or not at all.
//! - **Compare and swap.** A batch names the checkpoint it follows. When another one is stored, nothing is written and
//!   the answer is [`StoreError::CheckpointMoved`].
//! - **Nothing is changed.** Documents and entries are written once, tiles only grow, the log never shrinks. The
//!   database itself refuses to do otherwise.
//! - **Once.** A document, an index, a number with its version, a place in the status lists, an event's sequence, a
//!   version of a status list: none is stored twice.
//! - **Not trusted.** What is read here is hashed again by whoever serves it; a store can lose, but not lie.
//! - **Reports.** A report that a paper does not match gets a reference that grows; once it is given, the report is durable,
//!   and no report with a smaller one comes to be seen later. Beyond a number of them none is taken.
//! - **No database is made by accident.** [`Store::create`] alone makes one; [`Store::open`] of a missing one fails.
//!
//! Two engines keep it, each with its own SQL: `sqlite` in a file, `postgres` on a server. A new kind of row comes
//! with a method here, a file in both, and a case in `registry/tests/store`, which holds both to this contract.

mod column;
mod error;
mod gather;
mod postgres;
mod read_ahead;
mod row;
mod sqlite;
mod writer_lock;

use std::{ops::Range, path::Path};

pub use error::StoreError;
pub use read_ahead::ReadAhead;
pub use row::{
    Batch, DirectoryTokens, DirectoryWords, Identity, NewEntry, Projection, StoredCheckpoint, StoredEntry,
    StoredMismatch, StoredTile,
};
pub use touchstone_database::{NotDurable, Place, PlaceError, Server};
pub use writer_lock::{LockError, WriterLock};

use touchstone_schemas::date_time::Timestamp;

use self::{
    gather::{A_FEW, Gatherer},
    postgres::PostgresStore,
    sqlite::SqliteStore,
};
use crate::directory::Condition;

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    engine: Engine,
    look_ups: Gatherer,
}

#[derive(Clone, Debug)]
enum Engine {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

/// Whichever engine it is, the same is asked of it.
macro_rules! ask {
    ($store:expr, $method:ident ( $($argument:expr),* )) => {
        match &$store.engine {
            Engine::Sqlite(store) => store.$method($($argument),*).await,
            Engine::Postgres(store) => store.$method($($argument),*).await,
        }
    };
}

impl Engine {
    async fn entries_at(&self, indices: &[u64]) -> Result<Vec<StoredEntry>, StoreError> {
        let mut entries = match (self, indices) {
            // One row has the cheaper question.
            (Self::Sqlite(store), [index]) => store.entries(*index, 1).await,
            (Self::Postgres(store), [index]) => store.entries(*index, 1).await,
            (Self::Sqlite(store), _) => store.entries_at(indices).await,
            (Self::Postgres(store), _) => store.entries_at(indices).await,
        }?;
        entries.retain(|entry| indices.contains(&entry.index));
        Ok(entries)
    }
}

impl Store {
    fn over(engine: Engine) -> Self {
        let look_ups = Gatherer::default();
        Self { engine, look_ups }
    }

    /// Makes a database for a log with its first checkpoint, that of the empty tree. On a server the database itself
    /// must be there, empty of a registry's tables.
    ///
    /// # Errors
    /// [`StoreError::Exists`], or what the database says.
    pub async fn create(
        place: &Place,
        identity: &Identity,
        checkpoint: &StoredCheckpoint,
    ) -> Result<Self, StoreError> {
        let engine = match place {
            Place::File(path) => Engine::Sqlite(SqliteStore::create(path, identity, checkpoint).await?),
            Place::Server(server) => {
                Engine::Postgres(PostgresStore::create(server, identity, checkpoint).await?)
            }
        };
        Ok(Self::over(engine))
    }

    /// Opens a database and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Missing`], or what the database says.
    pub async fn open(place: &Place) -> Result<Self, StoreError> {
        let engine = match place {
            Place::File(path) => Engine::Sqlite(SqliteStore::open(path).await?),
            Place::Server(server) => Engine::Postgres(PostgresStore::open(server).await?),
        };
        Ok(Self::over(engine))
    }

    /// Opens a database to read alone, beside a writer.
    ///
    /// # Errors
    /// [`StoreError::Missing`], or what the database says.
    pub async fn open_read_only(place: &Place) -> Result<Self, StoreError> {
        let engine = match place {
            Place::File(path) => Engine::Sqlite(SqliteStore::open_read_only(path).await?),
            Place::Server(server) => Engine::Postgres(PostgresStore::open_read_only(server).await?),
        };
        Ok(Self::over(engine))
    }

    /// Copies SQLite's file into a new one, as of one moment, beside whoever writes to it.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Exists`], or what the database says.
    pub async fn copy_file(from: &Path, to: &Path) -> Result<(), StoreError> {
        SqliteStore::copy_file(from, to).await
    }

    /// Fails where the schema is older than this program's, as of a store opened to read alone it may be.
    ///
    /// # Errors
    /// [`StoreError::SchemaBehind`], or what the database says.
    pub async fn check_schema(&self) -> Result<(), StoreError> {
        ask!(self, check_schema())
    }

    /// Fails where the file that is open is not the one at its place any more, as after a restore beside a reader: what
    /// it holds would be read for ever, and nothing new would come. A server's database stays where it is.
    ///
    /// # Errors
    /// [`StoreError::Replaced`].
    pub fn check_place(&self) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(store) => store.check_place(),
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Closes the database: waits for what is under way; SQLite folds its write-ahead log in.
    pub async fn close(&self) {
        ask!(self, close());
    }

    /// What the database itself finds wrong with its pages; empty when it finds nothing, or cannot be asked.
    ///
    /// # Errors
    /// What the database says.
    pub async fn integrity_faults(&self) -> Result<Vec<String>, StoreError> {
        ask!(self, integrity_faults())
    }

    /// Writes a batch. When this returns, the batch is durable.
    ///
    /// # Errors
    /// [`StoreError::CheckpointMoved`], or what the database says; nothing of the batch is there then.
    pub async fn append(&self, batch: &Batch) -> Result<(), StoreError> {
        ask!(self, append(batch))
    }

    /// Keeps an adopted trust list.
    ///
    /// # Errors
    /// What the database says.
    pub async fn keep_trust_list(&self, sequence: u64, document: &[u8]) -> Result<(), StoreError> {
        ask!(self, keep_trust_list(sequence, document))
    }

    /// Keeps a report that a paper does not match; gives its reference, or none where `most` are kept already.
    ///
    /// # Errors
    /// What the database says.
    pub async fn keep_mismatch(
        &self,
        received: Timestamp,
        report: &[u8],
        most: u64,
    ) -> Result<Option<u64>, StoreError> {
        ask!(self, keep_mismatch(received, report, most))
    }

    /// Reports after a reference, in order, at most `count`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mismatches(&self, after: u64, count: u32) -> Result<Vec<StoredMismatch>, StoreError> {
        ask!(self, mismatches(after, count))
    }

    /// Which log this is.
    ///
    /// # Errors
    /// When the row is missing or not of its form.
    pub async fn identity(&self) -> Result<Identity, StoreError> {
        ask!(self, identity())
    }

    /// The newest checkpoint.
    ///
    /// # Errors
    /// When the row is missing or not of its form.
    pub async fn checkpoint(&self) -> Result<StoredCheckpoint, StoreError> {
        ask!(self, checkpoint())
    }

    /// Entries from an index on with their documents, at most `count`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn entries(&self, first: u64, count: u32) -> Result<Vec<StoredEntry>, StoreError> {
        ask!(self, entries(first, count))
    }

    /// All entries from the first on with their documents, so many at a time.
    #[must_use]
    pub fn read_ahead(&self, chunk: u32) -> ReadAhead {
        ReadAhead::new(self.clone(), chunk)
    }

    /// The entries at these indices with their documents, in order of the log; one that is not there is left out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn entries_at(&self, indices: &[u64]) -> Result<Vec<StoredEntry>, StoreError> {
        if (1..=A_FEW).contains(&indices.len())
            && let Some(entries) = self.look_ups.entries_at(&self.engine, indices).await
        {
            return Ok(entries);
        }
        self.engine.entries_at(indices).await
    }

    /// The bytes of entries from an index on, at most `count`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn entry_bytes(&self, first: u64, count: u32) -> Result<Vec<Vec<u8>>, StoreError> {
        ask!(self, entry_bytes(first, count))
    }

    /// The entry at an index with its document.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn entry(&self, index: u64) -> Result<StoredEntry, StoreError> {
        let entries = self.entries(index, 1).await?;
        entries
            .into_iter()
            .find(|entry| entry.index == index)
            .ok_or(StoreError::NoRow { table: "log_entry" })
    }

    /// Every tile, by level and index.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tiles(&self) -> Result<Vec<StoredTile>, StoreError> {
        ask!(self, tiles())
    }

    /// Tiles of a level from an index on, at most `count`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tiles_of(&self, level: u8, first: u64, count: u32) -> Result<Vec<StoredTile>, StoreError> {
        ask!(self, tiles_of(level, first, count))
    }

    /// The newest trust list adopted, with its sequence.
    ///
    /// # Errors
    /// What the database says.
    pub async fn newest_trust_list(&self) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        ask!(self, newest_trust_list())
    }

    /// Every trust list adopted, by sequence.
    ///
    /// # Errors
    /// What the database says.
    pub async fn trust_lists(&self) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        ask!(self, trust_lists())
    }

    /// How many signed documents there are; each entry has its own.
    ///
    /// # Errors
    /// What the database says.
    pub async fn document_count(&self) -> Result<u64, StoreError> {
        ask!(self, document_count())
    }

    /// Every projection with the index of its entry.
    ///
    /// # Errors
    /// When a row is not of its form.
    pub async fn projections(&self) -> Result<Vec<(u64, Projection)>, StoreError> {
        ask!(self, projections())
    }

    /// Certificates that meet a condition, of a part of the log, the newest first, at most `count`: their indices,
    /// unchecked. An empty condition is not for the index to answer.
    ///
    /// # Errors
    /// When a row is not of its form.
    pub async fn directory(
        &self,
        condition: &Condition,
        part: Range<u64>,
        count: u32,
    ) -> Result<Vec<u64>, StoreError> {
        ask!(self, directory(condition, part, count))
    }

    /// How many entries of the log are in the directory: all, but in a database made before there was one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn directory_entries(&self) -> Result<u64, StoreError> {
        ask!(self, directory_entries())
    }

    /// All that the directory's index holds, of one moment.
    ///
    /// # Errors
    /// What the database says.
    pub async fn directory_words(&self) -> Result<DirectoryWords, StoreError> {
        ask!(self, directory_words())
    }

    /// Puts entries of the log into the directory that are not there yet: those from index `first` up to, and without,
    /// `end`. Nothing is written when others are in by now.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fill_directory(
        &self,
        first: u64,
        end: u64,
        rows: &[DirectoryTokens],
    ) -> Result<(), StoreError> {
        ask!(self, fill_directory(first, end, rows))
    }
}
