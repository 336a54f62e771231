//! The timers of a certificate (DOMAIN §2): a pure function from its dates, its events and what is on record against it
//! to what somebody has to do, and by when.

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    lifecycle::{Change, RecordedEvent, State, Terms, state, surveillance_due},
    scheme::edition::Rules,
    words,
};

/// Days before a surveillance date from which it stands in the worklist: the first reminder goes out then.
pub const SURVEILLANCE_NOTICE_DAYS: i32 = 60;
/// Days before the planned end of a suspension from which it stands in the worklist.
const SUSPENSION_NOTICE_DAYS: i32 = 30;

/// What has to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObligationKind {
    /// Surveillance keeps the certificate valid.
    Surveillance,
    /// Confirmed loss of conformity: the certificate is to be suspended.
    Nonconformity,
    /// A suspension ends: it is lifted, or the certificate withdrawn.
    SuspensionEnd,
    /// Validity ends: recertification.
    Renewal,
}

words! { ObligationKind {
    Surveillance = "surveillance",
    Nonconformity = "nonconformity",
    SuspensionEnd = "suspensionEnd",
    Renewal = "renewal",
} }

/// Something to be done for a certificate, whatever day it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// What.
    pub kind: ObligationKind,
    /// First day on which it stands in the worklist.
    pub opens: Date,
    /// Last day on which it is done in time.
    pub due: Date,
    /// Last day of grace, for surveillance.
    pub grace_until: Option<Date>,
    /// Last day on which it makes sense: the certificate's last.
    pub closes: Date,
}

/// What the timers run on.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The certificate's dates.
    pub terms: Terms,
    /// Its events, those that end it too.
    pub events: &'a [RecordedEvent],
    /// Days on which loss of conformity was confirmed, and is not settled.
    pub nonconformities: &'a [Date],
    /// Figures of the scheme's rule.
    pub rules: &'a Rules,
}

/// How a task stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// The day is still to come, or is today.
    Due,
    /// The day has passed, and grace has not.
    InGrace,
    /// Neither is left.
    Overdue,
}

words! { Urgency { Due = "due", InGrace = "inGrace", Overdue = "overdue" } }

/// What somebody does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// Carry surveillance out and record it.
    Survey,
    /// Suspend the certificate.
    Suspend,
    /// Verify the correction and lift the suspension, or prepare the withdrawal.
    Resolve,
    /// Withdraw the certificate: its suspension has run out unresolved.
    Withdraw,
    /// Recertify.
    Recertify,
}

words! { Task {
    Survey = "survey",
    Suspend = "suspend",
    Resolve = "resolve",
    Withdraw = "withdraw",
    Recertify = "recertify",
} }

impl Obligation {
    /// How it stands on a day; none while it is not open, or the certificate's days are over.
    #[must_use]
    pub fn on(&self, today: Date) -> Option<(Task, Urgency)> {
        if today < self.opens || today > self.closes {
            return None;
        }
        let late = today > self.due;
        let in_grace = late && self.grace_until.is_some_and(|until| today <= until);
        let urgency = match (late, in_grace) {
            (false, _) => Urgency::Due,
            (true, true) => Urgency::InGrace,
            (true, false) => Urgency::Overdue,
        };
        let task = match (self.kind, urgency) {
            (ObligationKind::Surveillance, Urgency::Overdue) | (ObligationKind::Nonconformity, _) => {
                Task::Suspend
            }
            (ObligationKind::Surveillance, _) => Task::Survey,
            // Passing its end restores nothing: the certificate is withdrawn.
            (ObligationKind::SuspensionEnd, Urgency::Overdue) => Task::Withdraw,
            (ObligationKind::SuspensionEnd, _) => Task::Resolve,
            (ObligationKind::Renewal, _) => Task::Recertify,
        };
        Some((task, urgency))
    }
}

/// Everything to be done for a certificate, in order of its day. Nothing is left once it has ended.
#[must_use]
pub fn obligations(facts: &Facts<'_>) -> Vec<Obligation> {
    let terms = facts.terms;
    // As it stands after the last event; what dates alone bring about is each obligation's own.
    let last = facts.events.iter().map(|event| event.effective).max();
    let at = last.map_or(terms.valid_from.start(), |last| {
        last.max(terms.valid_from.start())
    });
    let standing = state(&terms, facts.events, at, Timestamp::MAX);
    if matches!(
        standing,
        State::Withdrawn { .. } | State::Cancelled { .. } | State::Superseded { .. }
    ) {
        return Vec::new();
    }
    let closes = terms.valid_until;
    let days = |figure: u32| i32::try_from(figure).unwrap_or(i32::MAX);
    let before = |day: Date, days: i32| day.add_days(-days).unwrap_or(day);
    let mut found = Vec::new();
    if let State::Suspended { planned_end, .. } = standing {
        found.push(Obligation {
            kind: ObligationKind::SuspensionEnd,
            opens: before(planned_end, SUSPENSION_NOTICE_DAYS),
            due: planned_end,
            grace_until: None,
            closes,
        });
    } else {
        let due = surveillance_due(&terms, facts.events, at, Timestamp::MAX);
        // A date at the end of validity is the recertification's.
        if due <= closes {
            found.push(Obligation {
                kind: ObligationKind::Surveillance,
                opens: before(due, SURVEILLANCE_NOTICE_DAYS),
                due,
                grace_until: due.add_days(days(terms.surveillance.grace_days)),
                closes,
            });
        }
        for confirmed in facts
            .nonconformities
            .iter()
            .filter(|day| !is_answered(**day, facts.events))
        {
            let within = days(facts.rules.suspend_within_days.value);
            found.push(Obligation {
                kind: ObligationKind::Nonconformity,
                opens: *confirmed,
                due: confirmed.add_days(within).unwrap_or(*confirmed),
                grace_until: None,
                closes,
            });
        }
    }
    found.push(Obligation {
        kind: ObligationKind::Renewal,
        opens: before(closes, days(facts.rules.expiring_soon_days.value)),
        due: closes,
        grace_until: None,
        closes,
    });
    found.sort_by_key(|obligation| (obligation.due, obligation.kind));
    found
}

