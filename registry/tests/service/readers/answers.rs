//! What readers answer is what the sequencer answers, byte for byte; what is handed in is for the sequencer.

use std::{net::SocketAddr, time::Instant};

use axum::http::Method;
use touchstone_registry::{
    http::{Protection, routes},
    regulators::Register,
};
use touchstone_schemas::{
    credential::Credential,
    date_time::Date,
    did::Did,
    digest::Sha256Digest,
    owner_record::{ReleasedFile, VerifierRelease, VerifierReleaseType},
    status::StatusMessage,
};

use super::{PATIENCE, Reader};
use crate::{
    app::{Answer, TOKEN, TestApp, send},
    documents::{NUMBER, suspension, withdrawal},
    engines::Engines,
    metrics::sample,
    routes::example,
    world::{DID, sign_owned, text},
};

on_both_engines!(
    readers_answer_as_the_sequencer_does,
    a_withdrawal_is_seen_by_every_reader,
    what_is_handed_in_is_for_the_sequencer,
);

/// Addresses beyond those of the router, as they are asked.
const MORE: [&str; 17] = [
    "/certificates?name=%E7%A4%BA%E8%8C%83",
    "/certificates?uscc=91350100M000100Y43",
    "/certificates?state=withdrawn",
    "/certificates/CQC26ZNZ000999R0",
    "/certificates/CQC26ZNZ000123R0/status?at=2026-06-15",
    "/certificates/CQC26ZNZ000999R0/status",
    "/snapshot?sequence=1",
    "/snapshot?since=1",
    "/statistics?format=csv",
    "/surveillance?due_before=2028-01-01",
    "/status-lists/message/1?sequence=3",
    "/status-lists/revocation/1",
    "/status-lists/suspension/1",
    "/verify?number=CQC26ZNZ000123R0",
    "/log/tile/entries/000.p/3",
    "/assets/chart.css",
    "/nowhere",
];
const FORMS: [&str; 4] = ["*/*", "text/html", "application/vc", "text/csv"];

/// A registry with something in every answer.
async fn full(engines: Engines) -> TestApp {
    let mut app = TestApp::made_on(engines).await;
    app.config.limits.records_per_minute = 0;
    app.config.limits.directory_rows_per_minute = 0;
    app.config.limits.check_rows_per_minute = 0;
    app.resume().await.unwrap();
    let now = app.now();
    let mut issued: Vec<(Credential, String)> = Vec::new();
    for (number, index) in [(NUMBER, 7), ("CQC26ZNZ000124R0", 8), ("CQC26ZNZ000125R0", 9)] {
        let credential = app.office.credential(number, index, now);
        let document = app.office.sign(&credential, now);
        issued.push((credential, document));
    }
    let mut bundle: Vec<String> = issued.iter().map(|(_, document)| document.clone()).collect();
    bundle.extend(app.office.lists(now));
    assert_eq!(app.submit(&bundle).await.status, 200);
    let all: Vec<Credential> = issued.iter().map(|(credential, _)| credential.clone()).collect();
    let first = app.office.snapshot(1, 6, now, &all);
    assert_eq!(app.submit(&[first]).await.status, 200);
    app.pass(60);
    let now = app.now();
    for (place, index, change, shown) in [
        (0, 7, suspension(), StatusMessage::Suspended),
        (1, 8, withdrawal(), StatusMessage::Withdrawn),
    ] {
        let (credential, document) = &issued[place];
        let event = app.office.event(credential, document, 1, now, change);
        let bundle = app.office.event_bundle(&event, shown, index, now);
        assert_eq!(app.submit(&bundle).await.status, 200);
    }
    let second = app.office.snapshot(2, 15, now, &all);
    let release = VerifierRelease {
        files: vec![ReleasedFile {
            path: text("verify.wasm"),
            sha256: Sha256Digest::of(b"module"),
        }],
        issued: now,
        issuer: Did::parse(DID).unwrap(),
        release: text("0.1.0"),
        record_type: VerifierReleaseType::VerifierRelease,
        wasm: Sha256Digest::of(b"module"),
    };
    let release = sign_owned(&release, now, &[&app.office.world.owner]);
    for document in [second, release] {
        let answer = app.submit(&[document]).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    app
}

fn assert_same(found: &Answer, wanted: &Answer, name: &str) {
    let told = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        headers.retain(|(name, _)| name != "date");
        headers.sort();
        headers
    };
    assert_eq!(found.status, wanted.status, "{name}: {}", found.text());
    assert_eq!(told(found), told(wanted), "{name}");
    assert!(
        found.body == wanted.body,
        "{name}: {}",
        String::from_utf8_lossy(&found.body)
    );
}

