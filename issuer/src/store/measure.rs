//! The journals of measures, and what follows from them for lists.

use std::collections::BTreeMap;

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    text::Text,
};

use super::{
    Store, StoreError, StoredEvent,
    api_request::{JournalKind, name_act},
    duty::insert_participant,
    error::read_back,
    journal::{MEASURES, StoredAct},
    sql::{self, Row, Session},
};
use crate::{
    after_issue::{Measure, MeasureContent, MeasureKind, MeasureStatus, Proposal},
    casework::{Act, Part},
};

/// A measure as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMeasure {
    /// Its number.
    pub number: u32,
    /// Row of the credential.
    pub credential: i64,
    /// 证书编号.
    pub certificate: CredentialNumber,
    /// Version.
    pub version: Version,
    /// The scheme edition.
    pub edition: String,
    /// What it is.
    pub kind: MeasureKind,
    /// How far it is.
    pub status: MeasureStatus,
    /// The day on which loss of conformity was confirmed.
    pub confirmed_on: Option<Date>,
    /// Acts on record.
    pub acts: u32,
    /// Digest of the last act.
    pub head: Sha256Digest,
}

impl ListedMeasure {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let id: i64 = row.try_get("measure_id")?;
        let small = |column: &'static str| -> Result<u32, StoreError> {
            read_back(u32::try_from(row.try_get::<i64>(column)?), "measure", column, id)
        };
        let text = |column: &'static str| row.try_get::<String>(column);
        let unknown = |column| StoreError::Unreadable {
            table: "measure",
            column,
            row: id,
            cause: "not a word of the set".to_owned(),
        };
        let confirmed: Option<String> = row.try_get("confirmed_on")?;
        let confirmed = confirmed.map(|day| read_back(day.parse(), "measure", "confirmed_on", id));
        Ok(Self {
            number: small("measure_id")?,
            credential: row.try_get("credential_id")?,
            certificate: read_back(
                CredentialNumber::parse(&text("number")?),
                "credential",
                "number",
                id,
            )?,
            version: read_back(Version::try_from(small("version")?), "credential", "version", id)?,
            edition: text("edition")?,
            kind: MeasureKind::of_name(&text("kind")?).ok_or_else(|| unknown("kind"))?,
            status: MeasureStatus::of_name(&text("status")?).ok_or_else(|| unknown("status"))?,
            confirmed_on: confirmed.transpose()?,
            acts: small("acts")?,
            head: read_back(text("head")?.parse(), "measure", "head", id)?,
        })
    }
}

const LISTED: &str = "SELECT measure.*, credential.number, credential.version FROM measure
     JOIN credential USING (credential_id)";

impl Store {
    /// A measure, as its journal has it; none of that number.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] when the journal does not follow; what the database says.
    pub async fn measure(&mut self, number: u32) -> Result<Option<Measure>, StoreError> {
        Ok(read_measure(&mut self.connection().await?, number)
            .await?
            .map(|(_, measure)| measure))
    }

    /// The acts of a measure, in order: its audit trail.
    ///
    /// # Errors
    /// As [`Store::measure`].
    pub async fn measure_acts(&mut self, number: u32) -> Result<Vec<Act<MeasureContent>>, StoreError> {
        MEASURES.acts(&mut self.connection().await?, number).await
    }

    /// Measures, newest first; those of one status when one is named, at most `limit`, below `before`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn measures(
        &mut self,
        status: Option<MeasureStatus>,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<ListedMeasure>, StoreError> {
        let query = format!(
            "{LISTED} WHERE ($1 IS NULL OR status = $1) AND ($2 IS NULL OR measure_id < $2)
             ORDER BY measure_id DESC LIMIT $3"
        );
        let rows = sql::query(sqlx::AssertSqlSafe(query))
            .bind(status.map(MeasureStatus::name))
            .bind(before)
            .bind(limit)
            .fetch_all(&mut self.connection().await?)
            .await?;
        rows.iter().map(ListedMeasure::of).collect()
    }

