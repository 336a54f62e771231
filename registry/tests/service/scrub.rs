//! What is stored is read again beside the service: what is false stops intake, and is never signed over.

use std::time::{Duration, Instant};

use crate::{
    app::{TestApp, send},
    documents::{NUMBER, withdrawal},
    mirror::{suspend, with_history},
};
use touchstone_schemas::status::StatusMessage;

async fn readiness(app: &TestApp) -> (u16, serde_json::Value) {
    let answer = send(app.private_address(), "GET", "/readyz", &[], b"").await;
    (answer.status, answer.json())
}

/// Asks until it is so; the bound is far beyond what it takes.
async fn until(app: &TestApp, wanted: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
    let started = Instant::now();
    loop {
        let (_, body) = readiness(app).await;
        if wanted(&body) {
            return body;
        }
        assert!(started.elapsed() < Duration::from_secs(15), "{body}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn scrubbed() -> TestApp {
    let mut app = with_history().await;
    app.stop().await;
    app.config.limits.scrub_entries_per_second = 10_000;
    app.resume().await.unwrap();
    app
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bit_that_flips_under_a_running_registry_stops_intake() {
    for sql in [
        "UPDATE log_entry SET entry = CAST(replace(entry, '2026', '2027') AS BLOB) WHERE leaf_index = 5",
        "UPDATE signed_document SET document = CAST(replace(document, '2026', '2027') AS BLOB)
         WHERE digest = (SELECT digest FROM log_entry WHERE leaf_index = 3)",
        "DELETE FROM log_entry WHERE leaf_index = 7",
        "UPDATE log_tile SET hashes = zeroblob(length(hashes))",
        "DELETE FROM log_tile",
        "UPDATE log_checkpoint SET note = replace(note, 'registry', 'registrx')",
    ] {
        let mut app = scrubbed().await;
        let sound = until(&app, |body| body["scrubPasses"].as_u64() > Some(0)).await;
        assert_eq!(
            (&sound["storedAsLogged"], &sound["ready"]),
            (&true.into(), &true.into()),
            "{sql}"
        );
        app.tamper(sql).await;
        until(&app, |body| body["storedAsLogged"] == false).await;
        assert_eq!(readiness(&app).await.0, 503, "{sql}");
        let checkpoint = app.get("/log/checkpoint").await;
        let now = app.now();
        let late = app.office.credential("CQC26ZNZ000124R0", 9, now);
        let answer = app.submit(&[app.office.sign(&late, now)]).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (503, "logStopped"),
            "{sql}"
        );
        // Nothing was signed over it, and reading goes on.
        assert_eq!(app.get("/log/checkpoint").await.body, checkpoint.body);
        app.stop().await;
        assert_ne!(app.fsck().await.findings, [], "{sql}");
        app.refused().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_checkpoint_file_is_looked_at_too() {
    let mut app = scrubbed().await;
    let path = app.config.log.checkpoint_file.clone();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("registry", "registrx", 1)).unwrap();
    until(&app, |body| body["storedAsLogged"] == false).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sound_registry_is_read_again_and_again_while_it_grows() {
    let mut app = scrubbed().await;
    for (index, number) in (20..).zip(["CQC26ZNZ000301R0", "CQC26ZNZ000302R0", "CQC26ZNZ000303R0"]) {
        let (_, before) = readiness(&app).await;
        suspend(&mut app, number, index).await;
        let passes = before["scrubPasses"].as_u64();
        until(&app, |body| body["scrubPasses"].as_u64() > passes).await;
    }
    assert_eq!(readiness(&app).await.0, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_taken_back_behind_the_registrys_back_changes_no_answer_and_is_named() {
    let mut app = TestApp::with_lists().await;
    let now = app.now();
    let issued = app.office.credential(NUMBER, 7, now);
    let document = app.office.sign(&issued, now);
    assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
    let event = app.office.event(&issued, &document, 1, now, withdrawal());
    let bundle = app.office.event_bundle(&event, StatusMessage::Withdrawn, 7, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
    let record = app.get(&format!("/certificates/{NUMBER}")).await.json();
    assert_eq!(record["state"], "withdrawn");
    let list = app.get("/status-lists/message/1").await.body;

    // The row alone: the projection is not what answers.
    app.tamper("DELETE FROM event").await;
    let record = app.get(&format!("/certificates/{NUMBER}")).await.json();
    assert_eq!(record["state"], "withdrawn");
    assert_eq!(app.get("/status-lists/message/1").await.body, list);
    let findings = app.fsck().await.findings;
    assert!(
        findings[0]
            .to_string()
            .contains("the row of entry 4 is missing or was changed"),
        "{findings:?}"
    );
    // The whole end of the log, to before the withdrawal: what is known stays known, and nothing is served as if it were not.
    app.tamper("DELETE FROM log_entry WHERE leaf_index >= 4").await;
    let answer = app.get(&format!("/certificates/{NUMBER}")).await;
    assert!(
        answer.status >= 500 || answer.json()["state"] == "withdrawn",
        "{}",
        answer.text()
    );
    let served = app.get("/status-lists/message/1").await;
    assert!(served.status >= 500 || served.body == list, "{}", served.text());
    assert!(!app.fsck().await.findings.is_empty());
    app.stop().await;
    app.refused().await;
}
