//! Decentralized identifiers of issuers and of their keys (did:web).

use std::{fmt, str::FromStr};

use crate::text_form::text_form;

/// A `did:web` identifier: `did:web:<host>[%3A<port>][:<path>…]`, lower case, printable ASCII.
///
/// Verification never resolves it (DESIGN §4): it is a name, compared byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Did(String);

/// A key of a DID: `<did>#key-<number>`, numbers from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VerificationMethod {
    did: Did,
    number: u32,
}

/// Why a string is not a DID or verification method of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DidError {
    /// Not `did:web:`.
    #[error("{found:?} does not begin with \"did:web:\"")]
    NotDidWeb {
        /// The text found.
        found: String,
    },
    /// A character that a did:web identifier of ours may not hold.
    #[error("{found:?} holds {character:?}, which is not allowed in a did:web identifier")]
    Character {
        /// The text found.
        found: String,
        /// The first such character.
        character: char,
    },
    /// An empty segment or an over-long text.
    #[error("{found:?} has an empty segment or is longer than 200 characters")]
    Shape {
        /// The text found.
        found: String,
    },
    /// A fragment other than `#key-<number>`.
    #[error("{found:?} does not end in \"#key-<number>\"")]
    KeyFragment {
        /// The text found.
        found: String,
    },
}

impl Did {
    /// Reads a DID.
    ///
    /// # Errors
    /// [`DidError`] names the rule that is broken.
    pub fn parse(text: &str) -> Result<Self, DidError> {
        let found = || text.to_owned();
        let rest = text
            .strip_prefix("did:web:")
            .ok_or_else(|| DidError::NotDidWeb { found: found() })?;
        if let Some(character) = rest.chars().find(|c| {
            !(c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | ':' | '%' | 'A'))
        }) {
            return Err(DidError::Character {
                found: found(),
                character,
            });
        }
        // `A` occurs only in the escaped port separator `%3A` (did:web §3.1).
        let count = |byte| rest.bytes().filter(|found| *found == byte).count();
        let ports = rest.as_bytes().windows(3).filter(|part| part == b"%3A").count();
        let escapes_only_ports = count(b'%') == ports && count(b'A') == ports;
        if text.len() > 200 || rest.split(':').any(str::is_empty) || !escapes_only_ports {
            return Err(DidError::Shape { found: found() });
        }
        Ok(Self(text.to_owned()))
    }

    /// The DID of the status authority that belongs to this issuer: `<did>:status` (DESIGN §4).
    #[must_use]
    pub fn status_authority(&self) -> Self {
        Self(format!("{}:status", self.0))
    }

    /// The key of this DID with that number.
    #[must_use]
    pub fn key(&self, number: u32) -> VerificationMethod {
        VerificationMethod {
            did: self.clone(),
            number,
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl VerificationMethod {
    /// Reads a verification method.
    ///
    /// # Errors
    /// [`DidError`] names the rule that is broken.
    pub fn parse(text: &str) -> Result<Self, DidError> {
        let fragment_error = || DidError::KeyFragment {
            found: text.to_owned(),
        };
        let (did, fragment) = text.split_once('#').ok_or_else(fragment_error)?;
        let digits = fragment.strip_prefix("key-").ok_or_else(fragment_error)?;
        let number: u32 = digits.parse().map_err(|_| fragment_error())?;
        if number == 0 || number.to_string() != digits {
            return Err(fragment_error());
        }
        Ok(Self {
            did: Did::parse(did)?,
            number,
        })
    }

    /// The DID whose key this is.
    #[must_use]
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// The key's number, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for VerificationMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#key-{}", self.did, self.number)
    }
}

impl FromStr for Did {
    type Err = DidError;

    fn from_str(text: &str) -> Result<Self, DidError> {
        Self::parse(text)
    }
}

impl FromStr for VerificationMethod {
    type Err = DidError;

    fn from_str(text: &str) -> Result<Self, DidError> {
        Self::parse(text)
    }
}

text_form!(Did, "a did:web identifier", as_str);
text_form!(VerificationMethod, "a key of a did:web identifier");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_spelling_of_a_key_is_read() {
        let method = VerificationMethod::parse("did:web:localhost%3A8443:cqc#key-12").unwrap();
        assert_eq!(
            (method.did().as_str(), method.number()),
            ("did:web:localhost%3A8443:cqc", 12)
        );
        assert_eq!(method.to_string(), "did:web:localhost%3A8443:cqc#key-12");
        for bad in [
            "did:web:a.example",
            "did:web:a.example#key-0",
            "did:web:a.example#key-01",
            "did:web:a.example#key-+1",
            "did:web:a.example#key-4294967296",
            "did:key:z6Mk#key-1",
            "did:web:A.example#key-1",
            "did:web:a.example%3a80#key-1",
            "did:web:a.example:#key-1",
            "did:web:a.exаmple#key-1",
        ] {
            assert!(VerificationMethod::parse(bad).is_err(), "{bad}");
        }
    }
}
