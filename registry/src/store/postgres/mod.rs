//! PostgreSQL: sessions with `synchronous_commit=on`, so that what was committed stays.

mod append;
mod directory;
mod mismatch;
mod read;

use std::time::Duration;

use sqlx::{
    PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{
    Identity, NotDurable, Place, Server, StoreError, StoredCheckpoint,
    column::{self, to_sql},
};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations/postgres");

/// Connections that read.
const CONNECTIONS: u32 = 8;
/// The advisory lock of whoever writes, within one database: "TOUCHSTN" in ASCII.
const WRITER_LOCK: i64 = 0x544f_5543_4853_544e;

/// How long a writer waits for that lock: the server may not have seen yet that the one before is gone.
const LOCK_WAIT: &str = "3s";
/// SQLSTATE `lock_not_available`.
const LOCK_NOT_AVAILABLE: &str = "55P03";
/// How long somebody waits for a connection, also while the server is away.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// A registry's database on a server.
#[derive(Clone, Debug)]
pub(super) struct PostgresStore {
    pool: PgPool,
    /// A connection of the writer's own, so that readers who wait hold no batch up.
    writer: PgPool,
}

impl PostgresStore {
    pub(in crate::store) async fn create(
        server: &Server,
        identity: &Identity,
        checkpoint: &StoredCheckpoint,
    ) -> Result<Self, StoreError> {
        let store = Self::over(server.options().clone()).await?;
        let pool = &store.writer;
        if holds_a_registry(pool).await? {
            return Err(StoreError::Exists {
                place: Place::Server(Box::new(server.clone())),
            });
        }
        MIGRATIONS.run(pool).await?;
        let mut transaction = pool.begin().await?;
        sqlx::query(
            "INSERT INTO log_identity (log_identity_id, origin, log_key, registry_base) VALUES (1, $1, $2, $3)",
        )
        .bind(identity.origin.as_str())
        .bind(identity.log_key.to_string())
        .bind(identity.base.as_str())
        .execute(&mut *transaction)
        .await?;
        sqlx::query("INSERT INTO log_checkpoint (log_checkpoint_id, tree_size, note) VALUES (1, $1, $2)")
            .bind(to_sql(checkpoint.size)?)
            .bind(&checkpoint.note)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(store)
    }

    pub(in crate::store) async fn open(server: &Server) -> Result<Self, StoreError> {
        let store = Self::open_with(server, server.options().clone()).await?;
        let lossy = NotDurable::of(&mut *store.writer.acquire().await?).await?;
        if let Some(lossy) = lossy {
            return Err(lossy.into());
        }
        MIGRATIONS.run(&store.writer).await?;
        Ok(store)
    }

    pub(in crate::store) async fn open_read_only(server: &Server) -> Result<Self, StoreError> {
        let options = server.options().clone();
        Self::open_with(server, options.options([("default_transaction_read_only", "on")])).await
    }

    async fn open_with(server: &Server, options: PgConnectOptions) -> Result<Self, StoreError> {
        let store = Self::over(options).await?;
        if holds_a_registry(&store.pool).await? {
            Ok(store)
        } else {
            Err(StoreError::Missing {
                place: Place::Server(Box::new(server.clone())),
            })
        }
    }

    async fn over(options: PgConnectOptions) -> Result<Self, StoreError> {
        let options = options.options([("synchronous_commit", "on")]);
        let pool = |connections| {
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE_TIMEOUT)
        };
        Ok(Self {
            writer: pool(1).connect_lazy_with(options.clone()),
            pool: pool(CONNECTIONS).connect_with(options).await?,
        })
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

    /// A server checks its pages itself, where it was made with checksums, and tells whoever reads a damaged one.
    #[expect(clippy::unused_async, reason = "asked like the other engine")]
    pub(in crate::store) async fn integrity_faults(&self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }
}

/// Takes the writer's lock for as long as the session lives; false when another session has it and keeps it.
pub(super) async fn take_writer_lock(session: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query("SELECT set_config('lock_timeout', $1, false)")
        .bind(LOCK_WAIT)
        .execute(&mut *session)
        .await?;
    let taken = sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(WRITER_LOCK)
        .execute(session)
        .await;
    match taken {
        Ok(_) => Ok(true),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(LOCK_NOT_AVAILABLE) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn holds_a_registry(pool: &PgPool) -> Result<bool, StoreError> {
    Ok(
        sqlx::query_scalar("SELECT to_regclass('log_identity') IS NOT NULL")
            .fetch_one(pool)
            .await?,
    )
}
