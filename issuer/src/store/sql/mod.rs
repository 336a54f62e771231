//! Statements over either engine: one text with `$1` parameters that both read, values of four kinds, rows read by type.

mod row;
mod session;
mod value;

use sqlx::{Connection, PgConnection, SqlSafeStr, SqlStr};

pub(super) use self::session::Health;
pub(crate) use self::{
    row::Row,
    session::{Session, Unit},
};
use self::{
    row::{Columns, rows},
    session::{Target, lock_out_other_writers},
    value::Value,
};

/// A statement whose rows are read by name.
pub(crate) fn query(text: impl SqlSafeStr) -> Query {
    Query {
        text: text.into_sql_str(),
        values: Vec::new(),
    }
}

/// A statement whose rows are read as tuples, column by column.
pub(crate) fn query_as<T: Columns>(text: impl SqlSafeStr) -> QueryAs<T> {
    QueryAs {
        query: query(text),
        columns: std::marker::PhantomData,
    }
}

/// A statement with its values.
pub(crate) struct Query {
    text: SqlStr,
    values: Vec<Value>,
}

/// A statement with its values, and what its rows are.
pub(crate) struct QueryAs<T> {
    query: Query,
    columns: std::marker::PhantomData<fn() -> T>,
}

/// The engine's own statement; which engine follows from where it is used.
macro_rules! bound {
    ($query:expr) => {{
        let Query { text, values } = $query;
        let mut query = sqlx::query(text);
        for value in values {
            query = match value {
                Value::Integer(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
                Value::Flag(value) => query.bind(value),
            };
        }
        query
    }};
}

impl Query {
    /// The value of the next parameter.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Runs it; gives how many rows it touched.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn execute(self, on: &mut Session<'_>) -> Result<u64, sqlx::Error> {
        let done = match on.target()? {
            Target::Sqlite(connection) => {
                let done = bound!(self).execute(connection).await;
                done.map(|done| done.rows_affected())
            }
            Target::Postgres(connection) => execute_on_server(self, connection).await,
            Target::Alone(connection) => alone(self, connection).await,
        };
        on.judge(done)
    }

    /// Every row.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn fetch_all(self, on: &mut Session<'_>) -> Result<Vec<Row>, sqlx::Error> {
        let found = match on.target()? {
            Target::Sqlite(connection) => bound!(self).fetch_all(connection).await.map(rows),
            Target::Postgres(connection) | Target::Alone(connection) => {
                bound!(self).fetch_all(connection).await.map(rows)
            }
        };
        on.judge(found)
    }

    /// The row, if there is one.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn fetch_optional(self, on: &mut Session<'_>) -> Result<Option<Row>, sqlx::Error> {
        let found = match on.target()? {
            Target::Sqlite(connection) => {
                let found = bound!(self).fetch_optional(connection).await;
                found.map(|row| row.map(Row::Sqlite))
            }
            Target::Postgres(connection) | Target::Alone(connection) => {
                let found = bound!(self).fetch_optional(connection).await;
                found.map(|row| row.map(Row::Postgres))
            }
        };
        on.judge(found)
    }

    /// The row.
    ///
    /// # Errors
    /// What the database says, also where there is none.
    pub(crate) async fn fetch_one(self, on: &mut Session<'_>) -> Result<Row, sqlx::Error> {
        self.fetch_optional(on).await?.ok_or(sqlx::Error::RowNotFound)
    }
}

impl<T: Columns> QueryAs<T> {
    /// The value of the next parameter.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.query = self.query.bind(value);
        self
    }

    /// Every row.
    ///
    /// # Errors
    /// What the database says, or a column of another type.
    pub(crate) async fn fetch_all(self, on: &mut Session<'_>) -> Result<Vec<T>, sqlx::Error> {
        self.query.fetch_all(on).await?.iter().map(T::of).collect()
    }

    /// The row, if there is one.
    ///
    /// # Errors
    /// What the database says, or a column of another type.
    pub(crate) async fn fetch_optional(self, on: &mut Session<'_>) -> Result<Option<T>, sqlx::Error> {
        let row = self.query.fetch_optional(on).await?;
        row.as_ref().map(T::of).transpose()
    }

    /// The row.
    ///
    /// # Errors
    /// What the database says, also where there is none, or a column of another type.
    pub(crate) async fn fetch_one(self, on: &mut Session<'_>) -> Result<T, sqlx::Error> {
        T::of(&self.query.fetch_one(on).await?)
    }
}

async fn execute_on_server(query: Query, connection: &mut PgConnection) -> Result<u64, sqlx::Error> {
    let done = bound!(query).execute(connection).await?;
    Ok(done.rows_affected())
}

/// A statement of its own keeps out of others' units of work, as SQLite has it.
async fn alone(query: Query, connection: &mut PgConnection) -> Result<u64, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    lock_out_other_writers(&mut transaction).await?;
    let touched = execute_on_server(query, &mut transaction).await?;
    transaction.commit().await?;
    Ok(touched)
}
