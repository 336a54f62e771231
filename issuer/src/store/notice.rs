//! How clients are reached, and the queue of notices to them.

use touchstone_schemas::{date_time::Timestamp, text::Text};

use super::{
    Store, StoreError, StoredCredential, StoredEvent,
    error::read_back,
    sql::{self, Row},
};

/// How a client is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The client's unified social credit code.
    pub holder: String,
    /// Who reads mail there.
    pub name: String,
    /// Their address.
    pub mail: String,
}

/// A notice to be queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// What it is about: one notice a key.
    pub key: String,
    /// The client.
    pub holder: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// The day it is about.
    pub calendar: Option<String>,
}

/// A notice of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNotice {
    /// Its row.
    pub id: i64,
    /// What it is about.
    pub key: String,
    /// The client.
    pub holder: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// The day it is about.
    pub calendar: Option<String>,
    /// waiting, sent or dead.
    pub state: String,
    /// Tries so far.
    pub attempts: u32,
    /// To whom it went.
    pub recipient: Option<String>,
    /// When.
    pub sent_at: Option<String>,
    /// Why it did not go when that was last tried.
    pub problem: Option<String>,
}

impl StoredNotice {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let id: i64 = row.try_get("notice_id")?;
        let attempts: i64 = row.try_get("attempts")?;
        Ok(Self {
            id,
            key: row.try_get("key")?,
            holder: row.try_get("holder")?,
            subject: row.try_get("subject")?,
            body: row.try_get("body")?,
            calendar: row.try_get("calendar")?,
            state: row.try_get("state")?,
            attempts: read_back(u32::try_from(attempts), "notice", "attempts", id)?,
            recipient: row.try_get("recipient")?,
            sent_at: row.try_get("sent_at")?,
            problem: row.try_get("problem")?,
        })
    }
}

impl Store {
    /// Puts on record how a client is reached from now on.
    ///
    /// # Errors
    /// What the database says.
    pub async fn keep_contact(
        &mut self,
        contact: &Contact,
        by: &Text,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        sql::query("INSERT INTO contact (holder, name, mail, person, at) VALUES ($1, $2, $3, $4, $5)")
            .bind(&contact.holder)
            .bind(&contact.name)
            .bind(&contact.mail)
            .bind(by.as_str())
            .bind(at.to_string())
            .execute(&mut self.connection().await?)
            .await?;
        Ok(())
    }

    /// How a client is reached now.
    ///
    /// # Errors
    /// What the database says.
    pub async fn contact(&mut self, holder: &str) -> Result<Option<Contact>, StoreError> {
        let row: Option<(String, String)> = sql::query_as(
            "SELECT name, mail FROM contact WHERE holder = $1 ORDER BY contact_id DESC LIMIT 1",
        )
        .bind(holder)
        .fetch_optional(&mut self.connection().await?)
        .await?;
        Ok(row.map(|(name, mail)| Contact {
            holder: holder.to_owned(),
            name,
            mail,
        }))
    }

    /// Queues notices, one a key whatever was queued before; gives how many are new.
    pub(crate) async fn queue_notices(
        &mut self,
        notices: &[NewNotice],
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let (mut unit, mut queued) = (self.begin().await?, 0);
        for notice in notices {
            let done = sql::query(
                "INSERT INTO notice (key, holder, subject, body, calendar, state, attempts, next_at, made_at)
                 VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, $7) ON CONFLICT (key) DO NOTHING",
            )
            .bind(&notice.key)
            .bind(&notice.holder)
            .bind(&notice.subject)
            .bind(&notice.body)
            .bind(&notice.calendar)
            .bind(now.unix())
            .bind(now.to_string())
            .execute(&mut unit)
            .await?;
            queued += done;
        }
        unit.commit().await?;
        Ok(queued)
    }

    /// Notices to be sent by that second, the oldest first, at most `limit`.
    pub(crate) async fn waiting_notices(
        &mut self,
        second: i64,
        limit: u32,
    ) -> Result<Vec<StoredNotice>, StoreError> {
        let rows = sql::query(
            "SELECT * FROM notice WHERE state = 'waiting' AND next_at <= $1 ORDER BY next_at, notice_id LIMIT $2",
        )
        .bind(second)
        .bind(limit)
        .fetch_all(&mut self.connection().await?)
        .await?;
        rows.iter().map(StoredNotice::of).collect()
    }

    /// Notices of one state, or all, newest first, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn notices(
        &mut self,
        state: Option<&str>,
        limit: u32,
    ) -> Result<Vec<StoredNotice>, StoreError> {
        let rows = sql::query(
            "SELECT * FROM notice WHERE $1 IS NULL OR state = $1 ORDER BY notice_id DESC LIMIT $2",
        )
        .bind(state)
        .bind(limit)
        .fetch_all(&mut self.connection().await?)
        .await?;
        rows.iter().map(StoredNotice::of).collect()
    }

    /// The server took a notice.
    pub(crate) async fn notice_sent(&mut self, id: i64, to: &str, at: Timestamp) -> Result<(), StoreError> {
        sql::query(
            "UPDATE notice SET state = 'sent', attempts = attempts + 1, recipient = $1, sent_at = $2, problem = NULL
             WHERE notice_id = $3 AND state = 'waiting'",
        )
        .bind(to)
        .bind(at.to_string())
        .bind(id)
        .execute(&mut self.connection().await?)
        .await?;
        Ok(())
    }

    /// The server did not take a notice: tried again at that second, or given up.
    pub(crate) async fn notice_failed(
        &mut self,
        id: i64,
        problem: &str,
        next: Option<i64>,
    ) -> Result<(), StoreError> {
        sql::query(
            "UPDATE notice SET state = CASE WHEN $1 IS NULL THEN 'dead' ELSE 'waiting' END,
             next_at = coalesce($1, next_at), attempts = attempts + 1, problem = $2
             WHERE notice_id = $3 AND state = 'waiting'",
        )
        .bind(next)
        .bind(problem)
        .bind(id)
        .execute(&mut self.connection().await?)
        .await?;
        Ok(())
    }

    /// Puts a notice that was given up back into the queue; whether there was one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn revive_notice(&mut self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        let done = sql::query(
            "UPDATE notice SET state = 'waiting', attempts = 0, next_at = $1 WHERE notice_id = $2 AND state = 'dead'",
        )
        .bind(now.unix())
        .bind(id)
        .execute(&mut self.connection().await?)
        .await?;
        Ok(done == 1)
    }

    /// Credentials that the registry has since, of which no notice was queued.
    pub(crate) async fn credentials_without_notice(
        &mut self,
        since: Timestamp,
    ) -> Result<Vec<StoredCredential>, StoreError> {
        let rows = sql::query(
            "SELECT * FROM credential WHERE receipt IS NOT NULL AND recorded >= $1 AND NOT EXISTS
             (SELECT 1 FROM notice WHERE key = 'issued:' || credential_id) ORDER BY credential_id",
        )
        .bind(since.to_string())
        .fetch_all(&mut self.connection().await?)
        .await?;
        rows.iter().map(StoredCredential::of).collect()
    }

    /// Events that the registry has since, of which no notice was queued.
    pub(crate) async fn events_without_notice(
        &mut self,
        since: Timestamp,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let rows = sql::query(
            "SELECT * FROM event WHERE receipt IS NOT NULL AND recorded >= $1 AND NOT EXISTS
             (SELECT 1 FROM notice WHERE key = 'event:' || event_id) ORDER BY event_id",
        )
        .bind(since.to_string())
        .fetch_all(&mut self.connection().await?)
        .await?;
        rows.iter().map(StoredEvent::of).collect()
    }
}
