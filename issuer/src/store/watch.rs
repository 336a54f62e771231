//! How far the log was followed, and which entries it was seen to hold.

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    digest::Sha256Digest,
    status::StatusPurpose,
    tlog::{Hash, Origin, entry::Record},
};
use touchstone_verifier::tlog::Frontier;

use super::{
    Store, StoreError,
    error::read_back,
    sql::{self, Session},
};

/// A receipt on file whose entry the log was not yet seen to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptOnFile {
    /// SHA-256 of the document.
    pub digest: Sha256Digest,
    /// The receipt, as JSON.
    pub receipt: String,
}

/// What the office has of an entry under its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnFile {
    /// The document itself, signed.
    Same,
    /// Another document of that name, with its digest when it is signed.
    Other(Option<String>),
    /// Nothing.
    Nothing,
}

impl Store {
    /// The tree of a log as far as it was followed; the empty one at first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn watched_log(&mut self, origin: &Origin) -> Result<Frontier, StoreError> {
        let row: Option<(i64, String)> =
            sql::query_as("SELECT size, peaks FROM watched_log WHERE origin = $1")
                .bind(origin.to_string())
                .fetch_optional(&mut self.connection().await?)
                .await?;
        let Some((size, peaks)) = row else {
            return Ok(Frontier::empty());
        };
        let peaks: Result<Vec<Hash>, _> = peaks.split_whitespace().map(Hash::parse).collect();
        let peaks = read_back(peaks, "watched_log", "peaks", 0)?;
        let size = read_back(u64::try_from(size), "watched_log", "size", 0)?;
        read_back(Frontier::from_peaks(size, peaks), "watched_log", "peaks", 0)
    }

    /// Receipts on file whose entries the log was not yet seen to hold.
    ///
    /// # Errors
    /// What the database says.
    pub async fn receipts_unwatched(&mut self) -> Result<Vec<ReceiptOnFile>, StoreError> {
        let rows: Vec<(String, String)> = sql::query_as(
            "SELECT digest, receipt FROM credential WHERE receipt IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM watched_entry WHERE watched_entry.digest = credential.digest)
             UNION ALL SELECT digest, receipt FROM event WHERE receipt IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM watched_entry WHERE watched_entry.digest = event.digest)
             UNION ALL SELECT digest, receipt FROM status_list WHERE receipt IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM watched_entry WHERE watched_entry.digest = status_list.digest)
             UNION ALL SELECT digest, receipt FROM snapshot WHERE receipt IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM watched_entry WHERE watched_entry.digest = snapshot.digest)",
        )
        .fetch_all(&mut self.connection().await?)
        .await?;
        rows.into_iter()
            .map(|(digest, receipt)| {
                let digest = read_back(digest.parse(), "credential", "digest", 0)?;
                Ok(ReceiptOnFile { digest, receipt })
            })
            .collect()
    }

    /// What the office has of an entry under its name. What it gave up it does not have: the log should not either.
    ///
    /// # Errors
    /// What the database says.
    pub async fn on_file(&mut self, record: &Record, digest: Sha256Digest) -> Result<OnFile, StoreError> {
        let found = match record {
            Record::Credential { number, version } => self.credential_digests(number, *version).await?,
            Record::Event {
                number,
                version,
                sequence,
                ..
            } => self.event_digests(number, *version, *sequence).await?,
            Record::StatusList {
                purpose,
                list,
                sequence,
            } => self.list_digests(*purpose, *list, *sequence).await?,
            Record::Snapshot { sequence } => self.snapshot_digests(*sequence).await?,
            Record::KeyRetirement { .. } | Record::VerifierRelease { .. } => return Ok(OnFile::Nothing),
        };
        let digest = digest.to_string();
        if found.iter().flatten().any(|(found,)| *found == digest) {
            return Ok(OnFile::Same);
        }
        Ok(match found.into_iter().next() {
            Some(other) => OnFile::Other(other.map(|(digest,)| digest)),
            None => OnFile::Nothing,
        })
    }

    async fn credential_digests(
        &mut self,
        number: &CredentialNumber,
        version: Version,
    ) -> Result<Vec<Option<(String,)>>, StoreError> {
        let rows: Vec<(Option<String>,)> = sql::query_as(
            "SELECT digest FROM credential WHERE number = $1 AND version = $2 AND void_id IS NULL",
        )
        .bind(number.as_str())
        .bind(i64::from(version.get()))
        .fetch_all(&mut self.connection().await?)
        .await?;
        Ok(rows.into_iter().map(|(digest,)| digest.map(|it| (it,))).collect())
    }

    async fn event_digests(
        &mut self,
        number: &CredentialNumber,
        version: Version,
        sequence: u64,
    ) -> Result<Vec<Option<(String,)>>, StoreError> {
        let rows: Vec<(Option<String>,)> = sql::query_as(
            "SELECT event.digest FROM event JOIN credential USING (credential_id)
             WHERE number = $1 AND version = $2 AND sequence = $3 AND event.void_id IS NULL",
        )
        .bind(number.as_str())
        .bind(i64::from(version.get()))
        .bind(i64::try_from(sequence).unwrap_or(i64::MAX))
        .fetch_all(&mut self.connection().await?)
        .await?;
        Ok(rows.into_iter().map(|(digest,)| digest.map(|it| (it,))).collect())
    }

    async fn list_digests(
        &mut self,
        purpose: StatusPurpose,
        list: u32,
        sequence: u64,
    ) -> Result<Vec<Option<(String,)>>, StoreError> {
        let rows: Vec<(String,)> = sql::query_as(
            "SELECT digest FROM status_list WHERE purpose = $1 AND list = $2 AND sequence = $3",
        )
        .bind(purpose.name())
        .bind(i64::from(list))
        .bind(i64::try_from(sequence).unwrap_or(i64::MAX))
        .fetch_all(&mut self.connection().await?)
        .await?;
        Ok(rows.into_iter().map(Some).collect())
    }

    async fn snapshot_digests(&mut self, sequence: u64) -> Result<Vec<Option<(String,)>>, StoreError> {
        let rows: Vec<(String,)> = sql::query_as("SELECT digest FROM snapshot WHERE sequence = $1")
            .bind(i64::try_from(sequence).unwrap_or(i64::MAX))
            .fetch_all(&mut self.connection().await?)
            .await?;
        Ok(rows.into_iter().map(Some).collect())
    }
}

