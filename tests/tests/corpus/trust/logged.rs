//! Signing windows, retired keys, and receipts of the log.

use serde_json::{Value, json};
use touchstone_schemas::tlog::Hash;
use touchstone_schemas::trust_list::Retirement;
use touchstone_verifier::input::LogProofPolicy;
use touchstone_verifier::reason::ReasonCode::{
    Backdated, KeyRetired, KeyRetiredWithoutProof, LogNotChecked, LogProofInvalid, NotYetLogged,
    OutsideSigningWindow,
};
use touchstone_verifier::report::Headline::{CouldNotTell, InForce, NotAuthorised};

use crate::draft::Shelf;
use crate::fixture::{World, key, time, with_member};

pub(super) fn put(shelf: &mut Shelf) {
    windows(shelf);
    retired(shelf);
    receipts(shelf);
}

fn windows(shelf: &mut Shelf) {
    let rows = [
        (
            "window-not-begun",
            "Signed a second before the key may sign.",
            "2026-03-02T01:00:01Z",
            "2027-01-01T00:00:00Z",
        ),
        (
            "window-over",
            "Signed in the second in which the key may no longer sign.",
            "2026-01-01T00:00:00Z",
            "2026-03-02T01:00:00Z",
        ),
        (
            "window-empty",
            "A window that holds no instant.",
            "2026-03-02T01:00:00Z",
            "2026-03-02T01:00:00Z",
        ),
    ];
    for (name, why, from, until) in rows {
        let mut world = World::new();
        (world.issuing_key().signs_from, world.issuing_key().signs_until) = (time(from), time(until));
        shelf.request(name, why, world.request(), NotAuthorised, &[OutsideSigningWindow]);
    }
    let mut world = World::new();
    world.issuing_key().signs_until = time("2026-03-02T01:00:03Z");
    let index = world.log_credential("2026-03-02T01:00:05Z");
    let mut request = world.request();
    request.facts.receipt = Some(world.log.receipt(index, world.log.size()));
    let why = "Signed in time by its own clock, logged after the window: the log's time counts.";
    shelf.request(
        "window-over-by-the-log",
        why,
        request,
        NotAuthorised,
        &[OutsideSigningWindow],
    );
    let mut world = World::new();
    let index = world.log_credential("2026-03-03T16:00:01Z");
    let mut request = world.request();
    request.facts.receipt = Some(world.log.receipt(index, world.log.size()));
    let why = "Logged 48 hours and a second after the day it bears began: back-dated (WoSign 2016).";
    shelf.request("backdated-by-the-log", why, request, NotAuthorised, &[Backdated]);
}

/// A world whose credential stands at index 5 of the log and whose key is retired from that index on.
fn retired_from(from: u64) -> World {
    let mut world = World::new();
    world.log.fill(5);
    world.log_credential("2026-03-02T01:00:05Z");
    world.log.fill(20);
    let root_hash = world.log.root(from);
    world.issuing_key().retired = Some(Retirement { from, root_hash });
    world
}

fn retired(shelf: &mut Shelf) {
    let rows = [
        (
            "retired-without-proof",
            "The key was retired, and nothing proves the certificate older.",
            12,
            None,
            CouldNotTell,
            &[KeyRetiredWithoutProof][..],
        ),
        (
            "retired-before-the-point",
            "Proven to stand in the log before the point: it stays good.",
            12,
            Some(12),
            InForce,
            &[][..],
        ),
        (
            "retired-in-another-tree",
            "Proven into a tree that is not shown to be the same log.",
            12,
            Some(9),
            CouldNotTell,
            &[KeyRetiredWithoutProof][..],
        ),
        (
            "retired-at-the-point",
            "Logged at the point: signed by whoever stole the key.",
            5,
            Some(20),
            NotAuthorised,
            &[KeyRetired][..],
        ),
        (
            "retired-long-before",
            "Logged after the point.",
            3,
            Some(20),
            NotAuthorised,
            &[KeyRetired][..],
        ),
    ];
    for (name, why, from, size, headline, codes) in rows {
        let world = retired_from(from);
        let mut request = world.request();
        request.facts.receipt = size.map(|size| world.log.receipt(5, size));
        shelf.request(name, why, request, headline, codes);
    }
    let world = retired_from(12);
    let mut request = world.request();
    request.facts.receipt = Some(world.log.receipt(5, 20));
    request.facts.retirement_consistency = world.log.consistency(12, 20);
    let why = "Proven into a later tree that is shown to have grown from the point.";
    shelf.request("retired-with-consistency", why, request.clone(), InForce, &[]);
    request
        .facts
        .retirement_consistency
        .push(Hash::from_bytes([0; 32]));
    let why = "A proof of growth with a hash too many.";
    shelf.request(
        "retired-with-bad-consistency",
        why,
        request.clone(),
        CouldNotTell,
        &[KeyRetiredWithoutProof],
    );
    request.facts.retirement_consistency = world.log.consistency(12, 20).into_iter().rev().collect();
    let why = "A proof of growth in the wrong order.";
    if request.facts.retirement_consistency.len() > 1 {
        shelf.request(
            "retired-with-turned-consistency",
            why,
            request,
            CouldNotTell,
            &[KeyRetiredWithoutProof],
        );
    }
    let mut forged = retired_from(12);
    forged.issuing_key().retired = Some(Retirement {
        from: 12,
        root_hash: Hash::from_bytes([7; 32]),
    });
    let mut request = forged.request();
    request.facts.receipt = Some(forged.log.receipt(5, 12));
    let why = "The point's root is of another history than the receipt's tree of the same size.";
    shelf.request(
        "retired-split-view",
        why,
        request,
        CouldNotTell,
        &[KeyRetiredWithoutProof],
    );
}

