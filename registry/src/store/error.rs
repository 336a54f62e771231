//! Why the store did not do as told.

use super::{NotDurable, Place};

/// Why the store did not do as told.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no database, or none of a registry.
    #[error("there is no registry's database at {place}; `touchstone-registry init` makes one")]
    Missing {
        /// Where it should be.
        place: Place,
    },
    /// There is one already.
    #[error("there is a registry's database at {place} already")]
    Exists {
        /// Where it is.
        place: Place,
    },
    /// Another file is where the one was that is open.
    #[error("the database {place} was moved or replaced since it was opened: start anew")]
    Replaced {
        /// Where it was.
        place: Place,
    },
    /// The server does not keep what it acknowledges.
    #[error(transparent)]
    NotDurable(#[from] NotDurable),
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
    /// The schema is older than this program's, and who only reads does not bring it up to date.
    #[error(
        "the database's schema is of version {found}, this program reads version {wanted}: \
         start the sequencer of this version first, it brings the schema up to date"
    )]
    SchemaBehind {
        /// The database's.
        found: i64,
        /// This program's.
        wanted: i64,
    },
    /// The schema cannot be brought up to date.
    #[error("the database's schema: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database failed.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
}
