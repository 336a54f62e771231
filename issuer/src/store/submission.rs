//! The outbox: submissions and their documents, in order.

use touchstone_schemas::{date_time::Timestamp, status::StatusPurpose};

use super::{
    InstantSource, Store, StoreError, StoredStatusList,
    error::read_back,
    known_instant::note_instant,
    sql::{self, Session},
};

/// How far a submission has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its status lists are not signed yet.
    Open,
    /// Its bytes are final.
    Sealed,
    /// The registry has its documents.
    Accepted,
    /// The registry said no.
    Refused,
    /// Its documents went on in submissions of their own.
    Split,
    /// Its documents were given up.
    Void,
}

impl Stage {
    fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "open" => Self::Open,
            "sealed" => Self::Sealed,
            "accepted" => Self::Accepted,
            "refused" => Self::Refused,
            "split" => Self::Split,
            "void" => Self::Void,
            _ => return None,
        })
    }
}

/// A submission that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSubmission {
    /// Its row.
    pub id: i64,
    /// How far it has come.
    pub stage: Stage,
    /// Whether it carries every status list, whatever its documents ask for.
    pub refresh: bool,
    /// What the registry said when it refused it.
    pub problem: Option<String>,
    /// Its documents, in order.
    pub documents: Vec<SubmissionDocument>,
}

impl StoredSubmission {
    /// The documents that stand or fall with one of them: all decided ones where a version comes with the event that
    /// ends the one before, else it alone. Status lists follow from the rest.
    #[must_use]
    pub fn bound_with(&self, document: SubmissionDocument) -> Vec<SubmissionDocument> {
        if self.holds(SubmissionDocument::is_credential) && self.holds(SubmissionDocument::is_event) {
            let decided = |other: &&SubmissionDocument| !matches!(other, SubmissionDocument::StatusList(_));
            self.documents.iter().filter(decided).copied().collect()
        } else {
            vec![document]
        }
    }

    /// Whether it can be sent in parts: several decided documents, none bound with another.
    #[must_use]
    pub fn is_divisible(&self) -> bool {
        let credentials = self.documents.iter().filter(|it| it.is_credential()).count();
        let events = self.documents.iter().filter(|it| it.is_event()).count();
        (credentials > 1 && events == 0) || (events > 1 && credentials == 0)
    }

    fn holds(&self, kind: impl Fn(&SubmissionDocument) -> bool) -> bool {
        self.documents.iter().any(kind)
    }
}

/// A document of a submission, by its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubmissionDocument {
    /// A credential.
    Credential(i64),
    /// An event.
    Event(i64),
    /// A status list.
    StatusList(i64),
}

impl SubmissionDocument {
    const fn is_credential(&self) -> bool {
        matches!(self, Self::Credential(_))
    }

    const fn is_event(&self) -> bool {
        matches!(self, Self::Event(_))
    }

    /// Its row, in the column of its kind.
    const fn columns(self) -> (Option<i64>, Option<i64>, Option<i64>) {
        match self {
            Self::Credential(id) => (Some(id), None, None),
            Self::Event(id) => (None, Some(id), None),
            Self::StatusList(id) => (None, None, Some(id)),
        }
    }
}

