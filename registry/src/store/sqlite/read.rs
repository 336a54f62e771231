//! Reading.

use sqlx::{Row, sqlite::SqliteRow};
use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    status::StatusAllocation,
};

use super::SqliteStore;
use crate::store::{
    Identity, Projection, StoreError, StoredCheckpoint, StoredEntry, StoredTile,
    column::{self, credential_key, from_sql, status_purpose, to_sql},
};

impl SqliteStore {
    pub(in crate::store) async fn identity(&self) -> Result<Identity, StoreError> {
        const TABLE: &str = "log_identity";
        let row =
            sqlx::query("SELECT origin, log_key, registry_base FROM log_identity WHERE log_identity_id = 1")
                .fetch_optional(&self.pool)
                .await?
                .ok_or(StoreError::NoRow { table: TABLE })?;
        column::identity(
            row.try_get("origin")?,
            row.try_get("log_key")?,
            row.try_get("registry_base")?,
        )
    }

    pub(in crate::store) async fn checkpoint(&self) -> Result<StoredCheckpoint, StoreError> {
        const TABLE: &str = "log_checkpoint";
        let row = sqlx::query("SELECT tree_size, note FROM log_checkpoint WHERE log_checkpoint_id = 1")
            .fetch_optional(&self.pool)
            .await?
            .ok_or(StoreError::NoRow { table: TABLE })?;
        Ok(StoredCheckpoint {
            size: from_sql(TABLE, "tree_size", row.try_get("tree_size")?)?,
            note: row.try_get("note")?,
        })
    }

    pub(in crate::store) async fn entries(
        &self,
        first: u64,
        count: u32,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        let rows = sqlx::query(
            "SELECT leaf_index, entry, document FROM log_entry
             LEFT JOIN signed_document USING (digest) WHERE leaf_index >= ? ORDER BY leaf_index LIMIT ?",
        )
        .bind(to_sql(first)?)
        .bind(count)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(stored_entry).collect()
    }

    pub(in crate::store) async fn entries_at(&self, indices: &[u64]) -> Result<Vec<StoredEntry>, StoreError> {
        // SQLite has no arrays, but reads a list of numbers.
        let numbers: Vec<String> = indices.iter().map(ToString::to_string).collect();
        let rows = sqlx::query(
            "SELECT leaf_index, entry, document FROM log_entry LEFT JOIN signed_document USING (digest)
             WHERE leaf_index IN (SELECT value FROM json_each(?)) ORDER BY leaf_index",
        )
        .bind(format!("[{}]", numbers.join(",")))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(stored_entry).collect()
    }

    pub(in crate::store) async fn entry_bytes(
        &self,
        first: u64,
        count: u32,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let rows =
            sqlx::query("SELECT entry FROM log_entry WHERE leaf_index >= ? ORDER BY leaf_index LIMIT ?")
                .bind(to_sql(first)?)
                .bind(count)
                .fetch_all(&self.pool)
                .await?;
        rows.iter().map(|row| Ok(row.try_get("entry")?)).collect()
    }

    pub(in crate::store) async fn tiles(&self) -> Result<Vec<StoredTile>, StoreError> {
        let rows = sqlx::query("SELECT level, tile_index, hashes FROM log_tile ORDER BY level, tile_index")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(stored_tile).collect()
    }

    pub(in crate::store) async fn tiles_of(
        &self,
        level: u8,
        first: u64,
        count: u32,
    ) -> Result<Vec<StoredTile>, StoreError> {
        let rows = sqlx::query(
            "SELECT level, tile_index, hashes FROM log_tile
             WHERE level = ? AND tile_index >= ? ORDER BY tile_index LIMIT ?",
        )
        .bind(i64::from(level))
        .bind(to_sql(first)?)
        .bind(count)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(stored_tile).collect()
    }

