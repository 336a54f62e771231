//! Links to files for clients, each used once.

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, text::Text};

use super::{
    Store, StoreError,
    sql::{self, Session},
};

/// A link to be made.
pub(crate) struct NewDownloadLink<'a> {
    pub(crate) token: Sha256Digest,
    pub(crate) credential: i64,
    pub(crate) file: Sha256Digest,
    pub(crate) name: &'a Text,
    pub(crate) person: &'a Text,
    pub(crate) made_at: Timestamp,
    pub(crate) expires: i64,
}

/// A link on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDownload {
    /// The file's name.
    pub name: String,
    /// Who made the link.
    pub person: String,
    /// When.
    pub made_at: String,
    /// When it was used.
    pub used_at: Option<String>,
    /// From where.
    pub address: Option<String>,
}

impl Store {
    /// The name of the file that a link gives out, while it does.
    pub(crate) async fn open_download(
        &mut self,
        token: Sha256Digest,
        second: i64,
    ) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = sql::query_as(
            "SELECT name FROM download_link WHERE token_digest = $1 AND used_at IS NULL AND expires > $2",
        )
        .bind(token.to_string())
        .bind(second)
        .fetch_optional(&mut self.connection().await?)
        .await?;
        Ok(row.map(|(name,)| name))
    }

    /// Uses a link: name and bytes of its file, once, on record before they are given out.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn take_download(
        &mut self,
        token: Sha256Digest,
        address: &str,
        now: Timestamp,
    ) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        let mut unit = self.begin().await?;
        let row: Option<(String, String)> = sql::query_as(
            "UPDATE download_link SET used_at = $1, address = $2
             WHERE token_digest = $3 AND used_at IS NULL AND expires > $4 RETURNING name, file",
        )
        .bind(now.to_string())
        .bind(address)
        .bind(token.to_string())
        .bind(now.unix())
        .fetch_optional(&mut unit)
        .await?;
        let Some((name, file)) = row else {
            return Ok(None);
        };
        let (bytes,): (Vec<u8>,) = sql::query_as("SELECT bytes FROM attachment WHERE digest = $1")
            .bind(file)
            .fetch_one(&mut unit)
            .await?;
        unit.commit().await?;
        Ok(Some((name, bytes)))
    }

    /// The links made for a certificate, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn downloads(&mut self, credential: i64) -> Result<Vec<ListedDownload>, StoreError> {
        type Row = (String, String, String, Option<String>, Option<String>);
        let rows: Vec<Row> = sql::query_as(
            "SELECT name, person, made_at, used_at, address FROM download_link
             WHERE credential_id = $1 ORDER BY made_at, name",
        )
        .bind(credential)
        .fetch_all(&mut self.connection().await?)
        .await?;
        let listed = |(name, person, made_at, used_at, address): Row| ListedDownload {
            name,
            person,
            made_at,
            used_at,
            address,
        };
        Ok(rows.into_iter().map(listed).collect())
    }
}

/// Stores a link.
pub(crate) async fn insert_download_link(
    connection: &mut Session<'_>,
    link: &NewDownloadLink<'_>,
) -> Result<(), StoreError> {
    sql::query(
        "INSERT INTO download_link (token_digest, credential_id, file, name, person, made_at, expires)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(link.token.to_string())
    .bind(link.credential)
    .bind(link.file.to_string())
    .bind(link.name.as_str())
    .bind(link.person.as_str())
    .bind(link.made_at.to_string())
    .bind(link.expires)
    .execute(connection)
    .await?;
    Ok(())
}
