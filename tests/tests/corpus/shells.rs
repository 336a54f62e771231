//! The same Report from the command line, from the browser's module and from the package, byte for byte; and what pictures
//! and PDF files carry, by the readers and by the command line.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use touchstone_readers::code::Code;
use touchstone_readers::image::{Effort, decode, texts};
use touchstone_readers::pdf::{Pdf, Picture};
use touchstone_schemas::jcs::to_canonical;
use touchstone_tests::corpus::{Case, Expected, Holder, folder};
use touchstone_tests::road::absent::need;
use touchstone_tests::road::{Checker, Finished, TempFolder, dist, node, package, program};
use touchstone_verifier::input::Request;
use touchstone_verifier::verify;

use crate::draft::not_found;
use crate::fixture::World;
use crate::registry::Registry;
use crate::{cases, difference};

/// Reports that browser and library are compared in.
const LEAST: usize = 400;

fn built(name: &str) -> bool {
    need(
        "the built programs",
        "cargo build --workspace --bins",
        program(name),
    )
    .is_some()
}

/// The lines of one run of `touchstone-verify --json`, by what each is about.
fn lines(command: &mut Command) -> BTreeMap<String, (Value, String)> {
    let out = Finished::of(command).unwrap().out;
    out.lines()
        .map(|line| {
            let value: Value = serde_json::from_str(line).unwrap();
            let report = line
                .split_once("\"report\":")
                .map(|(_, rest)| rest[..rest.len() - 1].to_owned());
            let name = value["document"].as_str().unwrap();
            let name = Path::new(name).file_name().unwrap().to_str().unwrap().to_owned();
            (name, (value, report.unwrap_or_default()))
        })
        .collect()
}

#[test]
fn the_command_line_gives_the_same_reports() {
    if !built("touchstone-verify") {
        return;
    }
    let temp = TempFolder::new("corpus").unwrap();
    // The pin is the command line's: cases under another one are another run.
    let mut pins: BTreeMap<String, Vec<(String, &Case)>> = BTreeMap::new();
    for (place, case) in cases()
        .iter()
        .enumerate()
        .filter(|(_, case)| case.holder.is_none())
    {
        let policy = &case.request.policy;
        let pin = format!(
            "{} {}",
            policy.owner_key,
            policy
                .owner_successor
                .map_or_else(String::new, |key| key.to_string())
        );
        pins.entry(pin)
            .or_default()
            .push((format!("{place:04}.json"), case));
    }
    let mut compared = 0;
    for (pin, cases) in &pins {
        let (key, successor) = pin.split_once(' ').unwrap();
        let requests = temp.path().join(key).join(successor);
        std::fs::create_dir_all(&requests).unwrap();
        for (name, case) in cases {
            std::fs::write(requests.join(name), to_canonical(&case.request)).unwrap();
        }
        let mut command = Command::new(program("touchstone-verify").unwrap());
        command
            .args(["--as", "request", "--json", "--owner-key", key])
            .arg(&requests);
        if !successor.is_empty() {
            command.args(["--owner-successor", successor]);
        }
        let lines = lines(&mut command);
        // A folder below another is read with it: names tell them apart.
        for (name, case) in cases {
            let report = String::from_utf8(verify(&case.request).to_json()).unwrap();
            assert_eq!(lines[name].1, report, "{}", case.id);
            compared += 1;
        }
    }
    eprintln!("{compared} Reports, the same from library and command line");
    assert!(compared >= LEAST);
}

#[test]
fn browser_and_package_give_the_same_reports() {
    let page = dist().and_then(|dist| Some((node()?, dist)));
    let page = need("the built verify page or Node", "cargo xtask wasm", page);
    let package = package().zip(node());
    let package = need("the package or Node", "cargo xtask wasm", package);
    let mut shells = Vec::new();
    if let Some((node, dist)) = page {
        shells.push(("WebAssembly", Checker::start(&node, &dist).unwrap()));
    }
    if let Some((package, node)) = package {
        shells.push(("package", Checker::start_package(&node, &package).unwrap()));
    }
    let judged: Vec<&Case> = cases().iter().filter(|case| case.holder.is_none()).collect();
    assert!(judged.len() >= LEAST, "{}", judged.len());
    for (shell, checker) in &mut shells {
        for case in &judged {
            let report = verify(&case.request).to_json();
            let found = checker.verify(&case.request).unwrap().report;
            assert_eq!(
                String::from_utf8_lossy(&found),
                String::from_utf8_lossy(&report),
                "{shell}: {}",
                case.id
            );
        }
        eprintln!("{} Reports, the same from library and {shell}", judged.len());
    }
}

