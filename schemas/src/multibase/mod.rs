//! Multibase and Multikey texts, as W3C Controlled Identifiers defines them.
//!
//! Every text has one spelling: what decodes is what encoding gives back.

mod base58;

use crate::base64::{Base64Error, URL_SAFE};

/// Multicodec prefix of an Ed25519 public key (multiformats registry, `ed25519-pub` = 0xed as varint).
const ED25519_PUBLIC_KEY: [u8; 2] = [0xed, 0x01];

/// Header of base58btc text.
const BASE58BTC: char = 'z';

/// Header of base64url text without padding.
const BASE64URL: char = 'u';

/// Text that is not the multibase value expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MultibaseError {
    /// The header names another base.
    #[error("multibase header {found:?}, expected {expected:?}")]
    WrongHeader {
        /// The header wanted.
        expected: char,
        /// The first character; `None` for an empty text.
        found: Option<char>,
    },
    /// The text is longer than any that decodes to what is wanted.
    #[error("multibase text of {length} bytes exceeds the limit of {limit}")]
    TooLong {
        /// Length of the text in bytes.
        length: usize,
        /// Longest text read.
        limit: usize,
    },
    /// A character outside the alphabet.
    #[error("byte 0x{found:02x} at {offset} is outside the alphabet")]
    InvalidCharacter {
        /// The byte.
        found: u8,
        /// Its offset in the text, in bytes.
        offset: usize,
    },
    /// The text does not decode to as many bytes as wanted, or to a whole number of them.
    #[error("multibase value is not of {expected} bytes")]
    WrongLength {
        /// The length wanted.
        expected: usize,
    },
    /// Padding, spare bits or a length no encoder gives.
    #[error("base64url text is not in its one canonical form")]
    NotCanonical,
    /// The value is tagged as something else.
    #[error("multiformat tag {found:02x?}, expected {expected:02x?}")]
    WrongTag {
        /// The tag wanted.
        expected: [u8; 2],
        /// The tag found.
        found: [u8; 2],
    },
}

fn without_header(text: &str, expected: char) -> Result<&str, MultibaseError> {
    text.strip_prefix(expected)
        .ok_or_else(|| MultibaseError::WrongHeader {
            expected,
            found: text.chars().next(),
        })
}

/// Writes `z` and the bytes in base58btc.
pub fn encode_base58btc(bytes: &[u8]) -> String {
    let mut text = String::from(BASE58BTC);
    base58::encode(bytes, &mut text);
    text
}

/// Reads exactly `N` bytes from base58btc with header `z`.
///
/// # Errors
/// [`MultibaseError`] when the text has another header, a foreign character or another length.
pub fn decode_base58btc<const N: usize>(text: &str) -> Result<[u8; N], MultibaseError> {
    let digits = without_header(text, BASE58BTC)?.as_bytes();
    // log 256 / log 58 < 1.38; base 58 decoding takes quadratic time, hence no longer text is tried.
    let limit = N * 138 / 100 + 1;
    if digits.len() > limit {
        return Err(MultibaseError::TooLong {
            length: text.len(),
            limit: limit + 1,
        });
    }
    let bytes = base58::decode(digits)?;
    bytes.ok_or(MultibaseError::WrongLength { expected: N })
}

/// Reads a two-byte tag and 32 bytes from base58btc with header `z`.
pub(crate) fn decode_tagged(text: &str, expected: [u8; 2]) -> Result<[u8; 32], MultibaseError> {
    let bytes = decode_base58btc::<34>(text)?;
    let [first, second, rest @ ..] = bytes;
    let found = [first, second];
    if found == expected {
        Ok(rest)
    } else {
        Err(MultibaseError::WrongTag { expected, found })
    }
}

/// Writes an Ed25519 public key as Multikey, `z6Mk…`.
pub fn encode_ed25519_multikey(key: &[u8; 32]) -> String {
    encode_base58btc(&[&ED25519_PUBLIC_KEY[..], key].concat())
}

/// Reads an Ed25519 public key from a Multikey; whether the bytes are a point of the curve is not looked at.
///
/// # Errors
/// [`MultibaseError`] when the text is no base58btc of 34 bytes, or a key of another kind.
pub fn decode_ed25519_multikey(text: &str) -> Result<[u8; 32], MultibaseError> {
    decode_tagged(text, ED25519_PUBLIC_KEY)
}

/// Writes `u` and the bytes in base64url without padding.
pub fn encode_base64url(bytes: &[u8]) -> String {
    let mut text = String::from(BASE64URL);
    URL_SAFE.encode_to(bytes, &mut text);
    text
}

/// Reads base64url without padding, header `u`, from a text of at most `max_length` bytes.
///
/// # Errors
/// [`MultibaseError`] when the text has another header, is too long, or is not what [`encode_base64url`]
/// gives for any bytes: padding and spare bits that are not zero are refused.
pub fn decode_base64url(text: &str, max_length: usize) -> Result<Vec<u8>, MultibaseError> {
    if text.len() > max_length {
        return Err(MultibaseError::TooLong {
            length: text.len(),
            limit: max_length,
        });
    }
    let digits = without_header(text, BASE64URL)?;
    URL_SAFE.decode(digits).map_err(|error| match error {
        Base64Error::InvalidByte { offset, found } => MultibaseError::InvalidCharacter {
            found,
            offset: offset + 1,
        },
        Base64Error::NotCanonical => MultibaseError::NotCanonical,
    })
}
