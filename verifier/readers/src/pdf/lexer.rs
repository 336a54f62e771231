//! Bytes as objects (ISO 32000-2 §7.2, §7.3), and the words of content streams (§7.8.2).

use super::object::{Dictionary, Object, Stream};
use crate::budget::MAX_PDF_DEPTH;

/// A place in bytes that are read as objects.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
}

/// What a content stream holds next.
#[derive(Debug, PartialEq)]
pub(super) enum Word<'a> {
    Operand(Object),
    Operator(&'a [u8]),
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// Goes past a word, if it comes next.
    pub(super) fn take(&mut self, word: &[u8]) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    /// A run of regular characters.
    pub(super) fn regular(&mut self) -> &'a [u8] {
        let length = self.rest().iter().take_while(|byte| is_regular(**byte)).count();
        let word = self.rest().get(..length).unwrap_or_default();
        self.at += length;
        word
    }

    /// A whole number that is not negative.
    pub(super) fn whole(&mut self) -> Option<usize> {
        self.skip_space();
        let digits = self
            .rest()
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let number = std::str::from_utf8(self.rest().get(..digits)?)
            .ok()?
            .parse()
            .ok()?;
        self.at += digits;
        Some(number)
    }

    /// `12 0 obj` and what follows, with the number found.
    pub(super) fn indirect(&mut self) -> Option<(u32, Object)> {
        let number = u32::try_from(self.whole()?).ok()?;
        self.whole()?;
        if !self.take(b"obj") {
            return None;
        }
        let object = self.object(0)?;
        let Object::Dictionary(dictionary) = object else {
            return Some((number, object));
        };
        if !self.take(b"stream") {
            return Some((number, Object::Dictionary(dictionary)));
        }
        // CR LF or LF (§7.3.8.1); a CR alone occurs.
        self.at += usize::from(self.peek() == Some(b'\r'));
        self.at += usize::from(self.peek() == Some(b'\n'));
        let start = self.at;
        Some((number, Object::Stream(Stream { dictionary, start })))
    }

    /// The next object; a number followed by another and `R` is a reference.
    pub(super) fn object(&mut self, depth: usize) -> Option<Object> {
        if depth > MAX_PDF_DEPTH {
            return None;
        }
        self.skip_space();
        match self.peek()? {
            b'/' => self.name().map(Object::Name),
            b'(' => self.literal().map(Object::Text),
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                while !self.take(b"]") {
                    items.push(self.object(depth + 1)?);
                }
                Some(Object::Array(items))
            }
            b'<' if self.rest().starts_with(b"<<") => {
                self.at += 2;
                self.dictionary(b">>", depth).map(Object::Dictionary)
            }
            b'<' => self.hexadecimal().map(Object::Text),
            b'+' | b'-' | b'.' | b'0'..=b'9' => self.number_or_reference(),
            _ => match self.regular() {
                b"true" => Some(Object::Boolean(true)),
                b"false" => Some(Object::Boolean(false)),
                b"null" => Some(Object::Null),
                _ => None,
            },
        }
    }

    /// Names and values up to `end`.
    pub(super) fn dictionary(&mut self, end: &[u8], depth: usize) -> Option<Dictionary> {
        let mut members = Dictionary::new();
        while !self.take(end) {
            self.skip_space();
            if self.peek()? != b'/' {
                return None;
            }
            let name = self.name()?;
            members.insert(name, self.object(depth + 1)?);
        }
        Some(members)
    }

    fn number_or_reference(&mut self) -> Option<Object> {
        let number = self.number()?;
        let after = self.at;
        if let Some(of) = super::object::to_count(number)
            && self.whole().is_some()
            && self.take(b"R")
            && !self.peek().is_some_and(is_regular)
        {
            return u32::try_from(of).ok().map(Object::Reference);
        }
        self.at = after;
        Some(Object::Number(number))
    }

    fn number(&mut self) -> Option<f64> {
        let word = std::str::from_utf8(self.regular()).ok()?;
        let number: f64 = word.parse().ok()?;
        // Rust also takes `inf`, `nan` and exponents, which no word that begins so is.
        number.is_finite().then_some(number)
    }

    fn name(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let word = self.regular();
        let mut name = Vec::with_capacity(word.len());
        let mut bytes = word.iter();
        while let Some(&byte) = bytes.next() {
            let digits = (byte == b'#')
                .then(|| bytes.as_slice().first_chunk::<2>())
                .flatten();
            match digits.and_then(|&[high, low]| Some(hex(high)? << 4 | hex(low)?)) {
                Some(escaped) => {
                    name.push(escaped);
                    bytes.nth(1);
                }
                None => name.push(byte),
            }
        }
        Some(name)
    }

    fn literal(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let mut text = Vec::new();
        let mut open = 1_usize;
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Some(text);
                    }
                }
                b'\\' => {
                    self.escaped(&mut text)?;
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
    }

    fn escaped(&mut self, text: &mut Vec<u8>) -> Option<()> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else {
                        break;
                    };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                text.push(u8::try_from(code & 0xff).ok()?);
            }
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'\n' => {}
            other => text.push(other),
        }
        Some(())
    }

    fn hexadecimal(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let length = self.rest().iter().position(|byte| *byte == b'>')?;
        let text = unhex(self.rest().get(..length)?);
        self.at += length + 1;
        text
    }

    /// The bytes up to `EI` between spaces, which ends an image within contents.
    pub(super) fn until_end_of_image(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest();
        let is_end = |window: &[u8]| matches!(window, [before, b'E', b'I', after] if is_space(*before) && is_space(*after));
        let length = rest
            .windows(4)
            .position(is_end)
            .or_else(|| rest.len().checked_sub(3).filter(|_| rest.ends_with(b"EI")))?;
        self.at += length + 3;
        rest.get(..length)
    }

    /// The next word of a content stream.
    pub(super) fn word(&mut self) -> Option<Word<'a>> {
        self.skip_space();
        let byte = self.peek()?;
        if matches!(byte, b'/' | b'(' | b'[' | b'<') {
            return self.object(0).map(Word::Operand);
        }
        if matches!(byte, b'+' | b'-' | b'.' | b'0'..=b'9') {
            // No references here: `1 0 R` would be three words.
            return Some(Word::Operand(self.number().map_or(Object::Null, Object::Number)));
        }
        let word = self.regular();
        if word.is_empty() {
            // A bracket that closes nothing.
            self.at += 1;
            return Some(Word::Operand(Object::Null));
        }
        Some(match word {
            b"true" => Word::Operand(Object::Boolean(true)),
            b"false" => Word::Operand(Object::Boolean(false)),
            b"null" => Word::Operand(Object::Null),
            operator => Word::Operator(operator),
        })
    }
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(
            byte,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
        )
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

/// Hexadecimal digits, with spaces between; a last one alone counts as if 0 followed.
pub(super) fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text.iter().copied().filter(|byte| !is_space(*byte)).map(hex);
    let digits: Vec<u8> = digits.collect::<Option<_>>()?;
    Some(
        digits
            .chunks(2)
            .map(|pair| pair.first().unwrap_or(&0) << 4 | pair.get(1).unwrap_or(&0))
            .collect(),
    )
}
