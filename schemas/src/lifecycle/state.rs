//! The state of a certificate at an instant, as known at an instant: a pure function with two clocks.

use std::fmt;

use super::{Change, EventKind, Successor};
use crate::{
    credential::{Credential, SurveillancePlan},
    date_time::{Date, Timestamp},
    status::StatusMessage,
};

/// What of a credential its states depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// First day of validity.
    pub valid_from: Date,
    /// Last day of validity.
    pub valid_until: Date,
    /// Surveillance that keeps it valid.
    pub surveillance: SurveillancePlan,
}

impl From<&Credential> for Terms {
    fn from(credential: &Credential) -> Self {
        Self {
            valid_from: credential.valid_from,
            valid_until: credential.valid_until,
            surveillance: credential.surveillance,
        }
    }
}

/// An event with the time the log gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Place among the certificate's events, from 1.
    pub sequence: u32,
    /// When it takes effect.
    pub effective: Timestamp,
    /// When the log recorded it.
    pub recorded: Timestamp,
    /// What it changes.
    pub change: Change,
}

/// A state (DOMAIN §2). Precedence: withdrawn > cancelled > superseded > expired > suspended >
/// surveillance overdue > not yet valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// 未生效.
    NotYetValid {
        /// First day of validity.
        from: Date,
    },
    /// 有效, perhaps within the grace after a surveillance date.
    Valid {
        /// How surveillance stands.
        surveillance: Surveillance,
    },
    /// 监督逾期: past grace, not suspended.
    SurveillanceOverdue {
        /// The date missed.
        due: Date,
    },
    /// 暂停.
    Suspended {
        /// Since when.
        since: Timestamp,
        /// Planned last day.
        planned_end: Date,
    },
    /// 撤销.
    Withdrawn {
        /// Since when.
        since: Timestamp,
    },
    /// 注销.
    Cancelled {
        /// Since when.
        since: Timestamp,
    },
    /// 已换发.
    Superseded {
        /// Since when.
        since: Timestamp,
        /// What follows it.
        successor: Successor,
    },
    /// 过期失效.
    Expired {
        /// Last day of validity.
        until: Date,
    },
}

/// How surveillance of a valid certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surveillance {
    /// Nothing is overdue.
    Good {
        /// The next date.
        next_due: Date,
    },
    /// A date has passed; still good until the grace ends.
    OverdueInGrace {
        /// The date missed.
        due: Date,
        /// Last day of grace.
        grace_until: Date,
    },
}

/// For errors, in English; texts for people stand in the catalogue.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotYetValid { from } => write!(f, "not valid before {from}"),
            Self::Valid {
                surveillance: Surveillance::Good { next_due },
            } => write!(f, "valid, surveillance due {next_due}"),
            Self::Valid {
                surveillance: Surveillance::OverdueInGrace { due, grace_until },
            } => write!(
                f,
                "valid, surveillance due {due} in its grace until {grace_until}"
            ),
            Self::SurveillanceOverdue { due } => write!(f, "surveillance overdue since {due}"),
            Self::Suspended { since, planned_end } => {
                write!(f, "suspended since {since}, planned until {planned_end}")
            }
            Self::Withdrawn { since } => write!(f, "withdrawn since {since}"),
            Self::Cancelled { since } => write!(f, "cancelled since {since}"),
            Self::Superseded { since, successor } => {
                let Successor { number, version } = successor;
                write!(f, "superseded since {since} by {number} version {version}")
            }
            Self::Expired { until } => write!(f, "expired after {until}"),
        }
    }
}

impl State {
    /// The message of the message list that goes with this state. Dates stand in the credential itself, so the
    /// states that follow from them alone need no message.
    #[must_use]
    pub const fn message(&self) -> StatusMessage {
        match self {
            Self::NotYetValid { .. }
            | Self::Expired { .. }
            | Self::Valid {
                surveillance: Surveillance::Good { .. },
            } => StatusMessage::InForce,
            Self::Valid {
                surveillance: Surveillance::OverdueInGrace { .. },
            } => StatusMessage::OverdueInGrace,
            Self::SurveillanceOverdue { .. } => StatusMessage::Overdue,
            Self::Suspended { .. } => StatusMessage::Suspended,
            Self::Withdrawn { .. } => StatusMessage::Withdrawn,
            Self::Cancelled { .. } => StatusMessage::Cancelled,
            Self::Superseded { .. } => StatusMessage::Superseded,
        }
    }

