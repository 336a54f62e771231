//! The connection to an office's database, made anew when it is worth nothing any more.

use std::{path::Path, time::Duration};

use sqlx::{
    Connection as _, PgConnection, SqliteConnection,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{
    NotDurable, Place, Server, StoreError,
    sql::{Health, Session, Unit},
};
use crate::file;

static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// The advisory lock of whoever has the office open, within one database: "OFFICEOP" in ASCII.
const OPEN: i64 = 0x4f46_4649_4345_4f50;
/// How long one waits for another's lock of a file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection, and how to make it again.
#[derive(Debug)]
pub(super) struct Link {
    place: Place,
    connection: Connection,
    health: Health,
    turn: Turn,
}

#[derive(Debug)]
enum Connection {
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

/// Whether the lock of the office was taken over this connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Taken,
    NotTaken,
}

impl Link {
    /// To a new database: a file of mode 0600, or the tables in a server's database that must be there.
    pub(super) async fn create(place: &Place) -> Result<Self, StoreError> {
        let connection = match place {
            Place::File(path) => {
                // An empty file is an empty database.
                file::create_private(path, b"")?;
                let mut connection = sqlite(path).await?;
                SQLITE.run(&mut connection).await?;
                Connection::Sqlite(Box::new(connection))
            }
            Place::Server(server) => {
                let mut connection = postgres(server).await?;
                if holds_an_office(&mut connection).await? {
                    return Err(StoreError::Exists { place: place.clone() });
                }
                POSTGRES.run(&mut connection).await?;
                Connection::Postgres(Box::new(connection))
            }
        };
        Ok(Self::of(place, connection))
    }

    /// To a database that is there; its schema is brought up to date.
    pub(super) async fn open(place: &Place) -> Result<Self, StoreError> {
        let connection = match place {
            Place::File(path) => {
                if !path.exists() {
                    return Err(StoreError::Missing { place: place.clone() });
                }
                let mut connection = sqlite(path).await?;
                SQLITE.run(&mut connection).await?;
                Connection::Sqlite(Box::new(connection))
            }
            Place::Server(server) => {
                let mut connection = postgres(server).await?;
                if !holds_an_office(&mut connection).await? {
                    return Err(StoreError::Missing { place: place.clone() });
                }
                if let Some(lossy) = NotDurable::of(&mut connection).await? {
                    return Err(lossy.into());
                }
                if !is_up_to_date(&mut connection).await? {
                    POSTGRES.run(&mut connection).await?;
                }
                Connection::Postgres(Box::new(connection))
            }
        };
        Ok(Self::of(place, connection))
    }

    fn of(place: &Place, connection: Connection) -> Self {
        Self {
            place: place.clone(),
            connection,
            health: Health::Good,
            turn: Turn::NotTaken,
        }
    }

    /// Waits until nobody else has taken the office's lock of this database, and takes it while this lives. A file's
    /// office is locked by a file beside it.
    pub(super) async fn take_turn(&mut self) -> Result<(), StoreError> {
        self.turn = Turn::Taken;
        if let Connection::Postgres(connection) = &mut self.connection {
            sqlx::query("SELECT pg_advisory_lock($1)")
                .bind(OPEN)
                .execute(&mut **connection)
                .await?;
        }
        Ok(())
    }

    /// The connection, for statements of their own.
    pub(super) async fn session(&mut self) -> Result<Session<'_>, StoreError> {
        self.revive().await?;
        Ok(match &mut self.connection {
            Connection::Sqlite(connection) => Session::sqlite(connection, &mut self.health),
            Connection::Postgres(connection) => Session::postgres(connection, &mut self.health),
        })
    }

    /// Begins a unit of work.
    pub(super) async fn begin(&mut self) -> Result<Unit<'_>, StoreError> {
        Ok(self.session().await?.begin().await?)
    }

    pub(super) async fn close(self) {
        self.connection.close().await;
    }

    /// Makes the connection anew where it is spoilt, or where the server does not answer on it any more.
    async fn revive(&mut self) -> Result<(), StoreError> {
        let good = self.health == Health::Good
            && match &mut self.connection {
                Connection::Sqlite(_) => true,
                Connection::Postgres(connection) => connection.ping().await.is_ok(),
            };
        if good {
            return Ok(());
        }
        // Its schema was brought up to date when it was opened first.
        let new = match &self.place {
            Place::File(path) => Connection::Sqlite(Box::new(sqlite(path).await?)),
            Place::Server(server) => Connection::Postgres(Box::new(postgres(server).await?)),
        };
        // Closed before the new one is used: what it held open is given up.
        std::mem::replace(&mut self.connection, new).close().await;
        self.health = Health::Good;
        if self.turn == Turn::Taken {
            self.take_turn().await?;
        }
        Ok(())
    }
}

impl Connection {
    async fn close(self) {
        // What was committed is durable already; a failure to close loses nothing.
        let _ = match self {
            Self::Sqlite(connection) => connection.close().await,
            Self::Postgres(connection) => connection.close().await,
        };
    }
}

async fn sqlite(path: &Path) -> Result<SqliteConnection, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT);
    Ok(SqliteConnection::connect_with(&options).await?)
}

/// With `synchronous_commit=on`, so that what was committed stays.
async fn postgres(server: &Server) -> Result<PgConnection, StoreError> {
    let options = server.options().clone().options([("synchronous_commit", "on")]);
    Ok(PgConnection::connect_with(&options).await?)
}

async fn holds_an_office(connection: &mut PgConnection) -> Result<bool, StoreError> {
    let held = sqlx::query_scalar("SELECT to_regclass('case_file') IS NOT NULL");
    Ok(held.fetch_one(connection).await?)
}

/// Whether there is nothing to be brought up to date: an office is opened for each act.
async fn is_up_to_date(connection: &mut PgConnection) -> Result<bool, StoreError> {
    let newest = POSTGRES.iter().map(|migration| migration.version).max();
    let done: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
        .fetch_one(connection)
        .await?;
    Ok(done == newest)
}
