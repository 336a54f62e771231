//! Our own structs straight to canonical bytes.

use core::fmt::Display;
use serde::ser::{self, Serialize};

use super::object::ObjectEncoder;
use super::write_string;
use crate::budget::MAX_DEPTH;
use crate::json::{MAX_SAFE_INTEGER, is_noncharacter};

/// A value our records must not hold; what we write is what the strict reader reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// An integer beyond ±(2^53 − 1) (RFC 7493 §2.2); quantities beyond are decimal strings.
    #[error("integer beyond ±(2^53 − 1)")]
    UnsafeInteger,
    /// A floating-point number; quantities are decimal strings.
    #[error("floating-point number")]
    Float,
    /// An absent value written as `null`; absent members are left out.
    #[error("null in place of an absent value")]
    Null,
    /// A Unicode noncharacter in a string (RFC 7493 §2.1).
    #[error("noncharacter U+{code_point:04X}")]
    Noncharacter {
        /// The code point.
        code_point: u32,
    },
    /// A member name given twice in one object (RFC 7493 §2.3).
    #[error("duplicate member name {name:?}")]
    DuplicateMember {
        /// The name.
        name: String,
    },
    /// A map whose keys are not strings.
    #[error("member name that is not a string")]
    NameNotString,
    /// Arrays and objects nested deeper than [`MAX_DEPTH`].
    #[error("nesting deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// A kind of value our records do not use.
    #[error("{kind} has no place in a record")]
    Unsupported {
        /// The kind, in serde's words.
        kind: &'static str,
    },
    /// A `Serialize` implementation refused the value.
    #[error("{message}")]
    InvalidValue {
        /// What the implementation said.
        message: String,
    },
}

impl ser::Error for EncodeError {
    fn custom<T: Display>(message: T) -> Self {
        Self::InvalidValue {
            message: message.to_string(),
        }
    }
}

/// Writes a record of ours as canonical JSON (RFC 8785).
///
/// Records hold strings, booleans, integers within ±(2^53 − 1), arrays and objects; fieldless enum variants
/// are strings, other variants objects of one member. Absent members must be left out
/// (`skip_serializing_if`).
///
/// # Errors
/// [`EncodeError`] for anything the strict reader would refuse, and for `null` and floating-point numbers.
pub fn to_canonical<T: Serialize + ?Sized>(record: &T) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    record.serialize(Encoder::new(&mut out, 0))?;
    Ok(out)
}

/// Writes one value that stands inside `depth` containers.
pub(super) struct Encoder<'o> {
    out: &'o mut Vec<u8>,
    depth: usize,
}

impl<'o> Encoder<'o> {
    pub(super) const fn new(out: &'o mut Vec<u8>, depth: usize) -> Self {
        Self { out, depth }
    }

    fn integer<T>(self, value: T) -> Result<(), EncodeError>
    where
        i64: TryFrom<T>,
    {
        match i64::try_from(value) {
            Ok(value) if (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&value) => {
                self.out.extend_from_slice(value.to_string().as_bytes());
                Ok(())
            }
            _ => Err(EncodeError::UnsafeInteger),
        }
    }

    pub(super) fn text(self, text: &str) -> Result<(), EncodeError> {
        if let Some(character) = text.chars().find(|&character| is_noncharacter(character)) {
            return Err(EncodeError::Noncharacter {
                code_point: u32::from(character),
            });
        }
        write_string(text, self.out);
        Ok(())
    }

    const fn inner_depth(&self) -> Result<usize, EncodeError> {
        if self.depth < MAX_DEPTH {
            Ok(self.depth + 1)
        } else {
            Err(EncodeError::TooDeep)
        }
    }

    fn open_array(self) -> Result<ArrayEncoder<'o>, EncodeError> {
        let depth = self.inner_depth()?;
        Ok(ArrayEncoder {
            out: self.out,
            depth,
            separator: b'[',
        })
    }

    fn open_object(self) -> Result<ObjectEncoder<'o>, EncodeError> {
        let depth = self.inner_depth()?;
        Ok(ObjectEncoder::open(self.out, depth))
    }
}

