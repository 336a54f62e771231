//! Reports that a paper does not match.

use sqlx::{Row, postgres::PgRow};
use touchstone_schemas::date_time::Timestamp;

use super::PostgresStore;
use crate::store::{
    StoreError, StoredMismatch,
    column::{from_sql, to_sql},
};

const TABLE: &str = "mismatch_report";

impl PostgresStore {
    pub(in crate::store) async fn keep_mismatch(
        &self,
        received: Timestamp,
        report: &[u8],
        most: u64,
    ) -> Result<Option<u64>, StoreError> {
        let mut transaction = self.writer.begin().await?;
        // One after the other, so that a reader of what came after a reference misses none that is given out later.
        sqlx::query("LOCK TABLE mismatch_report IN SHARE ROW EXCLUSIVE MODE")
            .execute(&mut *transaction)
            .await?;
        let row = sqlx::query(
            "INSERT INTO mismatch_report (received, report) SELECT $1, $2
             WHERE (SELECT count(*) FROM mismatch_report) < $3 RETURNING mismatch_report_id",
        )
        .bind(received.to_string())
        .bind(report)
        .bind(to_sql(most)?)
        .fetch_optional(&mut *transaction)
        .await?;
        transaction.commit().await?;
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
             WHERE mismatch_report_id > $1 ORDER BY mismatch_report_id LIMIT $2",
        )
        .bind(to_sql(after)?)
        .bind(i64::from(count))
        .fetch_all(&self.pool)
        .await?;
        let stored = |row: &PgRow| {
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
