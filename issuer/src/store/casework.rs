//! The journals of cases, and what follows from them for lists and queues.

use touchstone_schemas::{digest::Sha256Digest, text::Text};

use super::{
    Store, StoreError,
    api_request::{JournalKind, name_act},
    duty::insert_participant,
    error::read_back,
    journal::{CASES, StoredAct},
    sql::{self, Row, Session},
};
use crate::casework::{Act, Case, CaseContent, Part, StageKind};

/// A case as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCase {
    /// Its number.
    pub number: u32,
    /// The scheme edition.
    pub edition: String,
    /// The applicant's unified social credit code.
    pub holder: String,
    /// The applicant's name.
    pub holder_name: String,
    /// How far it is.
    pub status: String,
    /// Code of the stage that is next; none when all are settled.
    pub stage: Option<String>,
    /// Acts on record.
    pub acts: u32,
    /// Digest of the last act.
    pub head: String,
}

impl ListedCase {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let id: i64 = row.try_get("case_id")?;
        let acts: i64 = row.try_get("acts")?;
        Ok(Self {
            number: read_back(u32::try_from(id), "office_case", "case_id", id)?,
            edition: row.try_get("edition")?,
            holder: row.try_get("holder")?,
            holder_name: row.try_get("holder_name")?,
            status: row.try_get("status")?,
            stage: row.try_get("stage")?,
            acts: read_back(u32::try_from(acts), "office_case", "acts", id)?,
            head: row.try_get("head")?,
        })
    }
}

impl Store {
    /// A case, as its journal has it; none of that number.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] when the journal does not follow; what the database says.
    pub async fn case(&mut self, number: u32) -> Result<Option<Case>, StoreError> {
        read_case(&mut self.connection().await?, number).await
    }

    /// The acts of a case, in order: its audit trail.
    ///
    /// # Errors
    /// As [`Store::case`].
    pub async fn case_acts(&mut self, number: u32) -> Result<Vec<Act<CaseContent>>, StoreError> {
        CASES.acts(&mut self.connection().await?, number).await
    }

    /// Cases, newest first; those that wait in a stage when one is named, at most `limit`, below `before`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn cases(
        &mut self,
        stage: Option<&str>,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<ListedCase>, StoreError> {
        // Each by an index: without a stage the key, with one `case_queue`, which ends in the key.
        let before = before.map_or(i64::MAX, i64::from);
        let query = match stage {
            None => sql::query("SELECT * FROM office_case WHERE case_id < $1 ORDER BY case_id DESC LIMIT $2")
                .bind(before)
                .bind(limit),
            Some(stage) => sql::query(
                "SELECT * FROM office_case WHERE status = 'inWork' AND stage = $1 AND case_id < $2
                 ORDER BY case_id DESC LIMIT $3",
            )
            .bind(stage)
            .bind(before)
            .bind(limit),
        };
        let rows = query.fetch_all(&mut self.connection().await?).await?;
        rows.iter().map(ListedCase::of).collect()
    }

    /// Cases to whose evaluation a person is assigned, newest first, at most `limit`, below `before`.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn cases_of_evaluator(
        &mut self,
        person: &Text,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<ListedCase>, StoreError> {
        let mut session = self.connection().await?;
        // The index `case_assignment` is over this very expression: each engine reads JSON in its own words.
        let evaluator = if session.is_on_server() {
            "assigned_evaluator(document)"
        } else {
            "json_extract(CAST(document AS TEXT), '$.content.evaluator')"
        };
        let query = format!(
            "SELECT office_case.* FROM (SELECT DISTINCT case_id FROM case_act WHERE kind = 'assigned'
             AND {evaluator} = $1 AND case_id < $2
             ORDER BY case_id DESC LIMIT $3) AS assigned JOIN office_case USING (case_id) ORDER BY case_id DESC"
        );
        let rows = sql::query(sqlx::AssertSqlSafe(query))
            .bind(person.as_str())
            .bind(before.map_or(i64::MAX, i64::from))
            .bind(limit)
            .fetch_all(&mut session)
            .await?;
        rows.iter().map(ListedCase::of).collect()
    }

    /// The signing queue: cases in work whose every stage is settled, oldest first, at most `limit`, above
    /// `after`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn signing_queue(
        &mut self,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<ListedCase>, StoreError> {
        let rows = sql::query(
            "SELECT * FROM office_case WHERE status = 'inWork' AND stage IS NULL AND case_id > $1
             ORDER BY case_id LIMIT $2",
        )
        .bind(after.unwrap_or(0))
        .bind(limit)
        .fetch_all(&mut self.connection().await?)
        .await?;
        rows.iter().map(ListedCase::of).collect()
    }

    /// The journal of a case, as it is stored.
    pub(crate) async fn case_rows(&mut self, number: u32) -> Result<Vec<StoredAct>, StoreError> {
        CASES.rows(&mut self.connection().await?, number).await
    }

    /// The case a credential was prepared from.
    ///
    /// # Errors
    /// What the database says.
    pub async fn case_of_credential(&mut self, credential: i64) -> Result<Option<u32>, StoreError> {
        let (case,): (Option<i64>,) =
            sql::query_as("SELECT case_id FROM credential WHERE credential_id = $1")
                .bind(credential)
                .fetch_one(&mut self.connection().await?)
                .await?;
        case.map(|case| read_back(u32::try_from(case), "credential", "case_id", credential))
            .transpose()
    }

    /// The last acts that credentials were prepared after, by case.
    pub(crate) async fn heads_of_credentials(&mut self) -> Result<Vec<(u32, String)>, StoreError> {
        let rows: Vec<(u32, String)> =
            sql::query_as("SELECT case_id, case_head FROM credential WHERE case_id IS NOT NULL")
                .fetch_all(&mut self.connection().await?)
                .await?;
        Ok(rows)
    }
}

