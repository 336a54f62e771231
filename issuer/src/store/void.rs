//! Voids: documents given up before the registry had them, with who, when and why.

use touchstone_schemas::{date_time::Timestamp, text::Text};

use super::{
    StoreError, SubmissionDocument,
    error::read_back,
    sql::{self, Row, Session},
};

/// How a document was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Void {
    /// The person who gave it up.
    pub person: Text,
    /// The office held.
    pub office: Text,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Text,
    /// What the registry had said; none for what was never signed.
    pub problem: Option<String>,
}

impl Void {
    /// Out of a row joined with its void, if it has one.
    pub(super) fn of(row: &Row) -> Result<Option<Self>, StoreError> {
        let Some(id) = row.try_get::<Option<i64>>("void_id")? else {
            return Ok(None);
        };
        let text = |column: &'static str| -> Result<Text, StoreError> {
            let found: String = row.try_get(column)?;
            read_back(Text::parse(&found), "void", column, id)
        };
        let at: String = row.try_get("voided_at")?;
        Ok(Some(Self {
            person: text("person")?,
            office: text("office")?,
            at: read_back(at.parse(), "void", "voided_at", id)?,
            reason: text("reason")?,
            problem: row.try_get("problem")?,
        }))
    }
}

/// Records a void and marks its documents; none of them may have a receipt, the table sees to that.
pub(crate) async fn insert_void(
    connection: &mut Session<'_>,
    void: &Void,
    documents: &[SubmissionDocument],
) -> Result<(), StoreError> {
    let (id,): (i64,) = sql::query_as(
        "INSERT INTO void (person, office, voided_at, reason, problem) VALUES ($1, $2, $3, $4, $5) RETURNING void_id",
    )
    .bind(void.person.as_str())
    .bind(void.office.as_str())
    .bind(void.at.to_string())
    .bind(void.reason.as_str())
    .bind(void.problem.as_deref())
    .fetch_one(connection)
    .await?;
    for document in documents {
        let query = match document {
            SubmissionDocument::Credential(row) => {
                sql::query("UPDATE credential SET void_id = $1 WHERE credential_id = $2 AND void_id IS NULL")
                    .bind(id)
                    .bind(row)
            }
            SubmissionDocument::Event(row) => {
                sql::query("UPDATE event SET void_id = $1 WHERE event_id = $2 AND void_id IS NULL")
                    .bind(id)
                    .bind(row)
            }
            // A list says what is; there is nothing in it to give up.
            SubmissionDocument::StatusList(_) => continue,
        };
        query.execute(connection).await?;
    }
    Ok(())
}
