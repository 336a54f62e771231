//! From an application file to a verdict, by the command line.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::ffi::OsStr;
use std::process::Command;

use ed25519_dalek::{Signer, SigningKey};
use serde_json::Value;
use touchstone_schemas::json;
use touchstone_schemas::multikey::Multikey;
use touchstone_schemas::proof::ProofConfig;
use touchstone_schemas::tlog::{Checkpoint, LogProof};
use touchstone_tests::road::absent::need;
use touchstone_tests::road::samples::{Sample, Shown, demo_folder, walk};
use touchstone_tests::road::{Finished, REFUSED, Road, RoadPlan, program};
use touchstone_verifier::proof::eddsa_jcs_2022::{attach_proofs, create_proof};

fn programs() -> Option<()> {
    let built = ["touchstone-registry", "touchstone-issuer", "touchstone-verify"]
        .iter()
        .all(|name| program(name).is_some());
    need(
        "the built programs",
        "cargo build --workspace --bins",
        built.then_some(()),
    )
}

/// `touchstone-verify` as somebody types it who pins this road's owner.
fn verify(road: &Road, arguments: &[&str]) -> Finished {
    let mut command = Command::new(program("touchstone-verify").unwrap());
    command
        .args([
            "--owner-key",
            &road.owner().to_string(),
            "--lang",
            "en",
            "--trust",
        ])
        .arg(road.trust_list());
    Finished::of(command.args(arguments)).unwrap()
}

fn exit_code(sample: &Sample) -> i32 {
    match sample.expected.headline.as_str() {
        "inForce" => 0,
        "couldNotTell" => 2,
        _ => 1,
    }
}

fn shown(road: &Road, sample: &Sample) -> String {
    match &sample.shown {
        Shown::Link(link) => link.clone(),
        Shown::Document(document) => {
            let path = road.at(&format!("{}.json", sample.name));
            std::fs::write(&path, document).unwrap();
            path.to_str().unwrap().to_owned()
        }
    }
}

#[test]
fn every_sample_gets_its_verdict() {
    if programs().is_none() {
        return;
    }
    let mut road = Road::open(&RoadPlan::default()).unwrap();
    let samples = walk(&road, &mut |line| eprintln!("{line}")).unwrap();
    assert!(samples.len() >= 18, "{}", samples.len());
    for sample in &samples {
        let document = shown(&road, sample);
        let answer = verify(&road, &[&document, "--json", "--accept-test"]);
        let report: Value =
            serde_json::from_str(&answer.out).unwrap_or_else(|_| panic!("{}: {answer:?}", sample.name));
        assert_eq!(
            report["headline"].as_str(),
            Some(sample.expected.headline.as_str()),
            "{}: {report}",
            sample.name
        );
        assert_eq!(
            report["state"].as_str(),
            sample.expected.state.as_deref(),
            "{}: {report}",
            sample.name
        );
        assert_eq!(
            answer.code,
            Some(exit_code(sample)),
            "{}: {answer:?}",
            sample.name
        );
    }
    let in_force = samples.first().unwrap();
    the_registry_says_whose_certificates_these_are(&road, in_force);
    a_retired_keys_certificate_is_proven_by_the_logs_tiles(&road, in_force);
    the_command_line_keeps_its_promises(
        &mut road,
        in_force,
        samples.iter().find(|s| s.name == "superseded-v1").unwrap(),
    );
}

/// Nobody reads a demonstration's certificate as one in force.
fn the_registry_says_whose_certificates_these_are(road: &Road, in_force: &Sample) {
    let number = &in_force.issued.as_ref().unwrap().number;
    let record = format!("/certificates/{number}");
    for page in [record.as_str(), "/certificates", &format!("{record}/status")] {
        let text = road.get(page, "text/html").unwrap();
        assert!(text.contains("演示机构签发"), "{page}: {text}");
    }
}

