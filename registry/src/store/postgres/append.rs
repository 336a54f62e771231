//! Writing: a batch in one transaction, each table with one statement.

use sqlx::PgConnection;

use super::{PostgresStore, directory};
use crate::store::{Batch, NewEntry, Projection, StoreError, StoredTile, column::to_sql};

impl PostgresStore {
    pub(in crate::store) async fn append(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        let swapped = sqlx::query(
            "UPDATE log_checkpoint SET tree_size = $1, note = $2 WHERE log_checkpoint_id = 1 AND note = $3",
        )
        .bind(to_sql(batch.checkpoint.size)?)
        .bind(&batch.checkpoint.note)
        .bind(&batch.follows)
        .execute(&mut *transaction)
        .await?;
        if swapped.rows_affected() != 1 {
            return Err(StoreError::CheckpointMoved);
        }
        insert_entries(&mut transaction, &batch.entries).await?;
        Projections::of(&batch.entries)?.insert(&mut transaction).await?;
        if let Some(first) = batch.entries.first() {
            let rows = batch.entries.iter().filter_map(|entry| entry.directory.as_ref());
            directory::insert(&mut transaction, first.index, batch.checkpoint.size, rows).await?;
        }
        upsert_tiles(&mut transaction, &batch.tiles).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(in crate::store) async fn keep_trust_list(
        &self,
        sequence: u64,
        document: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO trust_list (sequence, document) VALUES ($1, $2)")
            .bind(to_sql(sequence)?)
            .bind(document)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

async fn insert_entries(connection: &mut PgConnection, entries: &[NewEntry]) -> Result<(), StoreError> {
    let digests: Vec<&[u8]> = entries
        .iter()
        .map(|new| new.digest.as_bytes().as_slice())
        .collect();
    let documents: Vec<&[u8]> = entries.iter().map(|new| new.document.as_slice()).collect();
    let indices: Vec<i64> = entries
        .iter()
        .map(|new| to_sql(new.index))
        .collect::<Result<_, _>>()?;
    let bytes: Vec<&[u8]> = entries.iter().map(|new| new.entry.as_slice()).collect();
    sqlx::query(
        "INSERT INTO signed_document (digest, document) SELECT * FROM UNNEST($1::bytea[], $2::bytea[])",
    )
    .bind(&digests)
    .bind(&documents)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO log_entry (leaf_index, entry, digest)
         SELECT * FROM UNNEST($1::bigint[], $2::bytea[], $3::bytea[])",
    )
    .bind(&indices)
    .bind(&bytes)
    .bind(&digests)
    .execute(connection)
    .await?;
    Ok(())
}

/// The rows of the three projections, a list a column.
#[derive(Debug, Default)]
struct Projections<'a> {
    credential: Credentials<'a>,
    event: Events<'a>,
    status_list: StatusLists<'a>,
}

#[derive(Debug, Default)]
struct Credentials<'a> {
    number: Vec<&'a str>,
    version: Vec<i64>,
    leaf_index: Vec<i64>,
    status_list: Vec<i64>,
    status_index: Vec<i64>,
}

#[derive(Debug, Default)]
struct Events<'a> {
    number: Vec<&'a str>,
    version: Vec<i64>,
    sequence: Vec<i64>,
    leaf_index: Vec<i64>,
}

#[derive(Debug, Default)]
struct StatusLists<'a> {
    purpose: Vec<&'a str>,
    list: Vec<i64>,
    sequence: Vec<i64>,
    leaf_index: Vec<i64>,
}

impl<'a> Projections<'a> {
    fn of(entries: &'a [NewEntry]) -> Result<Self, StoreError> {
        let mut rows = Self::default();
        for entry in entries {
            let Some(projection) = &entry.projection else {
                continue;
            };
            let index = to_sql(entry.index)?;
            match projection {
                Projection::Credential {
                    number,
                    version,
                    allocation,
                } => {
                    rows.credential.number.push(number.as_str());
                    rows.credential.version.push(version.get().into());
                    rows.credential.leaf_index.push(index);
                    rows.credential.status_list.push(allocation.list.into());
                    rows.credential.status_index.push(allocation.index.into());
                }
                Projection::Event {
                    number,
                    version,
                    sequence,
                } => {
                    rows.event.number.push(number.as_str());
                    rows.event.version.push(version.get().into());
                    rows.event.sequence.push((*sequence).into());
                    rows.event.leaf_index.push(index);
                }
                Projection::StatusList {
                    purpose,
                    list,
                    sequence,
                } => {
                    rows.status_list.purpose.push(purpose.name());
                    rows.status_list.list.push((*list).into());
                    rows.status_list.sequence.push(to_sql(*sequence)?);
                    rows.status_list.leaf_index.push(index);
                }
            }
        }
        Ok(rows)
    }

    /// Credentials first: events refer to them.
    async fn insert(&self, connection: &mut PgConnection) -> Result<(), StoreError> {
        let Self {
            credential,
            event,
            status_list,
        } = self;
        if !credential.number.is_empty() {
            sqlx::query(
                "INSERT INTO credential (number, version, leaf_index, status_list, status_index)
                 SELECT * FROM UNNEST($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])",
            )
            .bind(&credential.number)
            .bind(&credential.version)
            .bind(&credential.leaf_index)
            .bind(&credential.status_list)
            .bind(&credential.status_index)
            .execute(&mut *connection)
            .await?;
        }
        if !event.number.is_empty() {
            sqlx::query(
                "INSERT INTO event (number, version, sequence, leaf_index)
                 SELECT * FROM UNNEST($1::text[], $2::bigint[], $3::bigint[], $4::bigint[])",
            )
            .bind(&event.number)
            .bind(&event.version)
            .bind(&event.sequence)
            .bind(&event.leaf_index)
            .execute(&mut *connection)
            .await?;
        }
        if !status_list.purpose.is_empty() {
            sqlx::query(
                "INSERT INTO status_list (purpose, list, sequence, leaf_index)
                 SELECT * FROM UNNEST($1::text[], $2::bigint[], $3::bigint[], $4::bigint[])",
            )
            .bind(&status_list.purpose)
            .bind(&status_list.list)
            .bind(&status_list.sequence)
            .bind(&status_list.leaf_index)
            .execute(connection)
            .await?;
        }
        Ok(())
    }
}

async fn upsert_tiles(connection: &mut PgConnection, tiles: &[StoredTile]) -> Result<(), StoreError> {
    let levels: Vec<i16> = tiles.iter().map(|tile| tile.level.into()).collect();
    let indices: Vec<i64> = tiles
        .iter()
        .map(|tile| to_sql(tile.index))
        .collect::<Result<_, _>>()?;
    let hashes: Vec<&[u8]> = tiles.iter().map(|tile| tile.hashes.as_slice()).collect();
    sqlx::query(
        "INSERT INTO log_tile (level, tile_index, hashes)
         SELECT * FROM UNNEST($1::smallint[], $2::bigint[], $3::bytea[])
         ON CONFLICT (level, tile_index) DO UPDATE SET hashes = excluded.hashes",
    )
    .bind(&levels)
    .bind(&indices)
    .bind(&hashes)
    .execute(connection)
    .await?;
    Ok(())
}
