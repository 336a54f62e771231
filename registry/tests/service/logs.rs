//! The service's own log: a line a request, and none of what somebody looked up (THREATS T15).

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use serde_json::Value;
use touchstone_schemas::date_time::Timestamp;

use crate::{
    app::{TestApp, send},
    documents::NUMBER,
    world::multikey,
};

/// A unified social credit code, a name and a number as somebody types them; none stands in the registry's own words.
const USCC: &str = "91330000MA27U0XXX8";
const NAME: &str = "%E7%A4%BA%E8%8C%83%E7%94%B5%E6%B0%94";
const ABSENT: &str = "CQC26ZNZ000999R0";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_writes_down_nothing_that_was_looked_up() {
    let app = TestApp::made().await;
    let folder = app.folder.join("made");
    let passphrase = app.folder.join("passphrase");
    std::fs::write(&passphrase, "a passphrase for tests\n").unwrap();
    let program = env!("CARGO_BIN_EXE_touchstone-registry");
    let made = Command::new(program)
        .args([
            "init",
            "--base",
            "https://registry.example",
            "--origin",
            "registry.example/log",
        ])
        .args([
            "--listen",
            "127.0.0.1:0",
            "--private-listen",
            "127.0.0.1:0",
            "--dir",
        ])
        .arg(&folder)
        .args(["--owner-key", &multikey(&app.office.world.owner).to_string()])
        .arg("--passphrase-file")
        .arg(&passphrase)
        .output()
        .unwrap();
    assert!(made.status.success());
    std::fs::write(folder.join("trust.json"), app.office.world.trust_text()).unwrap();
    let token = std::fs::read_to_string(folder.join("intake-token")).unwrap();
    let log = app.folder.join("log");
    let mut serving = Command::new(program)
        .args(["serve", "--dir"])
        .arg(&folder)
        // More than anybody would leave on.
        .env(
            "RUST_LOG",
            "info,touchstone_registry=trace,axum=trace,tower_http=trace",
        )
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(serving.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let (_, address) = line.trim().split_once("http://").unwrap();
    let address = address.parse().unwrap();
    let html = [
        ("accept", "text/html"),
        ("user-agent", "secret-agent"),
        ("x-forwarded-for", "203.0.113.7"),
    ];
    let paths = [
        format!("/certificates/{ABSENT}"),
        format!("/certificates/{ABSENT}?version=77"),
        format!("/certificates/{ABSENT}/status?at=2026-03-01"),
        format!("/certificates/{ABSENT}/changes.atom"),
        format!("/verify?number={ABSENT}"),
        format!("/certificates?uscc={USCC}"),
        format!("/certificates?name={NAME}"),
        format!("/certificates/{USCC}"),
        format!("/{USCC}/{NAME}"),
        format!("/assets/{USCC}"),
        format!("/surveillance?cursor={ABSENT}"),
    ];
    for path in &paths {
        assert!(
            send(address, "GET", path, &html, b"").await.status >= 200,
            "{path}"
        );
    }
    // What is handed in stays out of it too, and so does the token.
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    let now = Timestamp::from_unix(app.now().unix()).unwrap();
    let document = app.office.sign(&app.office.credential(NUMBER, 7, now), now);
    let body = format!("{{\"documents\":[{document}]}}");
    let refused = send(address, "POST", "/submissions", &headers, body.as_bytes()).await;
    assert!(refused.status >= 400, "{}", refused.text());
    let _ = send(
        address,
        "POST",
        "/submissions",
        &[("authorization", "Bearer stolen-token")],
        b"{}",
    )
    .await;
    Command::new("kill")
        .arg(serving.id().to_string())
        .status()
        .unwrap();
    assert!(serving.wait().unwrap().success());

    let text = std::fs::read_to_string(&log).unwrap();
    let holder = "示范精密机械";
    assert!(document.contains(holder));
    for secret in [
        ABSENT,
        USCC,
        NAME,
        NUMBER,
        "示范电气",
        holder,
        "uscc=",
        "number=",
        "2026-03-01",
        "secret-agent",
        "203.0.113.7",
        token.trim(),
        "stolen-token",
    ] {
        let lines: Vec<&str> = text.lines().filter(|line| line.contains(secret)).collect();
        assert!(lines.is_empty(), "{secret} stands in {lines:#?}");
    }
    // And yet every request has its line, as JSON.
    let requests: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .filter(|line: &Value| line["fields"]["message"] == "request")
        .collect();
    assert_eq!(requests.len(), paths.len() + 2, "{text}");
    assert_eq!(requests[0]["fields"]["route"], "/certificates/{number}");
    assert!(
        requests
            .iter()
            .all(|line| line["fields"]["status"].is_u64() && line["fields"]["duration_ms"].is_u64())
    );
}
