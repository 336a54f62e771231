//! What is bounded so that the service stays up: how often a client may ask, and how full the disk may get.

use touchstone_schemas::{budget::MAX_SNAPSHOT_BYTES, status::StatusPurpose};

use crate::{
    app::{Answer, TOKEN, TestApp, send},
    documents::NUMBER,
};

const PAGE: (&str, &str) = ("accept", "text/html");

/// A registry behind a proxy on the same machine, with a certificate.
async fn with_limits(records: u32, strangers: u32) -> TestApp {
    let mut app = TestApp::made().await;
    app.config.listen.proxy = Some("127.0.0.1".parse().unwrap());
    app.config.limits.records_per_minute = records;
    app.config.limits.strangers_per_minute = strangers;
    app.resume().await.unwrap();
    let now = app.now();
    let mut bundle = vec![app.office.sign(&app.office.credential(NUMBER, 7, now), now)];
    bundle.extend(app.office.lists(now));
    assert_eq!(app.submit(&bundle).await.status, 200);
    app
}

impl TestApp {
    async fn get_for(&self, client: &str, path: &str) -> Answer {
        self.get_with(path, &[PAGE, ("x-forwarded-for", client)]).await
    }
}

fn assert_told_to_wait(answer: &Answer) {
    assert_eq!(answer.status, 429);
    // On a page for whoever asked for one.
    let on_page = answer.text().contains("data-problem=\"tooManyRequests\"");
    assert!(on_page || answer.code() == "tooManyRequests", "{}", answer.text());
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=61).contains(&wait), "{wait}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_looks_up_so_many_records_a_minute() {
    let mut app = with_limits(3, 3).await;
    let record = format!("/certificates/{NUMBER}");
    let typed = format!("/verify?number={NUMBER}");
    // Records, pages and numbers that are not here count alike.
    for path in [&record, &typed, "/certificates/CQC26ZNZ000999R0"] {
        let answer = app.get_for("192.0.2.1", path).await;
        assert_ne!(answer.status, 429, "{path}");
    }
    for path in [&record, &typed] {
        assert_told_to_wait(&app.get_for("192.0.2.1", path).await);
    }
    // What names nobody has no limit, and no other client is touched.
    for path in [
        "/verify",
        "/v",
        "/status-lists/message/1",
        "/trust.json",
        "/log/checkpoint",
    ] {
        assert_eq!(app.get_for("192.0.2.1", path).await.status, 200, "{path}");
    }
    assert_eq!(app.get_for("192.0.2.2", &record).await.status, 200);
    // The proxy's own word is the last one; what the client put before it counts for nothing.
    for client in ["203.0.113.9, 192.0.2.1", "192.0.2.1:50000", "::ffff:192.0.2.1"] {
        assert_told_to_wait(&app.get_for(client, &record).await);
    }
    // An IPv6 subscriber has a /64.
    for last in 1..=3 {
        let client = format!("2001:db8:1:2::{last}");
        assert_eq!(app.get_for(&client, &record).await.status, 200);
    }
    assert_told_to_wait(&app.get_for("2001:db8:1:2::4", &record).await);
    assert_eq!(app.get_for("2001:db8:1:3::4", &record).await.status, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_proxy_nobody_names_himself() {
    let mut app = with_limits(1, 1).await;
    app.stop().await;
    app.config.listen.proxy = None;
    app.resume().await.unwrap();
    let record = format!("/certificates/{NUMBER}");
    assert_eq!(app.get_for("192.0.2.1", &record).await.status, 200);
    assert_told_to_wait(&app.get_for("192.0.2.2", &record).await);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn submissions_without_the_token_are_counted_and_those_with_it_are_not() {
    let mut app = with_limits(3, 2).await;
    let json = ("content-type", "application/json");
    let guess = ("authorization", "Bearer guess");
    for _ in 0..2 {
        let answer = send(app.address(), "POST", "/submissions", &[json, guess], b"{}").await;
        assert_eq!(answer.status, 401);
    }
    let answer = send(app.address(), "POST", "/submissions", &[json, guess], b"{}").await;
    assert_told_to_wait(&answer);
    let bearer = format!("Bearer {TOKEN}");
    for _ in 0..5 {
        let known = [json, ("authorization", bearer.as_str())];
        let answer = send(app.address(), "POST", "/submissions", &known, b"{}").await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "malformedSubmission")
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fills_stops_intake_and_not_reading() {
    let mut app = TestApp::with_lists().await;
    let now = app.now();
    let document = app.office.sign(&app.office.credential(NUMBER, 7, now), now);
    let lists = app.office.lists(now);
    assert_eq!(app.submit(&lists).await.status, 200);
    app.stop().await;
    // Four pebibytes are not free here.
    app.config.limits.disk_reserve_mib = u32::MAX;
    app.resume().await.unwrap();
    let answer = app.submit(std::slice::from_ref(&document)).await;
    assert_eq!((answer.status, answer.code().as_str()), (503, "diskLow"));
    assert_eq!(answer.header("retry-after"), Some("60"));
    // What the log holds is still answered, to readers and to whoever asks for a receipt again.
    assert_eq!(app.submit(&lists).await.receipts().len(), 3);
    assert_eq!(app.get("/status-lists/message/1").await.status, 200);
    let ready = send(app.private_address(), "GET", "/readyz", &[], b"").await;
    assert_eq!((ready.status, &ready.json()["diskHasRoom"]), (503, &false.into()));
    assert_eq!(ready.json()["logAccepts"], true);
    app.stop().await;
    app.config.limits.disk_reserve_mib = 1;
    app.resume().await.unwrap();
    assert_eq!(app.submit(&[document]).await.receipts().len(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_submission_may_be_as_long_as_a_snapshot() {
    let mut app = TestApp::start().await;
    let bearer = format!("Bearer {TOKEN}");
    let known = [
        ("content-type", "application/json"),
        ("authorization", bearer.as_str()),
    ];
    let long = format!("{{\"documents\":[\"{}\"]}}", "x".repeat(MAX_SNAPSHOT_BYTES));
    let answer = send(app.address(), "POST", "/submissions", &known, long.as_bytes()).await;
    // Read whole, and judged for what it is.
    assert_eq!(answer.status, 400, "{}", answer.text());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_version_of_a_status_list_stays_served() {
    let mut app = TestApp::start().await;
    let mut versions = Vec::new();
    for _ in 0..3 {
        let list = app.office.list(StatusPurpose::Message, app.now());
        let document = app.office.sign_list(&list);
        assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
        versions.push((list, document));
        app.pass(3_600);
    }
    app.stop().await;
    // Also after a start, from the log alone.
    app.resume().await.unwrap();
    let path = "/status-lists/message/1";
    for (list, document) in &versions {
        let answer = app.get(&format!("{path}?sequence={}", list.sequence)).await;
        assert_eq!((answer.status, &answer.text()), (200, document));
        assert!(answer.header("cache-control").unwrap().contains("immutable"));
        for second in [0, 3_599] {
            let at = list.valid_from.checked_add(second).unwrap();
            let answer = app.get(&format!("{path}?at={at}")).await;
            assert_eq!((answer.status, &answer.text()), (200, document), "{at}");
        }
    }
    assert_eq!(app.get(path).await.text(), versions[2].1);
    let before = versions[0].0.valid_from.checked_sub(1).unwrap();
    let after = versions[2].0.valid_until.checked_add(1).unwrap();
    for (query, status, code) in [
        (format!("at={before}"), 404, "notFound"),
        (format!("at={after}"), 404, "notFound"),
        ("sequence=4".to_owned(), 404, "notFound"),
        ("sequence=01".to_owned(), 404, "notFound"),
        ("at=yesterday".to_owned(), 400, "malformedQuery"),
        (format!("sequence=1&at={before}"), 400, "malformedQuery"),
    ] {
        let answer = app.get(&format!("{path}?{query}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{query}");
    }
    app.stop().await;
}
