//! The instants of a verification.

use touchstone_schemas::{date_time::Timestamp, lifecycle::RecordedEvent};

use crate::trust::CLOCK_SKEW_SECONDS;

/// The time now and the instant asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    /// Now: the shell's clock, or the newest signed time it has seen when that is later.
    pub(crate) now: Timestamp,
    /// The instant the answers are about.
    pub(crate) at: Timestamp,
    /// Whether the question is about an earlier time, where older lists are the right ones.
    pub(crate) about_the_past: bool,
    /// Whether that instant was named; else the question is about now, whenever that is.
    at_is_named: bool,
}

/// The instants by which events count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EventClock {
    /// What is in effect then counts.
    pub(crate) at: Timestamp,
    /// What was recorded until then is known.
    pub(crate) known_at: Timestamp,
}

impl Clock {
    /// Reads the clock of a request.
    pub(crate) fn new(now: Timestamp, floor: Option<Timestamp>, at: Option<Timestamp>) -> Self {
        let now = floor.map_or(now, |floor| now.max(floor));
        let at_is_named = at.is_some();
        let at = at.unwrap_or(now);
        Self {
            now,
            at,
            about_the_past: at < now,
            at_is_named,
        }
    }

    /// The instants by which these events count, each proven to stand in the log. What is at hand is known, and about
    /// now what has taken effect is in effect, however slow the clock here is. Each event took effect before it was
    /// recorded, and its issuer signed when: a false log time moves nothing.
    pub(crate) fn of_events(self, events: &[RecordedEvent]) -> EventClock {
        let newest_recorded = events.iter().map(|event| event.recorded).max();
        let newest_effective = events.iter().map(|event| event.effective).max();
        let at_least = |instant: Timestamp, newest: Option<Timestamp>| {
            newest.map_or(instant, |newest| newest.max(instant))
        };
        EventClock {
            at: if self.at_is_named {
                self.at
            } else {
                at_least(self.at, newest_effective)
            },
            known_at: at_least(self.now, newest_recorded),
        }
    }

    /// Whether that instant lies in the future, beyond what clocks may differ by.
    pub(crate) fn is_future(self, instant: Timestamp) -> bool {
        instant.seconds_since(self.now) > CLOCK_SKEW_SECONDS
    }

    /// Whether something signed as of `from` and good until `until` tells about the instant asked. A list made a
    /// moment ago by a clock slightly ahead of ours does, when the question is about now.
    pub(crate) fn covered_by(self, from: Timestamp, until: Timestamp) -> bool {
        let begun = if self.about_the_past {
            from <= self.at
        } else {
            from <= self.at || !self.is_future(from)
        };
        begun && self.at <= until
    }

    /// Whether something signed as of `from` is about a time not after the instant asked.
    pub(crate) fn begun(self, from: Timestamp) -> bool {
        self.covered_by(from, Timestamp::MAX)
    }
}
