//! From rows to numbers.

use std::collections::BTreeMap;

use touchstone_schemas::{
    city::city_code,
    date_time::Date,
    industry::IndustryCode,
    region::{Province, RegionCode},
};
use touchstone_verifier::report::StateName;

use super::{
    GrowthRow, IndustryRow, MonthDue, MonthRow, RegionRow, StateRow, Statistics, SurveillanceDue, YearRow,
    denominators::Denominators,
    gather::{Gathered, Row, SiteRank},
    month::Month,
    progress::progress,
    tally::{Tally, ranks, tally_by},
};

/// Months of first issue shown.
const MONTHS_BACK: u32 = 24;
/// Months of surveillance shown.
const MONTHS_AHEAD: u32 = 12;

/// Counts what was gathered.
#[must_use]
pub fn count(gathered: &Gathered, denominators: Option<&Denominators>) -> Statistics {
    let rows = gathered.rows.as_slice();
    let present = |row: &Row| row.is_in_force().then_some(());
    let total = one(tally_by(rows, present));
    let today = Date::of(gathered.as_of);
    let provinces = regions(rows, |row| Some(province_code(row.facts.site)));
    Statistics {
        as_of: gathered.as_of,
        log_size: gathered.log_size,
        total,
        states: states(rows),
        cities: regions(rows, |row| Some(city_code(row.facts.site))),
        industries: industries(rows),
        years: years(gathered, today, total),
        growth: growth(gathered, &provinces),
        provinces,
        months: months(rows, today),
        surveillance: surveillance(rows, today),
        progress: denominators.map(|denominators| progress(denominators, rows)),
    }
}

fn one(tallies: BTreeMap<(), Tally>) -> Tally {
    tallies.into_values().next().unwrap_or_default()
}

/// The code of the province itself.
pub(super) fn province_code(region: RegionCode) -> RegionCode {
    let Province { code, .. } = region.province();
    RegionCode::parse(&format!("{code:02}0000")).unwrap_or(region)
}

fn states(rows: &[Row]) -> Vec<StateRow> {
    let first = rows.iter().filter(|row| row.site == SiteRank::First);
    let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
    let place = |state: StateName| StateName::ALL.iter().position(|known| *known == state);
    for place in first.filter_map(|row| place(row.state)) {
        *counts.entry(place).or_default() += 1;
    }
    let states = StateName::ALL.iter().enumerate();
    states
        .filter(|(_, state)| **state != StateName::Superseded)
        .map(|(place, state)| StateRow {
            state: *state,
            certificates: counts.get(&place).copied().unwrap_or_default(),
        })
        .collect()
}

fn regions(rows: &[Row], region: impl Fn(&Row) -> Option<RegionCode>) -> Vec<RegionRow> {
    let tallies = tally_by(rows, |row| region(row).filter(|_| row.is_in_force()));
    let mut sorted: Vec<(RegionCode, Tally)> = tallies.into_iter().collect();
    // Stable: equals stay in the order of their codes.
    sorted.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.at_least(2)));
    let ranks = ranks(sorted.iter().map(|(_, tally)| tally.at_least(2)));
    let rows = sorted.into_iter().zip(ranks);
    rows.map(|((code, tally), rank)| RegionRow { code, rank, tally })
        .collect()
}

fn industries(rows: &[Row]) -> Vec<IndustryRow> {
    let division = |row: &Row| {
        let facts = row.facts;
        let division = IndustryCode::parse(&format!("{:02}", facts.industry.division())).ok()?;
        row.is_in_force().then_some((facts.edition, division))
    };
    let mut sorted: Vec<_> = tally_by(rows, division).into_iter().collect();
    sorted.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.organisations()));
    let ranks = ranks(sorted.iter().map(|(_, tally)| tally.organisations()));
    let rows = sorted.into_iter().zip(ranks);
    rows.map(|(((edition, code), tally), rank)| IndustryRow {
        edition,
        code,
        rank,
        tally,
    })
    .collect()
}

/// Ends of years, those before the first certificate left out, then today.
fn years(gathered: &Gathered, today: Date, total: Tally) -> Vec<YearRow> {
    let ends = gathered.year_ends.iter().enumerate();
    let row = |(year, day): (usize, &Date)| YearRow {
        day: *day,
        tally: one(tally_by(&gathered.rows, |row| {
            row.was_in_force(year).then_some(())
        })),
    };
    let counted = ends.map(row).skip_while(|row| row.tally == Tally::default());
    let now = YearRow {
        day: today,
        tally: total,
    };
    counted.chain([now]).collect()
}

/// Provinces with more organisations at level 2 or above than at the end of last year.
fn growth(gathered: &Gathered, provinces: &[RegionRow]) -> Vec<GrowthRow> {
    let Some(last_year) = gathered.year_ends.len().checked_sub(1) else {
        return Vec::new();
    };
    let before = tally_by(&gathered.rows, |row| {
        row.was_in_force(last_year).then(|| province_code(row.facts.site))
    });
    let row = |region: &RegionRow| GrowthRow {
        code: region.code,
        rank: 0,
        before: before.get(&region.code).map_or(0, |tally| tally.at_least(2)),
        now: region.tally.at_least(2),
    };
    let mut rows: Vec<GrowthRow> = provinces.iter().map(row).filter(|row| row.more() > 0).collect();
    rows.sort_by_key(|row| (std::cmp::Reverse(row.more()), row.code));
    let ranks = ranks(rows.iter().map(GrowthRow::more));
    for (row, rank) in rows.iter_mut().zip(ranks) {
        row.rank = rank;
    }
    rows
}

fn months(rows: &[Row], today: Date) -> Vec<MonthRow> {
    let first = Month::of(today).earlier(MONTHS_BACK - 1);
    let counted = |row: &Row| row.state != StateName::Superseded && row.site == SiteRank::First;
    let tallies = tally_by(rows, |row| counted(row).then_some(row.first_issued));
    let row = |month: Month| {
        let tally = tallies.get(&month).copied().unwrap_or_default();
        MonthRow {
            month,
            certificates: tally.certificates,
            organisations: tally.organisations(),
        }
    };
    (0..MONTHS_BACK).map(|later| row(first.later(later))).collect()
}

fn surveillance(rows: &[Row], today: Date) -> SurveillanceDue {
    let this_month = Month::of(today);
    let empty = |month| MonthDue {
        month,
        certificates: 0,
    };
    let mut due = SurveillanceDue {
        overdue: 0,
        months: (0..MONTHS_AHEAD)
            .map(|later| empty(this_month.later(later)))
            .collect(),
        later: 0,
    };
    for row in rows.iter().filter(|row| row.site == SiteRank::First) {
        let Some(day) = row.due else { continue };
        if day < today {
            due.overdue += 1;
            continue;
        }
        let month = Month::of(day);
        match due.months.iter_mut().find(|due| due.month == month) {
            Some(due) => due.certificates += 1,
            None => due.later += 1,
        }
    }
    due
}
