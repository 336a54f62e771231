//! Applications and the numbers given to them.

use touchstone_schemas::digest::Sha256Digest;

use super::{
    Store, StoreError,
    sql::{self, Session},
};

/// A file that was issued from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredApplication {
    /// The application file.
    pub document: Vec<u8>,
    /// The score sheet.
    pub sheet: Vec<u8>,
}

impl Store {
    /// The application a credential was issued from.
    ///
    /// # Errors
    /// What the database says.
    pub async fn application(&mut self, credential: i64) -> Result<StoredApplication, StoreError> {
        let (document, sheet) = sql::query_as(
            "SELECT document, sheet FROM application JOIN credential USING (application_id) WHERE credential_id = $1",
        )
        .bind(credential)
        .fetch_one(&mut self.connection().await?)
        .await?;
        Ok(StoredApplication { document, sheet })
    }
}

pub(crate) async fn insert_application(
    connection: &mut Session<'_>,
    digest: Sha256Digest,
    application: &StoredApplication,
) -> Result<i64, StoreError> {
    // The application of a voided credential is on file already, and stays as it is: the digest is of all it says.
    let (id,) = sql::query_as(
        "INSERT INTO application (digest, document, sheet) VALUES ($1, $2, $3)
         ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING application_id",
    )
    .bind(digest.to_string())
    .bind(&application.document)
    .bind(&application.sheet)
    .fetch_one(connection)
    .await?;
    Ok(id)
}

/// The next sequence of a scheme's numbers in a year, given for ever once committed.
pub(crate) async fn next_sequence(
    connection: &mut Session<'_>,
    edition: &str,
    year: u8,
) -> Result<u32, StoreError> {
    let (last,): (i64,) = sql::query_as(
        "INSERT INTO number_sequence (edition, year, last) VALUES ($1, $2, 1)
         ON CONFLICT (edition, year) DO UPDATE SET last = number_sequence.last + 1 RETURNING last",
    )
    .bind(edition)
    .bind(i64::from(year))
    .fetch_one(connection)
    .await?;
    u32::try_from(last).map_err(|_| StoreError::Exhausted {
        what: "the scheme's year",
    })
}
