//! What somebody sees who scans a code for the first time. Whoever types a number waits for the record, and the verifier's
//! second part comes beside it.
//!
//! By the looks of `wasm-verify/first-look.jsonl`, cargo xtask wasm finds the functions that the first part of the
//! browser's module must hold. They are those of the demonstration's certificates and of the world of these tests;
//! that others fit too is shown with certificates that were not recorded.

mod record;

use std::collections::BTreeSet;

use touchstone_schemas::credential::Credential;
use touchstone_schemas::decode;
use touchstone_schemas::jcs::to_canonical;
use touchstone_schemas::status::StatusMessage;
use touchstone_tests::road::absent::need;
use touchstone_tests::road::{Checker, dist, node};
use touchstone_tests::sample;
use touchstone_tests::written::WRITTEN;
use touchstone_verifier::input::Request;
use touchstone_verifier::report::Headline;
use touchstone_verifier::{document_json, needs_json, verify};

use self::record::{Look, link, read, shared_lists};
use crate::fixture::World;

/// The built page's first part on its own, where Node and the page are there.
fn first_part() -> Option<Checker> {
    let page = dist().and_then(|dist| Some((node()?, dist)));
    let (node, dist) = need("the built verify page or Node", "cargo xtask wasm", page)?;
    Some(Checker::start_first_part(&node, &dist).unwrap())
}

/// Asks what the page asks on its way to a verdict, and compares with the library.
fn asks(checker: &mut Checker, request: &Request) {
    let mut before = request.clone();
    before.facts.status_lists.clear();
    for request in [&before, request] {
        let wanted = needs_json(&to_canonical(request));
        assert_eq!(checker.needs(request).unwrap().report, wanted);
    }
    assert_eq!(checker.verify(request).unwrap().report, verify(request).to_json());
    assert_eq!(
        checker.document(request).unwrap().report,
        document_json(&to_canonical(request))
    );
}

#[test]
fn a_recorded_look_needs_the_first_part_alone() {
    if std::env::var_os(record::WRITE).is_some() {
        record::write();
    }
    let looks = read();
    let headlines: BTreeSet<&str> = looks.iter().map(|look| look.headline.as_str()).collect();
    assert_eq!(headlines.len(), Headline::ALL.len(), "{headlines:?}");
    let mut checker = first_part();
    for Look { headline, request } in &looks {
        let text = request.to_string();
        let request: Request = decode::read(text.as_bytes(), text.len()).unwrap();
        assert_eq!(verify(&request).headline.name(), headline, "{text}");
        if let Some(checker) = &mut checker {
            asks(checker, &request);
        }
    }
}

/// The same body's certificate about somebody else.
fn about(world: &World, other: Credential) -> Credential {
    Credential {
        issuer: world.credential.issuer.clone(),
        scheme: world.credential.scheme.clone(),
        number: world.credential.number.clone(),
        status: world.credential.status,
        first_issued: world.credential.first_issued,
        valid_from: world.credential.valid_from,
        valid_until: world.credential.valid_until,
        assessed_on: world.credential.assessed_on,
        surveillance: world.credential.surveillance,
        ..other
    }
}

#[test]
fn other_certificates_need_the_first_part_alone() {
    let Some(mut checker) = first_part() else { return };
    let mut world = World::new();
    let written = WRITTEN.iter().zip(0..).step_by(2);
    let others = (1_000..1_004).map(|seed| sample::usual(seed).0);
    let others = others.chain(written.map(|(facts, seed)| sample::written(seed, facts).0));
    let own = world.credential.clone();
    let mut headlines = BTreeSet::new();
    for (place, other) in others.enumerate() {
        world.credential = own.clone();
        world.credential = about(&world, other);
        let message = match place % 8 {
            0 => StatusMessage::Suspended,
            1 => StatusMessage::Withdrawn,
            _ => StatusMessage::InForce,
        };
        let request = Request {
            document: link(&world),
            ..world.request_with(world.lists(message))
        };
        headlines.insert(verify(&request).headline.name());
        asks(&mut checker, &request);
    }
    assert_eq!(
        headlines,
        BTreeSet::from(["inForce", "notInForce"]),
        "every one is judged"
    );
    world.credential = own;
    for (seed, others) in (100..).zip([1, 1, 2, 2, 3, 4, 6, 9, 20, 100, 1_000, 10_000]) {
        asks(
            &mut checker,
            &Request {
                document: link(&world),
                ..world.request_with(shared_lists(&world, seed, others))
            },
        );
    }
}
