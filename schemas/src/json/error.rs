//! Why a document was refused, and where.

use core::fmt;

/// A document the strict reader refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at byte {offset}")]
pub struct JsonError {
    /// Offset in bytes from the start of the document.
    pub offset: usize,
    /// What was wrong there.
    pub reason: JsonErrorReason,
}

impl JsonError {
    pub(super) const fn new(offset: usize, reason: JsonErrorReason) -> Self {
        Self { offset, reason }
    }
}

/// What was wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonErrorReason {
    /// The document is longer than the caller allows.
    #[error("document of {length} bytes exceeds the limit of {limit}")]
    TooLong {
        /// Length of the document in bytes.
        length: usize,
        /// The caller's limit in bytes.
        limit: usize,
    },
    /// Not UTF-8 (RFC 8259 §8.1).
    #[error("invalid UTF-8")]
    InvalidUtf8,
    /// A byte order mark before the text (RFC 8259 §8.1).
    #[error("byte order mark")]
    ByteOrderMark,
    /// A Unicode noncharacter, raw or escaped (RFC 7493 §2.1).
    #[error("noncharacter U+{code_point:04X}")]
    Noncharacter {
        /// The code point.
        code_point: u32,
    },
    /// Half of a surrogate pair without its other half (RFC 7493 §2.1).
    #[error("lone surrogate \\u{code_unit:04x}")]
    LoneSurrogate {
        /// The UTF-16 code unit as escaped.
        code_unit: u16,
    },
    /// A control character that must be escaped inside a string (RFC 8259 §7).
    #[error("unescaped control character U+{found:04X} in a string")]
    ControlCharacter {
        /// The character, below U+0020.
        found: u8,
    },
    /// An escape that RFC 8259 §7 does not know.
    #[error("invalid escape")]
    InvalidEscape,
    /// The document ends too early.
    #[error("document ends where {expected} was expected")]
    UnexpectedEnd {
        /// What should have followed.
        expected: Expected,
    },
    /// A byte that may not stand here.
    #[error("found byte 0x{found:02x} where {expected} was expected")]
    UnexpectedByte {
        /// The byte.
        found: u8,
        /// What should have stood here.
        expected: Expected,
    },
    /// A member name given twice in one object (RFC 7493 §2.3).
    #[error("duplicate member name {name:?}")]
    DuplicateMember {
        /// The name after unescaping.
        name: String,
    },
    /// An integer whose value not every reader keeps (RFC 7493 §2.2).
    #[error("integer beyond ±(2^53 − 1)")]
    UnsafeInteger,
    /// A number with a fraction or an exponent, in a document of ours.
    #[error("number that is not whole; quantities are decimal strings")]
    Fraction,
    /// A number beyond the range of a double (RFC 7493 §2.2).
    #[error("number beyond the range of a double")]
    NumberOutOfRange,
    /// A number not spelled as RFC 8785 §3.2.2.3 spells its value.
    #[error("number not in canonical form, which is {canonical}")]
    NonCanonicalNumber {
        /// The canonical spelling.
        canonical: String,
    },
    /// Arrays and objects nested too deeply.
    #[error("nesting deeper than {limit} levels")]
    TooDeep {
        /// Deepest level allowed.
        limit: usize,
    },
}

/// What the grammar of RFC 8259 wanted at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A value of any kind.
    Value,
    /// A member name in quotes.
    MemberName,
    /// A member name or the end of the object.
    MemberNameOrObjectEnd,
    /// The colon after a member name.
    Colon,
    /// A comma or the end of the array.
    CommaOrArrayEnd,
    /// A comma or the end of the object.
    CommaOrObjectEnd,
    /// A digit of a number.
    Digit,
    /// One of the words `true`, `false`, `null`.
    Literal,
    /// The closing quote of a string.
    StringEnd,
    /// Four hexadecimal digits.
    HexDigits,
    /// Nothing more.
    DocumentEnd,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value => "a value",
            Self::MemberName => "a member name",
            Self::MemberNameOrObjectEnd => "a member name or '}'",
            Self::Colon => "':'",
            Self::CommaOrArrayEnd => "',' or ']'",
            Self::CommaOrObjectEnd => "',' or '}'",
            Self::Digit => "a digit",
            Self::Literal => "true, false or null",
            Self::StringEnd => "the end of a string",
            Self::HexDigits => "four hexadecimal digits",
            Self::DocumentEnd => "the end of the document",
        })
    }
}
