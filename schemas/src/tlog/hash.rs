//! Hashes of the Merkle tree: RFC 6962 §2.1 with SHA-256.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::base64;

/// Length of a tree hash in bytes.
pub const HASH_BYTES: usize = 32;

/// What precedes an entry under the hash of a leaf (RFC 6962 §2.1).
const LEAF_PREFIX: [u8; 1] = [0x00];
/// What precedes two hashes under the hash of a node (RFC 6962 §2.1). Another byte than a leaf's, so no
/// entry can be passed off as a subtree.
const NODE_PREFIX: [u8; 1] = [0x01];

/// Root of the tree without leaves: SHA-256 of nothing (RFC 6962 §2.1).
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
    0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// A hash of the Merkle tree: of a leaf, of a subtree or of the whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; HASH_BYTES]);

impl Hash {
    /// Takes 32 bytes as they are.
    pub const fn from_bytes(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }

    /// Reads canonical base64 of 32 bytes, the form in checkpoints and proofs.
    ///
    /// # Errors
    /// When the text is not canonical base64, or not of 32 bytes.
    pub fn parse(text: &str) -> Result<Self, HashError> {
        let bytes = base64::decode(text).ok_or(HashError::NotBase64)?;
        let found = bytes.len();
        let bytes = bytes.try_into().map_err(|_| HashError::Length { found })?;
        Ok(Self(bytes))
    }
}

/// Base64, the form in checkpoints and proofs.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64::encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl std::str::FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        Self::parse(text)
    }
}

crate::text_form::text_form!(Hash, "base64 of a tree hash");

/// Why a text is not a tree hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Not base64 of RFC 4648 §4 in canonical spelling.
    #[error("not canonical base64")]
    NotBase64,
    /// Base64 of another number of bytes.
    #[error("{found} bytes, a tree hash has {HASH_BYTES}")]
    Length {
        /// Bytes found.
        found: usize,
    },
}

/// Hash of a leaf: SHA-256(0x00 ‖ entry) (RFC 6962 §2.1).
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Hash(
        Sha256::new()
            .chain_update(LEAF_PREFIX)
            .chain_update(entry)
            .finalize()
            .into(),
    )
}

/// Hash of an inner node: SHA-256(0x01 ‖ left ‖ right) (RFC 6962 §2.1).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(
        Sha256::new()
            .chain_update(NODE_PREFIX)
            .chain_update(left.0)
            .chain_update(right.0)
            .finalize()
            .into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_hashes_of_rfc_6962() {
        assert_eq!(EMPTY_ROOT.0, <[u8; 32]>::from(Sha256::digest([])));
        // The leaf of an empty entry, as Certificate Transparency's own test data has it.
        assert_eq!(
            leaf_hash(b"").to_string(),
            "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="
        );
        // Two leaves: the empty entry and the byte 0x00.
        let root = node_hash(&leaf_hash(b""), &leaf_hash(&[0]));
        assert_eq!(root.to_string(), "+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=");
    }

    #[test]
    fn only_canonical_base64_of_32_bytes_is_a_hash() {
        let text = EMPTY_ROOT.to_string();
        assert_eq!(Hash::parse(&text), Ok(EMPTY_ROOT));
        assert_eq!(Hash::parse(text.trim_end_matches('=')), Err(HashError::NotBase64));
        assert_eq!(Hash::parse("AAE="), Err(HashError::Length { found: 2 }));
        // Same bytes, spare bits set.
        assert_eq!(
            Hash::parse(&text.replace("FU=", "FV=")),
            Err(HashError::NotBase64)
        );
    }
}
