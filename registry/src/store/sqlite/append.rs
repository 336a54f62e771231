//! Writing: a batch in one transaction.

use sqlx::SqliteConnection;

use super::SqliteStore;
use crate::store::{Batch, NewEntry, Projection, StoreError, StoredTile, column::to_sql};

impl SqliteStore {
    pub(in crate::store) async fn append(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
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
        for entry in &batch.entries {
            insert_entry(&mut transaction, entry).await?;
            if let Some(projection) = &entry.projection {
                insert_projection(&mut transaction, entry.index, projection).await?;
            }
        }
        for tile in &batch.tiles {
            upsert_tile(&mut transaction, tile).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub(in crate::store) async fn keep_trust_list(
        &self,
        sequence: u64,
        document: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO trust_list (sequence, document) VALUES (?, ?)")
            .bind(to_sql(sequence)?)
            .bind(document)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

async fn insert_entry(connection: &mut SqliteConnection, entry: &NewEntry) -> Result<(), StoreError> {
    let digest = entry.digest.as_bytes().as_slice();
    sqlx::query("INSERT INTO signed_document (digest, document) VALUES (?, ?)")
        .bind(digest)
        .bind(&entry.document)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO log_entry (leaf_index, entry, digest) VALUES (?, ?, ?)")
        .bind(to_sql(entry.index)?)
        .bind(&entry.entry)
        .bind(digest)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

async fn insert_projection(
    connection: &mut SqliteConnection,
    index: u64,
    projection: &Projection,
) -> Result<(), StoreError> {
    let index = to_sql(index)?;
    let query = match projection {
        Projection::Credential {
            number,
            version,
            allocation,
        } => sqlx::query(
            "INSERT INTO credential (number, version, leaf_index, status_list, status_index) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(number.as_str())
        .bind(version.get())
        .bind(index)
        .bind(allocation.list)
        .bind(allocation.index),
        Projection::Event {
            number,
            version,
            sequence,
        } => sqlx::query("INSERT INTO event (number, version, sequence, leaf_index) VALUES (?, ?, ?, ?)")
            .bind(number.as_str())
            .bind(version.get())
            .bind(*sequence)
            .bind(index),
        Projection::StatusList {
            purpose,
            list,
            sequence,
        } => sqlx::query("INSERT INTO status_list (purpose, list, sequence, leaf_index) VALUES (?, ?, ?, ?)")
            .bind(purpose.name())
            .bind(*list)
            .bind(to_sql(*sequence)?)
            .bind(index),
    };
    query.execute(connection).await?;
    Ok(())
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
