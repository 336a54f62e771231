//! The worklist: what is due, from plans and events.

use serde_json::Value;
use touchstone_schemas::{
    credential::Credential,
    date_time::{Date, Timestamp},
    lifecycle::{Change, EventReason},
    status::StatusMessage,
};

use crate::{
    app::TestApp,
    documents::{suspension, withdrawal},
};

const HTML: (&str, &str) = ("accept", "text/html");
const DAY: i64 = 86_400;

fn number(index: u32) -> String {
    format!("CQC26ZNZ{:06}R0", 200 + index)
}

/// A certificate whose first surveillance is due so many days from now.
async fn due_in(app: &TestApp, index: u32, days: i32) -> (Credential, String) {
    let mut credential = app.office.credential(&number(index), index, app.now());
    credential.surveillance.first_due = Date::of(app.now()).add_days(days).unwrap();
    let document = app.office.sign(&credential, app.now());
    let answer = app.submit(std::slice::from_ref(&document)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    (credential, document)
}

async fn change(
    app: &mut TestApp,
    (credential, document): &(Credential, String),
    sequence: u32,
    change: Change,
    shown: StatusMessage,
) {
    let index = credential.status.index;
    let now: Timestamp = app.now();
    let event = app.office.event(credential, document, sequence, now, change);
    let bundle = app.office.event_bundle(&event, shown, index, now);
    let answer = app.submit(&bundle).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn rows(app: &TestApp, query: &str) -> Vec<(String, String)> {
    let answer = app.get(&format!("/surveillance{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = answer.json()["rows"].as_array().unwrap().clone();
    rows.iter()
        .map(|row| (text(&row["number"]), text(&row["state"])))
        .collect()
}

fn row(index: u32, state: &str) -> (String, String) {
    (number(index), state.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_due_is_listed_by_its_day_and_leaves_when_it_is_done() {
    let mut app = TestApp::with_lists().await;
    let soon = due_in(&app, 1, 30).await;
    due_in(&app, 2, 90).await;
    let paused = due_in(&app, 3, 300).await;
    assert_eq!(rows(&app, "").await, [row(1, "dueSoon")]);
    assert_eq!(rows(&app, "?due_before=2027-01-01").await.len(), 2);
    change(&mut app, &paused, 1, suspension(), StatusMessage::Suspended).await;
    app.pass(31 * DAY);
    assert_eq!(
        rows(&app, "").await,
        [row(1, "overdueInGrace"), row(2, "dueSoon")]
    );
    let grace = i64::from(soon.0.surveillance.grace_days);
    app.pass(grace * DAY);
    assert_eq!(rows(&app, "?state=overdue").await, [row(1, "overdue")]);
    // The same after a start, which reads the log again.
    let before = rows(&app, "?due_before=2030-01-01").await;
    app.stop().await;
    app.resume().await.unwrap();
    assert_eq!(rows(&app, "?due_before=2030-01-01").await, before);
    // Done: the next date counts. Withdrawn: nothing is due any more.
    let done = Change::SurveillancePassed {
        reason: EventReason::ScheduledSurveillance,
        performed_on: Date::of(app.now()),
        next_due: Date::of(app.now()).add_days(200).unwrap(),
    };
    // Lists of today, in which the second may be overdue by now too.
    app.office.messages.insert(1, StatusMessage::InForce);
    change(&mut app, &soon, 1, done, StatusMessage::InForce).await;
    assert!(rows(&app, "?state=overdue").await.is_empty());
    change(&mut app, &soon, 2, withdrawal(), StatusMessage::Withdrawn).await;
    let listed = rows(&app, "?due_before=2030-01-01").await;
    assert!(
        !listed
            .iter()
            .any(|(number, _)| *number == soon.0.number.to_string()),
        "{listed:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspension_past_its_end_is_listed_as_such() {
    let mut app = TestApp::with_lists().await;
    let paused = due_in(&app, 3, 300).await;
    change(&mut app, &paused, 1, suspension(), StatusMessage::Suspended).await;
    assert_eq!(
        rows(&app, "?state=suspended&due_before=2027-01-01").await,
        [row(3, "suspended")]
    );
    app.pass(183 * DAY);
    assert_eq!(rows(&app, "").await, [row(3, "suspensionPastEnd")]);
    // Expired, nothing is due of it.
    app.pass(3 * 366 * DAY);
    assert!(rows(&app, "?due_before=2040-01-01").await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_follow_each_other_without_gap_or_double() {
    let app = TestApp::with_lists().await;
    let mut documents = Vec::new();
    for index in 0..250 {
        let mut credential = app.office.credential(&number(index), index, app.now());
        credential.surveillance.first_due = Date::of(app.now())
            .add_days(i32::try_from(index % 7).unwrap())
            .unwrap();
        documents.push(app.office.sign(&credential, app.now()));
    }
    assert_eq!(app.submit(&documents).await.status, 200);
    let mut seen = Vec::new();
    let mut path = "/surveillance".to_owned();
    let mut pages = 0;
    loop {
        let answer = app.get(&path).await.json();
        pages += 1;
        for row in answer["rows"].as_array().unwrap() {
            seen.push((row["due"].to_string(), row["number"].to_string()));
        }
        match answer["next"].as_str() {
            Some(next) => path = format!("/surveillance?cursor={next}"),
            None => break,
        }
    }
    assert_eq!((seen.len(), pages), (250, 3));
    assert!(seen.is_sorted());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_names_nobody_and_bad_queries_have_their_place() {
    let app = TestApp::with_lists().await;
    let credential = due_in(&app, 1, 30).await.0;
    let page = app.get_with("/surveillance?due_before=&state=", &[HTML]).await;
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains("data-state=\"dueSoon\"") && text.contains(&number(1)));
    let json = app.get("/surveillance").await.text();
    for personal in [credential.holder.name.as_str(), credential.signatory.as_str()] {
        assert!(!text.contains(personal) && !json.contains(personal));
    }
    for (query, parameter) in [
        ("due_before=2026-13-01", "due_before"),
        ("state=fine", "state"),
        ("cursor=x", "cursor"),
        ("cursor=2026-01-01~x%20y~1", "cursor"),
        ("format=csv", "format"),
    ] {
        let answer = app.get(&format!("/surveillance?{query}")).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "malformedQuery"),
            "{query}"
        );
        assert_eq!(answer.json()["parameter"]["name"], parameter);
    }
}
