//! Snapshots: all states of a body at an instant, for lists of numbers that nobody should learn of.

use touchstone_schemas::did::Did;
use touchstone_schemas::snapshot::{Snapshot, SnapshotState, States};
use touchstone_schemas::status::StatusMessage;
use touchstone_verifier::input::Request;
use touchstone_verifier::reason::ReasonCode::{
    self, StatusExpired, StatusForAnother, StatusGood, StatusMalformed, StatusMissing, StatusNotAuthentic,
    StatusRolledBack,
};
use touchstone_verifier::report::Headline::{self, CouldNotTell, InForce, NotInForce};

use crate::draft::Shelf;
use crate::fixture::{DID, METHOD, STATUS_METHOD, World, key, sign, sign_bytes, time, with_member};

fn snapshot(world: &World, message: StatusMessage) -> Snapshot {
    let credential = &world.credential;
    Snapshot {
        issuer: Did::parse(DID).unwrap().status_authority(),
        registry: credential.issuer.registry.clone(),
        sequence: 4,
        valid_from: time("2026-06-15T00:00:00Z"),
        valid_until: time("2026-06-16T00:00:00Z"),
        log_size: 1,
        states: States::pack([SnapshotState {
            number: credential.number.clone(),
            version: credential.version,
            message,
            valid_from: credential.valid_from,
            valid_until: credential.valid_until,
            next_due: credential.surveillance.first_due,
        }])
        .unwrap(),
    }
}

/// A request with this snapshot and no lists.
fn asked(world: &World, snapshot: String) -> Request {
    let mut request = world.request_with(Vec::new());
    request.facts.snapshot = Some(snapshot);
    request
}

pub(crate) fn put(shelf: &mut Shelf) {
    let world = World::new();
    let good = snapshot(&world, StatusMessage::InForce);
    let signed = world.sign_snapshot(&good);
    let said: [(&str, StatusMessage, Headline, ReasonCode); 4] = [
        (
            "snapshot-says-in-force",
            StatusMessage::InForce,
            InForce,
            StatusGood,
        ),
        (
            "snapshot-says-suspended",
            StatusMessage::Suspended,
            NotInForce,
            ReasonCode::Suspended,
        ),
        (
            "snapshot-says-withdrawn",
            StatusMessage::Withdrawn,
            NotInForce,
            ReasonCode::Withdrawn,
        ),
        (
            "snapshot-says-reserved",
            StatusMessage::Reserved,
            CouldNotTell,
            StatusMalformed,
        ),
    ];
    for (name, message, headline, code) in said {
        let request = asked(&world, world.sign_snapshot(&snapshot(&world, message)));
        let why = "A snapshot tells all that lists tell.";
        shelf.request(name, why, request, headline, &[code]);
    }
    let mut empty = good.clone();
    empty.states = States::default();
    let mut elsewhere = good.clone();
    elsewhere.registry = "https://other.example".parse().unwrap();
    let mut old = good.clone();
    (old.valid_from, old.valid_until) = (time("2026-06-13T00:00:00Z"), time("2026-06-14T00:00:00Z"));
    let resigned = |pointer: &str, value: &str| {
        let unsigned = with_member(&with_member(&signed, "/proof", None), pointer, Some(value));
        sign_bytes(unsigned.as_bytes(), good.valid_from, STATUS_METHOD, &world.status)
    };
    let rows = [
        (
            "snapshot-without-the-number",
            "The number is not in it, which says nothing good.",
            world.sign_snapshot(&empty),
            StatusMissing,
        ),
        (
            "snapshot-of-another-registry",
            "Of another registry.",
            world.sign_snapshot(&elsewhere),
            StatusForAnother,
        ),
        (
            "snapshot-of-another-day",
            "It ran out the day before yesterday.",
            world.sign_snapshot(&old),
            StatusExpired,
        ),
        (
            "snapshot-unsigned",
            "Without its proof.",
            with_member(&signed, "/proof", None),
            StatusNotAuthentic,
        ),
        (
            "snapshot-by-the-issuing-key",
            "Signed by the issuing key.",
            sign(&good, good.valid_from, METHOD, &world.issuing),
            StatusNotAuthentic,
        ),
        (
            "snapshot-by-a-forger",
            "Signed by another key under the right name.",
            sign(&good, good.valid_from, STATUS_METHOD, &key(66)),
            StatusNotAuthentic,
        ),
        (
            "snapshot-valid-for-years",
            "Valid for years.",
            resigned("/validUntil", "\"2036-06-16T00:00:00Z\""),
            StatusMalformed,
        ),
        (
            "snapshot-member-added",
            "A member that nobody defined.",
            resigned("/credentialSubject/added", "1"),
            StatusMalformed,
        ),
        (
            "snapshot-states-none",
            "States that are no text of theirs.",
            resigned("/credentialSubject/states", "\"uAAAA\""),
            StatusMalformed,
        ),
        (
            "snapshot-portal",
            "A portal's page in place of it.",
            "<html></html>".to_owned(),
            StatusMalformed,
        ),
    ];
    for (name, why, text, code) in rows {
        let request = asked(&world, text);
        shelf.request(name, why, request, CouldNotTell, &[code]);
    }
    let mut request = asked(&world, signed);
    request
        .facts
        .seen
        .snapshots
        .insert("https://registry.example/snapshot".to_owned(), 5);
    let why = "A genuine snapshot, of a sequence before one seen already.";
    shelf.request(
        "snapshot-rolled-back",
        why,
        request,
        CouldNotTell,
        &[StatusRolledBack],
    );
}
