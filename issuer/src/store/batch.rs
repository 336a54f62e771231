//! The journals of batches, and the rows their cases were drawn up from.

use sqlx::SqliteConnection;
use touchstone_schemas::digest::Sha256Digest;

use super::{
    Store, StoreError,
    api_request::{JournalKind, name_act},
    error::read_back,
    personnel::StoredAct,
};
use crate::casework::{Act, Batch, BatchContent, Content};

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
        read_batch(self.connection(), number).await
    }

    /// The acts of a batch, in order: its audit trail.
    ///
    /// # Errors
    /// As [`Store::batch`].
    pub async fn batch_acts(&mut self, number: u32) -> Result<Vec<Act<BatchContent>>, StoreError> {
        read_acts(self.connection(), number).await
    }

    /// Numbers of the batches, newest first, at most `limit`, below `before`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn batches(&mut self, before: Option<u32>, limit: u32) -> Result<Vec<u32>, StoreError> {
        let rows: Vec<(u32,)> = sqlx::query_as(
            "SELECT batch_id FROM batch WHERE (?1 IS NULL OR batch_id < ?1) ORDER BY batch_id DESC LIMIT ?2",
        )
        .bind(before)
        .bind(limit)
        .fetch_all(self.connection())
        .await?;
        Ok(rows.into_iter().map(|(number,)| number).collect())
    }

    /// The cases of a batch so far, by row.
    ///
    /// # Errors
    /// What the database says.
    pub async fn batch_rows(&mut self, number: u32) -> Result<Vec<BatchRow>, StoreError> {
        let rows: Vec<(u32, u32)> = sqlx::query_as(
            "SELECT row_number, case_id FROM batch_row WHERE batch_id = ? ORDER BY row_number",
        )
        .bind(number)
        .fetch_all(self.connection())
        .await?;
        Ok(rows
            .into_iter()
            .map(|(row, case)| BatchRow { row, case })
            .collect())
    }

    /// The journal of a batch, as it is stored.
    pub(crate) async fn batch_act_rows(&mut self, number: u32) -> Result<Vec<StoredAct>, StoreError> {
        type Row = (
            i64,
            String,
            String,
            Option<String>,
            Option<String>,
            Vec<u8>,
            String,
            String,
        );
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT sequence, kind, at, person, delegator, document, digest, previous FROM batch_act
             WHERE batch_id = ? ORDER BY sequence",
        )
        .bind(number)
        .fetch_all(self.connection())
        .await?;
        let stored = |(sequence, kind, at, person, delegator, document, digest, previous)| StoredAct {
            sequence,
            kind,
            at,
            person,
            delegator,
            document,
            digest,
            previous,
        };
        Ok(rows.into_iter().map(stored).collect())
    }
}

/// Reads a batch.
pub(crate) async fn read_batch(
    connection: &mut SqliteConnection,
    number: u32,
) -> Result<Option<Batch>, StoreError> {
    let acts = read_acts(connection, number).await?;
    if acts.is_empty() {
        return Ok(None);
    }
    let folded = Batch::fold(&acts);
    let row = folded
        .as_ref()
        .err()
        .map_or(0, |(sequence, _)| i64::from(*sequence));
    read_back(folded.map_err(|(_, error)| error), "batch_act", "document", row).map(Some)
}

async fn read_acts(
    connection: &mut SqliteConnection,
    number: u32,
) -> Result<Vec<Act<BatchContent>>, StoreError> {
    let rows: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT sequence, document FROM batch_act WHERE batch_id = ? ORDER BY sequence")
            .bind(number)
            .fetch_all(connection)
            .await?;
    let read = |(sequence, document): &(i64, Vec<u8>)| {
        read_back(Act::of_bytes(document), "batch_act", "document", *sequence)
    };
    rows.iter().map(read).collect()
}

/// The batch that was drawn up from a sheet.
pub(crate) async fn batch_of_file(
    connection: &mut SqliteConnection,
    file: Sha256Digest,
) -> Result<Option<u32>, StoreError> {
    let row: Option<(u32,)> = sqlx::query_as("SELECT batch_id FROM batch WHERE file = ?")
        .bind(file.to_string())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|(number,)| number))
}

/// The number of the next batch.
pub(crate) async fn next_batch(connection: &mut SqliteConnection) -> Result<u32, StoreError> {
    let (next,): (i64,) = sqlx::query_as("SELECT coalesce(max(batch_id), 0) + 1 FROM batch")
        .fetch_one(connection)
        .await?;
    u32::try_from(next).map_err(|_| StoreError::Exhausted {
        what: "the office's batches",
    })
}

/// Writes an act that was taken in; the batch itself with its first one.
pub(crate) async fn insert_batch_act(
    connection: &mut SqliteConnection,
    act: &Act<BatchContent>,
) -> Result<(), StoreError> {
    if let BatchContent::Opened(opened) = &act.content {
        sqlx::query("INSERT INTO batch (batch_id, file, name) VALUES (?, ?, ?)")
            .bind(act.journal)
            .bind(opened.file.to_string())
            .bind(opened.name.as_str())
            .execute(&mut *connection)
            .await?;
    }
    let document = act.to_bytes();
    let by = act.by.as_ref();
    sqlx::query(
        "INSERT INTO batch_act (batch_id, sequence, kind, person, delegator, at, document, digest, previous)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(act.journal)
    .bind(act.sequence)
    .bind(act.content.kind())
    .bind(by.map(|by| by.person.as_str()))
    .bind(by.and_then(|by| by.delegator()).map(|person| person.as_str()))
    .bind(act.at.to_string())
    .bind(&document)
    .bind(Sha256Digest::of(&document).to_string())
    .bind(act.previous.to_string())
    .execute(&mut *connection)
    .await?;
    name_act(connection, JournalKind::Batch, act.journal, act.sequence).await
}

/// Notes the row a case was drawn up from.
pub(crate) async fn insert_batch_row(
    connection: &mut SqliteConnection,
    batch: u32,
    row: BatchRow,
    digest: Sha256Digest,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO batch_row (batch_id, row_number, case_id, digest) VALUES (?, ?, ?, ?)")
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
    connection: &mut SqliteConnection,
    digest: Sha256Digest,
) -> Result<Option<u32>, StoreError> {
    let row: Option<(u32,)> = sqlx::query_as(
        "SELECT case_id FROM batch_row JOIN office_case USING (case_id)
         WHERE batch_row.digest = ? AND status IN ('inWork', 'issued') LIMIT 1",
    )
    .bind(digest.to_string())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(case,)| case))
}
