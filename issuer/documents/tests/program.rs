//! The program, as the issuer runs it.
#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use touchstone_documents::Signed;
use touchstone_schemas::digest::Sha256Digest;
use touchstone_schemas::jcs::to_canonical;
use touchstone_schemas::submission::Receipt;
use touchstone_schemas::tlog::{Entry, Record};

#[path = "../../../tests/src/sample.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the sample generator of the end-to-end tests, of which this uses a part"
)]
mod sample;

fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_touchstone-documents"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn answers(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn jobs_are_done_in_order_checked_and_a_bad_one_holds_up_no_other() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("program-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (credential, proof) = sample::usual(80);
    let signed = credential.secured_with(&proof);
    Signed::read(&signed).unwrap();
    let entry = Entry {
        issuer: credential.issuer.id.clone(),
        recorded: credential.valid_from.start(),
        digest: Sha256Digest::of(&signed),
        record: Record::Credential {
            number: credential.number.clone(),
            version: credential.version,
        },
    };
    let receipt = to_canonical(&Receipt {
        entry,
        proof: String::new(),
    });
    std::fs::write(path("a.json"), &signed).unwrap();
    std::fs::write(path("a.receipt.json"), receipt).unwrap();

    let job = |credential: &str, out: &str| {
        json!({
            "credential": path(credential), "demonstration": true, "out": path(out), "profile": 1,
            "receipt": path("a.receipt.json"),
        })
        .to_string()
    };
    let jobs = [
        job("absent.json", "no.pdf"),
        "{}".to_owned(),
        job("a.json", "a.pdf"),
    ]
    .join("\n");
    let output = run(&["certificates"], &jobs);
    assert_eq!(output.status.code(), Some(1));
    let said = answers(&output);
    assert!(said[0]["error"].as_str().unwrap().contains("absent.json"));
    assert!(said[1]["error"].as_str().unwrap().starts_with("job: "));
    let pdf = std::fs::read(path("a.pdf")).unwrap();
    assert_eq!(said[2]["sha256"], json!(Sha256Digest::of(&pdf)));
    assert_eq!(said[2]["pages"], 1);

    let (credential, receipt, out) = (path("a.json"), path("a.receipt.json"), path("a.pdf"));
    let of = ["--credential", &credential, "--receipt", &receipt];
    let output = run(&[&["check", "--pdf", &out][..], &of].concat(), "");
    assert_eq!(output.status.code(), Some(0));
    let link = answers(&output)[0]["link"].clone();
    assert!(
        link.as_str()
            .unwrap()
            .starts_with("https://registry.demo.test/v#")
    );

    let sealed = path("sealed.pdf");
    let seal = [
        "--seal",
        "/bin/sh",
        "--seal-argument=-c",
        "--seal-argument=cat; echo '%sealed'",
    ];
    let demonstration = ["certificate", "--demonstration", "--out", &sealed];
    let output = run(&[&demonstration[..], &of, &seal].concat(), "");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(
        std::fs::read(&sealed).unwrap(),
        [pdf.as_slice(), b"%sealed\n"].concat()
    );

    let (mark, as_of) = (path("mark"), "2026-03-01T08:00:00Z");
    let drawn = [
        "mark",
        "--credential",
        &credential,
        "--as-of",
        as_of,
        "--out",
        &mark,
        "--state",
    ];
    assert_eq!(
        run(&[&drawn[..], &["suspended"]].concat(), "").status.code(),
        Some(0)
    );
    assert!(
        std::fs::read_to_string(path("mark.svg"))
            .unwrap()
            .contains(" 暂停 ")
    );
    assert_eq!(run(&[&drawn[..], &["fine"]].concat(), "").status.code(), Some(64));

    let output = run(&["--fonts", "/nowhere", "certificates"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("fonts-noto-cjk"));
    std::fs::remove_dir_all(&folder).unwrap();
}