impl<'o> ser::Serializer for Encoder<'o> {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = ArrayEncoder<'o>;
    type SerializeTuple = ArrayEncoder<'o>;
    type SerializeTupleStruct = ArrayEncoder<'o>;
    type SerializeTupleVariant = ser::Impossible<(), EncodeError>;
    type SerializeMap = ObjectEncoder<'o>;
    type SerializeStruct = ObjectEncoder<'o>;
    type SerializeStructVariant = ser::Impossible<(), EncodeError>;

    fn serialize_bool(self, value: bool) -> Result<(), EncodeError> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), EncodeError> {
        self.integer(value)
    }

    fn serialize_i16(self, value: i16) -> Result<(), EncodeError> {
        self.integer(value)
    }

    fn serialize_i32(self, value: i32) -> Result<(), EncodeError> {
        self.integer(value)
    }

    fn serialize_i64(self, value: i64) -> Result<(), EncodeError> {
        self.integer(value)
    }

    fn serialize_u8(self, value: u8) -> Result<(), EncodeError> {
        self.integer(value)
    }

    fn serialize_u16(self, value: u16) -> Result<(), EncodeError> {
        self.integer(value)
    }

    fn serialize_u32(self, value: u32) -> Result<(), EncodeError> {
        self.integer(value)
    }

    fn serialize_u64(self, value: u64) -> Result<(), EncodeError> {
        self.integer(value)
    }

    fn serialize_f32(self, _value: f32) -> Result<(), EncodeError> {
        Err(EncodeError::Float)
    }

    fn serialize_f64(self, _value: f64) -> Result<(), EncodeError> {
        Err(EncodeError::Float)
    }

    fn serialize_char(self, value: char) -> Result<(), EncodeError> {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), EncodeError> {
        self.text(value)
    }

    fn serialize_bytes(self, _value: &[u8]) -> Result<(), EncodeError> {
        Err(EncodeError::Unsupported { kind: "byte string" })
    }

    fn serialize_none(self) -> Result<(), EncodeError> {
        Err(EncodeError::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), EncodeError> {
        Err(EncodeError::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), EncodeError> {
        Err(EncodeError::Unsupported { kind: "unit struct" })
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), EncodeError> {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        let mut object = self.open_object()?;
        object.member(variant, value)?;
        object.close()
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<ArrayEncoder<'o>, EncodeError> {
        self.open_array()
    }

    fn serialize_tuple(self, _length: usize) -> Result<ArrayEncoder<'o>, EncodeError> {
        self.open_array()
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        _length: usize,
    ) -> Result<ArrayEncoder<'o>, EncodeError> {
        self.open_array()
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeTupleVariant, EncodeError> {
        Err(EncodeError::Unsupported {
            kind: "tuple variant",
        })
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<ObjectEncoder<'o>, EncodeError> {
        self.open_object()
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<ObjectEncoder<'o>, EncodeError> {
        self.open_object()
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeStructVariant, EncodeError> {
        Err(EncodeError::Unsupported {
            kind: "struct variant",
        })
    }
}

/// Writes the elements of one array as they come.
pub(super) struct ArrayEncoder<'o> {
    out: &'o mut Vec<u8>,
    depth: usize,
    separator: u8,
}

impl ArrayEncoder<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.out.push(self.separator);
        self.separator = b',';
        value.serialize(Encoder::new(self.out, self.depth))
    }

    fn close(self) {
        if self.separator == b'[' {
            self.out.push(b'[');
        }
        self.out.push(b']');
    }
}

impl ser::SerializeSeq for ArrayEncoder<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.element(value)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeTuple for ArrayEncoder<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.element(value)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeTupleStruct for ArrayEncoder<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.element(value)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.close();
        Ok(())
    }
}
