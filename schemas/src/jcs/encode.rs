//! Our own records straight to canonical bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use super::{write_escaped, write_string};
use crate::json::{Value, utf16_order};

/// Room for a usual credential, so that writing one allocates once.
const USUAL_BYTES: usize = 8 * 1024;

/// A type that is written in one JSON form, which is canonical (RFC 8785).
///
/// Records hold texts, whole numbers from 0 to 2^53 − 1, booleans, arrays and objects; an absent member is left out.
/// The strict reader reads all that is written.
pub trait Encode {
    /// Appends the value's canonical spelling.
    fn encode(&self, out: &mut Vec<u8>);
}

/// A member that may be left out.
pub trait Omit: Encode {
    /// Whether it is left out.
    fn is_absent(&self) -> bool;
}

/// Writes a record as canonical JSON (RFC 8785).
#[must_use]
pub fn to_canonical<T: Encode + ?Sized>(record: &T) -> Vec<u8> {
    let mut out = Vec::with_capacity(USUAL_BYTES);
    record.encode(&mut out);
    out
}

/// An object in the making. Its members come in canonical order (RFC 8785 §3.2.3): [`record!`](crate::record!) checks
/// that when it is compiled, those who write by hand see to it.
#[derive(Debug)]
pub struct ObjectWriter<'o> {
    out: &'o mut Vec<u8>,
    separator: u8,
}

impl<'o> ObjectWriter<'o> {
    /// Begins an object.
    pub const fn open(out: &'o mut Vec<u8>) -> Self {
        Self { out, separator: b'{' }
    }

    /// Writes a member's name, in which nothing needs an escape; the value is to follow.
    pub fn name(&mut self, name: &str) -> &mut Vec<u8> {
        self.out.reserve(name.len() + 4);
        self.out.extend_from_slice(&[self.separator, b'"']);
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.separator = b',';
        self.out
    }

    /// Writes a name from outside.
    fn any_name(&mut self, name: &str) -> &mut Vec<u8> {
        self.out.push(self.separator);
        self.separator = b',';
        write_string(name, self.out);
        self.out.push(b':');
        self.out
    }

    /// Writes a member.
    pub fn member<T: Encode + ?Sized>(&mut self, name: &str, value: &T) -> &mut Self {
        value.encode(self.name(name));
        self
    }

    /// Writes a member unless it is left out.
    pub fn optional<T: Omit + ?Sized>(&mut self, name: &str, value: &T) -> &mut Self {
        if !value.is_absent() {
            self.member(name, value);
        }
        self
    }

    /// Writes a member that is an object.
    pub fn object(&mut self, name: &str, write: impl FnOnce(&mut ObjectWriter<'_>)) -> &mut Self {
        write_object(self.name(name), write);
        self
    }

    /// Writes a member that is an array of objects, one of each item.
    pub fn objects<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        write: impl Fn(&mut ObjectWriter<'_>, T),
    ) -> &mut Self {
        write_array(self.name(name), items, |out, item| {
            write_object(out, |object| write(object, item));
        });
        self
    }

    /// Ends the object.
    pub fn close(&mut self) {
        if self.separator == b'{' {
            self.out.push(b'{');
        }
        self.out.push(b'}');
    }
}

/// Writes an object.
pub fn write_object(out: &mut Vec<u8>, write: impl FnOnce(&mut ObjectWriter<'_>)) {
    let mut object = ObjectWriter::open(out);
    write(&mut object);
    object.close();
}

/// Writes an array, one element of each item.
pub fn write_array<T>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    write: impl Fn(&mut Vec<u8>, T),
) {
    let start = out.len();
    for item in items {
        out.push(b',');
        write(out, item);
    }
    match out.get_mut(start) {
        Some(first) => *first = b'[',
        None => out.push(b'['),
    }
    out.push(b']');
}

impl Encode for str {
    fn encode(&self, out: &mut Vec<u8>) {
        write_string(self, out);
    }
}

impl Encode for String {
    fn encode(&self, out: &mut Vec<u8>) {
        write_string(self, out);
    }
}

impl Encode for Cow<'_, str> {
    fn encode(&self, out: &mut Vec<u8>) {
        write_string(self, out);
    }
}

/// A text put together as it is written.
impl Encode for fmt::Arguments<'_> {
    fn encode(&self, out: &mut Vec<u8>) {
        struct Escaped<'o>(&'o mut Vec<u8>);
        impl fmt::Write for Escaped<'_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                write_escaped(text, self.0);
                Ok(())
            }
        }
        out.push(b'"');
        // A vector takes all it is given.
        let _ = Escaped(out).write_fmt(*self);
        out.push(b'"');
    }
}

impl Encode for bool {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

/// At most 2^53 − 1, which is what counts of documents and entries never reach.
impl Encode for u64 {
    fn encode(&self, out: &mut Vec<u8>) {
        let mut digits = [0; 20];
        let mut at = digits.len();
        let mut rest = *self;
        loop {
            at -= 1;
            if let Some(digit) = digits.get_mut(at) {
                *digit = b'0' + (rest % 10) as u8;
            }
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        out.extend_from_slice(digits.get(at..).unwrap_or_default());
    }
}

impl Encode for u32 {
    fn encode(&self, out: &mut Vec<u8>) {
        u64::from(*self).encode(out);
    }
}

impl Encode for u16 {
    fn encode(&self, out: &mut Vec<u8>) {
        u64::from(*self).encode(out);
    }
}

impl Encode for u8 {
    fn encode(&self, out: &mut Vec<u8>) {
        u64::from(*self).encode(out);
    }
}

impl<T: Encode + ?Sized> Encode for &T {
    fn encode(&self, out: &mut Vec<u8>) {
        T::encode(self, out);
    }
}

impl<T: Encode> Encode for [T] {
    fn encode(&self, out: &mut Vec<u8>) {
        write_array(out, self, |out, element| element.encode(out));
    }
}

impl<T: Encode, const N: usize> Encode for [T; N] {
    fn encode(&self, out: &mut Vec<u8>) {
        self.as_slice().encode(out);
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.as_slice().encode(out);
    }
}

/// An object of any names.
impl<K: AsRef<str>, T: Encode> Encode for BTreeMap<K, T> {
    fn encode(&self, out: &mut Vec<u8>) {
        let mut members: Vec<(&str, &T)> = self.iter().map(|(name, value)| (name.as_ref(), value)).collect();
        members.sort_unstable_by(|(left, _), (right, _)| utf16_order(left, right));
        write_object(out, |object| {
            for (name, value) in members {
                value.encode(object.any_name(name));
            }
        });
    }
}

impl Encode for Value<'_> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.write_canonical(out);
    }
}

/// The value, where there is one; records leave the member out where there is none.
impl<T: Encode> Encode for Option<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.encode(out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

impl<T: Encode> Omit for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Encode> Omit for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<K: AsRef<str>, T: Encode> Omit for BTreeMap<K, T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}