    /// The measures of a credential, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn measures_of_credential(
        &mut self,
        credential: i64,
    ) -> Result<Vec<ListedMeasure>, StoreError> {
        let query = format!("{LISTED} WHERE measure.credential_id = $1 ORDER BY measure_id");
        let rows = sql::query(sqlx::AssertSqlSafe(query))
            .bind(credential)
            .fetch_all(&mut self.connection().await?)
            .await?;
        rows.iter().map(ListedMeasure::of).collect()
    }

    /// The journal of a measure, as it is stored.
    pub(crate) async fn measure_rows(&mut self, number: u32) -> Result<Vec<StoredAct>, StoreError> {
        MEASURES.rows(&mut self.connection().await?, number).await
    }

    /// The last acts that events were prepared after, by the event's row.
    pub(crate) async fn heads_of_events(&mut self, measure: u32) -> Result<Vec<(i64, String)>, StoreError> {
        let rows: Vec<(i64, String)> =
            sql::query_as("SELECT event_id, measure_head FROM event WHERE measure_id = $1")
                .bind(measure)
                .fetch_all(&mut self.connection().await?)
                .await?;
        Ok(rows)
    }

    /// The event of a measure, unless it was voided.
    ///
    /// # Errors
    /// What the database says.
    pub async fn event_of_measure(&mut self, measure: u32) -> Result<Option<StoredEvent>, StoreError> {
        let row = sql::query("SELECT * FROM event WHERE measure_id = $1 AND void_id IS NULL")
            .bind(measure)
            .fetch_optional(&mut self.connection().await?)
            .await?;
        row.as_ref().map(StoredEvent::of).transpose()
    }

    /// The files of a measure as they are stored now: for each digest it was attached under, the digest of its bytes.
    ///
    /// # Errors
    /// What the database says.
    pub async fn measure_attachment_digests(
        &mut self,
        measure: u32,
    ) -> Result<BTreeMap<Sha256Digest, Sha256Digest>, StoreError> {
        let digests: Vec<(String,)> =
            sql::query_as("SELECT digest FROM measure_attachment WHERE measure_id = $1")
                .bind(measure)
                .fetch_all(&mut self.connection().await?)
                .await?;
        let mut found = BTreeMap::new();
        for (digest,) in digests {
            let row: Option<(Vec<u8>,)> = sql::query_as("SELECT bytes FROM attachment WHERE digest = $1")
                .bind(&digest)
                .fetch_optional(&mut self.connection().await?)
                .await?;
            let attached = read_back(digest.parse(), "measure_attachment", "digest", i64::from(measure))?;
            if let Some((bytes,)) = row {
                found.insert(attached, Sha256Digest::of(&bytes));
            }
        }
        Ok(found)
    }

    /// Reads a file of a measure for a person; the reading is on record before the bytes are given out.
    ///
    /// # Errors
    /// What the database says; none when the measure has no such file.
    pub async fn read_measure_attachment(
        &mut self,
        measure: u32,
        digest: Sha256Digest,
        person: &Text,
        at: Timestamp,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let mut unit = self.begin().await?;
        let row: Option<(Vec<u8>,)> = sql::query_as(
            "SELECT bytes FROM attachment JOIN measure_attachment USING (digest)
             WHERE measure_id = $1 AND digest = $2",
        )
        .bind(measure)
        .bind(digest.to_string())
        .fetch_optional(&mut unit)
        .await?;
        let Some((bytes,)) = row else { return Ok(None) };
        sql::query(
            "INSERT INTO measure_attachment_access (measure_id, digest, person, at) VALUES ($1, $2, $3, $4)",
        )
        .bind(measure)
        .bind(digest.to_string())
        .bind(person.as_str())
        .bind(at.to_string())
        .execute(&mut unit)
        .await?;
        unit.commit().await?;
        Ok(Some(bytes))
    }
}

