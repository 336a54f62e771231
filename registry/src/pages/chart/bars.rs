//! Bars that lie: a rank, a name, a length, and its number at the end.

use super::{Anchor, FOOT, Rect, Svg, WIDTH, fitted, room, scaled};

/// A bar.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    /// Its place; equals share one.
    pub(crate) rank: u64,
    /// What it is.
    pub(crate) label: String,
    /// How long.
    pub(crate) value: u64,
}

const ROW: u64 = 260;
const THICK: u64 = 150;
const LABEL: u64 = 270;
/// Most room for a name.
const NAME: u64 = 1_200;
/// Room for the number behind the longest bar.
const NUMBER: u64 = 470;

/// Draws bars, in their order.
pub(crate) fn bars(rows: &[Bar], named_by: &str) -> String {
    let mut svg = Svg::default();
    let name = rows.iter().map(|row| room(&row.label)).max().unwrap_or_default();
    let from = LABEL + name.min(NAME) + 80;
    let most = rows.iter().map(|row| row.value).max().unwrap_or_default();
    for (y, row) in (0..).step_by(260).zip(rows) {
        let middle: u64 = y + ROW / 2;
        let length = scaled(row.value, most, WIDTH - from - NUMBER);
        svg.text(
            (LABEL - 70, middle + FOOT),
            Anchor::End,
            "soft",
            &row.rank.to_string(),
        );
        let label = fitted(&row.label, NAME);
        svg.text((LABEL, middle + FOOT), Anchor::Start, "", &label);
        let rect = Rect {
            x: from,
            y: middle - THICK / 2,
            width: length,
            height: THICK,
        };
        svg.bar(rect, "bar");
        let value = row.value.to_string();
        svg.text(
            (from + length + 50, middle + FOOT),
            Anchor::Start,
            "value",
            &value,
        );
    }
    let height = ROW * u64::try_from(rows.len()).unwrap_or_default();
    svg.line((from, 0), (from, height), "axis");
    svg.finish(height, named_by)
}
