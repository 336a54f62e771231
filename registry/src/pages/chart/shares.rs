//! Shares of a whole by level: a name with its total, and under it one bar in five patterns.

use super::{Anchor, Rect, Svg, WIDTH, fitted, room, scaled};

/// A whole and its parts, level 1 first.
#[derive(Clone, Debug)]
pub(crate) struct Share {
    /// What it is.
    pub(crate) label: String,
    /// The total as it is printed.
    pub(crate) total: String,
    /// Its parts.
    pub(crate) levels: [u64; 5],
}

const ROW: u64 = 480;
const THICK: u64 = 210;
const BAR_FROM: u64 = 190;

/// Draws the bars, in their order.
pub(crate) fn shares(rows: &[Share], named_by: &str) -> String {
    let mut svg = Svg::default();
    for (top, row) in (0..).step_by(480).zip(rows) {
        let top: u64 = top;
        let label = fitted(&row.label, WIDTH.saturating_sub(room(&row.total) + 250));
        svg.text((0, top + 140), Anchor::Start, "", &label);
        svg.text((WIDTH - 10, top + 140), Anchor::End, "value", &row.total);
        let whole = row.levels.iter().sum();
        let mut before = 0;
        for (level, part) in (1..).zip(row.levels) {
            let x = scaled(before, whole, WIDTH - 20) + 10;
            before += part;
            let width = (scaled(before, whole, WIDTH - 20) + 10).saturating_sub(x);
            if part == 0 {
                continue;
            }
            let y = top + BAR_FROM;
            let rect = Rect {
                x,
                y,
                width,
                height: THICK,
            };
            svg.level(rect, level);
            number(&mut svg, rect, &part.to_string());
        }
    }
    svg.finish(ROW * u64::try_from(rows.len()).unwrap_or_default(), named_by)
}

/// The number within its part, on a plate that every pattern lets stand out; left to the table when there is no room.
pub(super) fn number(svg: &mut Svg, rect: Rect, text: &str) {
    let room = 72 * u64::try_from(text.len()).unwrap_or_default() + 60;
    if room + 30 > rect.width || rect.height < 150 {
        return;
    }
    let (middle, foot) = (rect.x + rect.width / 2, rect.y + rect.height / 2);
    let plate = Rect {
        x: middle - room / 2,
        y: foot - 70,
        width: room,
        height: 140,
    };
    svg.bar(plate, "plate");
    svg.text((middle, foot + 45), Anchor::Middle, "", text);
}
