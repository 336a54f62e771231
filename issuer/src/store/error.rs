//! What the database says, in the office's words.

use std::path::PathBuf;

use crate::file::FileError;

/// Why the store cannot do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is a file already, or none can be made.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no database.
    #[error("{} is missing; only init makes a database", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
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
        let Some(message) = error.as_database_error().map(|error| error.message().to_owned()) else {
            return Self::Database(error);
        };
        let about = |columns: &[&str]| columns.iter().all(|column| message.contains(column));
        if about(&["UNIQUE", "credential.number"]) {
            Self::NumberTaken
        } else if about(&["UNIQUE", "credential.list_index"]) {
            Self::IndexTaken
        } else if ["participant.", "duty.", "judge."]
            .iter()
            .any(|table| about(&["UNIQUE", table]))
        {
            Self::DutiesNotSeparated
        } else if about(&["UNIQUE", "case_act."])
            || about(&["UNIQUE", "measure_act."])
            || about(&["UNIQUE", "complaint_act."])
            || about(&["journal: "])
        {
            Self::JournalMovedOn
        } else if about(&["UNIQUE", "event.credential_id"]) || about(&["UNIQUE", "event.measure_id"]) {
            Self::EventTaken
        } else {
            Self::Database(error)
        }
    }
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
