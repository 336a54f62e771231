//! Text that people read on a certificate.

use std::{fmt, str::FromStr};

use crate::{budget::MAX_TEXT_CHARS, json::is_noncharacter, text_form::text_form};

/// One line of text for people: 1 to [`MAX_TEXT_CHARS`] characters, no control, bidirectional-control, invisible or
/// noncharacters (they could make a page show something else than what was signed, Unicode TR36 §2.1),
/// no white space at either end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text(String);

/// Why a string is not a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
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
    #[error("text holds the control character U+{code_point:04X} at character {position}")]
    ControlCharacter {
        /// The code point.
        code_point: u32,
        /// Position in characters, from 0.
        position: usize,
    },
    /// White space at an end.
    #[error("text begins or ends with white space")]
    OuterWhiteSpace,
}

impl Text {
    /// Checks a string.
    ///
    /// # Errors
    /// [`TextError`] names the rule that is broken.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        // No more characters than bytes.
        if text.len() > MAX_TEXT_CHARS {
            let found = text.chars().count();
            if found > MAX_TEXT_CHARS {
                return Err(TextError::TooLong {
                    found,
                    limit: MAX_TEXT_CHARS,
                });
            }
        }
        if let Some((position, c)) = first_control(text) {
            return Err(TextError::ControlCharacter {
                code_point: u32::from(c),
                position,
            });
        }
        let ends = [text.chars().next(), text.chars().next_back()];
        if ends.into_iter().flatten().any(char::is_whitespace) {
            return Err(TextError::OuterWhiteSpace);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The first control, bidirectional-control or invisible character or noncharacter of a string, with its position in
/// characters.
#[must_use]
pub fn first_control(text: &str) -> Option<(usize, char)> {
    text.chars().enumerate().find(|(_, c)| is_control(*c))
}

fn is_control(c: char) -> bool {
    // Letters, digits and Chinese characters, which is nearly everything.
    if matches!(c, ' '..='~' | '\u{3000}'..='\u{9FFF}') {
        return false;
    }
    c.is_control()
        || is_noncharacter(c)
        || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

impl FromStr for Text {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}

text_form!(Text, "a line of text", as_str);

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_bidi_characters_are_refused_with_their_position() {
        assert_eq!(
            Text::parse("某\u{202E}公司"),
            Err(TextError::ControlCharacter {
                code_point: 0x202E,
                position: 1
            })
        );
        assert_eq!(
            Text::parse("a\nb"),
            Err(TextError::ControlCharacter {
                code_point: 10,
                position: 1
            })
        );
        assert_eq!(
            Text::parse("\u{FDD0}"),
            Err(TextError::ControlCharacter {
                code_point: 0xFDD0,
                position: 0
            })
        );
        for invisible in ['\u{200B}', '\u{200D}', '\u{2060}', '\u{AD}', '\u{E0041}'] {
            let error = Text::parse(&format!("示范{invisible}公司")).unwrap_err();
            let code_point = u32::from(invisible);
            assert_eq!(
                error,
                TextError::ControlCharacter {
                    code_point,
                    position: 2
                }
            );
        }
        assert_eq!(Text::parse(" a"), Err(TextError::OuterWhiteSpace));
        assert_eq!(Text::parse(""), Err(TextError::Empty));
        assert_eq!(
            Text::parse(&"长".repeat(MAX_TEXT_CHARS + 1)),
            Err(TextError::TooLong {
                found: MAX_TEXT_CHARS + 1,
                limit: MAX_TEXT_CHARS
            })
        );
        assert!(Text::parse("示范精密机械（无锡）有限公司").is_ok());
    }
}
