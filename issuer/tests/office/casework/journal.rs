//! The journals stand: the database lets nobody change them, and what is changed behind its back is found.

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use touchstone_issuer::casework::{JournalFault, Role, check_journals, desk, issue_case};

use super::staff::{evaluated, hire, judged_up_to, now, own, report, text};
use crate::test_office::TestOffice;

pub(super) async fn database(test: &TestOffice) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(test.folder.join("issuer/issuer.sqlite"))
        .foreign_keys(true);
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// Runs statements that must succeed.
pub(super) async fn tamper(test: &TestOffice, statements: &str) {
    let mut database = database(test).await;
    for statement in statements.split(';') {
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .execute(&mut database)
            .await
            .unwrap();
    }
    database.close().await.unwrap();
}

/// Takes the guards of a table away, as somebody with the file in their hands would.
pub(super) async fn without_triggers(test: &TestOffice, table: &str) {
    let statements: Vec<String> = ["update", "delete"]
        .iter()
        .map(|what| format!("DROP TRIGGER {table}_stands_{what}"))
        .collect();
    tamper(test, &statements.join(";")).await;
}

async fn decided(test: &TestOffice) -> u32 {
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    judged_up_to(&mut office, number, "signing").await;
    number
}

#[tokio::test]
async fn the_database_changes_no_journal_and_lets_nobody_change_sides() {
    let test = TestOffice::new().await;
    decided(&test).await;
    let mut database = database(&test).await;
    let act = |sequence: u32, kind: &str, person: &str, side: &str| {
        format!(
            "INSERT INTO case_act VALUES (1, {sequence}, 1, {kind}, {person}, NULL, {side}, NULL, NULL,
             '2026-01-01T00:00:00Z', x'7b7d', '{:064}',
             (SELECT digest FROM case_act WHERE case_id = 1 ORDER BY sequence DESC LIMIT 1))",
            sequence
        )
    };
    let (acts,): (u32,) = sqlx::query_as("SELECT max(sequence) FROM case_act")
        .fetch_one(&mut database)
        .await
        .unwrap();
    let next = acts + 1;
    for statement in [
        "UPDATE case_act SET at = '2026-01-01T00:00:00Z'".to_owned(),
        "DELETE FROM case_act WHERE sequence > 3".to_owned(),
        "UPDATE personnel_act SET kind = 'renamed'".to_owned(),
        "DELETE FROM personnel_act".to_owned(),
        "UPDATE attachment SET bytes = x'00'".to_owned(),
        "DELETE FROM attachment".to_owned(),
        "UPDATE participant SET side = 'judging'".to_owned(),
        "DELETE FROM participant".to_owned(),
        "UPDATE judge SET stage = 'decision'".to_owned(),
        "INSERT INTO participant VALUES (1, '评价甲', 'judging')".to_owned(),
        "INSERT INTO judge VALUES (1, '复核', 'judgement', 'decision')".to_owned(),
        "INSERT INTO person_key SELECT key, '受理' FROM person_key WHERE person = '决定'".to_owned(),
        // Somebody of the other side; nobody; out of place; on no side; the program.
        act(next, "'judged'", "'评价甲'", "'judging'"),
        act(next, "'attached'", "'复核'", "'making'"),
        act(next, "'attached'", "'无人'", "'making'"),
        act(next + 1, "'attached'", "'评价甲'", "'making'"),
        act(next, "'judged'", "'评价甲'", "'making'"),
        act(next, "'evaluated'", "'评价甲'", "NULL"),
        act(next, "'judged'", "NULL", "'judging'"),
    ] {
        let done = sqlx::query(sqlx::AssertSqlSafe(statement.clone()))
            .execute(&mut database)
            .await;
        assert!(done.is_err(), "{statement}");
    }
    // The same statement with what is right passes: it is the constraints that refuse the others.
    sqlx::query(sqlx::AssertSqlSafe(act(
        next,
        "'attached'",
        "'评价甲'",
        "'making'",
    )))
    .execute(&mut database)
    .await
    .unwrap();
}

