//! The grammar of RFC 8259 over one shared pile of finished values.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::error::{Expected, JsonError, JsonErrorReason};
use super::number;
use super::object::{Object, utf16_order};
use super::string;
use super::text::read_text;
use super::value::Value;
use crate::budget::MAX_DEPTH;

/// Reads one document of at most `max_bytes` bytes; the whole of `bytes` must be that document.
///
/// # Errors
/// The first fault found, with its offset; see [`JsonErrorReason`] for the rules. Faults of the text (UTF-8,
/// noncharacters) are found before those of the grammar.
pub fn parse(bytes: &[u8], max_bytes: usize) -> Result<Value<'_>, JsonError> {
    parse_with(number::scan_whole, bytes, max_bytes)
}

/// Reads one document that may hold any number of I-JSON (RFC 7493 §2.2), as [`parse`] otherwise: documents of others.
///
/// # Errors
/// As [`parse`].
pub fn parse_i_json(bytes: &[u8], max_bytes: usize) -> Result<Value<'_>, JsonError> {
    parse_with(number::scan_any, bytes, max_bytes)
}

fn parse_with<'a>(
    scan_number: number::Scan<'a>,
    bytes: &'a [u8],
    max_bytes: usize,
) -> Result<Value<'a>, JsonError> {
    if bytes.len() > max_bytes {
        let reason = JsonErrorReason::TooLong {
            length: bytes.len(),
            limit: max_bytes,
        };
        return Err(JsonError::new(max_bytes, reason));
    }
    let mut parser = Parser::new(scan_number, read_text(bytes)?);
    parser.skip_white_space();
    let value = parser.value(0)?;
    parser.skip_white_space();
    match parser.peek() {
        None => Ok(value),
        Some(_) => Err(parser.unexpected(Expected::DocumentEnd)),
    }
}

/// Room for the members and elements of all containers that a usual document has open at once.
const USUAL_OPEN: usize = 64;

/// Finished values of all containers still open lie on two shared piles; a container that closes takes its
/// own off the top, in one allocation of the right size.
struct Parser<'a> {
    scan_number: number::Scan<'a>,
    text: &'a str,
    at: usize,
    elements: Vec<Value<'a>>,
    members: Vec<(Cow<'a, str>, Value<'a>)>,
    /// Offset of each name in `members`.
    name_offsets: Vec<usize>,
    /// How often the text so far differs from its canonical spelling.
    deviations: usize,
}

impl<'a> Parser<'a> {
    fn new(scan_number: number::Scan<'a>, text: &'a str) -> Self {
        Self {
            scan_number,
            text,
            at: 0,
            elements: Vec::with_capacity(USUAL_OPEN),
            members: Vec::with_capacity(USUAL_OPEN),
            name_offsets: Vec::with_capacity(USUAL_OPEN),
            deviations: 0,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over the byte if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn skip_white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
            self.deviations += 1;
        }
    }

    fn unexpected(&self, expected: Expected) -> JsonError {
        JsonError::new(
            self.at,
            match self.peek() {
                Some(found) => JsonErrorReason::UnexpectedByte { found, expected },
                None => JsonErrorReason::UnexpectedEnd { expected },
            },
        )
    }

