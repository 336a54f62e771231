//! Columns that stand: one for each step of time, its number above it.

use super::{Anchor, Rect, Svg, WIDTH, room, scaled, shares::number};

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// What stands under it; empty where there is no room for every name.
    pub(crate) label: String,
    /// A second line under it.
    pub(crate) label_below: String,
    /// Its parts by level, level 1 lowest; or the whole.
    pub(crate) parts: Parts,
}

/// What a column is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Parts {
    /// One number.
    Whole(u64),
    /// Five levels.
    Levels([u64; 5]),
}

impl Parts {
    fn sum(self) -> u64 {
        match self {
            Self::Whole(whole) => whole,
            Self::Levels(levels) => levels.iter().sum(),
        }
    }
}

const TOP: u64 = 180;
const HEIGHT: u64 = 1_500;
const LABELS: u64 = 360;

/// Draws columns, in their order.
pub(crate) fn columns(columns: &[Column], named_by: &str) -> String {
    let mut svg = Svg::default();
    let most = columns
        .iter()
        .map(|column| column.parts.sum())
        .max()
        .unwrap_or_default();
    let step = WIDTH / u64::try_from(columns.len()).unwrap_or_default().max(1);
    let width = (step * 7 / 10).min(420);
    let widest = columns
        .iter()
        .map(|column| room(&column.parts.sum().to_string()))
        .max();
    let class = if widest.unwrap_or_default() + 110 > step {
        "small"
    } else {
        "value"
    };
    let foot = TOP + HEIGHT;
    for (place, column) in (0..).zip(columns) {
        let middle: u64 = step * place + step / 2;
        let x = middle - width / 2;
        let length = scaled(column.parts.sum(), most, HEIGHT);
        let rect = Rect {
            x,
            y: foot - length,
            width,
            height: length,
        };
        match column.parts {
            Parts::Whole(_) => svg.bar(rect, "bar"),
            Parts::Levels(levels) => stack(&mut svg, rect, levels),
        }
        let sum = column.parts.sum().to_string();
        svg.text((middle, foot - length - 50), Anchor::Middle, class, &sum);
        svg.text((middle, foot + 160), Anchor::Middle, "", &column.label);
        svg.text((middle, foot + 310), Anchor::Middle, "soft", &column.label_below);
    }
    svg.line((0, foot), (WIDTH, foot), "axis");
    svg.finish(foot + LABELS, named_by)
}

fn stack(svg: &mut Svg, whole: Rect, levels: [u64; 5]) {
    let sum = levels.iter().sum();
    let foot = whole.y + whole.height;
    let mut below = 0;
    for (level, part) in (1..).zip(levels) {
        let from = scaled(below, sum, whole.height);
        below += part;
        let until = scaled(below, sum, whole.height);
        if part == 0 {
            continue;
        }
        let rect = Rect {
            y: foot - until,
            height: until - from,
            ..whole
        };
        svg.level(rect, level);
        number(svg, rect, &part.to_string());
    }
}
