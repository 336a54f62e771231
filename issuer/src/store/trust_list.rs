//! Trust lists gone by: none that is older, and no second one of a sequence, is gone by again.

use touchstone_schemas::digest::Sha256Digest;

use super::{Store, StoreError, sql};

impl Store {
    /// The newest sequence seen.
    ///
    /// # Errors
    /// What the database says.
    pub async fn trust_list_seen(&mut self) -> Result<Option<u64>, StoreError> {
        let (seen,): (Option<i64>,) = sql::query_as("SELECT max(sequence) FROM trust_list")
            .fetch_one(&mut self.connection().await?)
            .await?;
        Ok(seen.and_then(|seen| u64::try_from(seen).ok()))
    }

    /// Takes note of a list about to be gone by.
    ///
    /// # Errors
    /// [`StoreError::TrustListDiffers`] when another list of this sequence was seen before.
    pub async fn see_trust_list(&mut self, sequence: u64, digest: Sha256Digest) -> Result<(), StoreError> {
        let row = i64::try_from(sequence).map_err(|_| StoreError::Exhausted {
            what: "the trust list",
        })?;
        sql::query("INSERT INTO trust_list (sequence, digest) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(row)
            .bind(digest.to_string())
            .execute(&mut self.connection().await?)
            .await?;
        let (seen,): (String,) = sql::query_as("SELECT digest FROM trust_list WHERE sequence = $1")
            .bind(row)
            .fetch_one(&mut self.connection().await?)
            .await?;
        if seen == digest.to_string() {
            Ok(())
        } else {
            Err(StoreError::TrustListDiffers { sequence })
        }
    }
}
