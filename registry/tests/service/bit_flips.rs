//! One flipped bit in whatever the registry stores is found by fsck: a thousand samples over a small log.

use sqlx::{AssertSqlSafe, Column, Executor, Row, SqliteConnection, TypeInfo, ValueRef, sqlite::SqliteRow};

use crate::mirror::{suspend, with_history};

/// Samples.
const SAMPLES: u32 = 1_000;
/// What is stored, by table.
const TABLES: [&str; 9] = [
    "log_entry",
    "signed_document",
    "log_tile",
    "log_checkpoint",
    "log_identity",
    "credential",
    "event",
    "status_list",
    "trust_list",
];

/// A stored value as bytes, and how it is written again.
#[derive(Clone, Debug, PartialEq)]
enum Stored {
    Integer(i64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

impl Stored {
    fn of(row: &SqliteRow, column: usize) -> Self {
        match row.try_get_raw(column).unwrap().type_info().name() {
            "INTEGER" => Self::Integer(row.get(column)),
            "TEXT" => Self::Text(row.get::<String, _>(column).into_bytes()),
            _ => Self::Blob(row.get(column)),
        }
    }

    /// The literal that writes it, also where it is no text any more.
    fn literal(&self) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Text(bytes) => format!("CAST(x'{}' AS TEXT)", hex(bytes)),
            Self::Blob(bytes) => format!("x'{}'", hex(bytes)),
        }
    }

    fn flipped(&self, random: &mut impl FnMut(usize) -> usize) -> Self {
        let mut flip = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            let place = random(bytes.len());
            bytes[place] ^= 1 << random(8);
            bytes
        };
        match self {
            // The low bits: a number beyond what the database counts is found by the way.
            Self::Integer(number) => Self::Integer(number ^ (1 << random(16))),
            Self::Text(bytes) => Self::Text(flip(bytes)),
            Self::Blob(bytes) => Self::Blob(flip(bytes)),
        }
    }
}

/// A row's columns by name.
async fn row(connection: &mut SqliteConnection, table: &str, place: usize) -> Vec<(String, Stored)> {
    let sql = format!("SELECT * FROM {table} LIMIT 1 OFFSET {place}");
    let row = connection
        .fetch_one(sqlx::raw_sql(AssertSqlSafe(sql)))
        .await
        .unwrap();
    (0..row.columns().len())
        .map(|column| (row.column(column).name().to_owned(), Stored::of(&row, column)))
        .collect()
}

fn update(table: &str, from: &[(String, Stored)], to: &[(String, Stored)]) -> String {
    let list = |columns: &[(String, Stored)], separator: &str| {
        let pairs: Vec<String> = columns
            .iter()
            .map(|(name, value)| format!("{name} = {}", value.literal()))
            .collect();
        pairs.join(separator)
    };
    format!(
        "UPDATE {table} SET {} WHERE {}",
        list(to, ", "),
        list(from, " AND ")
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_bit_anywhere_is_found() {
    let mut app = with_history().await;
    suspend(&mut app, "CQC26ZNZ000124R0", 9).await;
    app.stop().await;
    // The triggers are taken off.
    app.tamper("SELECT 1").await;
    assert_eq!(app.fsck().await.findings, []);
    let url = format!("sqlite://{}", app.database().display());
    let mut connection = <SqliteConnection as sqlx::Connection>::connect(&url)
        .await
        .unwrap();
    connection
        .execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF;")
        .await
        .unwrap();
    let file = app.config.log.checkpoint_file.clone();
    let sound = std::fs::read(&file).unwrap();
    // A multiplicative generator: the same samples in every run.
    let mut state = 2_463_534_242_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut taken = 0;
    while taken < SAMPLES {
        let table = random(TABLES.len() + 1);
        let Some(table) = TABLES.get(table) else {
            let mut bytes = sound.clone();
            let place = random(bytes.len());
            bytes[place] ^= 1 << random(8);
            std::fs::write(&file, &bytes).unwrap();
            assert!(is_found(&app.config).await, "checkpoint file, byte {place}");
            std::fs::write(&file, &sound).unwrap();
            taken += 1;
            continue;
        };
        let count = format!("SELECT count(*) FROM {table}");
        let count: i64 = connection
            .fetch_one(sqlx::raw_sql(AssertSqlSafe(count)))
            .await
            .unwrap()
            .get(0);
        let place = random(usize::try_from(count).unwrap());
        let before = row(&mut connection, table, place).await;
        let mut after = before.clone();
        let column = random(after.len());
        after[column].1 = before[column].1.flipped(&mut random);
        let (there, back) = (update(table, &before, &after), update(table, &after, &before));
        // What a key keeps out cannot happen either.
        if connection
            .execute(sqlx::raw_sql(AssertSqlSafe(there)))
            .await
            .is_err()
        {
            continue;
        }
        let found = is_found(&app.config).await;
        let restored = connection
            .execute(sqlx::raw_sql(AssertSqlSafe(back)))
            .await
            .unwrap();
        assert_eq!(restored.rows_affected(), 1);
        assert!(
            found,
            "{table}.{}: {:?} became {:?}",
            before[column].0, before[column].1, after[column].1
        );
        taken += 1;
    }
    drop(connection);
    assert_eq!(app.fsck().await.findings, []);
}

async fn is_found(config: &touchstone_registry::config::Config) -> bool {
    match touchstone_registry::fsck::fsck(config).await {
        Ok(checked) => !checked.findings.is_empty(),
        // A row that does not even read.
        Err(_) => true,
    }
}
