//! Files attached to cases: kept by digest, never changed, every reading on record (ISO/IEC 17065 §7.12).

use std::collections::BTreeMap;

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, text::Text};

use super::{
    Store, StoreError,
    error::read_back,
    sql::{self, Session},
};

/// A reading of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachmentAccess {
    /// The file.
    pub digest: Sha256Digest,
    /// Who read it.
    pub person: Text,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// The files of a case as they are stored now: for each digest it was attached under, the digest of its bytes.
    ///
    /// # Errors
    /// What the database says.
    pub async fn attachment_digests(
        &mut self,
        case: u32,
    ) -> Result<BTreeMap<Sha256Digest, Sha256Digest>, StoreError> {
        let digests: Vec<(String,)> =
            sql::query_as("SELECT DISTINCT digest FROM case_attachment WHERE case_id = $1")
                .bind(case)
                .fetch_all(&mut self.connection().await?)
                .await?;
        let mut found = BTreeMap::new();
        for (digest,) in digests {
            // One file at a time: a case may hold more than memory should.
            let row: Option<(Vec<u8>,)> = sql::query_as("SELECT bytes FROM attachment WHERE digest = $1")
                .bind(&digest)
                .fetch_optional(&mut self.connection().await?)
                .await?;
            let attached = read_back(digest.parse(), "case_attachment", "digest", i64::from(case))?;
            if let Some((bytes,)) = row {
                found.insert(attached, Sha256Digest::of(&bytes));
            }
        }
        Ok(found)
    }

    /// Reads a file of a case for a person; the reading is on record before the bytes are given out.
    ///
    /// # Errors
    /// What the database says; none when the case has no such file.
    pub async fn read_attachment(
        &mut self,
        case: u32,
        digest: Sha256Digest,
        person: &Text,
        at: Timestamp,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let mut unit = self.begin().await?;
        let row: Option<(Vec<u8>,)> = sql::query_as(
            "SELECT bytes FROM attachment JOIN case_attachment USING (digest) WHERE case_id = $1 AND digest = $2",
        )
        .bind(case)
        .bind(digest.to_string())
        .fetch_optional(&mut unit)
        .await?;
        let Some((bytes,)) = row else { return Ok(None) };
        sql::query("INSERT INTO attachment_access (case_id, digest, person, at) VALUES ($1, $2, $3, $4)")
            .bind(case)
            .bind(digest.to_string())
            .bind(person.as_str())
            .bind(at.to_string())
            .execute(&mut unit)
            .await?;
        unit.commit().await?;
        Ok(Some(bytes))
    }

    /// Who read the files of a case, in order.
    ///
    /// # Errors
    /// What the database says.
    pub async fn attachment_accesses(&mut self, case: u32) -> Result<Vec<AttachmentAccess>, StoreError> {
        let rows: Vec<(i64, String, String, String)> = sql::query_as(
            "SELECT attachment_access_id, digest, person, at FROM attachment_access WHERE case_id = $1
             ORDER BY attachment_access_id",
        )
        .bind(case)
        .fetch_all(&mut self.connection().await?)
        .await?;
        let table = "attachment_access";
        let access = |(id, digest, person, at): (i64, String, String, String)| {
            Ok(AttachmentAccess {
                digest: read_back(digest.parse(), table, "digest", id)?,
                person: read_back(Text::parse(&person), table, "person", id)?,
                at: read_back(at.parse(), table, "at", id)?,
            })
        };
        rows.into_iter().map(access).collect()
    }
}

/// Keeps the bytes of a file under their digest.
pub(crate) async fn insert_attachment(
    connection: &mut Session<'_>,
    digest: Sha256Digest,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let size = i64::try_from(bytes.len()).map_err(|_| StoreError::Exhausted { what: "the file" })?;
    sql::query(
        "INSERT INTO attachment (digest, size, bytes) VALUES ($1, $2, $3) ON CONFLICT (digest) DO NOTHING",
    )
    .bind(digest.to_string())
    .bind(size)
    .bind(bytes)
    .execute(connection)
    .await?;
    Ok(())
}
