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

impl Engines {
    /// A copy of a database that nobody is connected to.
    pub(crate) fn copy_of(&self, place: &Place) -> Place {
        match self {
            Self::Sqlite(_) => {
                let copy = self.place();
                std::fs::copy(place.file().unwrap(), copy.file().unwrap()).unwrap();
                copy
            }
            Self::Postgres(server) => server.copy_of(place.as_configured().unwrap()).parse().unwrap(),
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

/// Runs statements with the database's guards taken off, as somebody does who has the database.
pub(crate) async fn tamper_with(place: &Place, sql: &str) {
    let script = match place {
        Place::File(path) => {
            let url = format!("sqlite://{}", path.display());
            let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
            let guards: Vec<String> =
                sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                    .fetch_all(&mut connection)
                    .await
                    .unwrap();
            connection.close().await.unwrap();
            let dropped: String = guards
                .iter()
                .map(|guard| format!("DROP TRIGGER {guard};"))
                .collect();
            format!("PRAGMA foreign_keys = OFF; {dropped} {sql}")
        }
        Place::Server(_) => format!("SET session_replication_role = replica; {sql}"),
    };
    run(place, &script).await.unwrap();
}

/// Bytes in the SQL of an engine.
#[derive(Clone, Copy)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    pub(crate) fn of(place: &Place) -> Self {
        match place {
            Place::File(_) => Self::Sqlite,
            Place::Server(_) => Self::Postgres,
        }
    }

    /// So many bytes, all zero.
    pub(crate) fn zeros(self, count: usize) -> String {
        match self {
            Self::Sqlite => format!("zeroblob({count})"),
            Self::Postgres => format!("decode(repeat('00', {count}), 'hex')"),
        }
    }

    /// A column with a space added.
    pub(crate) fn spaced(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("CAST({column} || x'20' AS BLOB)"),
            Self::Postgres => format!("{column} || '\\x20'"),
        }
    }

    /// A column with a bit of one byte, counted from 0, turned; SQLite has no operators on bytes, there it is replaced.
    pub(crate) fn flipped(self, column: &str, byte: u32) -> String {
        match self {
            Self::Sqlite => format!(
                "CAST(substr({column}, 1, {byte}) || \
                 (CASE substr({column}, {byte} + 1, 1) WHEN x'30' THEN x'31' ELSE x'30' END) || \
                 substr({column}, {byte} + 2) AS BLOB)"
            ),
            Self::Postgres => {
                format!("set_byte({column}, {byte}, get_byte({column}, {byte}) # 1)")
            }
        }
    }

    /// Takes everything out of the directory's index.
    pub(crate) fn emptied_directory(self) -> String {
        match self {
            Self::Sqlite => "INSERT INTO directory (directory) VALUES ('delete-all')",
            Self::Postgres => "DELETE FROM directory",
        }
        .to_owned()
    }

    /// Has the directory's index find the certificate of entry 3 under a level that it does not have.
    pub(crate) fn stranger_in_directory(self) -> String {
        match self {
            Self::Sqlite => "INSERT INTO directory (rowid, tokens) VALUES (-99, 'l5')",
            Self::Postgres => "UPDATE directory SET tokens = tokens || ARRAY['l5']",
        }
        .to_owned()
    }

    /// A column of text in bytes with one text replaced by another.
    pub(crate) fn replaced(self, column: &str, from: &str, to: &str) -> String {
        match self {
            Self::Sqlite => format!("CAST(replace({column}, '{from}', '{to}') AS BLOB)"),
            Self::Postgres => {
                format!("convert_to(replace(convert_from({column}, 'UTF8'), '{from}', '{to}'), 'UTF8')")
            }
        }
    }
}
