//! The symbol on its paper, before a camera.

use super::random::Random;
use super::symbol::Symbol;
use crate::image::Grey;
use crate::image::{as_float, floor};

/// Light of the paper and of the ink.
const PAPER: f32 = 225.0;
const INK: f32 = 35.0;
/// Modules of quiet zone around a symbol (ISO/IEC 18004 §6.3.8).
const QUIET: f32 = 4.0;
/// Points a pixel in each direction: edges are not sharp.
const POINTS: usize = 2;

/// How the symbol stands before the camera.
#[derive(Clone, Copy, Debug)]
pub struct Pose {
    /// Pixels a module.
    pub module: f32,
    /// Degrees about the line of sight.
    pub turn: f32,
    /// How much shorter the far edge is than the near one, from 0.
    pub tilt: f32,
    /// How many modules the middle stands out from the edges: paper around a pipe.
    pub bend: f32,
    /// Light on dark.
    pub inverted: bool,
}

impl Default for Pose {
    fn default() -> Self {
        Self {
            module: 5.0,
            turn: 0.0,
            tilt: 0.0,
            bend: 0.0,
            inverted: false,
        }
    }
}

impl Pose {
    /// The picture: the symbol in its quiet zone, and lines of print around.
    pub(super) fn shoot(&self, symbol: &Symbol, random: &mut Random) -> Option<Grey> {
        let size = as_float(symbol.size);
        let whole = size + 2.0 * QUIET;
        let side = floor(whole * self.module * 1.35);
        let middle = as_float(side) / 2.0;
        let (sine, cosine) = self.turn.to_radians().sin_cos();
        let rows: Vec<f32> = (0..64).map(|_| random.unit()).collect();
        let mut pixels = Vec::with_capacity(side * side);
        for y in 0..side {
            for x in 0..side {
                let mut light = 0.0;
                for point in 0..POINTS * POINTS {
                    let part = |at: usize| (as_float(at) + 0.5) / as_float(POINTS);
                    let (px, py) = (
                        as_float(x) + part(point % POINTS) - middle,
                        as_float(y) + part(point / POINTS) - middle,
                    );
                    let (px, py) = (
                        (px * cosine + py * sine) / self.module,
                        (py * cosine - px * sine) / self.module,
                    );
                    // Rows nearer to the top are further away.
                    let away = 1.0 + self.tilt * (0.5 - py / whole);
                    let (mx, my) = (px * away + size / 2.0, py * away + size / 2.0);
                    let across: f32 = 2.0 * mx / size - 1.0;
                    let my = my + self.bend * (1.0 - across * across);
                    light += self.light_at(symbol, mx, my, &rows);
                }
                pixels.push(u8::try_from(floor(light / as_float(POINTS * POINTS))).unwrap_or(u8::MAX));
            }
        }
        Grey::new(side, side, pixels)
    }

    fn light_at(&self, symbol: &Symbol, mx: f32, my: f32, rows: &[f32]) -> f32 {
        let size = as_float(symbol.size);
        let dark = if mx >= 0.0 && my >= 0.0 && mx < size && my < size {
            symbol.is_dark(floor(mx), floor(my)) != self.inverted
        } else if mx > -QUIET && my > -QUIET && mx < size + QUIET && my < size + QUIET {
            self.inverted
        } else {
            // Print: lines of words.
            let line = floor(my + 100.0);
            let word = rows
                .get((line * 7 + floor((mx + 100.0) / 2.0)) % rows.len())
                .copied()
                .unwrap_or(0.0);
            line.is_multiple_of(3) && word > 0.4
        };
        if dark { INK } else { PAPER }
    }
}