    /// Whether nothing can follow.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Withdrawn { .. } | Self::Cancelled { .. } | Self::Superseded { .. } | Self::Expired { .. }
        )
    }
}

/// The state at `at`, from the events recorded at or before `known_at` and in effect at or before `at`.
///
/// Events may come in any order; they count in order of effect, then sequence.
#[must_use]
pub fn state(terms: &Terms, events: &[RecordedEvent], at: Timestamp, known_at: Timestamp) -> State {
    let mut counted: Vec<&RecordedEvent> = events
        .iter()
        .filter(|event| event.recorded <= known_at && event.effective <= at)
        .collect();
    counted.sort_by_key(|event| (event.effective, event.sequence));

    if let Some(ended) = ended(&counted) {
        return ended;
    }
    if at > terms.valid_until.end() {
        return State::Expired {
            until: terms.valid_until,
        };
    }
    if let Some(suspended) = suspended(&counted) {
        return suspended;
    }
    let due = next_due(terms, &counted);
    let grace_until = grace_until(due, terms);
    if at > grace_until.end() {
        return State::SurveillanceOverdue { due };
    }
    if at < terms.valid_from.start() {
        return State::NotYetValid {
            from: terms.valid_from,
        };
    }
    let surveillance = if at > due.end() {
        Surveillance::OverdueInGrace { due, grace_until }
    } else {
        Surveillance::Good { next_due: due }
    };
    State::Valid { surveillance }
}

/// The next surveillance date at `at`, by the events recorded at or before `known_at`; also of a certificate that has
/// ended, where it is the one that would have come.
#[must_use]
pub fn surveillance_due(terms: &Terms, events: &[RecordedEvent], at: Timestamp, known_at: Timestamp) -> Date {
    let mut counted: Vec<&RecordedEvent> = events
        .iter()
        .filter(|event| event.recorded <= known_at && event.effective <= at)
        .collect();
    counted.sort_by_key(|event| (event.effective, event.sequence));
    next_due(terms, &counted)
}

fn grace_until(due: Date, terms: &Terms) -> Date {
    // Past the year 9999 there is no date; nothing that late is overdue.
    i32::try_from(terms.surveillance.grace_days)
        .ok()
        .and_then(|days| due.add_days(days))
        .unwrap_or(due)
}

fn ended(counted: &[&RecordedEvent]) -> Option<State> {
    let first = |kind: EventKind| counted.iter().find(|event| event.change.kind() == kind);
    if let Some(event) = first(EventKind::Withdrawn) {
        return Some(State::Withdrawn {
            since: event.effective,
        });
    }
    if let Some(event) = first(EventKind::Cancelled) {
        return Some(State::Cancelled {
            since: event.effective,
        });
    }
    counted.iter().find_map(|event| match &event.change {
        Change::Superseded { successor, .. } => Some(State::Superseded {
            since: event.effective,
            successor: successor.clone(),
        }),
        _ => None,
    })
}

fn suspended(counted: &[&RecordedEvent]) -> Option<State> {
    let last = counted
        .iter()
        .rev()
        .find(|event| matches!(event.change.kind(), EventKind::Suspended | EventKind::Reinstated))?;
    match last.change {
        Change::Suspended { planned_end, .. } => Some(State::Suspended {
            since: last.effective,
            planned_end,
        }),
        _ => None,
    }
}

fn next_due(terms: &Terms, counted: &[&RecordedEvent]) -> Date {
    let passed = counted.iter().rev().find_map(|event| match event.change {
        Change::SurveillancePassed { next_due, .. } => Some(next_due),
        _ => None,
    });
    passed.unwrap_or(terms.surveillance.first_due)
}
