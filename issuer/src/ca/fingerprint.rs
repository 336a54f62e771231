//! Fingerprints: SHA-256 in groups that one person reads aloud and another types.

use std::fmt;
use std::str::FromStr;

use touchstone_schemas::digest::Sha256Digest;

/// Hexadecimal digits of a group.
const GROUP: usize = 4;

/// SHA-256 of a certificate or of a public key, as people compare it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(Sha256Digest);

/// A text that is no fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not a fingerprint: wanted 64 hexadecimal digits, in groups as one likes")]
pub struct FingerprintError {
    /// The text found.
    pub found: String,
}

impl Fingerprint {
    /// Of these bytes: a certificate's DER as `openssl x509 -fingerprint -sha256` counts it, or a
    /// SubjectPublicKeyInfo's.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256Digest::of(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let (mut rest, mut between) = (digits.as_str(), "");
        while let Some((group, behind)) = rest
            .split_at_checked(GROUP.min(rest.len()))
            .filter(|it| !it.0.is_empty())
        {
            write!(f, "{between}{group}")?;
            (rest, between) = (behind, " ");
        }
        Ok(())
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    /// Spaces, colons and dashes between digits, and capitals, are as one likes: people type this.
    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let digits: String = text
            .chars()
            .filter(|c| !(c.is_whitespace() || matches!(c, ':' | '-')))
            .map(|c| c.to_ascii_lowercase())
            .collect();
        digits.parse().map(Self).map_err(|_| FingerprintError {
            found: text.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_as_it_is_read_aloud() {
        let fingerprint = Fingerprint::of(b"");
        let text = fingerprint.to_string();
        assert!(
            text.starts_with("e3b0 c442 98fc 1c14 ") && text.ends_with(" b855"),
            "{text}"
        );
        assert_eq!(text.split(' ').count(), 16);
        for typed in [
            text.clone(),
            text.to_uppercase(),
            text.replace(' ', ""),
            text.replace(' ', ":"),
        ] {
            assert_eq!(typed.parse(), Ok(fingerprint));
        }
        assert!("e3b0".parse::<Fingerprint>().is_err());
    }
}
