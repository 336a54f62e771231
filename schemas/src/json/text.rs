//! From bytes to text: UTF-8, no byte order mark, no noncharacters (RFC 8259 §8.1, RFC 7493 §2.1).

use super::error::{JsonError, JsonErrorReason};

/// Lead byte of U+F000–U+FFFF; every noncharacter's first byte is this or larger.
const FIRST_NONCHARACTER_LEAD: u8 = 0xEF;

/// Bytes looked at together when searching for lead bytes of noncharacters.
const BLOCK: usize = 32;

/// Whether Unicode reserves the code point for internal use: U+FDD0–U+FDEF and the last two of each plane.
pub(crate) fn is_noncharacter(character: char) -> bool {
    let code_point = u32::from(character);
    (0xFDD0..=0xFDEF).contains(&code_point) || code_point & 0xFFFE == 0xFFFE
}

/// The document as text that holds no raw noncharacter.
pub(super) fn read_text(bytes: &[u8]) -> Result<&str, JsonError> {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Err(JsonError::new(0, JsonErrorReason::ByteOrderMark));
    }
    // The fast check does not say where it fails; the slow one does.
    let text = simdutf8::basic::from_utf8(bytes).or_else(|_| {
        core::str::from_utf8(bytes)
            .map_err(|error| JsonError::new(error.valid_up_to(), JsonErrorReason::InvalidUtf8))
    })?;
    match first_noncharacter(text) {
        None => Ok(text),
        Some((offset, code_point)) => Err(JsonError::new(
            offset,
            JsonErrorReason::Noncharacter { code_point },
        )),
    }
}

/// Offset and code point of the first noncharacter.
///
/// Most blocks hold no byte that could begin one; only the others are looked at character by character.
fn first_noncharacter(text: &str) -> Option<(usize, u32)> {
    let (blocks, tail) = text.as_bytes().as_chunks::<BLOCK>();
    let mut offset = 0;
    for block in blocks {
        if block
            .iter()
            .fold(false, |found, &byte| found | (byte >= FIRST_NONCHARACTER_LEAD))
        {
            let found = noncharacter_from(text, offset, block);
            if found.is_some() {
                return found;
            }
        }
        offset += BLOCK;
    }
    noncharacter_from(text, offset, tail)
}

/// The first noncharacter whose lead byte is in `block`, which starts at `offset` of `text`.
fn noncharacter_from(text: &str, offset: usize, block: &[u8]) -> Option<(usize, u32)> {
    let leads = (offset..)
        .zip(block)
        .filter(|&(_, &byte)| byte >= FIRST_NONCHARACTER_LEAD);
    leads.into_iter().find_map(|(at, _)| {
        let character = text.get(at..)?.chars().next()?;
        is_noncharacter(character).then_some((at, u32::from(character)))
    })
}
