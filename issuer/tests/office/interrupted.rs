//! Processes that die, registries that do not answer: nothing is lost, nothing is doubled.

use touchstone_issuer::{
    issue::{ApplicationRefused, IssueError, issue},
    outbox::{DeliveryError, deliver},
    signing::sign_waiting,
};

use crate::{
    log_server::Mood,
    test_office::{TestOffice, demo, only},
};

#[tokio::test]
async fn a_busy_registry_is_tried_again_and_a_lost_answer_doubles_nothing() {
    let test = TestOffice::new().await;
    test.server.will(&[Mood::Busy]);
    let first = test.issue_sample("13-level-1").await;
    assert!(first.receipt.is_some());
    test.server.will(&[Mood::AnswerLost]);
    let second = test.issue_sample("14-level-5").await;
    assert!(second.receipt.is_some());
    let kept = test.server.kept.lock().unwrap();
    assert_eq!((kept.credentials.len(), kept.requests), (2, 4));
}

#[tokio::test]
async fn what_was_not_delivered_waits_and_keeps_its_number() {
    let test = TestOffice::new().await;
    test.server.will(&[Mood::Busy, Mood::Busy]);
    let file = demo().join("applications/13-level-1.json");
    {
        let (mut office, keys) = test.open().await;
        let error = issue(&mut office, &keys, std::slice::from_ref(&file))
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                IssueError::Delivery(DeliveryError::Unanswered { attempts: 2, .. })
            ),
            "{error}"
        );
    }
    let (mut office, keys) = test.open().await;
    let waiting = office.store.credentials().await.unwrap().remove(0).stored;
    assert!(waiting.signed.is_some() && waiting.receipt.is_none());
    let (outcomes, delivered) = issue(&mut office, &keys, &[file]).await.unwrap();
    let stored = only(outcomes);
    assert_eq!((stored.number, stored.signed), (waiting.number, waiting.signed));
    assert_eq!(delivered.documents, 4, "the credential and the first three lists");
}

#[tokio::test]
async fn a_death_between_storing_and_signing_is_made_good() {
    let test = TestOffice::new().await;
    let file = demo().join("applications/13-level-1.json");
    let prepared = {
        let (mut office, _) = test.open().await;
        touchstone_issuer::issue::prepare_files(&mut office, std::slice::from_ref(&file))
            .await
            .unwrap();
        office.store.credentials().await.unwrap().remove(0).stored
    };
    assert!(prepared.signed.is_none());
    {
        let (mut office, keys) = test.open().await;
        sign_waiting(&mut office, &keys).await.unwrap();
        let signed = office.store.credentials().await.unwrap().remove(0).stored;
        assert!(signed.signed.is_some() && signed.receipt.is_none());
        assert_eq!(
            (signed.number, signed.unsecured),
            (prepared.number.clone(), prepared.unsecured)
        );
    }
    let (mut office, keys) = test.open().await;
    assert_eq!(deliver(&mut office, &keys).await.unwrap().documents, 4);
    let stored = test_again(&test, &mut office, &keys, file).await;
    assert_eq!(stored.number, prepared.number);
    assert_eq!(test.server.kept.lock().unwrap().credentials.len(), 1);
}

async fn test_again(
    test: &TestOffice,
    office: &mut touchstone_issuer::office::Office,
    keys: &touchstone_issuer::office::OfficeKeys,
    file: std::path::PathBuf,
) -> touchstone_issuer::store::StoredCredential {
    let requests = test.server.kept.lock().unwrap().requests;
    let (outcomes, _) = issue(office, keys, &[file]).await.unwrap();
    assert_eq!(
        test.server.kept.lock().unwrap().requests,
        requests,
        "nothing is sent again"
    );
    only(outcomes)
}

#[tokio::test]
async fn a_refused_bundle_is_sent_singly_and_a_refused_certificate_is_told() {
    let test = TestOffice::new().await;
    test.issue_sample("13-level-1").await;
    // Two certificates in one bundle without lists: refused, then one of the two again.
    test.server
        .will(&[Mood::Refuses("contentRefused"), Mood::Refuses("contentRefused")]);
    let (mut office, keys) = test.open().await;
    let files = ["14-level-5", "15-two-sites"].map(|name| demo().join(format!("applications/{name}.json")));
    let (outcomes, delivered) = issue(&mut office, &keys, &files).await.unwrap();
    assert!(
        matches!(&outcomes[0].result, Err(ApplicationRefused::Registry { problem }) if problem.contains("test"))
    );
    assert!(outcomes[1].result.as_ref().unwrap().receipt.is_some());
    assert_eq!(delivered.refused.len(), 1);
    // Once the registry's objection is met, the same bytes go through.
    office.store.reopen_refused().await.unwrap();
    assert_eq!(deliver(&mut office, &keys).await.unwrap().documents, 1);
}

#[tokio::test]
async fn the_database_keeps_the_duties_apart_by_itself() {
    use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
    let test = TestOffice::new().await;
    test.issue_sample("13-level-1").await;
    let options = SqliteConnectOptions::new()
        .filename(test.folder.join("issuer/issuer.sqlite"))
        .foreign_keys(true);
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    for statement in [
        "INSERT INTO participant VALUES (1, 'YS-021', 'judging')",
        "INSERT INTO duty VALUES (1, 'YS-021', 'making', 'decider', NULL, '2026-01-01', 0, 1, NULL)",
        "INSERT INTO duty VALUES (1, 'YS-021', 'judging', 'decider', NULL, '2026-01-01', 0, 1, NULL)",
        "INSERT INTO duty VALUES (1, 'YS-041', 'judging', 'decider', NULL, '2026-01-01', 0, 1, NULL)",
        "INSERT INTO duty VALUES (1, 'YS-051', 'judging', 'approver', NULL, '2026-01-01', 7, 1, NULL)",
    ] {
        assert!(
            sqlx::query(statement).execute(&mut database).await.is_err(),
            "{statement}"
        );
    }
}
