//! What receipts, their times and the log's tiles can do to an answer.

use touchstone_schemas::{
    lifecycle::{Change, EventReason},
    tlog::Hash,
    trust_list::Retirement,
};
use touchstone_verifier::{
    input::{LogProofPolicy, LogTile, LoggedDocument, Request},
    needs,
    reason::ReasonCode,
    report::Headline,
    verify,
};

use crate::{
    codes, expect,
    fixture::{World, day, suspended, time},
};

/// The receipt of a log that recorded the credential at that time.
fn recorded(recorded: &str) -> Request {
    let mut world = World::new();
    let index = world.log_credential(recorded);
    let mut request = world.request();
    request.facts.receipt = Some(world.log.receipt(index, world.log.size()));
    request
}

#[test]
fn a_log_time_that_cannot_be_true_is_not_counted() {
    // Signed at 2026-03-02T01:00:00Z, asked at 2026-06-15T04:00:00Z; clocks may differ by ten minutes.
    for (time, possible) in [
        ("2025-01-01T00:00:00Z", false),
        ("2026-03-02T00:49:59Z", false),
        ("2026-03-02T00:50:00Z", true),
        ("2026-03-02T01:00:05Z", true),
        ("2026-06-15T04:10:01Z", false),
        ("2029-01-01T00:00:00Z", false),
    ] {
        let mut request = recorded(time);
        let report = verify(&request);
        assert_eq!(report.headline, Headline::InForce, "{time}");
        let told = codes(&report.authorised);
        assert_eq!(told.contains(&"logged"), possible, "{time}: {told:?}");
        assert_eq!(told.contains(&"logProofInvalid"), !possible, "{time}: {told:?}");
        assert_eq!(report.evidence.unwrap().recorded.is_some(), possible);
        if !possible {
            request.policy.log_proof = LogProofPolicy::Required;
            expect(time, &request, Headline::CouldNotTell, ReasonCode::NotYetLogged);
        }
    }
}

/// Back-dating is told by the log's clock: a log that says "late" is believed (docs/THREATS.md).
#[test]
fn a_log_time_that_can_be_true_still_tells_back_dating() {
    let request = recorded("2026-03-10T00:00:00Z");
    expect("late", &request, Headline::NotAuthorised, ReasonCode::Backdated);
}

/// A world whose credential and suspension stand at 5 and 6 and whose key is retired from `from` on; a reinstatement
/// at 15 is the retired key's own, too late where `from` is below.
fn retired(from: u64) -> (World, Request) {
    let mut world = World::new();
    world.log.fill(5);
    let credential = world.log_credential("2026-03-02T01:00:05Z");
    let suspension = world.event(1, "2026-05-01T00:00:00Z", suspended("2026-10-31"));
    world.log_event(&suspension, "2026-05-01T00:00:10Z");
    world.log.fill(15);
    let reinstated = Change::Reinstated {
        reason: EventReason::CorrectionVerified,
    };
    let reinstated = world.event(2, "2026-05-20T00:00:00Z", reinstated);
    let mut reinstated = world.log_event(&reinstated, "2026-05-20T00:00:10Z");
    world.log.fill(200);
    let suspension = LoggedDocument {
        document: crate::fixture::sign(
            &suspension,
            time("2026-05-01T00:00:10Z"),
            crate::fixture::METHOD,
            &world.issuing,
        ),
        receipt: world.log.receipt(6, 200),
    };
    reinstated.receipt = world.log.receipt(15, 200);
    let root_hash = world.log.root(from);
    world.issuing_key().retired = Some(Retirement { from, root_hash });
    let mut request = world.request();
    request.facts.receipt = Some(world.log.receipt(credential, 200));
    request.facts.events = vec![suspension, reinstated];
    (world, request)
}

