//! A bounded walk over strict DER (X.690): one-octet tags, definite minimal lengths below 2^16, no recursion.

use std::fmt;

use thiserror::Error;

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
/// `[0] EXPLICIT`, the version of a TBSCertificate.
pub(super) const EXPLICIT_0: u8 = 0xa0;
/// `[3] EXPLICIT`, the extensions of a TBSCertificate.
pub(super) const EXPLICIT_3: u8 = 0xa3;

/// Where and why bytes are not the DER expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("at byte {offset}: {fault}")]
pub struct DerError {
    /// Byte offset from the start of the certificate.
    pub offset: usize,
    /// What is wrong there.
    pub fault: DerFault,
}

/// What is wrong with an encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DerFault {
    /// The bytes end inside an element.
    Truncated,
    /// Bytes follow the last element.
    TrailingBytes,
    /// Another tag than the one required, or none of the tags allowed.
    Tag {
        /// Tag octet required.
        expected: u8,
        /// Tag octet found.
        found: u8,
    },
    /// Indefinite, non-minimal or longer than two octets (X.690 §10.1).
    Length,
    /// A BOOLEAN other than 0xff, where FALSE is the default and must be left out (X.690 §11.1, §11.5).
    Boolean,
    /// An INTEGER that is empty, not minimal, negative or longer than the field allows.
    Integer,
    /// A BIT STRING with a wrong count of unused bits, set unused bits or trailing zero bits of a named list (X.690 §11.2).
    BitString,
    /// An OBJECT IDENTIFIER that is empty, cut, not minimal or has an arc of 2^32 or more.
    Oid,
    /// A time not in the form of RFC 5280 §4.1.2.5 or before 1970.
    Time,
    /// A character outside visible ASCII in an IA5String that is a URI.
    Text,
    /// A SEQUENCE that must have elements has none.
    Empty,
}

impl fmt::Display for DerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the bytes end inside an element"),
            Self::TrailingBytes => f.write_str("bytes follow the last element"),
            Self::Tag { expected, found } => write!(f, "tag {found:#04x} where {expected:#04x} is required"),
            Self::Length => f.write_str("length not definite, minimal and below 2^16"),
            Self::Boolean => f.write_str("boolean not in its DER form"),
            Self::Integer => f.write_str("integer not minimal, not positive or too long"),
            Self::BitString => f.write_str("bit string not in its DER form"),
            Self::Oid => f.write_str("object identifier not minimal, cut or with an arc of 2^32 or more"),
            Self::Time => f.write_str("time not in the form of RFC 5280 section 4.1.2.5 or before 1970"),
            Self::Text => f.write_str("character outside visible ASCII in a URI"),
            Self::Empty => f.write_str("empty where an element is required"),
        }
    }
}

/// One tag, length and value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    /// Offset of the tag octet.
    pub(super) offset: usize,
    /// Tag, length and value together.
    pub(super) encoded: &'a [u8],
    pub(super) value: &'a [u8],
}

impl<'a> Element<'a> {
    /// A reader over the value.
    pub(super) fn reader(&self) -> Reader<'a> {
        let header = self.encoded.len().saturating_sub(self.value.len());
        Reader {
            rest: self.value,
            offset: self.offset.saturating_add(header),
        }
    }

    pub(super) fn error(&self, fault: DerFault) -> DerError {
        DerError {
            offset: self.offset,
            fault,
        }
    }

    /// The octets of a BIT STRING without unused bits.
    pub(super) fn whole_octets(&self) -> Result<&'a [u8], DerError> {
        match self.value.split_first() {
            Some((0, octets)) => Ok(octets),
            _ => Err(self.error(DerFault::BitString)),
        }
    }
}

