//! Feeds of changes: what they hold, how they page, and what they never say.

use serde_json::Value;
use touchstone_schemas::{
    credential::Credential,
    date_time::Date,
    lifecycle::{Change, EventReason},
    status::StatusMessage,
};

use crate::{
    app::{Answer, TestApp},
    documents::{NUMBER, suspension, withdrawal},
};

const DAY: i64 = 86_400;

/// A certificate whose first surveillance is due in 63 days: soon from the third day on.
async fn issue(app: &TestApp, number: &str, index: u32) -> (Credential, String) {
    let mut credential = app.office.credential(number, index, app.now());
    credential.surveillance.first_due = Date::of(app.now()).add_days(63).unwrap();
    let document = app.office.sign(&credential, app.now());
    let answer = app.submit(std::slice::from_ref(&document)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    (credential, document)
}

async fn change(
    app: &mut TestApp,
    (credential, document): &(Credential, String),
    sequence: u32,
    (change, shown): (Change, StatusMessage),
) {
    let now = app.now();
    let event = app.office.event(credential, document, sequence, now, change);
    let index = credential.status.index;
    let bundle = app.office.event_bundle(&event, shown, index, now);
    let answer = app.submit(&bundle).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn items(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["items"].as_array().unwrap().clone()
}

/// Number, change and state of each item.
fn told(items: &[Value]) -> Vec<(String, String, String)> {
    let text = |item: &Value, name: &str| item["_touchstone"][name].as_str().unwrap().to_owned();
    let row = |item| (text(item, "number"), text(item, "change"), text(item, "state"));
    items.iter().map(row).collect()
}

fn row(number: &str, change: &str, state: &str) -> (String, String, String) {
    (number.to_owned(), change.to_owned(), state.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_and_dates_of_a_certificate_the_newest_first() {
    let mut app = TestApp::with_lists().await;
    let held = issue(&app, NUMBER, 1).await;
    app.pass(DAY);
    change(&mut app, &held, 1, (suspension(), StatusMessage::Suspended)).await;
    app.pass(DAY);
    let reinstated = Change::Reinstated {
        reason: EventReason::CorrectionVerified,
    };
    change(&mut app, &held, 2, (reinstated, StatusMessage::InForce)).await;
    let path = format!("/certificates/{NUMBER}/changes.json");
    let before = told(&items(&app.get(&path).await));
    assert_eq!(
        before,
        [
            row(NUMBER, "reinstated", "valid"),
            row(NUMBER, "suspended", "suspended"),
            row(NUMBER, "issued", "valid"),
        ]
    );
    // Surveillance comes up, is missed, and then the certificate is withdrawn.
    let due = held.0.surveillance.first_due;
    app.pass(due.start().seconds_since(app.now()) + 2 * DAY);
    app.office.messages.insert(1, StatusMessage::OverdueInGrace);
    change(&mut app, &held, 3, (withdrawal(), StatusMessage::Withdrawn)).await;
    let after = items(&app.get(&path).await);
    assert_eq!(
        told(&after)[..3],
        [
            row(NUMBER, "withdrawn", "withdrawn"),
            row(NUMBER, "surveillanceOverdueInGrace", "overdueInGrace"),
            row(NUMBER, "surveillanceDueSoon", "valid"),
        ]
    );
    // What was told stays as it was told, under the same names.
    assert_eq!(told(&after)[3..], before);
    let due_on = after[1]["_touchstone"]["known"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(Date::of(due_on), due.add_days(1).unwrap());
    // The same after a start, which reads the log again.
    app.stop().await;
    app.resume().await.unwrap();
    assert_eq!(items(&app.get(&path).await), after);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_registry_names_nobody_and_pages_without_gap_or_double() {
    let mut app = TestApp::with_lists().await;
    let number = |index: u32| format!("CQC26ZNZ{:06}R0", 200 + index);
    let documents: Vec<String> = (0..120)
        .map(|index| {
            let credential = app.office.credential(&number(index), index, app.now());
            app.office.sign(&credential, app.now())
        })
        .collect();
    assert_eq!(app.submit(&documents).await.status, 200);
    let held = issue(&app, NUMBER, 700).await;
    change(&mut app, &held, 1, (suspension(), StatusMessage::Suspended)).await;
    let mut path = "/changes.json".to_owned();
    let mut told_of = Vec::new();
    let mut pages = 0;
    loop {
        let answer = app.get(&path).await;
        told_of.extend(items(&answer));
        pages += 1;
        // Meanwhile more comes; what was to be read is not moved.
        issue(&app, &number(500 + pages), 800 + pages).await;
        let json = answer.json();
        let Some(next) = json["next_url"].as_str() else {
            break;
        };
        path = next[next.find("/changes").unwrap()..].to_owned();
    }
    assert_eq!((told_of.len(), pages), (122, 3));
    assert_eq!(
        told(&told_of)[..2],
        [
            row(NUMBER, "suspended", "suspended"),
            row(NUMBER, "issued", "valid")
        ]
    );
    let mut ids: Vec<&str> = told_of.iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert!(
        ids.iter().all(|id| id.starts_with("tag:registry.example,2026:")),
        "{ids:?}"
    );
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 122);
    for path in [
        "/changes.json",
        "/changes.atom",
        &format!("/certificates/{NUMBER}/changes.atom"),
    ] {
        let text = app.get(path).await.text();
        for name in [
            held.0.holder.name.as_str(),
            held.0.holder.uscc.as_str(),
            held.0.signatory.as_str(),
        ] {
            assert!(!text.contains(name), "{path}");
        }
    }
    let body = held.0.issuer.id.as_str().replace('%', "%25");
    assert_eq!(
        items(&app.get(&format!("/changes.json?body={body}")).await).len(),
        50
    );
    let other = app.get("/changes.json?body=did:web:other.example").await;
    assert!(items(&other).is_empty() && other.json().get("next_url").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn atom_says_the_same_and_is_asked_for_again_cheaply() {
    let mut app = TestApp::with_lists().await;
    let held = issue(&app, NUMBER, 1).await;
    app.pass(60);
    change(&mut app, &held, 1, (withdrawal(), StatusMessage::Withdrawn)).await;
    app.pass(60);
    for path in ["/changes", &format!("/certificates/{NUMBER}/changes")] {
        let atom = app.get(&format!("{path}.atom")).await;
        assert_eq!(atom.status, 200);
        assert_eq!(
            atom.header("content-type"),
            Some("application/atom+xml; charset=utf-8")
        );
        assert_eq!(atom.header("access-control-allow-origin"), Some("*"));
        let text = atom.text();
        let json = items(&app.get(&format!("{path}.json")).await);
        assert_eq!(text.matches("<entry>").count(), json.len());
        for item in &json {
            for member in ["id", "title", "date_published", "url"] {
                assert!(text.contains(item[member].as_str().unwrap()), "{member} {text}");
            }
        }
        assert!(text.contains(&format!("<link rel=\"self\" type=\"application/atom+xml\" href=\"https://registry.example{path}.atom\"/>")), "{text}");
        let newest = json[0]["date_published"].as_str().unwrap();
        assert!(
            text.contains(&format!("<updated>{newest}</updated>\n<author>")),
            "{text}"
        );
        let tag = atom.header("etag").unwrap().to_owned();
        let modified = atom.header("last-modified").unwrap().to_owned();
        let again = |name: &'static str, value: String| {
            let path = format!("{path}.atom");
            let app = &app;
            async move { app.get_with(&path, &[(name, &value)]).await.status }
        };
        assert_eq!(again("if-none-match", tag).await, 304);
        assert_eq!(again("if-modified-since", modified).await, 304);
        assert_eq!(
            again("if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT".to_owned()).await,
            200
        );
        assert_eq!(again("if-modified-since", "yesterday".to_owned()).await, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_here_or_not_of_its_form_is_said() {
    let app = TestApp::with_lists().await;
    assert!(items(&app.get("/changes.json").await).is_empty());
    for path in [
        "/certificates/CQC26ZNZ999999R0/changes.atom",
        "/certificates/x/changes.json",
    ] {
        assert_eq!(app.get(path).await.code(), "certificateNotHere", "{path}");
    }
    for (query, parameter) in [
        ("before=x", "before"),
        ("before=-1", "before"),
        ("body=https://x", "body"),
    ] {
        let answer = app.get(&format!("/changes.atom?{query}")).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "malformedQuery"),
            "{query}"
        );
        assert_eq!(answer.json()["parameter"]["name"], parameter);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_altered_behind_the_registrys_back_is_not_told() {
    let app = TestApp::with_lists().await;
    issue(&app, NUMBER, 1).await;
    app.tamper("UPDATE log_entry SET entry = CAST(replace(CAST(entry AS TEXT), 'R0', 'R1') AS BLOB) WHERE leaf_index = 3;")
        .await;
    let answer = app.get("/changes.json").await;
    assert_eq!((answer.status, answer.code().as_str()), (500, "recordDamaged"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holder_is_told_of_all_its_certificates_by_its_code_alone() {
    let mut app = TestApp::with_lists().await;
    let first = issue(&app, NUMBER, 1).await;
    issue(&app, "CQC26ZNZ000201R0", 2).await;
    app.pass(60);
    change(&mut app, &first, 1, (suspension(), StatusMessage::Suspended)).await;
    let code = first.0.holder.uscc;
    let feed = app.get(&format!("/holders/{code}/changes.json")).await;
    assert_eq!(
        told(&items(&feed)),
        [
            row(NUMBER, "suspended", "suspended"),
            row("CQC26ZNZ000201R0", "issued", "valid"),
            row(NUMBER, "issued", "valid"),
        ]
    );
    assert!(!feed.text().contains(first.0.holder.name.as_str()));
    // The same changes under the same names as elsewhere.
    let ids = |answer: &Answer| -> Vec<String> {
        let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
        items(answer).iter().map(id).collect()
    };
    assert_eq!(ids(&feed), ids(&app.get("/changes.json").await));
    for code in ["91110000101623741K", "x"] {
        let answer = app.get(&format!("/holders/{code}/changes.atom")).await;
        assert_eq!(answer.code(), "certificateNotHere", "{code}");
    }
}
