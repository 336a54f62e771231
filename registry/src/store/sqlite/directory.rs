//! The directory's index: FTS5 without its texts, the entry's index as row id.

use std::{collections::BTreeSet, ops::Range};

use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteRow};

use super::{SqliteStore, append::forsake};
use crate::{
    directory::Condition,
    store::{
        DirectoryTokens, DirectoryWords, StoreError,
        column::{from_sql, to_sql},
    },
};

/// Rows stand in the order of a page, which FTS5 reads three times as fast as the other way round.
const SEARCH: &str = "SELECT rowid FROM directory
     WHERE directory MATCH ? AND rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?";

impl SqliteStore {
    pub(in crate::store) async fn directory(
        &self,
        condition: &Condition,
        part: Range<u64>,
        count: u32,
    ) -> Result<Vec<u64>, StoreError> {
        if condition.is_empty() {
            return Ok(Vec::new());
        }
        // The index is read in its own order and stops with the last row wanted; nothing else is touched, and nothing
        // sorted.
        let rows = sqlx::query(SEARCH)
            .bind(match_text(condition))
            .bind(row_of(part.end)?)
            .bind(row_of(part.start)?)
            .bind(count)
            .fetch_all(&self.pool)
            .await?;
        let index = |row: &SqliteRow| {
            let found: i64 = row.try_get("rowid")?;
            from_sql("directory", "rowid", found.saturating_neg())
        };
        rows.iter().map(index).collect()
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
        let mut connection = self.pool.acquire().await?;
        let filled = fill(&mut connection, first, end, rows).await;
        if filled.is_err() {
            forsake(connection);
        }
        filled
    }
}

async fn fill(
    connection: &mut SqliteConnection,
    first: u64,
    end: u64,
    rows: &[DirectoryTokens],
) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    insert(&mut transaction, first, end, rows.iter()).await?;
    transaction.commit().await?;
    Ok(())
}

/// Puts rows of the entries from `first` on into the directory, if everything before them is in it.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    first: u64,
    end: u64,
    rows: impl DoubleEndedIterator<Item = &DirectoryTokens>,
) -> Result<(), StoreError> {
    let moved = sqlx::query("UPDATE directory_progress SET entries = ? WHERE entries = ?")
        .bind(to_sql(end)?)
        .bind(to_sql(first)?)
        .execute(&mut *connection)
        .await?;
    if moved.rows_affected() != 1 {
        return Ok(());
    }
    // In the index's own order: a row that is out of it would have a segment of its own.
    for row in rows.rev() {
        sqlx::query("INSERT INTO directory (rowid, tokens) VALUES (?, ?)")
            .bind(row_of(row.index)?)
            .bind(joined(&row.tokens, " "))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The row of an entry: minus its index, so that the newest come first.
fn row_of(index: u64) -> Result<i64, StoreError> {
    Ok(to_sql(index)?.saturating_neg())
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

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    };

    use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};

    use super::*;

    /// A directory of so many certificates: all have `n1` and one of `p0` to `p9`, each thousandth `w1`.
    async fn directory_of(size: u64) -> SqliteConnection {
        let mut connection = SqliteConnectOptions::new().connect().await.unwrap();
        super::super::MIGRATIONS
            .run_direct(None, &mut connection, false)
            .await
            .unwrap();
        let rows: Vec<DirectoryTokens> = (0..size)
            .map(|index| {
                let mut tokens = BTreeSet::from(["n1".to_owned(), format!("p{}", index % 10)]);
                if index % 1_000 == 0 {
                    tokens.insert("w1".to_owned());
                }
                DirectoryTokens { index, tokens }
            })
            .collect();
        let mut transaction = connection.begin().await.unwrap();
        insert(&mut transaction, 0, size, rows.iter()).await.unwrap();
        transaction.commit().await.unwrap();
        connection
    }

    /// Rows of a page's search, and the steps of SQLite's machine that it took.
    async fn search(connection: &mut SqliteConnection, sets: &[&[&str]]) -> (usize, u64) {
        let sets = sets
            .iter()
            .map(|set| set.iter().map(|token| (*token).to_owned()).collect());
        let steps = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&steps);
        let mut handle = connection.lock_handle().await.unwrap();
        handle.set_progress_handler(1, move || {
            counted.fetch_add(1, Ordering::Relaxed);
            true
        });
        drop(handle);
        let rows = sqlx::query(SEARCH)
            .bind(match_text(&Condition(sets.collect())))
            .bind(i64::MIN)
            .bind(0_i64)
            .bind(21_i64)
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        connection.lock_handle().await.unwrap().remove_progress_handler();
        (rows.len(), steps.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn a_page_s_search_takes_the_same_steps_however_many_there_are() {
        let (mut few, mut many) = (directory_of(500).await, directory_of(8_000).await);
        for sets in [&[&["n1"][..]][..], &[&["n1", "p3"]], &[&["n1", "p3"], &["p4"]]] {
            let (found, steps) = search(&mut many, sets).await;
            let (found_of_few, steps_of_few) = search(&mut few, sets).await;
            assert_eq!((found, found_of_few), (21, 21), "{sets:?}");
            // Some come from where the index looks up its own pages.
            assert!(
                steps < steps_of_few + 50,
                "{sets:?}: {steps} steps, of few {steps_of_few}"
            );
            assert!(steps < 400, "{sets:?}: {steps} steps");
        }
        // Of what stands rarely, and of what never meets, no row is touched either.
        for (sets, wanted) in [(&[&["n1", "w1"][..]][..], 8), (&[&["p3", "p4"]], 0)] {
            let (found, steps) = search(&mut many, sets).await;
            assert_eq!(found, wanted, "{sets:?}");
            assert!(steps < 400, "{sets:?}: {steps} steps");
        }
    }

    #[tokio::test]
    async fn a_search_reads_the_index_in_its_order_and_sorts_nothing() {
        let mut connection = directory_of(10).await;
        let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {SEARCH}"));
        let rows = sqlx::query(explained)
            .bind("\"n1\"")
            .bind(-9_i64)
            .bind(0_i64)
            .bind(21_i64);
        let rows = rows.fetch_all(&mut connection).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        assert!(
            matches!(plan.as_slice(), [only] if only.starts_with("SCAN directory VIRTUAL TABLE INDEX")),
            "{plan:?}"
        );
    }
}
