//! What we sign is sound JSON-LD: expanded in safe mode with the contexts it names, no member is dropped, and none takes
//! a meaning from elsewhere.
//!
//! The UNTP vocabulary's own context is not committed here and not to be had from a package registry. In its place stands
//! `tests/json_ld/untp-stand-in.json`, which has the terms and classes we use and none of UNTP's definitions, unless
//! `TOUCHSTONE_UNTP_CONTEXT` names a copy of the real one.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../../verifier/tests/fixture/mod.rs"]
#[allow(
    dead_code,
    reason = "shared with the verifier's own tests, which use the rest"
)]
mod fixture;

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use touchstone_schemas::credential::{
    AssessedUnit, Authorisation, CredentialNumber, TOUCHSTONE_CONTEXT_V1, UNTP_CONTEXT, Version,
};
use touchstone_schemas::did::Did;
use touchstone_schemas::lifecycle::{Change, EventReason, Successor};
use touchstone_schemas::published::CONTEXT_V1;
use touchstone_schemas::snapshot::{Snapshot, SnapshotState, States};
use touchstone_schemas::status::{StatusMessage, StatusPurpose};
use touchstone_tests::road::absent::need;
use touchstone_tests::road::{Finished, TempFolder, node, npm_modules, workspace};
use touchstone_tests::sample;

use crate::fixture::{METHOD, REGISTRY, World, day, sign, text, time, with_member};

/// The real context of UNTP where this machine has it, else the stand-in.
fn untp_context() -> Value {
    let real = std::env::var_os("TOUCHSTONE_UNTP_CONTEXT").map(PathBuf::from);
    if real.is_none() {
        eprintln!(
            "STAND-IN: the UNTP context is not here; its terms are stood in for by names alone. What is shown is that \
             our own terms and nesting are sound, not that UNTP defines its terms as we use them. \
             (TOUCHSTONE_UNTP_CONTEXT names a copy of the real one.)"
        );
    }
    let path = real.unwrap_or_else(|| workspace().join("tests/json_ld/untp-stand-in.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A credential with every member that may be absent.
fn complete(world: &mut World) -> String {
    let credential = &mut world.credential;
    credential.issuer.authorisations = vec![Authorisation {
        name: text("示范批准"),
        authority: text("https://authority.demo.test"),
        authority_name: text("示范主管部门（演示）"),
        evidence: text("https://authority.demo.test/approvals/1"),
        evidence_name: text("批准文件"),
    }];
    let (with_unit, _) = (0..)
        .map(sample::any)
        .find(|(credential, _)| {
            let unit: Option<&AssessedUnit> = credential.assessed_unit.as_ref();
            unit.is_some_and(|unit| unit.name_en.is_some())
        })
        .unwrap();
    credential.assessed_unit = with_unit.assessed_unit;
    credential.scope_en = Some(text("Design and production of spindles"));
    credential.holder.address_en = Some(text("88 Shifan Road, Wuxi"));
    credential.technical_support = Some(text("示范技术公司"));
    credential.confidence = Some(text("A"));
    credential.predecessor = CredentialNumber::parse("CQC23ZNZ000007R0").ok();
    credential.transcribed = Some(day("2026-03-02"));
    world.signed()
}

fn events(world: &World) -> Vec<String> {
    let successor = Successor {
        number: CredentialNumber::parse("CQC26ZNZ000124R0").unwrap(),
        version: Version::FIRST,
    };
    let reason = EventReason::Nonconformity;
    let changes = [
        Change::SurveillancePassed {
            reason,
            performed_on: day("2027-02-01"),
            next_due: day("2028-02-01"),
        },
        Change::Suspended {
            reason,
            planned_end: day("2026-12-01"),
        },
        Change::Reinstated { reason },
        Change::Withdrawn { reason },
        Change::Cancelled { reason },
        Change::Superseded {
            reason,
            successor: successor.clone(),
        },
        Change::Corrected { reason, successor },
    ];
    let signed = |change| {
        let mut event = world.event(1, "2026-06-01T00:00:00Z", change);
        event.backdating = Some(text("记录迟到"));
        sign(&event, event.effective, METHOD, &world.issuing)
    };
    changes.into_iter().map(signed).collect()
}

fn snapshot(world: &World) -> String {
    let credential = &world.credential;
    world.sign_snapshot(&Snapshot {
        issuer: Did::parse(fixture::DID).unwrap().status_authority(),
        registry: touchstone_schemas::credential::RegistryBase::parse(REGISTRY).unwrap(),
        sequence: 1,
        valid_from: time("2026-06-15T00:00:00Z"),
        valid_until: time("2026-06-16T00:00:00Z"),
        log_size: 9,
        states: States::pack([SnapshotState {
            number: credential.number.clone(),
            version: credential.version,
            message: StatusMessage::InForce,
            valid_from: credential.valid_from,
            valid_until: credential.valid_until,
            next_due: credential.surveillance.first_due,
        }])
        .unwrap(),
    })
}

/// What stands in a document below everything else: texts, numbers, truth values; contexts left out.
fn facts(value: &Value) -> usize {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| *name != "@context")
            .map(|(_, member)| facts(member))
            .sum(),
        Value::Array(elements) => elements.iter().map(facts).sum(),
        _ => 1,
    }
}

/// The same of an expanded document: values, ids and types; the datatype of a value is none of the document's facts.
fn expanded_facts(value: &Value) -> usize {
    match value {
        Value::Object(members) if members.contains_key("@value") => 1,
        Value::Object(members) => members.values().map(expanded_facts).sum(),
        Value::Array(elements) => elements.iter().map(expanded_facts).sum(),
        _ => 1,
    }
}

/// Every term of an expanded document.
fn terms<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                found.push(name);
                terms(member, found);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| terms(element, found)),
        _ => {}
    }
}

