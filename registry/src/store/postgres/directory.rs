//! The directory's index: a row a certificate with its tokens in an array, under a GIN index.

use std::{collections::BTreeSet, ops::Range};

use sqlx::{PgConnection, Row, postgres::PgRow};

use super::PostgresStore;
use crate::{
    directory::Condition,
    store::{
        DirectoryTokens, DirectoryWords, StoreError,
        column::{from_sql, to_sql},
    },
};

impl PostgresStore {
    pub(in crate::store) async fn directory(
        &self,
        condition: &Condition,
        part: Range<u64>,
        count: u32,
    ) -> Result<Vec<u64>, StoreError> {
        let mut sets = condition.0.iter().map(array);
        let Some(one) = sets.next() else {
            return Ok(Vec::new());
        };
        // A second set that is not there is the first again.
        let other = sets.next().unwrap_or_else(|| one.clone());
        let rows = sqlx::query(
            "SELECT leaf_index FROM directory
             WHERE (tokens @> $4 OR tokens @> $5) AND leaf_index >= $1 AND leaf_index < $2
             ORDER BY leaf_index DESC LIMIT $3",
        )
        .bind(to_sql(part.start)?)
        .bind(to_sql(part.end)?)
        .bind(i64::from(count))
        .bind(one)
        .bind(other)
        .fetch_all(&self.pool)
        .await?;
        let index = |row: &PgRow| from_sql("directory", "leaf_index", row.try_get("leaf_index")?);
        rows.iter().map(index).collect()
    }

    pub(in crate::store) async fn directory_entries(&self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT entries FROM directory_progress")
            .fetch_one(&self.pool)
            .await?;
        from_sql("directory_progress", "entries", row.try_get("entries")?)
    }

    pub(in crate::store) async fn directory_words(&self) -> Result<DirectoryWords, StoreError> {
        let mut moment = self
            .pool
            .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            .await?;
        let row = sqlx::query("SELECT entries FROM directory_progress")
            .fetch_one(&mut *moment)
            .await?;
        let entries = from_sql("directory_progress", "entries", row.try_get("entries")?)?;
        let rows = sqlx::query(
            "SELECT token, count(*) AS certificates FROM directory, unnest(tokens) AS token GROUP BY token",
        )
        .fetch_all(&mut *moment)
        .await?;
        let word = |row: &PgRow| {
            let certificates = from_sql("directory", "count", row.try_get("certificates")?)?;
            Ok((row.try_get("token")?, certificates))
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
        let mut transaction = self.pool.begin().await?;
        insert(&mut transaction, first, end, rows.iter()).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Puts rows of the entries from `first` on into the directory, if everything before them is in it.
pub(super) async fn insert(
    connection: &mut PgConnection,
    first: u64,
    end: u64,
    rows: impl Iterator<Item = &DirectoryTokens>,
) -> Result<(), StoreError> {
    let moved = sqlx::query("UPDATE directory_progress SET entries = $1 WHERE entries = $2")
        .bind(to_sql(end)?)
        .bind(to_sql(first)?)
        .execute(&mut *connection)
        .await?;
    if moved.rows_affected() != 1 {
        return Ok(());
    }
    let (mut indices, mut tokens) = (Vec::new(), Vec::new());
    for row in rows {
        indices.push(to_sql(row.index)?);
        tokens.push(array(&row.tokens).join(" "));
    }
    // Arrays of one length each have no array of arrays: they come as texts.
    sqlx::query(
        "INSERT INTO directory (leaf_index, tokens)
         SELECT leaf_index, string_to_array(tokens, ' ') FROM UNNEST($1::bigint[], $2::text[]) AS row (leaf_index, tokens)
         ON CONFLICT DO NOTHING",
    )
    .bind(&indices)
    .bind(&tokens)
    .execute(connection)
    .await?;
    Ok(())
}

fn array(tokens: &BTreeSet<String>) -> Vec<String> {
    tokens.iter().cloned().collect()
}
