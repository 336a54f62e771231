//! Reports that a paper does not match: from anybody, kept through a restart, given to the office alone and in order.

use serde_json::{Value, json};

use crate::{
    app::{Answer, TOKEN, TestApp, send},
    documents::NUMBER,
    engines::Engines,
};

const JSON: (&str, &str) = ("content-type", "application/json");

fn report() -> Value {
    json!({ "contact": "138-0000-0000", "fields": ["grade"], "note": "纸面写四级", "number": NUMBER, "version": 1 })
}

async fn with_certificate(engines: Engines) -> TestApp {
    let mut app = TestApp::made_on(engines).await;
    app.config.listen.proxy = Some("127.0.0.1".parse().unwrap());
    app.resume().await.unwrap();
    let now = app.now();
    let mut bundle = vec![app.office.sign(&app.office.credential(NUMBER, 7, now), now)];
    bundle.extend(app.office.lists(now));
    assert_eq!(app.submit(&bundle).await.status, 200);
    app
}

async fn hand_in(app: &TestApp, client: &str, body: &[u8]) -> Answer {
    let headers = [JSON, ("x-forwarded-for", client)];
    send(app.address(), "POST", "/mismatch-reports", &headers, body).await
}

async fn given(app: &TestApp, after: &str) -> Answer {
    let bearer = format!("Bearer {TOKEN}");
    let path = format!("/mismatch-reports{after}");
    app.get_with(&path, &[("authorization", bearer.as_str())]).await
}

fn references(answer: &Answer) -> Vec<u64> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    let reports = body["reports"].as_array().unwrap().iter();
    reports.map(|one| one["reference"].as_u64().unwrap()).collect()
}

async fn reports_are_kept_and_given(engines: Engines) {
    let mut app = with_certificate(engines).await;
    let mut kept = Vec::new();
    for client in 1..=3 {
        let answer = hand_in(
            &app,
            &format!("192.0.2.{client}"),
            report().to_string().as_bytes(),
        )
        .await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        kept.push(answer.json()["reference"].as_u64().unwrap());
    }
    assert!(kept.is_sorted_by(|one, next| one < next), "{kept:?}");
    app.stop().await;
    app.resume().await.unwrap();
    let all = given(&app, "").await;
    assert_eq!(references(&all), kept);
    let first = &all.json()["reports"][0];
    assert_eq!(first["report"], report());
    assert!(first["received"].as_str().unwrap().ends_with('Z'));
    assert_eq!(
        references(&given(&app, &format!("?after={}", kept[0])).await),
        kept[1..]
    );
    assert_eq!(
        references(&given(&app, &format!("?after={}", kept[2])).await),
        [0_u64; 0]
    );
    for after in [
        "?after=01",
        "?after=-1",
        "?after=x",
        "?after=18446744073709551615",
    ] {
        assert_eq!(given(&app, after).await.code(), "malformedQuery", "{after}");
    }
    // Once taken they stand as they were.
    assert_eq!(references(&given(&app, "").await), kept);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_sqlite_reports_are_kept_and_given() {
    reports_are_kept_and_given(Engines::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_postgres_reports_are_kept_and_given() {
    if let Some(engines) = Engines::postgres() {
        reports_are_kept_and_given(engines).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_report_is_refused_and_nobody_sends_many() {
    let mut app = with_certificate(Engines::sqlite()).await;
    let with = |name: &str, value: Value| {
        let mut changed = report();
        changed[name] = value;
        changed.to_string()
    };
    let rows = [
        ("{}".to_owned(), 400, "malformedReport"),
        ("<html>".to_owned(), 400, "malformedReport"),
        (with("fields", json!([])), 400, "malformedReport"),
        (with("note", json!("两\n行")), 400, "malformedReport"),
        (with("note", json!("长".repeat(501))), 400, "malformedReport"),
        (with("token", json!("x")), 400, "malformedReport"),
        (
            with("number", json!("CQC26ZNZ000999R0")),
            404,
            "certificateNotHere",
        ),
        (with("version", json!(9)), 404, "certificateNotHere"),
        (" ".repeat(17 * 1024), 413, "reportTooLarge"),
    ];
    for (place, (body, status, code)) in rows.iter().enumerate() {
        let answer = hand_in(&app, &format!("192.0.2.{place}"), body.as_bytes()).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (*status, *code),
            "{body:.60}"
        );
    }
    let form = [("content-type", "text/plain"), ("x-forwarded-for", "192.0.2.90")];
    let answer = send(app.address(), "POST", "/mismatch-reports", &form, b"{}").await;
    assert_eq!(answer.code(), "unsupportedMediaType");
    assert_eq!(references(&given(&app, "").await), [0_u64; 0]);
    // Five a minute of one client; another is not touched.
    for _ in 0..5 {
        let answer = hand_in(&app, "192.0.2.91", report().to_string().as_bytes()).await;
        assert_eq!(answer.status, 201);
    }
    let answer = hand_in(&app, "192.0.2.91", report().to_string().as_bytes()).await;
    assert_eq!((answer.status, answer.code().as_str()), (429, "tooManyRequests"));
    assert_eq!(
        hand_in(&app, "192.0.2.92", report().to_string().as_bytes())
            .await
            .status,
        201
    );
    app.stop().await;
}
