//! Instants that the clock is judged by: the newest of each source, which only move forward.

use touchstone_schemas::date_time::Timestamp;

use super::{
    Store, StoreError,
    error::read_back,
    sql::{self, Session},
};

/// Who showed an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstantSource {
    /// The office itself, when it signed.
    Own,
    /// Others: the log, the scheme owner, the registry.
    Outside,
}

impl InstantSource {
    const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Outside => "outside",
        }
    }
}

impl Store {
    /// The newest instant of a source.
    ///
    /// # Errors
    /// What the database says.
    pub async fn known_instant(&mut self, source: InstantSource) -> Result<Option<Timestamp>, StoreError> {
        let row: Option<(String,)> = sql::query_as("SELECT instant FROM known_instant WHERE source = $1")
            .bind(source.name())
            .fetch_optional(&mut self.connection().await?)
            .await?;
        row.map(|(text,)| read_back(text.parse(), "known_instant", "instant", 0))
            .transpose()
    }

    /// Takes note of an instant.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_instant(
        &mut self,
        source: InstantSource,
        instant: Timestamp,
    ) -> Result<(), StoreError> {
        note_instant(&mut self.connection().await?, source, instant).await
    }
}

/// Takes note of an instant; an older one than known changes nothing.
pub(crate) async fn note_instant(
    connection: &mut Session<'_>,
    source: InstantSource,
    instant: Timestamp,
) -> Result<(), StoreError> {
    // One spelling a timestamp, of one length: the greatest text is the latest.
    sql::query(
        "INSERT INTO known_instant (source, instant) VALUES ($1, $2)
         ON CONFLICT (source) DO UPDATE SET instant = excluded.instant
         WHERE known_instant.instant < excluded.instant",
    )
    .bind(source.name())
    .bind(instant.to_string())
    .execute(connection)
    .await?;
    Ok(())
}
