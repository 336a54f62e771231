//! What is due: certificates by the day on which something is due of them, so that a worklist is a range and not a
//! search through all of them.
//!
//! A certificate stands here until it ends. Its day is that of its next surveillance, or the planned end of its
//! suspension. Expiry needs no document: whoever adds to the ledger also says what time it is.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    lifecycle::{State, Surveillance},
};

use super::CredentialKey;

/// A place in the worklist: the day, then the certificate.
pub type Due = (Date, CredentialKey);

/// Certificates by the day on which something is due.
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    by_day: BTreeSet<Due>,
    days: BTreeMap<CredentialKey, Date>,
    by_end: BTreeSet<Due>,
}

impl Agenda {
    /// Puts a certificate where its state says; takes it out when it has ended.
    pub(super) fn put(&mut self, key: &CredentialKey, valid_until: Date, state: &State) {
        self.remove(key);
        let end = (valid_until, key.clone());
        let Some(day) = due_day(state) else {
            self.by_end.remove(&end);
            return;
        };
        self.by_end.insert(end);
        self.days.insert(key.clone(), day);
        self.by_day.insert((day, key.clone()));
    }

    /// Takes out what has expired by then.
    pub(super) fn forget_expired(&mut self, now: Timestamp) {
        while let Some((until, _)) = self.by_end.first()
            && until.end() < now
        {
            if let Some((_, key)) = self.by_end.pop_first() {
                self.remove(&key);
            }
        }
    }

    fn remove(&mut self, key: &CredentialKey) {
        if let Some(day) = self.days.remove(key) {
            self.by_day.remove(&(day, key.clone()));
        }
    }

    /// What is due, the longest overdue first, behind a place already seen.
    pub fn behind(&self, seen: Option<&Due>) -> impl Iterator<Item = &Due> {
        let from = seen.map_or(Bound::Unbounded, Bound::Excluded);
        self.by_day.range::<Due, _>((from, Bound::Unbounded))
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
