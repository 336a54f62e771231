//! Ed25519 (RFC 8032), strictly: one signature has one spelling, and no key signs every message.
//!
//! Acceptance is that of `verify_strict`: canonical `S`, canonical `R`, neither the key nor `R` of small order, and
//! the equation without cofactor. Of the twelve cases in "Taming the many EdDSAs" it accepts case 3 alone.

use ed25519_dalek::{Signature, VerifyingKey};
use thiserror::Error;

/// The signature does not verify under the key. There is nothing finer to tell: any further reason would describe
/// the forger's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the Ed25519 signature does not verify under this key")]
pub struct SignatureError;

/// Why 32 bytes are no public key for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The y coordinate is not below 2^255 − 19 (RFC 8032 §5.1.3 step 1).
    #[error("the y coordinate of the Ed25519 key is not reduced below 2^255 - 19")]
    NonCanonical,
    /// No point of the curve has this y coordinate (RFC 8032 §5.1.3 step 3).
    #[error("the Ed25519 key is not a point of the curve")]
    NotOnCurve,
    /// The point has an order of 1, 2, 4 or 8, so that one signature fits almost every message.
    #[error("the Ed25519 key is a point of small order")]
    SmallOrder,
}

/// Reads a public key from its 32 octets (RFC 8032 §5.1.2).
///
/// # Errors
/// [`KeyError`] for a non-canonical, undecodable or small-order point.
pub fn parse_key(bytes: &[u8; 32]) -> Result<VerifyingKey, KeyError> {
    if !is_reduced(bytes) {
        return Err(KeyError::NonCanonical);
    }
    let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotOnCurve)?;
    // Covers the other non-canonical spelling too: a set sign bit with x = 0 occurs at y = ±1 only.
    if key.is_weak() {
        return Err(KeyError::SmallOrder);
    }
    Ok(key)
}

/// Checks `signature` over `message` by the strict rules.
///
/// # Errors
/// [`SignatureError`] when it does not verify.
pub fn verify(key: &VerifyingKey, message: &[u8], signature: &[u8; 64]) -> Result<(), SignatureError> {
    key.verify_strict(message, &Signature::from_bytes(signature))
        .map_err(|_| SignatureError)
}

/// Whether y, the little-endian number in the lower 255 bits, is below p = 2^255 − 19 = 0x7fff…ffed.
fn is_reduced(bytes: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = bytes;
    *low < 0xed || high & 0x7f != 0x7f || middle.iter().any(|octet| *octet != 0xff)
}

#[cfg(test)]
mod tests {
    use super::{KeyError, parse_key};

    fn spelling(low: u8, rest: u8, high: u8) -> [u8; 32] {
        let mut bytes = [rest; 32];
        bytes[0] = low;
        bytes[31] = high;
        bytes
    }

    #[test]
    fn y_from_p_upwards_is_refused_whatever_the_sign() {
        for low in 0xed..=0xff {
            for high in [0x7f, 0xff] {
                assert_eq!(parse_key(&spelling(low, 0xff, high)), Err(KeyError::NonCanonical));
            }
        }
    }

    #[test]
    fn y_below_p_is_judged_by_the_curve() {
        // p − 1 is y = −1, a point of order two.
        assert_eq!(parse_key(&spelling(0xec, 0xff, 0x7f)), Err(KeyError::SmallOrder));
        assert_eq!(parse_key(&spelling(0xec, 0xff, 0xff)), Err(KeyError::SmallOrder));
        // y = 0 and y = 1: orders four and one.
        assert_eq!(parse_key(&[0; 32]), Err(KeyError::SmallOrder));
        assert_eq!(parse_key(&spelling(1, 0, 0)), Err(KeyError::SmallOrder));
        assert_eq!(parse_key(&spelling(1, 0, 0x80)), Err(KeyError::SmallOrder));
        // y = 2 has no x.
        assert_eq!(parse_key(&spelling(2, 0, 0)), Err(KeyError::NotOnCurve));
    }
}
