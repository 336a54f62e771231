//! Which act each idempotency key brought about: noted in the act's own transaction, so that neither stands without the
//! other, whenever the process ends.

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, text::Text, words};

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

/// The journal that a request writes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JournalKind {
    /// A case.
    Case,
    /// A batch of cases.
    Batch,
    /// A measure on a certificate in force.
    Measure,
    /// A complaint.
    Complaint,
    /// The one of people; its number is 0.
    People,
    /// What clients are told and given, which has rows and no acts; its number is 0.
    Clients,
}

words! { JournalKind {
    Case = "case",
    Batch = "batch",
    Measure = "measure",
    Complaint = "complaint",
    People = "people",
    Clients = "clients",
} }

/// A place in the office's journals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JournalPlace {
    /// The journal.
    pub(crate) journal: JournalKind,
    /// Its number.
    pub(crate) number: u32,
    /// The act; none where the office's program does it.
    pub(crate) sequence: Option<u32>,
}

/// A request that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DoneRequest {
    /// SHA-256 of the request.
    pub(crate) digest: Sha256Digest,
    /// What it brought about.
    pub(crate) place: JournalPlace,
    /// What was answered, where that does not follow from a journal.
    pub(crate) answer: Option<Vec<u8>>,
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
        type Row = (String, String, i64, Option<i64>, Option<Vec<u8>>);
        let row: Option<Row> = sql::query_as(
            "SELECT digest, journal, number, sequence, answer FROM api_request WHERE person = $1 AND key = $2",
        )
        .bind(person.as_str())
        .bind(key)
        .fetch_optional(&mut self.connection().await?)
        .await?;
        let Some((digest, journal, number, sequence, answer)) = row else {
            return Ok(None);
        };
        let table = "api_request";
        let sequence = sequence.map(|it| read_back(u32::try_from(it), table, "sequence", number));
        let unknown = || StoreError::Unreadable {
            table,
            column: "journal",
            row: number,
            cause: "not a word of the set".to_owned(),
        };
        Ok(Some(DoneRequest {
            digest: read_back(digest.parse(), table, "digest", number)?,
            place: JournalPlace {
                journal: JournalKind::of_name(&journal).ok_or_else(unknown)?,
                number: read_back(u32::try_from(number), table, "number", number)?,
                sequence: sequence.transpose()?,
            },
            answer,
        }))
    }

    /// Notes a request whose act is the office's program's, which may be asked for again and goes on; with its answer once
    /// that is the last word.
    pub(crate) async fn keep_request(
        &mut self,
        request: RequestKey,
        place: JournalPlace,
        answer: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        let mut unit = self.begin().await?;
        insert_request(&mut unit, &request).await?;
        name_request(&mut unit, place, answer).await?;
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

/// Says what the request of this unit of work brought about, where there is one; the first to say it counts, so that an act
/// on a batch is named before those on its cases. Units of work are one at a time: none but this one's is open.
pub(crate) async fn name_request(
    connection: &mut Session<'_>,
    place: JournalPlace,
    answer: Option<&[u8]>,
) -> Result<(), StoreError> {
    sql::query(
        "UPDATE api_request SET journal = $1, number = $2, sequence = $3, answer = $4 WHERE journal IS NULL",
    )
    .bind(place.journal.name())
    .bind(place.number)
    .bind(place.sequence)
    .bind(answer)
    .execute(connection)
    .await?;
    Ok(())
}

/// The same for an act of a journal.
pub(super) async fn name_act(
    connection: &mut Session<'_>,
    journal: JournalKind,
    number: u32,
    sequence: u32,
) -> Result<(), StoreError> {
    let sequence = Some(sequence);
    let place = JournalPlace {
        journal,
        number,
        sequence,
    };
    name_request(connection, place, None).await
}
