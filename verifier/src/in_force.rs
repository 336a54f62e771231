//! Question 3, 当前状态: dates, lists, snapshot, events.
//!
//! Of all that is known the worst holds: withdrawn > cancelled > superseded > expired > suspended > surveillance
//! overdue > not yet valid. In force takes more than the absence of bad news: the revocation and suspension lists, or
//! a snapshot, must cover the instant; and once the first surveillance date has passed, the message list, a snapshot
//! or events must say how surveillance stands.

use touchstone_schemas::{
    credential::Credential,
    date_time::{Date, Timestamp},
    lifecycle::{RecordedEvent, State, Surveillance, Terms, state},
    status::{StatusMessage, StatusPurpose},
};

use crate::{
    clock::Clock,
    reason::{Reason, ReasonCode},
    report::{Question, StateName},
    status::StatusReading,
};

/// Days before a surveillance date in which people are told of it (a policy figure).
const DUE_SOON_DAYS: i64 = 60;

/// The answer to question 3.
pub(crate) struct InForce {
    pub(crate) question: Question,
    pub(crate) state: Option<StateName>,
}

/// Answers question 3 for a genuine credential.
pub(crate) fn judge_in_force(
    credential: &Credential,
    reading: &StatusReading,
    events: &[RecordedEvent],
    invalid_events: Vec<Reason>,
    clock: Clock,
) -> InForce {
    let terms = Terms::from(credential);
    let of_events = clock.of_events(events);
    let by_events = (!events.is_empty()).then(|| state(&terms, events, of_events.at, of_events.known_at));
    let facts = Facts {
        credential,
        reading,
        by_events: by_events.as_ref(),
        at: clock.at,
    };
    let mut reasons = invalid_events;
    if facts.disagree() {
        reasons.push(Reason::new(ReasonCode::StatusDisagrees));
    }
    let (mut state, decided) = match facts.not_in_force() {
        Some((state, reason)) => {
            reasons.push(reason);
            if matches!(state, Some(StateName::Suspended | StateName::NotYetValid)) {
                // It may be worse than what is known.
                reasons.extend(facts.gaps());
            }
            (state, true)
        }
        None => (None, false),
    };
    if !decided {
        let gaps = facts.gaps();
        let told = gaps.is_empty();
        reasons.extend(gaps);
        let (surveillance, reason) = facts.surveillance();
        reasons.extend(reason);
        if told {
            state = Some(surveillance);
        }
        reasons.push(Reason::new(ReasonCode::StatusGood));
    }
    InForce {
        question: Question::from_reasons(reasons),
        state,
    }
}

/// The question is not judged: the document is not known to be genuine.
pub(crate) fn not_judged() -> InForce {
    InForce {
        question: Question::from_reasons(vec![Reason::new(ReasonCode::NotJudged)]),
        state: None,
    }
}

struct Facts<'a> {
    credential: &'a Credential,
    reading: &'a StatusReading,
    by_events: Option<&'a State>,
    at: Timestamp,
}

