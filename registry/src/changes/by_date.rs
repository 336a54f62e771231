//! What comes about by date alone, without a document: validity begins and ends, surveillance comes up and is missed, a
//! suspension passes its planned end. A pure function, so that the same change is found again at any time.

use std::collections::BTreeSet;

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    lifecycle::{Change, RecordedEvent, State, Surveillance, Terms, state},
    words,
};

use crate::surveillance::DUE_SOON_DAYS;

/// What a date brings about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateChange {
    /// 生效: the first day of validity came.
    ValidityBegun,
    /// 监督即将到期: surveillance is due in [`DUE_SOON_DAYS`].
    SurveillanceDueSoon,
    /// 监督逾期（宽限期内）.
    SurveillanceOverdueInGrace,
    /// 监督逾期: grace is over.
    SurveillanceOverdue,
    /// 暂停期满: a suspension passed its planned end, which restores nothing (DOMAIN §2).
    SuspensionPastEnd,
    /// 过期失效.
    Expired,
}

words! { DateChange {
    ValidityBegun = "validityBegun",
    SurveillanceDueSoon = "surveillanceDueSoon",
    SurveillanceOverdueInGrace = "surveillanceOverdueInGrace",
    SurveillanceOverdue = "surveillanceOverdue",
    SuspensionPastEnd = "suspensionPastEnd",
    Expired = "expired",
} }

/// What dates brought about after `after` and up to `until`, each with its instant and the state from then on, in order
/// of time. At each instant what the register knew before it counts: an event recorded later alters nothing.
#[must_use]
pub fn changes_by_date(
    terms: &Terms,
    events: &[RecordedEvent],
    after: Timestamp,
    until: Timestamp,
) -> Vec<(Timestamp, DateChange, State)> {
    let instants = instants(terms, events);
    let within = instants.into_iter().filter(|at| *at > after && *at <= until);
    within
        .filter_map(|at| {
            let before = at.checked_sub(1)?;
            let was = state(terms, events, before, before);
            let is = state(terms, events, at, before);
            let change = brought_about(Standing::of(&was, before), Standing::of(&is, at))?;
            Some((at, change, is))
        })
        .collect()
}

/// Every instant at which a date may count.
fn instants(terms: &Terms, events: &[RecordedEvent]) -> BTreeSet<Timestamp> {
    let mut instants = BTreeSet::from([terms.valid_from.start()]);
    let passed = |day: Date| day.end().checked_add(1);
    instants.extend(passed(terms.valid_until));
    let next_dues = events.iter().filter_map(|event| match event.change {
        Change::SurveillancePassed { next_due, .. } => Some(next_due),
        _ => None,
    });
    let grace = i32::try_from(terms.surveillance.grace_days).ok();
    for due in next_dues.chain([terms.surveillance.first_due]) {
        instants.extend(due.add_days(-DUE_SOON_DAYS).map(Date::start));
        instants.extend(passed(due));
        instants.extend(grace.and_then(|days| due.add_days(days)).and_then(passed));
    }
    for event in events {
        if let Change::Suspended { planned_end, .. } = event.change {
            instants.extend(passed(planned_end));
        }
    }
    instants
}

/// How a certificate stands on a day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    NotBegun,
    Good,
    DueSoon,
    InGrace,
    Overdue,
    Suspended,
    SuspendedPastEnd,
    Ended,
    Expired,
}

impl Standing {
    fn of(state: &State, at: Timestamp) -> Self {
        match state {
            State::NotYetValid { .. } => Self::NotBegun,
            State::Valid {
                surveillance: Surveillance::Good { next_due },
            } => match next_due.add_days(-DUE_SOON_DAYS) {
                Some(first) if Date::of(at) >= first => Self::DueSoon,
                _ => Self::Good,
            },
            State::Valid {
                surveillance: Surveillance::OverdueInGrace { .. },
            } => Self::InGrace,
            State::SurveillanceOverdue { .. } => Self::Overdue,
            State::Suspended { planned_end, .. } if at > planned_end.end() => Self::SuspendedPastEnd,
            State::Suspended { .. } => Self::Suspended,
            State::Withdrawn { .. } | State::Cancelled { .. } | State::Superseded { .. } => Self::Ended,
            State::Expired { .. } => Self::Expired,
        }
    }
}

