//! The console's accounts, sessions and failures to sign in.

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, text::Text};

use super::{Store, StoreError, error::read_back, sql};

/// An account.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// The argon2id hash, as a PHC string.
    pub(crate) password: String,
    /// Whether it was given by somebody else, and is to be changed first.
    pub(crate) one_time: bool,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct StoredSession {
    pub(crate) person: Text,
    pub(crate) began: i64,
    pub(crate) seen: i64,
    pub(crate) one_time: bool,
}

/// Failures to sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Failures {
    /// How many since the last success.
    pub(crate) count: u32,
    /// Unix second of the last.
    pub(crate) last: i64,
}

/// What was done about signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConsoleEvent {
    SignedIn,
    SignInFailed,
    SignedOut,
    PasswordChanged,
    AccessGiven,
}

impl ConsoleEvent {
    const fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "signedIn",
            Self::SignInFailed => "signInFailed",
            Self::SignedOut => "signedOut",
            Self::PasswordChanged => "passwordChanged",
            Self::AccessGiven => "accessGiven",
        }
    }
}

impl Store {
    /// Whether anybody may sign in.
    pub(crate) async fn has_accounts(&mut self) -> Result<bool, StoreError> {
        let (any,): (bool,) = sql::query_as("SELECT EXISTS (SELECT 1 FROM console_account)")
            .fetch_one(&mut self.connection().await?)
            .await?;
        Ok(any)
    }

    /// The account of a person.
    pub(crate) async fn account(&mut self, person: &str) -> Result<Option<Account>, StoreError> {
        let row: Option<(String, bool)> =
            sql::query_as("SELECT password, one_time FROM console_account WHERE person = $1")
                .bind(person)
                .fetch_optional(&mut self.connection().await?)
                .await?;
        Ok(row.map(|(password, one_time)| Account { password, one_time }))
    }

    /// Everybody who has an account.
    pub(crate) async fn accounts(&mut self) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = sql::query_as("SELECT person FROM console_account ORDER BY person")
            .fetch_all(&mut self.connection().await?)
            .await?;
        Ok(rows.into_iter().map(|(person,)| person).collect())
    }

    /// Gives a person a password, and ends every session under the one before.
    pub(crate) async fn set_account(&mut self, person: &Text, account: &Account) -> Result<(), StoreError> {
        let mut unit = self.begin().await?;
        sql::query(
            "INSERT INTO console_account (person, password, one_time) VALUES ($1, $2, $3) ON CONFLICT (person)
             DO UPDATE SET password = excluded.password, one_time = excluded.one_time",
        )
        .bind(person.as_str())
        .bind(&account.password)
        .bind(account.one_time)
        .execute(&mut unit)
        .await?;
        sql::query("DELETE FROM console_session WHERE person = $1")
            .bind(person.as_str())
            .execute(&mut unit)
            .await?;
        Ok(unit.commit().await?)
    }

    /// Begins a session in the place of another, and clears away those begun before `expired`.
    pub(crate) async fn begin_session(
        &mut self,
        digest: Sha256Digest,
        person: &Text,
        (now, expired): (i64, i64),
        instead_of: Option<Sha256Digest>,
    ) -> Result<(), StoreError> {
        let mut unit = self.begin().await?;
        sql::query("DELETE FROM console_session WHERE digest = $1 OR began < $2")
            .bind(instead_of.map(|digest| digest.to_string()))
            .bind(expired)
            .execute(&mut unit)
            .await?;
        sql::query("INSERT INTO console_session (digest, person, began, seen) VALUES ($1, $2, $3, $4)")
            .bind(digest.to_string())
            .bind(person.as_str())
            .bind(now)
            .bind(now)
            .execute(&mut unit)
            .await?;
        Ok(unit.commit().await?)
    }

    /// A session.
    pub(crate) async fn session(
        &mut self,
        digest: Sha256Digest,
    ) -> Result<Option<StoredSession>, StoreError> {
        let row: Option<(String, i64, i64, bool)> = sql::query_as(
            "SELECT person, began, seen, one_time FROM console_session JOIN console_account USING (person)
             WHERE digest = $1",
        )
        .bind(digest.to_string())
        .fetch_optional(&mut self.connection().await?)
        .await?;
        let Some((person, began, seen, one_time)) = row else {
            return Ok(None);
        };
        let person = read_back(Text::parse(&person), "console_session", "person", began)?;
        Ok(Some(StoredSession {
            person,
            began,
            seen,
            one_time,
        }))
    }

    /// Notes that a session is in use.
    pub(crate) async fn see_session(&mut self, digest: Sha256Digest, now: i64) -> Result<(), StoreError> {
        sql::query("UPDATE console_session SET seen = $1 WHERE digest = $2 AND seen < $1")
            .bind(now)
            .bind(digest.to_string())
            .execute(&mut self.connection().await?)
            .await?;
        Ok(())
    }

    /// Ends a session.
    pub(crate) async fn end_session(&mut self, digest: Sha256Digest) -> Result<(), StoreError> {
        sql::query("DELETE FROM console_session WHERE digest = $1")
            .bind(digest.to_string())
            .execute(&mut self.connection().await?)
            .await?;
        Ok(())
    }

    /// Failures of a subject.
    pub(crate) async fn failures(&mut self, subject: &str) -> Result<Failures, StoreError> {
        let row: Option<(u32, i64)> =
            sql::query_as("SELECT count, last FROM console_failure WHERE subject = $1")
                .bind(subject)
                .fetch_optional(&mut self.connection().await?)
                .await?;
        Ok(row.map_or_else(Failures::default, |(count, last)| Failures { count, last }))
    }

    /// Sets the failures of a subject, and forgets those of everybody whose last lies before `forgotten`.
    pub(crate) async fn set_failures(
        &mut self,
        subject: &str,
        failures: Failures,
        forgotten: i64,
    ) -> Result<(), StoreError> {
        let mut unit = self.begin().await?;
        sql::query("DELETE FROM console_failure WHERE last < $1")
            .bind(forgotten)
            .execute(&mut unit)
            .await?;
        sql::query(
            "INSERT INTO console_failure (subject, count, last) VALUES ($1, $2, $3) ON CONFLICT (subject)
             DO UPDATE SET count = excluded.count, last = excluded.last",
        )
        .bind(subject)
        .bind(failures.count)
        .bind(failures.last)
        .execute(&mut unit)
        .await?;
        Ok(unit.commit().await?)
    }

    /// Puts on record what was done about signing in.
    pub(crate) async fn note_console(
        &mut self,
        event: ConsoleEvent,
        (person, by): (&str, Option<&Text>),
        address: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sql::query("INSERT INTO console_event (at, kind, person, by, address) VALUES ($1, $2, $3, $4, $5)")
            .bind(now.to_string())
            .bind(event.name())
            .bind(person)
            .bind(by.map(Text::as_str))
            .bind(address)
            .execute(&mut self.connection().await?)
            .await?;
        Ok(())
    }
}
