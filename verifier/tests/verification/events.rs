//! Surveillance, events and snapshots: what they add to the lists, and what they get when they are wrong.

use touchstone_schemas::{
    lifecycle::{Change, EventReason, Successor},
    snapshot::{Snapshot, SnapshotState, States},
    status::StatusMessage,
};
use touchstone_verifier::{
    reason::ReasonCode,
    report::{Headline, StateName},
    verify,
};

use crate::{
    codes, expect,
    fixture::{NOW, STATUS_METHOD, World, day, sign, suspended, text, time, with_member},
};

#[test]
fn after_the_first_surveillance_date_somebody_must_say_how_it_stands() {
    let mut world = World::new();
    world.credential.surveillance.first_due = day("2026-06-01");
    let mut request = world.request();
    assert_eq!(
        verify(&request).headline,
        Headline::InForce,
        "the message list says so"
    );
    let message = request.facts.status_lists.pop().unwrap();
    expect(
        "nobody does",
        &request,
        Headline::CouldNotTell,
        ReasonCode::StatusMissing,
    );
    request.facts.status_lists.push(message);
    request.facts.status_lists = world.lists(StatusMessage::OverdueInGrace);
    let report = verify(&request);
    assert_eq!(
        (report.headline, report.state),
        (Headline::InForce, Some(StateName::OverdueInGrace))
    );
    assert_eq!(codes(&report.in_force), ["surveillanceInGrace", "statusGood"]);
    request.facts.status_lists = world.lists(StatusMessage::Overdue);
    expect(
        "past grace",
        &request,
        Headline::CouldNotTell,
        ReasonCode::SurveillanceOverdue,
    );
    // Events can say it too.
    let passed = Change::SurveillancePassed {
        reason: EventReason::ScheduledSurveillance,
        performed_on: day("2026-05-20"),
        next_due: day("2027-06-01"),
    };
    let event = world.event(1, "2026-05-25T00:00:00Z", passed);
    let logged = world.log_event(&event, "2026-05-25T00:00:10Z");
    let mut request = world.request();
    request.facts.status_lists.pop();
    request.facts.events = vec![logged];
    assert_eq!(verify(&request).headline, Headline::InForce);
    // A date that is near is told.
    world.credential.surveillance.first_due = day("2026-08-14");
    assert_eq!(
        codes(&verify(&world.request()).in_force),
        ["surveillanceDueSoon", "statusGood"]
    );
    world.credential.surveillance.first_due = day("2026-08-15");
    assert_eq!(codes(&verify(&world.request()).in_force), ["statusGood"]);
}

#[test]
fn events_tell_since_when_and_what_follows() {
    let mut world = World::new();
    let suspension = world.event(1, "2026-05-01T00:00:00Z", suspended("2026-10-31"));
    let suspension = world.log_event(&suspension, "2026-05-01T00:00:10Z");
    let mut request = world.request();
    request.facts.status_lists = world.lists(StatusMessage::Suspended);
    request.facts.events = vec![suspension.clone()];
    let report = expect("suspended", &request, Headline::NotInForce, ReasonCode::Suspended);
    assert_eq!(report.in_force.reasons[0].facts["since"], "2026-05-01T00:00:00Z");
    assert_eq!(report.in_force.reasons[0].facts["plannedEnd"], "2026-10-31");

    let change = Change::Superseded {
        reason: EventReason::ScopeChanged,
        successor: Successor {
            number: world.credential.number.clone(),
            version: world.credential.version.next().unwrap(),
        },
    };
    let superseded = world.event(2, "2026-06-01T00:00:00Z", change);
    let superseded = world.log_event(&superseded, "2026-06-01T00:00:10Z");
    request.facts.status_lists = world.lists(StatusMessage::Superseded);
    request.facts.events = vec![superseded.clone(), suspension.clone()];
    let report = expect(
        "superseded",
        &request,
        Headline::NotInForce,
        ReasonCode::Superseded,
    );
    assert_eq!(report.in_force.reasons[0].facts["successorVersion"], "2");
    // A gap: event 1 was left out.
    request.facts.events = vec![superseded];
    let report = verify(&request);
    assert!(
        codes(&report.in_force).contains(&"eventInvalid"),
        "{:?}",
        report.in_force
    );
}

