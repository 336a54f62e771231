//! Statistics as a page: charts, each with its table.

mod figures;
mod language;

use askama::Template;
pub use language::Language;

use super::{Bilingual, Catalogue, label};
use crate::statistics::Statistics;

#[derive(Template)]
#[template(path = "statistics.html")]
struct StatisticsPage<'a> {
    language: Language,
    statistics: &'a Statistics,
    as_of: String,
    overdue: u64,
    levels: [&'static str; 5],
    figures: Vec<Figure>,
}

/// A chart and the table of the same numbers.
struct Figure {
    id: &'static str,
    title: String,
    /// What is counted, in a sentence.
    lead: String,
    svg: String,
    /// Whether the patterns of the levels are in it.
    by_level: bool,
    table: Table,
}

struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Writes the page.
///
/// # Errors
/// When the template fails.
pub fn statistics(statistics: &Statistics, language: Language) -> askama::Result<String> {
    StatisticsPage {
        language,
        statistics,
        as_of: label::instant(statistics.as_of),
        overdue: statistics.surveillance.overdue,
        levels: language.levels(),
        figures: figures::all(statistics, language),
    }
    .render()
}