    /// Reads a value inside `depth` containers; recursion ends at [`MAX_DEPTH`].
    fn value(&mut self, depth: usize) -> Result<Value<'a>, JsonError> {
        match self.peek() {
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b'{') => self.object(inner_depth(self.at, depth)?),
            Some(b'[') => self.array(inner_depth(self.at, depth)?),
            Some(b'-' | b'0'..=b'9') => {
                let (number, end) = (self.scan_number)(self.text, self.at)?;
                self.at = end;
                Ok(Value::Number(number))
            }
            Some(b't') => self.literal("true", Value::Bool(true)),
            Some(b'f') => self.literal("false", Value::Bool(false)),
            Some(b'n') => self.literal("null", Value::Null),
            _ => Err(self.unexpected(Expected::Value)),
        }
    }

    fn literal(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, JsonError> {
        for byte in word.bytes() {
            if !self.take(byte) {
                return Err(self.unexpected(Expected::Literal));
            }
        }
        Ok(value)
    }

    /// Reads the string whose opening quotation mark comes next.
    #[inline]
    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        match string::plain(self.text, self.at + 1) {
            Some(plain) => {
                self.at += plain.len() + 2;
                Ok(Cow::Borrowed(plain))
            }
            None => self.escaped_string(),
        }
    }

    #[cold]
    fn escaped_string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        let (string, end) = string::scan_escaped(self.text, self.at + 1)?;
        self.at = end;
        // Some escapes are canonical; taking none for it costs such a document a rewriting, no more.
        self.deviations += 1;
        Ok(Cow::Owned(string))
    }

    fn array(&mut self, depth: usize) -> Result<Value<'a>, JsonError> {
        self.at += 1;
        self.skip_white_space();
        if self.take(b']') {
            return Ok(Value::Array(Vec::new()));
        }
        let start = self.elements.len();
        loop {
            if self.peek() == Some(b'"') {
                let text = self.string()?;
                self.elements.push(Value::String(text));
            } else {
                let element = self.value(depth)?;
                self.elements.push(element);
            }
            self.skip_white_space();
            if self.take(b']') {
                return Ok(Value::Array(self.elements.split_off(start)));
            }
            if !self.take(b',') {
                return Err(self.unexpected(Expected::CommaOrArrayEnd));
            }
            self.skip_white_space();
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value<'a>, JsonError> {
        let mut opened = OpenObject {
            offset: self.at,
            members: self.members.len(),
            deviations: self.deviations,
            in_order: true,
        };
        self.at += 1;
        self.skip_white_space();
        if self.take(b'}') {
            return Ok(Value::Object(Object::new()));
        }
        if self.peek() != Some(b'"') {
            return Err(self.unexpected(Expected::MemberNameOrObjectEnd));
        }
        loop {
            self.member(&mut opened, depth)?;
            self.skip_white_space();
            if self.take(b'}') {
                return self.close_object(&opened).map(Value::Object);
            }
            if !self.take(b',') {
                return Err(self.unexpected(Expected::CommaOrObjectEnd));
            }
            self.skip_white_space();
        }
    }

    /// Reads one member onto the pile.
    fn member(&mut self, object: &mut OpenObject, depth: usize) -> Result<(), JsonError> {
        let name_offset = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.unexpected(Expected::MemberName));
        }
        let name = self.string()?;
        let siblings = self.members.get(object.members..).unwrap_or_default();
        if let Some((before, _)) = siblings.last() {
            match utf16_order(before, &name) {
                Ordering::Less => {}
                Ordering::Equal => return Err(duplicate(name_offset, &name)),
                Ordering::Greater => object.in_order = false,
            }
        }
        self.skip_white_space();
        if !self.take(b':') {
            return Err(self.unexpected(Expected::Colon));
        }
        self.skip_white_space();
        // Most values are texts; they go straight to their place.
        if self.peek() == Some(b'"') {
            let text = self.string()?;
            self.members.push((name, Value::String(text)));
        } else {
            let value = self.value(depth)?;
            self.members.push((name, value));
        }
        self.name_offsets.push(name_offset);
        Ok(())
    }

    /// Takes the object's members off the pile.
    fn close_object(&mut self, object: &OpenObject) -> Result<Object<'a>, JsonError> {
        let members = self.members.split_off(object.members);
        if object.in_order {
            self.name_offsets.truncate(object.members);
            let is_canonical = self.deviations == object.deviations;
            let source = if is_canonical {
                self.text.get(object.offset..self.at)
            } else {
                None
            };
            return Ok(Object::from_sorted(members, source));
        }
        self.deviations += 1;
        let offsets = self.name_offsets.split_off(object.members);
        let mut members: Vec<_> = offsets.into_iter().zip(members).collect();
        // Stable, so of two equal names the later one stays behind.
        members.sort_by(|(_, (left, _)), (_, (right, _))| utf16_order(left, right));
        let repeated = members.windows(2).filter_map(|pair| match pair {
            [(_, (first, _)), (offset, (second, _))] if first == second => Some((*offset, second)),
            _ => None,
        });
        if let Some((offset, name)) = repeated.min() {
            return Err(duplicate(offset, name));
        }
        let members = members.into_iter().map(|(_, member)| member).collect();
        Ok(Object::from_sorted(members, None))
    }
}

/// An object whose closing brace has not come yet.
struct OpenObject {
    /// Offset of its opening brace.
    offset: usize,
    /// Length of the pile of members when it opened.
    members: usize,
    /// Deviations counted when it opened.
    deviations: usize,
    /// Whether each name so far sorts behind the one before it.
    in_order: bool,
}

fn inner_depth(at: usize, depth: usize) -> Result<usize, JsonError> {
    if depth < MAX_DEPTH {
        Ok(depth + 1)
    } else {
        Err(JsonError::new(at, JsonErrorReason::TooDeep { limit: MAX_DEPTH }))
    }
}

fn duplicate(offset: usize, name: &str) -> JsonError {
    JsonError::new(
        offset,
        JsonErrorReason::DuplicateMember {
            name: name.to_owned(),
        },
    )
}
