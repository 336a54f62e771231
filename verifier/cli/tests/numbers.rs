//! A number instead of a file: the registry that the trust list names is asked for its newest version, and nobody else.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "../../tests/fixture/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "shared with the verifier's tests, which use all of it"
)]
mod fixture;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use touchstone_schemas::credential::RegistryBase;
use touchstone_schemas::status::{StatusMessage, StatusPurpose};

use fixture::{NOW, World, multikey};

const NUMBER: &str = "CQC26ZNZ000123R0";

/// A world whose registry is a port of this machine, and what it answers by path.
fn world(port: u16) -> (World, BTreeMap<String, String>) {
    let base = RegistryBase::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    let mut world = World::new();
    world.issuer().registries = vec![base.clone()];
    world.credential.issuer.registry = base.clone();
    let mut answers = BTreeMap::from([
        ("/trust.json".to_owned(), world.trust_text()),
        (format!("/certificates/{NUMBER}"), world.signed()),
    ]);
    for purpose in StatusPurpose::ALL {
        let mut list = world.list(purpose, StatusMessage::InForce);
        list.registry = base.clone();
        answers.insert(format!("/status-lists/{purpose}/1"), world.sign_list(&list));
    }
    (world, answers)
}

/// Answers so many requests; gives the paths that were asked for.
fn serve(
    listener: TcpListener,
    answers: BTreeMap<String, String>,
    requests: usize,
) -> std::thread::JoinHandle<Vec<String>> {
    std::thread::spawn(move || {
        let mut asked = Vec::new();
        for _ in 0..requests {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
                head.extend(byte);
            }
            let head = String::from_utf8(head).unwrap();
            let path = head.split(' ').nth(1).unwrap().to_owned();
            let (status, body) = match answers.get(&path) {
                Some(body) => ("200 OK", body.as_str()),
                None => ("404 Not Found", "{}"),
            };
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).unwrap();
            asked.push(path);
        }
        asked
    })
}

/// Exit code, output, and the paths asked for.
fn run(name: &str, given: &[&str], requests: usize) -> (i32, String, Vec<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (mut world, answers) = world(listener.local_addr().unwrap().port());
    let trust = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("numbers-{name}.json"));
    // A list of before: the registry's newer one takes its place.
    world.trust_list.sequence -= 1;
    std::fs::write(&trust, world.trust_text()).unwrap();
    let served = serve(listener, answers, requests);
    let output = Command::new(env!("CARGO_BIN_EXE_touchstone-verify"))
        .args(given)
        .args([
            "--owner-key",
            &multikey(&world.owner).to_string(),
            "--now",
            NOW,
            "--lang",
            "en",
        ])
        .arg("--trust")
        .arg(&trust)
        .output()
        .unwrap();
    std::fs::remove_file(&trust).unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code().unwrap(), text, served.join().unwrap())
}

#[test]
fn a_number_is_asked_of_the_registry_in_the_trust_list() {
    let (code, text, mut asked) = run("one", &["cqc26znz000123r0"], 5);
    assert_eq!(code, 0, "{text}");
    asked.sort();
    let lists = ["message", "revocation", "suspension"].map(|purpose| format!("/status-lists/{purpose}/1"));
    let expected = [
        &[format!("/certificates/{NUMBER}")],
        lists.as_slice(),
        &["/trust.json".to_owned()],
    ]
    .concat();
    assert_eq!(asked, expected);
}

#[test]
fn of_several_shared_lists_are_asked_for_once() {
    let (code, text, asked) = run("several", &["--json", NUMBER, NUMBER], 6);
    assert_eq!((code, text.lines().count()), (0, 2), "{text}");
    let lists = asked.iter().filter(|path| path.starts_with("/status-lists/"));
    assert_eq!(lists.count(), 3, "{asked:?}");
}

#[test]
fn a_number_that_nobody_has_could_not_be_told() {
    let (code, text, asked) = run("absent", &["CQC26ZNZ000999R0"], 1);
    assert_eq!(code, 2, "{text}");
    assert_eq!(asked, ["/certificates/CQC26ZNZ000999R0"]);
}
