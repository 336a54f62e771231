//! Reports that a paper does not match.

use sqlx::{Row, sqlite::SqliteRow};
use touchstone_schemas::date_time::Timestamp;

use super::SqliteStore;
use crate::store::{
    StoreError, StoredMismatch,
    column::{from_sql, to_sql},
};

const TABLE: &str = "mismatch_report";

impl SqliteStore {
    pub(in crate::store) async fn keep_mismatch(
        &self,
        received: Timestamp,
        report: &[u8],
        most: u64,
    ) -> Result<Option<u64>, StoreError> {
        let row = sqlx::query(
            "INSERT INTO mismatch_report (received, report) SELECT ?, ?
             WHERE (SELECT count(*) FROM mismatch_report) < ? RETURNING mismatch_report_id",
        )
        .bind(received.to_string())
        .bind(report)
        .bind(to_sql(most)?)
        .fetch_optional(&self.writer)
        .await?;
        row.map(|row| from_sql(TABLE, "mismatch_report_id", row.try_get("mismatch_report_id")?))
            .transpose()
    }

    pub(in crate::store) async fn mismatches(
        &self,
        after: u64,
        count: u32,
    ) -> Result<Vec<StoredMismatch>, StoreError> {
        let rows = sqlx::query(
            "SELECT mismatch_report_id, received, report FROM mismatch_report
             WHERE mismatch_report_id > ? ORDER BY mismatch_report_id LIMIT ?",
        )
        .bind(to_sql(after)?)
        .bind(count)
        .fetch_all(&self.pool)
        .await?;
        let stored = |row: &SqliteRow| {
            let reference = row.try_get("mismatch_report_id")?;
            Ok(StoredMismatch {
                reference: from_sql(TABLE, "mismatch_report_id", reference)?,
                received: row.try_get("received")?,
                report: row.try_get("report")?,
            })
        };
        rows.iter().map(stored).collect()
    }
}
