//! Writing: a batch in one transaction.

use sqlx::{
    Connection, QueryBuilder, Sqlite, SqliteConnection, pool::PoolConnection, query_builder::Separated,
};

use super::{SqliteStore, directory};
use crate::store::{Batch, NewEntry, Projection, StoreError, StoredTile, column::to_sql};

impl SqliteStore {
    pub(in crate::store) async fn append(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        let written = write(&mut connection, batch).await;
        match written {
            Ok(()) => {
                drop(connection);
                self.folding.wrote(batch, &self.pool);
            }
            Err(_) => forsake(connection),
        }
        written
    }

    pub(in crate::store) async fn keep_trust_list(
        &self,
        sequence: u64,
        document: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO trust_list (sequence, document) VALUES (?, ?)")
            .bind(to_sql(sequence)?)
            .bind(document)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

async fn write(connection: &mut SqliteConnection, batch: &Batch) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let swapped = sqlx::query(
        "UPDATE log_checkpoint SET tree_size = ?, note = ? WHERE log_checkpoint_id = 1 AND note = ?",
    )
    .bind(to_sql(batch.checkpoint.size)?)
    .bind(&batch.checkpoint.note)
    .bind(&batch.follows)
    .execute(&mut *transaction)
    .await?;
    if swapped.rows_affected() != 1 {
        return Err(StoreError::CheckpointMoved);
    }
    insert_documents(&mut transaction, &batch.entries).await?;
    insert_entries(&mut transaction, &batch.entries).await?;
    insert_projections(&mut transaction, &batch.entries).await?;
    if let Some(first) = batch.entries.first() {
        let rows = batch.entries.iter().filter_map(|entry| entry.directory.as_ref());
        directory::insert(&mut transaction, first.index, batch.checkpoint.size, rows).await?;
    }
    for tile in &batch.tiles {
        upsert_tile(&mut transaction, tile).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Closes a connection on which a transaction failed. After some errors, a full disk among them, SQLite has ended the
/// transaction by itself, and the pool would go on with a connection that thinks it is in one.
pub(super) fn forsake(mut connection: PoolConnection<Sqlite>) {
    connection.close_on_drop();
}

/// Rows of a statement. Each statement is a trip to SQLite's thread and back, which costs as much as a row.
const ROWS: usize = 32;

/// Gives rows to a statement in two sizes, so that both stay prepared: [`ROWS`] at a time, then one by one.
async fn insert<R>(
    connection: &mut SqliteConnection,
    head: &str,
    rows: &[R],
    bind: impl Fn(&mut Separated<'_, Sqlite, &'static str>, &R),
) -> Result<(), StoreError> {
    let (many, few) = rows.split_at(rows.len() - rows.len() % ROWS);
    for rows in many.chunks(ROWS).chain(few.chunks(1)) {
        let mut statement = QueryBuilder::new(head);
        statement.push_values(rows, |mut values, row| bind(&mut values, row));
        statement.build().execute(&mut *connection).await?;
    }
    Ok(())
}

async fn insert_documents(connection: &mut SqliteConnection, entries: &[NewEntry]) -> Result<(), StoreError> {
    let head = "INSERT INTO signed_document (digest, document) ";
    insert(connection, head, entries, |values, entry| {
        values
            .push_bind(digest(entry))
            .push_bind(entry.document.as_slice());
    })
    .await
}

async fn insert_entries(connection: &mut SqliteConnection, entries: &[NewEntry]) -> Result<(), StoreError> {
    let indices = entries.iter().map(|entry| to_sql(entry.index));
    let indices = indices.collect::<Result<Vec<i64>, _>>()?;
    let rows: Vec<(i64, &NewEntry)> = indices.into_iter().zip(entries).collect();
    let head = "INSERT INTO log_entry (leaf_index, entry, digest) ";
    insert(connection, head, &rows, |values, (index, entry)| {
        values
            .push_bind(*index)
            .push_bind(entry.entry.as_slice())
            .push_bind(digest(entry));
    })
    .await
}

fn digest(entry: &NewEntry) -> &[u8] {
    entry.digest.as_bytes().as_slice()
}

/// Credentials first: events refer to them.
async fn insert_projections(
    connection: &mut SqliteConnection,
    entries: &[NewEntry],
) -> Result<(), StoreError> {
    let (mut credentials, mut events, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        let index = to_sql(entry.index)?;
        match &entry.projection {
            Some(Projection::Credential {
                number,
                version,
                allocation,
            }) => credentials.push((number.as_str(), version.get(), index, *allocation)),
            Some(Projection::Event {
                number,
                version,
                sequence,
            }) => events.push((number.as_str(), version.get(), *sequence, index)),
            Some(Projection::StatusList {
                purpose,
                list,
                sequence,
            }) => lists.push((purpose.name(), *list, to_sql(*sequence)?, index)),
            None => {}
        }
    }
    let head = "INSERT INTO credential (number, version, leaf_index, status_list, status_index) ";
    insert(
        connection,
        head,
        &credentials,
        |values, (number, version, index, place)| {
            values
                .push_bind(*number)
                .push_bind(*version)
                .push_bind(*index)
                .push_bind(place.list)
                .push_bind(place.index);
        },
    )
    .await?;
    let head = "INSERT INTO event (number, version, sequence, leaf_index) ";
    insert(
        connection,
        head,
        &events,
        |values, (number, version, sequence, index)| {
            values
                .push_bind(*number)
                .push_bind(*version)
                .push_bind(*sequence)
                .push_bind(*index);
        },
    )
    .await?;
    let head = "INSERT INTO status_list (purpose, list, sequence, leaf_index) ";
    insert(
        connection,
        head,
        &lists,
        |values, (purpose, list, sequence, index)| {
            values
                .push_bind(*purpose)
                .push_bind(*list)
                .push_bind(*sequence)
                .push_bind(*index);
        },
    )
    .await
}

async fn upsert_tile(connection: &mut SqliteConnection, tile: &StoredTile) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO log_tile (level, tile_index, hashes) VALUES (?, ?, ?)
         ON CONFLICT (level, tile_index) DO UPDATE SET hashes = excluded.hashes",
    )
    .bind(i64::from(tile.level))
    .bind(to_sql(tile.index)?)
    .bind(&tile.hashes)
    .execute(connection)
    .await?;
    Ok(())
}
