//! What is due: certificates by the day on which something is due of them, so that a worklist is a range and not a
//! search through all of them.
//!
//! A certificate stands here until it ends. Its day is that of its next surveillance, or the planned end of its
//! suspension. Expiry needs no document: whoever adds to the ledger also says what time it is.

use std::{collections::BTreeSet, ops::Bound};

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    lifecycle::{State, Surveillance},
};

use super::certificates::{Row, to_usize};

/// Certificates by the day on which something is due, those of a day in order of the log.
#[derive(Clone, Debug, Default)]
pub(super) struct Agenda {
    by_day: BTreeSet<(Date, Row)>,
    /// The day of each row, by its number.
    days: Vec<Option<Date>>,
    by_end: BTreeSet<(Date, Row)>,
}

impl Agenda {
    /// Puts a certificate where its state says; takes it out when it has ended.
    pub(super) fn put(&mut self, row: Row, valid_until: Date, state: &State) {
        self.remove(row);
        let end = (valid_until, row);
        let Some(day) = due_day(state) else {
            self.by_end.remove(&end);
            return;
        };
        self.by_end.insert(end);
        let place = to_usize(row);
        if place >= self.days.len() {
            self.days.resize(place.saturating_add(1), None);
        }
        if let Some(known) = self.days.get_mut(place) {
            *known = Some(day);
        }
        self.by_day.insert((day, row));
    }

    /// Takes out what has expired by then.
    pub(super) fn forget_expired(&mut self, now: Timestamp) {
        while let Some((until, row)) = self.by_end.first().copied()
            && until.end() < now
        {
            self.by_end.remove(&(until, row));
            self.remove(row);
        }
    }

    fn remove(&mut self, row: Row) {
        if let Some(day) = self.days.get_mut(to_usize(row)).and_then(Option::take) {
            self.by_day.remove(&(day, row));
        }
    }

    /// What is due, the longest overdue first, behind a place already seen.
    pub(super) fn behind(&self, seen: Option<(Date, Row)>) -> impl Iterator<Item = (Date, Row)> {
        let from = seen.map_or(Bound::Unbounded, Bound::Excluded);
        self.by_day.range((from, Bound::Unbounded)).copied()
    }
}

/// The day on which something is due of a certificate; none once it has ended.
const fn due_day(state: &State) -> Option<Date> {
    match state {
        State::Valid {
            surveillance: Surveillance::Good { next_due: due } | Surveillance::OverdueInGrace { due, .. },
        }
        | State::SurveillanceOverdue { due } => Some(*due),
        State::Suspended { planned_end, .. } => Some(*planned_end),
        State::NotYetValid { from } => Some(*from),
        State::Withdrawn { .. }
        | State::Cancelled { .. }
        | State::Superseded { .. }
        | State::Expired { .. } => None,
    }
}
