//! Lists go by pages, and each page is read over an index at any size.

use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};
use touchstone_issuer::{config::Folder, store::Store};

use super::{super::staff::evaluated, browser::hired};

/// As many as a large office has in ten years.
const CASES: u32 = 100_000;

#[tokio::test]
async fn a_page_of_a_hundred_thousand_cases_is_read_over_an_index() {
    let test = hired().await;
    let (mut office, _) = test.open().await;
    evaluated(&mut office, "01-in-force", 3).await;
    drop(office);
    let database = Folder::new(test.folder.join("issuer")).database();
    let mut connection = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&database))
        .await
        .unwrap();
    // Rows that look like the first case's; every hundredth waits for the key.
    let fill = format!(
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {CASES})
         INSERT INTO case_file (case_file_id) SELECT i + 1000000 FROM n"
    );
    sqlx::query(sqlx::AssertSqlSafe(fill))
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::query(
        "INSERT INTO office_case SELECT case_file_id - 1000000, case_file_id, edition, holder, holder_name, 'inWork',
         CASE WHEN case_file_id % 100 = 0 THEN NULL ELSE 'review' END, 1, head
         FROM case_file, (SELECT edition, holder, holder_name, head FROM office_case WHERE case_id = 1)
         WHERE case_file_id > 1000000",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let mut store = Store::open(&database.clone().into()).await.unwrap();
    let page = store.cases(Some("review"), Some(50_000), 50).await.unwrap();
    assert_eq!((page.len(), page[0].number), (50, 49_999));
    let page = store.cases(None, None, 50).await.unwrap();
    assert_eq!((page.len(), page[0].number), (50, CASES));
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = store.signing_queue(after, 300).await.unwrap();
        seen.extend(page.iter().map(|case| case.number));
        after = page.last().map(|case| case.number);
        if page.len() < 300 {
            break;
        }
    }
    assert_eq!(seen.len(), 1_000);
    assert!(seen.is_sorted());
    // What the database does for each, by its own words: it seeks in an index and sorts nothing.
    for query in [
        "SELECT * FROM office_case WHERE case_id < 7 ORDER BY case_id DESC LIMIT 50",
        "SELECT * FROM office_case WHERE status = 'inWork' AND stage = 'review' AND case_id < 7
         ORDER BY case_id DESC LIMIT 50",
        "SELECT * FROM office_case WHERE status = 'inWork' AND stage IS NULL AND case_id > 7 ORDER BY case_id LIMIT 50",
        "SELECT DISTINCT case_id FROM case_act WHERE kind = 'assigned'
         AND json_extract(CAST(document AS TEXT), '$.content.evaluator') = 'a' AND case_id < 7
         ORDER BY case_id DESC LIMIT 50",
    ] {
        let plan = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}")))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let steps: Vec<String> = plan.iter().map(|row| row.get("detail")).collect();
        assert!(
            steps.iter().all(|step| step.starts_with("SEARCH")),
            "{query}: {steps:?}"
        );
    }
}