/// Reads elements one after another and remembers where it is.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            offset: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn error(&self, fault: DerFault) -> DerError {
        DerError {
            offset: self.offset,
            fault,
        }
    }

    /// The next element, whatever its tag.
    pub(super) fn element(&mut self) -> Result<Element<'a>, DerError> {
        let (&[tag, first], after) = self
            .rest
            .split_first_chunk::<2>()
            .ok_or(self.error(DerFault::Truncated))?;
        if tag & 0x1f == 0x1f {
            // High tag numbers do not occur in a certificate.
            return Err(self.error(DerFault::Tag {
                expected: SEQUENCE,
                found: tag,
            }));
        }
        let (length, after) = self.length(first, after)?;
        let (value, rest) = after
            .split_at_checked(length)
            .ok_or(self.error(DerFault::Truncated))?;
        let size = self.rest.len().saturating_sub(rest.len());
        let encoded = self.rest.get(..size).ok_or(self.error(DerFault::Truncated))?;
        let element = Element {
            tag,
            offset: self.offset,
            encoded,
            value,
        };
        self.rest = rest;
        self.offset = self.offset.saturating_add(size);
        Ok(element)
    }

    /// The length whose first octet is `first`, and what follows it.
    fn length(&self, first: u8, after: &'a [u8]) -> Result<(usize, &'a [u8]), DerError> {
        let truncated = self.error(DerFault::Truncated);
        let (length, after, least) = match first {
            0..=0x7f => (usize::from(first), after, 0),
            0x81 => {
                let (&octet, after) = after.split_first().ok_or(truncated)?;
                (usize::from(octet), after, 0x80)
            }
            0x82 => {
                let (&octets, after) = after.split_first_chunk::<2>().ok_or(truncated)?;
                (usize::from(u16::from_be_bytes(octets)), after, 0x100)
            }
            _ => return Err(self.error(DerFault::Length)),
        };
        if length < least {
            return Err(self.error(DerFault::Length));
        }
        Ok((length, after))
    }

    /// The next element, which must have `tag`.
    pub(super) fn expect(&mut self, tag: u8) -> Result<Element<'a>, DerError> {
        let element = self.element()?;
        if element.tag != tag {
            return Err(element.error(DerFault::Tag {
                expected: tag,
                found: element.tag,
            }));
        }
        Ok(element)
    }

    /// The next element if it has `tag`.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, DerError> {
        if self.rest.first() == Some(&tag) {
            self.expect(tag).map(Some)
        } else {
            Ok(None)
        }
    }

    /// `BOOLEAN DEFAULT FALSE`: present means TRUE.
    pub(super) fn default_false(&mut self) -> Result<bool, DerError> {
        match self.optional(BOOLEAN)? {
            None => Ok(false),
            Some(element) if element.value == [0xff] => Ok(true),
            Some(element) => Err(element.error(DerFault::Boolean)),
        }
    }

    /// The content of a minimal INTEGER above zero with at most `limit` octets (sign octet included).
    pub(super) fn positive_integer(&mut self, limit: usize) -> Result<&'a [u8], DerError> {
        let element = self.expect(INTEGER)?;
        match element.value {
            [] | [0] | [0x80..=0xff, ..] | [0, 0..=0x7f, ..] => Err(element.error(DerFault::Integer)),
            value if value.len() > limit => Err(element.error(DerFault::Integer)),
            value => Ok(value),
        }
    }

    /// Nothing may follow.
    pub(super) fn finish(&self) -> Result<(), DerError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.error(DerFault::TrailingBytes))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DerFault, Reader};

    fn fault(bytes: &[u8]) -> DerFault {
        Reader::new(bytes).element().unwrap_err().fault
    }

    #[test]
    fn lengths_have_one_spelling() {
        assert_eq!(fault(&[0x30, 0x80, 0, 0]), DerFault::Length);
        assert_eq!(fault(&[0x30, 0x81, 0x7f]), DerFault::Length);
        assert_eq!(fault(&[0x30, 0x82, 0x00, 0xff]), DerFault::Length);
        assert_eq!(fault(&[0x30, 0x83, 1, 0, 0]), DerFault::Length);
        assert_eq!(fault(&[0x30, 0xff]), DerFault::Length);
        let long = [&[0x04, 0x81, 0x80][..], &[7; 0x80]].concat();
        assert_eq!(Reader::new(&long).element().unwrap().value, [7; 0x80]);
    }

    #[test]
    fn cut_elements_are_told_with_their_offset() {
        for bytes in [&[][..], &[0x30], &[0x30, 1], &[0x30, 0x81], &[0x30, 0x82, 1]] {
            assert_eq!(fault(bytes), DerFault::Truncated);
        }
        let mut reader = Reader::new(&[0x04, 1, 9, 0x04, 2, 9]);
        reader.element().unwrap();
        assert_eq!(reader.element().unwrap_err().offset, 3);
    }

    #[test]
    fn integers_and_booleans_have_one_spelling() {
        for bytes in [
            &[2, 0][..],
            &[2, 1, 0],
            &[2, 1, 0x80],
            &[2, 2, 0, 0x7f],
            &[2, 3, 1, 0, 0],
        ] {
            assert_eq!(
                Reader::new(bytes).positive_integer(2).unwrap_err().fault,
                DerFault::Integer
            );
        }
        assert_eq!(
            Reader::new(&[2, 2, 0, 0x80]).positive_integer(2).unwrap(),
            [0, 0x80]
        );
        for bytes in [&[1, 1, 0][..], &[1, 1, 1], &[1, 0], &[1, 2, 0xff, 0xff]] {
            assert_eq!(
                Reader::new(bytes).default_false().unwrap_err().fault,
                DerFault::Boolean
            );
        }
    }
}
