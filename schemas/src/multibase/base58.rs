//! Base58btc (draft-msporny-base58), five digits at a step.
//!
//! The signature of a credential is written so. Digit by digit its decoding takes a quarter of the time of reading
//! the whole credential, and its encoding half the time of making it.

use super::MultibaseError;

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Marks a byte outside the alphabet in [`VALUES`].
const FOREIGN: u8 = u8::MAX;

/// The value of each byte as a digit.
const VALUES: [u8; 256] = {
    let mut values = [FOREIGN; 256];
    let mut rest: &[u8] = ALPHABET;
    let mut value = 0;
    while let [digit, tail @ ..] = rest {
        #[expect(
            clippy::indexing_slicing,
            reason = "a byte is below 256; evaluated when compiling"
        )]
        {
            values[*digit as usize] = value;
        }
        value += 1;
        rest = tail;
    }
    values
};

/// Digits read or written at a step: 58^5 is the largest power below 2^32.
const STEP: usize = 5;
const STEP_BASE: u64 = 58_u64.pow(5);

/// Writes the bytes, most significant first; a leading zero byte is a leading digit `1`.
pub(super) fn encode(bytes: &[u8], text: &mut String) {
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    // Most significant limb first.
    let mut limbs: Vec<u32> = bytes
        .rchunks(4)
        .rev()
        .map(|limb| limb.iter().fold(0, |value, &byte| value << 8 | u32::from(byte)))
        .collect();
    // Least significant digit first; the last step may leave zeros at the end.
    let mut values = Vec::with_capacity(bytes.len() * 138 / 100 + STEP);
    let mut rest = limbs.as_mut_slice();
    loop {
        while let [0, smaller @ ..] = rest {
            rest = smaller;
        }
        if rest.is_empty() {
            break;
        }
        let mut remainder = 0_u64;
        for limb in rest.iter_mut() {
            let value = remainder << 32 | u64::from(*limb);
            remainder = value % STEP_BASE;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the remainder before was below the divisor, so the quotient is below 2^32"
            )]
            {
                *limb = (value / STEP_BASE) as u32;
            }
        }
        for _ in 0..STEP {
            values.push(remainder % 58);
            remainder /= 58;
        }
    }
    while values.last() == Some(&0) {
        values.pop();
    }
    text.extend(std::iter::repeat_n('1', zeros));
    let digit = |value: u64| {
        ALPHABET
            .get(usize::try_from(value).ok()?)
            .copied()
            .map(char::from)
    };
    text.extend(values.into_iter().rev().filter_map(digit));
}

/// The `N` bytes the digits stand for, most significant first; `None` when they stand for another number.
///
/// A leading digit `1` stands for a leading zero byte, so each byte string has exactly one spelling.
pub(super) fn decode<const N: usize>(digits: &[u8]) -> Result<Option<[u8; N]>, MultibaseError> {
    // Least significant limb first.
    let mut limbs = vec![0_u32; N.div_ceil(4)];
    for (index, step) in digits.chunks(STEP).enumerate() {
        let (mut factor, mut carry) = (1_u64, 0_u64);
        for (place, &found) in step.iter().enumerate() {
            let value = VALUES.get(usize::from(found)).copied().unwrap_or(FOREIGN);
            if value == FOREIGN {
                let offset = 1 + index * STEP + place;
                return Err(MultibaseError::InvalidCharacter { found, offset });
            }
            factor *= 58;
            carry = carry * 58 + u64::from(value);
        }
        for limb in &mut limbs {
            let sum = u64::from(*limb) * factor + carry;
            carry = sum >> 32;
            #[expect(clippy::cast_possible_truncation, reason = "the upper half is the carry")]
            {
                *limb = sum as u32;
            }
        }
        if carry != 0 {
            return Ok(None);
        }
    }
    let mut bytes = [0; N];
    let spelled = limbs.iter().flat_map(|limb| limb.to_le_bytes());
    for (byte, value) in bytes.iter_mut().rev().zip(spelled.clone()) {
        *byte = value;
    }
    let fits = spelled.skip(N).all(|value| value == 0);
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    let ones = digits.iter().take_while(|&&digit| digit == b'1').count();
    Ok((fits && zeros == ones).then_some(bytes))
}