#[test]
fn events_that_do_not_count() {
    let mut world = World::new();
    let event = world.event(1, "2026-05-01T00:00:00Z", suspended("2026-10-31"));
    let good = world.log_event(&event, "2026-05-01T00:00:10Z");
    let expect_event = |what: &str, world: &World, logged: touchstone_verifier::input::LoggedDocument| {
        let mut request = world.request();
        request.facts.events = vec![logged];
        expect(what, &request, Headline::CouldNotTell, ReasonCode::EventInvalid);
    };
    let mut under_status_key = good.clone();
    under_status_key.document = sign(&event, time("2026-05-01T00:00:05Z"), STATUS_METHOD, &world.status);
    expect_event("under the status key", &world, under_status_key);
    let mut by_authority = event.clone();
    by_authority.issuer = by_authority.issuer.status_authority();
    let mut by_authority_signed = good.clone();
    by_authority_signed.document = sign(
        &by_authority,
        time("2026-05-01T00:00:05Z"),
        STATUS_METHOD,
        &world.status,
    );
    expect_event("of the status authority", &world, by_authority_signed);
    let mut unsigned = good.clone();
    unsigned.document = with_member(&good.document, "/proof", None);
    expect_event("unsigned", &world, unsigned);
    let mut changed = good.clone();
    changed.document = with_member(
        &good.document,
        "/credentialSubject/plannedEnd",
        Some("\"2026-07-31\""),
    );
    expect_event("changed", &world, changed);
    let mut no_receipt = good.clone();
    no_receipt.receipt = "{}".to_owned();
    expect_event("without receipt", &world, no_receipt);
    let mut make =
        |what: &str, change: &dyn Fn(&mut touchstone_schemas::lifecycle::Event), recorded: &str| {
            let mut event = event.clone();
            change(&mut event);
            let logged = world.log_event(&event, recorded);
            expect_event(what, &world, logged);
        };
    make(
        "of another credential",
        &|event| event.credential_digest = touchstone_schemas::digest::Sha256Digest::of(b"x"),
        "2026-05-01T00:00:10Z",
    );
    make(
        "of another version",
        &|event| event.version = event.version.next().unwrap(),
        "2026-05-01T00:00:10Z",
    );
    make(
        "out of sequence",
        &|event| event.sequence = 2,
        "2026-05-01T00:00:10Z",
    );
    make("before it takes effect", &|_| {}, "2026-04-30T23:59:59Z");
    make("49 h late without a reason", &|_| {}, "2026-05-03T01:00:00Z");
    make(
        "unlawful",
        &|event| {
            event.change = Change::Reinstated {
                reason: EventReason::PauseEnded,
            }
        },
        "2026-05-01T00:00:10Z",
    );
    // With a reason it counts.
    let mut event = event.clone();
    event.backdating = Some(text("线下决定，系统补录"));
    let logged = world.log_event(&event, "2026-05-03T01:00:00Z");
    let mut request = world.request();
    request.facts.events = vec![logged];
    expect(
        "49 h late with a reason",
        &request,
        Headline::NotInForce,
        ReasonCode::Suspended,
    );
}

#[test]
fn a_snapshot_tells_all_that_lists_tell() {
    let world = World::new();
    let snapshot = |message| Snapshot {
        issuer: touchstone_schemas::did::Did::parse(crate::fixture::DID)
            .unwrap()
            .status_authority(),
        registry: world.credential.issuer.registry.clone(),
        sequence: 4,
        valid_from: time("2026-06-15T00:00:00Z"),
        valid_until: time("2026-06-16T00:00:00Z"),
        log_size: 1,
        states: States::pack([SnapshotState {
            number: world.credential.number.clone(),
            version: world.credential.version,
            message,
            valid_from: world.credential.valid_from,
            valid_until: world.credential.valid_until,
            next_due: world.credential.surveillance.first_due,
        }])
        .unwrap(),
    };
    let ask = |snapshot: &Snapshot| {
        let mut request = world.request();
        request.facts.status_lists.clear();
        request.facts.snapshot = Some(world.sign_snapshot(snapshot));
        request
    };
    assert_eq!(
        verify(&ask(&snapshot(StatusMessage::InForce))).headline,
        Headline::InForce
    );
    expect(
        "suspended",
        &ask(&snapshot(StatusMessage::Suspended)),
        Headline::NotInForce,
        ReasonCode::Suspended,
    );
    let mut request = ask(&snapshot(StatusMessage::InForce));
    request.now = time("2026-06-16T00:00:01Z");
    expect(
        "expired",
        &request,
        Headline::CouldNotTell,
        ReasonCode::StatusExpired,
    );
    let mut request = ask(&snapshot(StatusMessage::InForce));
    request
        .facts
        .seen
        .snapshots
        .insert("https://registry.example/snapshot".to_owned(), 5);
    assert_eq!(verify(&request).headline, Headline::CouldNotTell);
    let mut empty = snapshot(StatusMessage::InForce);
    empty.states = States::default();
    assert_eq!(verify(&ask(&empty)).headline, Headline::CouldNotTell);
    let mut request = ask(&snapshot(StatusMessage::InForce));
    let unsigned = with_member(request.facts.snapshot.as_ref().unwrap(), "/proof", None);
    request.facts.snapshot = Some(unsigned);
    expect(
        "unsigned",
        &request,
        Headline::CouldNotTell,
        ReasonCode::StatusNotAuthentic,
    );
    assert_eq!(request.now, time(NOW));
}