impl Facts<'_> {
    /// Messages of all sources that count.
    fn messages(&self) -> impl Iterator<Item = StatusMessage> + '_ {
        let reading = self.reading;
        [
            reading.message,
            reading.snapshot,
            reading.ended_before,
            self.by_events.map(State::message),
        ]
        .into_iter()
        .flatten()
    }

    /// The state that takes the certificate out of force, the worst first.
    fn not_in_force(&self) -> Option<(Option<StateName>, Reason)> {
        let worst = self.messages().filter(|message| message.revocation()).max();
        if let Some(message) = worst {
            let (state, code) = match message {
                StatusMessage::Cancelled => (StateName::Cancelled, ReasonCode::Cancelled),
                StatusMessage::Superseded => (StateName::Superseded, ReasonCode::Superseded),
                _ => (StateName::Withdrawn, ReasonCode::Withdrawn),
            };
            return Some((Some(state), self.with_event_facts(Reason::new(code))));
        }
        let reading = self.reading;
        if reading.revoked == Some(true) || reading.revoked_before {
            return Some((None, Reason::new(ReasonCode::Ended)));
        }
        let credential = self.credential;
        if self.at > credential.valid_until.end() {
            let reason = Reason::new(ReasonCode::Expired).with("until", credential.valid_until);
            return Some((Some(StateName::Expired), reason));
        }
        if reading.suspended == Some(true) || self.messages().any(StatusMessage::suspension) {
            let reason = self.with_event_facts(Reason::new(ReasonCode::Suspended));
            return Some((Some(StateName::Suspended), reason));
        }
        if self.at < credential.valid_from.start() {
            let reason = Reason::new(ReasonCode::NotYetValid).with("from", credential.valid_from);
            return Some((Some(StateName::NotYetValid), reason));
        }
        None
    }

    fn with_event_facts(&self, reason: Reason) -> Reason {
        match (self.by_events, reason.code) {
            (Some(State::Withdrawn { since }), ReasonCode::Withdrawn)
            | (Some(State::Cancelled { since }), ReasonCode::Cancelled) => reason.with("since", since),
            (Some(State::Superseded { since, successor }), ReasonCode::Superseded) => reason
                .with("since", since)
                .with("successor", &successor.number)
                .with("successorVersion", successor.version),
            (Some(State::Suspended { since, planned_end }), ReasonCode::Suspended) => {
                reason.with("since", since).with("plannedEnd", planned_end)
            }
            _ => reason,
        }
    }

    /// Whether the message list and the two bits, each told, tell different things.
    fn disagree(&self) -> bool {
        let Some(message) = self.reading.message else {
            return false;
        };
        self.reading
            .revoked
            .is_some_and(|bit| bit != message.revocation())
            || self
                .reading
                .suspended
                .is_some_and(|bit| bit != message.suspension())
    }

    /// What is missing before "in force" may be said.
    fn gaps(&self) -> Vec<Reason> {
        let reading = self.reading;
        let both_bits = reading.revoked.is_some() && reading.suspended.is_some();
        let told =
            reading.snapshot.is_some() || both_bits && (reading.message.is_some() || self.needs_no_message());
        if told {
            return Vec::new();
        }
        if reading.gaps.is_empty() {
            return vec![Reason::new(ReasonCode::StatusMissing)];
        }
        reading.gaps.clone()
    }

    /// Before the first surveillance date has passed the dates tell how surveillance stands; afterwards events may.
    fn needs_no_message(&self) -> bool {
        let message_was_given_and_failed = self.reading.gaps.iter().any(|gap| {
            gap.code != ReasonCode::StatusMissing
                && gap
                    .facts
                    .get("purpose")
                    .is_some_and(|purpose| purpose == StatusPurpose::Message.name())
        });
        !message_was_given_and_failed && (self.at <= self.first_due().end() || self.by_events.is_some())
    }

    fn first_due(&self) -> Date {
        self.credential.surveillance.first_due
    }

    /// How surveillance stands, by the best source: message list, snapshot, events, dates.
    fn surveillance(&self) -> (StateName, Option<Reason>) {
        let stated = self.reading.message.max(self.reading.snapshot);
        let by_events = self.by_events.map(State::message);
        let message = stated.or(by_events).unwrap_or(StatusMessage::InForce);
        let due = self.due();
        let with_due = |reason: Reason| match due {
            Some(due) => reason.with("due", due),
            None => reason,
        };
        match message {
            StatusMessage::Overdue => (
                StateName::SurveillanceOverdue,
                Some(with_due(Reason::new(ReasonCode::SurveillanceOverdue))),
            ),
            StatusMessage::OverdueInGrace => (
                StateName::OverdueInGrace,
                Some(with_due(Reason::new(ReasonCode::SurveillanceInGrace))),
            ),
            _ => {
                let today = Date::of(self.at);
                let soon = due.filter(|due| (0..=DUE_SOON_DAYS).contains(&due.days_since(today)));
                (
                    StateName::Valid,
                    soon.map(|due| Reason::new(ReasonCode::SurveillanceDueSoon).with("due", due)),
                )
            }
        }
    }

    /// The surveillance date that the state is about, where a source names it.
    fn due(&self) -> Option<Date> {
        let by_events = match self.by_events {
            Some(State::Valid {
                surveillance: Surveillance::Good { next_due },
            }) => Some(*next_due),
            Some(State::Valid {
                surveillance: Surveillance::OverdueInGrace { due, .. },
            })
            | Some(State::SurveillanceOverdue { due }) => Some(*due),
            _ => None,
        };
        let by_plan = (self.at <= self.first_due().end()).then(|| self.first_due());
        by_events.or(self.reading.next_due).or(by_plan)
    }
}
