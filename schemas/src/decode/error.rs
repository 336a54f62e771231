//! Why a document is not the record it should be, and where.

use core::fmt::{self, Display};

use crate::record::UnknownWord;

/// A document that is JSON of the profile but not the record expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} at \"{}\"", .0.reason, .0.pointer)]
pub struct DecodeError(Box<Fault>);

/// Kept out of the way: a reader's every step returns an error or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault {
    pointer: String,
    reason: DecodeReason,
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
        expected: &'static str,
        /// What stands here.
        found: Found,
    },
    /// A string that is none of the words allowed.
    #[error(transparent)]
    UnknownWord(UnknownWord),
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
    /// The error at the value itself.
    #[must_use]
    pub fn new(reason: DecodeReason) -> Self {
        Self(Box::new(Fault {
            pointer: String::new(),
            reason,
        }))
    }

    /// JSON pointer (RFC 6901) to the fault; empty for the whole document.
    ///
    /// For an unknown member it points at the member, for a missing one at the object that lacks it.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.0.pointer
    }

    /// What was wrong there.
    #[must_use]
    pub fn reason(&self) -> &DecodeReason {
        &self.0.reason
    }

    /// The error seen from the container: one step further from the document's root.
    #[cold]
    #[must_use]
    pub fn within(mut self, step: &str) -> Self {
        let step = step.replace('~', "~0").replace('/', "~1");
        self.0.pointer = format!("/{step}{}", self.0.pointer);
        self
    }

    /// The error seen from the root, of a value that stands at `pointer`.
    #[cold]
    #[must_use]
    pub fn under(mut self, pointer: &str) -> Self {
        self.0.pointer.insert_str(0, pointer);
        self
    }
}

impl From<UnknownWord> for DecodeError {
    #[cold]
    fn from(unknown: UnknownWord) -> Self {
        Self::new(DecodeReason::UnknownWord(unknown))
    }
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
