//! How far towards a goal: a bar on a scale that holds the goal, and the goal as a mark.

use super::{Anchor, Rect, Svg, WIDTH, fitted, scaled};

/// A share and its goal, both in hundredths of a percent.
#[derive(Clone, Debug)]
pub(crate) struct Bullet {
    /// What it is.
    pub(crate) label: String,
    /// The share as it is printed.
    pub(crate) value: String,
    /// The goal as it is printed.
    pub(crate) goal_text: String,
    /// The share.
    pub(crate) share: u64,
    /// The goal.
    pub(crate) goal: u64,
}

const ROW: u64 = 640;

/// Draws the bars, in their order.
pub(crate) fn bullets(rows: &[Bullet], named_by: &str) -> String {
    let mut svg = Svg::default();
    for (top, row) in (0..).step_by(640).zip(rows) {
        let top: u64 = top;
        let scale = row.share.max(row.goal) * 6 / 5;
        let (share, goal) = (scaled(row.share, scale, WIDTH), scaled(row.goal, scale, WIDTH));
        svg.text(
            (0, top + 140),
            Anchor::Start,
            "",
            &fitted(&row.label, WIDTH - 900),
        );
        svg.text((WIDTH - 10, top + 140), Anchor::End, "value", &row.value);
        let track = Rect {
            x: 0,
            y: top + 200,
            width: WIDTH,
            height: 150,
        };
        svg.bar(track, "track");
        svg.bar(
            Rect {
                width: share,
                ..track
            },
            "bar",
        );
        svg.line((goal, top + 170), (goal, top + 390), "goal");
        svg.text((goal, top + 510), Anchor::Middle, "soft", &row.goal_text);
    }
    svg.finish(ROW * u64::try_from(rows.len()).unwrap_or_default(), named_by)
}