#[test]
fn a_list_of_numbers_is_looked_up_without_asking_anybody() {
    let world = World::new();
    let row = |number: &str, version: u32, message, until: &str, next_due: &str| SnapshotState {
        number: touchstone_schemas::credential::CredentialNumber::parse(number).unwrap(),
        version: touchstone_schemas::credential::Version::try_from(version).unwrap(),
        message,
        valid_from: day("2026-03-02"),
        valid_until: day(until),
        next_due: day(next_due),
    };
    let later = SnapshotState {
        valid_from: day("2026-07-01"),
        ..row("CQC26F", 1, StatusMessage::InForce, "2029-01-01", "2027-01-01")
    };
    let snapshot = Snapshot {
        issuer: touchstone_schemas::did::Did::parse(crate::fixture::DID)
            .unwrap()
            .status_authority(),
        registry: world.credential.issuer.registry.clone(),
        sequence: 4,
        valid_from: time("2026-06-15T00:00:00Z"),
        valid_until: time("2026-06-16T00:00:00Z"),
        log_size: 9,
        states: States::pack([
            row("CQC26A", 1, StatusMessage::Superseded, "2029-01-01", "2027-01-01"),
            row("CQC26A", 2, StatusMessage::InForce, "2029-01-01", "2027-01-01"),
            row("CQC26B", 1, StatusMessage::Suspended, "2029-01-01", "2027-01-01"),
            row("CQC26C", 1, StatusMessage::InForce, "2026-06-01", "2027-01-01"),
            row(
                "CQC26D",
                1,
                StatusMessage::OverdueInGrace,
                "2029-01-01",
                "2026-06-01",
            ),
            row("CQC26E", 1, StatusMessage::Withdrawn, "2026-06-01", "2027-01-01"),
            later,
        ])
        .unwrap(),
    };
    let trust =
        touchstone_verifier::open_trust_list(world.trust_text().as_bytes(), &world.policy(), None).unwrap();
    let signed = world.sign_snapshot(&snapshot);
    let opened = touchstone_verifier::open_snapshot(signed.as_bytes(), &trust).unwrap();
    let asked = [
        "cqc26a",
        "CQC26B",
        "CQC26C",
        "CQC26D",
        "ＣＱＣ26E",
        "CQC26F",
        "CQC99X",
        "?",
    ]
    .map(str::to_owned);
    let lookup = touchstone_verifier::look_up(&opened, &trust, &asked, time(NOW));
    let states: Vec<Option<&str>> = lookup
        .rows
        .iter()
        .map(|row| row.shown.as_ref().map(|shown| shown.state.name()))
        .collect();
    let expected = [
        Some("valid"),
        Some("suspended"),
        Some("expired"),
        Some("overdueInGrace"),
        Some("withdrawn"),
        Some("notYetValid"),
        None,
        None,
    ];
    assert_eq!(states, expected);
    assert!(lookup.counts);
    let first = lookup.rows.first().unwrap().shown.as_ref().unwrap();
    assert_eq!(first.version.get(), 2);
    let late = touchstone_verifier::look_up(&opened, &trust, &asked, time("2026-06-16T00:00:01Z"));
    assert!(!late.counts);
}
