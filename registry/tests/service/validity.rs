//! Many certificates at once: numbers and codes, JSON and CSV, row by row and in order.

use serde_json::Value;
use touchstone_schemas::{credential::Credential, status::StatusMessage};

use crate::{
    app::{Answer, TestApp, send},
    documents::{suspension, withdrawal},
};

const JSON: (&str, &str) = ("content-type", "application/json");
const CSV: (&str, &str) = ("content-type", "text/csv");
const PATH: &str = "/validity-checks";

fn number(index: u32) -> String {
    format!("CQC26ZNZ{:06}R0", 300 + index)
}

async fn ask(app: &TestApp, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    send(app.address(), "POST", path, headers, body.as_bytes()).await
}

async fn rows(app: &TestApp, path: &str, body: &str) -> Vec<Value> {
    let answer = ask(app, path, &[JSON], body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["rows"].as_array().unwrap().clone()
}

/// Three certificates: in force, suspended, withdrawn; the last of another legal entity.
async fn app() -> (TestApp, Vec<Credential>) {
    let mut app = TestApp::with_lists().await;
    let mut credentials = Vec::new();
    for (index, change) in [
        (1, None),
        (2, Some((suspension(), StatusMessage::Suspended))),
        (3, Some((withdrawal(), StatusMessage::Withdrawn))),
    ] {
        let mut credential = app.office.credential(&number(index), index, app.now());
        if index == 3 {
            credential.holder.uscc = "91110000101623741K".parse().unwrap();
        }
        let document = app.office.sign(&credential, app.now());
        assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
        if let Some((change, shown)) = change {
            let now = app.now();
            let event = app.office.event(&credential, &document, 1, now, change);
            let bundle = app.office.event_bundle(&event, shown, index, now);
            assert_eq!(app.submit(&bundle).await.status, 200);
        }
        credentials.push(credential);
    }
    (app, credentials)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_are_answered_in_order_and_a_bad_one_spoils_no_other() {
    let (app, credentials) = app().await;
    let code = credentials[0].holder.uscc;
    let items = [
        number(3),
        "不是编号".to_owned(),
        " ｃｑｃ26znz000301r0".to_owned(),
        code.to_string(),
        "CQC26ZNZ999999R0".to_owned(),
        "91310115MA1H8R7C6D".to_owned(),
    ];
    let body = serde_json::json!({ "items": items }).to_string();
    let rows = rows(&app, PATH, &body).await;
    let seen: Vec<(u64, &str)> = rows
        .iter()
        .map(|row| (row["row"].as_u64().unwrap(), row["result"].as_str().unwrap()))
        .collect();
    let wanted = ["held", "fault", "held", "held", "notHere", "fault"];
    assert_eq!(seen, (1..).zip(wanted).collect::<Vec<_>>());
    assert_eq!(rows[0]["certificates"][0]["state"], "withdrawn");
    assert!(rows[0]["certificates"][0]["stateSince"].is_string());
    assert_eq!(rows[1]["fault"]["code"], "notANumberOrCode");
    assert_eq!(rows[2]["certificates"][0]["number"], number(1).as_str());
    // The entity's certificates, and not the other's.
    let of_code = rows[3]["certificates"].as_array().unwrap();
    let states: Vec<&Value> = of_code.iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["valid", "suspended"]);
    assert_eq!(rows[5]["fault"]["code"], "checkCharacter");
    // Nobody is named, whatever is asked.
    let text = Value::from(rows).to_string();
    assert!(!text.contains(credentials[0].holder.name.as_str()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sheet_is_answered_as_a_sheet_that_runs_nothing() {
    let (mut app, _) = app().await;
    let sheet = format!(
        "certificate_number\r\n{}\r\n=HYPERLINK(1)\r\n{}\r\n",
        number(2),
        number(9)
    );
    let answer = ask(&app, PATH, &[CSV], &sheet).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.header("content-type").unwrap().starts_with("text/csv"));
    let text = answer.text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("row,asked,result,number,version,state,"));
    assert!(
        lines[1].starts_with(&format!("2,{0},held,{0},1,suspended,", number(2))),
        "{}",
        lines[1]
    );
    assert!(
        lines[2].starts_with("3,\"'=HYPERLINK(1)\",fault,"),
        "{}",
        lines[2]
    );
    assert!(
        lines[3].starts_with(&format!("4,{},notHere,", number(9))),
        "{}",
        lines[3]
    );
    // The same as lines of JSON, and the same after a start, which reads the log again.
    app.stop().await;
    app.resume().await.unwrap();
    let lines = ask(&app, PATH, &[CSV, ("accept", "application/x-ndjson")], &sheet).await;
    let states: Vec<Value> = lines
        .text()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["result"].clone())
        .collect();
    assert_eq!(states, ["held", "fault", "notHere"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_past_instant_and_a_whole_day_are_answered_as_known_now() {
    let (app, _) = app().await;
    let body = format!("{{\"items\":[\"{}\"]}}", number(2));
    let state = async |at: &str| {
        let rows = rows(&app, &format!("{PATH}?at={at}"), &body).await;
        rows[0]["certificates"][0]["state"].as_str().unwrap().to_owned()
    };
    let now = app.now();
    let today = touchstone_schemas::date_time::Date::of(now);
    let before = touchstone_schemas::date_time::Timestamp::from_unix(now.unix() - 60).unwrap();
    assert_eq!(state(&before.to_string()).await, "valid");
    assert_eq!(state(&now.to_string()).await, "suspended");
    // Valid in the morning is not valid throughout.
    assert_eq!(state(&today.to_string()).await, "suspended");
    assert_eq!(
        state(&today.add_days(-1).unwrap().to_string()).await,
        "notYetValid"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_question_is_a_clear_problem() {
    let (mut app, _) = app().await;
    let deep = format!("{{\"items\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let many = serde_json::json!({ "items": vec!["X"; 10_001] }).to_string();
    let long = "X".repeat(1024 * 1024 + 1);
    let one = format!("{{\"items\":[\"{}\"]}}", number(1));
    let future = format!("{{\"at\":\"2099-01-01\",\"items\":[\"{}\"]}}", number(1));
    for (path, headers, body, status, code) in [
        (PATH, &[JSON][..], "{", 400, "malformedJson"),
        (PATH, &[JSON], deep.as_str(), 400, "malformedJson"),
        (PATH, &[JSON], "{\"items\":7}", 400, "malformedCheck"),
        (PATH, &[JSON], "{\"items\":[]}", 400, "malformedCheck"),
        (PATH, &[JSON], future.as_str(), 400, "malformedCheck"),
        (
            "/validity-checks?at=soon",
            &[JSON],
            one.as_str(),
            400,
            "malformedQuery",
        ),
        (PATH, &[JSON], many.as_str(), 413, "tooManyRows"),
        (PATH, &[CSV], long.as_str(), 413, "checkTooLarge"),
        (PATH, &[], one.as_str(), 415, "unsupportedMediaType"),
        (
            PATH,
            &[JSON, ("accept", "image/png")],
            one.as_str(),
            406,
            "notAcceptable",
        ),
    ] {
        let answer = ask(&app, path, headers, body).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{}",
            answer.text()
        );
    }
    // A client asks about so many rows a minute.
    app.stop().await;
    app.config.limits.check_rows_per_minute = 3;
    app.resume().await.unwrap();
    let two = format!("{{\"items\":[\"{}\",\"{}\"]}}", number(1), number(2));
    assert_eq!(ask(&app, PATH, &[JSON], &two).await.status, 200);
    let answer = ask(&app, PATH, &[JSON], &two).await;
    assert_eq!((answer.status, answer.code().as_str()), (429, "tooManyRequests"));
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_rows_come_whole() {
    let (app, _) = app().await;
    let items: Vec<String> = (0..10_000).map(|row| number(row % 4)).collect();
    let rows = rows(&app, PATH, &serde_json::json!({ "items": items }).to_string()).await;
    assert_eq!(rows.len(), 10_000);
    for (place, row) in rows.iter().enumerate() {
        assert_eq!(row["row"], place + 1);
        let held = place % 4 != 0;
        assert_eq!(row["result"], if held { "held" } else { "notHere" });
    }
}
