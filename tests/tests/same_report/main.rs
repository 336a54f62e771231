//! One verification path: library, command line, registry intake and WebAssembly give the same Report, byte for byte.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../corpus/credentials/mod.rs"]
mod credentials;
#[path = "../corpus/draft.rs"]
#[allow(dead_code, reason = "shared with the corpus, which uses the rest")]
mod draft;
mod first_look;
#[path = "../../../verifier/tests/fixture/mod.rs"]
#[allow(
    dead_code,
    reason = "shared with the verifier's own tests, which use the rest"
)]
mod fixture;
#[allow(
    dead_code,
    reason = "shared with the corpus, which asks for verifications too"
)]
mod registry;
mod rows;

use std::path::{Path, PathBuf};
use std::process::Command;

use touchstone_schemas::date_time::Timestamp;
use touchstone_schemas::submission::DocumentKind;
use touchstone_tests::road::absent::need;
use touchstone_tests::road::{Checker, Finished, TempFolder, dist, node, package, program};
use touchstone_verifier::input::{Facts, LogProofPolicy, Request};
use touchstone_verifier::report::{Answer, Headline};
use touchstone_verifier::verify;

use crate::fixture::World;
use crate::registry::Registry;
use crate::rows::{circumstances, documents};

/// `touchstone-verify`, given the same facts as files.
fn by_command_line(folder: &Path, request: &Request) -> Vec<u8> {
    let mut command = Command::new(program("touchstone-verify").unwrap());
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    command
        .arg(file("document", &request.document))
        .args(["--json", "--offline"]);
    command.args([
        "--now",
        &request.now.to_string(),
        "--owner-key",
        &request.policy.owner_key.to_string(),
    ]);
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            command.args([name, &value]);
        }
    };
    let path = |path: PathBuf| path.to_str().unwrap().to_owned();
    let facts = &request.facts;
    option(
        "--owner-successor",
        request.policy.owner_successor.map(|key| key.to_string()),
    );
    option("--at", request.at.map(|at| at.to_string()));
    option(
        "--trust",
        facts.trust_list.as_ref().map(|list| path(file("trust", list))),
    );
    option(
        "--receipt",
        facts
            .receipt
            .as_ref()
            .map(|receipt| path(file("receipt", receipt))),
    );
    for (place, list) in facts.status_lists.iter().enumerate() {
        option("--status", Some(path(file(&format!("list-{place}"), list))));
    }
    let need = request.need.clone().unwrap_or_default();
    option("--need-level", need.level.map(|level| level.get().to_string()));
    option("--need-standard", need.standard);
    option("--need-site", need.site);
    option("--need-date", need.date.map(|date| date.to_string()));
    if request.policy.log_proof == LogProofPolicy::Required {
        command.arg("--require-log");
    }
    let mut out = Finished::of(&mut command).unwrap().out.into_bytes();
    assert_eq!(out.pop(), Some(b'\n'), "{command:?}");
    out
}

fn text(report: &[u8]) -> &str {
    str::from_utf8(report).unwrap()
}

#[test]
fn every_shell_gives_the_same_report() {
    if need(
        "the built programs",
        "cargo build --workspace --bins",
        program("touchstone-verify"),
    )
    .is_none()
    {
        return;
    }
    let page = dist().and_then(|dist| Some((node()?, dist)));
    let page = need("the built verify page or Node", "cargo xtask wasm", page);
    let package = package().zip(node());
    let package = need("the package or Node", "cargo xtask wasm", package);
    let mut package = package.map(|(package, node)| Checker::start_package(&node, &package).unwrap());
    let mut checker = page.map(|(node, dist)| Checker::start(&node, &dist).unwrap());
    let folder = TempFolder::new("same-report").unwrap();
    let mut world = World::new();
    let mut rows = circumstances(&mut world);
    rows.extend(documents(&world).into_iter().map(|(name, document)| {
        (
            name,
            Request {
                document,
                ..world.request()
            },
        )
    }));
    assert!(rows.len() >= 90, "{} rows", rows.len());
    for (name, request) in &rows {
        let report = verify(request).to_json();
        assert_eq!(
            text(&by_command_line(folder.path(), request)),
            text(&report),
            "{name}: command line"
        );
        for (shell, checker) in [("WebAssembly", &mut checker), ("package", &mut package)] {
            if let Some(checker) = checker {
                let found = checker.verify(request).unwrap().report;
                assert_eq!(text(&found), text(&report), "{name}: {shell}");
            }
        }
    }
    eprintln!(
        "{} rows, the same Report from library, command line{}",
        rows.len(),
        if checker.is_some() {
            ", WebAssembly and package"
        } else {
            ""
        }
    );
    by_intake(&mut world, &mut checker, folder.path());
}

/// The registry's answers to documents that it does not believe hold the same Reports.
fn by_intake(world: &mut World, checker: &mut Option<Checker>, folder: &Path) {
    let registry = Registry::start(world);
    let facts = Facts {
        trust_list: Some(world.trust_text()),
        ..Facts::default()
    };
    let (mut refused, mut believed) = (0, 0);
    let corpus = credentials::drafts().into_iter();
    let corpus = corpus.map(|draft| (draft.id, draft.request.document));
    for (name, document) in documents(world).into_iter().chain(corpus) {
        // What is no object of a known kind is refused as a submission, not as a credential.
        let parsed = touchstone_schemas::json::parse(document.as_bytes(), 256 * 1024);
        let kind = parsed.is_ok_and(|tree| DocumentKind::of(&tree) == Some(DocumentKind::Credential));
        let (status, problem) = registry.submit(&document);
        if !kind {
            assert!(
                (400..500).contains(&status) && problem.get("report").is_none(),
                "{name}: {status} {problem}"
            );
            continue;
        }
        let Some(report) = problem.get("report") else {
            let request = Request {
                document,
                facts: facts.clone(),
                now: registry.now(),
                ..world.request()
            };
            let report = verify(&request);
            assert_eq!(
                (report.genuine.answer, report.authorised.answer),
                (Answer::Yes, Answer::Yes),
                "{name}: {problem}"
            );
            believed += 1;
            continue;
        };
        assert_eq!(status, 422, "{name}: {problem}");
        let now: Timestamp = report["checkedAt"].as_str().unwrap().parse().unwrap();
        // The intake reads a document's canonical form, whatever its spelling was.
        let canonical = touchstone_schemas::jcs::canonicalize(document.as_bytes(), document.len()).unwrap();
        let document = String::from_utf8(canonical).unwrap();
        let request = Request {
            document,
            facts: facts.clone(),
            now,
            ..world.request()
        };
        let ours = verify(&request);
        assert_ne!(ours.headline, Headline::InForce, "{name}");
        let ours = ours.to_json();
        let theirs = touchstone_schemas::jcs::canonicalize(report.to_string().as_bytes(), 1 << 20).unwrap();
        assert_eq!(text(&theirs), text(&ours), "{name}: intake");
        assert_eq!(
            text(&by_command_line(folder, &request)),
            text(&ours),
            "{name}: command line"
        );
        if let Some(checker) = checker {
            assert_eq!(
                text(&checker.verify(&request).unwrap().report),
                text(&ours),
                "{name}: WebAssembly"
            );
        }
        refused += 1;
    }
    eprintln!("{refused} documents refused by the intake with the same Report, {believed} believed");
    assert!(refused >= 200 && believed >= 10);
}