#[test]
fn the_registry_gives_the_same_reports() {
    if !built("touchstone-registry") {
        return;
    }
    let cases = cases();
    let registry = Registry::start(&mut World::new());
    let mut compared = 0;
    for case in cases.iter().filter(|case| case.holder.is_none()) {
        let report = verify(&case.request).to_json();
        let (status, found) = registry.verify(&to_canonical(&case.request));
        assert_eq!(
            (status, String::from_utf8_lossy(&found)),
            (200, String::from_utf8_lossy(&report)),
            "{}",
            case.id
        );
        compared += 1;
    }
    eprintln!("{compared} Reports, the same from library and POST /verifications");
    assert!(compared >= LEAST);
}

/// What a file carries, by the readers themselves.
fn carried(holder: &Holder) -> Result<String, Expected> {
    match holder {
        Holder::Picture(path) => {
            let picture =
                decode(&std::fs::read(path).unwrap()).map_err(|error| not_found(error.code(), None))?;
            of_code(Code::choose(&texts(&picture, Effort::Search)))
        }
        Holder::Pdf(path) => {
            let refused = |error: touchstone_readers::pdf::PdfError| not_found(error.code(), None);
            let mut pdf = Pdf::open(std::fs::read(path).unwrap()).map_err(refused)?;
            let attached = pdf.attachments().map_err(refused)?;
            let attached = attached
                .into_iter()
                .find_map(|file| String::from_utf8(file.bytes).ok());
            if let Some(document) = attached.filter(|text| text.contains("\"credentialSubject\"")) {
                return Ok(document);
            }
            let mut found = Vec::new();
            while let Some(picture) = pdf.next_picture().map_err(refused)? {
                assert!(
                    !matches!(picture, Picture::Jpeg(_)),
                    "photos are cases of their own"
                );
                found.extend(picture.texts());
            }
            of_code(Code::choose(&found))
        }
    }
}

fn of_code(code: Option<Code>) -> Result<String, Expected> {
    match code {
        Some(Code::Link(link)) => Ok(link),
        Some(Code::Foreign(host)) => Err(not_found("foreignCode", Some(&host))),
        Some(Code::Other | Code::Number(_)) => Err(not_found("otherCode", None)),
        None => Err(not_found("nothing", None)),
    }
}

#[test]
fn pictures_and_papers_carry_what_the_manifest_says() {
    let held: Vec<&Case> = cases().iter().filter(|case| case.holder.is_some()).collect();
    let lines = if built("touchstone-verify") {
        lines(&mut of_files(&held))
    } else {
        BTreeMap::new()
    };
    for case in &held {
        let line = lines.get(Path::new(&case.files[0]).file_name().unwrap().to_str().unwrap());
        let (found, exit) = (
            carried(case.holder.as_ref().unwrap()),
            line.map(|(value, _)| &value["exit"]),
        );
        let document = match found {
            Err(found) => {
                assert_eq!(found, case.expected, "{}", case.id);
                if let Some((value, _)) = line {
                    let told = |name: &str| value[name].as_str().map(str::to_owned);
                    assert_eq!(
                        (told("found"), told("host")),
                        (found.found, found.host),
                        "{}: {value}",
                        case.id
                    );
                    assert_eq!(exit, Some(&Value::from(2)), "{}: could not tell", case.id);
                }
                continue;
            }
            Ok(document) => document,
        };
        let report = verify(&Request {
            document,
            ..case.request.clone()
        });
        assert_eq!(difference(case, &report), None);
        if let Some((_, told)) = line {
            let report = String::from_utf8(report.to_json()).unwrap();
            assert_eq!(*told, report, "{}: command line", case.id);
        }
    }
    eprintln!(
        "{} pictures and PDF files, {} by the command line too",
        held.len(),
        lines.len()
    );
}

/// `touchstone-verify`, given all of them with the facts that they share.
fn of_files(held: &[&Case]) -> Command {
    let mut command = Command::new(program("touchstone-verify").unwrap());
    let first = held[0];
    let fact = |name: &str| folder().join("facts").join(name);
    command.args(["--json", "--offline", "--now", &first.request.now.to_string()]);
    command.args(["--owner-key", &first.request.policy.owner_key.to_string()]);
    command
        .arg("--trust")
        .arg(fact("trust-list.json"))
        .arg("--status");
    command
        .args(["revocation.json", "suspension.json", "message.json"].map(fact))
        .arg("--");
    for case in held {
        assert_eq!(case.request.policy, first.request.policy, "{}", case.id);
        command.arg(folder().join(&case.files[0]));
    }
    command
}
