//! `/metrics`: what the operator is told, and that it names nobody.

use std::time::Duration;

use touchstone_schemas::status::StatusMessage;

use crate::{
    app::{TestApp, send},
    documents::{NUMBER, withdrawal},
};

/// The value of a sample by its name and labels as they are written.
pub(crate) fn sample(text: &str, name: &str) -> Option<f64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line?.parse().ok()
}

async fn metrics(app: &TestApp) -> String {
    let answer = send(app.private_address(), "GET", "/metrics", &[], b"").await;
    assert_eq!(answer.status, 200);
    let media = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(answer.header("content-type"), Some(media));
    let text = answer.text();
    assert!(text.ends_with("# EOF\n"));
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operator_is_told_what_happens() {
    let mut app = TestApp::with_lists().await;
    let now = app.now();
    let issued = app.office.credential(NUMBER, 7, now);
    let document = app.office.sign(&issued, now);
    assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
    let event = app.office.event(&issued, &document, 1, now, withdrawal());
    let bundle = app.office.event_bundle(&event, StatusMessage::Withdrawn, 7, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
    assert_eq!(app.submit_body("{}").await.status, 400);
    let json = ("content-type", "application/json");
    assert_eq!(
        send(app.address(), "POST", "/submissions", &[json], b"{}")
            .await
            .status,
        401
    );
    for (path, status) in [
        ("/certificates/CQC26ZNZ000123R0", 200),
        ("/certificates/CQC26ZNZ000999R0", 404),
        ("/status-lists/message/1", 200),
        ("/nowhere/CQC26ZNZ000999R0", 404),
    ] {
        assert_eq!(app.get(path).await.status, status);
    }
    app.pass(600);
    let text = metrics(&app).await;
    let of = |name: &str| sample(&text, &format!("touchstone_registry_{name}"));
    for (name, value) in [
        (
            "requests_total{route=\"/certificates/{number}\",method=\"GET\",status=\"200\"}",
            1.0,
        ),
        (
            "requests_total{route=\"/certificates/{number}\",method=\"GET\",status=\"404\"}",
            1.0,
        ),
        ("requests_total{route=\"-\",method=\"GET\",status=\"404\"}", 1.0),
        ("request_duration_seconds_count{route=\"/submissions\"}", 5.0),
        ("submissions_total{code=\"accepted\"}", 3.0),
        ("submissions_total{code=\"malformedSubmission\"}", 1.0),
        ("submissions_total{code=\"unauthorised\"}", 1.0),
        ("receipts_total", 8.0),
        ("batch_documents_sum", 8.0),
        ("batch_documents_count", 3.0),
        ("batch_commit_seconds_count", 3.0),
        ("log_entries", 8.0),
        ("credentials", 1.0),
        ("queue_submissions", 0.0),
        ("log_accepts", 1.0),
        ("checkpoint_age_seconds", 600.0),
        ("status_lists_left_seconds{purpose=\"message\"}", 85_800.0),
        ("status_lists_left_seconds{purpose=\"revocation\"}", 85_800.0),
        ("connections_refused_total{listener=\"Public\"}", 0.0),
        ("connections_open{listener=\"Private\"}", 1.0),
    ] {
        assert_eq!(of(name), Some(value), "{name}\n{text}");
    }
    assert!(of("trust_list_left_seconds").unwrap() > 0.0);
    assert!(of("disk_free_bytes").unwrap() > 0.0);
    if cfg!(target_os = "linux") {
        assert!(sample(&text, "process_resident_memory_bytes").unwrap() > 1_000_000.0);
        assert!(sample(&text, "process_open_fds").unwrap() > 3.0);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_label_holds_what_somebody_looked_up() {
    let mut app = TestApp::with_lists().await;
    let hostile = [
        "/certificates/SECRET1?version=SECRET2",
        "/verify?number=SECRET3",
        "/SECRET4",
        "/assets/SECRET5",
        "/log/tile/0/SECRET6",
        "/status-lists/SECRET7/1",
        "/certificates/SECRET8/status?at=SECRET9",
    ];
    for path in hostile {
        app.get(path).await;
    }
    for method in ["SECRET", "GET"] {
        send(app.address(), method, "/SECRET", &[("x-secret", "SECRET")], b"").await;
    }
    let text = metrics(&app).await;
    assert!(!text.contains("SECRET"), "{text}");
    assert!(text.contains("method=\"other\""), "{text}");
    // However many names are asked for, the text grows no more.
    let long = text.lines().count();
    for number in 0..200 {
        app.get(&format!("/certificates/CQC26ZNZ{number:06}R0")).await;
    }
    assert!(metrics(&app).await.lines().count() <= long + 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_and_clients_beyond_their_bounds_are_counted() {
    let mut app = TestApp::made().await;
    app.config.limits.connections = 2;
    app.config.limits.records_per_minute = 1;
    app.resume().await.unwrap();
    for status in [404, 429, 429] {
        assert_eq!(app.get("/certificates/CQC26ZNZ000999R0").await.status, status);
    }
    let held = [
        tokio::net::TcpStream::connect(app.address()).await.unwrap(),
        tokio::net::TcpStream::connect(app.address()).await.unwrap(),
    ];
    let limited =
        "touchstone_registry_requests_total{route=\"/certificates/{number}\",method=\"GET\",status=\"429\"}";
    let open = "touchstone_registry_connections_open{listener=\"Public\"}";
    let refused = "touchstone_registry_connections_refused_total{listener=\"Public\"}";
    let mut text = String::new();
    for _ in 0..200 {
        text = metrics(&app).await;
        if sample(&text, open) == Some(2.0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(sample(&text, open), Some(2.0), "{text}");
    assert_eq!(sample(&text, limited), Some(2.0), "{text}");
    assert_eq!(app.get("/v").await.status, 503);
    assert_eq!(sample(&metrics(&app).await, refused), Some(1.0));
    drop(held);
    app.stop().await;
}