async fn readers_answer_as_the_sequencer_does(engines: Engines) {
    let mut app = full(engines).await;
    let register = Register::at(app.config.regulators.folder.clone());
    let (regions, until) = ("35".parse().unwrap(), Date::of(app.now()));
    let (_, token) = register.add("one".to_owned(), regions, until, app.now()).unwrap();
    let bearer = format!("Bearer {}", token.expose());
    // One that has read it all at its start, and one that has followed from there.
    let mut readers = [app.started_reader().await, app.started_reader().await];
    app.hand_in(126).await;
    let newest = app.checkpoint().await;
    for reader in &readers {
        reader.until_it_shows(&newest).await;
    }
    let (mut asked, mut answered) = (0, 0);
    let listed = routes();
    let of_router = listed
        .iter()
        .filter(|route| route.method == Method::GET && route.protection != Protection::PrivateListener)
        .map(|route| example(route.path));
    for path in of_router.chain(MORE.map(str::to_owned)) {
        for form in FORMS {
            let headers = [("accept", form), ("authorization", bearer.as_str())];
            let wanted = send(app.address(), "GET", &path, &headers, b"").await;
            for reader in &readers {
                let found = send(reader.address(), "GET", &path, &headers, b"").await;
                assert_same(&found, &wanted, &format!("{path} as {form}"));
                asked += 1;
                answered += usize::from(found.status == 200);
            }
        }
    }
    assert!(asked > 350 && answered > 250, "{answered} of {asked}");
    let json = [
        ("content-type", "application/json"),
        ("authorization", bearer.as_str()),
    ];
    for (path, body) in [
        (
            "/validity-checks",
            format!(r#"{{"items":["{NUMBER}","91350100M000100Y43","CQC26ZNZ000999R0"]}}"#),
        ),
        (
            "/regulator/statement",
            r#"{"of":["91350100M000100Y43"]}"#.to_owned(),
        ),
    ] {
        let ask = |address: SocketAddr| send(address, "POST", path, &json, body.as_bytes());
        let wanted = ask(app.address()).await;
        for reader in &readers {
            assert_same(&ask(reader.address()).await, &wanted, path);
        }
    }
    // What cannot be read now is not said to have failed here.
    app.tamper("ALTER TABLE log_entry RENAME TO put_away").await;
    for reader in &readers {
        for path in [
            "/snapshot",
            "/status-lists/revocation/1",
            "/key-retirements",
            "/verifier-releases",
        ] {
            let answer = reader.get(path).await;
            let away = (answer.status, answer.code()) == (503, "databaseAway".to_owned());
            assert!(away || answer.status == 200, "{path}: {}", answer.text());
        }
        let path = format!("/certificates/{NUMBER}");
        let form = [("accept", "application/vc")];
        let document = send(reader.address(), "GET", &path, &form, b"");
        assert_eq!(document.await.status, 503);
    }
    app.tamper("ALTER TABLE put_away RENAME TO log_entry").await;
    for reader in &mut readers {
        assert_eq!(reader.kept(), newest);
        reader.stop().await;
    }
    app.stop().await;
}

async fn a_withdrawal_is_seen_by_every_reader(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    app.config.limits.records_per_minute = 0;
    app.stop().await;
    app.resume().await.unwrap();
    let mut readers = [app.started_reader().await, app.started_reader().await];
    let now = app.now();
    let credential = app.office.credential(NUMBER, 7, now);
    let document = app.office.sign(&credential, now);
    assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
    let page = format!("/certificates/{NUMBER}");
    for reader in &readers {
        until_state_is(reader, &page, "valid").await;
        // Kept in memory by then.
        until_state_is(reader, &page, "valid").await;
    }
    let event = app.office.event(&credential, &document, 1, now, withdrawal());
    let bundle = app.office.event_bundle(&event, StatusMessage::Withdrawn, 7, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
    let confirmed = Instant::now();
    let list = app.get("/status-lists/message/1").await;
    for reader in &readers {
        until_state_is(reader, &page, "withdrawn").await;
        eprintln!(
            "a withdrawal was seen {:?} after its receipt",
            confirmed.elapsed()
        );
        assert_eq!(reader.get("/status-lists/message/1").await.body, list.body);
    }
    // One that starts anew has it too.
    let [first, _] = &mut readers;
    first.stop().await;
    first.start().await.unwrap();
    assert_eq!(first.get(&page).await.json()["state"], "withdrawn");
    for reader in &mut readers {
        reader.stop().await;
    }
    app.stop().await;
}

async fn until_state_is(reader: &Reader, page: &str, state: &str) {
    let begun = Instant::now();
    loop {
        let answer = reader.get(page).await;
        if answer.status == 200 && answer.json()["state"] == state {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "not {state}: {}", answer.text());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

async fn what_is_handed_in_is_for_the_sequencer(engines: Engines) {
    let mut app = TestApp::with_lists_on(engines).await;
    let mut readers = [app.started_reader().await, app.started_reader().await];
    let taken: Vec<_> = routes()
        .into_iter()
        .filter(|route| route.protection == Protection::IntakeToken && route.method == Method::POST)
        .collect();
    assert_eq!(taken.len(), 1, "who takes what at a reader is decided here");
    let bearer = format!("Bearer {TOKEN}");
    let json = ("content-type", "application/json");
    for reader in &readers {
        for route in &taken {
            let method = route.method.as_str();
            let ask = |headers: Vec<(&'static str, String)>| async move {
                let headers: Vec<(&str, &str)> = headers
                    .iter()
                    .map(|(name, value)| (*name, value.as_str()))
                    .collect();
                send(
                    reader.address(),
                    method,
                    route.path,
                    &headers,
                    b"{\"documents\":[]}",
                )
                .await
            };
            let stranger = ask(vec![(json.0, json.1.to_owned())]).await;
            assert_eq!((stranger.status, stranger.code().as_str()), (401, "unauthorised"));
            let other = ask(vec![("authorization", "Bearer another".to_owned())]).await;
            assert_eq!(other.status, 401);
            let answer = ask(vec![
                (json.0, json.1.to_owned()),
                ("authorization", bearer.clone()),
            ])
            .await;
            assert_eq!((answer.status, answer.code().as_str()), (421, "notSequencer"));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
        // Reports of papers that do not match are kept by the sequencer, and read from the database by either.
        let report = send(reader.address(), "POST", "/mismatch-reports", &[json], b"{}").await;
        assert_eq!((report.status, report.code().as_str()), (421, "notSequencer"));
        let shown = [("authorization", bearer.as_str())];
        let reports = send(reader.address(), "GET", "/mismatch-reports", &shown, b"").await;
        assert_eq!(reports.status, 200);
        let text = send(reader.private_address(), "GET", "/metrics", &[], b"")
            .await
            .text();
        let of = |name: &str| sample(&text, &format!("touchstone_registry_{name}"));
        assert_eq!(of("submissions_total{code=\"notSequencer\"}"), Some(1.0));
        assert_eq!(of("submissions_total{code=\"unauthorised\"}"), Some(2.0));
        assert_eq!(of("log_entries"), Some(3.0));
        assert_eq!(of("log_follows"), Some(1.0));
        assert!(of("database_look_age_seconds").unwrap() < 10.0, "{text}");
        assert!(text.contains("role=\"reader\""), "{text}");
        for absent in ["log_accepts", "queue_submissions"] {
            assert_eq!(of(absent), None, "{text}");
        }
        let told = reader.until_database_is("current").await;
        assert_eq!((&told["role"], &told["logSize"]), (&"reader".into(), &3.into()));
        assert_eq!(told["secondsSinceLook"], 0);
        assert!(told.get("logAccepts").is_none() && told["reason"].is_null());
    }
    let text = send(app.private_address(), "GET", "/metrics", &[], b"")
        .await
        .text();
    assert!(text.contains("role=\"sequencer\""), "{text}");
    assert_eq!(sample(&text, "touchstone_registry_log_follows"), None);
    for reader in &mut readers {
        reader.stop().await;
    }
    app.stop().await;
}
