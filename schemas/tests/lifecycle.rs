//! The lifecycle from outside: the table of DOMAIN §2 and random lives with two clocks.
#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use touchstone_schemas::{
    credential::{CredentialNumber, SurveillancePlan, Version},
    date_time::{Date, Timestamp},
    lifecycle::{
        Change, EventKind, EventReason, RecordedEvent, State, Successor, Surveillance, Terms,
        TransitionError, check_transition, state,
    },
    status::{StatusMessage, StatusPurpose},
};

const DAY: i64 = 86_400;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn terms() -> Terms {
    Terms {
        valid_from: date("2026-01-15"),
        valid_until: date("2029-01-14"),
        surveillance: SurveillancePlan {
            interval_months: 12,
            first_due: date("2027-01-15"),
            grace_days: 30,
        },
    }
}

fn at(day: &str) -> Timestamp {
    date(day).start().checked_add(DAY / 2).unwrap()
}

fn successor() -> Successor {
    Successor {
        number: CredentialNumber::parse("CQC26ZNZ000123R0").unwrap(),
        version: Version::try_from(2).unwrap(),
    }
}

fn change(kind: EventKind, effective: Timestamp) -> Change {
    match kind {
        EventKind::SurveillancePassed => Change::SurveillancePassed {
            reason: EventReason::ScheduledSurveillance,
            performed_on: Date::of(effective),
            next_due: Date::of(effective).add_months(12).unwrap(),
        },
        EventKind::Suspended => Change::Suspended {
            reason: EventReason::Nonconformity,
            planned_end: Date::of(effective).add_months(6).unwrap(),
        },
        EventKind::Reinstated => Change::Reinstated {
            reason: EventReason::CorrectionVerified,
        },
        EventKind::Withdrawn => Change::Withdrawn {
            reason: EventReason::FalseStatements,
        },
        EventKind::Cancelled => Change::Cancelled {
            reason: EventReason::CancellationRequested,
        },
        EventKind::Superseded => Change::Superseded {
            reason: EventReason::ScopeChanged,
            successor: successor(),
        },
        EventKind::Corrected => Change::Corrected {
            reason: EventReason::ReplacedAfterError,
            successor: successor(),
        },
    }
}

/// Events of these kinds, each in effect and recorded on its day.
fn life(events: &[(EventKind, &str)]) -> Vec<RecordedEvent> {
    (1..)
        .zip(events)
        .map(|(sequence, (kind, day))| RecordedEvent {
            sequence,
            effective: at(day),
            recorded: at(day),
            change: change(*kind, at(day)),
        })
        .collect()
}

fn next(events: &[RecordedEvent], kind: EventKind, day: &str) -> Result<(), TransitionError> {
    let sequence = u32::try_from(events.len()).unwrap() + 1;
    let event = RecordedEvent {
        sequence,
        effective: at(day),
        recorded: at(day),
        change: change(kind, at(day)),
    };
    check_transition(&terms(), events, &event)
}

