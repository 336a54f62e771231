//! What the register's own signed facts say: a snapshot of a list of numbers, the log's head, the page's release.

use touchstone_schemas::{
    credential::{CredentialNumber, RegistryBase, Version},
    did::Did,
    digest::Sha256Digest,
    json::parse,
    owner_record::{ReleasedFile, VerifierRelease, VerifierReleaseType},
    snapshot::{Snapshot, SnapshotState, States, make_delta},
    status::StatusMessage,
    tlog::Entry,
};
use touchstone_verifier::{
    input::{Facts, LoggedDocument},
    register::{
        CheckpointQuestion, Growth, PresentedDocument, RegisterRequest, ask_register, register_json,
        snapshot_after,
    },
    report::StateName,
    verify,
};

use crate::fixture::{DID, NOW, REGISTRY, World, day, sign_owned, text, time};

fn state(number: &str, version: u32, message: StatusMessage, until: &str) -> SnapshotState {
    SnapshotState {
        number: CredentialNumber::parse(number).unwrap(),
        version: Version::try_from(version).unwrap(),
        message,
        valid_from: day("2026-03-02"),
        valid_until: day(until),
        next_due: day("2027-03-01"),
    }
}

fn snapshot(world: &World, sequence: u64, states: Vec<SnapshotState>) -> String {
    world.sign_snapshot(&Snapshot {
        issuer: Did::parse(DID).unwrap().status_authority(),
        registry: RegistryBase::parse(REGISTRY).unwrap(),
        sequence,
        valid_from: time("2026-06-15T00:00:00Z"),
        valid_until: time("2026-06-16T00:00:00Z"),
        log_size: 9,
        states: States::pack(states).unwrap(),
    })
}

fn states() -> Vec<SnapshotState> {
    vec![
        state("CQC26ZNZ000001R0", 1, StatusMessage::InForce, "2029-03-01"),
        state("CQC26ZNZ000002R0", 1, StatusMessage::Superseded, "2029-03-01"),
        state("CQC26ZNZ000002R0", 2, StatusMessage::Suspended, "2029-03-01"),
        state("CQC26ZNZ000003R0", 1, StatusMessage::InForce, "2026-04-01"),
    ]
}

fn request(world: &World) -> RegisterRequest {
    RegisterRequest {
        checkpoint: None,
        documents: Vec::new(),
        facts: Facts {
            trust_list: Some(world.trust_text()),
            ..Facts::default()
        },
        now: time(NOW),
        numbers: Vec::new(),
        policy: world.policy(),
        release: None,
    }
}

#[test]
fn a_list_of_numbers_is_told_the_states_of_the_newest_versions() {
    let world = World::new();
    let mut asked = request(&world);
    asked.facts.snapshot = Some(snapshot(&world, 7, states()));
    asked.numbers = [
        "cqc26znz000001r0",
        "CQC26ZNZ000002R0",
        "CQC26ZNZ000003R0",
        "CQC26ZNZ999999R0",
        "?",
    ]
    .map(str::to_owned)
    .to_vec();
    let answer = ask_register(&asked).snapshot.unwrap();
    assert_eq!(answer.id.unwrap(), format!("{REGISTRY}/snapshot"));
    let lookup = answer.lookup.unwrap();
    assert!(lookup.counts);
    let found: Vec<_> = lookup
        .rows
        .iter()
        .map(|row| row.shown.as_ref().map(|shown| (shown.version.get(), shown.state)))
        .collect();
    assert_eq!(
        found,
        [
            Some((1, StateName::Valid)),
            Some((2, StateName::Suspended)),
            Some((1, StateName::Expired)),
            None,
            None
        ]
    );
}

#[test]
fn many_certificates_get_the_reports_that_each_gets_alone() {
    let world = World::new();
    let mut asked = request(&world);
    let states = vec![SnapshotState {
        number: world.credential.number.clone(),
        version: world.credential.version,
        ..state("CQC26ZNZ000001R0", 1, StatusMessage::Suspended, "2029-03-01")
    }];
    asked.facts.snapshot = Some(snapshot(&world, 7, states));
    let documents = [
        world.signed(),
        world.signed().replace("20", "21"),
        "{}".to_owned(),
    ];
    asked.documents = documents
        .iter()
        .map(|document| PresentedDocument {
            document: document.clone(),
            receipt: None,
        })
        .collect();
    let alone = documents.map(|document| {
        verify(&touchstone_verifier::input::Request {
            document,
            facts: asked.facts.clone(),
            ..world.request()
        })
    });
    let answer = ask_register(&asked);
    assert_eq!(answer.reports, alone);
    assert_eq!(answer.snapshot, None);
    assert_eq!(answer.reports[0].state, Some(StateName::Suspended));
}

#[test]
fn an_older_or_foreign_snapshot_is_refused() {
    let world = World::new();
    let code = |asked: &RegisterRequest| {
        let answer = ask_register(asked);
        let of_snapshot = answer.snapshot.and_then(|snapshot| {
            assert_eq!(snapshot.lookup, None);
            snapshot.refused
        });
        of_snapshot.or(answer.refused).map(|reason| reason.code.code())
    };
    let mut asked = request(&world);
    asked.facts.snapshot = Some(snapshot(&world, 7, states()));
    asked.facts.seen.snapshots = [(format!("{REGISTRY}/snapshot"), 8)].into();
    assert_eq!(code(&asked), Some("statusRolledBack"));
    let stranger = World {
        status: crate::fixture::key(99),
        ..World::new()
    };
    asked.facts.snapshot = Some(snapshot(&stranger, 9, states()));
    assert_eq!(code(&asked), Some("statusNotAuthentic"));
    asked.facts.snapshot = Some("<html>".to_owned());
    assert_eq!(code(&asked), Some("statusMalformed"));
    asked.facts.seen.trust_list = Some(1_000_000);
    assert_eq!(code(&asked), Some("trustListRolledBack"));
    asked.facts.trust_list = None;
    assert_eq!(code(&asked), Some("trustListMissing"));
}

