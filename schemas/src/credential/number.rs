//! Number and version of a certificate.

use std::{fmt, str::FromStr};

use crate::{
    budget::MAX_NUMBER_CHARS,
    decode::{Decode, DecodeError, invalid},
    jcs::Encode,
    json::Value,
    text_form::text_form,
};

/// 证书编号, unique and never reused: 6 to [`MAX_NUMBER_CHARS`] of `A–Z 0–9 -`, as the scheme's template makes them
/// (`CQC26ZNZ000123R0`). The alphabet keeps it safe in a URL path.
///
/// It holds its characters itself: a registry keeps millions.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CredentialNumber {
    /// Behind the last character noughts, so that the order is that of the text.
    characters: [u8; MAX_NUMBER_CHARS],
    length: u8,
}

/// Why a string is not a [`CredentialNumber`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Too short or too long.
    #[error("certificate number has {found} characters, wanted 6 to {MAX_NUMBER_CHARS}")]
    Length {
        /// Characters found.
        found: usize,
    },
    /// A character outside the alphabet.
    #[error("certificate number holds {character:?} at character {position}, wanted A-Z, 0-9 or \"-\"")]
    Character {
        /// The character.
        character: char,
        /// Position in characters, from 0.
        position: usize,
    },
}

impl CredentialNumber {
    /// Reads a number.
    ///
    /// # Errors
    /// [`NumberError`] names the rule that is broken.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let found = text.chars().count();
        if !(6..=MAX_NUMBER_CHARS).contains(&found) {
            return Err(NumberError::Length { found });
        }
        let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        if let Some((position, character)) = text.chars().enumerate().find(|(_, c)| !allowed(*c)) {
            return Err(NumberError::Character { character, position });
        }
        let mut characters = [0; MAX_NUMBER_CHARS];
        for (place, character) in characters.iter_mut().zip(text.bytes()) {
            *place = character;
        }
        Ok(Self {
            characters,
            length: u8::try_from(found).unwrap_or_default(),
        })
    }

    /// What a person may have typed: white space dropped, full-width letters and digits made half-width,
    /// upper case. Never O→0.
    #[must_use]
    pub fn normalize(text: &str) -> String {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| match c {
                '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
                _ => c,
            })
            .map(|c| c.to_ascii_uppercase())
            .collect()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let characters = self.characters.get(..usize::from(self.length));
        // Only ASCII was read.
        str::from_utf8(characters.unwrap_or_default()).unwrap_or_default()
    }
}

impl fmt::Display for CredentialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CredentialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CredentialNumber").field(&self.as_str()).finish()
    }
}

impl FromStr for CredentialNumber {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        Self::parse(text)
    }
}

text_form!(CredentialNumber, "a certificate number", as_str);

/// A version of a certificate, from 1; a change of name, address, scope or grade adds 1 (DOMAIN §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Version(u32);

/// A version outside 1 to 9,999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("version is {found}, wanted 1 to 9999")]
pub struct VersionError {
    /// The number found.
    pub found: u32,
}

impl Version {
    /// The first version.
    pub const FIRST: Self = Self(1);

    /// The number, from 1.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The version after this one.
    ///
    /// # Errors
    /// [`VersionError`] past 9,999.
    pub fn next(self) -> Result<Self, VersionError> {
        Self::try_from(self.0.saturating_add(1))
    }
}

impl TryFrom<u32> for Version {
    type Error = VersionError;

    fn try_from(found: u32) -> Result<Self, VersionError> {
        if (1..=9_999).contains(&found) {
            Ok(Self(found))
        } else {
            Err(VersionError { found })
        }
    }
}

impl Decode for Version {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::try_from(u32::decode(value)?).map_err(|error| invalid(&error))
    }
}

impl Encode for Version {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
}

impl From<Version> for u32 {
    fn from(version: Version) -> Self {
        version.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_version_keep_their_alphabet_and_range() {
        assert!(CredentialNumber::parse("CQC26ZNZ000123R0").is_ok());
        assert_eq!(
            CredentialNumber::parse("CQC26znz000123R0"),
            Err(NumberError::Character {
                character: 'z',
                position: 5
            })
        );
        assert_eq!(
            CredentialNumber::parse("A/../B").unwrap_err(),
            NumberError::Character {
                character: '/',
                position: 1
            }
        );
        assert_eq!(
            CredentialNumber::parse("A1"),
            Err(NumberError::Length { found: 2 })
        );
        assert_eq!(
            CredentialNumber::normalize(" ｃqc26 ZNZ０00123r0\n"),
            "CQC26ZNZ000123R0"
        );
        assert_eq!(Version::try_from(0), Err(VersionError { found: 0 }));
        assert_eq!(Version::FIRST.next().map(Version::get), Ok(2));
    }
}
