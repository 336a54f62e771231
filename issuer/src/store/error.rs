//! What the database says, in the office's words.

use sqlx::{error::DatabaseError, postgres::PgDatabaseError};

use super::{NotDurable, Place};
use crate::file::FileError;

/// Why the store cannot do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is a file already, or none can be made.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no database.
    #[error("{place} is missing, or holds no office; only init makes a database")]
    Missing {
        /// Where it should be.
        place: Place,
    },
    /// There is an office's database already.
    #[error("there is an office's database at {place} already")]
    Exists {
        /// Where it is.
        place: Place,
    },
    /// The server does not keep what it acknowledges.
    #[error(transparent)]
    NotDurable(#[from] NotDurable),
    /// There is no room to write.
    #[error("no room is left for the database: nothing of this was stored; make room and do it again ({0})")]
    NoRoom(sqlx::Error),
    /// The number and version are taken.
    #[error("the number and version are given already")]
    NumberTaken,
    /// The place in the status lists is taken.
    #[error("the place in the status lists is given already")]
    IndexTaken,
    /// Somebody stands on both sides of a file, or in two duties the scheme keeps apart.
    #[error("one person does two duties that are kept apart")]
    DutiesNotSeparated,
    /// Somebody else wrote the journal first, or wrote over it.
    #[error("the act does not follow the last one of its journal, or the journal would be changed")]
    JournalMovedOn,
    /// The event's place or its decision is taken.
    #[error("the event's place or the decision's reference is given already")]
    EventTaken,
    /// Two trust lists of one sequence.
    #[error("another trust list of sequence {sequence} was gone by before")]
    TrustListDiffers {
        /// The sequence.
        sequence: u64,
    },
    /// Anything else the database says.
    #[error("database: {0}")]
    Database(sqlx::Error),
    /// The schema cannot be brought up to date.
    #[error("database schema: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored text is not what was stored.
    #[error("{table}.{column} of row {row} does not read: {cause}")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row.
        row: i64,
        /// What is wrong with it.
        cause: String,
    },
    /// The system gives no randomness.
    #[error("no random bytes from the system: {0}")]
    Random(getrandom::Error),
    /// A number cannot be counted on.
    #[error("{what} has no next number")]
    Exhausted {
        /// What is counted.
        what: &'static str,
    },
}

impl From<sqlx::Error> for StoreError {
    /// Constraint names become the office's words here and nowhere else.
    fn from(error: sqlx::Error) -> Self {
        let Some(said) = error.as_database_error() else {
            return Self::Database(error);
        };
        if is_no_room(said) {
            return Self::NoRoom(error);
        }
        if said.message().contains("journal: ") {
            return Self::JournalMovedOn;
        }
        match Unique::of(said) {
            Some(Unique::Number) => Self::NumberTaken,
            Some(Unique::Index) => Self::IndexTaken,
            Some(Unique::Duties) => Self::DutiesNotSeparated,
            Some(Unique::Journal) => Self::JournalMovedOn,
            Some(Unique::Event) => Self::EventTaken,
            None => Self::Database(error),
        }
    }
}

/// What is given once, where the office has a word for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unique {
    Number,
    Index,
    Duties,
    Journal,
    Event,
}

impl Unique {
    /// Which unique constraint refused a statement.
    fn of(said: &dyn DatabaseError) -> Option<Self> {
        if !said.is_unique_violation() {
            return None;
        }
        match said.try_downcast_ref::<PgDatabaseError>() {
            Some(said) => Self::of_server(said.table()?, said.constraint()?),
            None => Self::of_columns(said.message()),
        }
    }

    /// PostgreSQL names table and constraint.
    fn of_server(table: &str, constraint: &str) -> Option<Self> {
        Some(match (table, constraint) {
            ("credential", "number_version") => Self::Number,
            ("credential", "list_index") => Self::Index,
            ("participant" | "duty" | "judge", _) => Self::Duties,
            ("case_act" | "measure_act" | "complaint_act", _) => Self::Journal,
            ("event", "event_sequence" | "event_decision" | "event_of_measure") => Self::Event,
            _ => return None,
        })
    }

    /// SQLite names the columns: `UNIQUE constraint failed: credential.number, credential.version`.
    fn of_columns(message: &str) -> Option<Self> {
        let about = |column: &&str| message.contains(*column);
        let table = [
            (Self::Number, &["credential.number"] as &[&str]),
            (Self::Index, &["credential.list_index"]),
            (Self::Duties, &["participant.", "duty.", "judge."]),
            (Self::Journal, &["case_act.", "measure_act.", "complaint_act."]),
            (Self::Event, &["event.credential_id", "event.measure_id"]),
        ];
        let found = table.into_iter().find(|(_, columns)| columns.iter().any(about));
        found.map(|(unique, _)| unique)
    }
}

/// SQLite's result codes SQLITE_FULL and, where it cannot grow the index beside its write-ahead log as it opens,
/// SQLITE_IOERR_SHMSIZE; PostgreSQL's condition `disk_full`.
fn is_no_room(said: &dyn DatabaseError) -> bool {
    let codes: &[&str] = if said.try_downcast_ref::<PgDatabaseError>().is_some() {
        &["53100"]
    } else {
        &["13", "4874"]
    };
    said.code().is_some_and(|code| codes.contains(&&*code))
}

/// Reads a stored text back into its type.
pub(super) fn read_back<T, E: ToString>(
    result: Result<T, E>,
    table: &'static str,
    column: &'static str,
    row: i64,
) -> Result<T, StoreError> {
    result.map_err(|cause| StoreError::Unreadable {
        table,
        column,
        row,
        cause: cause.to_string(),
    })
}
