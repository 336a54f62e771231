//! The instants of a verification.

use touchstone_schemas::date_time::Timestamp;

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
}

impl Clock {
    /// Reads the clock of a request.
    pub(crate) fn new(now: Timestamp, floor: Option<Timestamp>, at: Option<Timestamp>) -> Self {
        let now = floor.map_or(now, |floor| now.max(floor));
        let at = at.unwrap_or(now);
        Self {
            now,
            at,
            about_the_past: at < now,
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
