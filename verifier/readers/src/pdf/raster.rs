//! A page's areas as pixels.

use crate::budget::{MAX_PDF_PAINTED, MAX_SIDE};
use crate::image::Grey;

/// Pixels along a sheet's longer side: 0.1 mm of A4, five to a module of a symbol 38 mm wide.
const SIDE: usize = 2 * MAX_SIDE;
/// Fewest dark areas that may be a symbol: one of version 1 has some hundred runs of dark modules.
const FEWEST: usize = 60;

/// The sheet.
#[derive(Debug)]
pub(super) struct Raster {
    left: f64,
    top: f64,
    scale: f64,
    width: usize,
    height: usize,
    pixels: Vec<u8>,
    /// Dark areas painted.
    areas: usize,
    painted: usize,
}

impl Raster {
    pub(super) fn new([left, bottom, right, top]: [f64; 4]) -> Self {
        let scale = as_float(SIDE) / (right - left).max(top - bottom);
        let pixels = |length: f64| floor(length * scale).clamp(1, SIDE);
        Self {
            left,
            top,
            scale,
            width: pixels(right - left),
            height: pixels(top - bottom),
            // Made once something is painted: most pages have text alone.
            pixels: Vec::new(),
            areas: 0,
            painted: 0,
        }
    }

    /// Fills what lies within the outlines (even-odd), as far as the budget goes.
    pub(super) fn fill(&mut self, outlines: &[Vec<(f64, f64)>], dark: bool) {
        if self.pixels.is_empty() {
            if !dark {
                return;
            }
            self.pixels = vec![255; self.width * self.height];
        }
        let place = |&(x, y): &(f64, f64)| ((x - self.left) * self.scale, (self.top - y) * self.scale);
        let outlines: Vec<Vec<(f64, f64)>> = outlines
            .iter()
            .map(|line| line.iter().map(place).collect())
            .collect();
        let (mut above, mut below) = (f64::MAX, f64::MIN);
        for (_, y) in outlines.iter().flatten() {
            (above, below) = (above.min(*y), below.max(*y));
        }
        self.areas += if dark { outlines.len() } else { 0 };
        let rows = floor(above - 0.5)..floor(below + 0.5).min(self.height);
        // Edges by the row in which they begin.
        let mut edges: Vec<Edge> = outlines.iter().flat_map(|line| edges(line)).collect();
        edges.sort_by(|one, other| one.above.total_cmp(&other.above));
        let mut waiting = edges.into_iter().peekable();
        let mut active: Vec<Edge> = Vec::new();
        for row in rows {
            let middle = as_float(row) + 0.5;
            active.retain(|edge| edge.below > middle);
            while let Some(edge) = waiting.next_if(|edge| edge.above <= middle) {
                if edge.below > middle {
                    active.push(edge);
                }
            }
            let mut crossings: Vec<f64> = active.iter().map(|edge| edge.at(middle)).collect();
            crossings.sort_by(f64::total_cmp);
            self.painted += crossings.len();
            for &[from, to] in crossings.as_chunks::<2>().0 {
                self.span(row, from, to, dark);
            }
            if self.painted > MAX_PDF_PAINTED {
                return;
            }
        }
    }

    fn span(&mut self, row: usize, from: f64, to: f64, dark: bool) {
        let (from, to) = (floor(from + 0.5), floor(to + 0.5).min(self.width));
        let start = row * self.width;
        if let Some(span) = self.pixels.get_mut(start + from.min(to)..start + to) {
            self.painted += span.len();
            span.fill(if dark { 0 } else { 255 });
        }
    }

    /// The sheet whole, then its parts at full size; nothing where too little is drawn for a symbol.
    pub(super) fn looks(self) -> Vec<Grey> {
        if self.areas < FEWEST {
            return Vec::new();
        }
        let (width, height) = (self.width, self.height);
        let Some(whole) = Grey::new(width, height, self.pixels) else {
            return Vec::new();
        };
        let mut looks = vec![whole.scaled(MAX_SIDE)];
        // Parts overlap by half, so that every symbol stands whole in one.
        for top in (0..height).step_by(MAX_SIDE / 2) {
            for left in (0..width).step_by(MAX_SIDE / 2) {
                if (top == 0 || top + MAX_SIDE / 2 < height) && (left == 0 || left + MAX_SIDE / 2 < width) {
                    looks.extend(whole.part(left, top, MAX_SIDE, MAX_SIDE));
                }
            }
        }
        looks
    }
}

struct Edge {
    above: f64,
    below: f64,
    x: f64,
    /// Columns a row.
    slope: f64,
}

impl Edge {
    fn at(&self, y: f64) -> f64 {
        self.x + (y - self.above) * self.slope
    }
}

fn edges(line: &[(f64, f64)]) -> impl Iterator<Item = Edge> {
    let ends = line.iter().skip(1).chain(line.first());
    line.iter()
        .zip(ends)
        .filter(|(from, to)| from.1 != to.1)
        .map(|(&from, &to)| {
            let (high, low) = if from.1 < to.1 { (from, to) } else { (to, from) };
            Edge {
                above: high.1,
                below: low.1,
                x: high.0,
                slope: (low.0 - high.0) / (low.1 - high.1),
            }
        })
}

#[expect(clippy::cast_precision_loss, reason = "sides of a sheet")]
fn as_float(value: usize) -> f64 {
    value as f64
}

/// The whole number below; 0 for what is below 0 and for what is no number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates"
)]
fn floor(value: f64) -> usize {
    value.max(0.0) as usize
}
