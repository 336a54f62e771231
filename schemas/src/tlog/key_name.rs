//! Key names of signed notes.

use std::fmt;

/// Name of a note's key: `example.com/log42`.
///
/// C2SP signed-note: "Key names MUST be non-empty and MUST NOT contain any Unicode spaces or plus (U+002B) characters."
/// Control characters are refused too, for no note may carry them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// Reads a key name.
    ///
    /// # Errors
    /// When it is empty or has a space, a control character or a plus sign.
    pub fn parse(text: &str) -> Result<Self, KeyNameError> {
        if text.is_empty() {
            return Err(KeyNameError::Empty);
        }
        let refused = |c: char| c == '+' || c.is_whitespace() || c.is_control();
        match text.char_indices().find(|(_, c)| refused(*c)) {
            Some((offset, character)) => Err(KeyNameError::Character { offset, character }),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is not a key name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyNameError {
    /// No character at all.
    #[error("the key name is empty")]
    Empty,
    /// A space, a control character or a plus sign.
    #[error("character {character:?} at byte {offset} may not be in a key name")]
    Character {
        /// Byte offset in the name.
        offset: usize,
        /// The character found.
        character: char,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_controls_and_plus_are_refused() {
        assert_eq!(
            KeyName::parse("试金石.example/日志").unwrap().as_str(),
            "试金石.example/日志"
        );
        assert_eq!(KeyName::parse(""), Err(KeyNameError::Empty));
        for (text, offset) in [
            ("a b", 1),
            ("a+b", 1),
            ("\u{3000}a", 0),
            ("a\n", 1),
            ("a\u{a0}", 1),
            ("a\u{7f}", 1),
        ] {
            assert!(
                matches!(KeyName::parse(text), Err(KeyNameError::Character { offset: at, .. }) if at == offset),
                "{text:?}"
            );
        }
    }
}
