//! What the registry keeps, and on what terms.
//!
//! The contract, whatever keeps it:
//!
//! - **One writer.** [`Store::append`] is called by one sequencer at a time; a lock file keeps a second process out.
//! - **All or nothing.** A [`Batch`] (documents, entries, tiles, projections, checkpoint) is there whole once `append`
//!   returned, after a loss of power too, and not at all when it failed.
//! - **Compare and swap.** A batch names the checkpoint it follows. When another one is stored, nothing is written and
//!   the answer is [`StoreError::CheckpointMoved`].
//! - **Nothing is changed.** Documents and entries are written once, tiles only grow, the log never shrinks.
//! - **Not trusted.** What is read here is hashed again by whoever serves it; a store can lose, but not lie.
//! - **No database is made by accident.** [`Store::create`] alone makes one; [`Store::open`] of a missing one fails.

mod append;
mod directory;
mod read;
mod sqlite;

use std::path::PathBuf;

use sqlx::SqlitePool;
use std::collections::BTreeSet;

use touchstone_schemas::{
    credential::{CredentialNumber, RegistryBase, Version},
    digest::Sha256Digest,
    multikey::Multikey,
    status::{StatusAllocation, StatusPurpose},
    tlog::Origin,
};

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
}

/// Which log a database holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The log's origin.
    pub origin: Origin,
    /// The log's key.
    pub log_key: Multikey,
    /// Base URL in the ids of everything held.
    pub base: RegistryBase,
}

/// A stored checkpoint, its signature not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// Tree size as the column says.
    pub size: u64,
    /// The signed note.
    pub note: String,
}

/// What is written in one transaction.
#[derive(Debug)]
pub struct Batch {
    /// The note of the checkpoint this batch follows.
    pub follows: String,
    /// The new checkpoint.
    pub checkpoint: StoredCheckpoint,
    /// New entries in the order of the log.
    pub entries: Vec<NewEntry>,
    /// Tiles that are new or have grown.
    pub tiles: Vec<StoredTile>,
}

/// An entry to be stored with its document.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// Its index in the log.
    pub index: u64,
    /// The entry's bytes.
    pub entry: Vec<u8>,
    /// Digest of the document.
    pub digest: Sha256Digest,
    /// The document, JCS.
    pub document: Vec<u8>,
    /// Its row in one of three tables; the scheme owner's records have none.
    pub projection: Option<Projection>,
    /// Its row in the directory; only a credential has one.
    pub directory: Option<DirectoryTokens>,
}

/// By what a certificate is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryTokens {
    /// Index of its entry.
    pub index: u64,
    /// The tokens: lower-case ASCII letters and digits.
    pub tokens: BTreeSet<String>,
}

/// What an entry is about: its row in one of three tables.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Projection {
    /// A credential.
    Credential {
        /// Number.
        number: CredentialNumber,
        /// Version.
        version: Version,
        /// Its place in the status lists.
        allocation: StatusAllocation,
    },
    /// An event.
    Event {
        /// Number of the credential.
        number: CredentialNumber,
        /// Version of the credential.
        version: Version,
        /// Place among its events.
        sequence: u32,
    },
    /// A version of a status list.
    StatusList {
        /// Purpose.
        purpose: StatusPurpose,
        /// Number of the list.
        list: u32,
        /// Its sequence.
        sequence: u64,
    },
}

/// A tile of hashes, as wide as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTile {
    /// Tile level.
    pub level: u8,
    /// Index within the level.
    pub index: u64,
    /// Its hashes, 32 bytes each.
    pub hashes: Vec<u8>,
}

/// A stored entry with its document, neither checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// Index in the log.
    pub index: u64,
    /// The entry's bytes.
    pub entry: Vec<u8>,
    /// The document named by the row's digest.
    pub document: Vec<u8>,
}

/// Why the store did not do as told.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no database.
    #[error("there is no database at {path}; `touchstone-registry init` makes one")]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// There is one already.
    #[error("there is a database at {path} already")]
    Exists {
        /// Where it is.
        path: PathBuf,
    },
    /// Another checkpoint is stored than the one the batch follows.
    #[error("the stored checkpoint is not the one the new one follows")]
    CheckpointMoved,
    /// A row that must be there is not.
    #[error("the database lacks its row of {table}")]
    NoRow {
        /// The table.
        table: &'static str,
    },
    /// A value is not of its form.
    #[error("{table} holds {column} {found:?}")]
    Value {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What stands there.
        found: String,
    },
    /// A number beyond what the database counts.
    #[error("{found} is beyond what the database counts")]
    TooLarge {
        /// The number.
        found: u64,
    },
    /// The schema cannot be brought up to date.
    #[error("the database's schema: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database failed.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
}

/// A number as SQLite counts.
fn to_sql(found: u64) -> Result<i64, StoreError> {
    i64::try_from(found).map_err(|_| StoreError::TooLarge { found })
}

/// A number of a row.
fn from_sql<T: TryFrom<i64>>(table: &'static str, column: &'static str, found: i64) -> Result<T, StoreError> {
    T::try_from(found).map_err(|_| StoreError::Value {
        table,
        column,
        found: found.to_string(),
    })
}
