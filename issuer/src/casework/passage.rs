//! Longer text that people write on a file: descriptions, gap analyses, opinions, reasons.

use std::{fmt, str::FromStr};

use touchstone_schemas::{
    budget::MAX_PASSAGE_CHARS,
    decode::{Decode, DecodeError, invalid, text},
    jcs::Encode,
    json::Value,
    text::first_control,
};

/// Lines of text, at most [`MAX_PASSAGE_CHARS`] characters, none of them a control or invisible character but the ends
/// of lines (Unicode TR36 §2.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage(String);

/// Why a string is not a [`Passage`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassageError {
    /// Nothing in it.
    #[error("text is empty")]
    Empty,
    /// Longer than the budget.
    #[error("text has {found} characters, at most {limit} are allowed")]
    TooLong {
        /// Characters found.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A control, bidirectional-control or invisible character, or a noncharacter.
    #[error("line {line} holds the control character U+{code_point:04X} at character {position}")]
    ControlCharacter {
        /// The line, from 1.
        line: usize,
        /// The code point.
        code_point: u32,
        /// Position in characters, from 0.
        position: usize,
    },
}

impl Passage {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Passage {
    type Err = PassageError;

    fn from_str(text: &str) -> Result<Self, PassageError> {
        if text.trim().is_empty() {
            return Err(PassageError::Empty);
        }
        let found = text.chars().count();
        if found > MAX_PASSAGE_CHARS {
            let limit = MAX_PASSAGE_CHARS;
            return Err(PassageError::TooLong { found, limit });
        }
        for (line, text) in (1..).zip(text.split('\n')) {
            if let Some((position, c)) = first_control(text) {
                let code_point = u32::from(c);
                return Err(PassageError::ControlCharacter {
                    line,
                    code_point,
                    position,
                });
            }
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Decode for Passage {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        text(value, "text")?.parse().map_err(|error| invalid(&error))
    }
}

impl Encode for Passage {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.as_str().encode(out);
    }
}
