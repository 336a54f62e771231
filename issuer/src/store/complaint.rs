//! The journals of complaints, and who had part in what they are about.

use std::collections::BTreeSet;

use touchstone_schemas::{date_time::Date, digest::Sha256Digest, text::Text};

use super::{
    Store, StoreError,
    api_request::{JournalKind, name_act},
    duty::insert_participant,
    error::read_back,
    journal::{COMPLAINTS, StoredAct},
    sql::{self, Row, Session},
};
use crate::{
    casework::Act,
    complaint::{Complaint, ComplaintContent, ComplaintKind, ComplaintStatus, Concern},
    prepare::Side,
};

/// A complaint as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedComplaint {
    /// Its number.
    pub number: u32,
    /// Which of the two.
    pub kind: ComplaintKind,
    /// How far it is.
    pub status: ComplaintStatus,
    /// The day on which it came in.
    pub received_on: Date,
    /// What it is called.
    pub subject: String,
    /// Acts on record.
    pub acts: u32,
    /// Digest of the last act.
    pub head: Sha256Digest,
}

impl ListedComplaint {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let id: i64 = row.try_get("complaint_id")?;
        let table = "complaint";
        let text = |column: &'static str| row.try_get::<String>(column);
        let (kind, status) = (text("kind")?, text("status")?);
        let acts: i64 = row.try_get("acts")?;
        Ok(Self {
            number: read_back(u32::try_from(id), table, "complaint_id", id)?,
            kind: read_back(ComplaintKind::of_name(&kind).ok_or(kind), table, "kind", id)?,
            status: read_back(
                ComplaintStatus::of_name(&status).ok_or(status),
                table,
                "status",
                id,
            )?,
            received_on: read_back(text("received_on")?.parse(), table, "received_on", id)?,
            subject: text("subject")?,
            acts: read_back(u32::try_from(acts), table, "acts", id)?,
            head: read_back(text("head")?.parse(), table, "head", id)?,
        })
    }
}

impl Store {
    /// A complaint, as its journal has it; none of that number.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] when the journal does not follow; what the database says.
    pub async fn complaint(&mut self, number: u32) -> Result<Option<Complaint>, StoreError> {
        read_complaint(&mut self.connection().await?, number).await
    }

    /// The acts of a complaint, in order.
    ///
    /// # Errors
    /// As [`Store::complaint`].
    pub async fn complaint_acts(&mut self, number: u32) -> Result<Vec<Act<ComplaintContent>>, StoreError> {
        COMPLAINTS.acts(&mut self.connection().await?, number).await
    }

    /// Complaints, newest first; those of one status when one is named, at most `limit`, below `before`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn complaints(
        &mut self,
        status: Option<ComplaintStatus>,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<ListedComplaint>, StoreError> {
        let rows = sql::query(
            "SELECT * FROM complaint WHERE ($1 IS NULL OR status = $1) AND ($2 IS NULL OR complaint_id < $2)
             ORDER BY complaint_id DESC LIMIT $3",
        )
        .bind(status.map(ComplaintStatus::name))
        .bind(before)
        .bind(limit)
        .fetch_all(&mut self.connection().await?)
        .await?;
        rows.iter().map(ListedComplaint::of).collect()
    }

    /// The journal of a complaint, as it is stored.
    pub(crate) async fn complaint_rows(&mut self, number: u32) -> Result<Vec<StoredAct>, StoreError> {
        COMPLAINTS.rows(&mut self.connection().await?, number).await
    }
}

/// Reads a complaint.
pub(crate) async fn read_complaint(
    connection: &mut Session<'_>,
    number: u32,
) -> Result<Option<Complaint>, StoreError> {
    let acts = COMPLAINTS.acts(connection, number).await?;
    if acts.is_empty() {
        return Ok(None);
    }
    COMPLAINTS.folded(Complaint::fold(&acts)).map(Some)
}

/// The number of the next complaint.
pub(crate) async fn next_complaint(connection: &mut Session<'_>) -> Result<u32, StoreError> {
    COMPLAINTS.next(connection).await
}

