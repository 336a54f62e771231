//! Probabilities in the logistic domain, and mixing them: integers only, so that every machine computes the same.
//!
//! Probabilities are of a one, in 1/65536. A stretched probability is 256·ln(p/(1−p)).

/// The largest stretched magnitude; beyond it a 16-bit probability has no resolution left.
pub(super) const LIMIT: i32 = 2_815;
/// e^(−1/256) in 1/2^32, rounded.
const STEP: u64 = 4_278_222_805;

/// The two conversions, tabulated.
#[derive(Clone)]
pub(super) struct Tables {
    /// Probability for each stretched value from −LIMIT to LIMIT.
    squash: Vec<u16>,
    /// Stretched value for each probability / 16.
    stretch: Vec<i16>,
}

impl Tables {
    pub(super) fn new() -> Self {
        // odds[d] = e^(−d/256) in 1/2^32
        let mut odds = 1_u64 << 32;
        let mut lower = Vec::new();
        for _ in 0..=LIMIT {
            let p = (odds << 16) / ((1 << 32) + odds);
            lower.push(u16::try_from(p.max(1)).unwrap_or(1 << 15));
            odds = (odds * STEP + (1 << 31)) >> 32;
        }
        let mut squash: Vec<u16> = lower.iter().rev().copied().collect();
        squash.extend(lower.iter().skip(1).map(|p| 0_u16.wrapping_sub(*p)));

        let mut stretch = Vec::with_capacity(4096);
        let mut value = -LIMIT;
        let mut ladder = squash.iter().copied().peekable();
        for step in 0..4096_u32 {
            let centre = step * 16 + 8;
            while ladder.peek().is_some_and(|p| u32::from(*p) < centre) {
                ladder.next();
                value += 1;
            }
            stretch.push(i16::try_from(value.min(LIMIT)).unwrap_or(0));
        }
        Self { squash, stretch }
    }

    /// The probability for a stretched value; outside ±[`LIMIT`] the nearest.
    pub(super) fn squash(&self, stretched: i32) -> u16 {
        let at = usize::try_from(stretched.clamp(-LIMIT, LIMIT) + LIMIT).unwrap_or(0);
        self.squash.get(at).copied().unwrap_or(1 << 15)
    }

    pub(super) fn stretch(&self, p1: u16) -> i32 {
        self.stretch
            .get(usize::from(p1 >> 4))
            .copied()
            .map_or(0, i32::from)
    }
}

/// Weight 1.0.
const ONE: i32 = 1 << 16;
/// Bound of a weight either way, so that sums stay inside 64 bits with room.
const HEAVIEST: i32 = ONE * 8;

/// Sets of weights over `inputs` stretched probabilities; one set is in charge at a time.
#[derive(Clone)]
pub(super) struct Mixer {
    inputs: usize,
    weights: Vec<i32>,
}

impl Mixer {
    pub(super) fn new(inputs: usize, sets: usize, initial: i32) -> Self {
        Self {
            inputs,
            weights: vec![initial; inputs * sets],
        }
    }

    #[cfg(test)]
    pub(super) fn weights(&self) -> impl Iterator<Item = i32> {
        self.weights.iter().copied()
    }

    pub(super) fn weights_mut(&mut self) -> impl Iterator<Item = &mut i32> {
        self.weights.iter_mut()
    }

    fn set(&mut self, set: usize) -> &mut [i32] {
        let from = set * self.inputs;
        self.weights.get_mut(from..from + self.inputs).unwrap_or_default()
    }

    /// The mixed, still stretched, probability.
    pub(super) fn mix(&self, set: usize, inputs: &[i32]) -> i32 {
        let from = set * self.inputs;
        let weights = self.weights.get(from..from + self.inputs).unwrap_or_default();
        let dot: i64 = weights
            .iter()
            .zip(inputs)
            .map(|(weight, input)| i64::from(*weight) * i64::from(*input))
            .sum();
        i32::try_from((dot >> 16).clamp(i64::from(-LIMIT), i64::from(LIMIT))).unwrap_or(0)
    }

    /// Moves the weights against the error of `p1`, the probability this set gave.
    pub(super) fn learn(&mut self, set: usize, inputs: &[i32], p1: u16, bit: bool, rate: i32) {
        let error = (i32::from(bit) << 16) - i32::from(p1);
        for (weight, input) in self.set(set).iter_mut().zip(inputs) {
            let change = (i64::from(*input) * i64::from(error) * i64::from(rate) + (1 << 19)) >> 20;
            let change = i32::try_from(change).unwrap_or(0);
            *weight = weight.saturating_add(change).clamp(-HEAVIEST, HEAVIEST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squash_and_stretch_are_inverse_near_enough() {
        let tables = Tables::new();
        assert_eq!(tables.squash(0), 1 << 15);
        assert_eq!(tables.squash(256), 47_911);
        for stretched in (-1_800..1_800).step_by(25) {
            let back = tables.stretch(tables.squash(stretched));
            assert!((back - stretched).abs() <= 40, "{stretched} came back as {back}");
        }
    }

    #[test]
    fn probabilities_are_never_certain() {
        let tables = Tables::new();
        assert!(tables.squash(i32::MIN) >= 1 && tables.squash(i32::MAX) > tables.squash(0));
    }
}