/// Reads a measure, with the row of its credential.
pub(crate) async fn read_measure(
    connection: &mut Session<'_>,
    number: u32,
) -> Result<Option<(i64, Measure)>, StoreError> {
    let row: Option<(i64,)> = sql::query_as("SELECT credential_id FROM measure WHERE measure_id = $1")
        .bind(number)
        .fetch_optional(connection)
        .await?;
    let Some((credential,)) = row else { return Ok(None) };
    let acts = MEASURES.acts(connection, number).await?;
    let measure = MEASURES.folded(Measure::fold(&acts))?;
    Ok(Some((credential, measure)))
}

/// The number of the next measure.
pub(crate) async fn next_measure(connection: &mut Session<'_>) -> Result<u32, StoreError> {
    MEASURES.next(connection).await
}

/// Writes the act that opens a measure of a credential.
pub(crate) async fn insert_measure_act(
    connection: &mut Session<'_>,
    credential: i64,
    measure: &Measure,
    act: &Act<MeasureContent>,
) -> Result<(), StoreError> {
    append_measure_act(connection, credential, measure, act, Some(Part::MAKING)).await
}

/// Writes an act that was taken in: everybody for whom it counts onto its side, the act, and the measure as it is now.
pub(crate) async fn append_measure_act(
    connection: &mut Session<'_>,
    credential: i64,
    measure: &Measure,
    act: &Act<MeasureContent>,
    part: Option<Part<'_>>,
) -> Result<(), StoreError> {
    let case_file = save_measure(connection, credential, measure).await?;
    if let (Some(by), Some(part)) = (&act.by, part) {
        for person in by.people() {
            insert_participant(connection, case_file, person, part.side).await?;
        }
    }
    MEASURES
        .insert(act)
        .bind(case_file)
        .bind(part.map(|part| part.side.name()))
        .execute(connection)
        .await?;
    if let MeasureContent::Attached(attached) = &act.content {
        sql::query("INSERT INTO measure_attachment (measure_id, digest) VALUES ($1, $2)")
            .bind(act.journal)
            .bind(attached.attachment.digest.to_string())
            .execute(connection)
            .await?;
    }
    name_act(connection, JournalKind::Measure, act.journal, act.sequence).await
}

/// Writes the measure as it is now; gives the file on which its participants stand.
async fn save_measure(
    connection: &mut Session<'_>,
    credential: i64,
    measure: &Measure,
) -> Result<i64, StoreError> {
    let case_file = MEASURES.file_of(connection, measure.number()).await?;
    let confirmed_on = match measure.proposal() {
        Proposal::Nonconformity { confirmed_on, .. } => Some(confirmed_on.to_string()),
        Proposal::Change(_) => None,
    };
    sql::query(
        "INSERT INTO measure (measure_id, case_file_id, credential_id, edition, kind, status, confirmed_on, acts, head)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (measure_id) DO UPDATE SET status = excluded.status, acts = excluded.acts, head = excluded.head",
    )
    .bind(measure.number())
    .bind(case_file)
    .bind(credential)
    .bind(measure.opened().certificate.scheme.as_str())
    .bind(measure.kind().name())
    .bind(measure.status().name())
    .bind(confirmed_on)
    .bind(measure.acts())
    .bind(measure.head().to_string())
    .execute(connection)
    .await?;
    Ok(case_file)
}

/// Notes the measure an event was prepared from.
pub(crate) async fn link_measure(
    connection: &mut Session<'_>,
    event: i64,
    measure: u32,
    head: Sha256Digest,
) -> Result<(), StoreError> {
    sql::query("UPDATE event SET measure_id = $1, measure_head = $2 WHERE event_id = $3")
        .bind(measure)
        .bind(head.to_string())
        .bind(event)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes the case from which an event follows.
pub(crate) async fn link_event_case(
    connection: &mut Session<'_>,
    event: i64,
    case: u32,
    head: Sha256Digest,
) -> Result<(), StoreError> {
    sql::query("UPDATE event SET case_id = $1, case_head = $2 WHERE event_id = $3")
        .bind(case)
        .bind(head.to_string())
        .bind(event)
        .execute(connection)
        .await?;
    Ok(())
}
