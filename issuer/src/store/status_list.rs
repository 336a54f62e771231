//! Status lists: every version signed is kept.

use touchstone_schemas::{date_time::Timestamp, status::StatusPurpose};

use super::{
    Store, StoreError,
    error::read_back,
    sql::{self, Session},
};
use crate::keys::SignedDocument;

/// A signed version of a status list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredStatusList {
    /// Its row.
    pub id: i64,
    /// Purpose.
    pub purpose: StatusPurpose,
    /// Number of the list.
    pub list: u32,
    /// Its sequence.
    pub sequence: u64,
    /// From when it counts.
    pub valid_from: Timestamp,
    /// The signed document.
    pub signed: Vec<u8>,
}

impl Store {
    /// Whether the registry has a version of this list.
    ///
    /// # Errors
    /// What the database says.
    pub async fn is_published(&mut self, list: u32) -> Result<bool, StoreError> {
        let (published,) =
            sql::query_as("SELECT count(*) > 0 FROM status_list WHERE list = $1 AND receipt IS NOT NULL")
                .bind(i64::from(list))
                .fetch_one(&mut self.connection().await?)
                .await?;
        Ok(published)
    }

    /// The lists credentials stand in, and list 1 before there is any.
    ///
    /// # Errors
    /// What the database says.
    pub async fn lists(&mut self) -> Result<Vec<u32>, StoreError> {
        let rows: Vec<(i64,)> =
            sql::query_as("SELECT DISTINCT list FROM credential UNION SELECT 1 ORDER BY 1")
                .fetch_all(&mut self.connection().await?)
                .await?;
        Ok(rows
            .into_iter()
            .filter_map(|(list,)| u32::try_from(list).ok())
            .collect())
    }

    /// The newest instant the registry has shown or was shown: of a log entry, or of a list or snapshot it took. Its clock may be
    /// ahead of ours, and it takes no list of an earlier instant.
    ///
    /// # Errors
    /// What the database says.
    pub async fn newest_instant(&mut self) -> Result<Option<Timestamp>, StoreError> {
        // One spelling a timestamp, of one length: the greatest text is the latest.
        let (newest,): (Option<String>,) = sql::query_as(
            "SELECT max(instant) FROM (SELECT recorded AS instant FROM credential UNION ALL SELECT recorded FROM event
             UNION ALL SELECT valid_from FROM status_list WHERE receipt IS NOT NULL
             UNION ALL SELECT valid_from FROM snapshot WHERE receipt IS NOT NULL) AS shown",
        )
        .fetch_one(&mut self.connection().await?)
        .await?;
        newest
            .map(|text| read_back(text.parse(), "status_list", "valid_from", 0))
            .transpose()
    }

    /// The next sequence of a list.
    ///
    /// # Errors
    /// What the database says.
    pub async fn next_list_sequence(&mut self, purpose: StatusPurpose, list: u32) -> Result<u64, StoreError> {
        let (last,): (i64,) = sql::query_as(
            "SELECT coalesce(max(sequence), 0) FROM status_list WHERE purpose = $1 AND list = $2",
        )
        .bind(purpose.name())
        .bind(i64::from(list))
        .fetch_one(&mut self.connection().await?)
        .await?;
        u64::try_from(last)
            .ok()
            .and_then(|last| last.checked_add(1))
            .ok_or(StoreError::Exhausted { what: "the list" })
    }
}

/// Stores a signed list; the constraint refuses a sequence given before.
pub(crate) async fn insert_status_list(
    connection: &mut Session<'_>,
    purpose: StatusPurpose,
    list: u32,
    sequence: u64,
    valid_from: Timestamp,
    signed: &SignedDocument,
) -> Result<i64, StoreError> {
    let sequence = i64::try_from(sequence).map_err(|_| StoreError::Exhausted { what: "the list" })?;
    let (id,) = sql::query_as(
        "INSERT INTO status_list (purpose, list, sequence, valid_from, signed, digest) VALUES ($1, $2, $3, $4, $5, $6)
         RETURNING status_list_id",
    )
    .bind(purpose.name())
    .bind(i64::from(list))
    .bind(sequence)
    .bind(valid_from.to_string())
    .bind(signed.bytes())
    .bind(signed.digest().to_string())
    .fetch_one(connection)
    .await?;
    Ok(id)
}
