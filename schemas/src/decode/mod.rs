//! From strict JSON to typed records, closed world: what a record does not name is an error, with its place.
//!
//! Records derive [`serde::Deserialize`] with `deny_unknown_fields`. Stricter than serde's habit: a struct is
//! an object and never an array, and an absent member is left out and never `null`.

mod error;

use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

pub use self::error::{DecodeError, DecodeReason, Found};
use crate::json::{self, JsonError, Number, Object, Value};

/// Decodes a record out of a tree; strings may be borrowed from it.
///
/// # Errors
/// The first fault, with the JSON pointer of its place.
pub fn decode<'de, T: Deserialize<'de>>(value: &'de Value<'_>) -> Result<T, DecodeError> {
    T::deserialize(Decoder { value })
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
pub fn read<T: de::DeserializeOwned>(bytes: &[u8], max_bytes: usize) -> Result<T, ReadError> {
    let value = json::parse(bytes, max_bytes)?;
    Ok(decode(&value)?)
}

const fn found(value: &Value<'_>) -> Found {
    match value {
        Value::Null => Found::Null,
        Value::Bool(_) => Found::Boolean,
        Value::Number(number) if number.as_i64().is_some() => Found::Integer,
        Value::Number(_) => Found::Fraction,
        Value::String(_) => Found::String,
        Value::Array(_) => Found::Array,
        Value::Object(_) => Found::Object,
    }
}

#[derive(Clone, Copy)]
struct Decoder<'de, 'a> {
    value: &'de Value<'a>,
}

impl<'de> Decoder<'de, '_> {
    fn wrong_type<T>(self, expected: &dyn de::Expected) -> Result<T, DecodeError> {
        Err(DecodeError::wrong_type(found(self.value), expected))
    }
}

fn visit_number<'de, V: Visitor<'de>>(number: Number, visitor: V) -> Result<V::Value, DecodeError> {
    match (number.as_i64(), number.as_f64()) {
        (Some(integer), _) => match u64::try_from(integer) {
            Ok(natural) => visitor.visit_u64(natural),
            Err(_) => visitor.visit_i64(integer),
        },
        (None, double) => visitor.visit_f64(double.unwrap_or_default()),
    }
}

fn visit_array<'de, V: Visitor<'de>>(
    elements: &'de [Value<'_>],
    visitor: V,
) -> Result<V::Value, DecodeError> {
    let mut access = Elements {
        rest: elements.iter().enumerate(),
    };
    let value = visitor.visit_seq(&mut access)?;
    match access.rest.len() {
        0 => Ok(value),
        left => {
            let expected = format!("{}", elements.len() - left);
            Err(DecodeReason::WrongLength {
                expected,
                found: elements.len(),
            }
            .into())
        }
    }
}

fn visit_object<'de, V: Visitor<'de>>(object: &'de Object<'_>, visitor: V) -> Result<V::Value, DecodeError> {
    visitor.visit_map(Members {
        rest: object.iter(),
        current: None,
    })
}

impl<'de> de::Deserializer<'de> for Decoder<'de, '_> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => visit_number(*number, visitor),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(elements) => visit_array(elements, visitor),
            Value::Object(object) => visit_object(object, visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.value {
            Value::Null => self.wrong_type(&"a value; an absent member is left out"),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.value {
            Value::Object(object) => visit_object(object, visitor),
            _ => self.wrong_type(&visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self.value {
            Value::String(word) => visitor.visit_enum(word.as_ref().into_deserializer()),
            Value::Object(object) => match object.iter().next() {
                Some((variant, content)) if object.len() == 1 => {
                    visitor.visit_enum(Variant { variant, content })
                }
                _ => self.wrong_type(&"an object of one member"),
            },
            _ => self.wrong_type(&visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct identifier
    }
}

/// The elements of an array, counted for the pointer.
struct Elements<'de, 'a> {
    rest: core::iter::Enumerate<core::slice::Iter<'de, Value<'a>>>,
}

impl<'de> de::SeqAccess<'de> for &mut Elements<'de, '_> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let Some((index, value)) = self.rest.next() else {
            return Ok(None);
        };
        let element = seed.deserialize(Decoder { value });
        element
            .map(Some)
            .map_err(|error| error.within(&index.to_string()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// The members of an object, named for the pointer.
struct Members<'de, 'a, I> {
    rest: I,
    current: Option<(&'de str, &'de Value<'a>)>,
}

impl<'de, 'a, I: Iterator<Item = (&'de str, &'de Value<'a>)>> de::MapAccess<'de> for Members<'de, 'a, I> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        self.current = self.rest.next();
        let Some((name, _)) = self.current else {
            return Ok(None);
        };
        let key = seed.deserialize(de::value::BorrowedStrDeserializer::new(name));
        key.map(Some).map_err(|error: DecodeError| error.within(name))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, DecodeError> {
        let Some((name, value)) = self.current.take() else {
            return Err(de::Error::custom("a value was asked for before its name"));
        };
        seed.deserialize(Decoder { value })
            .map_err(|error| error.within(name))
    }
}

/// An enum variant that carries a value: `{"variant": content}`.
struct Variant<'de, 'a> {
    variant: &'de str,
    content: &'de Value<'a>,
}

impl<'de, 'a> de::EnumAccess<'de> for Variant<'de, 'a> {
    type Error = DecodeError;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), DecodeError> {
        let variant = seed.deserialize(de::value::BorrowedStrDeserializer::new(self.variant));
        Ok((
            variant.map_err(|error: DecodeError| error.within(self.variant))?,
            self,
        ))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'de, '_> {
    type Error = DecodeError;

    fn unit_variant(self) -> Result<(), DecodeError> {
        Err(DecodeError::wrong_type(Found::Object, &"a string"))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, DecodeError> {
        let content = seed.deserialize(Decoder { value: self.content });
        content.map_err(|error| error.within(self.variant))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, DecodeError> {
        Err(DecodeError::wrong_type(found(self.content), &visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        Err(DecodeError::wrong_type(found(self.content), &visitor))
    }
}
