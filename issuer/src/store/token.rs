//! Tokens of the API: the secret is never here, only its digest.

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, text::Text};

use super::{
    Store, StoreError,
    error::read_back,
    sql::{self, Row},
};
use crate::token::Scope;

/// A token on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// Its number.
    pub id: i64,
    /// By which it is found.
    pub prefix: String,
    /// SHA-256 of its secret.
    pub(crate) digest: Sha256Digest,
    /// For whom it acts.
    pub person: Text,
    /// What it is for.
    pub name: Text,
    /// What may be done with it.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created: Timestamp,
    /// Who made it.
    pub by: Text,
    /// From when on it counts no longer.
    pub expires: Timestamp,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
}

const TABLE: &str = "office_token";

impl StoredToken {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let id: i64 = row.try_get("office_token_id")?;
        let text = |column: &'static str| -> Result<Text, StoreError> {
            read_back(Text::parse(&row.try_get::<String>(column)?), TABLE, column, id)
        };
        let instant = |column: &'static str, second: i64| {
            let found = Timestamp::from_unix(second).ok_or("not an instant");
            read_back(found, TABLE, column, id)
        };
        let scopes: String = row.try_get("scopes")?;
        let scopes: Result<Vec<Scope>, _> = scopes.split(' ').map(str::parse).collect();
        let created: String = row.try_get("created")?;
        let digest: String = row.try_get("digest")?;
        let revoked: Option<i64> = row.try_get("revoked")?;
        Ok(Self {
            id,
            prefix: row.try_get("prefix")?,
            digest: read_back(digest.parse(), TABLE, "digest", id)?,
            person: text("person")?,
            name: text("name")?,
            scopes: read_back(scopes, TABLE, "scopes", id)?,
            created: read_back(created.parse(), TABLE, "created", id)?,
            by: text("by")?,
            expires: instant("expires", row.try_get("expires")?)?,
            revoked: revoked.map(|second| instant("revoked", second)).transpose()?,
        })
    }

    /// Whether it counts at an instant.
    #[must_use]
    pub fn counts(&self, at: Timestamp) -> bool {
        self.revoked.is_none() && at < self.expires
    }
}

/// A token about to be kept.
#[derive(Clone, Debug)]
pub(crate) struct NewToken<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) digest: Sha256Digest,
    pub(crate) person: &'a Text,
    pub(crate) name: &'a Text,
    pub(crate) scopes: &'a [Scope],
    pub(crate) by: &'a Text,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
}

impl Store {
    /// Keeps a token.
    pub(crate) async fn insert_token(&mut self, token: NewToken<'_>) -> Result<(), StoreError> {
        let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.name()).collect();
        sql::query(
            "INSERT INTO office_token (prefix, digest, person, name, scopes, created, by, expires)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(token.prefix)
        .bind(token.digest.to_string())
        .bind(token.person.as_str())
        .bind(token.name.as_str())
        .bind(scopes.join(" "))
        .bind(token.created.to_string())
        .bind(token.by.as_str())
        .bind(token.expires.unix())
        .execute(&mut self.connection().await?)
        .await?;
        Ok(())
    }

    /// The token of a prefix.
    pub(crate) async fn token(&mut self, prefix: &str) -> Result<Option<StoredToken>, StoreError> {
        let row = sql::query("SELECT * FROM office_token WHERE prefix = $1")
            .bind(prefix)
            .fetch_optional(&mut self.connection().await?)
            .await?;
        row.as_ref().map(StoredToken::of).transpose()
    }

    /// Every token, those that count no longer too, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tokens(&mut self) -> Result<Vec<StoredToken>, StoreError> {
        let rows = sql::query("SELECT * FROM office_token ORDER BY office_token_id")
            .fetch_all(&mut self.connection().await?)
            .await?;
        rows.iter().map(StoredToken::of).collect()
    }

    /// Revokes a token that was not revoked yet; whether there was one.
    pub(crate) async fn revoke_token(&mut self, prefix: &str, now: Timestamp) -> Result<bool, StoreError> {
        let done = sql::query("UPDATE office_token SET revoked = $1 WHERE prefix = $2 AND revoked IS NULL")
            .bind(now.unix())
            .bind(prefix)
            .execute(&mut self.connection().await?)
            .await?;
        Ok(done == 1)
    }
}
