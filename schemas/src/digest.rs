//! SHA-256 digests as records name them.

use core::fmt;
use core::str::FromStr;

use sha2::{Digest, Sha256};

use crate::{
    multibase::{self, MultibaseError},
    text_form::text_form,
};

/// Multihash code of SHA-256 and length of its digest (multiformats registry, `sha2-256` = 0x12).
const SHA2_256_MULTIHASH: [u8; 2] = [0x12, 0x20];

/// A SHA-256 digest (FIPS 180-4); its text form, also in JSON, is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256Digest([u8; 32]);

/// Text that is not a digest in lower-case hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DigestParseError {
    /// Not 64 bytes of text.
    #[error("digest of {found} characters, expected 64")]
    WrongLength {
        /// Length of the text in bytes.
        found: usize,
    },
    /// A character that is not a lower-case hexadecimal digit.
    #[error("byte 0x{found:02x} at {offset} is not a lower-case hexadecimal digit")]
    InvalidDigit {
        /// The byte.
        found: u8,
        /// Its offset in bytes.
        offset: usize,
    },
}

impl Sha256Digest {
    /// Hashes the bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Takes a digest computed elsewhere.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The `digestMultibase` form: multihash in base58btc, `zQm…` (Verifiable Credential Data Integrity,
    /// "Resource Integrity").
    pub fn to_multibase(&self) -> String {
        multibase::encode_base58btc(&[&SHA2_256_MULTIHASH[..], &self.0].concat())
    }

    /// Reads the `digestMultibase` form.
    ///
    /// # Errors
    /// [`MultibaseError`] when the text is not base58btc of a SHA-256 multihash.
    pub fn from_multibase(text: &str) -> Result<Self, MultibaseError> {
        multibase::decode_tagged(text, SHA2_256_MULTIHASH).map(Self)
    }
}

impl fmt::Display for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 64];
        for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            *pair = [digit(byte >> 4), digit(byte & 0xf)];
        }
        f.write_str(core::str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256Digest({self})")
    }
}

impl FromStr for Sha256Digest {
    type Err = DigestParseError;

    fn from_str(text: &str) -> Result<Self, DigestParseError> {
        let digits = <&[u8; 64]>::try_from(text.as_bytes())
            .map_err(|_| DigestParseError::WrongLength { found: text.len() })?;
        let mut bytes = [0; 32];
        for (index, (byte, pair)) in bytes.iter_mut().zip(digits.as_chunks::<2>().0).enumerate() {
            let [high, low] = *pair;
            *byte = nibble(high, index * 2)? << 4 | nibble(low, index * 2 + 1)?;
        }
        Ok(Self(bytes))
    }
}

/// The digit of a value below 16.
const fn digit(value: u8) -> u8 {
    match value {
        0..=9 => b'0' + value,
        _ => b'a' + (value & 0xf) - 10,
    }
}

const fn nibble(found: u8, offset: usize) -> Result<u8, DigestParseError> {
    match found {
        b'0'..=b'9' => Ok(found - b'0'),
        b'a'..=b'f' => Ok(found - b'a' + 10),
        _ => Err(DigestParseError::InvalidDigit { found, offset }),
    }
}

text_form!(Sha256Digest, "a SHA-256 digest in lower-case hexadecimal");
