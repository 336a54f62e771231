//! SQLite: opened with a write-ahead log and `synchronous=FULL`, so that what was committed stays.

mod append;
mod copy;
mod directory;
mod fold;
mod mismatch;
mod read;

use std::{num::NonZero, ops::RangeInclusive, path::Path, sync::Arc, time::Duration};

use sqlx::{
    Row,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous},
};

use self::fold::{Folding, WRITER_FOLDS_AFTER};
use super::{Identity, Place, StoreError, StoredCheckpoint, column};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations/sqlite");

/// Fewest and most connections that read. Each is a thread, with a
/// heap of its own where the system's allocator gives it one.
const CONNECTIONS: RangeInclusive<u32> = 4..=16;
/// Pages that each of them keeps, in KiB: what stands above the leaves of a million certificates' indices. The leaves
/// are the system's to keep, once for all of them.
const CACHE_KIB: u32 = 1_024;
/// How long a connection waits for another's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A registry's SQLite database.
#[derive(Clone, Debug)]
pub(super) struct SqliteStore {
    pool: SqlitePool,
    /// A connection of the writer's own, so that readers who wait hold no batch up.
    writer: SqlitePool,
    folding: Folding,
    opened: Arc<Opened>,
}

/// The file that was opened, and what tells it from another at its place.
#[derive(Debug)]
struct Opened {
    place: Place,
    id: Option<FileId>,
}

/// Device and inode.
type FileId = (u64, u64);

#[cfg(unix)]
fn file_id(path: &Path) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Elsewhere an open file is neither moved nor replaced.
#[cfg(not(unix))]
fn file_id(_: &Path) -> Option<FileId> {
    None
}

impl SqliteStore {
    pub(in crate::store) async fn create(
        path: &Path,
        identity: &Identity,
        checkpoint: &StoredCheckpoint,
    ) -> Result<Self, StoreError> {
        if path.exists() {
            return Err(StoreError::Exists {
                place: Place::File(path.to_owned()),
            });
        }
        let store = Self::over(options(path).create_if_missing(true), path).await?;
        MIGRATIONS.run(&store.writer).await?;
        let mut transaction = store.writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(
            "INSERT INTO log_identity (log_identity_id, origin, log_key, registry_base) VALUES (1, ?, ?, ?)",
        )
        .bind(identity.origin.as_str())
        .bind(identity.log_key.to_string())
        .bind(identity.base.as_str())
        .execute(&mut *transaction)
        .await?;
        sqlx::query("INSERT INTO log_checkpoint (log_checkpoint_id, tree_size, note) VALUES (1, ?, ?)")
            .bind(column::to_sql(checkpoint.size)?)
            .bind(&checkpoint.note)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(store)
    }

    pub(in crate::store) async fn open(path: &Path) -> Result<Self, StoreError> {
        exists(path)?;
        let store = Self::over(options(path), path).await?;
        MIGRATIONS.run(&store.writer).await?;
        Ok(store)
    }

    pub(in crate::store) async fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        exists(path)?;
        Self::over(options(path).read_only(true), path).await
    }

    async fn over(options: SqliteConnectOptions, path: &Path) -> Result<Self, StoreError> {
        let pool = |connections| SqlitePoolOptions::new().max_connections(connections);
        let readers = pool(connections()).connect_with(options.clone()).await?;
        let opened = Opened {
            place: Place::File(path.to_owned()),
            id: file_id(path),
        };
        Ok(Self {
            pool: readers,
            writer: pool(1).connect_lazy_with(options),
            folding: Folding::default(),
            opened: Arc::new(opened),
        })
    }

    pub(in crate::store) fn check_place(&self) -> Result<(), StoreError> {
        let Opened { place, id } = &*self.opened;
        if place.file().and_then(file_id) == *id {
            Ok(())
        } else {
            Err(StoreError::Replaced { place: place.clone() })
        }
    }

    pub(in crate::store) async fn check_schema(&self) -> Result<(), StoreError> {
        let found = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(&self.pool)
            .await?;
        column::check_schema(found, &MIGRATIONS)
    }

    pub(in crate::store) async fn close(&self) {
        self.writer.close().await;
        self.pool.close().await;
    }

    pub(in crate::store) async fn integrity_faults(&self) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query("PRAGMA integrity_check")
            .fetch_all(&self.pool)
            .await?;
        let mut faults = Vec::new();
        for row in rows {
            let line: String = row.try_get(0)?;
            if line != "ok" {
                faults.push(line);
            }
        }
        Ok(faults)
    }
}

fn exists(path: &Path) -> Result<(), StoreError> {
    if path.is_file() {
        Ok(())
    } else {
        Err(StoreError::Missing {
            place: Place::File(path.to_owned()),
        })
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("wal_autocheckpoint", WRITER_FOLDS_AFTER.to_string())
        .pragma("cache_size", format!("-{CACHE_KIB}"))
        .busy_timeout(BUSY_TIMEOUT)
}

/// Two for each processor: what they read is in memory as a rule, so more would wait for a processor.
fn connections() -> u32 {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let wanted = u32::try_from(processors).unwrap_or(u32::MAX).saturating_mul(2);
    wanted.clamp(*CONNECTIONS.start(), *CONNECTIONS.end())
}
