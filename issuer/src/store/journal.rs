//! Journals of acts, each in a table of its own: read, checked and written on alike.

use touchstone_schemas::{digest::Sha256Digest, text::Text};

use super::{
    StoreError,
    error::read_back,
    sql::{self, Row, Session},
};
use crate::casework::{Act, Content};

/// A row of a journal as it is stored, for checking.
#[derive(Clone, Debug)]
pub(crate) struct StoredAct {
    pub(crate) sequence: i64,
    pub(crate) kind: String,
    pub(crate) at: String,
    pub(crate) person: Option<String>,
    pub(crate) delegator: Option<String>,
    pub(crate) document: Vec<u8>,
    pub(crate) digest: String,
    pub(crate) previous: String,
}

impl StoredAct {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            sequence: row.try_get("sequence")?,
            kind: row.try_get("kind")?,
            at: row.try_get("at")?,
            person: row.try_get("person")?,
            delegator: row.try_get("delegator")?,
            document: row.try_get("document")?,
            digest: row.try_get("digest")?,
            previous: row.try_get("previous")?,
        })
    }
}

/// The journals of one kind: the table of their acts, and what is asked of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Journal {
    table: &'static str,
    next: &'static str,
    documents: &'static str,
    rows: &'static str,
    insert: &'static str,
    file: &'static str,
}

/// `journal!(table of what has journals, its key, table of acts; further columns of an act and their parameters)`.
macro_rules! journal {
    ($of:literal, $key:literal, $acts:literal; $columns:literal, $parameters:literal) => {
        Journal {
            table: $acts,
            next: concat!("SELECT coalesce(max(", $key, "), 0) + 1 FROM ", $of),
            documents: concat!(
                "SELECT sequence, document FROM ",
                $acts,
                " WHERE ",
                $key,
                " = $1 ORDER BY sequence"
            ),
            rows: concat!(
                "SELECT sequence, kind, at, person, delegator, document, digest, previous FROM ",
                $acts,
                " WHERE ",
                $key,
                " = $1 ORDER BY sequence"
            ),
            insert: concat!(
                "INSERT INTO ",
                $acts,
                " (",
                $key,
                ", sequence, kind, person, delegator, at, document, digest, previous",
                $columns,
                ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9",
                $parameters,
                ")"
            ),
            file: concat!("SELECT case_file_id FROM ", $of, " WHERE ", $key, " = $1"),
        }
    };
}

/// The journals of cases.
pub(super) const CASES: Journal = journal!("office_case", "case_id", "case_act"; ", case_file_id, side, field, stage", ", $10, $11, $12, $13");
/// The journals of measures.
pub(super) const MEASURES: Journal =
    journal!("measure", "measure_id", "measure_act"; ", case_file_id, side", ", $10, $11");
/// The journals of complaints.
pub(super) const COMPLAINTS: Journal =
    journal!("complaint", "complaint_id", "complaint_act"; ", case_file_id, side", ", $10, $11");
/// The journals of batches.
pub(super) const BATCHES: Journal = journal!("batch", "batch_id", "batch_act"; "", "");

impl Journal {
    /// The number of the next one.
    pub(super) async fn next(self, session: &mut Session<'_>) -> Result<u32, StoreError> {
        let (next,): (i64,) = sql::query_as(self.next).fetch_one(session).await?;
        u32::try_from(next).map_err(|_| StoreError::Exhausted { what: self.table })
    }

    /// The acts of one, in order.
    pub(super) async fn acts<C: Content>(
        self,
        session: &mut Session<'_>,
        number: u32,
    ) -> Result<Vec<Act<C>>, StoreError> {
        let rows: Vec<(i64, Vec<u8>)> = sql::query_as(self.documents)
            .bind(number)
            .fetch_all(session)
            .await?;
        rows.iter()
            .map(|(sequence, document)| read_back(Act::of_bytes(document), self.table, "document", *sequence))
            .collect()
    }

    /// The acts of one, as they are stored.
    pub(super) async fn rows(
        self,
        session: &mut Session<'_>,
        number: u32,
    ) -> Result<Vec<StoredAct>, StoreError> {
        let rows = sql::query(self.rows).bind(number).fetch_all(session).await?;
        rows.iter().map(StoredAct::of).collect()
    }

    /// What acts of it fold into; the row where they do not is named.
    pub(super) fn folded<T, E: ToString>(self, folded: Result<T, (u32, E)>) -> Result<T, StoreError> {
        let row = folded.as_ref().err().map_or(0, |(sequence, _)| *sequence);
        let folded = folded.map_err(|(_, error)| error);
        read_back(folded, self.table, "document", row.into())
    }

    /// The file on which the participants of one stand: the one it has, or a new one. Batches have none.
    pub(super) async fn file_of(self, session: &mut Session<'_>, number: u32) -> Result<i64, StoreError> {
        let found: Option<(i64,)> = sql::query_as(self.file)
            .bind(number)
            .fetch_optional(session)
            .await?;
        match found {
            Some((case_file,)) => Ok(case_file),
            None => new_file(session).await,
        }
    }

    /// Writes an act that was taken in; its further columns are bound by the caller.
    pub(super) fn insert<C: Content>(self, act: &Act<C>) -> sql::Query {
        let (document, by) = (act.to_bytes(), act.by.as_ref());
        sql::query(self.insert)
            .bind(act.journal)
            .bind(act.sequence)
            .bind(act.content.kind())
            .bind(by.map(|by| by.person.as_str()))
            .bind(by.and_then(|by| by.delegator()).map(Text::as_str))
            .bind(act.at.to_string())
            .bind(&document)
            .bind(Sha256Digest::of(&document).to_string())
            .bind(act.previous.to_string())
    }
}

/// A new file, on which nobody stands.
pub(super) async fn new_file(session: &mut Session<'_>) -> Result<i64, StoreError> {
    let (id,): (i64,) = sql::query_as("INSERT INTO case_file DEFAULT VALUES RETURNING case_file_id")
        .fetch_one(session)
        .await?;
    Ok(id)
}
