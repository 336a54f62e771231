//! Binary arithmetic coding over one decimal fraction.
//!
//! A message narrows the interval [0, 1) bit by bit; the payload is the shortest decimal fraction inside what is
//! left. Nothing marks the end: the schema says when the message is complete, and the codec re-encodes what it
//! decoded and compares, so exactly one spelling of each message is accepted.
//! Interval arithmetic after the "carry-less" binary coder of Mahoney's lpaq, widened to 64 bits.

use super::decimal;

/// The payload ended, or ran on, before the message was complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exhausted;

/// Both directions of the coder, so that models and number codes are written once.
///
/// An encoder writes `bit` and returns it; a decoder ignores `bit` and returns what it read.
pub(super) trait BitCoder {
    /// One decision; `p1` is the probability of a one in 1/65536, at least 1.
    fn bit(&mut self, bit: bool, p1: u16) -> Result<bool, Exhausted>;

    /// A flag whose usual value is `false`; `rarity` = n means it is set once in 2^n messages (1 to 15).
    fn flag(&mut self, set: bool, rarity: u32) -> Result<bool, Exhausted> {
        self.bit(set, 1_u16 << 16_u32.saturating_sub(rarity).min(15))
    }

    /// `count` (at most 64) equally likely bits, most significant first.
    fn raw(&mut self, value: u64, count: u32) -> Result<u64, Exhausted> {
        let mut read = 0_u64;
        for shift in (0..count.min(64)).rev() {
            let bit = self.bit((value >> shift) & 1 == 1, 1 << 15)?;
            read = (read << 1) | u64::from(bit);
        }
        Ok(read)
    }

    /// One of `bound` (1 to 2^32) equally likely values.
    fn uniform(&mut self, value: u64, bound: u64) -> Result<u64, Exhausted> {
        let (mut from, mut size) = (0_u64, bound.clamp(1, 1 << 32));
        while size > 1 {
            let upper = size / 2;
            let lower = size - upper;
            let p1 = u16::try_from(((upper << 16) / size).clamp(1, 65_535)).unwrap_or(1 << 15);
            if self.bit(value >= from + lower, p1)? {
                from += lower;
                size = upper;
            } else {
                size = lower;
            }
        }
        Ok(from)
    }

    /// A small non-negative number without a bound: Elias gamma of `value` + 1; a bit-length above 32 is refused.
    fn small(&mut self, value: u32) -> Result<u32, Exhausted> {
        let shifted = u64::from(value) + 1;
        let length = 64 - shifted.leading_zeros();
        let mut bits = 1;
        while self.bit(bits < length, 1 << 15)? {
            bits += 1;
            if bits > 33 {
                return Err(Exhausted);
            }
        }
        let tail = self.raw(shifted, bits - 1)?;
        u32::try_from(((1_u64 << (bits - 1)) | tail).saturating_sub(1)).map_err(|_| Exhausted)
    }
}

/// Narrows [low, high] (both inclusive) to the part for `bit`.
fn narrow(low: &mut u64, high: &mut u64, split: u64, bit: bool) {
    if bit {
        *high = split;
    } else {
        *low = split.saturating_add(1).min(*high);
    }
}

fn split(low: u64, high: u64, p1: u16) -> u64 {
    // (high - low) >> 16 is below 2^48 and p1 below 2^16: the product stays below the width of the interval.
    low + ((high - low) >> 16) * u64::from(p1.max(1))
}

/// True while the leading bytes of both ends agree and may leave the window.
fn settled(low: u64, high: u64) -> bool {
    (low ^ high) >> 56 == 0
}

/// Writes decisions.
#[derive(Debug)]
pub(super) struct Encoder {
    low: u64,
    high: u64,
    settled: Vec<u8>,
}

impl Encoder {
    pub(super) const fn new() -> Self {
        Self {
            low: 0,
            high: u64::MAX,
            settled: Vec::new(),
        }
    }

    /// The digits after the decimal point of the shortest fraction inside the interval.
    pub(super) fn finish(self) -> String {
        let end = |window: u64| {
            let mut bytes = self.settled.clone();
            bytes.extend_from_slice(&window.to_be_bytes());
            bytes
        };
        decimal::shortest_between(end(self.low), end(self.high))
    }
}

