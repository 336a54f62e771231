//! Snapshots: which sequences were given, and what they are made from.

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::Timestamp,
    digest::Sha256Digest,
};

use super::{Store, StoreError, StoredCredential, sql};

/// Credentials read at a time.
const PAGE: u32 = 500;

/// A snapshot about to be sent.
#[derive(Clone, Copy, Debug)]
pub struct NewSnapshot {
    /// Its sequence.
    pub sequence: u64,
    /// The instant it shows.
    pub valid_from: Timestamp,
    /// Size of the log it was made from.
    pub log_size: u64,
    /// SHA-256 of the signed document.
    pub digest: Sha256Digest,
}

impl Store {
    /// The credentials that the registry has, behind one in order of number and version; some hundred.
    ///
    /// # Errors
    /// What the database says.
    pub async fn logged_credentials_behind(
        &mut self,
        seen: Option<&(CredentialNumber, Version)>,
    ) -> Result<Vec<StoredCredential>, StoreError> {
        let (number, version) = seen.map_or(("", 0), |(number, version)| (number.as_str(), version.get()));
        let rows = sql::query(
            "SELECT * FROM credential WHERE receipt IS NOT NULL AND (number, version) > ($1, $2)
             ORDER BY number, version LIMIT $3",
        )
        .bind(number)
        .bind(i64::from(version))
        .bind(PAGE)
        .fetch_all(&mut self.connection().await?)
        .await?;
        rows.iter().map(StoredCredential::of).collect()
    }

    /// The receipts of the newest credentials, events and lists: of the last second in which one was recorded.
    ///
    /// # Errors
    /// What the database says.
    pub async fn newest_receipts(&mut self) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = sql::query_as(
            "SELECT receipt FROM credential WHERE recorded = (SELECT max(recorded) FROM credential)
             UNION ALL SELECT receipt FROM event WHERE recorded = (SELECT max(recorded) FROM event)
             UNION ALL SELECT receipt FROM status_list WHERE status_list_id =
             (SELECT max(status_list_id) FROM status_list WHERE receipt IS NOT NULL)",
        )
        .fetch_all(&mut self.connection().await?)
        .await?;
        Ok(rows.into_iter().map(|(receipt,)| receipt).collect())
    }

    /// The next sequence of a snapshot.
    ///
    /// # Errors
    /// What the database says.
    pub async fn next_snapshot_sequence(&mut self) -> Result<u64, StoreError> {
        let (last,): (i64,) = sql::query_as("SELECT coalesce(max(sequence), 0) FROM snapshot")
            .fetch_one(&mut self.connection().await?)
            .await?;
        u64::try_from(last)
            .ok()
            .and_then(|last| last.checked_add(1))
            .ok_or(StoreError::Exhausted { what: "snapshots" })
    }

    /// Notes a snapshot before it is sent; the constraint refuses a sequence given before.
    ///
    /// # Errors
    /// What the database says.
    pub async fn keep_snapshot(&mut self, new: NewSnapshot) -> Result<(), StoreError> {
        let number =
            |number: u64| i64::try_from(number).map_err(|_| StoreError::Exhausted { what: "snapshots" });
        sql::query("INSERT INTO snapshot (sequence, valid_from, log_size, digest) VALUES ($1, $2, $3, $4)")
            .bind(number(new.sequence)?)
            .bind(new.valid_from.to_string())
            .bind(number(new.log_size)?)
            .bind(new.digest.to_string())
            .execute(&mut self.connection().await?)
            .await?;
        Ok(())
    }

    /// Notes the registry's receipt of a snapshot.
    ///
    /// # Errors
    /// What the database says.
    pub async fn keep_snapshot_receipt(&mut self, sequence: u64, receipt: &str) -> Result<(), StoreError> {
        let sequence = i64::try_from(sequence).map_err(|_| StoreError::Exhausted { what: "snapshots" })?;
        sql::query("UPDATE snapshot SET receipt = $1 WHERE sequence = $2")
            .bind(receipt)
            .bind(sequence)
            .execute(&mut self.connection().await?)
            .await?;
        Ok(())
    }
}
