//! Why a document is not the record it should be, and where.

use core::fmt::{self, Display};

use serde::de::{self, Expected, Unexpected};

/// A document that is JSON of the profile but not the record expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at \"{pointer}\"")]
pub struct DecodeError {
    /// JSON pointer (RFC 6901) to the fault; empty for the whole document.
    ///
    /// For an unknown member it points at the member, for a missing one at the object that lacks it.
    pub pointer: String,
    /// What was wrong there.
    pub reason: DecodeReason,
}

/// What was wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeReason {
    /// A member the record does not have.
    #[error("unknown member {name:?}, expected {}", listed(expected))]
    UnknownMember {
        /// The member's name.
        name: String,
        /// The members the record has.
        expected: &'static [&'static str],
    },
    /// A member the record must have.
    #[error("missing member {name:?}")]
    MissingMember {
        /// The member's name.
        name: &'static str,
    },
    /// A value of another JSON type.
    #[error("found {found}, expected {expected}")]
    WrongType {
        /// What should stand here.
        expected: String,
        /// What stands here.
        found: Found,
    },
    /// An array of another length.
    #[error("array of {found} elements, expected {expected}")]
    WrongLength {
        /// The length that should be.
        expected: String,
        /// The length that is.
        found: usize,
    },
    /// A string that is none of the words allowed.
    #[error("unknown word {found:?}, expected {}", listed(expected))]
    UnknownVariant {
        /// The string.
        found: String,
        /// The words allowed.
        expected: &'static [&'static str],
    },
    /// A value of the right type that its own rules refuse.
    #[error("{message}")]
    InvalidValue {
        /// What the value's own parser said.
        message: String,
    },
}

/// The kind of JSON value found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number that is a safe integer.
    Integer,
    /// Any other number.
    Fraction,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Integer => "an integer",
            Self::Fraction => "a number that is no safe integer",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

impl DecodeError {
    /// The error seen from the container: one step further from the document's root.
    pub(super) fn within(mut self, step: &str) -> Self {
        let step = step.replace('~', "~0").replace('/', "~1");
        self.pointer = format!("/{step}{}", self.pointer);
        self
    }

    pub(super) fn wrong_type(found: Found, expected: &dyn Expected) -> Self {
        DecodeReason::WrongType {
            expected: expected.to_string(),
            found,
        }
        .into()
    }
}

impl From<DecodeReason> for DecodeError {
    fn from(reason: DecodeReason) -> Self {
        Self {
            pointer: String::new(),
            reason,
        }
    }
}

impl de::Error for DecodeError {
    fn custom<T: Display>(message: T) -> Self {
        DecodeReason::InvalidValue {
            message: message.to_string(),
        }
        .into()
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match unexpected {
            Unexpected::Unit | Unexpected::Option => Found::Null,
            Unexpected::Bool(_) => Found::Boolean,
            Unexpected::Unsigned(_) | Unexpected::Signed(_) => Found::Integer,
            Unexpected::Float(_) => Found::Fraction,
            Unexpected::Char(_) | Unexpected::Str(_) => Found::String,
            Unexpected::Seq | Unexpected::Bytes(_) => Found::Array,
            _ => Found::Object,
        };
        Self::wrong_type(found, expected)
    }

    fn invalid_length(found: usize, expected: &dyn Expected) -> Self {
        DecodeReason::WrongLength {
            expected: expected.to_string(),
            found,
        }
        .into()
    }

    fn unknown_variant(found: &str, expected: &'static [&'static str]) -> Self {
        DecodeReason::UnknownVariant {
            found: found.to_owned(),
            expected,
        }
        .into()
    }

    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        DecodeReason::UnknownMember {
            name: name.to_owned(),
            expected,
        }
        .into()
    }

    fn missing_field(name: &'static str) -> Self {
        DecodeReason::MissingMember { name }.into()
    }
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
