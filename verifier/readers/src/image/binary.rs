//! Which pixels are dark: against the light around them, or against one bound for the whole picture.

use super::grey::{Grey, narrow};

/// How dark is told from light.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bound {
    /// As rqrr does: against a running mean along the rows.
    Rows,
    /// Darker than the mean of the square around by so many hundredths; the square's side is that part of the picture's.
    Around { part: usize, below: u32 },
    /// Otsu's: one bound that parts the picture's pixels best.
    Whole,
}

/// A picture in black and white.
pub(super) struct Binary {
    pub(super) width: usize,
    pub(super) height: usize,
    dark: Vec<bool>,
}

impl Binary {
    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        self.dark.get(y * self.width + x).copied().unwrap_or(false)
    }

    /// By the mean around each pixel.
    pub(super) fn around(picture: &Grey, part: usize, below: u32) -> Self {
        let sums = Sums::of(picture);
        let (width, height) = (picture.width(), picture.height());
        let radius = (width.max(height) / part / 2).max(3);
        let mut dark = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let bound = sums.mean_around(x, y, radius) * (100 - below) / 100;
                dark.push(u32::from(picture.at(x, y)) < bound);
            }
        }
        Self { width, height, dark }
    }

    /// By one bound.
    pub(super) fn whole(picture: &Grey) -> Self {
        let bound = otsu(picture.pixels());
        Self {
            width: picture.width(),
            height: picture.height(),
            dark: picture.pixels().iter().map(|&pixel| pixel <= bound).collect(),
        }
    }
}

/// Sums over rectangles from the top left corner.
pub(super) struct Sums {
    width: usize,
    height: usize,
    sums: Vec<u32>,
}

impl Sums {
    pub(super) fn of(picture: &Grey) -> Self {
        let (width, height) = (picture.width(), picture.height());
        // Sixteen million pixels of 255 stay below 2^32.
        let mut sums = vec![0_u32; (width + 1) * (height + 1)];
        for y in 0..height {
            let mut row = 0;
            for x in 0..width {
                row += u32::from(picture.at(x, y));
                let above = sums.get(y * (width + 1) + x + 1).copied().unwrap_or(0);
                if let Some(sum) = sums.get_mut((y + 1) * (width + 1) + x + 1) {
                    *sum = above + row;
                }
            }
        }
        Self { width, height, sums }
    }

    fn to(&self, x: usize, y: usize) -> u32 {
        self.sums.get(y * (self.width + 1) + x).copied().unwrap_or(0)
    }

    /// The mean of the square of `2 · radius + 1` around a pixel, as far as it lies in the picture.
    pub(super) fn mean_around(&self, x: usize, y: usize, radius: usize) -> u32 {
        let (left, top) = (x.saturating_sub(radius), y.saturating_sub(radius));
        let (right, bottom) = (
            (x + radius + 1).min(self.width),
            (y + radius + 1).min(self.height),
        );
        let sum = self.to(right, bottom) + self.to(left, top) - self.to(right, top) - self.to(left, bottom);
        let count = u32::try_from((right - left) * (bottom - top)).unwrap_or(u32::MAX);
        sum / count.max(1)
    }
}

/// N. Otsu, "A threshold selection method from gray-level histograms", 1979: the bound with the greatest variance
/// between the two classes.
fn otsu(pixels: &[u8]) -> u8 {
    let mut counts = [0_u64; 256];
    for &pixel in pixels {
        if let Some(count) = counts.get_mut(usize::from(pixel)) {
            *count += 1;
        }
    }
    let total: u64 = counts.iter().sum();
    let whole: u64 = (0_u64..).zip(&counts).map(|(level, count)| level * count).sum();
    let (mut below, mut sum, mut best, mut bound) = (0_u64, 0_u64, 0_u128, 127_u32);
    for (level, count) in (0_u32..).zip(&counts) {
        below += count;
        sum += u64::from(level) * count;
        let above = total - below;
        if below == 0 || above == 0 {
            continue;
        }
        // Between-class variance times total² · below · above, in whole numbers.
        let difference = u128::from(sum * above).abs_diff(u128::from((whole - sum) * below));
        let variance = difference / u128::from(below) * difference / u128::from(above);
        if variance > best {
            (best, bound) = (variance, level);
        }
    }
    narrow(bound)
}