    pub(in crate::store) async fn newest_trust_list(&self) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let row = sqlx::query("SELECT sequence, document FROM trust_list ORDER BY sequence DESC LIMIT 1")
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| {
            let sequence = from_sql("trust_list", "sequence", row.try_get("sequence")?)?;
            Ok((sequence, row.try_get("document")?))
        })
        .transpose()
    }

    pub(in crate::store) async fn trust_lists(&self) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let rows = sqlx::query("SELECT sequence, document FROM trust_list ORDER BY sequence")
            .fetch_all(&self.pool)
            .await?;
        let list = |row: &SqliteRow| {
            let sequence = from_sql("trust_list", "sequence", row.try_get("sequence")?)?;
            Ok((sequence, row.try_get("document")?))
        };
        rows.iter().map(list).collect()
    }

    pub(in crate::store) async fn document_count(&self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT count(*) AS documents FROM signed_document")
            .fetch_one(&self.pool)
            .await?;
        from_sql("signed_document", "count", row.try_get("documents")?)
    }

    pub(in crate::store) async fn projections(&self) -> Result<Vec<(u64, Projection)>, StoreError> {
        let mut all = Vec::new();
        let credentials =
            sqlx::query("SELECT number, version, leaf_index, status_list, status_index FROM credential")
                .fetch_all(&self.pool)
                .await?;
        for row in &credentials {
            let (number, version) = key(row, "credential")?;
            let allocation = StatusAllocation {
                list: from_sql("credential", "status_list", row.try_get("status_list")?)?,
                index: from_sql("credential", "status_index", row.try_get("status_index")?)?,
            };
            let projection = Projection::Credential {
                number,
                version,
                allocation,
            };
            all.push((leaf(row, "credential")?, projection));
        }
        let events = sqlx::query("SELECT number, version, sequence, leaf_index FROM event")
            .fetch_all(&self.pool)
            .await?;
        for row in &events {
            let (number, version) = key(row, "event")?;
            let sequence = from_sql("event", "sequence", row.try_get("sequence")?)?;
            let projection = Projection::Event {
                number,
                version,
                sequence,
            };
            all.push((leaf(row, "event")?, projection));
        }
        let lists = sqlx::query("SELECT purpose, list, sequence, leaf_index FROM status_list")
            .fetch_all(&self.pool)
            .await?;
        for row in &lists {
            all.push((leaf(row, "status_list")?, status_list(row)?));
        }
        Ok(all)
    }
}

fn stored_tile(row: &SqliteRow) -> Result<StoredTile, StoreError> {
    const TABLE: &str = "log_tile";
    Ok(StoredTile {
        level: from_sql(TABLE, "level", row.try_get("level")?)?,
        index: from_sql(TABLE, "tile_index", row.try_get("tile_index")?)?,
        hashes: row.try_get("hashes")?,
    })
}

fn stored_entry(row: &SqliteRow) -> Result<StoredEntry, StoreError> {
    Ok(StoredEntry {
        index: leaf(row, "log_entry")?,
        entry: row.try_get("entry")?,
        // A document that is gone is an empty one, which no digest fits.
        document: row.try_get::<Option<Vec<u8>>, _>("document")?.unwrap_or_default(),
    })
}

fn leaf(row: &SqliteRow, table: &'static str) -> Result<u64, StoreError> {
    from_sql(table, "leaf_index", row.try_get("leaf_index")?)
}

fn key(row: &SqliteRow, table: &'static str) -> Result<(CredentialNumber, Version), StoreError> {
    credential_key(table, row.try_get("number")?, row.try_get("version")?)
}

fn status_list(row: &SqliteRow) -> Result<Projection, StoreError> {
    const TABLE: &str = "status_list";
    Ok(Projection::StatusList {
        purpose: status_purpose(row.try_get("purpose")?)?,
        list: from_sql(TABLE, "list", row.try_get("list")?)?,
        sequence: from_sql(TABLE, "sequence", row.try_get("sequence")?)?,
    })
}