fn brought_about(was: Standing, is: Standing) -> Option<DateChange> {
    if was == is {
        return None;
    }
    match is {
        Standing::Good => (was == Standing::NotBegun).then_some(DateChange::ValidityBegun),
        Standing::DueSoon => Some(DateChange::SurveillanceDueSoon),
        Standing::InGrace => Some(DateChange::SurveillanceOverdueInGrace),
        Standing::Overdue => Some(DateChange::SurveillanceOverdue),
        Standing::SuspendedPastEnd => Some(DateChange::SuspensionPastEnd),
        Standing::Expired => Some(DateChange::Expired),
        Standing::NotBegun | Standing::Suspended | Standing::Ended => None,
    }
}

#[cfg(test)]
mod tests {
    use touchstone_schemas::{credential::SurveillancePlan, lifecycle::EventReason};

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn terms() -> Terms {
        Terms {
            valid_from: day("2026-06-15"),
            valid_until: day("2029-06-14"),
            surveillance: SurveillancePlan {
                interval_months: 12,
                first_due: day("2027-06-14"),
                grace_days: 30,
            },
        }
    }

    fn event(sequence: u32, at: Timestamp, change: Change) -> RecordedEvent {
        RecordedEvent {
            sequence,
            effective: at,
            recorded: at,
            change,
        }
    }

    fn all(events: &[RecordedEvent]) -> Vec<(String, &'static str)> {
        changes_by_date(&terms(), events, Timestamp::MIN, Timestamp::MAX)
            .into_iter()
            .map(|(at, change, _)| (Date::of(at).to_string(), change.name()))
            .collect()
    }

    fn wanted(list: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
        list.iter()
            .map(|(day, name)| ((*day).to_owned(), *name))
            .collect()
    }

    #[test]
    fn nothing_happens_but_time() {
        let days = wanted(&[
            ("2026-06-15", "validityBegun"),
            ("2027-04-15", "surveillanceDueSoon"),
            ("2027-06-15", "surveillanceOverdueInGrace"),
            ("2027-07-15", "surveillanceOverdue"),
            ("2029-06-15", "expired"),
        ]);
        assert_eq!(all(&[]), days);
    }

    #[test]
    fn events_known_by_then_count_and_later_ones_do_not() {
        let passed = |next_due| Change::SurveillancePassed {
            reason: EventReason::ScheduledSurveillance,
            performed_on: day("2027-05-01"),
            next_due,
        };
        let in_time = event(1, day("2027-05-02").start(), passed(day("2028-06-14")));
        let days = wanted(&[
            ("2026-06-15", "validityBegun"),
            ("2027-04-15", "surveillanceDueSoon"),
            ("2028-04-15", "surveillanceDueSoon"),
            ("2028-06-15", "surveillanceOverdueInGrace"),
            ("2028-07-15", "surveillanceOverdue"),
            ("2029-06-15", "expired"),
        ]);
        assert_eq!(all(std::slice::from_ref(&in_time)), days);
        // In effect in time, but recorded late: the register had shown it as overdue, and says so for ever.
        let late = RecordedEvent {
            recorded: day("2027-06-20").start(),
            ..in_time
        };
        assert!(all(&[late]).contains(&("2027-06-15".to_owned(), "surveillanceOverdueInGrace")));
    }

    #[test]
    fn a_suspension_passes_its_end_and_what_has_ended_changes_no_more() {
        let suspended = event(
            1,
            day("2027-01-10").start(),
            Change::Suspended {
                reason: EventReason::Nonconformity,
                planned_end: day("2027-07-09"),
            },
        );
        let days = wanted(&[
            ("2026-06-15", "validityBegun"),
            ("2027-07-10", "suspensionPastEnd"),
            ("2029-06-15", "expired"),
        ]);
        assert_eq!(all(std::slice::from_ref(&suspended)), days);
        let withdrawn = event(
            2,
            day("2027-08-01").start(),
            Change::Withdrawn {
                reason: EventReason::SuspensionUnresolved,
            },
        );
        assert_eq!(
            all(&[suspended, withdrawn]),
            wanted(&[
                ("2026-06-15", "validityBegun"),
                ("2027-07-10", "suspensionPastEnd"),
            ])
        );
    }

    #[test]
    fn a_window_gives_its_own_part_alone() {
        let window = |after: &str, until: &str| {
            let (after, until) = (day(after).start(), day(until).start());
            changes_by_date(&terms(), &[], after, until).len()
        };
        assert_eq!(window("2027-04-14", "2027-04-15"), 1);
        assert_eq!(window("2027-04-15", "2027-04-16"), 0);
        assert_eq!(window("2026-06-14", "2029-06-15"), 5);
    }
}