/// Whether loss of conformity was answered: by a suspension since, or by a surveillance since that found conformity.
fn is_answered(confirmed: Date, events: &[RecordedEvent]) -> bool {
    events.iter().any(|event| match event.change {
        Change::Suspended { .. } => Date::of(event.effective) >= confirmed,
        Change::SurveillancePassed { performed_on, .. } => performed_on > confirmed,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use touchstone_schemas::{
        credential::SurveillancePlan, lifecycle::EventReason, scheme::edition::SchemeEdition,
    };

    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn terms() -> Terms {
        Terms {
            valid_from: day("2026-01-10"),
            valid_until: day("2029-01-09"),
            surveillance: SurveillancePlan {
                interval_months: 12,
                first_due: day("2027-01-10"),
                grace_days: 30,
            },
        }
    }

    fn event(sequence: u32, on: &str, change: Change) -> RecordedEvent {
        RecordedEvent {
            sequence,
            effective: day(on).start(),
            recorded: day(on).start(),
            change,
        }
    }

    fn suspended(planned_end: &str) -> Change {
        Change::Suspended {
            reason: EventReason::Nonconformity,
            planned_end: day(planned_end),
        }
    }

    fn tasks(events: &[RecordedEvent], lost: &[Date], today: &str) -> Vec<(Task, Urgency, String)> {
        let edition = SchemeEdition::by_key("cmmm-2020").unwrap();
        let facts = Facts {
            terms: terms(),
            events,
            nonconformities: lost,
            rules: &edition.rules,
        };
        let on = |it: &Obligation| {
            let (task, urgency) = it.on(day(today))?;
            Some((task, urgency, it.due.to_string()))
        };
        obligations(&facts).iter().filter_map(on).collect()
    }

    fn task(task: Task, urgency: Urgency, due: &str) -> (Task, Urgency, String) {
        (task, urgency, due.to_owned())
    }

    #[test]
    fn surveillance_comes_into_sight_is_late_and_then_suspends() {
        for (today, wanted) in [
            ("2026-11-10", None),
            ("2026-11-11", Some((Task::Survey, Urgency::Due))),
            ("2027-01-10", Some((Task::Survey, Urgency::Due))),
            ("2027-01-11", Some((Task::Survey, Urgency::InGrace))),
            ("2027-02-09", Some((Task::Survey, Urgency::InGrace))),
            ("2027-02-10", Some((Task::Suspend, Urgency::Overdue))),
        ] {
            let found: Vec<_> = wanted
                .into_iter()
                .map(|(what, urgency)| task(what, urgency, "2027-01-10"))
                .collect();
            assert_eq!(tasks(&[], &[], today), found, "{today}");
        }
        let passed = event(
            1,
            "2027-01-05",
            Change::SurveillancePassed {
                reason: EventReason::ScheduledSurveillance,
                performed_on: day("2027-01-05"),
                next_due: day("2028-01-05"),
            },
        );
        assert_eq!(tasks(&[passed], &[], "2027-02-10"), []);
    }

    #[test]
    fn loss_of_conformity_gives_five_days_and_a_suspension_its_own() {
        let lost = [day("2026-06-01")];
        assert_eq!(
            tasks(&[], &lost, "2026-06-06"),
            [task(Task::Suspend, Urgency::Due, "2026-06-06")]
        );
        assert_eq!(
            tasks(&[], &lost, "2026-06-07"),
            [task(Task::Suspend, Urgency::Overdue, "2026-06-06")]
        );
        let events = [event(1, "2026-06-03", suspended("2026-12-03"))];
        assert_eq!(tasks(&events, &lost, "2026-06-07"), []);
        assert_eq!(
            tasks(&events, &[], "2026-11-03"),
            [task(Task::Resolve, Urgency::Due, "2026-12-03")]
        );
        assert_eq!(
            tasks(&events, &[], "2026-12-04"),
            [task(Task::Withdraw, Urgency::Overdue, "2026-12-03")]
        );
        let reason = EventReason::CorrectionVerified;
        let lifted = [
            events[0].clone(),
            event(2, "2026-11-20", Change::Reinstated { reason }),
        ];
        assert_eq!(
            tasks(&lifted, &lost, "2026-12-04"),
            [task(Task::Survey, Urgency::Due, "2027-01-10")]
        );
    }

    #[test]
    fn nothing_is_left_of_what_has_ended_and_validity_is_renewed_in_time() {
        let reason = EventReason::FalseStatements;
        let withdrawn = [event(1, "2026-06-03", Change::Withdrawn { reason })];
        assert_eq!(tasks(&withdrawn, &[day("2026-06-01")], "2026-06-07"), []);
        let passed = [event(
            1,
            "2028-06-01",
            Change::SurveillancePassed {
                reason: EventReason::ScheduledSurveillance,
                performed_on: day("2028-06-01"),
                next_due: day("2029-06-01"),
            },
        )];
        assert_eq!(
            tasks(&passed, &[], "2029-01-09"),
            [task(Task::Recertify, Urgency::Due, "2029-01-09")]
        );
        assert_eq!(tasks(&passed, &[], "2029-01-10"), []);
    }
}