/// Reads a case.
pub(crate) async fn read_case(connection: &mut Session<'_>, number: u32) -> Result<Option<Case>, StoreError> {
    let acts = CASES.acts(connection, number).await?;
    if acts.is_empty() {
        return Ok(None);
    }
    CASES.folded(Case::fold(&acts)).map(Some)
}

/// The number of the next case.
pub(crate) async fn next_case(connection: &mut Session<'_>) -> Result<u32, StoreError> {
    CASES.next(connection).await
}

/// Writes an act that was taken in: everybody for whom it counts onto its side, the act, and the case as it is now.
pub(crate) async fn insert_case_act(
    connection: &mut Session<'_>,
    case: &Case,
    act: &Act<CaseContent>,
) -> Result<(), StoreError> {
    let case_file = save_case(connection, case).await?;
    let part = case.part(&act.content);
    let field = part.and_then(|part| field_of(case, part));
    if let (Some(by), Some(part)) = (&act.by, part) {
        let people: Vec<&Text> = by.people().collect();
        for person in people {
            insert_participant(connection, case_file, person, part.side).await?;
            if let Some((field, stage)) = &field {
                insert_judge(connection, case_file, person, field, stage).await?;
            }
        }
    }
    CASES
        .insert(act)
        .bind(case_file)
        .bind(part.map(|part| part.side.name()))
        .bind(field.as_ref().map(|(field, _)| *field))
        .bind(field.as_ref().map(|(_, stage)| stage.as_str()))
        .execute(connection)
        .await?;
    name_act(connection, JournalKind::Case, act.journal, act.sequence).await?;
    if let CaseContent::Attached(attached) = &act.content {
        sql::query("INSERT INTO case_attachment (case_id, digest, purpose) VALUES ($1, $2, $3)")
            .bind(act.journal)
            .bind(attached.attachment.digest.to_string())
            .bind(attached.attachment.purpose.name())
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Which of its duties the scheme's rule keeps from the person's others.
fn field_of(case: &Case, part: Part<'_>) -> Option<(&'static str, String)> {
    let (kind, stage) = part.judgement?;
    match kind {
        StageKind::Review | StageKind::Decision if case.separation().keeps_apart(kind) => {
            Some(("judgement", kind.name().to_owned()))
        }
        StageKind::Approval if !case.separation().rules().one_approver => {
            Some(("approval", stage.as_str().to_owned()))
        }
        _ => None,
    }
}

async fn insert_judge(
    connection: &mut Session<'_>,
    case_file: i64,
    person: &Text,
    field: &str,
    stage: &str,
) -> Result<(), StoreError> {
    // As for participants: another row of the field is refused by the key.
    sql::query(
        "INSERT INTO judge (case_file_id, person, field, stage) SELECT $1, $2, $3, $4 WHERE NOT EXISTS
         (SELECT 1 FROM judge WHERE case_file_id = $1 AND person = $2 AND field = $3 AND stage = $4)",
    )
    .bind(case_file)
    .bind(person.as_str())
    .bind(field)
    .bind(stage)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes the case as it is now; gives the file on which its participants stand.
async fn save_case(connection: &mut Session<'_>, case: &Case) -> Result<i64, StoreError> {
    let case_file = CASES.file_of(connection, case.number()).await?;
    let applicant = &case.form().request().applicant;
    sql::query(
        "INSERT INTO office_case (case_id, case_file_id, edition, holder, holder_name, status, stage, acts, head)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (case_id) DO UPDATE SET holder = excluded.holder, holder_name = excluded.holder_name,
         status = excluded.status, stage = excluded.stage, acts = excluded.acts, head = excluded.head",
    )
    .bind(case.number())
    .bind(case_file)
    .bind(case.form().scheme().as_str())
    .bind(applicant.uscc.map(|uscc| uscc.to_string()).unwrap_or_default())
    .bind(applicant.name.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default())
    .bind(case.status().name())
    .bind(case.next_stage().map(|rule| rule.code.as_str().to_owned()))
    .bind(case.acts())
    .bind(case.head().to_string())
    .execute(connection)
    .await?;
    Ok(case_file)
}

/// Notes the case a credential was prepared from.
pub(crate) async fn link_case(
    connection: &mut Session<'_>,
    credential: i64,
    case: u32,
    head: Sha256Digest,
) -> Result<(), StoreError> {
    sql::query("UPDATE credential SET case_id = $1, case_head = $2 WHERE credential_id = $3")
        .bind(case)
        .bind(head.to_string())
        .bind(credential)
        .execute(connection)
        .await?;
    Ok(())
}
