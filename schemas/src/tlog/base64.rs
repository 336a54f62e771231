//! Base64 of RFC 4648 §4, the alphabet of every C2SP text, in its one canonical spelling.

use crate::base64::STANDARD;

/// Encodes with the standard alphabet and padding.
pub(super) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Decodes the canonical spelling only: padded, no stray bits after the last byte. `None` for any other text.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_spelling_is_read() {
        assert_eq!(decode("AAE="), Some(vec![0, 1]));
        assert_eq!(decode(""), Some(vec![]));
        for other in ["AAE", "AAF=", "AAE==", "AA E=", "AAE=\n", "-_8="] {
            assert_eq!(decode(other), None, "{other:?}");
        }
    }
}