#[test]
fn a_delta_gives_the_newer_snapshot_or_nothing() {
    let world = World::new();
    let (older, mut changed) = (snapshot(&world, 7, states()), states());
    changed[0].message = StatusMessage::Withdrawn;
    let newer = snapshot(&world, 8, changed);
    let delta = make_delta(older.as_bytes(), newer.as_bytes()).unwrap();
    let canonical = parse(newer.as_bytes(), newer.len()).unwrap().to_canonical_bytes();
    assert_eq!(snapshot_after(older.as_bytes(), &delta), canonical);
    assert_eq!(snapshot_after(newer.as_bytes(), &delta), b"");
    assert_eq!(snapshot_after(b"{}", b"{}"), b"");
}

#[test]
fn the_log_is_seen_to_have_grown_to_be_older_or_to_be_rewritten() {
    let mut world = World::new();
    world.log.fill(40);
    let registry = RegistryBase::parse(REGISTRY).unwrap();
    let ask = |world: &World, kept: Option<u64>, of: &World, newest: u64, tiles: &[String]| {
        let mut asked = request(world);
        asked.checkpoint = Some(CheckpointQuestion {
            kept: kept.map(|size| of.log.checkpoint(size).to_string()),
            newest: world.log.checkpoint(newest).to_string(),
            registry: registry.clone(),
        });
        asked.facts.log_tiles = tiles.iter().map(|url| world.log.tile(url)).collect();
        ask_register(&asked).checkpoint.unwrap()
    };
    let growth = |kept, newest, tiles: &[String]| ask(&world, kept, &world, newest, tiles);
    assert_eq!(growth(None, 40, &[]).growth, Some(Growth::First));
    assert_eq!(growth(Some(40), 40, &[]).growth, Some(Growth::Grown));
    assert_eq!(growth(Some(40), 39, &[]).growth, Some(Growth::Older));
    let unproven = growth(Some(13), 40, &[]);
    assert_eq!(unproven.growth, Some(Growth::Unproven));
    assert!(!unproven.tiles.is_empty());
    assert_eq!(growth(Some(13), 40, &unproven.tiles).growth, Some(Growth::Grown));

    // Another history under the same key.
    let mut other = World::new();
    let entry = Entry {
        digest: Sha256Digest::of(b"another"),
        ..first_entry()
    };
    other.log.append(entry);
    other.log.fill(40);
    let rewritten = ask(&world, Some(13), &other, 40, &unproven.tiles);
    assert_eq!(rewritten.growth, Some(Growth::Rewritten));
    assert_eq!(
        ask(&world, Some(40), &other, 40, &[]).growth,
        Some(Growth::Rewritten)
    );
}

fn first_entry() -> Entry {
    Entry {
        issuer: Did::parse(DID).unwrap(),
        recorded: time("2026-03-02T08:00:00Z"),
        digest: Sha256Digest::of(b"one"),
        record: touchstone_schemas::tlog::Record::Snapshot { sequence: 0 },
    }
}

fn release(name: &str) -> VerifierRelease {
    let wasm = Sha256Digest::of(b"module");
    VerifierRelease {
        files: vec![ReleasedFile {
            path: text("verifier.wasm"),
            sha256: wasm,
        }],
        issued: time("2026-06-01T00:00:00Z"),
        issuer: Did::parse(DID).unwrap(),
        release: text(name),
        record_type: VerifierReleaseType::VerifierRelease,
        wasm,
    }
}

#[test]
fn a_release_counts_when_the_log_proves_it() {
    let mut world = World::new();
    let document = sign_owned(&release("1.0"), time("2026-06-01T00:00:00Z"), &[&world.owner]);
    let canonical = parse(document.as_bytes(), document.len())
        .unwrap()
        .to_canonical_bytes();
    let index = world.log.append(Entry {
        digest: Sha256Digest::of(&canonical),
        record: release("1.0").record(),
        ..first_entry()
    });
    world.log.fill(6);
    let receipt = world.log.receipt(index, 6);
    let mut asked = request(&world);
    asked.release = Some(LoggedDocument {
        document,
        receipt: receipt.clone(),
    });
    let answer = ask_register(&asked).release.unwrap();
    assert_eq!((answer.refused, answer.index), (None, Some(index)));
    assert_eq!(answer.release.unwrap().as_str(), "1.0");
    // The receipt of another, and one that a stranger signed.
    for document in [
        sign_owned(&release("2.0"), time("2026-06-01T00:00:00Z"), &[&world.owner]),
        sign_owned(
            &release("1.0"),
            time("2026-06-01T00:00:00Z"),
            &[&crate::fixture::key(98)],
        ),
    ] {
        let receipt = receipt.clone();
        asked.release = Some(LoggedDocument { document, receipt });
        let answer = ask_register(&asked).release.unwrap();
        assert!(answer.refused.is_some() && answer.files.is_empty());
    }
}

#[test]
fn what_is_no_request_is_answered_as_such() {
    for text in ["", "{}", "[]", "{\"now\":\"2026-06-15T00:00:00Z\"}"] {
        let answer = register_json(text.as_bytes());
        assert!(answer.starts_with(b"{\"detail\":"), "{text}");
    }
}
