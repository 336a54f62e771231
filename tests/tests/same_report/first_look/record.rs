//! The file of first looks: a line that begins a series holds a whole request as `base`; each other line the headline to
//! expect and what its request has otherwise, as a JSON merge patch (RFC 7396) of the base before it.

use std::path::PathBuf;

use serde_json::{Map, Value, json};
use touchstone_schemas::credential::{AssessedUnit, Site, UnitKind};
use touchstone_schemas::decode;
use touchstone_schemas::digest::Sha256Digest;
use touchstone_schemas::jcs::to_canonical;
use touchstone_schemas::json;
use touchstone_schemas::proof::DataIntegrityProof;
use touchstone_schemas::status::{StatusMessage, StatusPurpose};
use touchstone_tests::road::samples::walk;
use touchstone_tests::road::{Road, RoadPlan, workspace};
use touchstone_verifier::input::Request;
use touchstone_verifier::qr::{self, ProfileRef};
use touchstone_verifier::verify;

use crate::fixture::{World, key, multikey, text, time};

/// Set to write the file anew, after a change to what requests look like. Needs the built programs.
pub(super) const WRITE: &str = "TOUCHSTONE_WRITE_FIRST_LOOK";
/// A first look.
pub(super) struct Look {
    pub(super) headline: String,
    pub(super) request: Value,
}

fn file() -> PathBuf {
    workspace().join("wasm-verify/first-look.jsonl")
}

/// Every look of the file.
pub(super) fn read() -> Vec<Look> {
    let text = std::fs::read_to_string(file()).unwrap();
    let mut base = Value::Null;
    let mut looks = Vec::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if let Some(request) = line.get("base") {
            base = request.clone();
            continue;
        }
        let mut request = base.clone();
        merge(&mut request, &line["patch"]);
        let headline = line["headline"].as_str().unwrap().to_owned();
        looks.push(Look { headline, request });
    }
    looks
}

fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (name, change) in changes {
        if change.is_null() {
            target.as_object_mut().unwrap().remove(name);
        } else {
            merge(&mut target[name], change);
        }
    }
}

/// What makes `base` to `request`; no member of a request is null.
fn difference(base: &Value, request: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (base, request) else {
        return request.clone();
    };
    let mut changes = Map::new();
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        changes.insert(name.clone(), Value::Null);
    }
    for (name, value) in new {
        match old.get(name) {
            Some(known) if known == value => {}
            Some(known) => drop(changes.insert(name.clone(), difference(known, value))),
            None => drop(changes.insert(name.clone(), value.clone())),
        }
    }
    Value::Object(changes)
}

/// Writes both series.
pub(super) fn write() {
    let mut lines = String::new();
    for series in [of_the_demonstration(), of_the_world()] {
        let written =
            |request: &Request| -> Value { serde_json::from_slice(&to_canonical(request)).unwrap() };
        let base = written(&series[0]);
        lines.push_str(&format!("{}\n", json!({ "base": base })));
        for request in &series {
            let headline = verify(request).headline.name();
            let patch = difference(&base, &written(request));
            lines.push_str(&format!("{}\n", json!({ "headline": headline, "patch": patch })));
        }
    }
    std::fs::write(file(), lines).unwrap();
}

/// The demonstration's certificates by link or as what was made of them.
fn of_the_demonstration() -> Vec<Request> {
    let road = Road::open(&RoadPlan::default()).unwrap();
    let samples = walk(&road, &mut |line| eprintln!("{line}")).unwrap();
    let facts = road.facts().unwrap();
    let mut looks = Vec::new();
    for sample in &samples {
        looks.push(road.request(&sample.shown, facts.clone()).unwrap());
    }
    let now = looks[0].now;
    for look in &mut looks {
        look.now = now;
    }
    looks
}

/// The link in the code of the world's certificate.
pub(super) fn link(world: &World) -> String {
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

/// Lists in which that many other certificates stand too, at places told by the seed, and the world's own is in force.
pub(super) fn shared_lists(world: &World, seed: usize, others: u32) -> Vec<String> {
    let shared = |purpose| {
        let mut list = world.list(purpose, StatusMessage::InForce);
        for other in 0..others {
            let place = Sha256Digest::of(format!("{seed} {other}").as_bytes());
            let [a, b, c, d, message, ..] = *place.as_bytes();
            let index = u32::from_be_bytes([a, b, c, d]) % list.bits.entries();
            let message = StatusMessage::ALL[usize::from(message) % StatusMessage::ALL.len()];
            if index != world.credential.status.index {
                assert!(list.bits.set(index, message.value(purpose)));
            }
        }
        world.sign_list(&list)
    };
    StatusPurpose::ALL.map(shared).to_vec()
}

/// A scan of one certificate, as its fortunes go, of one with every member, and of codes that are not what they seem.
fn of_the_world() -> Vec<Request> {
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
    row(&|request| {
        request.facts.seen.trust_list = Some(1);
        request.facts.seen.clock_floor = Some(time("2026-06-15T00:00:00Z"));
        let lists = [("https://registry.example/status-lists/message/1".to_owned(), 7)];
        request.facts.seen.status_lists = lists.into();
    });
    // Facts that are out of date, a certificate that is, and a pin that is another owner's.
    row(&|request| request.now = time("2026-06-16T00:00:01Z"));
    row(&|request| request.now = time("2026-09-15T00:00:00Z"));
    row(&|request| request.at = Some(time("2029-03-02T00:00:00Z")));
    row(&|request| request.policy.owner_key = multikey(&key(98)));
    // A damaged code, and one as another reader gives it.
    row(&|request| request.document.truncate(request.document.len() - 20));
    row(&|request| request.document = request.document.replacen("https://", "HTTPS://", 1));
    row(&|request| request.document = request.document.split_once('#').unwrap().1.to_owned());
    let messages = [
        StatusMessage::OverdueInGrace,
        StatusMessage::Overdue,
        StatusMessage::Suspended,
        StatusMessage::Cancelled,
        StatusMessage::Superseded,
        StatusMessage::Withdrawn,
    ];
    rows.extend(messages.map(|message| scan(world.lists(message))));
    // How lists compress depends on who else stands in them, and how they are read on how they were compressed.
    let counts = [1, 2, 3, 5, 8, 30, 300, 3_000];
    for (seed, others) in (0..3 * counts.len()).zip(counts.iter().cycle()) {
        rows.push(scan(shared_lists(&world, seed, *others)));
    }
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
    let full = everything();
    rows.push(Request {
        document: link(&full),
        ..full.request()
    });
    rows
}

/// A world whose certificate has what few have: English, a unit, sites, a later version.
fn everything() -> World {
    let mut world = World::new();
    let credential = &mut world.credential;
    let english = |words: &str| Some(text(words));
    credential.holder.address_en = english("No. 88 Demonstration Road, Xinwu District, Wuxi, Jiangsu, China");
    credential.scope_en =
        english("Design, production and sales of spindles & precision drives – Ø 20 to 400 mm");
    credential.assessed_unit = Some(AssessedUnit {
        kind: UnitKind::Workshop,
        name: text("三号车间"),
        name_en: english("Workshop 3"),
    });
    let first = credential.sites[0].clone();
    credential.sites.push(Site {
        name: text("示范精密机械𠮷田分厂"),
        ..first
    });
    world
}
