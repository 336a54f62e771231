//! A picture as light and dark.

use crate::budget::{MAX_PIXELS, MAX_SIDE};

/// A picture in grey, row by row from the top; 0 is black.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grey {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Grey {
    /// A picture of these pixels; `None` where they are not `width` × `height`, none, or more than [`MAX_PIXELS`].
    #[must_use]
    pub fn new(width: usize, height: usize, pixels: Vec<u8>) -> Option<Self> {
        let area = width.checked_mul(height)?;
        (area > 0 && area <= MAX_PIXELS && pixels.len() == area).then_some(Self {
            width,
            height,
            pixels,
        })
    }

    /// The same from red, green, blue and opacity, a byte each, as a browser's canvas has them; what is not opaque lies
    /// on white paper.
    #[must_use]
    pub fn from_rgba(width: usize, height: usize, rgba: &[u8]) -> Option<Self> {
        if width.checked_mul(height)?.checked_mul(4)? != rgba.len() {
            return None;
        }
        let pixels = rgba
            .as_chunks::<4>()
            .0
            .iter()
            .map(|&[red, green, blue, opacity]| {
                let light = luma(red, green, blue);
                let opacity = u32::from(opacity);
                narrow((u32::from(light) * opacity + 255 * (255 - opacity)) / 255)
            });
        Self::new(width, height, pixels.collect())
    }

    /// The same from red, green and blue.
    #[must_use]
    pub fn from_rgb(width: usize, height: usize, rgb: &[u8]) -> Option<Self> {
        if width.checked_mul(height)?.checked_mul(3)? != rgb.len() {
            return None;
        }
        let pixels = rgb
            .as_chunks::<3>()
            .0
            .iter()
            .map(|&[red, green, blue]| luma(red, green, blue));
        Self::new(width, height, pixels.collect())
    }

    /// Pixels a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// All pixels, row by row.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The pixel there, or that of the edge nearest to it.
    #[must_use]
    pub fn at(&self, x: usize, y: usize) -> u8 {
        let (x, y) = (x.min(self.width - 1), y.min(self.height - 1));
        self.pixels.get(y * self.width + x).copied().unwrap_or(255)
    }

    /// Between the four pixels around, by how near each is.
    #[must_use]
    pub fn between(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x.max(0.0), y.max(0.0));
        let (left, top) = (floor(x), floor(y));
        let (right, low) = (x - x.floor(), y - y.floor());
        let at = |x, y| f32::from(self.at(x, y));
        let above = at(left, top) * (1.0 - right) + at(left + 1, top) * right;
        let below = at(left, top + 1) * (1.0 - right) + at(left + 1, top + 1) * right;
        above * (1.0 - low) + below * low
    }

    /// The picture with `side` pixels along its longer side: averaged where it gets smaller, else between pixels.
    #[must_use]
    pub fn scaled(&self, side: usize) -> Self {
        let longest = self.width.max(self.height);
        let side = side.clamp(1, 2 * MAX_SIDE);
        let of = |length: usize| (length * side / longest).max(1);
        let (width, height) = (of(self.width), of(self.height));
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                pixels.push(if side < longest {
                    self.mean(
                        x * longest / side,
                        (x + 1) * longest / side,
                        y * longest / side,
                        (y + 1) * longest / side,
                    )
                } else {
                    let back = |at: usize| (as_float(at) + 0.5) * as_float(longest) / as_float(side) - 0.5;
                    rounded(self.between(back(x), back(y)))
                });
            }
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// A part, as far as it lies within; `None` where that is nothing.
    #[must_use]
    pub fn part(&self, left: usize, top: usize, width: usize, height: usize) -> Option<Self> {
        let (right, bottom) = ((left + width).min(self.width), (top + height).min(self.height));
        let rows =
            (top..bottom).filter_map(|y| self.pixels.get(y * self.width + left..y * self.width + right));
        let pixels = rows.flatten().copied().collect();
        Self::new(right.checked_sub(left)?, bottom.checked_sub(top)?, pixels)
    }

    fn mean(&self, left: usize, right: usize, top: usize, bottom: usize) -> u8 {
        let (right, bottom) = (right.max(left + 1), bottom.max(top + 1));
        let mut sum = 0_u32;
        for y in top..bottom {
            for x in left..right {
                sum += u32::from(self.at(x, y));
            }
        }
        let count = u32::try_from((right - left) * (bottom - top)).unwrap_or(u32::MAX);
        narrow(sum / count)
    }

    /// Dark for light.
    #[must_use]
    pub fn inverted(&self) -> Self {
        Self {
            pixels: self.pixels.iter().map(|pixel| 255 - pixel).collect(),
            ..*self
        }
    }

    /// Each pixel the mean of the square of `2 · radius + 1` around it: without grain.
    #[must_use]
    pub fn smoothed(&self, radius: usize) -> Self {
        let sums = super::binary::Sums::of(self);
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..self.height {
            for x in 0..self.width {
                pixels.push(narrow(sums.mean_around(x, y, radius)));
            }
        }
        Self { pixels, ..*self }
    }

    /// Each pixel further from the mean around it: what a lens or a shaking hand has smeared, with edges again.
    #[must_use]
    pub fn sharpened(&self, radius: usize) -> Self {
        let soft = self.smoothed(radius);
        let pixels = self.pixels.iter().zip(&soft.pixels).map(|(&here, &around)| {
            let (here, around) = (i32::from(here), i32::from(around));
            narrow(u32::try_from(here + 2 * (here - around)).unwrap_or(0))
        });
        Self {
            pixels: pixels.collect(),
            ..*self
        }
    }

    /// Turned by that many degrees about its middle, with white where nothing was.
    #[must_use]
    pub fn turned(&self, degrees: f32) -> Self {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let (width, height) = (as_float(self.width), as_float(self.height));
        let side =
            |along: f32, across: f32| floor((along * cosine.abs() + across * sine.abs()).ceil()).max(1);
        let (new_width, new_height) = (side(width, height), side(height, width));
        let mut pixels = Vec::with_capacity(new_width * new_height);
        for y in 0..new_height {
            for x in 0..new_width {
                let (dx, dy) = (
                    as_float(x) - as_float(new_width) / 2.0,
                    as_float(y) - as_float(new_height) / 2.0,
                );
                let (from_x, from_y) = (
                    dx * cosine + dy * sine + width / 2.0,
                    dy * cosine - dx * sine + height / 2.0,
                );
                let inside = from_x >= 0.0 && from_y >= 0.0 && from_x < width && from_y < height;
                pixels.push(if inside {
                    rounded(self.between(from_x, from_y))
                } else {
                    255
                });
            }
        }
        Self {
            width: new_width,
            height: new_height,
            pixels,
        }
    }
}

fn luma(red: u8, green: u8, blue: u8) -> u8 {
    narrow((u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29) >> 8)
}

pub(super) fn narrow(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "sides of pictures, far below 2^24")]
pub(crate) fn as_float(value: usize) -> f32 {
    value as f32
}

/// The whole number below; 0 for what is below 0 and for what is no number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and pixels beyond the edge are the edge's"
)]
pub(crate) fn floor(value: f32) -> usize {
    value.max(0.0) as usize
}

fn rounded(value: f32) -> u8 {
    u8::try_from(floor(value + 0.5)).unwrap_or(u8::MAX)
}
