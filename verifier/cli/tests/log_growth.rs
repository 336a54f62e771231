//! `touchstone-verify --as checkpoint`: a log that only grew, one that was rewritten, one that does not answer.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
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

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use touchstone_schemas::credential::RegistryBase;
use touchstone_schemas::decode::read;
use touchstone_schemas::submission::Receipt;
use touchstone_schemas::tlog::LogProof;

use fixture::{Log, REGISTRY, World, multikey};

/// A checkpoint of the first `size` entries.
fn checkpoint(log: &Log, size: u64) -> String {
    let receipt = log.receipt(0, size);
    let receipt: Receipt = read(receipt.as_bytes(), receipt.len()).unwrap();
    let proof = LogProof::parse(receipt.proof.as_bytes()).unwrap();
    proof.checkpoint.to_string()
}

/// Serves a log of that size for so many requests.
fn serve(listener: TcpListener, log: Log, size: u64, requests: usize) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        for _ in 0..requests {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
                head.push(byte[0]);
            }
            let head = String::from_utf8(head).unwrap();
            let path = head.split(' ').nth(1).unwrap();
            let body = if path == "/log/checkpoint" {
                checkpoint(&log, size).into_bytes()
            } else {
                let tile = log.tile(&format!("{REGISTRY}{path}"));
                tile.hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
            };
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(&[head.into_bytes(), body].concat()).unwrap();
        }
    })
}

struct Check {
    folder: PathBuf,
    world: World,
    listener: Option<TcpListener>,
}

impl Check {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("touchstone-growth-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut world = World::new();
        let base = format!("http://{}", listener.local_addr().unwrap());
        world.issuer().registries = vec![RegistryBase::parse(&base).unwrap()];
        std::fs::write(folder.join("trust.json"), world.trust_text()).unwrap();
        Self {
            folder,
            world,
            listener: Some(listener),
        }
    }

    /// Exit code and output, of a checkpoint against a log of that size.
    fn run(&mut self, older: &str, served: Option<(Log, u64, usize)>) -> (i32, String) {
        self.run_as(&["--as", "checkpoint"], older, served)
    }

    fn run_as(&mut self, expected: &[&str], older: &str, served: Option<(Log, u64, usize)>) -> (i32, String) {
        let path = self.folder.join("checkpoint");
        std::fs::write(&path, older).unwrap();
        let listener = self.listener.take().unwrap();
        let serving = served.map(|(log, size, requests)| serve(listener, log, size, requests));
        let output = Command::new(env!("CARGO_BIN_EXE_touchstone-verify"))
            .arg(&path)
            .args(expected)
            .arg("--trust")
            .arg(self.folder.join("trust.json"))
            .args([
                "--owner-key",
                &multikey(&self.world.owner).to_string(),
                "--lang",
                "en",
            ])
            .output()
            .unwrap();
        if let Some(serving) = serving {
            serving.join().expect("the log was asked for what was expected");
        }
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code().unwrap(), text)
    }
}

impl Drop for Check {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

fn log(size: u64) -> Log {
    let mut log = Log::new();
    log.fill(size);
    log
}

#[test]
fn a_log_that_grew_is_said_to_have_grown() {
    let mut check = Check::new("grew");
    let (code, text) = check.run(&checkpoint(&log(70), 70), Some((log(200), 200, 2)));
    assert_eq!(
        (code, text.as_str()),
        (
            0,
            "The log only grew: from 70 entries to 200, nothing that stood in it was altered\n"
        )
    );
}

#[test]
fn a_checkpoint_in_place_of_a_certificate_is_answered_and_never_good() {
    let mut check = Check::new("unexpected");
    let (code, text) = check.run_as(&[], &checkpoint(&log(70), 70), Some((log(200), 200, 2)));
    assert_eq!(code, 2, "{text}");
    assert!(
        text.contains("this is a checkpoint, a certificate was expected"),
        "{text}"
    );
}

#[test]
fn a_log_that_was_rewritten_is_found_out() {
    // The same key, another history: one entry of the beginning is not what it was.
    let mut rewritten = Log::new();
    rewritten.fill(1);
    let mut shifted = log(3);
    let first = shifted.receipt(2, 3);
    let first: Receipt = read(first.as_bytes(), first.len()).unwrap();
    rewritten.append(first.entry);
    rewritten.fill(200);
    shifted.fill(200);
    let mut check = Check::new("rewritten");
    let (code, text) = check.run(&checkpoint(&shifted, 70), Some((rewritten, 200, 2)));
    assert_eq!(code, 1, "{text}");
    assert!(
        text.starts_with("The log was rewritten; keep both checkpoints"),
        "{text}"
    );

    let mut check = Check::new("shrunk");
    let (code, text) = check.run(&checkpoint(&log(70), 70), Some((log(69), 69, 1)));
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("it had 70 entries and has 69"), "{text}");
}

#[test]
fn what_cannot_be_asked_or_is_no_checkpoint_of_the_log_is_could_not_tell() {
    let mut check = Check::new("silent");
    let (code, text) = check.run(&checkpoint(&log(70), 70), None);
    assert_eq!(code, 2, "{text}");
    let mut check = Check::new("foreign");
    let mut foreign = log(70);
    foreign.key = fixture::key(91);
    let (code, text) = check.run(&checkpoint(&foreign, 70), None);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("the checkpoint at hand"), "{text}");
}
