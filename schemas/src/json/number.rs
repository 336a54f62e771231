//! Numbers: safe integers, and where they are asked for, other doubles in their canonical spelling.

use super::error::{Expected, JsonError, JsonErrorReason};

/// Largest integer every JSON reader keeps exactly: 2^53 − 1 (RFC 7493 §2.2).
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// Decimal digits of [`MAX_SAFE_INTEGER`]; a longer integer is beyond it whatever its digits.
const MAX_SAFE_DIGITS: usize = 16;

/// A JSON number: an integer within ±(2^53 − 1), or a finite double that is not such an integer, as it is spelt.
///
/// A whole number from 10^21 on is a double: its canonical spelling has an exponent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number<'a>(Repr<'a>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repr<'a> {
    Integer(i64),
    Double(&'a str),
}

/// Reads a number token; gives the number and the offset after it.
pub(super) type Scan<'a> = fn(&'a str, usize) -> Result<(Number<'a>, usize), JsonError>;

/// An integer beyond ±(2^53 − 1) (RFC 7493 §2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("integer beyond ±(2^53 − 1)")]
pub struct UnsafeIntegerError;

impl Number<'_> {
    /// The value when it is an integer within ±(2^53 − 1).
    pub const fn as_i64(self) -> Option<i64> {
        match self.0 {
            Repr::Integer(value) => Some(value),
            Repr::Double(_) => None,
        }
    }

    /// Appends the spelling of RFC 8785 §3.2.2.3.
    pub(crate) fn write_canonical(self, out: &mut Vec<u8>) {
        match self.0 {
            Repr::Integer(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Repr::Double(canonical) => out.extend_from_slice(canonical.as_bytes()),
        }
    }
}

impl TryFrom<i64> for Number<'_> {
    type Error = UnsafeIntegerError;

    fn try_from(value: i64) -> Result<Self, UnsafeIntegerError> {
        if (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&value) {
            Ok(Self(Repr::Integer(value)))
        } else {
            Err(UnsafeIntegerError)
        }
    }
}

impl TryFrom<u64> for Number<'_> {
    type Error = UnsafeIntegerError;

    fn try_from(value: u64) -> Result<Self, UnsafeIntegerError> {
        i64::try_from(value).map_err(|_| UnsafeIntegerError)?.try_into()
    }
}

impl From<u32> for Number<'_> {
    fn from(value: u32) -> Self {
        Self(Repr::Integer(i64::from(value)))
    }
}

/// Reads a number of our own documents, which is whole: quantities are decimal strings.
pub(super) fn scan_whole(text: &str, start: usize) -> Result<(Number<'_>, usize), JsonError> {
    let (magnitude, end) = scan_magnitude(text, start)?;
    if goes_on(text, end) {
        return Err(JsonError::new(start, JsonErrorReason::Fraction));
    }
    integer(text, start, magnitude, end)
}

/// Reads any number of I-JSON.
///
/// ```text
/// number = [ minus ] int [ frac ] [ exp ]      RFC 8259 §6
/// ```
pub(super) fn scan_any(text: &str, start: usize) -> Result<(Number<'_>, usize), JsonError> {
    let (magnitude, end) = scan_magnitude(text, start)?;
    if goes_on(text, end) {
        return scan_double(text, start, end);
    }
    integer(text, start, magnitude, end)
}

fn is_negative(text: &str, start: usize) -> bool {
    text.as_bytes().get(start) == Some(&b'-')
}

/// Reads `[ minus ] int`; the value is `None` when it exceeds 2^53 − 1.
fn scan_magnitude(text: &str, start: usize) -> Result<(Option<i64>, usize), JsonError> {
    scan_integer(text.as_bytes(), start + usize::from(is_negative(text, start)))
}

/// Whether a fraction or an exponent follows.
fn goes_on(text: &str, end: usize) -> bool {
    matches!(text.as_bytes().get(end), Some(b'.' | b'e' | b'E'))
}

fn integer(
    text: &str,
    start: usize,
    magnitude: Option<i64>,
    end: usize,
) -> Result<(Number<'_>, usize), JsonError> {
    let negative = is_negative(text, start);
    let Some(magnitude) = magnitude else {
        return Err(JsonError::new(start, JsonErrorReason::UnsafeInteger));
    };
    if negative && magnitude == 0 {
        let canonical = "0".to_owned();
        return Err(JsonError::new(
            start,
            JsonErrorReason::NonCanonicalNumber { canonical },
        ));
    }
    let value = if negative { -magnitude } else { magnitude };
    Ok((Number(Repr::Integer(value)), end))
}

/// Reads `int` of RFC 8259 §6; the value is `None` when it exceeds 2^53 − 1.
fn scan_integer(bytes: &[u8], first: usize) -> Result<(Option<i64>, usize), JsonError> {
    let mut end = first;
    let mut magnitude = 0_i64;
    while let Some(digit @ b'0'..=b'9') = bytes.get(end) {
        // Sixteen digits stay far below i64::MAX; what follows no longer matters.
        if end - first < MAX_SAFE_DIGITS {
            magnitude = magnitude * 10 + i64::from(digit - b'0');
        }
        end += 1;
        if magnitude == 0 {
            // A leading zero stands alone; the caller refuses a digit after it.
            break;
        }
    }
    match end - first {
        0 => Err(unexpected(bytes, first)),
        length => {
            let safe = length <= MAX_SAFE_DIGITS && magnitude <= MAX_SAFE_INTEGER;
            Ok((safe.then_some(magnitude), end))
        }
    }
}

/// Reads `[ frac ] [ exp ]` from `at` on and judges the whole token from `start`.
fn scan_double(text: &str, start: usize, at: usize) -> Result<(Number<'_>, usize), JsonError> {
    let bytes = text.as_bytes();
    let mut end = at;
    if bytes.get(end) == Some(&b'.') {
        end = scan_digits(bytes, end + 1)?;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        end += 1;
        if matches!(bytes.get(end), Some(b'+' | b'-')) {
            end += 1;
        }
        end = scan_digits(bytes, end)?;
    }
    let token = text.get(start..end).unwrap_or_default();
    // The grammar above is a subset of what `f64::from_str` reads, so the fallback is never taken.
    let value = token.parse::<f64>().unwrap_or(f64::INFINITY);
    if !value.is_finite() {
        return Err(JsonError::new(start, JsonErrorReason::NumberOutOfRange));
    }
    let mut buffer = ryu_js::Buffer::new();
    let canonical = buffer.format_finite(value);
    if canonical != token {
        let canonical = canonical.to_owned();
        return Err(JsonError::new(
            start,
            JsonErrorReason::NonCanonicalNumber { canonical },
        ));
    }
    Ok((Number(Repr::Double(token)), end))
}

fn scan_digits(bytes: &[u8], first: usize) -> Result<usize, JsonError> {
    let rest = bytes.get(first..).unwrap_or_default();
    match rest.iter().take_while(|byte| byte.is_ascii_digit()).count() {
        0 => Err(unexpected(bytes, first)),
        count => Ok(first + count),
    }
}

fn unexpected(bytes: &[u8], at: usize) -> JsonError {
    let expected = Expected::Digit;
    JsonError::new(
        at,
        match bytes.get(at) {
            Some(&found) => JsonErrorReason::UnexpectedByte { found, expected },
            None => JsonErrorReason::UnexpectedEnd { expected },
        },
    )
}