/// Events before, the day of the next event, the kinds that may follow.
type Row<'a> = (&'a [(EventKind, &'a str)], &'a str, &'a [EventKind]);

#[test]
fn the_transition_table_of_the_rules() {
    use EventKind::{Cancelled, Corrected, Reinstated, Superseded, SurveillancePassed, Suspended, Withdrawn};
    let not_yet_valid: &[(EventKind, &str)] = &[];
    let table: [Row<'_>; 8] = [
        (not_yet_valid, "2026-01-10", &[Withdrawn, Cancelled, Superseded]),
        (
            &[],
            "2026-06-01",
            &[SurveillancePassed, Suspended, Withdrawn, Cancelled, Superseded],
        ),
        (
            &[],
            "2027-06-01",
            &[SurveillancePassed, Suspended, Withdrawn, Cancelled, Superseded],
        ),
        (
            &[(Suspended, "2026-03-01")],
            "2026-06-01",
            &[SurveillancePassed, Reinstated, Withdrawn, Cancelled, Superseded],
        ),
        (&[(Withdrawn, "2026-03-01")], "2026-06-01", &[Corrected]),
        (&[(Cancelled, "2026-03-01")], "2026-06-01", &[Corrected]),
        (&[(Superseded, "2026-03-01")], "2026-06-01", &[]),
        (&[], "2029-06-01", &[]),
    ];
    for (before, day, lawful) in table {
        let events = life(before);
        for kind in EventKind::ALL {
            let answer = next(&events, kind, day);
            assert_eq!(
                answer.is_ok(),
                lawful.contains(&kind),
                "{before:?} then {kind} on {day}: {answer:?}"
            );
        }
    }
    let corrected = life(&[(Withdrawn, "2026-03-01"), (Corrected, "2026-04-01")]);
    for kind in EventKind::ALL {
        assert!(
            next(&corrected, kind, "2026-06-01").is_err(),
            "{kind} after a correction"
        );
    }
    let early = life(&[(Withdrawn, "2026-03-02"), (Corrected, "2026-03-01")]);
    assert!(
        matches!(
            check_transition(&terms(), &early[..1], &early[1]),
            Err(TransitionError::OutOfOrder { .. })
        ),
        "a correction before what it corrects"
    );
}

#[test]
fn sequences_have_no_gaps_and_only_final_events_reach_back() {
    let events = life(&[(EventKind::Suspended, "2026-03-01")]);
    let mut event = life(&[(EventKind::Reinstated, "2026-04-01")]).remove(0);
    assert_eq!(
        check_transition(&terms(), &events, &event),
        Err(TransitionError::Sequence { found: 1, wanted: 2 })
    );
    event.sequence = 3;
    assert_eq!(
        check_transition(&terms(), &events, &event),
        Err(TransitionError::Sequence { found: 3, wanted: 2 })
    );
    assert!(matches!(
        next(&events, EventKind::Reinstated, "2026-02-01"),
        Err(TransitionError::OutOfOrder { sequence: 1, .. })
    ));
    assert_eq!(next(&events, EventKind::Withdrawn, "2026-02-01"), Ok(()));
}

#[test]
fn dates_are_whole_days_in_china() {
    let shown = |instant: &str| state(&terms(), &[], instant.parse().unwrap(), Timestamp::MAX);
    assert!(matches!(shown("2026-01-14T15:59:59Z"), State::NotYetValid { .. }));
    assert!(matches!(shown("2026-01-14T16:00:00Z"), State::Valid { .. }));
    let passed = life(&[(EventKind::SurveillancePassed, "2028-12-01")]);
    let shown = |instant: &str| state(&terms(), &passed, instant.parse().unwrap(), Timestamp::MAX);
    assert!(matches!(shown("2029-01-14T15:59:59Z"), State::Valid { .. }));
    assert_eq!(
        shown("2029-01-14T16:00:00Z"),
        State::Expired {
            until: date("2029-01-14")
        }
    );
}

#[test]
fn surveillance_is_good_then_in_grace_then_overdue_until_it_is_passed() {
    let shown = |events: &[RecordedEvent], day: &str| state(&terms(), events, at(day), Timestamp::MAX);
    let due = date("2027-01-15");
    assert_eq!(
        shown(&[], "2027-01-15"),
        State::Valid {
            surveillance: Surveillance::Good { next_due: due }
        }
    );
    let grace = Surveillance::OverdueInGrace {
        due,
        grace_until: date("2027-02-14"),
    };
    assert_eq!(shown(&[], "2027-01-16"), State::Valid { surveillance: grace });
    assert_eq!(shown(&[], "2027-02-14"), State::Valid { surveillance: grace });
    assert_eq!(shown(&[], "2027-02-15"), State::SurveillanceOverdue { due });
    let late = life(&[(EventKind::SurveillancePassed, "2027-03-01")]);
    assert_eq!(
        shown(&late, "2027-03-02"),
        State::Valid {
            surveillance: Surveillance::Good {
                next_due: date("2028-03-01")
            }
        }
    );
    assert_eq!(
        shown(&late, "2027-02-20"),
        State::SurveillanceOverdue { due },
        "what was overdue stays so"
    );
}

#[test]
fn the_register_shows_what_it_knew_then_and_what_it_knows_now() {
    let mut withdrawn = life(&[(EventKind::Withdrawn, "2026-03-01")]);
    withdrawn
        .iter_mut()
        .for_each(|event| event.recorded = at("2026-03-20"));
    let day = at("2026-03-10");
    assert!(
        matches!(
            state(&terms(), &withdrawn, day, at("2026-03-10")),
            State::Valid { .. }
        ),
        "as known then"
    );
    assert_eq!(
        state(&terms(), &withdrawn, day, at("2026-03-21")),
        State::Withdrawn {
            since: at("2026-03-01")
        },
        "as known now"
    );
    assert!(matches!(
        state(&terms(), &withdrawn, at("2026-02-28"), Timestamp::MAX),
        State::Valid { .. }
    ));
}

#[test]
fn a_suspension_past_its_planned_end_restores_nothing() {
    let events = life(&[(EventKind::Suspended, "2026-03-01")]);
    assert!(matches!(
        state(&terms(), &events, at("2026-12-01"), Timestamp::MAX),
        State::Suspended { .. }
    ));
    assert!(matches!(
        state(&terms(), &events, at("2029-02-01"), Timestamp::MAX),
        State::Expired { .. }
    ));
}

fn kinds() -> impl Strategy<Value = EventKind> {
    proptest::sample::select(EventKind::ALL.to_vec())
}

proptest! {
    /// Random proposals in random order: what the table lets through never leaves a final state, never shows two
    /// states at once in the lists, and never changes what an earlier clock showed.
    #[test]
    fn random_lives_stay_lawful(proposals in proptest::collection::vec((kinds(), 0i64..1500, 0i64..30), 0..24)) {
        let terms = terms();
        let start = terms.valid_from.start();
        let mut events: Vec<RecordedEvent> = Vec::new();
        let mut clock = start.checked_sub(20 * DAY).unwrap();
        let mut ended = false;
        for (kind, back, wait) in proposals {
            clock = clock.checked_add(wait * DAY).unwrap();
            let effective = clock.checked_sub(back.min(wait) * DAY).unwrap();
            let sequence = u32::try_from(events.len()).unwrap() + 1;
            let event = RecordedEvent { sequence, effective, recorded: clock, change: change(kind, effective) };
            let shown_before: Vec<State> =
                (0..40).map(|step| state(&terms, &events, start.checked_add(step * 30 * DAY).unwrap(), clock)).collect();
            if check_transition(&terms, &events, &event).is_err() {
                continue;
            }
            prop_assert!(!ended || kind == EventKind::Corrected, "nothing but a correction follows an end");
            ended |= kind.is_final();
            events.push(event);
            let earlier_clock = clock.checked_sub(1).unwrap();
            let known: Vec<RecordedEvent> = events.iter().filter(|e| e.recorded <= earlier_clock).cloned().collect();
            for (step, before) in (0..40).zip(&shown_before) {
                let instant = start.checked_add(step * 30 * DAY).unwrap();
                prop_assert_eq!(
                    &state(&terms, &events, instant, earlier_clock), &state(&terms, &known, instant, earlier_clock)
                );
                let now = state(&terms, &events, instant, Timestamp::MAX);
                if before.is_final() && !matches!(before, State::Expired { .. }) {
                    prop_assert_eq!(before, &now, "final stays final");
                }
                let message = now.message();
                prop_assert!(!(message.revocation() && message.suspension()));
                for purpose in StatusPurpose::ALL {
                    prop_assert!(message.value(purpose) >> purpose.size() == 0);
                }
                prop_assert_eq!(StatusMessage::of_code(message.code()), Some(message));
            }
        }
    }

    /// Events may be handed over in any order.
    #[test]
    fn order_of_arrival_does_not_matter(seed in any::<u64>(), step in 0i64..1200) {
        let terms = terms();
        let events = life(&[
            (EventKind::Suspended, "2026-03-01"),
            (EventKind::SurveillancePassed, "2026-05-01"),
            (EventKind::Reinstated, "2026-06-01"),
            (EventKind::Suspended, "2027-03-01"),
            (EventKind::Cancelled, "2027-08-01"),
        ]);
        let mut shuffled = events.clone();
        let length = shuffled.len();
        for place in 0..length {
            shuffled.swap(place, usize::try_from(seed.rotate_left(u32::try_from(place).unwrap() * 7)).unwrap() % length);
        }
        let instant = terms.valid_from.start().checked_add(step * DAY).unwrap();
        prop_assert_eq!(
            state(&terms, &events, instant, Timestamp::MAX), state(&terms, &shuffled, instant, Timestamp::MAX)
        );
    }
}