#[tokio::test]
async fn whatever_is_changed_behind_the_offices_back_is_found() {
    type Found = fn(&JournalFault) -> bool;
    let replaced =
        "UPDATE case_act SET document = CAST(replace(CAST(document AS TEXT), 'positive', 'negative') AS BLOB)
                    WHERE kind = 'judged' AND document LIKE '%positive%'";
    let table: [(&str, &str, Found); 7] = [
        ("case_act", replaced, |it| {
            matches!(
                it,
                JournalFault::Row { column: "digest", .. } | JournalFault::Unlawful { .. }
            )
        }),
        (
            "case_act",
            "DELETE FROM case_act WHERE sequence = (SELECT max(sequence) FROM case_act)",
            |it| matches!(it, JournalFault::Listed { column: "head", .. }),
        ),
        (
            "case_act",
            "UPDATE case_act SET person = '受理' WHERE kind = 'assigned'; UPDATE case_act SET at = '2026-01-01T00:00:00Z' WHERE sequence = 2",
            |it| matches!(it, JournalFault::Row { column: "at", .. }),
        ),
        (
            "case_act",
            "UPDATE case_act SET document = x'7b7d' WHERE sequence = 4",
            |it| matches!(it, JournalFault::Unreadable { sequence: 4, .. }),
        ),
        (
            "personnel_act",
            "UPDATE personnel_act SET document = CAST(replace(CAST(document AS TEXT), 'decider', 'auditor') AS BLOB) WHERE document LIKE '%decider%'",
            |it| matches!(it, JournalFault::Approval { .. } | JournalFault::Personnel { .. }),
        ),
        (
            "attachment",
            "UPDATE attachment SET bytes = x'00'",
            |it| matches!(it, JournalFault::Attachment { name, .. } if *name == text("报告.pdf")),
        ),
        (
            "attachment",
            "UPDATE office_case SET status = 'issued', holder = '91110000101623741K'",
            |it| {
                matches!(
                    it,
                    JournalFault::Listed {
                        column: "status" | "holder",
                        ..
                    }
                )
            },
        ),
    ];
    let test = TestOffice::new().await;
    decided(&test).await;
    {
        let (mut office, _) = test.open().await;
        assert_eq!(check_journals(&mut office).await.unwrap().0, Vec::new());
        office.store.close().await;
    }
    tamper(&test, "PRAGMA wal_checkpoint(TRUNCATE)").await;
    let path = test.folder.join("issuer/issuer.sqlite");
    let whole = std::fs::read(&path).unwrap();
    for (guarded, statements, found) in table {
        for beside in ["issuer.sqlite-wal", "issuer.sqlite-shm"] {
            let _ = std::fs::remove_file(path.with_file_name(beside));
        }
        std::fs::write(&path, &whole).unwrap();
        without_triggers(&test, guarded).await;
        tamper(&test, statements).await;
        let (mut office, _) = test.open().await;
        let (faults, _) = check_journals(&mut office).await.unwrap();
        assert!(faults.iter().any(found), "{statements}: {faults:?}");
        office.store.close().await;
    }
}

#[tokio::test]
async fn a_journal_cut_off_behind_a_certificate_is_found() {
    let test = TestOffice::new().await;
    let number = decided(&test).await;
    let (mut office, keys) = test.open().await;
    issue_case(&mut office, &keys, number).await.unwrap();
    drop(office);
    without_triggers(&test, "case_act").await;
    tamper(
        &test,
        "DELETE FROM case_act WHERE sequence >= (SELECT max(sequence) - 1 FROM case_act);
         UPDATE office_case SET acts = (SELECT max(sequence) FROM case_act), status = 'inWork', stage = 'signing',
         head = (SELECT digest FROM case_act ORDER BY sequence DESC LIMIT 1)",
    )
    .await;
    let (mut office, _) = test.open().await;
    let (faults, _) = check_journals(&mut office).await.unwrap();
    assert_eq!(faults, [JournalFault::Shortened { journal: number }]);
}

#[tokio::test]
async fn who_reads_a_file_is_on_record() {
    let test = TestOffice::new().await;
    let number = decided(&test).await;
    let (mut office, _) = test.open().await;
    let file = report();
    let digest = touchstone_schemas::digest::Sha256Digest::of(&file.bytes);
    let reader = text("复核");
    let bytes = office
        .store
        .read_attachment(number, digest, &reader, now())
        .await
        .unwrap();
    assert_eq!(bytes.unwrap(), file.bytes);
    let none = office
        .store
        .read_attachment(number + 1, digest, &reader, now())
        .await
        .unwrap();
    assert_eq!(none, None);
    let accesses = office.store.attachment_accesses(number).await.unwrap();
    assert_eq!(accesses.len(), 1);
    assert_eq!((accesses[0].digest, &accesses[0].person), (digest, &reader));
    // Attached again for the same purpose it is refused.
    let again = desk::attach(
        &mut office.store,
        number,
        &own("评价甲", Role::Evaluator),
        file,
        now(),
    )
    .await;
    assert!(again.unwrap_err().to_string().contains("attached already"));
}