/// Keeps how far a log was followed, under the checkpoint that signs it.
pub(crate) async fn keep_watched_log(
    connection: &mut Session<'_>,
    origin: &Origin,
    tree: &Frontier,
    checkpoint: &[u8],
) -> Result<(), StoreError> {
    let peaks: Vec<String> = tree.peaks().iter().map(ToString::to_string).collect();
    sql::query(
        "INSERT INTO watched_log (origin, size, peaks, checkpoint) VALUES ($1, $2, $3, $4)
         ON CONFLICT (origin) DO UPDATE SET size = excluded.size, peaks = excluded.peaks,
         checkpoint = excluded.checkpoint",
    )
    .bind(origin.to_string())
    .bind(i64::try_from(tree.size()).map_err(|_| StoreError::Exhausted { what: "the log" })?)
    .bind(peaks.join(" "))
    .bind(checkpoint)
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps that the log holds an entry.
pub(crate) async fn keep_watched_entry(
    connection: &mut Session<'_>,
    digest: Sha256Digest,
    index: u64,
) -> Result<(), StoreError> {
    sql::query("INSERT INTO watched_entry (digest, log_index) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(digest.to_string())
        .bind(i64::try_from(index).map_err(|_| StoreError::Exhausted { what: "the log" })?)
        .execute(connection)
        .await?;
    Ok(())
}
