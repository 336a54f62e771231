//! Statistics as one table in CSV.

use touchstone_schemas::industry;

use super::{Statistics, Tally, region_names};
use crate::{
    csv::{BYTE_ORDER_MARK, push_line},
    ledger::IndustryEdition,
};

const COLUMNS: [&str; 15] = [
    "table",
    "code",
    "name_zh",
    "name_en",
    "rank",
    "certificates",
    "organisations",
    "level1",
    "level2",
    "level3",
    "level4",
    "level5",
    "at_least_level2",
    "at_least_level3",
    "growth",
];

/// A line of the table; what a table has no number for stays empty.
#[derive(Default)]
struct Line {
    table: &'static str,
    code: String,
    names: Option<(&'static str, &'static str)>,
    rank: Option<u64>,
    certificates: Option<u64>,
    organisations: Option<u64>,
    tally: Option<Tally>,
    growth: Option<u64>,
}

impl Line {
    fn of(table: &'static str, code: impl ToString, tally: Tally) -> Self {
        Self {
            table,
            code: code.to_string(),
            certificates: Some(tally.certificates),
            organisations: Some(tally.organisations()),
            tally: Some(tally),
            ..Self::default()
        }
    }

    fn cells(&self) -> Vec<String> {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let (zh, en) = self.names.unwrap_or_default();
        let mut cells = vec![
            self.table.to_owned(),
            self.code.clone(),
            zh.to_owned(),
            en.to_owned(),
            number(self.rank),
            number(self.certificates),
            number(self.organisations),
        ];
        let levels = (0..5).map(|level| self.tally.and_then(|tally| tally.levels.get(level).copied()));
        cells.extend(levels.map(number));
        cells.extend([2, 3].map(|level| number(self.tally.map(|tally| tally.at_least(level)))));
        cells.push(number(self.growth));
        cells
    }
}

/// The table.
#[must_use]
pub fn to_csv(statistics: &Statistics) -> String {
    let mut text = BYTE_ORDER_MARK.to_owned();
    push_line(&mut text, COLUMNS);
    for line in lines(statistics) {
        push_line(&mut text, line.cells());
    }
    text
}

fn lines(statistics: &Statistics) -> Vec<Line> {
    let mut lines = vec![Line::of("total", statistics.as_of, statistics.total)];
    lines.extend(statistics.states.iter().map(|row| Line {
        table: "states",
        code: row.state.name().to_owned(),
        certificates: Some(row.certificates),
        ..Line::default()
    }));
    let regions = [
        ("provinces", &statistics.provinces),
        ("cities", &statistics.cities),
    ];
    for (table, rows) in regions {
        lines.extend(rows.iter().map(|row| Line {
            names: region_names(row.code),
            rank: Some(row.rank),
            ..Line::of(table, row.code, row.tally)
        }));
    }
    lines.extend(statistics.industries.iter().map(|row| {
        let known = row.edition == IndustryEdition::Known;
        let edition = if known { industry::EDITION } else { "?" };
        Line {
            names: known.then(|| (row.code.division_zh(), row.code.division_en())),
            rank: Some(row.rank),
            ..Line::of("industries", format!("{edition} {}", row.code), row.tally)
        }
    }));
    let years = statistics.years.iter();
    lines.extend(years.map(|row| Line::of("years", row.day, row.tally)));
    lines.extend(statistics.growth.iter().map(|row| Line {
        table: "growth",
        code: row.code.to_string(),
        names: region_names(row.code),
        rank: Some(row.rank),
        growth: Some(row.more()),
        ..Line::default()
    }));
    lines.extend(statistics.months.iter().map(|row| Line {
        table: "months",
        code: row.month.to_string(),
        certificates: Some(row.certificates),
        organisations: Some(row.organisations),
        ..Line::default()
    }));
    lines.extend(surveillance(statistics));
    lines
}

fn surveillance(statistics: &Statistics) -> impl Iterator<Item = Line> {
    let due = &statistics.surveillance;
    let months = due
        .months
        .iter()
        .map(|row| (row.month.to_string(), row.certificates));
    let all = [("overdue".to_owned(), due.overdue)].into_iter().chain(months);
    all.chain([("later".to_owned(), due.later)])
        .map(|(code, certificates)| Line {
            table: "surveillance",
            code,
            certificates: Some(certificates),
            ..Line::default()
        })
}