#[test]
fn everything_signed_expands_in_safe_mode() {
    let how = "cargo xtask test installs jsonld and the W3C's context";
    let packages = npm_modules().filter(|modules| modules.join("jsonld").is_dir());
    let Some((node, modules)) = need("Node or jsonld", how, node().zip(packages)) else {
        return;
    };
    let mut world = World::new();
    let mut documents = vec![world.signed(), complete(&mut world)];
    documents.extend(events(&world));
    documents.extend(StatusPurpose::ALL.map(|purpose| {
        let list = world.list(purpose, StatusMessage::InForce);
        world.sign_list(&list)
    }));
    documents.push(snapshot(&world));
    // A member that no context knows: safe mode is on, or these would pass.
    let stray = Some("\"x\"");
    let strays = [
        with_member(&documents[0], "/stray", stray),
        with_member(&documents[0], "/credentialSubject/stray", stray),
        with_member(&documents[0], "/credentialSubject/certificate/stray", stray),
        with_member(&documents[2], "/credentialSubject/stray", stray),
        with_member(
            &documents[0],
            "/credentialSubject/certificate/sites/0/id",
            Some("\"no-iri\""),
        ),
    ];
    let sound = documents.len();
    documents.extend(strays);

    let folder = TempFolder::new("json-ld").unwrap();
    let input = folder.path().join("input.json");
    let parsed: Vec<Value> = documents
        .iter()
        .map(|text| serde_json::from_str(text).unwrap())
        .collect();
    let ours: Value = serde_json::from_str(CONTEXT_V1).unwrap();
    let contexts = json!({ UNTP_CONTEXT: untp_context(), TOUCHSTONE_CONTEXT_V1: ours });
    std::fs::write(
        &input,
        json!({ "contexts": contexts, "documents": parsed }).to_string(),
    )
    .unwrap();
    let mut expand = Command::new(node);
    expand
        .arg(workspace().join("tests/json_ld/expand.mjs"))
        .arg(&input)
        .env("TOUCHSTONE_NODE_MODULES", modules);
    let found = Finished::of(&mut expand).unwrap().well("expand.mjs").unwrap();
    let found: Vec<Value> = serde_json::from_str(&found).unwrap();
    assert_eq!(found.len(), documents.len());

    for (document, found) in parsed.iter().zip(&found).take(sound) {
        let name = &document["type"];
        assert!(
            found["error"].is_null(),
            "{name} {}: {}",
            document["id"],
            found["error"]
        );
        assert_eq!(
            facts(document),
            expanded_facts(&found["expanded"]),
            "{name}: {found}"
        );
        let mut all = Vec::new();
        terms(&found["expanded"], &mut all);
        let foreign: Vec<_> = all
            .iter()
            .filter(|term| !(term.starts_with('@') || term.contains("://")))
            .collect();
        assert_eq!(foreign, Vec::<&&str>::new(), "{name}");
    }
    for (document, found) in documents.iter().zip(&found).skip(sound) {
        assert!(found["expanded"].is_null(), "expands: {document}");
    }
    // The certificate's facts have terms of our own, also where the other contexts know the word.
    let expanded = &found[1]["expanded"][0];
    let subject = &expanded["https://www.w3.org/2018/credentials#credentialSubject"][0];
    let certificate = &subject["https://w3id.org/touchstone/vocab#certificate"][0];
    let scheme = &certificate["https://w3id.org/touchstone/vocab#scheme"][0];
    for (place, term) in [
        (certificate, "number"),
        (certificate, "predecessor"),
        (certificate, "transcribed"),
        (scheme, "name"),
        (scheme, "attestationType"),
        (&certificate["https://w3id.org/touchstone/vocab#body"][0], "url"),
    ] {
        let iri = format!("https://w3id.org/touchstone/vocab#{term}");
        assert!(place[&iri].is_array(), "{term}: {place}");
    }
}
