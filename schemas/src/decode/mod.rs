//! From strict JSON to typed records, closed world: what a record does not name is an error, with its place.
//!
//! A record is an object, never an array; an absent member is left out, never `null`. Records are declared with
//! [`record!`](crate::record!), which gives both directions from one list of members.

mod error;
mod members;

use std::collections::BTreeMap;

pub use self::error::{DecodeError, DecodeReason, Found};
pub use self::members::{Members, Optional};
use crate::json::{self, JsonError, Value};

/// A type that is read from one strict JSON form.
pub trait Decode: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// The first fault, with the JSON pointer of its place seen from `value`.
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError>;
}

/// Decodes a record out of a tree.
///
/// # Errors
/// The first fault, with the JSON pointer of its place.
pub fn decode<T: Decode>(value: &Value<'_>) -> Result<T, DecodeError> {
    T::decode(value)
}

/// A document refused by the strict reader or by the record's own shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not JSON of the profile.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not the record expected.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// Reads a record from a document of at most `max_bytes` bytes.
///
/// # Errors
/// As [`json::parse`], then as [`decode`].
pub fn read<T: Decode>(bytes: &[u8], max_bytes: usize) -> Result<T, ReadError> {
    let value = json::parse(bytes, max_bytes)?;
    Ok(T::decode(&value)?)
}

/// The string that stands here.
///
/// # Errors
/// When it is of another type.
pub fn text<'v>(value: &'v Value<'_>, expected: &'static str) -> Result<&'v str, DecodeError> {
    value.as_str().ok_or_else(|| wrong_type(value, expected))
}

/// The whole number from 0 to `most` that stands here.
///
/// # Errors
/// When it is of another type, or out of range.
pub fn whole_number(value: &Value<'_>, most: u64) -> Result<u64, DecodeError> {
    let Value::Number(number) = value else {
        return Err(wrong_type(value, "a whole number"));
    };
    let found = number
        .as_i64()
        .ok_or_else(|| wrong_type(value, "a whole number"))?;
    let natural = u64::try_from(found).ok().filter(|natural| *natural <= most);
    natural.ok_or_else(|| invalid(&format_args!("{found} is not a whole number from 0 to {most}")))
}

/// The error of a value that its own rules refuse.
#[cold]
pub fn invalid(message: &dyn std::fmt::Display) -> DecodeError {
    DecodeError::new(DecodeReason::InvalidValue {
        message: message.to_string(),
    })
}

#[cold]
fn wrong_type(value: &Value<'_>, expected: &'static str) -> DecodeError {
    let found = match value {
        Value::Null => Found::Null,
        Value::Bool(_) => Found::Boolean,
        Value::Number(number) if number.as_i64().is_some() => Found::Integer,
        Value::Number(_) => Found::Fraction,
        Value::String(_) => Found::String,
        Value::Array(_) => Found::Array,
        Value::Object(_) => Found::Object,
    };
    DecodeError::new(DecodeReason::WrongType { expected, found })
}

fn elements<'v, 'a>(value: &'v Value<'a>) -> Result<&'v [Value<'a>], DecodeError> {
    value.as_array().ok_or_else(|| wrong_type(value, "an array"))
}

impl Decode for String {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        text(value, "a string").map(str::to_owned)
    }
}

impl Decode for bool {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        match value {
            Value::Bool(found) => Ok(*found),
            _ => Err(wrong_type(value, "a boolean")),
        }
    }
}

impl Decode for u64 {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        whole_number(value, json::MAX_SAFE_INTEGER.unsigned_abs())
    }
}

impl Decode for u32 {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        whole_number(value, Self::MAX.into()).map(|number| Self::try_from(number).unwrap_or(Self::MAX))
    }
}

impl Decode for u8 {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        whole_number(value, Self::MAX.into()).map(|number| Self::try_from(number).unwrap_or(Self::MAX))
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let elements = elements(value)?;
        let mut read = Self::with_capacity(elements.len());
        for element in elements {
            match T::decode(element) {
                Ok(element) => read.push(element),
                Err(error) => return Err(error.within(&read.len().to_string())),
            }
        }
        Ok(read)
    }
}

/// An object used as a map: any names, one type of value.
impl<T: Decode> Decode for BTreeMap<String, T> {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let object = value.as_object().ok_or_else(|| wrong_type(value, "an object"))?;
        let mut map = Self::new();
        for (name, value) in object.iter() {
            let value = T::decode(value).map_err(|error| error.within(name))?;
            map.insert(name.to_owned(), value);
        }
        Ok(map)
    }
}
