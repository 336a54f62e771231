//! Charts as SVG, drawn here and not in the browser: presentation attributes and classes alone, so the strict policy on
//! styles holds; every value printed, every level with its own pattern, so that no colour is needed to read them.
//!
//! A chart is 3,600 units wide, ten to a pixel of a small phone. Its height follows from its rows.

mod bars;
mod bullets;
mod columns;
mod shares;

use std::fmt::{self, Write as _};

pub(super) use bars::{Bar, bars};
pub(super) use bullets::{Bullet, bullets};
pub(super) use columns::{Column, Parts, columns};
pub(super) use shares::{Share, shares};

/// Width of every chart.
const WIDTH: u64 = 3_600;
/// Distance of a text's foot from its bar's middle.
const FOOT: u64 = 45;

/// A chart in the making.
#[derive(Debug, Default)]
pub(super) struct Svg {
    body: String,
}

/// Where a text is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A rectangle.
#[derive(Clone, Copy, Debug)]
struct Rect {
    x: u64,
    y: u64,
    width: u64,
    height: u64,
}

impl Svg {
    fn put(&mut self, part: fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.body.write_fmt(part);
    }

    fn text(&mut self, (x, y): (u64, u64), anchor: Anchor, class: &str, text: &str) {
        let (anchor, text) = (anchor.name(), escaped(text));
        self.put(format_args!(
            r#"<text x="{x}" y="{y}" text-anchor="{anchor}" class="{class}">{text}</text>"#
        ));
    }

    fn bar(&mut self, rect: Rect, class: &str) {
        let Rect { x, y, width, height } = rect;
        self.put(format_args!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" class="{class}"/>"#
        ));
    }

    /// A bar in the pattern of a level, 1 to 5; the page holds the patterns.
    fn level(&mut self, rect: Rect, level: usize) {
        let Rect { x, y, width, height } = rect;
        self.put(format_args!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="url(#level-{level})" class="edge"/>"#
        ));
    }

    fn line(&mut self, (x1, y1): (u64, u64), (x2, y2): (u64, u64), class: &str) {
        self.put(format_args!(
            r#"<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="{class}"/>"#
        ));
    }

    /// The chart, named by the element of that id.
    fn finish(self, height: u64, named_by: &str) -> String {
        let body = self.body;
        format!(
            r#"<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{named_by}">{body}</svg>"#
        )
    }
}

/// `part` of `most`, on a scale of `length`.
fn scaled(part: u64, most: u64, length: u64) -> u64 {
    let scaled = u128::from(part) * u128::from(length) / u128::from(most.max(1));
    u64::try_from(scaled).unwrap_or(length)
}

/// Room a text takes at the usual size: a Chinese character is as wide as it is high, others about half.
fn room(text: &str) -> u64 {
    text.chars()
        .map(|one| if one.is_ascii() { 72 } else { 130 })
        .sum()
}

/// As much of a text as there is room for.
fn fitted(text: &str, most: u64) -> String {
    if room(text) <= most {
        return text.to_owned();
    }
    let mut fitted = String::new();
    for one in text.chars() {
        fitted.push(one);
        // Room for another character and for the sign that there are more.
        if room(&fitted) + 260 > most {
            break;
        }
    }
    fitted.push('…');
    fitted
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            one => escaped.push(one),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_sound_xml_without_style() {
        let bar = |label: &str, value| Bar {
            rank: 1,
            label: label.to_owned(),
            value,
        };
        let chart = bars(&[bar("<script>\"&", 0), bar("江苏", u64::MAX)], "id");
        assert!(
            !chart.contains("<script") && chart.contains("&lt;script&gt;&quot;&amp;"),
            "{chart}"
        );
        for forbidden in ["style=", "onload", "href"] {
            assert!(!chart.contains(forbidden), "{chart}");
        }
        assert_eq!(chart.matches("<rect").count(), 2);
    }

    #[test]
    fn long_names_are_cut_to_their_room() {
        assert_eq!(fitted("无锡市", 1000), "无锡市");
        let cut = fitted("克孜勒苏柯尔克孜自治州", 900);
        assert!(cut.ends_with('…') && room(&cut) <= 900, "{cut}");
    }
}
