//! Binary and decimal spellings of one fraction in [0, 1).

/// Decimal digits per limb of [`Fraction`].
const LIMB_DIGITS: usize = 9;
/// One above the largest limb.
const LIMB: u64 = 1_000_000_000;

/// A decimal fraction that gives its binary expansion byte by byte.
#[derive(Debug)]
pub(super) struct Fraction {
    /// Base-10^9 digits after the point, most significant first.
    limbs: Vec<u64>,
}

impl Fraction {
    /// Reads the digits after the decimal point; anything else counts as 0 (the caller has refused it before).
    pub(super) fn parse(digits: &str) -> Self {
        let limb = |chunk: &[u8]| {
            let mut limb = 0_u64;
            for place in 0..LIMB_DIGITS {
                let digit = chunk
                    .get(place)
                    .map_or(0, |byte| u64::from(byte.wrapping_sub(b'0')).min(9));
                limb = limb * 10 + digit;
            }
            limb
        };
        Self {
            limbs: digits.as_bytes().chunks(LIMB_DIGITS).map(limb).collect(),
        }
    }

    /// The next eight bits of the binary expansion.
    pub(super) fn next_byte(&mut self) -> u8 {
        let mut carry = 0_u64;
        for limb in self.limbs.iter_mut().rev() {
            let product = (*limb << 8) + carry;
            *limb = product % LIMB;
            carry = product / LIMB;
        }
        (carry & 0xff) as u8
    }
}

/// The digits after the decimal point of the shortest fraction f with low < f ≤ high, both given in binary.
///
/// `low` < `high`, of equal length.
pub(super) fn shortest_between(mut low: Vec<u8>, mut high: Vec<u8>) -> String {
    let mut digits = String::new();
    // One digit more than the bytes can distinguish ends the loop in any case.
    for _ in 0..=low.len() * 3 {
        let (from, to) = (next_digit(&mut low), next_digit(&mut high));
        if from != to {
            digits.push(char::from(b'0' + from.min(8) + 1));
            break;
        }
        digits.push(char::from(b'0' + from.min(9)));
    }
    digits
}

/// Multiplies a binary fraction by ten and takes the digit left of the point.
fn next_digit(fraction: &mut [u8]) -> u8 {
    let mut carry = 0_u16;
    for byte in fraction.iter_mut().rev() {
        let product = u16::from(*byte) * 10 + carry;
        *byte = (product & 0xff) as u8;
        carry = product >> 8;
    }
    (carry & 0xff) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_and_an_eighth() {
        let mut half = Fraction::parse("5");
        assert_eq!([half.next_byte(), half.next_byte()], [0x80, 0]);
        let mut eighth = Fraction::parse("125");
        assert_eq!([eighth.next_byte(), eighth.next_byte()], [0x20, 0]);
        let mut third = Fraction::parse("333333333333333333333333");
        assert_eq!([third.next_byte(), third.next_byte()], [0x55, 0x55]);
    }

    #[test]
    fn shortest_is_inside_and_short() {
        assert_eq!(shortest_between(vec![0x00], vec![0xff]), "1");
        assert_eq!(shortest_between(vec![0x80], vec![0x81]), "501");
        assert_eq!(shortest_between(vec![0x80, 0], vec![0x80, 1]), "50001");
    }
}
