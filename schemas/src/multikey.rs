//! Public keys as text (Controlled Identifiers 1.0 §2.2.2).

use std::{fmt, str::FromStr};

use crate::{
    multibase::{MultibaseError, decode_ed25519_multikey, encode_ed25519_multikey},
    text_form::text_form,
};

/// An Ed25519 public key as Multikey: `z6Mk…`. Whether the bytes are a sound key is for the verifier to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Multikey([u8; 32]);

impl Multikey {
    /// Takes 32 bytes as they are.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key's own verification method: `did:key:<multikey>#<multikey>` (did:key §2).
    #[must_use]
    pub fn did_key_method(&self) -> String {
        format!("did:key:{self}#{self}")
    }
}

impl fmt::Display for Multikey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode_ed25519_multikey(&self.0))
    }
}

impl FromStr for Multikey {
    type Err = MultibaseError;

    fn from_str(text: &str) -> Result<Self, MultibaseError> {
        decode_ed25519_multikey(text).map(Self)
    }
}

text_form!(Multikey, "an Ed25519 Multikey");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_text() {
        let text = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
        let key: Multikey = text.parse().unwrap();
        assert_eq!(key.to_string(), text);
        assert_eq!(key.did_key_method(), format!("did:key:{text}#{text}"));
        assert!(
            "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ3x"
                .parse::<Multikey>()
                .is_err()
        );
    }
}
