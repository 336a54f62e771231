//! Events: prepared, signed, delivered.

use std::collections::BTreeMap;

use touchstone_schemas::{
    budget::MAX_CREDENTIAL_BYTES, date_time::Timestamp, json, lifecycle::Event, text::Text,
};

use super::{
    Store, StoreError, Void,
    duty::insert_case_file,
    error::read_back,
    sql::{self, Row, Session},
};
use crate::{keys::SignedDocument, prepare::PreparedEvent};

/// An event on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its row.
    pub id: i64,
    /// The file with its duties.
    pub case_file: i64,
    /// The credential's row.
    pub credential: i64,
    /// Its facts.
    pub event: Event,
    /// When it was prepared.
    pub prepared_at: Timestamp,
    /// The bytes to be signed.
    pub unsecured: Vec<u8>,
    /// Why it could not be signed when that was last tried.
    pub hindrance: Option<String>,
    /// The signed document.
    pub signed: Option<Vec<u8>>,
    /// The registry's receipt, as JSON.
    pub receipt: Option<String>,
    /// When the log recorded it.
    pub recorded: Option<Timestamp>,
    /// The measure it carries out.
    pub measure: Option<u32>,
    /// The case of the certificate that follows.
    pub case: Option<u32>,
}

/// An event of the office's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedEvent {
    /// The event.
    pub stored: StoredEvent,
    /// What the registry said when it refused it.
    pub refusal: Option<String>,
    /// How it was given up.
    pub void: Option<Void>,
}

impl StoredEvent {
    pub(super) fn of(row: &Row) -> Result<Self, StoreError> {
        let id: i64 = row.try_get("event_id")?;
        let number = |column: &'static str| -> Result<Option<u32>, StoreError> {
            let number: Option<i64> = row.try_get(column)?;
            number
                .map(|number| read_back(u32::try_from(number), "event", column, id))
                .transpose()
        };
        let unsecured: Vec<u8> = row.try_get("unsecured")?;
        let document = read_back(
            json::parse(&unsecured, MAX_CREDENTIAL_BYTES),
            "event",
            "unsecured",
            id,
        )?;
        let event = read_back(Event::from_document(&document), "event", "unsecured", id)?;
        let prepared_at: String = row.try_get("prepared_at")?;
        let recorded: Option<String> = row.try_get("recorded")?;
        Ok(Self {
            id,
            case_file: row.try_get("case_file_id")?,
            credential: row.try_get("credential_id")?,
            event,
            prepared_at: read_back(prepared_at.parse(), "event", "prepared_at", id)?,
            hindrance: row.try_get("hindrance")?,
            signed: row.try_get("signed")?,
            receipt: row.try_get("receipt")?,
            recorded: recorded
                .map(|text| read_back(text.parse(), "event", "recorded", id))
                .transpose()?,
            unsecured,
            measure: number("measure_id")?,
            case: number("case_id")?,
        })
    }
}

impl Store {
    /// The events of a credential, in order, without those voided.
    ///
    /// # Errors
    /// What the database says.
    pub async fn events(&mut self, credential: i64) -> Result<Vec<StoredEvent>, StoreError> {
        let rows =
            sql::query("SELECT * FROM event WHERE credential_id = $1 AND void_id IS NULL ORDER BY sequence")
                .bind(credential)
                .fetch_all(&mut self.connection().await?)
                .await?;
        rows.iter().map(StoredEvent::of).collect()
    }

    /// The events of all credentials of a status list by the credential's row, in order, without those voided.
    ///
    /// # Errors
    /// What the database says.
    pub async fn events_of_list(&mut self, list: u32) -> Result<BTreeMap<i64, Vec<StoredEvent>>, StoreError> {
        let rows = sql::query(
            "SELECT event.* FROM event JOIN credential USING (credential_id)
             WHERE list = $1 AND event.void_id IS NULL ORDER BY event.sequence",
        )
        .bind(i64::from(list))
        .fetch_all(&mut self.connection().await?)
        .await?;
        let mut events: BTreeMap<i64, Vec<StoredEvent>> = BTreeMap::new();
        for row in &rows {
            let event = StoredEvent::of(row)?;
            events.entry(event.credential).or_default().push(event);
        }
        Ok(events)
    }

    /// Events the registry does not have, those voided too.
    ///
    /// # Errors
    /// What the database says.
    pub async fn undelivered_events(&mut self) -> Result<Vec<ListedEvent>, StoreError> {
        let rows = sql::query(
            "SELECT event.*, void.*,
             (SELECT coalesce(problem, '') FROM submission JOIN submission_document USING (submission_id)
              WHERE submission_document.event_id = event.event_id AND stage = 'refused') AS refusal
             FROM event LEFT JOIN void USING (void_id) WHERE receipt IS NULL ORDER BY event_id",
        )
        .fetch_all(&mut self.connection().await?)
        .await?;
        let listed = |row: &Row| {
            Ok(ListedEvent {
                stored: StoredEvent::of(row)?,
                refusal: row.try_get("refusal")?,
                void: Void::of(row)?,
            })
        };
        rows.iter().map(listed).collect()
    }

