//! A connection as statements use it: on its own, or within a unit of work.

use std::ops::{Deref, DerefMut};

use sqlx::{Connection, PgConnection, Postgres, Sqlite, SqliteConnection, Transaction, sqlite::SqliteError};

/// The advisory lock of whoever writes, within one database: "OFFICEWR" in ASCII.
const WRITING: i64 = 0x4f46_4649_4345_5752;
/// Primary result code SQLITE_CONSTRAINT: a statement was refused, and nothing else happened.
const SQLITE_CONSTRAINT: u32 = 19;
/// Classes of SQLSTATE after which a session is worth nothing: connection, operator intervention, system error, internal.
const SESSION_ENDS: [&str; 4] = ["08", "57", "58", "XX"];

/// How a connection is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::store) enum Health {
    /// Good, as far as is known.
    #[default]
    Good,
    /// Something other than a refusal happened on it. SQLite ends a transaction by itself after some of these, a full
    /// disk among them, and what came next would be stored outside of any; a server may be gone. It is used no more, and
    /// made anew for the next unit of work.
    Spoilt,
}

/// A connection that statements run on.
pub(crate) struct Session<'a> {
    run: Run<'a>,
    health: &'a mut Health,
}

enum Run<'a> {
    Sqlite(&'a mut SqliteConnection),
    SqliteUnit(Transaction<'a, Sqlite>),
    Postgres(&'a mut PgConnection),
    PostgresUnit(Transaction<'a, Postgres>),
}

/// Where a statement goes.
pub(super) enum Target<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
    /// A server, outside of a unit of work.
    Alone(&'a mut PgConnection),
}

impl<'a> Session<'a> {
    pub(in crate::store) const fn sqlite(
        connection: &'a mut SqliteConnection,
        health: &'a mut Health,
    ) -> Self {
        Self {
            run: Run::Sqlite(connection),
            health,
        }
    }

    pub(in crate::store) const fn postgres(connection: &'a mut PgConnection, health: &'a mut Health) -> Self {
        Self {
            run: Run::Postgres(connection),
            health,
        }
    }

    /// Begins a unit of work that nobody else writes beside.
    pub(in crate::store) async fn begin(self) -> Result<Unit<'a>, sqlx::Error> {
        let Self { run, health } = self;
        let begun = match run {
            Run::Sqlite(connection) => connection
                .begin_with("BEGIN IMMEDIATE")
                .await
                .map(Run::SqliteUnit),
            Run::Postgres(connection) => begin_on_server(connection).await.map(Run::PostgresUnit),
            unit @ (Run::SqliteUnit(_) | Run::PostgresUnit(_)) => Ok(unit),
        };
        match begun {
            Ok(run) => Ok(Unit(Self { run, health })),
            Err(error) => {
                *health = Health::Spoilt;
                Err(error)
            }
        }
    }

    /// Whether it is of a server.
    pub(crate) const fn is_on_server(&self) -> bool {
        matches!(self.run, Run::Postgres(_) | Run::PostgresUnit(_))
    }

    pub(super) fn target(&mut self) -> Result<Target<'_>, sqlx::Error> {
        Ok(match &mut self.run {
            Run::Sqlite(connection) => Target::Sqlite(connection),
            Run::Postgres(connection) => Target::Alone(connection),
            Run::SqliteUnit(_) | Run::PostgresUnit(_) if *self.health == Health::Spoilt => {
                return Err(unit_failed());
            }
            Run::SqliteUnit(transaction) => Target::Sqlite(transaction),
            Run::PostgresUnit(transaction) => Target::Postgres(transaction),
        })
    }

    /// Takes note of what became of a statement.
    pub(super) fn judge<T>(&mut self, done: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        if done.as_ref().is_err_and(spoils) {
            *self.health = Health::Spoilt;
        }
        done
    }
}

/// A unit of work: all of it is stored, or nothing. Dropped, nothing.
pub(crate) struct Unit<'a>(Session<'a>);

impl<'a> Deref for Unit<'a> {
    type Target = Session<'a>;

    fn deref(&self) -> &Session<'a> {
        &self.0
    }
}

impl<'a> DerefMut for Unit<'a> {
    fn deref_mut(&mut self) -> &mut Session<'a> {
        &mut self.0
    }
}

impl Unit<'_> {
    /// Stores it. When this returns, it is durable.
    ///
    /// # Errors
    /// What the database says; nothing is stored then, except where a server was lost on the way: then all or nothing.
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        let Session { run, health } = self.0;
        if *health == Health::Spoilt {
            return Err(unit_failed());
        }
        let done = match run {
            Run::SqliteUnit(transaction) => transaction.commit().await,
            Run::PostgresUnit(transaction) => transaction.commit().await,
            // A unit is made by `begin` and `savepoint` alone.
            Run::Sqlite(_) | Run::Postgres(_) => Ok(()),
        };
        if done.is_err() {
            *health = Health::Spoilt;
        }
        done
    }

    /// Stores nothing of it.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn rollback(self) -> Result<(), sqlx::Error> {
        let Session { run, health } = self.0;
        if *health == Health::Spoilt {
            return Err(unit_failed());
        }
        let done = match run {
            Run::SqliteUnit(transaction) => transaction.rollback().await,
            Run::PostgresUnit(transaction) => transaction.rollback().await,
            Run::Sqlite(_) | Run::Postgres(_) => Ok(()),
        };
        if done.is_err() {
            *health = Health::Spoilt;
        }
        done
    }

    /// Begins a part of it that may be given up alone.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn savepoint(&mut self) -> Result<Unit<'_>, sqlx::Error> {
        let Session { run, health } = &mut self.0;
        if **health == Health::Spoilt {
            return Err(unit_failed());
        }
        let begun = match run {
            Run::SqliteUnit(transaction) => Connection::begin(&mut **transaction).await.map(Run::SqliteUnit),
            Run::PostgresUnit(transaction) => {
                Connection::begin(&mut **transaction).await.map(Run::PostgresUnit)
            }
            Run::Sqlite(connection) => connection.begin().await.map(Run::SqliteUnit),
            Run::Postgres(connection) => connection.begin().await.map(Run::PostgresUnit),
        };
        match begun {
            Ok(run) => Ok(Unit(Session { run, health })),
            Err(error) => {
                **health = Health::Spoilt;
                Err(error)
            }
        }
    }
}

async fn begin_on_server(connection: &mut PgConnection) -> Result<Transaction<'_, Postgres>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    lock_out_other_writers(&mut transaction).await?;
    Ok(transaction)
}

/// Until the transaction ends, nobody else writes: what is read in it stays so. Each statement of PostgreSQL's usual
/// isolation sees what was committed before it, and so whatever the writer before left.
pub(super) async fn lock_out_other_writers(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(WRITING)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether an error says more than that a statement was refused.
fn spoils(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        return !matches!(
            error,
            sqlx::Error::RowNotFound
                | sqlx::Error::ColumnNotFound(_)
                | sqlx::Error::ColumnDecode { .. }
                | sqlx::Error::Decode(_)
        );
    };
    let code = error.code().unwrap_or_default();
    if error.try_downcast_ref::<SqliteError>().is_some() {
        // An extended result code holds the primary one in its low byte.
        let primary = code.parse::<u32>().map(|code| code & 0xff);
        primary != Ok(SQLITE_CONSTRAINT)
    } else {
        SESSION_ENDS.iter().any(|class| code.starts_with(class))
    }
}

fn unit_failed() -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::other("the unit of work failed before"))
}
