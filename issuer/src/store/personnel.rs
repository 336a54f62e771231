//! The journal of people.

use touchstone_schemas::digest::Sha256Digest;

use super::{
    Store, StoreError,
    api_request::{JournalKind, name_act},
    error::read_back,
    journal::StoredAct,
    sql::{self, Session},
};
use crate::casework::{Act, Content, Personnel, PersonnelContent};

impl Store {
    /// Everybody, as the journal has it.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] when the journal does not follow; what the database says.
    pub async fn personnel(&mut self) -> Result<Personnel, StoreError> {
        read_personnel(&mut self.connection().await?).await
    }

    /// The acts of the journal of people, in order.
    pub(crate) async fn personnel_acts(&mut self) -> Result<Vec<Act<PersonnelContent>>, StoreError> {
        personnel_acts(&mut self.connection().await?).await
    }

    /// The journal of people, as it is stored.
    pub(crate) async fn personnel_rows(&mut self) -> Result<Vec<StoredAct>, StoreError> {
        type Row = (i64, String, String, Vec<u8>, String, String);
        let rows: Vec<Row> = sql::query_as(
            "SELECT sequence, kind, at, document, digest, previous FROM personnel_act ORDER BY sequence",
        )
        .fetch_all(&mut self.connection().await?)
        .await?;
        let stored = |(sequence, kind, at, document, digest, previous)| StoredAct {
            sequence,
            kind,
            at,
            person: None,
            delegator: None,
            document,
            digest,
            previous,
        };
        Ok(rows.into_iter().map(stored).collect())
    }
}

/// The acts of the journal of people.
pub(crate) async fn personnel_acts(
    connection: &mut Session<'_>,
) -> Result<Vec<Act<PersonnelContent>>, StoreError> {
    let rows: Vec<(i64, Vec<u8>)> =
        sql::query_as("SELECT sequence, document FROM personnel_act ORDER BY sequence")
            .fetch_all(connection)
            .await?;
    rows.iter()
        .map(|(sequence, document)| {
            read_back(Act::of_bytes(document), "personnel_act", "document", *sequence)
        })
        .collect()
}

/// Everybody, as the journal has it.
pub(crate) async fn read_personnel(connection: &mut Session<'_>) -> Result<Personnel, StoreError> {
    let acts = personnel_acts(connection).await?;
    let folded = Personnel::fold(&acts);
    let row = folded
        .as_ref()
        .err()
        .map_or(0, |(sequence, _)| i64::from(*sequence));
    read_back(
        folded.map_err(|(_, error)| error),
        "personnel_act",
        "document",
        row,
    )
}

/// Writes an act into the journal of people.
pub(crate) async fn insert_personnel_act(
    connection: &mut Session<'_>,
    act: &Act<PersonnelContent>,
) -> Result<(), StoreError> {
    let document = act.to_bytes();
    match &act.content {
        PersonnelContent::PersonAdded(added) => {
            sql::query("INSERT INTO person (person) VALUES ($1)")
                .bind(added.person.as_str())
                .execute(connection)
                .await?;
            insert_key(connection, &added.key.to_string(), added.person.as_str()).await?;
        }
        PersonnelContent::KeyGiven(given) => {
            insert_key(connection, &given.key.to_string(), given.person.as_str()).await?;
        }
        _ => {}
    }
    sql::query(
        "INSERT INTO personnel_act (sequence, kind, at, document, digest, previous) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(i64::from(act.sequence))
    .bind(act.content.kind())
    .bind(act.at.to_string())
    .bind(&document)
    .bind(Sha256Digest::of(&document).to_string())
    .bind(act.previous.to_string())
    .execute(connection)
    .await?;
    name_act(connection, JournalKind::People, act.journal, act.sequence).await
}

async fn insert_key(connection: &mut Session<'_>, key: &str, person: &str) -> Result<(), StoreError> {
    sql::query("INSERT INTO person_key (key, person) VALUES ($1, $2)")
        .bind(key)
        .bind(person)
        .execute(connection)
        .await?;
    Ok(())
}
