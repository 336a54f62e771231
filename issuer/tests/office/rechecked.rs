//! Everything ever signed, judged again: nothing is found in what was signed, and everything in what was changed since.

use std::collections::BTreeSet;

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use touchstone_issuer::{
    config::Folder,
    lifecycle_actions::act,
    recheck::{RecheckError, Rechecked, Summary, recheck},
};
use touchstone_schemas::{
    date_time::Date,
    lifecycle::{Change, EventReason},
};

use crate::{events::request, test_office::TestOffice};

async fn judged(test: &TestOffice) -> (Summary, Vec<Rechecked>) {
    let (mut office, _) = test.open().await;
    let mut found = Vec::new();
    let summary = recheck(&mut office, |rechecked| {
        found.push(rechecked.clone());
        Ok::<(), RecheckError>(())
    });
    let summary = summary.await.unwrap();
    found.retain(|rechecked| !rechecked.findings.is_empty());
    (summary, found)
}

fn codes(found: &[Rechecked]) -> BTreeSet<(Option<u32>, &'static str)> {
    let of = |rechecked: &Rechecked| {
        let event = rechecked.event;
        let codes: Vec<_> = rechecked
            .findings
            .iter()
            .map(|finding| (event, finding.code))
            .collect();
        codes
    };
    found.iter().flat_map(of).collect()
}

/// Somebody with the database in their hands and its guards off.
async fn tamper(test: &TestOffice, statements: &[&'static str]) {
    let path = Folder::new(test.folder.join("issuer")).database();
    let options = SqliteConnectOptions::new().filename(path).foreign_keys(false);
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    let guards: Vec<(String,)> = sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .fetch_all(&mut database)
        .await
        .unwrap();
    for (guard,) in guards {
        let drop = sqlx::AssertSqlSafe(format!("DROP TRIGGER \"{guard}\""));
        sqlx::query(drop).execute(&mut database).await.unwrap();
    }
    for statement in statements {
        let done = sqlx::query(*statement).execute(&mut database).await.unwrap();
        assert_eq!(done.rows_affected(), 1, "{statement}");
    }
}

#[tokio::test]
async fn what_was_signed_is_sound_and_what_was_changed_since_is_found() {
    let test = TestOffice::new().await;
    let first = test.issue_sample("13-level-1").await;
    test.issue_sample("14-level-5").await;
    let (mut office, keys) = test.open().await;
    let now = office.clock.now();
    let planned_end = Date::of(now).add_days(60).unwrap();
    let suspended = Change::Suspended {
        reason: EventReason::Nonconformity,
        planned_end,
    };
    let wanted = request(office.clock, "示范决定-暂停-01", suspended);
    act(&mut office, &keys, &first.number, None, &wanted)
        .await
        .unwrap();
    drop(office);
    let (summary, found) = judged(&test).await;
    assert_eq!(found, Vec::new());
    assert_eq!((summary.credentials, summary.events, summary.findings), (2, 1, 0));

    // A level raised in the signed bytes alone, the legal ground of an event in both, and a decider who is nobody.
    tamper(
        &test,
        &[
            "UPDATE credential SET signed = CAST(replace(CAST(signed AS TEXT), '\"stars\":\"★☆', '\"stars\":\"★★') AS BLOB)
             WHERE credential_id = 1",
            "UPDATE event SET signed = CAST(replace(CAST(signed AS TEXT), '831151-2020', '831151-1999') AS BLOB),
             unsecured = CAST(replace(CAST(unsecured AS TEXT), '831151-2020', '831151-1999') AS BLOB)",
            "UPDATE duty SET person = 'YS-999' WHERE duty = 'decider' AND case_file_id IN (SELECT case_file_id FROM event)",
            "UPDATE credential SET receipt = replace(receipt, '\"version\":1', '\"version\":2') WHERE credential_id = 2",
        ],
    )
    .await;
    let (summary, found) = judged(&test).await;
    let codes = codes(&found);
    assert_eq!((summary.credentials, summary.events), (2, 1));
    for wanted in [
        (None, "genuine"),
        (None, "storedAsSigned"),
        (None, "untpScore"),
        (None, "receipt"),
        (Some(1), "genuine"),
        (Some(1), "receipt"),
        (Some(1), "eventDecision"),
    ] {
        assert!(codes.contains(&wanted), "{wanted:?} in {codes:?}");
    }
    assert_eq!(
        codes.iter().filter(|(event, _)| event.is_none()).count(),
        5,
        "{codes:?}"
    );
}
