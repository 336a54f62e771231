//! Strings: borrowed from the document when they hold no escape, unescaped into an owned copy otherwise.

use super::error::{Expected, JsonError, JsonErrorReason};
use super::text::is_noncharacter;

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// How many bytes from the start stand for themselves inside a JSON string: up to the first quotation mark,
/// reverse solidus or control character (RFC 8259 §7). The set is the one RFC 8785 §3.2.2.2 escapes.
pub(crate) fn plain_length(bytes: &[u8]) -> usize {
    let (words, tail) = bytes.as_chunks::<8>();
    let mut length = 0;
    for word in words {
        let marks = special_bytes(u64::from_le_bytes(*word));
        if marks != 0 {
            return length + usize::try_from(marks.trailing_zeros() / 8).unwrap_or_default();
        }
        length += 8;
    }
    length
        + tail
            .iter()
            .take_while(|&&byte| byte >= 0x20 && byte != b'"' && byte != b'\\')
            .count()
}

/// Marks, in the high bit of each byte, the bytes that do not stand for themselves.
///
/// Subtraction borrows only out of a byte that is itself marked, so the lowest mark is always true; those
/// above it may be false.
const fn special_bytes(word: u64) -> u64 {
    let quotes = word ^ (LOW_BITS * b'"' as u64);
    let solidi = word ^ (LOW_BITS * b'\\' as u64);
    let quotes = quotes.wrapping_sub(LOW_BITS) & !quotes;
    let solidi = solidi.wrapping_sub(LOW_BITS) & !solidi;
    let controls = word.wrapping_sub(LOW_BITS * 0x20) & !word;
    (quotes | solidi | controls) & HIGH_BITS
}

/// The string whose opening quotation mark stands just before `start`, when it holds no escape and is closed.
#[inline]
pub(super) fn plain(text: &str, start: usize) -> Option<&str> {
    let end = plain_end(text, start);
    match text.as_bytes().get(end) {
        Some(b'"') => text.get(start..end),
        _ => None,
    }
}

fn plain_end(text: &str, start: usize) -> usize {
    start + plain_length(text.as_bytes().get(start..).unwrap_or_default())
}

/// Reads the string whose opening quotation mark stands just before `start`, unescaped; gives it and the offset after
/// its closing one.
pub(super) fn scan_escaped(text: &str, start: usize) -> Result<(String, usize), JsonError> {
    let bytes = text.as_bytes();
    let mut at = plain_end(text, start);
    let mut out = text.get(start..at).unwrap_or_default().to_owned();
    loop {
        match bytes.get(at) {
            Some(b'"') => return Ok((out, at + 1)),
            Some(b'\\') => {
                let (character, end) = scan_escape(bytes, at)?;
                out.push(character);
                at = end;
            }
            other => return Err(unterminated(at, other.copied())),
        }
        let end = plain_end(text, at);
        out.push_str(text.get(at..end).unwrap_or_default());
        at = end;
    }
}

/// Reads one escape, or two that form a surrogate pair, from the reverse solidus at `at`.
fn scan_escape(bytes: &[u8], at: usize) -> Result<(char, usize), JsonError> {
    let character = match bytes.get(at + 1) {
        Some(&plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return scan_code_point(bytes, at),
        Some(_) => return Err(JsonError::new(at, JsonErrorReason::InvalidEscape)),
        None => return Err(unterminated(at + 1, None)),
    };
    Ok((character, at + 2))
}

/// Reads `\uXXXX`, or `\uD8XX\uDCXX`, from the reverse solidus at `at`.
fn scan_code_point(bytes: &[u8], at: usize) -> Result<(char, usize), JsonError> {
    let code_unit = scan_code_unit(bytes, at)?;
    let lone = || JsonError::new(at, JsonErrorReason::LoneSurrogate { code_unit });
    let (character, end) = match char::from_u32(u32::from(code_unit)) {
        Some(character) => (character, at + 6),
        None => {
            if bytes.get(at + 6..at + 8) != Some(b"\\u") {
                return Err(lone());
            }
            let second = scan_code_unit(bytes, at + 6)?;
            let mut pair = char::decode_utf16([code_unit, second]);
            match pair.next() {
                Some(Ok(character)) => (character, at + 12),
                _ => return Err(lone()),
            }
        }
    };
    if is_noncharacter(character) {
        let code_point = u32::from(character);
        return Err(JsonError::new(at, JsonErrorReason::Noncharacter { code_point }));
    }
    Ok((character, end))
}

/// The four hexadecimal digits, of either case, of the `\u` at `at`.
fn scan_code_unit(bytes: &[u8], at: usize) -> Result<u16, JsonError> {
    let mut code_unit = 0_u16;
    for place in at + 2..at + 6 {
        let Some(&found) = bytes.get(place) else {
            let expected = Expected::HexDigits;
            return Err(JsonError::new(place, JsonErrorReason::UnexpectedEnd { expected }));
        };
        let Some(digit) = char::from(found)
            .to_digit(16)
            .and_then(|digit| u16::try_from(digit).ok())
        else {
            let expected = Expected::HexDigits;
            return Err(JsonError::new(
                place,
                JsonErrorReason::UnexpectedByte { found, expected },
            ));
        };
        code_unit = code_unit << 4 | digit;
    }
    Ok(code_unit)
}

fn unterminated(at: usize, found: Option<u8>) -> JsonError {
    JsonError::new(
        at,
        match found {
            Some(found) => JsonErrorReason::ControlCharacter { found },
            None => JsonErrorReason::UnexpectedEnd {
                expected: Expected::StringEnd,
            },
        },
    )
}
