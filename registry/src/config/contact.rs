//! Whom to tell of a weakness.

use serde::{Deserialize, Deserializer, de::Error};

/// A contact as RFC 9116 §2.5.3 has it: an address by which somebody is reached, as a URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact(String);

/// Why a text is no contact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is no contact; wanted a URI, as in mailto:security@registry.example, https:// or tel:")]
pub struct ContactError {
    /// The text.
    pub found: String,
}

impl Contact {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Contact {
    type Err = ContactError;

    fn from_str(text: &str) -> Result<Self, ContactError> {
        let rest = ["mailto:", "https://", "tel:"]
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme));
        // What a URI consists of (RFC 3986 §2): no space, no line break.
        if rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Ok(Self(text.to_owned()));
        }
        Err(ContactError {
            found: text.to_owned(),
        })
    }
}

impl<'de> Deserialize<'de> for Contact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_a_uri() {
        for text in [
            "mailto:security@registry.example",
            "https://registry.example/report",
            "tel:+86-10-12345678",
        ] {
            assert_eq!(text.parse::<Contact>().unwrap().as_str(), text);
        }
        for text in [
            "",
            "security@registry.example",
            "http://registry.example/",
            "mailto:",
            "mailto:a\nExpires: x",
            "https://安全",
        ] {
            assert!(text.parse::<Contact>().is_err(), "{text}");
        }
    }
}