impl BitCoder for Encoder {
    fn bit(&mut self, bit: bool, p1: u16) -> Result<bool, Exhausted> {
        let middle = split(self.low, self.high, p1);
        narrow(&mut self.low, &mut self.high, middle, bit);
        while settled(self.low, self.high) {
            self.settled.push((self.low >> 56) as u8);
            self.low <<= 8;
            self.high = (self.high << 8) | 0xff;
        }
        Ok(bit)
    }
}

/// Reads decisions back.
#[derive(Debug)]
pub(super) struct Decoder {
    low: u64,
    high: u64,
    window: u64,
    fraction: decimal::Fraction,
    /// Bytes that may still be taken before the payload is known to be too short.
    allowance: usize,
}

impl Decoder {
    /// `digits` are decimal digits only; the caller has checked.
    pub(super) fn new(digits: &str) -> Self {
        let mut fraction = decimal::Fraction::parse(digits);
        let mut window = 0_u64;
        for _ in 0..8 {
            window = (window << 8) | u64::from(fraction.next_byte());
        }
        // A digit carries at most 3.33 bits; the window holds eight bytes more than are decided.
        Self {
            low: 0,
            high: u64::MAX,
            window,
            fraction,
            allowance: digits.len() * 5 / 12 + 2,
        }
    }
}

impl BitCoder for Decoder {
    fn bit(&mut self, _: bool, p1: u16) -> Result<bool, Exhausted> {
        let middle = split(self.low, self.high, p1);
        let bit = self.window <= middle;
        narrow(&mut self.low, &mut self.high, middle, bit);
        while settled(self.low, self.high) {
            self.allowance = self.allowance.checked_sub(1).ok_or(Exhausted)?;
            self.low <<= 8;
            self.high = (self.high << 8) | 0xff;
            self.window = (self.window << 8) | u64::from(self.fraction.next_byte());
        }
        Ok(bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_decision_comes_back(decisions in prop::collection::vec((any::<bool>(), 1_u16..), 0..2000)) {
            let mut encoder = Encoder::new();
            for (bit, p1) in &decisions {
                encoder.bit(*bit, *p1).unwrap();
            }
            let digits = encoder.finish();
            let mut decoder = Decoder::new(&digits);
            for (bit, p1) in &decisions {
                prop_assert_eq!(decoder.bit(false, *p1), Ok(*bit));
            }
        }

        #[test]
        fn numbers_come_back(
            raw in any::<u64>(), bound in 1_u64..=1 << 32, pick in any::<u64>(), small in any::<u32>(), rarity in 1_u32..16,
        ) {
            let value = pick % bound;
            let mut encoder = Encoder::new();
            encoder.raw(raw, 64).unwrap();
            encoder.uniform(value, bound).unwrap();
            encoder.small(small).unwrap();
            encoder.flag(true, rarity).unwrap();
            encoder.flag(false, rarity).unwrap();
            let digits = encoder.finish();
            let mut decoder = Decoder::new(&digits);
            prop_assert_eq!(decoder.raw(0, 64), Ok(raw));
            prop_assert_eq!(decoder.uniform(0, bound), Ok(value));
            prop_assert_eq!(decoder.small(0), Ok(small));
            prop_assert_eq!(decoder.flag(false, rarity), Ok(true));
            prop_assert_eq!(decoder.flag(true, rarity), Ok(false));
        }
    }

    #[test]
    fn equally_likely_bits_cost_what_they_weigh() {
        let mut encoder = Encoder::new();
        for byte in 0..=255_u8 {
            encoder.raw(u64::from(byte.wrapping_mul(0x9d) ^ 0x5a), 8).unwrap();
        }
        // 2048 bits are 616.5 decimal digits.
        assert!(encoder.finish().len() <= 618);
    }

    #[test]
    fn a_short_payload_runs_dry() {
        let mut decoder = Decoder::new("123");
        assert_eq!(decoder.raw(0, 64), Err(Exhausted));
    }
}
