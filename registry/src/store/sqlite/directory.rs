//! The directory's index: FTS5 without its texts, the entry's index as row id.

use std::collections::BTreeSet;

use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteRow};

use super::SqliteStore;
use crate::{
    directory::Condition,
    ledger::CredentialKey,
    store::{
        DirectoryTokens, DirectoryWords, StoreError,
        column::{credential_key, from_sql, to_sql},
    },
};

impl SqliteStore {
    pub(in crate::store) async fn directory(
        &self,
        condition: &Condition,
        before: Option<u64>,
        count: u32,
    ) -> Result<Vec<(u64, CredentialKey)>, StoreError> {
        let before = before.map_or(Ok(i64::MAX), to_sql)?;
        let query = if condition.is_empty() {
            sqlx::query(
                "SELECT leaf_index, number, version FROM credential WHERE leaf_index < ?
                 ORDER BY leaf_index DESC LIMIT ?",
            )
        } else {
            // CROSS JOIN: the index is read first, in its own order.
            sqlx::query(
                "SELECT directory.rowid AS leaf_index, number, version
                 FROM directory CROSS JOIN credential ON leaf_index = directory.rowid
                 WHERE directory MATCH ? AND directory.rowid < ? ORDER BY directory.rowid DESC LIMIT ?",
            )
            .bind(match_text(condition))
        };
        let rows = query.bind(before).bind(count).fetch_all(&self.pool).await?;
        let candidate = |row: &SqliteRow| {
            let index = from_sql("credential", "leaf_index", row.try_get("leaf_index")?)?;
            let key = credential_key("credential", row.try_get("number")?, row.try_get("version")?)?;
            Ok((index, key))
        };
        rows.iter().map(candidate).collect()
    }

    pub(in crate::store) async fn directory_entries(&self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT entries FROM directory_progress")
            .fetch_one(&self.pool)
            .await?;
        from_sql("directory_progress", "entries", row.try_get("entries")?)
    }

    pub(in crate::store) async fn directory_words(&self) -> Result<DirectoryWords, StoreError> {
        let mut connection = self.pool.acquire().await?;
        // Of the connection alone: nothing is made in a database that is only read.
        sqlx::query(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.directory_words USING fts5vocab (main, directory, row)",
        )
        .execute(&mut *connection)
        .await?;
        let mut moment = connection.begin().await?;
        let row = sqlx::query("SELECT entries FROM directory_progress")
            .fetch_one(&mut *moment)
            .await?;
        let entries = from_sql("directory_progress", "entries", row.try_get("entries")?)?;
        let rows = sqlx::query("SELECT term, doc FROM temp.directory_words")
            .fetch_all(&mut *moment)
            .await?;
        let word = |row: &SqliteRow| {
            let certificates = from_sql("directory", "doc", row.try_get("doc")?)?;
            Ok((row.try_get("term")?, certificates))
        };
        let words = rows.iter().map(word).collect::<Result<_, StoreError>>()?;
        Ok(DirectoryWords { entries, words })
    }

    pub(in crate::store) async fn fill_directory(
        &self,
        first: u64,
        end: u64,
        rows: &[DirectoryTokens],
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        insert(&mut transaction, first, end, rows.iter()).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Puts rows of the entries from `first` on into the directory, if everything before them is in it.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    first: u64,
    end: u64,
    rows: impl Iterator<Item = &DirectoryTokens>,
) -> Result<(), StoreError> {
    let moved = sqlx::query("UPDATE directory_progress SET entries = ? WHERE entries = ?")
        .bind(to_sql(end)?)
        .bind(to_sql(first)?)
        .execute(&mut *connection)
        .await?;
    if moved.rows_affected() != 1 {
        return Ok(());
    }
    for row in rows {
        sqlx::query("INSERT INTO directory (rowid, tokens) VALUES (?, ?)")
            .bind(to_sql(row.index)?)
            .bind(joined(&row.tokens, " "))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// A condition in the language of FTS5. Tokens are letters and digits; quoted they are no operators.
fn match_text(condition: &Condition) -> String {
    let all_of = |tokens: &BTreeSet<String>| format!("(\"{}\")", joined(tokens, "\" AND \""));
    let sets: Vec<String> = condition.0.iter().map(all_of).collect();
    sets.join(" OR ")
}

fn joined(tokens: &BTreeSet<String>, separator: &str) -> String {
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    tokens.join(separator)
}