#[test]
fn the_tiles_that_join_a_retired_keys_trees_are_asked_for_and_used() {
    let (world, mut request) = retired(100);
    let report = expect(
        "nothing joins them",
        &request,
        Headline::CouldNotTell,
        ReasonCode::KeyRetiredWithoutProof,
    );
    assert!(codes(&report.in_force).contains(&"eventInvalid"));
    let wanted = needs(&request);
    assert_eq!(
        wanted.log_tiles,
        ["https://registry.example/log/tile/0/000.p/200"]
    );
    assert!(
        String::from_utf8(wanted.to_json())
            .unwrap()
            .contains(r#""logTiles":["https://"#)
    );

    request.facts.log_tiles = wanted.log_tiles.iter().map(|url| world.log.tile(url)).collect();
    let report = verify(&request);
    assert_eq!(report.headline, Headline::InForce, "{report:?}");
    assert!(needs(&request).is_empty());
    // The proof itself serves as well, and then no tile is asked for.
    let tiles = std::mem::take(&mut request.facts.log_tiles);
    request.facts.retirement_consistency = world.log.consistency(100, 200);
    assert_eq!(verify(&request), report);
    assert!(needs(&request).is_empty());

    // Tiles are believed no more than anything else.
    request.facts.retirement_consistency.clear();
    for change in [
        |tile: &mut LogTile| tile.hashes[150] = Hash::from_bytes([7; 32]),
        |tile: &mut LogTile| tile.hashes.truncate(199),
        |tile: &mut LogTile| tile.url = tile.url.replace("registry.example", "elsewhere.example"),
        |tile: &mut LogTile| tile.url = tile.url.replace("tile/0", "tile/1"),
        |tile: &mut LogTile| tile.url = tile.url.replace("tile/0", "tile/entries"),
    ] {
        request.facts.log_tiles.clone_from(&tiles);
        change(&mut request.facts.log_tiles[0]);
        expect(
            "another tile",
            &request,
            Headline::CouldNotTell,
            ReasonCode::KeyRetiredWithoutProof,
        );
    }
    // A point past the receipt's tree is joined by tiles of the later tree.
    let (world, mut request) = retired(180);
    request.facts.receipt = Some(world.log.receipt(5, 50));
    request.facts.events.clear();
    assert_eq!(
        needs(&request).log_tiles,
        ["https://registry.example/log/tile/0/000.p/180"]
    );
    request.facts.log_tiles = vec![world.log.tile("https://registry.example/log/tile/0/000.p/180")];
    assert_eq!(verify(&request).headline, Headline::InForce);
}

#[test]
fn events_of_a_retired_key_count_before_the_point_only() {
    // Retired between the two events: the suspension stands, what followed under that key does not.
    let (world, mut request) = retired(10);
    request.facts.log_tiles = needs(&request)
        .log_tiles
        .iter()
        .map(|url| world.log.tile(url))
        .collect();
    let report = expect(
        "only the first",
        &request,
        Headline::NotInForce,
        ReasonCode::Suspended,
    );
    assert!(codes(&report.in_force).contains(&"eventInvalid"));
    assert_eq!(report.in_force.reasons[0].facts["since"], "2026-05-01T00:00:00Z");
    // Nothing more is asked for: tiles cannot move an entry.
    assert!(needs(&request).is_empty());
}

#[test]
fn receipts_that_do_not_hold_name_no_sizes() {
    let (world, mut request) = retired(100);
    let other = {
        let mut other = World::new();
        other.log.key = crate::fixture::key(41);
        other.log.fill(5);
        let index = other.log_credential("2026-03-02T01:00:05Z");
        other.log.fill(150);
        other.log.receipt(index, 150)
    };
    request.facts.receipt = Some(other);
    request.facts.events.clear();
    assert!(needs(&request).log_tiles.is_empty());
    // Nor does a key that is in use.
    let mut world = World { ..world };
    world.issuing_key().retired = None;
    let mut request = world.request();
    request.facts.receipt = Some(world.log.receipt(5, 200));
    assert!(needs(&request).is_empty());
    assert_eq!(world.credential.valid_until, day("2029-03-01"));
}
