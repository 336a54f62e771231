//! What streams are packed with (ISO 32000-2 §7.4).

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::error::PdfError;
use super::lexer::{is_space, unhex};
use super::object::{Dictionary, Object};

/// A stream unpacked as far as these readers do it.
#[derive(Debug, PartialEq)]
pub(super) enum Unpacked {
    /// All of it.
    Bytes(Vec<u8>),
    /// What is left is a JPEG file: the browser reads those.
    Jpeg(Vec<u8>),
    /// What is left is packed in a way that these readers do not know.
    Unknown,
}

/// Undoes the filters, the first first, into at most `limit` bytes.
pub(super) fn unpack(
    mut bytes: Vec<u8>,
    filters: &[(Vec<u8>, Dictionary)],
    limit: usize,
) -> Result<Unpacked, PdfError> {
    for (name, parameters) in filters {
        bytes = match name.as_slice() {
            b"FlateDecode" | b"Fl" => {
                let inflated = decompress_to_vec_zlib_with_limit(&bytes, limit);
                let inflated = match inflated {
                    Ok(inflated) => inflated,
                    Err(error) if error.status == miniz_oxide::inflate::TINFLStatus::HasMoreOutput => {
                        return Err(PdfError::TooMuch("inflated bytes"));
                    }
                    // Files that end early are shown by other readers too.
                    Err(error) => error.output,
                };
                predicted(inflated, parameters).ok_or(PdfError::Damaged("predictor"))?
            }
            b"ASCIIHexDecode" | b"AHx" => {
                let end = bytes.iter().position(|byte| *byte == b'>').unwrap_or(bytes.len());
                unhex(bytes.get(..end).unwrap_or_default()).ok_or(PdfError::Damaged("hexadecimal digits"))?
            }
            b"ASCII85Decode" | b"A85" => base85(&bytes).ok_or(PdfError::Damaged("base-85 digits"))?,
            b"RunLengthDecode" | b"RL" => runs(&bytes, limit)?,
            b"DCTDecode" | b"DCT" => return Ok(Unpacked::Jpeg(bytes)),
            _ => return Ok(Unpacked::Unknown),
        };
    }
    Ok(Unpacked::Bytes(bytes))
}

/// Undoes PNG's and TIFF's predictors (§7.4.4.4).
fn predicted(bytes: Vec<u8>, parameters: &Dictionary) -> Option<Vec<u8>> {
    let parameter = |name: &[u8], default| parameters.get(name).map_or(Some(default), Object::count);
    let predictor = parameter(b"Predictor", 1)?;
    if predictor == 1 {
        return Some(bytes);
    }
    let bits = parameter(b"Colors", 1)?.checked_mul(parameter(b"BitsPerComponent", 8)?)?;
    let row = parameter(b"Columns", 1)?.checked_mul(bits)?.div_ceil(8);
    if row == 0 || row > bytes.len() {
        return None;
    }
    let pixel = bits.div_ceil(8).max(1);
    if predictor == 2 {
        return (parameter(b"BitsPerComponent", 8)? == 8).then(|| differences(bytes, row, pixel));
    }
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    for line in bytes.chunks(row + 1) {
        let (&kind, line) = line.split_first()?;
        let start = out.len();
        for (x, &byte) in line.iter().enumerate() {
            let at = |place: Option<usize>| place.and_then(|place| out.get(place)).copied().unwrap_or(0);
            let left = at((x >= pixel).then(|| start + x - pixel));
            let up = at((start >= row).then(|| start + x - row));
            let corner = at((start >= row && x >= pixel).then(|| start + x - row - pixel));
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => up,
                3 => u8::try_from((u16::from(left) + u16::from(up)) / 2).ok()?,
                4 => paeth(left, up, corner),
                _ => return None,
            };
            out.push(byte.wrapping_add(guess));
        }
    }
    Some(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let away = |of: u8| (guess - i16::from(of)).abs();
    if away(left) <= away(up) && away(left) <= away(corner) {
        left
    } else if away(up) <= away(corner) {
        up
    } else {
        corner
    }
}

fn differences(mut bytes: Vec<u8>, row: usize, pixel: usize) -> Vec<u8> {
    for line in bytes.chunks_mut(row) {
        for x in pixel..line.len() {
            let left = line.get(x - pixel).copied().unwrap_or(0);
            if let Some(byte) = line.get_mut(x) {
                *byte = byte.wrapping_add(left);
            }
        }
    }
    bytes
}

fn base85(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 5 * 4);
    let mut group: Vec<u32> = Vec::with_capacity(5);
    let mut flush = |group: &mut Vec<u32>| {
        let length = group.len();
        group.resize(5, 84);
        let value = group
            .iter()
            .try_fold(0_u32, |value, digit| value.checked_mul(85)?.checked_add(*digit))?;
        out.extend(value.to_be_bytes().iter().take(length.saturating_sub(1)));
        group.clear();
        Some(())
    };
    for &byte in text.iter().filter(|byte| !is_space(**byte)) {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => {
                group.resize(5, 0);
                flush(&mut group)?;
            }
            b'!'..=b'u' => {
                group.push(u32::from(byte - b'!'));
                if group.len() == 5 {
                    flush(&mut group)?;
                }
            }
            _ => return None,
        }
    }
    if !group.is_empty() {
        flush(&mut group)?;
    }
    Some(out)
}

fn runs(bytes: &[u8], limit: usize) -> Result<Vec<u8>, PdfError> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while let Some((&length, after)) = rest.split_first() {
        let length = usize::from(length);
        rest = match length {
            128 => break,
            0..128 => {
                let (literal, after) = after
                    .split_at_checked(length + 1)
                    .ok_or(PdfError::Damaged("run"))?;
                out.extend_from_slice(literal);
                after
            }
            _ => {
                let (&byte, after) = after.split_first().ok_or(PdfError::Damaged("run"))?;
                out.resize(out.len() + 257 - length, byte);
                after
            }
        };
        if out.len() > limit {
            return Err(PdfError::TooMuch("inflated bytes"));
        }
    }
    Ok(out)
}