/// Everybody who had part in what a complaint is about, on either side; what is not on file, by its name.
pub(crate) async fn involved_in(
    connection: &mut Session<'_>,
    concern: &Concern,
) -> Result<Result<Vec<Text>, String>, StoreError> {
    let mut files: BTreeSet<i64> = BTreeSet::new();
    if let Some(case) = concern.case {
        let found: Option<(i64,)> = sql::query_as("SELECT case_file_id FROM office_case WHERE case_id = $1")
            .bind(case)
            .fetch_optional(connection)
            .await?;
        match found {
            Some((file,)) => drop(files.insert(file)),
            None => return Ok(Err(format!("case {case}"))),
        }
    }
    if let Some(measure) = concern.measure {
        let found: Option<(i64,)> = sql::query_as("SELECT case_file_id FROM measure WHERE measure_id = $1")
            .bind(measure)
            .fetch_optional(connection)
            .await?;
        match found {
            Some((file,)) => drop(files.insert(file)),
            None => return Ok(Err(format!("measure {measure}"))),
        }
    }
    if let Some(number) = &concern.certificate {
        // Its versions, the cases they were made from, what happened to them, and what was decided on them.
        let found: Vec<(i64,)> = sql::query_as(
            "SELECT case_file_id FROM credential WHERE number = $1
             UNION SELECT office_case.case_file_id FROM office_case JOIN credential USING (case_id) WHERE number = $1
             UNION SELECT event.case_file_id FROM event JOIN credential USING (credential_id) WHERE number = $1
             UNION SELECT measure.case_file_id FROM measure JOIN credential USING (credential_id) WHERE number = $1",
        )
        .bind(number.as_str())
        .fetch_all(connection)
        .await?;
        if found.is_empty() {
            return Ok(Err(format!("certificate {number}")));
        }
        files.extend(found.into_iter().map(|(file,)| file));
    }
    let mut people = BTreeSet::new();
    for file in files {
        let rows: Vec<(String,)> = sql::query_as("SELECT person FROM participant WHERE case_file_id = $1")
            .bind(file)
            .fetch_all(connection)
            .await?;
        for (person,) in rows {
            people.insert(read_back(Text::parse(&person), "participant", "person", file)?);
        }
    }
    Ok(Ok(people.into_iter().collect()))
}

/// Writes an act that was taken in: everybody for whom it counts onto its side, the act, and the complaint as it is now.
pub(crate) async fn insert_complaint_act(
    connection: &mut Session<'_>,
    complaint: &Complaint,
    act: &Act<ComplaintContent>,
) -> Result<(), StoreError> {
    let case_file = save_complaint(connection, complaint).await?;
    if let ComplaintContent::Received(received) = &act.content {
        for person in &received.involved {
            insert_participant(connection, case_file, person, Side::Making).await?;
        }
    }
    let part = Complaint::part(&act.content);
    if let (Some(by), Some(part)) = (&act.by, part) {
        for person in by.people() {
            insert_participant(connection, case_file, person, part.side).await?;
        }
    }
    COMPLAINTS
        .insert(act)
        .bind(case_file)
        .bind(part.map(|part| part.side.name()))
        .execute(connection)
        .await?;
    name_act(connection, JournalKind::Complaint, act.journal, act.sequence).await
}

/// Writes the complaint as it is now; gives the file on which its participants stand.
async fn save_complaint(connection: &mut Session<'_>, complaint: &Complaint) -> Result<i64, StoreError> {
    let case_file = COMPLAINTS.file_of(connection, complaint.number()).await?;
    let received = complaint.received();
    sql::query(
        "INSERT INTO complaint (complaint_id, case_file_id, kind, status, received_on, subject, acts, head)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (complaint_id) DO UPDATE SET status = excluded.status, acts = excluded.acts, head = excluded.head",
    )
    .bind(complaint.number())
    .bind(case_file)
    .bind(received.kind.name())
    .bind(complaint.status().name())
    .bind(received.received_on.to_string())
    .bind(received.subject.as_str())
    .bind(complaint.acts())
    .bind(complaint.head().to_string())
    .execute(connection)
    .await?;
    Ok(case_file)
}

/// The highest reference of a report that was taken; 0 when none was.
pub(crate) async fn newest_mismatch(connection: &mut Session<'_>) -> Result<u64, StoreError> {
    let (newest,): (i64,) = sql::query_as("SELECT coalesce(max(reference), 0) FROM mismatch_taken")
        .fetch_one(connection)
        .await?;
    read_back(u64::try_from(newest), "mismatch_taken", "reference", newest)
}

/// Whether a report was taken.
pub(crate) async fn taken_mismatch(connection: &mut Session<'_>, reference: u64) -> Result<bool, StoreError> {
    let found: Option<(i64,)> = sql::query_as("SELECT complaint_id FROM mismatch_taken WHERE reference = $1")
        .bind(i64::try_from(reference).unwrap_or(i64::MAX))
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}

/// Notes that a report was taken, and as which complaint.
pub(crate) async fn insert_mismatch(
    connection: &mut Session<'_>,
    reference: u64,
    complaint: u32,
) -> Result<(), StoreError> {
    sql::query("INSERT INTO mismatch_taken (reference, complaint_id) VALUES ($1, $2)")
        .bind(i64::try_from(reference).unwrap_or(i64::MAX))
        .bind(complaint)
        .execute(connection)
        .await?;
    Ok(())
}
