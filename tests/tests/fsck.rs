//! `touchstone-registry fsck` finds a flipped bit and an edited row after a whole walk, and names them.
#![expect(clippy::unwrap_used, reason = "tests")]

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use touchstone_tests::road::absent::need;
use touchstone_tests::road::samples::demo_folder;
use touchstone_tests::road::{Finished, Road, RoadPlan, program};

fn fsck(road: &Road) -> Finished {
    Finished::of(&mut road.registry("fsck").unwrap()).unwrap()
}

async fn database(road: &Road) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(road.at("registry/registry.sqlite"));
    options.connect().await.unwrap()
}

/// What somebody does who has the database: takes the guards off and writes. Gives the way back.
async fn tamper(road: &Road, table: &str, column: &str, condition: &str, value: &str) {
    let mut connection = database(road).await;
    let guards: Vec<(String,)> = sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    for (guard,) in guards {
        let drop = format!("DROP TRIGGER {guard}");
        sqlx::query(sqlx::AssertSqlSafe(drop))
            .execute(&mut connection)
            .await
            .unwrap();
    }
    let update = format!("UPDATE {table} SET {column} = {value} WHERE {condition}");
    let done = sqlx::query(sqlx::AssertSqlSafe(update))
        .execute(&mut connection)
        .await
        .unwrap();
    assert_eq!(done.rows_affected(), 1, "{table} where {condition}");
    connection.close().await.unwrap();
}

/// A blob with a bit of one byte turned; SQLite has no operators on bytes, so the byte is spelled out.
fn flipped(column: &str, byte: u32) -> String {
    let (next, after) = (byte + 1, byte + 2);
    format!(
        "CAST(substr({column}, 1, {byte}) || (CASE substr({column}, {next}, 1) WHEN x'30' THEN x'31' ELSE x'30' END) || \
         substr({column}, {after}) AS BLOB)"
    )
}

#[tokio::test]
async fn a_flipped_bit_and_an_edited_row_are_found_and_named() {
    if need(
        "the built programs",
        "cargo build --workspace --bins",
        program("touchstone-registry"),
    )
    .is_none()
    {
        return;
    }
    let mut road = Road::open(&RoadPlan::default()).unwrap();
    let applications =
        ["01-in-force.json", "08-withdrawn.json"].map(|name| demo_folder().join("applications").join(name));
    let issued = road.issue(&applications).unwrap();
    let withdrawn = issued.last().unwrap();
    let change = [
        "status",
        "withdraw",
        "--decision",
        "示范决定",
        "--decided-by",
        "认证决定",
        "--decider",
        "YS-071",
        "--reason",
        "graveNonconformity",
        "--legal-basis",
        "CQC96-831151-2020",
    ];
    road.change(withdrawn, &change).unwrap();
    road.stop_registry().unwrap();
    let clean = fsck(&road);
    assert_eq!(clean.code, Some(0), "{clean:?}");

    let database = road.at("registry/registry.sqlite");
    let kept = road.at("kept.sqlite");
    std::fs::copy(&database, &kept).unwrap();
    let rows = [
        (
            "a bit of an entry",
            "log_entry",
            "entry",
            "leaf_index = 0",
            flipped("entry", 30),
            "entry 0",
        ),
        (
            "a bit of a tile",
            "log_tile",
            "hashes",
            "level = 0 AND tile_index = 0",
            flipped("hashes", 40),
            "tile 0/0",
        ),
        (
            "a bit of a document",
            "signed_document",
            "document",
            "digest = (SELECT digest FROM log_entry WHERE leaf_index = 1)",
            flipped("document", 700),
            "document of entry 1",
        ),
        (
            "an edited place in the lists",
            "credential",
            "status_index",
            "leaf_index = 0",
            "7".to_owned(),
            "entry 0",
        ),
        (
            "an edited event",
            "event",
            "sequence",
            "sequence = 1",
            "9".to_owned(),
            "entry",
        ),
        (
            "an edited checkpoint",
            "log_checkpoint",
            "tree_size",
            "log_checkpoint_id = 1",
            "1".to_owned(),
            "log_checkpoint",
        ),
    ];
    for (what, table, column, condition, value, named) in rows {
        tamper(&road, table, column, condition, &value).await;
        let found = fsck(&road);
        assert_eq!(found.code, Some(1), "{what}: {found:?}");
        assert!(
            found.out.contains(named),
            "{what}: {named:?} is not named: {}",
            found.out
        );
        for ending in ["-wal", "-shm"] {
            let beside = road.at(&format!("registry/registry.sqlite{ending}"));
            if beside.exists() {
                std::fs::remove_file(beside).unwrap();
            }
        }
        std::fs::copy(&kept, &database).unwrap();
    }
    let clean = fsck(&road);
    assert_eq!(clean.code, Some(0), "{clean:?}");
}
