//! Which act each idempotency key brought about: noted in the act's own transaction, so that neither stands without the
//! other, whenever the process ends.

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, text::Text};

use super::{
    Store, StoreError,
    error::read_back,
    sql::{self, Session},
};

/// A request that is to be done once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestKey {
    /// Whose key it is.
    pub(crate) person: Text,
    /// The key.
    pub(crate) key: String,
    /// SHA-256 of the request.
    pub(crate) digest: Sha256Digest,
    /// When it came.
    pub(crate) at: Timestamp,
}

/// A request that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DoneRequest {
    /// SHA-256 of the request.
    pub(crate) digest: Sha256Digest,
    /// The case and the act; no act where the office's program does it.
    pub(crate) act: (u32, Option<u32>),
}

impl Store {
    /// Notes a request in the next unit of work that is begun: its act and the note stand together or not at all.
    pub(crate) fn note_request(&mut self, request: RequestKey) {
        self.noted = Some(request);
    }

    /// What a person's key brought about.
    pub(crate) async fn done_request(
        &mut self,
        person: &Text,
        key: &str,
    ) -> Result<Option<DoneRequest>, StoreError> {
        let row: Option<(String, i64, Option<i64>)> =
            sql::query_as("SELECT digest, case_id, sequence FROM api_request WHERE person = $1 AND key = $2")
                .bind(person.as_str())
                .bind(key)
                .fetch_optional(&mut self.connection().await?)
                .await?;
        let Some((digest, case, sequence)) = row else {
            return Ok(None);
        };
        let table = "api_request";
        let sequence = sequence.map(|it| read_back(u32::try_from(it), table, "sequence", case));
        Ok(Some(DoneRequest {
            digest: read_back(digest.parse(), table, "digest", case)?,
            act: (
                read_back(u32::try_from(case), table, "case_id", case)?,
                sequence.transpose()?,
            ),
        }))
    }

    /// Notes a request about a case whose act is the office's program's: that may be asked for again, and goes on.
    pub(crate) async fn keep_request(&mut self, request: RequestKey, case: u32) -> Result<(), StoreError> {
        let mut unit = self.begin().await?;
        insert_request(&mut unit, &request).await?;
        sql::query("UPDATE api_request SET case_id = $1 WHERE case_id IS NULL")
            .bind(case)
            .execute(&mut unit)
            .await?;
        Ok(unit.commit().await?)
    }
}

/// Notes a request within its unit of work.
pub(super) async fn insert_request(
    connection: &mut Session<'_>,
    request: &RequestKey,
) -> Result<(), StoreError> {
    sql::query("INSERT INTO api_request (person, key, digest, at) VALUES ($1, $2, $3, $4)")
        .bind(request.person.as_str())
        .bind(&request.key)
        .bind(request.digest.to_string())
        .bind(request.at.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Says which act the request of this unit of work brought about, where there is one. Units of work are one at a time,
/// so that none but this one's is open.
pub(super) async fn name_act(
    connection: &mut Session<'_>,
    case: u32,
    sequence: u32,
) -> Result<(), StoreError> {
    sql::query("UPDATE api_request SET case_id = $1, sequence = $2 WHERE case_id IS NULL")
        .bind(case)
        .bind(sequence)
        .execute(connection)
        .await?;
    Ok(())
}
