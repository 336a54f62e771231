//! The log's identity.

use std::fmt;

use crate::mark::split_at_mark;

use super::key_name::{KeyName, KeyNameError};

/// First line of our checkpoints and name of the log's key: the log's URL prefix without scheme and without a
/// slash at its end, `registry.example/log` (C2SP tlog-tiles, "Parameters").
///
/// C2SP tlog-checkpoint only recommends this form; we demand it of our own log, so that origin and key name are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(KeyName);

impl Origin {
    /// Reads an origin.
    ///
    /// # Errors
    /// When it is no key name, carries a scheme, or ends in a slash.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let name = KeyName::parse(text)?;
        if let Some((scheme, _)) = split_at_mark(text, "://") {
            return Err(OriginError::Scheme { offset: scheme.len() });
        }
        if text.ends_with('/') {
            return Err(OriginError::TrailingSlash);
        }
        Ok(Self(name))
    }

    /// The name of the log's key in signature lines, which is the origin itself.
    pub fn key_name(&self) -> &KeyName {
        &self.0
    }

    /// The origin as written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        Self::parse(text)
    }
}

crate::text_form::text_form!(Origin, "the origin of a log");

/// Why a text is not an origin of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// It could not name a key either.
    #[error(transparent)]
    KeyName(#[from] KeyNameError),
    /// `https://` or the like before it.
    #[error("a scheme ends at byte {offset}, an origin has none")]
    Scheme {
        /// Byte offset of `://`.
        offset: usize,
    },
    /// A slash at its end.
    #[error("the origin ends in a slash")]
    TrailingSlash,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_url_prefix_without_scheme() {
        assert_eq!(
            Origin::parse("registry.example/log").unwrap().key_name().as_str(),
            "registry.example/log"
        );
        assert_eq!(
            Origin::parse("https://registry.example"),
            Err(OriginError::Scheme { offset: 5 })
        );
        assert_eq!(
            Origin::parse("registry.example/"),
            Err(OriginError::TrailingSlash)
        );
        assert_eq!(Origin::parse(""), Err(OriginError::KeyName(KeyNameError::Empty)));
    }
}
