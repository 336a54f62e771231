//! The unified social credit code of a legal person (统一社会信用代码, GB 32100-2015).

use std::fmt;
use std::str::FromStr;

use crate::text_form::text_form;

/// Characters in a code.
const LENGTH: usize = 18;
/// GB 32100-2015, table 4: digits and letters without I, O, S, V, Z; a character's value is its place.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Why a text is not a unified social credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsccError {
    /// Not 18 characters.
    #[error("{found} characters where a unified social credit code has 18")]
    Length {
        /// Characters found.
        found: usize,
    },
    /// A character the code does not use (I, O, S, V, Z among them).
    #[error("character {found:?} at position {position} is not one of 0123456789ABCDEFGHJKLMNPQRTUWXY")]
    Character {
        /// Position, 1 to 18, as the standard counts.
        position: usize,
        /// The character.
        found: char,
    },
    /// The last character does not follow from the others (GB 32100-2015, annex A).
    #[error("check character {found:?} where the first 17 characters give {expected:?}")]
    Check {
        /// What the first 17 characters give.
        expected: char,
        /// The 18th character.
        found: char,
    },
}

/// A unified social credit code.
///
/// [`Uscc::parse`] gives only codes whose check character holds. Codes that fail it are in lawful use; one admitted by
/// an audited override is read with [`Uscc::parse_as_printed`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc([u8; LENGTH]);

impl Uscc {
    /// Reads a normalised code, check character included.
    ///
    /// # Errors
    /// The first of length, alphabet and check character that fails.
    pub fn parse(text: &str) -> Result<Self, UsccError> {
        let code = Self::parse_as_printed(text)?;
        let (expected, found) = (code.expected_check(), code.check());
        if expected == found {
            Ok(code)
        } else {
            Err(UsccError::Check { expected, found })
        }
    }

    /// Reads a normalised code without asking whether its check character holds.
    ///
    /// # Errors
    /// [`UsccError::Length`] or [`UsccError::Character`].
    pub fn parse_as_printed(text: &str) -> Result<Self, UsccError> {
        let mut code = [0; LENGTH];
        let found = text.chars().count();
        if found != LENGTH {
            return Err(UsccError::Length { found });
        }
        for (index, (slot, found)) in code.iter_mut().zip(text.chars()).enumerate() {
            let wrong = UsccError::Character {
                position: index + 1,
                found,
            };
            *slot = u8::try_from(found)
                .ok()
                .filter(|byte| ALPHABET.contains(byte))
                .ok_or(wrong)?;
        }
        Ok(Self(code))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        // Every byte is one of `ALPHABET`, so this never falls back.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether the check character follows from the others.
    pub fn check_holds(&self) -> bool {
        self.expected_check() == self.check()
    }

    fn check(&self) -> char {
        let [.., last] = self.0;
        char::from(last)
    }

    /// `(31 − Σ c·3^(i−1) mod 31) mod 31` over the first 17 characters; the outer `mod` keeps remainder 0 at 0.
    fn expected_check(&self) -> char {
        let mut sum = 0;
        let mut weight = 1;
        for character in self.0.iter().take(LENGTH - 1) {
            let value = ALPHABET
                .iter()
                .position(|known| known == character)
                .unwrap_or_default();
            sum += value * weight;
            weight = weight * 3 % 31;
        }
        ALPHABET
            .get((31 - sum % 31) % 31)
            .copied()
            .map(char::from)
            .unwrap_or_default()
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uscc({self})")
    }
}

impl FromStr for Uscc {
    type Err = UsccError;

    fn from_str(text: &str) -> Result<Self, UsccError> {
        Self::parse(text)
    }
}

text_form!(Uscc, "a unified social credit code");

/// What people type, made ready for [`Uscc::parse`]: full-width forms to half-width, white space around removed,
/// upper case. The letter O stays O: guessing a digit would accept a code nobody wrote.
pub fn normalize(text: &str) -> String {
    let half_width: String = text
        .chars()
        .map(|found| match found {
            '\u{3000}' => ' ',
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(found) - 0xFEE0).unwrap_or(found),
            _ => found,
        })
        .collect();
    half_width.trim().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VALID: [&str; 4] = [
        "91350100M000100Y43",
        "91110000101623741K",
        "911101066976941872",
        "91350100M000100Y30",
    ];

    #[test]
    fn published_codes() {
        for text in VALID {
            assert_eq!(Uscc::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(
            Uscc::parse("91310115MA1H8R7C6D"),
            Err(UsccError::Check {
                expected: '7',
                found: 'D'
            }),
            "the published counter-example"
        );
    }

    #[test]
    fn faults_are_named() {
        assert_eq!(
            Uscc::parse("91350100M000100Y4"),
            Err(UsccError::Length { found: 17 })
        );
        assert_eq!(Uscc::parse(""), Err(UsccError::Length { found: 0 }));
        for (text, position, found) in [
            ("9135O100M000100Y43", 5, 'O'),
            ("91350100M000100Y4z", 18, 'z'),
            ("９1350100M000100Y43", 1, '９'),
            ("91350100M000100Y4 ", 18, ' '),
        ] {
            assert_eq!(
                Uscc::parse(text),
                Err(UsccError::Character { position, found }),
                "{text}"
            );
        }
    }

    #[test]
    fn normalising_never_guesses() {
        assert_eq!(
            normalize("　９１３５０１００ｍ０００１００ｙ４３ \n"),
            "91350100M000100Y43"
        );
        assert_eq!(normalize("9135o100M000100Y43"), "9135O100M000100Y43");
        assert_eq!(normalize("91350100 M000100Y43"), "91350100 M000100Y43");
    }

    #[test]
    fn an_overridden_code_is_read_where_asked() {
        let failing = "91310115MA1H8R7C6D";
        assert!(Uscc::parse(failing).is_err());
        let code = Uscc::parse_as_printed(failing).unwrap();
        assert!(!code.check_holds());
        assert_eq!(code.as_str(), failing);
        assert!(Uscc::parse_as_printed("91310115MA1H8R7C6O").is_err());
    }

    fn with_check(head: &[usize]) -> Uscc {
        let mut code = [b'0'; LENGTH];
        for (slot, value) in code.iter_mut().zip(head) {
            *slot = ALPHABET[*value];
        }
        code[17] = u8::try_from(Uscc(code).expected_check()).unwrap();
        Uscc(code)
    }

    proptest! {
        #[test]
        fn any_single_substitution_is_detected(
            head in prop::collection::vec(0usize..31, 17),
            position in 0usize..18,
            other in 0usize..31,
        ) {
            let code = with_check(&head);
            prop_assert_eq!(Uscc::parse(code.as_str()), Ok(code));
            let mut changed = code;
            changed.0[position] = ALPHABET[other];
            prop_assert_eq!(Uscc::parse(changed.as_str()).is_ok(), changed == code);
        }

        #[test]
        fn remainder_zero_gives_zero(mut head in prop::collection::vec(0usize..31, 17)) {
            // The first weight is 1, so the first character brings the sum to 0 mod 31.
            head[0] = 0;
            let value = ALPHABET.iter().position(|c| char::from(*c) == with_check(&head).check()).unwrap();
            head[0] = value;
            prop_assert_eq!(with_check(&head).check(), '0');
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,24}") {
            let _ = Uscc::parse(&normalize(&text));
        }
    }
}
