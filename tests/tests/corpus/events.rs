//! Events: what happened to a certificate, signed by its issuer and logged. Those that do not count are told, and leave the
//! status open; they never make it better.

use touchstone_schemas::digest::Sha256Digest;
use touchstone_schemas::lifecycle::{Change, Event, EventReason, Successor};
use touchstone_schemas::status::StatusMessage;
use touchstone_verifier::input::LoggedDocument;
use touchstone_verifier::reason::ReasonCode::{self, EventInvalid, StatusGood, Suspended, Withdrawn};
use touchstone_verifier::report::Headline::{self, CouldNotTell, InForce, NotInForce};

use crate::draft::{Draft, Shelf};
use crate::fixture::{METHOD, STATUS_METHOD, World, key, sign, suspended, text, time, with_member};

const AT: &str = "2026-05-01T00:00:00Z";
const RECORDED: &str = "2026-05-01T00:00:10Z";

pub(crate) fn drafts() -> Vec<Draft> {
    let mut shelf = Shelf::new("events");
    spoilt(&mut shelf);
    unlawful(&mut shelf);
    lawful(&mut shelf);
    shelf.drafts
}

fn put(
    shelf: &mut Shelf,
    world: &World,
    (name, why): (&str, &str),
    events: Vec<LoggedDocument>,
    (headline, code): (Headline, ReasonCode),
) {
    let mut request = world.request();
    request.facts.events = events;
    shelf.request(name, why, request, headline, &[code]);
}

/// A good event, and what people do to it.
fn spoilt(shelf: &mut Shelf) {
    let mut world = World::new();
    let event = world.event(1, AT, suspended("2026-10-31"));
    let good = world.log_event(&event, RECORDED);
    let mut authority = event.clone();
    authority.issuer = authority.issuer.status_authority();
    let signed_at = time("2026-05-01T00:00:05Z");
    let document = |document: String| LoggedDocument {
        document,
        receipt: good.receipt.clone(),
    };
    let rows = [
        (
            "by-the-status-key",
            "An event under the status key, which signs lists and snapshots alone.",
            document(sign(&event, signed_at, STATUS_METHOD, &world.status)),
        ),
        (
            "of-the-status-authority",
            "The same in the authority's own name.",
            document(sign(&authority, signed_at, STATUS_METHOD, &world.status)),
        ),
        (
            "by-a-forger",
            "Signed by another key under the issuer's name.",
            document(sign(&event, signed_at, METHOD, &key(66))),
        ),
        (
            "by-an-unlisted-key",
            "Signed by a key that the trust list does not name.",
            document(sign(&event, signed_at, "did:web:cert.example#key-2", &key(66))),
        ),
        (
            "unsigned",
            "Without its proof.",
            document(with_member(&good.document, "/proof", None)),
        ),
        (
            "edited",
            "The end of the suspension edited.",
            document(with_member(
                &good.document,
                "/credentialSubject/plannedEnd",
                Some("\"2026-07-31\""),
            )),
        ),
        (
            "no-json",
            "A page in its place.",
            document("<html></html>".to_owned()),
        ),
        (
            "receipt-none",
            "An event that is not shown to stand in the log.",
            LoggedDocument {
                document: good.document.clone(),
                receipt: "{}".to_owned(),
            },
        ),
        ("receipt-of-the-credential", "The receipt of something else.", {
            let mut world = World::new();
            let index = world.log_credential("2026-03-02T01:00:05Z");
            LoggedDocument {
                document: good.document.clone(),
                receipt: world.log.receipt(index, world.log.size()),
            }
        }),
    ];
    for (name, why, logged) in rows {
        put(
            shelf,
            &world,
            (name, why),
            vec![logged],
            (CouldNotTell, EventInvalid),
        );
    }
}