/// Receipts that prove nothing: told, and not counted; where proof is demanded, could not tell.
fn receipts(shelf: &mut Shelf) {
    let mut world = World::new();
    world.log.fill(3);
    let index = world.log_credential("2026-03-02T01:00:05Z");
    world.log.fill(8);
    let good = world.log.receipt(index, 8);
    let tree: Value = serde_json::from_str(&good).unwrap();
    let proof = tree["proof"].as_str().unwrap().to_owned();
    let with_proof = |proof: String| with_member(&good, "/proof", Some(&json!(proof).to_string()));
    let mut other_log = World::new();
    other_log.log.key = key(41);
    other_log.log.fill(3);
    other_log.log_credential("2026-03-02T01:00:05Z");
    let rows = [
        ("receipt-none", "An object that is no receipt.", "{}".to_owned()),
        ("receipt-page", "A page in its place.", "<html></html>".to_owned()),
        (
            "receipt-of-another-entry",
            "The receipt of another entry of the same log.",
            world.log.receipt(1, 8),
        ),
        (
            "receipt-at-another-place",
            "Another index for the same entry.",
            with_proof(proof.replacen("index 3", "index 2", 1)),
        ),
        (
            "receipt-of-another-time",
            "Recorded a second later than the log says.",
            with_member(&good, "/entry/recorded", Some("\"2026-03-02T01:00:06Z\"")),
        ),
        (
            "receipt-of-another-digest",
            "Of another document.",
            with_member(&good, "/entry/digest", Some(&json!("0".repeat(64)).to_string())),
        ),
        (
            "receipt-by-another-log",
            "A log of the same name under another key.",
            other_log.log.receipt(3, 4),
        ),
        (
            "receipt-without-signature",
            "The checkpoint's signature line is missing.",
            with_proof(
                proof
                    .lines()
                    .filter(|line| !line.starts_with('—'))
                    .fold(String::new(), |text, line| text + line + "\n"),
            ),
        ),
        ("receipt-hash-missing", "One hash of the path is missing.", {
            let mut lines: Vec<&str> = proof.lines().collect();
            lines.remove(2);
            with_proof(lines.join("\n") + "\n")
        }),
        (
            "receipt-before-signing",
            "Recorded a day before it was signed.",
            {
                let mut early = World::new();
                early.log.fill(3);
                let index = early.log_credential("2026-03-01T01:00:05Z");
                early.log.receipt(index, early.log.size())
            },
        ),
    ];
    for (name, why, receipt) in rows {
        let mut request = world.request();
        request.facts.receipt = Some(receipt);
        shelf.request(name, why, request.clone(), InForce, &[LogProofInvalid]);
        request.policy.log_proof = LogProofPolicy::Required;
        let why = format!("{why} A proof is demanded, and this is none.");
        shelf.request(
            &format!("{name}-demanded"),
            &why,
            request,
            CouldNotTell,
            &[NotYetLogged],
        );
    }
    let mut request = world.request();
    let why = "No receipt, and none demanded: not checked, and said.";
    shelf.request("receipt-absent", why, request.clone(), InForce, &[LogNotChecked]);
    request.policy.log_proof = LogProofPolicy::Required;
    let why = "No receipt, and one demanded.";
    shelf.request(
        "receipt-absent-demanded",
        why,
        request.clone(),
        CouldNotTell,
        &[NotYetLogged],
    );
    request.facts.receipt = Some(good);
    let why = "A receipt that proves it, where one is demanded.";
    shelf.request("receipt-proves", why, request, InForce, &[]);
}
