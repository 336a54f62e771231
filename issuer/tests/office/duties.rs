//! Who decides on an event, who evaluated what it is decided on, and what a decision's reference stands for.

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use touchstone_issuer::{
    lifecycle_actions::{ActionError, act},
    office::Clock,
    prepare::{DutyKind, EventRequest},
};
use touchstone_schemas::{
    credential::CredentialNumber,
    date_time::Date,
    lifecycle::{Change, EventReason},
};

use crate::{
    events::{request, text},
    log_server::Mood,
    test_office::TestOffice,
};

fn suspended() -> Change {
    Change::Suspended {
        reason: EventReason::Nonconformity,
        planned_end: Date::of(Clock::System.now()).add_days(30).unwrap(),
    }
}

fn reinstated() -> Change {
    Change::Reinstated {
        reason: EventReason::CorrectionVerified,
    }
}

async fn suspended_certificate(test: &TestOffice) -> CredentialNumber {
    let number = test.issue_sample("06-suspended").await.number;
    let (mut office, keys) = test.open().await;
    let asked = request(office.clock, "暂停1", suspended());
    act(&mut office, &keys, &number, None, &asked).await.unwrap();
    number
}

#[tokio::test]
async fn nobody_lifts_a_suspension_whose_correction_they_evaluated() {
    let test = TestOffice::new().await;
    let number = suspended_certificate(&test).await;
    let (mut office, keys) = test.open().await;
    let good = request(office.clock, "恢复1", reinstated());
    for (decider, verified_by, pointer) in [
        ("YS-071", None, "/verifiedBy"),
        ("YS-071", Some("YS-071"), "/decider"),
        ("YS-071", Some("YS-999"), "/verifiedBy"),
        ("YS-999", Some("YS-021"), "/decider"),
        ("YS-021", Some("YS-034"), "/decider"),
    ] {
        let asked = EventRequest {
            decider: text(decider),
            verified_by: verified_by.map(text),
            ..good.clone()
        };
        let refused = act(&mut office, &keys, &number, None, &asked).await;
        let Err(ActionError::Findings(findings)) = refused else {
            panic!("{decider} {verified_by:?}: {refused:?}")
        };
        let found: Vec<_> = findings.iter().map(|it| (it.code, it.pointer.as_str())).collect();
        assert_eq!(found, [("eventDecision", pointer)], "{decider} {verified_by:?}");
    }
    let outcome = act(&mut office, &keys, &number, None, &good).await.unwrap();
    let duties = office.store.duties(outcome.event.case_file).await.unwrap();
    let found: Vec<_> = duties.iter().map(|it| (it.kind, it.person.as_str())).collect();
    assert_eq!(
        found,
        [(DutyKind::Decider, "YS-071"), (DutyKind::Evaluator, "YS-021")]
    );
}

#[tokio::test]
async fn the_database_keeps_the_duties_of_an_event_apart_by_itself() {
    let test = TestOffice::new().await;
    suspended_certificate(&test).await;
    let options = SqliteConnectOptions::new()
        .filename(test.folder.join("issuer/issuer.sqlite"))
        .foreign_keys(true);
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    let (file,): (i64,) = sqlx::query_as("SELECT case_file_id FROM event")
        .fetch_one(&mut database)
        .await
        .unwrap();
    for statement in [
        "INSERT INTO participant VALUES (?, 'YS-071', 'making')",
        "INSERT INTO duty VALUES (?, 'YS-071', 'making', 'evaluator', NULL, '2026-01-01', 0, 0, NULL)",
        "INSERT INTO duty VALUES (?, 'YS-071', 'judging', 'decider', NULL, '2026-01-01', 1, 0, NULL)",
    ] {
        let done = sqlx::query(statement).bind(file).execute(&mut database).await;
        assert!(done.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn a_decision_stands_for_one_event_with_one_content() {
    let test = TestOffice::new().await;
    let number = test.issue_sample("06-suspended").await.number;
    let (mut office, keys) = test.open().await;
    let asked = request(office.clock, "暂停1", suspended());
    // Also while it waits, and after a crash.
    test.server.will(&[Mood::Busy, Mood::Busy]);
    act(&mut office, &keys, &number, None, &asked).await.unwrap_err();
    type Alter = fn(&mut EventRequest);
    let table: &[(&str, Alter)] = &[
        ("change", |it| {
            it.change = Change::Withdrawn {
                reason: EventReason::FalseStatements,
            };
        }),
        ("effective", |it| {
            it.effective = it.effective.checked_sub(60).unwrap();
        }),
        ("legal-basis", |it| it.legal_basis = text("另一条款")),
        ("decided-by", |it| it.decided_by = text("主任")),
        ("backdating", |it| it.backdating = Some(text("另一理由"))),
        ("decider", |it| it.decider = text("YS-061")),
        ("verified-by", |it| it.verified_by = Some(text("YS-021"))),
    ];
    for (member, alter) in table {
        let mut other = asked.clone();
        alter(&mut other);
        let refused = act(&mut office, &keys, &number, None, &other).await;
        let Err(ActionError::DecisionDiffers {
            differing, sequence, ..
        }) = refused
        else {
            panic!("{member}: {refused:?}")
        };
        assert_eq!((differing, sequence), (vec![*member], 1));
    }
    let outcome = act(&mut office, &keys, &number, None, &asked).await.unwrap();
    assert!(outcome.event.receipt.is_some());
    assert_eq!(test.server.kept.lock().unwrap().events.len(), 1);
}
