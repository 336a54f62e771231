//! The members of an object, taken in canonical order: object and record are both sorted, so one pass finds all.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{Decode, DecodeError, DecodeReason, Found, wrong_type};
use crate::json::{Object, Value, utf16_order};

/// The members of an object, asked for in canonical order (RFC 8785 §3.2.3).
#[derive(Debug)]
pub struct Members<'v, 'a> {
    object: &'v Object<'a>,
    next: usize,
    names: &'static [&'static str],
}

/// A member that may be left out.
pub trait Optional: Sized {
    /// What stands for a member left out.
    fn absent() -> Self;

    /// Reads the member that is there.
    ///
    /// # Errors
    /// As [`Decode::decode`].
    fn present(value: &Value<'_>) -> Result<Self, DecodeError>;
}

impl<'v, 'a> Members<'v, 'a> {
    /// Opens an object that may have members of these `names`, which are in canonical order.
    ///
    /// # Errors
    /// When `value` is no object.
    pub fn open(value: &'v Value<'a>, names: &'static [&'static str]) -> Result<Self, DecodeError> {
        let object = value.as_object().ok_or_else(|| wrong_type(value, "an object"))?;
        Ok(Self {
            object,
            next: 0,
            names,
        })
    }

    /// The value of the next member, if it has that name.
    #[inline(never)]
    fn find(&mut self, name: &'static str) -> Result<Option<&'v Value<'a>>, DecodeError> {
        match self.object.at(self.next) {
            Some((found, value)) if found == name => {
                self.next += 1;
                Ok(Some(value))
            }
            Some((found, _)) if utf16_order(found, name) == Ordering::Less => Err(self.unknown(found)),
            _ => Ok(None),
        }
    }

    /// Reads a member that must be there.
    ///
    /// # Errors
    /// When it is missing or not of its form, or a member before it is unknown.
    pub fn required<T: Decode>(&mut self, name: &'static str) -> Result<T, DecodeError> {
        T::decode(self.demand(name)?).map_err(|error| error.within(name))
    }

    #[inline(never)]
    fn demand(&mut self, name: &'static str) -> Result<&'v Value<'a>, DecodeError> {
        self.find(name)?.ok_or_else(|| self.missing(name))
    }

    /// Reads a member that may be left out.
    ///
    /// # Errors
    /// When it is there and not of its form, or a member before it is unknown.
    pub fn optional<T: Optional>(&mut self, name: &'static str) -> Result<T, DecodeError> {
        match self.find_present(name)? {
            Some(value) => T::present(value).map_err(|error| error.within(name)),
            None => Ok(T::absent()),
        }
    }

    #[inline(never)]
    fn find_present(&mut self, name: &'static str) -> Result<Option<&'v Value<'a>>, DecodeError> {
        match self.find(name)? {
            Some(Value::Null) => Err(null().within(name)),
            found => Ok(found),
        }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// When a member is left.
    pub fn close(self) -> Result<(), DecodeError> {
        match self.object.at(self.next) {
            Some((found, _)) => Err(self.unknown(found)),
            None => Ok(()),
        }
    }

    #[cold]
    fn unknown(&self, name: &str) -> DecodeError {
        let reason = DecodeReason::UnknownMember {
            name: name.to_owned(),
            expected: self.names,
        };
        DecodeError::new(reason).within(name)
    }

    /// A misspelt member tells more than the one it leaves wanting.
    #[cold]
    fn missing(&self, name: &'static str) -> DecodeError {
        let unknown = self.object.iter().find(|(found, _)| !self.names.contains(found));
        match unknown {
            Some((found, _)) => self.unknown(found),
            None => DecodeError::new(DecodeReason::MissingMember { name }),
        }
    }
}

#[cold]
fn null() -> DecodeError {
    DecodeError::new(DecodeReason::WrongType {
        expected: "a value; an absent member is left out",
        found: Found::Null,
    })
}

impl<T: Decode> Optional for Option<T> {
    fn absent() -> Self {
        None
    }

    fn present(value: &Value<'_>) -> Result<Self, DecodeError> {
        T::decode(value).map(Some)
    }
}

impl<T: Decode> Optional for Vec<T> {
    fn absent() -> Self {
        Self::new()
    }

    fn present(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::decode(value)
    }
}

impl<T: Decode> Optional for BTreeMap<String, T> {
    fn absent() -> Self {
        Self::new()
    }

    fn present(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::decode(value)
    }
}
