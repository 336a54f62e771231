//! What a statement found.

use sqlx::{ColumnIndex, Row as _, postgres::PgRow, sqlite::SqliteRow};

/// A row of either engine.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Self {
        Self::Sqlite(row)
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Self {
        Self::Postgres(row)
    }
}

pub(super) fn rows<R: Into<Row>>(found: Vec<R>) -> Vec<Row> {
    found.into_iter().map(Into::into).collect()
}

impl Row {
    /// A column, by its name or its place.
    ///
    /// # Errors
    /// When there is no such column, or what it holds is of another type.
    pub(crate) fn try_get<T: Column>(&self, at: impl Position) -> Result<T, sqlx::Error> {
        T::read(self, at)
    }
}

/// A column's name or place.
pub(crate) trait Position: ColumnIndex<SqliteRow> + ColumnIndex<PgRow> {}

impl<I: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>> Position for I {}

/// A type that a column is read as.
pub(crate) trait Column: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// As [`Row::try_get`].
    fn read(row: &Row, at: impl Position) -> Result<Self, sqlx::Error>;
}

macro_rules! columns {
    ($($type:ty),* $(,)?) => {
        $(impl Column for $type {
            fn read(row: &Row, at: impl Position) -> Result<Self, sqlx::Error> {
                match row {
                    Row::Sqlite(row) => row.try_get(at),
                    Row::Postgres(row) => row.try_get(at),
                }
            }
        })*
    };
}

columns!(
    i64,
    String,
    Vec<u8>,
    bool,
    Option<i64>,
    Option<String>,
    Option<Vec<u8>>
);

/// Both engines count in `i64`.
impl Column for u32 {
    fn read(row: &Row, at: impl Position) -> Result<Self, sqlx::Error> {
        let found = i64::read(row, at)?;
        Self::try_from(found).map_err(|cause| sqlx::Error::Decode(cause.into()))
    }
}

/// A row as a tuple, column by column.
pub(crate) trait Columns: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// As [`Row::try_get`].
    fn of(row: &Row) -> Result<Self, sqlx::Error>;
}

macro_rules! tuples {
    ($(($($type:ident $place:literal),*)),* $(,)?) => {
        $(impl<$($type: Column),*> Columns for ($($type,)*) {
            fn of(row: &Row) -> Result<Self, sqlx::Error> {
                Ok(($(row.try_get::<$type>($place)?,)*))
            }
        })*
    };
}

tuples! {
    (A 0),
    (A 0, B 1),
    (A 0, B 1, C 2),
    (A 0, B 1, C 2, D 3),
    (A 0, B 1, C 2, D 3, E 4),
    (A 0, B 1, C 2, D 3, E 4, F 5),
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6),
}
