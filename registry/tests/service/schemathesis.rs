//! schemathesis against a running registry: whatever the document of the API lets a client send is answered as the
//! document says, and never by a failure.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    app::{TOKEN, TestApp},
    documents::{NUMBER, suspension},
};
use touchstone_schemas::status::StatusMessage;

/// From PyPI, with the versions of what it needs as they come.
const VERSION: &str = "4.32.5";
/// Most seconds of a run; what is found until then is reported.
const SECONDS: &str = "15";
/// What is asked of every answer. That valid questions are answered with yes, and invalid ones with no, is not: an
/// unknown number is a valid question.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_headers_conformance,response_schema_conformance,unsupported_method,missing_required_header";

/// The program, installed below the build's folder when it is not there; `None`, and why, where it cannot be.
fn schemathesis() -> Result<PathBuf, String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let folder = target.join("tools").join(format!("schemathesis-{VERSION}"));
    let program = folder.join("bin/schemathesis");
    if program.exists() {
        return Ok(program);
    }
    let run = |command: &mut Command| match command.output() {
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(String::from_utf8_lossy(&done.stderr)
            .lines()
            .last()
            .unwrap_or_default()
            .to_owned()),
        Err(error) => Err(error.to_string()),
    };
    run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let wanted = format!("schemathesis=={VERSION}");
    run(Command::new(folder.join("bin/pip")).args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        &wanted,
    ]))?;
    Ok(program)
}

/// A registry with a certificate in force, one suspended, and lists.
async fn with_data() -> TestApp {
    let mut app = TestApp::made().await;
    app.config.limits.records_per_minute = 0;
    app.config.limits.strangers_per_minute = 0;
    app.resume().await.unwrap();
    let lists = app.office.lists(app.now());
    assert_eq!(app.submit(&lists).await.status, 200);
    let now = app.now();
    let issued = app.office.credential(NUMBER, 7, now);
    let document = app.office.sign(&issued, now);
    assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
    let other = app
        .office
        .sign(&app.office.credential("CQC26ZNZ000124R0", 8, now), now);
    assert_eq!(app.submit(&[other]).await.status, 200);
    let event = app.office.event(&issued, &document, 1, now, suspension());
    let bundle = app.office.event_bundle(&event, StatusMessage::Suspended, 7, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
    app
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_document_promises_is_what_is_answered() {
    let program = match schemathesis() {
        Ok(program) => program,
        Err(reason) => {
            println!(
                "SKIPPED: schemathesis cannot be installed ({reason}); the document was not tried on a registry"
            );
            return;
        }
    };
    let mut app = with_data().await;
    let address = format!("http://{}", app.address());
    let folder = app.folder.clone();
    let ran = tokio::task::spawn_blocking(move || {
        Command::new(program)
            .current_dir(folder)
            .args(["run", &format!("{address}/openapi.json"), "--url", &address])
            .args([
                "--checks",
                CHECKS,
                "--max-time",
                SECONDS,
                "--max-examples",
                "15",
                // Python before 3.12.5 reads source with one counter for all threads, and fails with two.
                "--workers",
                "1",
            ])
            .args([
                "--generation-deterministic",
                "--no-shrink",
                "--continue-on-failure",
                "--no-color",
            ])
            .args(["--request-timeout", "10", "--warnings", "off"])
            .args([
                "--phases",
                "examples,coverage,fuzzing",
                "--header",
                &format!("Authorization: Bearer {TOKEN}"),
            ])
            .output()
            .unwrap()
    });
    let ran = ran.await.unwrap();
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        ran.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let summary = text
        .split_once(" SUMMARY ")
        .map_or(text.as_str(), |(_, summary)| summary);
    println!("{summary}");
    assert_eq!(app.get("/trust.json").await.status, 200);
    app.stop().await;
}
