//! What happens to a picture between the lens and the reader.

use super::random::Random;
use crate::image::Grey;
use crate::image::{as_float, floor};

/// One of them. Lengths are in modules, light in steps of 256.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// Grain of this standard deviation.
    Noise(f32),
    /// A soft lens: a Gaussian of that radius.
    Blur(f32),
    /// The hand moved.
    Shaken {
        /// How far.
        modules: f32,
        /// Whither.
        degrees: f32,
    },
    /// Compressed at that quality, 1 to 100 (the tables of ITU-T T.81 Annex K, scaled as libjpeg does).
    Jpeg(f32),
    /// Stripes of a screen's pixels against the camera's.
    Moire {
        /// Pixels from one to the next.
        period: f32,
        /// How much darker.
        depth: f32,
    },
    /// A lamp mirrored on film: white, with a soft edge.
    Glare {
        /// Of the picture's side.
        radius: f32,
    },
    /// Light that falls off from one corner to the other, to this part.
    Light {
        /// What is left of it.
        dark: f32,
    },
    /// This part of the contrast.
    Contrast(f32),
}

impl Fault {
    /// The picture with the fault.
    pub(super) fn put_on(self, picture: Grey, module: f32, random: &mut Random) -> Option<Grey> {
        match self {
            Self::Noise(deviation) => each(&picture, |light, _, _| light + deviation * random.normal()),
            Self::Blur(radius) => blurred(&picture, radius * module),
            Self::Shaken { modules, degrees } => shaken(&picture, modules * module, degrees),
            Self::Jpeg(quality) => compressed(&picture, quality),
            Self::Moire { period, depth } => {
                let phase = random.unit() * 6.0;
                let turn = std::f32::consts::TAU / period;
                each(&picture, |light, x, y| {
                    let stripes = (x * turn + phase).sin() * (y * turn * 0.93).sin();
                    light + depth * 0.5 * stripes
                })
            }
            Self::Glare { radius } => {
                let side = as_float(picture.width());
                let mut place = || side * (0.42 + 0.16 * random.unit());
                let (cx, cy) = (place(), place());
                each(&picture, |light, x, y| {
                    let away: f32 = ((x - cx).hypot(y - cy) / (radius * side)).min(2.0);
                    light + 255.0 * (1.6 - away).clamp(0.0, 1.0)
                })
            }
            Self::Light { dark } => {
                let span = as_float(picture.width() + picture.height());
                each(&picture, |light, x, y| {
                    light * (1.0 - (1.0 - dark) * (x + y) / span)
                })
            }
            Self::Contrast(part) => each(&picture, |light, _, _| 150.0 + (light - 150.0) * part),
        }
    }
}

fn each(picture: &Grey, mut change: impl FnMut(f32, f32, f32) -> f32) -> Option<Grey> {
    let width = picture.width();
    let pixels = (0..).zip(picture.pixels()).map(|(at, &light): (usize, _)| {
        let changed = change(f32::from(light), as_float(at % width), as_float(at / width));
        u8::try_from(floor(changed)).unwrap_or(u8::MAX)
    });
    Grey::new(width, picture.height(), pixels.collect())
}

/// By weights along rows, then along columns.
fn blurred(picture: &Grey, radius: f32) -> Option<Grey> {
    let reach = floor((radius * 3.0).ceil()).max(1);
    let weights: Vec<f32> = (0..=2 * reach)
        .map(|at| {
            let away = as_float(at) - as_float(reach);
            (-away * away / (2.0 * radius * radius)).exp()
        })
        .collect();
    let total: f32 = weights.iter().sum();
    let along = |picture: &Grey, dx: usize, dy: usize| {
        each(picture, |_, x, y| {
            let (x, y) = (floor(x), floor(y));
            let weighted = (0..).zip(&weights).map(|(at, weight): (usize, _)| {
                let place = |from: usize, step: usize| (from + at * step).saturating_sub(reach * step);
                weight * f32::from(picture.at(place(x, dx), place(y, dy)))
            });
            weighted.sum::<f32>() / total
        })
    };
    along(&along(picture, 1, 0)?, 0, 1)
}