/// Really signed and logged, and not to be.
fn unlawful(shelf: &mut Shelf) {
    type Alter = fn(&mut Event);
    let rows: [(&str, &str, Alter, &str); 7] = [
        (
            "of-another-certificate",
            "About the document of another certificate.",
            |event| event.credential_digest = Sha256Digest::of(b"x"),
            RECORDED,
        ),
        (
            "of-another-version",
            "About another version.",
            |event| event.version = event.version.next().unwrap(),
            RECORDED,
        ),
        (
            "of-another-number",
            "About another number.",
            |event| event.number = "CQC26ZNZ000999R0".parse().unwrap(),
            RECORDED,
        ),
        (
            "second-without-first",
            "The second event, the first withheld.",
            |event| event.sequence = 2,
            RECORDED,
        ),
        (
            "recorded-before-its-effect",
            "In effect a second after it was recorded: decisions of the future wait.",
            |_| {},
            "2026-04-30T23:59:59Z",
        ),
        (
            "backdated-without-reason",
            "In effect 49 hours before it was recorded, and no reason given.",
            |_| {},
            "2026-05-03T01:00:00Z",
        ),
        (
            "reinstated-and-never-suspended",
            "A reinstatement of what was not suspended.",
            |event| {
                event.change = Change::Reinstated {
                    reason: EventReason::PauseEnded,
                }
            },
            RECORDED,
        ),
    ];
    for (name, why, change, recorded) in rows {
        let mut world = World::new();
        let mut event = world.event(1, AT, suspended("2026-10-31"));
        change(&mut event);
        let logged = world.log_event(&event, recorded);
        put(
            shelf,
            &world,
            (name, why),
            vec![logged],
            (CouldNotTell, EventInvalid),
        );
    }
}

fn lawful(shelf: &mut Shelf) {
    let mut world = World::new();
    let event = world.event(1, AT, suspended("2026-10-31"));
    let suspension = world.log_event(&event, RECORDED);
    let why = "Suspended by an event, while the lists do not say so yet: the worse holds.";
    put(
        shelf,
        &world,
        ("suspended-and-lists-do-not-say", why),
        vec![suspension.clone()],
        (NotInForce, Suspended),
    );
    let why = "The same event twice is one event.";
    put(
        shelf,
        &world,
        ("the-same-twice", why),
        vec![suspension.clone(), suspension.clone()],
        (NotInForce, Suspended),
    );
    let withdrawal = Change::Withdrawn {
        reason: EventReason::FalseStatements,
    };
    let event = world.event(2, "2026-05-10T00:00:00Z", withdrawal);
    let withdrawn = world.log_event(&event, "2026-05-10T00:00:10Z");
    let why = "Withdrawn, the events in the wrong order: they are put right.";
    put(
        shelf,
        &world,
        ("withdrawn-in-the-wrong-order", why),
        vec![withdrawn, suspension.clone()],
        (NotInForce, Withdrawn),
    );
    let change = Change::Superseded {
        reason: EventReason::ScopeChanged,
        successor: Successor {
            number: world.credential.number.clone(),
            version: world.credential.version.next().unwrap(),
        },
    };
    let mut other = World::new();
    let event = other.event(1, AT, change);
    let superseded = other.log_event(&event, RECORDED);
    let mut request = other.request_with(other.lists(StatusMessage::Superseded));
    request.facts.events = vec![superseded];
    let why = "A superseded version shown in the place of the newer one.";
    shelf.request("superseded", why, request, NotInForce, &[ReasonCode::Superseded]);
    let mut other = World::new();
    let mut event = other.event(1, AT, suspended("2026-10-31"));
    event.backdating = Some(text("线下决定，系统补录"));
    let logged = other.log_event(&event, "2026-05-03T01:00:00Z");
    let why = "Back-dated with a reason: it counts.";
    put(
        shelf,
        &other,
        ("backdated-with-reason", why),
        vec![logged],
        (NotInForce, Suspended),
    );
    let mut other = World::new();
    let first = other.event(1, AT, suspended("2026-10-31"));
    let first = other.log_event(&first, RECORDED);
    let second = other.event(
        2,
        "2026-05-20T00:00:00Z",
        Change::Reinstated {
            reason: EventReason::CorrectionVerified,
        },
    );
    let second = other.log_event(&second, "2026-05-20T00:00:10Z");
    let why = "Suspended and reinstated since: the reinstatement counts because the suspension is there.";
    put(
        shelf,
        &other,
        ("reinstated", why),
        vec![first.clone(), second.clone()],
        (InForce, StatusGood),
    );
    let why = "The reinstatement alone, the suspension withheld.";
    put(
        shelf,
        &other,
        ("reinstatement-alone", why),
        vec![second],
        (CouldNotTell, EventInvalid),
    );
}
