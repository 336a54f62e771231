//! Reading what is to be counted, a chunk at a time, so that the writer never waits for a count.

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    lifecycle::{RecordedEvent, State, Surveillance, state},
    region::RegionCode,
};
use touchstone_verifier::{report::StateName, statement::state_name};

use super::month::Month;
use crate::{
    ledger::{CredentialKey, Facts, HeldCredential, Ledger},
    tlog::Shared,
};

/// Certificates read under one lock: less than a millisecond.
const CHUNK: usize = 2_048;
/// Most years looked back at, the present one left out (policy).
const YEARS_BACK: usize = 5;

/// What is counted, and as of when.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// The instant of the states; everything the log had recorded is known.
    pub as_of: Timestamp,
    /// Entries that were read.
    pub log_size: u64,
    /// Last days of the years before the present one, the earliest first: those since the first certificate began.
    pub year_ends: Vec<Date>,
    /// A row a certificate, sorted by holder; a certificate with sites in several regions has one for each.
    pub rows: Vec<Row>,
}

/// A certificate at one of its sites. Superseded versions have a row only where they count in years gone by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its facts, the region being that of the site.
    pub facts: Facts,
    /// Tells certificates apart.
    pub certificate: u32,
    /// Whether this is its first site.
    pub site: SiteRank,
    /// Its state now.
    pub state: StateName,
    /// Bit `n` is set when it was in force at the end of `year_ends[n]`.
    pub in_force_then: u8,
    /// Month of its first issue.
    pub first_issued: Month,
    /// Day of its next surveillance, where that keeps it valid.
    pub due: Option<Date>,
}

/// Which of its sites a certificate is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteRank {
    /// The first, by which it is counted where places do not matter.
    First,
    /// A further one.
    Further,
}

impl Row {
    /// Whether the certificate is in force: valid, or within the grace after a surveillance date.
    #[must_use]
    pub const fn is_in_force(&self) -> bool {
        in_force(self.state)
    }

    /// Whether it was in force at the end of a year.
    #[must_use]
    pub const fn was_in_force(&self, year: usize) -> bool {
        year < 8 && self.in_force_then & (1 << year) != 0
    }
}

const fn in_force(state: StateName) -> bool {
    matches!(state, StateName::Valid | StateName::OverdueInGrace)
}

/// Reads every certificate that the log has now.
#[must_use]
pub fn gather(shared: &Shared, now: Timestamp) -> Gathered {
    let (as_of, log_size, first_year) = {
        let published = shared.read();
        let first = published.ledger.credentials_behind(None);
        let first = first.map(|(_, held)| held.terms.valid_from).min();
        let as_of = now.max(published.last_recorded);
        (
            as_of,
            published.tree.size(),
            first.unwrap_or(Date::of(as_of)).civil().0,
        )
    };
    let mut gathered = Gathered {
        as_of,
        log_size,
        year_ends: year_ends(first_year, Date::of(as_of)),
        rows: Vec::new(),
    };
    let mut seen = None;
    let mut certificate = 0;
    loop {
        let published = shared.read();
        let mut last = None;
        let ledger = &published.ledger;
        for (key, held) in ledger.credentials_behind(seen.as_ref()).take(CHUNK) {
            last = Some(key.clone());
            if held.index < log_size {
                gathered.read(ledger, key, held, certificate);
                certificate = certificate.saturating_add(1);
            }
        }
        drop(published);
        match last {
            None => break,
            last => seen = last,
        }
    }
    gathered
        .rows
        .sort_unstable_by_key(|row| (row.facts.holder, row.certificate));
    gathered
}

fn year_ends(first_year: u32, today: Date) -> Vec<Date> {
    let this_year = today.civil().0;
    let years = (first_year..this_year).rev().take(YEARS_BACK);
    let mut ends: Vec<Date> = years
        .filter_map(|year| Date::from_civil(year, 12, 31).ok())
        .collect();
    ends.reverse();
    ends
}

impl Gathered {
    fn read(&mut self, ledger: &Ledger, key: &CredentialKey, held: &HeldCredential, certificate: u32) {
        let events = ledger.events(key).iter();
        let events: Vec<RecordedEvent> = events
            .filter(|event| event.index < self.log_size)
            .map(|event| event.recorded.clone())
            .collect();
        let now = state(&held.terms, &events, self.as_of, self.as_of);
        let was_in_force = |end: &Date| {
            let then = || state(&held.terms, &events, end.end(), self.as_of);
            held.terms.valid_from <= *end && in_force(state_name(&then()))
        };
        let mut in_force_then = 0;
        for (year, end) in self.year_ends.iter().enumerate() {
            in_force_then |= u8::from(was_in_force(end)) << year;
        }
        let row = Row {
            facts: held.facts,
            certificate,
            site: SiteRank::First,
            state: state_name(&now),
            in_force_then,
            first_issued: Month::of(held.first_issued),
            due: due(&now),
        };
        if row.state == StateName::Superseded && in_force_then == 0 {
            return;
        }
        self.rows.push(row);
        let further = |site: &RegionCode| Row {
            facts: Facts {
                site: *site,
                ..row.facts
            },
            site: SiteRank::Further,
            ..row
        };
        self.rows.extend(ledger.more_sites(key).iter().map(further));
    }
}

const fn due(state: &State) -> Option<Date> {
    match state {
        State::Valid {
            surveillance: Surveillance::Good { next_due: due } | Surveillance::OverdueInGrace { due, .. },
        }
        | State::SurveillanceOverdue { due } => Some(*due),
        _ => None,
    }
}
