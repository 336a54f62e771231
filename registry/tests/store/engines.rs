//! An engine, new databases of it, and the way behind the store's back.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::Connection;
use touchstone_registry::store::Place;

use crate::{absent::need, postgres::PostgresServer};

/// An engine.
pub(crate) enum Engines {
    /// Files in a folder.
    Sqlite(PathBuf),
    /// Databases of a server.
    Postgres(PostgresServer),
}

impl Engines {
    pub(crate) fn sqlite() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("touchstone-store-{}-{count}", std::process::id()));
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).unwrap();
        Self::Sqlite(folder)
    }

    pub(crate) fn postgres() -> Option<Self> {
        let how = "Debian: apt-get install postgresql";
        need("PostgreSQL", how, PostgresServer::find()).map(Self::Postgres)
    }

    /// A place that holds no registry yet.
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

/// Runs a statement behind the store's back; what the database says against it.
pub(crate) async fn run(place: &Place, sql: &str) -> Result<(), String> {
    let said = |error: sqlx::Error| error.to_string();
    let statement = sqlx::AssertSqlSafe(sql.to_owned());
    match place {
        Place::File(path) => {
            let url = format!("sqlite://{}", path.display());
            let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
            let done = sqlx::raw_sql(statement).execute(&mut connection).await;
            connection.close().await.unwrap();
            done.map(drop).map_err(said)
        }
        Place::Server(_) => {
            let url = place.as_configured().unwrap();
            let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
            let done = sqlx::raw_sql(statement).execute(&mut connection).await;
            connection.close().await.unwrap();
            done.map(drop).map_err(said)
        }
    }
}