fn shaken(picture: &Grey, length: f32, degrees: f32) -> Option<Grey> {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let steps = floor(length.ceil()).max(1) * 2;
    each(picture, |_, x, y| {
        let seen = (0..=steps).map(|step| {
            let along = length * (as_float(step) / as_float(steps) - 0.5);
            picture.between(x + along * cosine, y + along * sine)
        });
        seen.sum::<f32>() / as_float(steps + 1)
    })
}

/// The luminance table of ITU-T T.81 Annex K.
const TABLE: [[f32; 8]; 8] = [
    [16.0, 11.0, 10.0, 16.0, 24.0, 40.0, 51.0, 61.0],
    [12.0, 12.0, 14.0, 19.0, 26.0, 58.0, 60.0, 55.0],
    [14.0, 13.0, 16.0, 24.0, 40.0, 57.0, 69.0, 56.0],
    [14.0, 17.0, 22.0, 29.0, 51.0, 87.0, 80.0, 62.0],
    [18.0, 22.0, 37.0, 56.0, 68.0, 109.0, 103.0, 77.0],
    [24.0, 35.0, 55.0, 64.0, 81.0, 104.0, 113.0, 92.0],
    [49.0, 64.0, 78.0, 87.0, 103.0, 121.0, 120.0, 101.0],
    [72.0, 92.0, 95.0, 98.0, 112.0, 100.0, 103.0, 99.0],
];

/// What is left after the coefficients of every block of 8 × 8 were rounded.
fn compressed(picture: &Grey, quality: f32) -> Option<Grey> {
    let scale = if quality < 50.0 {
        50.0 / quality
    } else {
        2.0 - quality / 50.0
    };
    let (width, height) = (picture.width(), picture.height());
    let mut pixels = picture.pixels().to_vec();
    for top in (0..height).step_by(8) {
        for left in (0..width).step_by(8) {
            let mut block = [[0.0_f32; 8]; 8];
            for (y, row) in block.iter_mut().enumerate() {
                for (x, value) in row.iter_mut().enumerate() {
                    *value = f32::from(picture.at(left + x, top + y)) - 128.0;
                }
            }
            let mut coefficients = transposed(cosines(transposed(cosines(block, false)), false));
            for (row, steps) in coefficients.iter_mut().zip(&TABLE) {
                for (coefficient, step) in row.iter_mut().zip(steps) {
                    let step = (step * scale).clamp(1.0, 255.0);
                    *coefficient = (*coefficient / step).round() * step;
                }
            }
            let back = transposed(cosines(transposed(cosines(coefficients, true)), true));
            for (y, row) in back.iter().enumerate().take(height - top) {
                for (x, value) in row.iter().enumerate().take(width - left) {
                    if let Some(pixel) = pixels.get_mut((top + y) * width + left + x) {
                        *pixel = u8::try_from(floor(value + 128.5)).unwrap_or(u8::MAX);
                    }
                }
            }
        }
    }
    Grey::new(width, height, pixels)
}

/// The discrete cosine transform of each row, or its inverse.
fn cosines(block: [[f32; 8]; 8], inverse: bool) -> [[f32; 8]; 8] {
    let weight = |frequency: usize, at: usize| {
        let scale = if frequency == 0 {
            8.0_f32.sqrt().recip()
        } else {
            0.5
        };
        scale * ((2.0 * as_float(at) + 1.0) * as_float(frequency) * std::f32::consts::PI / 16.0).cos()
    };
    block.map(|row| {
        std::array::from_fn(|to| {
            let from = row.iter().enumerate();
            from.map(|(from, value)| {
                value
                    * if inverse {
                        weight(from, to)
                    } else {
                        weight(to, from)
                    }
            })
            .sum()
        })
    })
}

fn transposed(block: [[f32; 8]; 8]) -> [[f32; 8]; 8] {
    std::array::from_fn(|y| {
        std::array::from_fn(|x| block.get(x).and_then(|row| row.get(y)).copied().unwrap_or(0.0))
    })
}
