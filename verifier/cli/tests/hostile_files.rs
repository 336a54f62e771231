//! Files that are no text, or too long to be one: they get the answer of any other that is no certificate.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Nobody's: no trust list is asked for.
const OWNER: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";

/// Exit code and Report of what is handed in as a file, and again on standard input.
fn both(name: &str, bytes: &[u8]) -> [(i32, serde_json::Value); 2] {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).unwrap();
    let answers = [path.to_str().unwrap(), "-"].map(|place| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_touchstone-verify"))
            .args([place, "--offline", "--json", "--owner-key", OWNER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        // A program that reads no standard input, or not all of it, closes it.
        drop(input.write_all(bytes));
        drop(input);
        let output = child.wait_with_output().unwrap();
        let report = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code().unwrap(), report)
    });
    std::fs::remove_file(&path).unwrap();
    answers
}

#[test]
fn what_is_no_text_or_too_long_is_not_genuine() {
    let long = vec![b' '; 17 << 20];
    let cases: [(&str, &[u8], &str); 5] = [
        ("no-text", b"\xff\xfe{}", "malformedJson"),
        ("text-and-then-none", b"{}\xff", "malformedJson"),
        ("no-text-in-a-string", b"{\"a\":\"\xff\"}", "malformedJson"),
        (
            "half-a-character",
            "{\"a\":\"证".as_bytes().split_last().unwrap().1,
            "malformedJson",
        ),
        ("long", &long, "documentTooLarge"),
    ];
    for (name, bytes, code) in cases {
        for (exit, report) in both(name, bytes) {
            assert_eq!(exit, 1, "{name}: {report}");
            assert_eq!(report["headline"], "notGenuine", "{name}");
            assert_eq!(report["genuine"]["reasons"][0]["code"], code, "{name}");
        }
    }
}