impl Store {
    /// The submission that waits longest of those after `after`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn next_submission(&mut self, after: i64) -> Result<Option<StoredSubmission>, StoreError> {
        let row = sql::query_as(
            "SELECT submission_id, stage, refresh, problem FROM submission
             WHERE stage IN ('open', 'sealed') AND submission_id > $1 ORDER BY submission_id LIMIT 1",
        )
        .bind(after)
        .fetch_optional(&mut self.connection().await?)
        .await?;
        match row {
            Some(row) => self.submission_of_row(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// The submission a document is in.
    ///
    /// # Errors
    /// What the database says.
    pub async fn submission_of(
        &mut self,
        document: SubmissionDocument,
    ) -> Result<Option<StoredSubmission>, StoreError> {
        let (credential, event, list) = document.columns();
        let row = sql::query_as(
            "SELECT submission_id, stage, refresh, problem FROM submission
             JOIN submission_document USING (submission_id)
             WHERE credential_id = $1 OR event_id = $2 OR status_list_id = $3",
        )
        .bind(credential)
        .bind(event)
        .bind(list)
        .fetch_optional(&mut self.connection().await?)
        .await?;
        match row {
            Some(row) => self.submission_of_row(row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn submission_of_row(
        &mut self,
        (id, stage, refresh, problem): (i64, String, bool, Option<String>),
    ) -> Result<StoredSubmission, StoreError> {
        let rows = sql::query(
            "SELECT credential_id, event_id, status_list_id FROM submission_document
             WHERE submission_id = $1 ORDER BY place",
        )
        .bind(id)
        .fetch_all(&mut self.connection().await?)
        .await?;
        let mut documents = Vec::with_capacity(rows.len());
        for row in &rows {
            let column = |name: &'static str| row.try_get::<Option<i64>>(name);
            let credential = column("credential_id")?.map(SubmissionDocument::Credential);
            let event = column("event_id")?.map(SubmissionDocument::Event);
            let list = column("status_list_id")?.map(SubmissionDocument::StatusList);
            documents.extend(credential.or(event).or(list));
        }
        let stage = Stage::of_name(&stage).ok_or(stage);
        Ok(StoredSubmission {
            id,
            stage: read_back(stage, "submission", "stage", id)?,
            refresh,
            problem,
            documents,
        })
    }

    /// A status list by its row.
    ///
    /// # Errors
    /// What the database says.
    pub async fn status_list(&mut self, id: i64) -> Result<StoredStatusList, StoreError> {
        let (purpose, list, sequence, valid_from, signed): (String, i64, i64, String, Vec<u8>) = sql::query_as(
            "SELECT purpose, list, sequence, valid_from, signed FROM status_list WHERE status_list_id = $1",
        )
        .bind(id)
        .fetch_one(&mut self.connection().await?)
        .await?;
        let purpose = StatusPurpose::of_name(&purpose).ok_or(purpose);
        Ok(StoredStatusList {
            id,
            purpose: read_back(purpose, "status_list", "purpose", id)?,
            list: read_back(u32::try_from(list), "status_list", "list", id)?,
            sequence: read_back(u64::try_from(sequence), "status_list", "sequence", id)?,
            valid_from: read_back(valid_from.parse(), "status_list", "valid_from", id)?,
            signed,
        })
    }

    /// What the registry said to submissions it refused.
    ///
    /// # Errors
    /// What the database says.
    pub async fn refused_submissions(&mut self) -> Result<Vec<(i64, String)>, StoreError> {
        Ok(sql::query_as(
            "SELECT submission_id, coalesce(problem, '') FROM submission WHERE stage = 'refused' ORDER BY 1",
        )
        .fetch_all(&mut self.connection().await?)
        .await?)
    }

    /// Puts refused submissions back in the outbox.
    ///
    /// # Errors
    /// What the database says.
    pub async fn reopen_refused(&mut self) -> Result<(), StoreError> {
        let refused = self.refused_submissions().await?;
        let mut unit = self.begin().await?;
        for (id, _) in refused {
            unseal(&mut unit, id).await?;
        }
        Ok(unit.commit().await?)
    }

    /// Whether a refresh of all lists waits already.
    ///
    /// # Errors
    /// What the database says.
    pub async fn refresh_waits(&mut self) -> Result<bool, StoreError> {
        let (waits,) = sql::query_as(
            "SELECT count(*) > 0 FROM submission WHERE refresh AND stage IN ('open', 'sealed')",
        )
        .fetch_one(&mut self.connection().await?)
        .await?;
        Ok(waits)
    }
}

/// Puts a new submission in the outbox.
pub(crate) async fn insert_submission(
    connection: &mut Session<'_>,
    documents: &[SubmissionDocument],
    refresh: bool,
) -> Result<i64, StoreError> {
    let (id,): (i64,) =
        sql::query_as("INSERT INTO submission (stage, refresh) VALUES ('open', $1) RETURNING submission_id")
            .bind(refresh)
            .fetch_one(connection)
            .await?;
    for document in documents {
        attach(connection, id, *document).await?;
    }
    Ok(id)
}

/// Adds a document to a submission, after the others.
pub(crate) async fn attach(
    connection: &mut Session<'_>,
    submission: i64,
    document: SubmissionDocument,
) -> Result<(), StoreError> {
    let (credential, event, list) = document.columns();
    sql::query(
        "INSERT INTO submission_document (submission_id, place, credential_id, event_id, status_list_id)
         VALUES ($1, (SELECT coalesce(max(place) + 1, 0) FROM submission_document WHERE submission_id = $1),
         $2, $3, $4)",
    )
    .bind(submission)
    .bind(credential)
    .bind(event)
    .bind(list)
    .execute(connection)
    .await?;
    Ok(())
}

/// From now on the submission's bytes are final.
pub(crate) async fn seal(connection: &mut Session<'_>, submission: i64) -> Result<(), StoreError> {
    sql::query("UPDATE submission SET stage = 'sealed' WHERE submission_id = $1 AND stage = 'open'")
        .bind(submission)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes the status lists out of a submission that was refused; they stay on file.
pub(crate) async fn unseal(connection: &mut Session<'_>, submission: i64) -> Result<(), StoreError> {
    sql::query("DELETE FROM submission_document WHERE submission_id = $1 AND status_list_id IS NOT NULL")
        .bind(submission)
        .execute(connection)
        .await?;
    sql::query("UPDATE submission SET stage = 'open', problem = NULL WHERE submission_id = $1")
        .bind(submission)
        .execute(connection)
        .await?;
    Ok(())
}

/// Records that the registry said no.
pub(crate) async fn refuse(
    connection: &mut Session<'_>,
    submission: i64,
    problem: &str,
) -> Result<(), StoreError> {
    sql::query("UPDATE submission SET stage = 'refused', problem = $1 WHERE submission_id = $2")
        .bind(problem)
        .bind(submission)
        .execute(connection)
        .await?;
    Ok(())
}

/// Sends each document of a submission on its own, so that one fault does not hold up the others.
pub(crate) async fn split(
    connection: &mut Session<'_>,
    submission: &StoredSubmission,
) -> Result<(), StoreError> {
    sql::query("DELETE FROM submission_document WHERE submission_id = $1")
        .bind(submission.id)
        .execute(connection)
        .await?;
    sql::query("UPDATE submission SET stage = 'split' WHERE submission_id = $1")
        .bind(submission.id)
        .execute(connection)
        .await?;
    for document in &submission.documents {
        if !matches!(document, SubmissionDocument::StatusList(_)) {
            insert_submission(connection, &[*document], false).await?;
        }
    }
    Ok(())
}

/// Puts a document into a submission of its own, so that what holds it up holds up nothing else.
pub(crate) async fn set_apart(
    connection: &mut Session<'_>,
    submission: i64,
    document: SubmissionDocument,
) -> Result<i64, StoreError> {
    let (credential, event, list) = document.columns();
    sql::query(
        "DELETE FROM submission_document
         WHERE submission_id = $1 AND (credential_id = $2 OR event_id = $3 OR status_list_id = $4)",
    )
    .bind(submission)
    .bind(credential)
    .bind(event)
    .bind(list)
    .execute(connection)
    .await?;
    insert_submission(connection, &[document], false).await
}

/// Takes a submission whose documents were all given up out of the outbox.
pub(crate) async fn give_up(connection: &mut Session<'_>, submission: i64) -> Result<(), StoreError> {
    sql::query("UPDATE submission SET stage = 'void' WHERE submission_id = $1")
        .bind(submission)
        .execute(connection)
        .await?;
    Ok(())
}

/// Records why a document is not signed.
pub(crate) async fn hinder(
    connection: &mut Session<'_>,
    document: SubmissionDocument,
    hindrance: &str,
) -> Result<(), StoreError> {
    let (credential, event, _) = document.columns();
    sql::query("UPDATE credential SET hindrance = $1 WHERE credential_id = $2 AND signed IS NULL")
        .bind(hindrance)
        .bind(credential)
        .execute(connection)
        .await?;
    sql::query("UPDATE event SET hindrance = $1 WHERE event_id = $2 AND signed IS NULL")
        .bind(hindrance)
        .bind(event)
        .execute(connection)
        .await?;
    Ok(())
}

/// A receipt, with the document it is for.
pub(crate) struct ReceiptRow {
    pub(crate) document: SubmissionDocument,
    pub(crate) receipt: String,
    pub(crate) recorded: Timestamp,
}

/// Stores the registry's receipts: the submission is done.
pub(crate) async fn accept(
    connection: &mut Session<'_>,
    submission: i64,
    receipts: &[ReceiptRow],
) -> Result<(), StoreError> {
    if let Some(newest) = receipts.iter().map(|row| row.recorded).max() {
        note_instant(connection, InstantSource::Outside, newest).await?;
    }
    for row in receipts {
        let recorded = row.recorded.to_string();
        let query = match row.document {
            SubmissionDocument::Credential(id) => {
                sql::query("UPDATE credential SET receipt = $1, recorded = $2 WHERE credential_id = $3")
                    .bind(&row.receipt)
                    .bind(recorded)
                    .bind(id)
            }
            SubmissionDocument::Event(id) => {
                sql::query("UPDATE event SET receipt = $1, recorded = $2 WHERE event_id = $3")
                    .bind(&row.receipt)
                    .bind(recorded)
                    .bind(id)
            }
            SubmissionDocument::StatusList(id) => {
                sql::query("UPDATE status_list SET receipt = $1 WHERE status_list_id = $2")
                    .bind(&row.receipt)
                    .bind(id)
            }
        };
        query.execute(connection).await?;
    }
    sql::query("UPDATE submission SET stage = 'accepted' WHERE submission_id = $1")
        .bind(submission)
        .execute(connection)
        .await?;
    Ok(())
}
