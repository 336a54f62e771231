//! A machine whose clock is slow: bad news that is at hand is never ignored.

use touchstone_schemas::{
    lifecycle::{Change, EventReason},
    status::{StatusMessage, StatusPurpose},
};
use touchstone_verifier::{
    input::Need,
    reason::ReasonCode,
    report::{Answer, Headline, StateName},
    verify,
};

use crate::{
    codes, expect,
    fixture::{World, day, suspended, time},
};

fn withdrawn() -> Change {
    Change::Withdrawn {
        reason: EventReason::FalseStatements,
    }
}

#[test]
fn an_event_recorded_after_a_slow_clock_counts() {
    // Two hours slow, and a minute: in effect already, recorded later than now.
    for (effective, recorded) in [
        ("2026-06-15T06:00:00Z", "2026-06-15T06:00:10Z"),
        ("2026-06-15T03:59:00Z", "2026-06-15T04:01:00Z"),
    ] {
        let mut world = World::new();
        let event = world.event(1, effective, withdrawn());
        let logged = world.log_event(&event, recorded);
        let mut request = world.request();
        request.facts.events = vec![logged];
        let report = expect("withdrawn", &request, Headline::NotInForce, ReasonCode::Withdrawn);
        assert_eq!(report.state, Some(StateName::Withdrawn));
        // A question about an instant before it took effect is answered as of then.
        request.at = Some(time("2026-06-15T03:58:00Z"));
        let report = verify(&request);
        assert_eq!(report.headline, Headline::InForce, "{:?}", report.in_force);
        // And one about an instant since, as of then.
        request.at = Some(time("2026-06-15T06:00:00Z"));
        expect(
            "asked since",
            &request,
            Headline::NotInForce,
            ReasonCode::Withdrawn,
        );
    }
}

#[test]
fn what_was_decided_later_about_the_past_is_known() {
    let mut world = World::new();
    let event = world.event(1, "2026-06-14T12:00:00Z", withdrawn());
    // Recorded two hours after this machine's now, about an instant before it.
    let logged = world.log_event(&event, "2026-06-15T06:00:00Z");
    let mut request = world.request();
    request.facts.events = vec![logged];
    request.at = Some(time("2026-06-15T00:00:00Z"));
    expect("yesterday", &request, Headline::NotInForce, ReasonCode::Withdrawn);
    request.need = Some(Need {
        date: Some(day("2026-06-14")),
        ..Need::default()
    });
    assert_eq!(verify(&request).covers_need.unwrap().answer, Answer::No);
}

#[test]
fn a_day_that_a_slow_clock_takes_for_today_is_told_by_events() {
    let mut world = World::new();
    let suspension = world.event(1, "2026-06-15T05:00:00Z", suspended("2026-10-31"));
    let reinstatement = Change::Reinstated {
        reason: EventReason::CorrectionVerified,
    };
    let reinstatement = world.event(2, "2026-06-16T05:00:00Z", reinstatement);
    let events = vec![
        world.log_event(&suspension, "2026-06-15T05:00:10Z"),
        world.log_event(&reinstatement, "2026-06-16T05:00:10Z"),
    ];
    let mut request = world.request();
    request.facts.events = events;
    request.need = Some(Need {
        date: Some(day("2026-06-15")),
        ..Need::default()
    });
    let report = verify(&request);
    assert_eq!(report.headline, Headline::InForce, "reinstated");
    assert_eq!(codes(&report.covers_need.unwrap()), ["dateNotCovered"]);
}

#[test]
fn an_authentic_end_counts_though_it_seems_to_come_from_the_future() {
    let world = World::new();
    let lists = |message| {
        StatusPurpose::ALL.map(|purpose| {
            let mut list = world.list(purpose, message);
            (list.valid_from, list.valid_until) =
                (time("2026-06-20T00:00:00Z"), time("2026-06-21T00:00:00Z"));
            world.sign_list(&list)
        })
    };
    for (message, code) in [
        (StatusMessage::Withdrawn, ReasonCode::Withdrawn),
        (StatusMessage::Cancelled, ReasonCode::Cancelled),
        (StatusMessage::Superseded, ReasonCode::Superseded),
    ] {
        let mut request = world.request_with(lists(message).to_vec());
        expect("ended", &request, Headline::NotInForce, code);
        // About an instant before, it says nothing.
        request.at = Some(time("2026-06-14T00:00:00Z"));
        assert_eq!(verify(&request).headline, Headline::CouldNotTell);
    }
    // What can pass again is not believed before its time.
    for message in [StatusMessage::InForce, StatusMessage::Suspended] {
        let request = world.request_with(lists(message).to_vec());
        assert_eq!(verify(&request).headline, Headline::CouldNotTell, "{message:?}");
    }
}

#[test]
fn the_last_day_is_over_once_a_later_signed_time_was_seen() {
    let mut world = World::new();
    world.credential.valid_until = day("2026-06-15");
    let mut request = world.request();
    assert_eq!(verify(&request).headline, Headline::InForce);
    request.facts.seen.clock_floor = Some(time("2026-06-15T16:00:00Z"));
    expect("over", &request, Headline::NotInForce, ReasonCode::Expired);
}

#[test]
fn lists_that_were_counted_are_named_and_no_others() {
    let world = World::new();
    let counted = |request: &touchstone_verifier::input::Request| -> Vec<(String, u64)> {
        let status = verify(request).evidence.unwrap().status;
        status.into_iter().map(|list| (list.id, list.sequence)).collect()
    };
    let id = |purpose: StatusPurpose| format!("https://registry.example/status-lists/{}/1", purpose.name());
    let mut request = world.request();
    assert_eq!(
        counted(&request),
        StatusPurpose::ALL.map(|purpose| (id(purpose), 7)).to_vec()
    );
    // One under another key beside one that says withdrawn: the answer stands, and one list was counted.
    let revocation = world.sign_list(&world.list(StatusPurpose::Revocation, StatusMessage::Withdrawn));
    let mut forged = world.list(StatusPurpose::Message, StatusMessage::Withdrawn);
    forged.sequence = 9_000;
    let forged = crate::fixture::sign(
        &forged,
        forged.valid_from,
        crate::fixture::STATUS_METHOD,
        &crate::fixture::key(66),
    );
    request.facts.status_lists = vec![revocation, forged];
    expect("ended", &request, Headline::NotInForce, ReasonCode::Ended);
    assert_eq!(counted(&request), [(id(StatusPurpose::Revocation), 7)]);
    // Nor is one that is out of date.
    request = world.request();
    request.now = time("2026-06-17T00:00:00Z");
    assert_eq!(counted(&request), []);
}

#[test]
fn a_suspension_is_told_with_what_could_make_it_worse() {
    let world = World::new();
    let mut request = world.request();
    request.facts.status_lists =
        vec![world.sign_list(&world.list(StatusPurpose::Suspension, StatusMessage::Suspended))];
    let report = expect("suspended", &request, Headline::NotInForce, ReasonCode::Suspended);
    assert_eq!(codes(&report.in_force)[1..], ["statusMissing", "statusMissing"]);
}