/// The issuing key retired at the tree of the certificate's first receipt: the record's newer receipt counts only with
/// tiles of the log, which the registry serves.
fn a_retired_keys_certificate_is_proven_by_the_logs_tiles(road: &Road, in_force: &Sample) {
    let issued = in_force.issued.as_ref().unwrap();
    let receipt = std::fs::read_to_string(issued.file("receipt.json")).unwrap();
    let receipt: Value = serde_json::from_str(&receipt).unwrap();
    let proof = LogProof::parse(receipt["proof"].as_str().unwrap().as_bytes()).unwrap();
    let point = Checkpoint::parse(proof.checkpoint.text()).unwrap().head;
    // A list of an owner of our own, who retires the key.
    let owner = SigningKey::from_bytes(&[77; 32]);
    let public = Multikey::from_bytes(owner.verifying_key().to_bytes());
    let list = std::fs::read_to_string(road.trust_list()).unwrap();
    let mut list: Value = serde_json::from_str(&list).unwrap();
    list.as_object_mut().unwrap().remove("proof");
    list["issuers"][0]["issuingKeys"][0]["retired"] =
        serde_json::json!({ "from": point.size, "rootHash": point.root.to_string() });
    let issued_at = list["issued"].as_str().unwrap().parse().unwrap();
    let text = list.to_string();
    let document = json::parse(text.as_bytes(), text.len()).unwrap();
    let config = ProofConfig::eddsa_jcs_2022(None, issued_at, public.did_key_method());
    let sign = |data: &[u8; 64]| Ok::<_, std::convert::Infallible>(owner.sign(data).to_bytes());
    let proof = create_proof(&document, config, sign).unwrap();
    let path = road.at("retired.json");
    std::fs::write(&path, attach_proofs(document.clone(), &[proof])).unwrap();

    let verify = |arguments: &[&str]| {
        let mut command = Command::new(program("touchstone-verify").unwrap());
        command
            .args([
                "--owner-key",
                &public.to_string(),
                "--json",
                "--accept-test",
                "--trust",
            ])
            .arg(&path)
            .arg(issued.file("json"))
            .args(arguments);
        let answer = Finished::of(&mut command).unwrap();
        let report: Value = serde_json::from_str(&answer.out).unwrap_or_else(|_| panic!("{answer:?}"));
        (answer.code, report)
    };
    let first = |report: &Value| report["authorised"]["reasons"][0]["code"].clone();
    let (code, report) = verify(&[]);
    assert_eq!(
        (code, first(&report)),
        (Some(2), "keyRetiredWithoutProof".into()),
        "{report}"
    );
    let (code, report) = verify(&["--record"]);
    assert_eq!(code, Some(0), "{report}");
    assert!(report["evidence"]["logIndex"].as_u64().unwrap() < point.size);
    // The first receipt is of that very tree.
    let file = issued.file("receipt.json");
    assert_eq!(verify(&["--receipt", file.to_str().unwrap()]).0, Some(0));
}

