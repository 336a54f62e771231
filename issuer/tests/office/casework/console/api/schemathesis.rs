//! schemathesis against a running office: whatever the document lets a client send is answered as the document says, and
//! never by a failure.

#![expect(clippy::print_stdout, reason = "a test that is left out says so")]

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use touchstone_issuer::{office::Clock, token::Scope};

use super::{
    super::{
        super::staff::evaluated,
        browser::{hired, start},
    },
    client::{EVERYTHING, hire_everything, token},
};

/// From PyPI, the version that the registry's test has.
const VERSION: &str = "4.32.5";
/// Most seconds of a run; what is found until then is reported.
const SECONDS: &str = "8";
/// As for the registry: that valid requests are answered with yes is not asked, an unknown stage is a valid question.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_headers_conformance,response_schema_conformance,unsupported_method,ignored_auth";

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
    let pip = ["install", "--quiet", "--disable-pip-version-check", &wanted];
    run(Command::new(folder.join("bin/pip")).args(pip))?;
    Ok(program)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_document_promises_is_what_is_answered() {
    let program = match schemathesis() {
        Ok(program) => program,
        Err(reason) => {
            println!(
                "SKIPPED: schemathesis cannot be installed ({reason}); the document was not tried on an office"
            );
            return;
        }
    };
    let test = hired().await;
    hire_everything(&test).await;
    let (mut office, _) = test.open().await;
    evaluated(&mut office, "01-in-force", 3).await;
    drop(office);
    let running = start(&test, Clock::System).await;
    let authorization = format!(
        "Authorization: Bearer {}",
        token(&test, EVERYTHING, &Scope::ALL).await
    );
    let (origin, folder) = (running.origin.clone(), test.folder.clone());
    let ran = tokio::task::spawn_blocking(move || {
        Command::new(program)
            .current_dir(folder)
            .args(["run", &format!("{origin}/api/openapi.json"), "--url", &origin])
            .args([
                "--checks",
                CHECKS,
                "--max-time",
                SECONDS,
                "--max-examples",
                "15",
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
                &authorization,
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
}