    /// The events of a holder's credentials which the registry has.
    ///
    /// # Errors
    /// What the database says.
    pub async fn events_of_holder(&mut self, uscc: &str) -> Result<Vec<StoredEvent>, StoreError> {
        let rows = sql::query(
            "SELECT event.* FROM event JOIN credential USING (credential_id)
             WHERE holder = $1 AND event.receipt IS NOT NULL ORDER BY event_id",
        )
        .bind(uscc)
        .fetch_all(&mut self.connection().await?)
        .await?;
        rows.iter().map(StoredEvent::of).collect()
    }

    /// The event of a credential made on this decision, unless it was voided.
    ///
    /// # Errors
    /// What the database says.
    pub async fn event_of_decision(
        &mut self,
        credential: i64,
        decision: &Text,
    ) -> Result<Option<StoredEvent>, StoreError> {
        let row =
            sql::query("SELECT * FROM event WHERE credential_id = $1 AND decision = $2 AND void_id IS NULL")
                .bind(credential)
                .bind(decision.as_str())
                .fetch_optional(&mut self.connection().await?)
                .await?;
        row.as_ref().map(StoredEvent::of).transpose()
    }

    /// The first event made on this decision, of whichever credential, unless it was voided.
    ///
    /// # Errors
    /// What the database says.
    pub async fn first_event_of_decision(
        &mut self,
        decision: &Text,
    ) -> Result<Option<StoredEvent>, StoreError> {
        let query = "SELECT * FROM event WHERE decision = $1 AND void_id IS NULL ORDER BY event_id LIMIT 1";
        let row = sql::query(query)
            .bind(decision.as_str())
            .fetch_optional(&mut self.connection().await?)
            .await?;
        row.as_ref().map(StoredEvent::of).transpose()
    }

    /// An event by its row.
    ///
    /// # Errors
    /// What the database says.
    pub async fn event(&mut self, id: i64) -> Result<StoredEvent, StoreError> {
        let row = sql::query("SELECT * FROM event WHERE event_id = $1")
            .bind(id)
            .fetch_one(&mut self.connection().await?)
            .await?;
        StoredEvent::of(&row)
    }

    /// The signed events of a credential, in order of their rows, those voided too.
    ///
    /// # Errors
    /// What the database says.
    pub async fn signed_events(&mut self, credential: i64) -> Result<Vec<StoredEvent>, StoreError> {
        let query = "SELECT * FROM event WHERE credential_id = $1 AND signed IS NOT NULL ORDER BY event_id";
        let rows = sql::query(query)
            .bind(credential)
            .fetch_all(&mut self.connection().await?)
            .await?;
        rows.iter().map(StoredEvent::of).collect()
    }

    /// Events prepared and not yet signed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn unsigned_events(&mut self) -> Result<Vec<StoredEvent>, StoreError> {
        let rows =
            sql::query("SELECT * FROM event WHERE signed IS NULL AND void_id IS NULL ORDER BY event_id")
                .fetch_all(&mut self.connection().await?)
                .await?;
        rows.iter().map(StoredEvent::of).collect()
    }
}

/// Stores what is about to be signed.
pub(crate) async fn insert_event(
    connection: &mut Session<'_>,
    credential: i64,
    prepared: &PreparedEvent,
) -> Result<i64, StoreError> {
    let case_file = insert_case_file(connection, prepared.duties()).await?;
    let (id,) = sql::query_as(
        "INSERT INTO event (case_file_id, credential_id, sequence, decision, prepared_at, unsecured, lints)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING event_id",
    )
    .bind(case_file)
    .bind(credential)
    .bind(i64::from(prepared.event().sequence))
    .bind(prepared.event().decision.as_str())
    .bind(prepared.prepared_at().to_string())
    .bind(prepared.unsecured())
    .bind(prepared.lints().join(" "))
    .fetch_one(connection)
    .await?;
    Ok(id)
}

/// Stores a signed event.
pub(crate) async fn store_signed_event(
    connection: &mut Session<'_>,
    id: i64,
    signed: &SignedDocument,
) -> Result<(), StoreError> {
    sql::query(
        "UPDATE event SET signed = $1, digest = $2, hindrance = NULL
         WHERE event_id = $3 AND signed IS NULL AND void_id IS NULL",
    )
    .bind(signed.bytes())
    .bind(signed.digest().to_string())
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}
