//! A clock that cannot be believed: nothing is signed, what was prepared waits.

use touchstone_issuer::{
    issue::{IssueError, issue},
    may_sign::MayNotSign,
    office::Clock,
    outbox::deliver,
    signing::{SigningError, sign_waiting},
};

use crate::{
    log_server::LogMood,
    test_office::{Root, TestOffice, demo},
};

const DAY: i64 = 86_400;

/// Why a sample is prepared and not signed.
async fn refusal(test: &TestOffice) -> MayNotSign {
    let (mut office, keys) = test.open().await;
    let file = demo().join("applications/14-level-5.json");
    let refused = issue(&mut office, &keys, &[file]).await.unwrap_err();
    let stored = office.store.credentials().await.unwrap();
    let waiting = stored
        .iter()
        .filter(|listed| listed.stored.signed.is_none())
        .count();
    assert_eq!(waiting, 1, "prepared, numbered and unsigned");
    match refused {
        IssueError::Signing(SigningError::NotNow(refused)) => refused,
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_clock_set_back_before_the_log_signs_nothing() {
    let test = TestOffice::new().await;
    // The log has recorded something three days from now: our clock is behind.
    test.server.kept.lock().unwrap().ahead = 3 * DAY;
    test.issue_sample("13-level-1").await;
    let refused = refusal(&test).await;
    assert!(matches!(refused, MayNotSign::ClockBehind { .. }), "{refused}");
}

#[tokio::test]
async fn a_clock_far_ahead_of_all_others_signs_nothing() {
    let test = TestOffice::founded(Root::Test, Clock::System.now().checked_sub(5 * DAY).unwrap()).await;
    // Nothing was heard for five days, and the registry says that they did not pass.
    test.server.kept.lock().unwrap().ahead = -5 * DAY;
    let refused = refusal(&test).await;
    assert!(matches!(refused, MayNotSign::ClockAhead { .. }), "{refused}");
    test.server.kept.lock().unwrap().ahead = 3 * DAY;
    let (mut office, keys) = test.open().await;
    let behind = sign_waiting(&mut office, &keys).await.unwrap_err();
    assert!(
        matches!(behind, SigningError::NotNow(MayNotSign::ClockBehind { .. })),
        "{behind}"
    );
    // Once it says what we say, what waited goes out; a wrong answer before left no trace.
    test.server.kept.lock().unwrap().ahead = 0;
    sign_waiting(&mut office, &keys).await.unwrap();
    assert_eq!(deliver(&mut office, &keys).await.unwrap().documents, 4);
}

#[tokio::test]
async fn an_office_that_heard_nothing_for_days_asks_for_the_time() {
    let test = TestOffice::founded(Root::Test, Clock::System.now().checked_sub(5 * DAY).unwrap()).await;
    let requests = || test.server.kept.lock().unwrap().requests;
    test.server.kept.lock().unwrap().log = LogMood::Gone;
    let refused = refusal(&test).await;
    assert!(matches!(refused, MayNotSign::NoWitness { .. }), "{refused}");
    assert_eq!(requests(), 0);
    test.server.kept.lock().unwrap().log = LogMood::Open;
    let (mut office, keys) = test.open().await;
    sign_waiting(&mut office, &keys).await.unwrap();
    assert_eq!(deliver(&mut office, &keys).await.unwrap().documents, 4);
}
