//! What somebody sees who scans a code for the first time: the requests of `wasm-verify/first-look.jsonl`, by which
//! `cargo xtask wasm` finds the functions that the first part of the browser's module must hold.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value, json};
use touchstone_schemas::jcs::to_canonical;
use touchstone_schemas::proof::DataIntegrityProof;
use touchstone_schemas::status::StatusMessage;
use touchstone_schemas::{decode, json};
use touchstone_tests::road::absent::need;
use touchstone_tests::road::{Checker, dist, node, workspace};
use touchstone_verifier::input::Request;
use touchstone_verifier::qr::{self, ProfileRef};
use touchstone_verifier::report::Headline;
use touchstone_verifier::verify;

use crate::fixture::{World, key, multikey, time};

/// Set to write the file anew, after a change to what requests look like.
const WRITE: &str = "TOUCHSTONE_WRITE_FIRST_LOOK";

fn file() -> PathBuf {
    workspace().join("wasm-verify/first-look.jsonl")
}

/// The link in the code of the world's certificate.
fn link(world: &World) -> String {
    let listed = &world.trust_list.issuers[0].profiles[0];
    let profile = ProfileRef {
        number: listed.number,
        profile: &listed.profile,
    };
    let signed = world.signed();
    let signed = json::parse(signed.as_bytes(), signed.len()).unwrap();
    let proof: DataIntegrityProof = decode::decode(signed.pointer("/proof").unwrap()).unwrap();
    qr::encode(&world.credential, &proof, profile).unwrap().link()
}

/// A first scan of one certificate, as its fortunes go, and of codes that are not what they seem.
fn scans() -> Vec<Request> {
    let world = World::new();
    let scan = |lists: Vec<String>| Request {
        document: link(&world),
        ..world.request_with(lists)
    };
    let good = scan(world.lists(StatusMessage::InForce));
    let mut rows = vec![good.clone()];
    let mut row = |change: &dyn Fn(&mut Request)| {
        let mut request = good.clone();
        change(&mut request);
        rows.push(request);
    };
    // Before anything was fetched, without network, and as the page asks, which tells what it has seen.
    row(&|request| {
        request.facts.trust_list = None;
        request.facts.status_lists.clear();
    });
    row(&|request| request.facts.status_lists.clear());
    row(&|request| request.facts.seen.trust_list = Some(1));
    // Facts that are out of date, a certificate that is, and a pin that is another owner's.
    row(&|request| request.now = time("2026-06-16T00:00:01Z"));
    row(&|request| request.now = time("2026-09-15T00:00:00Z"));
    row(&|request| request.at = Some(time("2029-03-02T00:00:00Z")));
    row(&|request| request.policy.owner_key = multikey(&key(98)));
    // A damaged code.
    row(&|request| request.document.truncate(request.document.len() - 20));
    let messages = [
        StatusMessage::OverdueInGrace,
        StatusMessage::Overdue,
        StatusMessage::Suspended,
        StatusMessage::Cancelled,
        StatusMessage::Superseded,
        StatusMessage::Withdrawn,
    ];
    rows.extend(messages.map(|message| scan(world.lists(message))));
    // Under the key of a forger, and of a body that the trust list does not name.
    let mut forger = World::new();
    forger.issuing = key(77);
    let mut unlisted = World::new();
    unlisted.issuer().issuing_keys.clear();
    rows.push(Request {
        document: link(&forger),
        ..good.clone()
    });
    rows.push(Request {
        facts: unlisted.request().facts,
        ..good
    });
    rows
}

fn write() {
    let lines: String = scans()
        .iter()
        .map(|request| {
            let headline = verify(request).headline.name();
            let request: Value = serde_json::from_slice(&to_canonical(request)).unwrap();
            format!("{}\n", json!({ "headline": headline, "request": request }))
        })
        .collect();
    std::fs::write(file(), lines).unwrap();
}

#[test]
fn a_first_look_needs_the_first_part_alone() {
    if std::env::var_os(WRITE).is_some() {
        write();
    }
    let looks: Vec<Value> = std::fs::read_to_string(file())
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let headlines: BTreeSet<&str> = looks
        .iter()
        .filter_map(|look| look["headline"].as_str())
        .collect();
    assert_eq!(headlines.len(), Headline::ALL.len(), "{headlines:?}");
    let page = dist().and_then(|dist| Some((node()?, dist)));
    let page = need("the built verify page or Node", "cargo xtask wasm", page);
    let mut checker = page.map(|(node, dist)| Checker::start_first_part(&node, &dist).unwrap());
    for look in &looks {
        let text = look["request"].to_string();
        let request: Request = decode::read(text.as_bytes(), text.len()).unwrap();
        let report = verify(&request);
        assert_eq!(report.headline.name(), look["headline"], "{text}");
        if let Some(checker) = &mut checker {
            assert_eq!(checker.verify(&request).unwrap().report, report.to_json());
        }
    }
}
