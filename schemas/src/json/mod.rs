//! Strict JSON: what every outside document goes through before anything else looks at it.
//!
//! The profile is I-JSON (RFC 7493) over RFC 8259, tightened where two readers could otherwise disagree
//! about a signed document:
//!
//! - UTF-8 without byte order mark; no lone surrogates and no noncharacters, raw or escaped (RFC 7493 §2.1)
//! - no duplicate member names, however they are spelled (RFC 7493 §2.3)
//! - whole numbers within ±(2^53 − 1) (RFC 7493 §2.2), and every number token already spelled as
//!   RFC 8785 §3.2.2.3 spells its value; [`parse_i_json`] reads other numbers so spelled too
//! - nesting of at most [`MAX_DEPTH`](crate::budget::MAX_DEPTH), size as the caller allows
//!
//! Other spellings of the same value are read: white space, escapes in strings, members in any order.

mod error;
mod number;
mod object;
mod parse;
mod string;
mod text;
mod value;

pub use self::error::{Expected, JsonError, JsonErrorReason};
pub use self::number::{MAX_SAFE_INTEGER, Number, UnsafeIntegerError};
pub use self::object::{Object, utf16_order};
pub use self::parse::{parse, parse_i_json};
pub(crate) use self::string::plain_length;
pub(crate) use self::text::is_noncharacter;
pub use self::value::Value;