fn the_command_line_keeps_its_promises(road: &mut Road, in_force: &Sample, superseded: &Sample) {
    let Shown::Link(link) = &in_force.shown else {
        panic!("the first sample is a link")
    };
    let issued = in_force.issued.as_ref().unwrap();
    // A demonstration is not in force for whoever did not expect one.
    let answer = verify(road, &[link]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(
        answer.out.contains("Demonstration") && answer.out.contains(&issued.number),
        "{}",
        answer.out
    );
    // The JSON file, the record's URL and standard input are the same certificate.
    let file = issued.file("json");
    let url = format!("{}/certificates/{}", road.base(), issued.number);
    for document in [file.to_str().unwrap(), &url] {
        assert_eq!(
            verify(road, &[document, "--accept-test"]).code,
            Some(0),
            "{document}"
        );
    }
    // The image itself, read back as a camera does.
    assert_eq!(issued.scan().unwrap(), *link);
    // The log: not checked, given as a file, fetched with the record, demanded.
    let receipt = issued.file("receipt.json");
    let logged = |arguments: &[&str]| {
        let answer = verify(road, &[&[link, "--json", "--accept-test"], arguments].concat());
        (
            answer.code,
            serde_json::from_str::<Value>(&answer.out).unwrap()["evidence"]["logIndex"].is_u64(),
        )
    };
    assert_eq!(logged(&[]), (Some(0), false));
    assert_eq!(logged(&["--receipt", receipt.to_str().unwrap()]), (Some(0), true));
    assert_eq!(logged(&["--record"]), (Some(0), true));
    assert_eq!(logged(&["--require-log"]), (Some(2), false));
    assert_eq!(logged(&["--require-log", "--record"]), (Some(0), true));
    // The need.
    let level = |level| verify(road, &[link, "--accept-test", "--need-level", level]).code;
    assert_eq!((level("1"), level("5")), (Some(0), Some(1)));
    // Events lead to the successor.
    let Shown::Link(old) = &superseded.shown else {
        panic!("the superseded sample is a link")
    };
    let report = verify(road, &[old, "--json", "--record"]).out;
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(
        report["inForce"]["reasons"][0]["facts"]["successorVersion"], "2",
        "{report}"
    );
    // Where it stood: a file that is checked with nobody asked, and not when a byte of it is bent.
    let statement = road.at("statement.json");
    let stated_at = |query: &str| {
        let mut answer = ureq::get(format!("{url}/status{query}")).call().unwrap();
        answer.body_mut().read_to_string().unwrap()
    };
    let stated = |text: &str, arguments: &[&str]| {
        std::fs::write(&statement, text).unwrap();
        let file = statement.to_str().unwrap();
        let usual = [file, "--as", "statement", "--offline", "--require-log"];
        verify(road, &[&usual, arguments].concat())
    };
    // Of this very moment the newest lists are from before it: whoever hands it in could have left out a change since.
    let answer = stated(&stated_at(""), &["--accept-test"]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.err.contains("newest status lists are of"), "{answer:?}");
    let report: Value = serde_json::from_str(&stated(&stated_at(""), &["--json"]).out).unwrap();
    let listed = report["knownAt"].as_str().unwrap().to_owned();
    let text = stated_at(&format!("?at={listed}"));
    let answer = stated(&text, &["--accept-test", "--at", &listed]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(
        answer.out.contains("as the register showed it?: Yes"),
        "{answer:?}"
    );
    // Asked about another instant, or whether it covers a need, a statement gives no 0.
    let answer = stated(&text, &["--accept-test", "--at", "2026-11-01T00:00:00Z"]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    let answer = stated(&text, &["--accept-test", "--need-level", "1"]);
    assert_eq!(answer.code, Some(64), "{answer:?}");
    assert_eq!(stated(&text, &[]).code, Some(2));
    let report: Value = serde_json::from_str(&stated(&text, &["--json"]).out).unwrap();
    assert_eq!(
        (&report["known"]["answer"], &report["shown"]["held"]),
        (&"yes".into(), &true.into())
    );
    let bent = text.replace(&issued.number, "CQC26ZNZ999999R0");
    assert_eq!(stated(&bent, &["--accept-test"]).code, Some(1));
    assert_eq!(
        stated(&text.replace("listReceipts\":[\"", "listReceipts\":[1,\""), &[]).code,
        Some(2)
    );
    // Whoever hands in a statement of then in place of a certificate of now gets no 0.
    std::fs::write(&statement, &text).unwrap();
    let answer = verify(road, &[statement.to_str().unwrap(), "--offline", "--accept-test"]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(
        answer
            .err
            .contains("this is a statement, a certificate was expected"),
        "{answer:?}"
    );
    // Whoever asks nobody, or nobody answers: could not tell, never in force.
    assert_eq!(verify(road, &[link, "--accept-test", "--offline"]).code, Some(2));
    road.stop_registry().unwrap();
    let answer = verify(road, &[link, "--accept-test"]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.err.contains("/status-lists/"), "{}", answer.err);
    // Another owner's key, no key, no such file, no such option.
    let other = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
    let mut command = Command::new(program("touchstone-verify").unwrap());
    command
        .args(["--owner-key", other, link, "--offline", "--trust"])
        .arg(road.trust_list());
    assert_eq!(Finished::of(&mut command).unwrap().code, Some(2));
    for usage in [
        &["--unknown"][..],
        &["/no/such/file.json"],
        &[&url, "--offline"],
        &[link, "--need-level", "6"],
    ] {
        assert_eq!(verify(road, usage).code, Some(64), "{usage:?}");
    }
}

#[test]
fn a_faulty_application_is_refused_with_every_fault_and_leaves_nothing() {
    if programs().is_none() {
        return;
    }
    let road = Road::build(&RoadPlan::default()).unwrap();
    let text = std::fs::read_to_string(demo_folder().join("applications/01-in-force.json")).unwrap();
    let mut application: Value = serde_json::from_str(&text).unwrap();
    application["applicant"]["uscc"] = "91310115MA1H8R7C6D".into();
    application["industry"]["code"] = "5110".into();
    application["review"]["by"] = application["evaluation"]["evaluators"][0].clone();
    application["evaluation"]["level"] = 5.into();
    application.as_object_mut().unwrap().remove("scope");
    let sheet = demo_folder().join("scores").join("level-3.json");
    application["evaluation"]["scores"]["file"] = sheet.to_str().unwrap().into();
    let path = road.at("faulty.json");
    std::fs::write(&path, application.to_string()).unwrap();
    let refused = Finished::of(
        road.office()
            .unwrap()
            .args(["--json", "issue", "--file"])
            .arg(&path),
    )
    .unwrap();
    assert_eq!(refused.code, Some(REFUSED), "{refused:?}");
    for pointer in [
        "/applicant/uscc",
        "/industry/code",
        "/review",
        "/evaluation/level",
        "/scope",
    ] {
        assert!(
            refused.out.contains(pointer),
            "{pointer} is not named: {}",
            refused.out
        );
    }
    // A folder without applications, and a number that nobody was given, are called what they are.
    let nothing = road.at("nothing");
    std::fs::create_dir(&nothing).unwrap();
    let suspend = "status suspend --number CQC26ZNZ999999R0 --decision 1 --decided-by 处 --decider YS-071 --reason nonconformity --legal-basis 条";
    let suspend: Vec<&OsStr> = suspend.split(' ').map(OsStr::new).collect();
    let issue = [OsStr::new("issue"), OsStr::new("--file"), nothing.as_os_str()];
    for (arguments, told) in [
        (&issue[..], "no application"),
        (&suspend, "no certificate of this number"),
    ] {
        let refused = Finished::of(road.office().unwrap().args(arguments)).unwrap();
        assert!(
            refused.code != Some(0) && refused.err.contains(told),
            "{refused:?}"
        );
    }
    let listed = Finished::of(road.office().unwrap().arg("list"))
        .unwrap()
        .well("list")
        .unwrap();
    assert_eq!(listed, "");
}
