//! What a registry, or something between, may answer; and clocks that differ.

use touchstone_issuer::{
    issue::{IssueError, issue},
    lifecycle_actions::{ActionError, act},
    office::Clock,
    outbox::{DeliveryError, deliver},
    registry::Unanswered,
};
use touchstone_schemas::{
    date_time::Date,
    lifecycle::{Change, EventReason},
};

use crate::{
    events::request,
    log_server::Mood,
    test_office::{TestOffice, demo, only},
};

fn withdrawn() -> Change {
    Change::Withdrawn {
        reason: EventReason::FalseStatements,
    }
}

#[tokio::test]
async fn only_a_problem_of_the_intake_is_a_refusal() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    let file = demo().join("applications/13-level-1.json");
    let problem = r#"{"type":"https://w3id.org/touchstone/problems/unauthorised","title":"no"}"#;
    let cut = r#"{"type":"https://w3id.org/touchstone/problems/bodyCutShort","title":"no"}"#;
    for (status, body) in [
        ("302 Found", ""),
        ("400 Bad Request", "<html>a proxy</html>"),
        ("400 Bad Request", cut),
        ("401 Unauthorized", problem),
        ("403 Forbidden", "{}"),
        ("404 Not Found", problem),
        ("405 Method Not Allowed", problem),
        ("408 Request Timeout", problem),
        ("413 Content Too Large", ""),
        ("425 Too Early", ""),
        ("429 Too Many Requests", problem),
        ("500 Internal Server Error", problem),
        ("502 Bad Gateway", "<html>a proxy</html>"),
    ] {
        test.server.will(&[Mood::Says(status, body); 2]);
        let error = issue(&mut office, &keys, std::slice::from_ref(&file)).await;
        assert!(
            matches!(
                &error,
                Err(IssueError::Delivery(DeliveryError::Unanswered {
                    attempts: 2,
                    cause: Unanswered::Status { .. }
                }))
            ),
            "{status}: {error:?}"
        );
    }
    assert_eq!(office.store.refused_submissions().await.unwrap(), Vec::new());
    let (outcomes, _) = issue(&mut office, &keys, &[file]).await.unwrap();
    assert!(only(outcomes).receipt.is_some());
}

#[tokio::test]
async fn a_registry_whose_clock_is_a_little_behind_is_asked_again() {
    let test = TestOffice::new().await;
    let number = test.issue_sample("08-withdrawn").await.number;
    let (mut office, keys) = test.open().await;
    let asked = request(office.clock, "撤销1", withdrawn());
    test.server.will(&[Mood::Refuses("eventFromFuture"); 2]);
    let error = act(&mut office, &keys, &number, None, &asked).await;
    assert!(
        matches!(
            error,
            Err(ActionError::Delivery(DeliveryError::Unanswered {
                cause: Unanswered::ClockBehind { .. },
                ..
            }))
        ),
        "{error:?}"
    );
    // One no, then the clock is there: the same bytes go through in one run.
    test.server.will(&[Mood::Refuses("eventFromFuture")]);
    let outcome = act(&mut office, &keys, &number, None, &asked).await.unwrap();
    assert!(outcome.event.receipt.is_some());
}

#[tokio::test]
async fn past_the_allowance_an_event_of_the_future_is_refused_for_good() {
    let test = TestOffice::new().await;
    let number = test.issue_sample("08-withdrawn").await.number;
    let (mut office, keys) = test.open().await;
    let now = Clock::System.now();
    let asked = request(Clock::Fixed(now.checked_sub(601).unwrap()), "撤销1", withdrawn());
    test.server.will(&[Mood::Refuses("eventFromFuture"); 2]);
    let outcome = act(&mut office, &keys, &number, None, &asked).await.unwrap();
    assert_eq!(outcome.delivered.refused.len(), 1);
}

#[tokio::test]
async fn an_event_made_by_a_clock_far_ahead_is_refused_once_the_clock_is_right() {
    let test = TestOffice::new().await;
    let number = test.issue_sample("08-withdrawn").await.number;
    let (mut office, keys) = test.open().await;
    office.clock = Clock::Fixed(Clock::System.now().checked_add(3_600).unwrap());
    let asked = request(office.clock, "撤销1", withdrawn());
    test.server.will(&[Mood::Refuses("eventFromFuture"); 2]);
    act(&mut office, &keys, &number, None, &asked).await.unwrap_err();
    office.clock = Clock::System;
    test.server.will(&[Mood::Refuses("eventFromFuture"); 2]);
    let delivered = deliver(&mut office, &keys).await.unwrap();
    assert_eq!(delivered.refused.len(), 1);
}

#[tokio::test]
async fn lists_follow_a_registry_whose_clock_is_ahead() {
    let test = TestOffice::new().await;
    test.server.kept.lock().unwrap().ahead = 120;
    let number = test.issue_sample("06-suspended").await.number;
    let (mut office, keys) = test.open().await;
    let planned_end = Date::of(Clock::System.now()).add_days(30).unwrap();
    let suspended = Change::Suspended {
        reason: EventReason::Nonconformity,
        planned_end,
    };
    for (decision, change) in [("暂停1", suspended), ("撤销1", withdrawn())] {
        let asked = request(office.clock, decision, change);
        let outcome = act(&mut office, &keys, &number, None, &asked).await.unwrap();
        assert!(
            outcome.event.receipt.is_some(),
            "{decision}: {:?}",
            outcome.delivered
        );
    }
    assert!(deliver(&mut office, &keys).await.unwrap().is_whole());
}
