//! The journals of batches, and the rows their cases were drawn up from.

use touchstone_schemas::digest::Sha256Digest;

use super::{
    Store, StoreError,
    api_request::{JournalKind, name_act},
    journal::{BATCHES, StoredAct},
    sql::{self, Session},
};
use crate::casework::{Act, Batch, BatchContent};

/// A case of a batch, with the row of its sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchRow {
    /// Number of the row.
    pub row: u32,
    /// The case.
    pub case: u32,
}

impl Store {
    /// A batch, as its journal has it; none of that number.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] when the journal does not follow; what the database says.
    pub async fn batch(&mut self, number: u32) -> Result<Option<Batch>, StoreError> {
        read_batch(&mut self.connection().await?, number).await
    }

    /// The acts of a batch, in order: its audit trail.
    ///
    /// # Errors
    /// As [`Store::batch`].
    pub async fn batch_acts(&mut self, number: u32) -> Result<Vec<Act<BatchContent>>, StoreError> {
        BATCHES.acts(&mut self.connection().await?, number).await
    }

    /// Numbers of the batches, newest first, at most `limit`, below `before`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn batches(&mut self, before: Option<u32>, limit: u32) -> Result<Vec<u32>, StoreError> {
        let rows: Vec<(u32,)> = sql::query_as(
            "SELECT batch_id FROM batch WHERE ($1 IS NULL OR batch_id < $1) ORDER BY batch_id DESC LIMIT $2",
        )
        .bind(before)
        .bind(limit)
        .fetch_all(&mut self.connection().await?)
        .await?;
        Ok(rows.into_iter().map(|(number,)| number).collect())
    }

    /// The cases of a batch so far, by row.
    ///
    /// # Errors
    /// What the database says.
    pub async fn batch_rows(&mut self, number: u32) -> Result<Vec<BatchRow>, StoreError> {
        let rows: Vec<(u32, u32)> = sql::query_as(
            "SELECT row_number, case_id FROM batch_row WHERE batch_id = $1 ORDER BY row_number",
        )
        .bind(number)
        .fetch_all(&mut self.connection().await?)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(row, case)| BatchRow { row, case })
            .collect())
    }

    /// The journal of a batch, as it is stored.
    pub(crate) async fn batch_act_rows(&mut self, number: u32) -> Result<Vec<StoredAct>, StoreError> {
        BATCHES.rows(&mut self.connection().await?, number).await
    }
}

/// Reads a batch.
pub(crate) async fn read_batch(
    connection: &mut Session<'_>,
    number: u32,
) -> Result<Option<Batch>, StoreError> {
    let acts = BATCHES.acts(connection, number).await?;
    if acts.is_empty() {
        return Ok(None);
    }
    BATCHES.folded(Batch::fold(&acts)).map(Some)
}

/// The batch that was drawn up from a sheet.
pub(crate) async fn batch_of_file(
    connection: &mut Session<'_>,
    file: Sha256Digest,
) -> Result<Option<u32>, StoreError> {
    let row: Option<(u32,)> = sql::query_as("SELECT batch_id FROM batch WHERE file = $1")
        .bind(file.to_string())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|(number,)| number))
}

/// The number of the next batch.
pub(crate) async fn next_batch(connection: &mut Session<'_>) -> Result<u32, StoreError> {
    BATCHES.next(connection).await
}

/// Writes an act that was taken in; the batch itself with its first one.
pub(crate) async fn insert_batch_act(
    connection: &mut Session<'_>,
    act: &Act<BatchContent>,
) -> Result<(), StoreError> {
    if let BatchContent::Opened(opened) = &act.content {
        sql::query("INSERT INTO batch (batch_id, file, name) VALUES ($1, $2, $3)")
            .bind(act.journal)
            .bind(opened.file.to_string())
            .bind(opened.name.as_str())
            .execute(connection)
            .await?;
    }
    BATCHES.insert(act).execute(connection).await?;
    name_act(connection, JournalKind::Batch, act.journal, act.sequence).await
}

/// Notes the row a case was drawn up from.
pub(crate) async fn insert_batch_row(
    connection: &mut Session<'_>,
    batch: u32,
    row: BatchRow,
    digest: Sha256Digest,
) -> Result<(), StoreError> {
    sql::query("INSERT INTO batch_row (batch_id, row_number, case_id, digest) VALUES ($1, $2, $3, $4)")
        .bind(batch)
        .bind(row.row)
        .bind(row.case)
        .bind(digest.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// The case that another row with the same content was drawn up as, unless it ended without a certificate.
pub(crate) async fn row_said_before(
    connection: &mut Session<'_>,
    digest: Sha256Digest,
) -> Result<Option<u32>, StoreError> {
    let row: Option<(u32,)> = sql::query_as(
        "SELECT case_id FROM batch_row JOIN office_case USING (case_id)
         WHERE batch_row.digest = $1 AND status IN ('inWork', 'issued') LIMIT 1",
    )
    .bind(digest.to_string())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(case,)| case))
}
