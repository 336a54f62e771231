//! An engine, new databases of it, and the way behind the store's back.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::Connection;
use touchstone_issuer::store::{Place, StoreError};

use crate::{absent::need, postgres::PostgresServer};

/// An engine.
pub(crate) enum Engines {
    /// Files in a folder.
    Sqlite(PathBuf),
    /// Databases of a server.
    Postgres(PostgresServer),
}

/// A server of our own, which may be killed.
pub(crate) fn server() -> Option<PostgresServer> {
    let how = "Debian: apt-get install postgresql";
    need("PostgreSQL", how, PostgresServer::own())
}

impl Engines {
    pub(crate) fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(format!("touchstone-office-store-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).unwrap();
        Self::Sqlite(folder)
    }

    pub(crate) fn postgres() -> Option<Self> {
        let how = "Debian: apt-get install postgresql";
        need("PostgreSQL", how, PostgresServer::find()).map(Self::Postgres)
    }

    /// A place that holds no office yet.
    pub(crate) fn place(&self) -> Place {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        match self {
            Self::Sqlite(folder) => {
                let count = COUNT.fetch_add(1, Ordering::Relaxed);
                Place::from(folder.join(format!("{count}.sqlite")))
            }
            Self::Postgres(server) => server.database().parse().unwrap(),
        }
    }
}

impl Drop for Engines {
    fn drop(&mut self) {
        if let Self::Sqlite(folder) = self {
            drop(std::fs::remove_dir_all(folder));
        }
    }
}

/// The URL of a server's database.
pub(crate) fn url(place: &Place) -> String {
    serde_json::to_value(place).unwrap().as_str().unwrap().to_owned()
}

/// Runs a statement behind the store's back; what the database says against it, in the office's words.
pub(crate) async fn run(place: &Place, sql: &str) -> Result<(), StoreError> {
    let statement = sqlx::AssertSqlSafe(sql.to_owned());
    let done = match place {
        Place::File(path) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new()
                .filename(path)
                .foreign_keys(true);
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
            let done = sqlx::raw_sql(statement).execute(&mut connection).await.map(drop);
            connection.close().await.unwrap();
            done
        }
        Place::Server(_) => {
            let mut connection = sqlx::PgConnection::connect(&url(place)).await.unwrap();
            let done = sqlx::raw_sql(statement).execute(&mut connection).await.map(drop);
            connection.close().await.unwrap();
            done
        }
    };
    done.map_err(StoreError::from)
}

/// Bytes and flags in the SQL of an engine.
pub(crate) struct Dialect {
    pub(crate) braces: &'static str,
    pub(crate) yes: &'static str,
}

impl Dialect {
    pub(crate) const fn of(place: &Place) -> Self {
        match place {
            Place::File(_) => Self {
                braces: "x'7b7d'",
                yes: "1",
            },
            Place::Server(_) => Self {
                braces: "'\\x7b7d'",
                yes: "TRUE",
            },
        }
    }
}
