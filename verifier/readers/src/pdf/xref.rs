//! Where the objects are (ISO 32000-2 §7.5.4, §7.5.6, §7.5.8): the newest section of cross-references first, so that of
//! a number given anew by a later addition to the file the older object is never seen.

use std::collections::{BTreeMap, BTreeSet};

use super::error::PdfError;
use super::file::stream_bytes;
use super::filters::Unpacked;
use super::lexer::Lexer;
use super::object::{Dictionary, Object, Stream};
use crate::budget::{MAX_PDF_OBJECTS, MAX_PDF_UPDATES};

/// Where an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nowhere: freed.
    Free,
    /// At that byte of the file.
    At(usize),
    /// In the object stream of that number.
    In(u32),
}

/// The objects' places, and the newest trailer.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) places: BTreeMap<u32, Place>,
    pub(super) trailer: Dictionary,
}

/// Follows the sections from the last `startxref`.
pub(super) fn read(bytes: &[u8], inflated: &mut usize) -> Result<Table, PdfError> {
    let mut table = Table::default();
    let mut seen = BTreeSet::new();
    let mut open = vec![last_start(bytes).ok_or(PdfError::Damaged("startxref"))?];
    while let Some(start) = open.pop() {
        if !seen.insert(start) {
            continue;
        }
        if seen.len() > MAX_PDF_UPDATES {
            return Err(PdfError::TooMuch("updates"));
        }
        let trailer = section(bytes, start, &mut table, inflated)?;
        let other = |name: &[u8]| trailer.get(name).and_then(Object::count);
        // A hybrid's stream comes before what was there earlier (§7.5.8.4).
        open.extend(other(b"Prev"));
        open.extend(other(b"XRefStm"));
        if table.trailer.is_empty() {
            table.trailer = trailer;
        }
    }
    Ok(table)
}

fn last_start(bytes: &[u8]) -> Option<usize> {
    const WORD: &[u8] = b"startxref";
    let at = bytes.windows(WORD.len()).rposition(|window| window == WORD)?;
    Lexer::new(bytes, at + WORD.len()).whole()
}

fn section(
    bytes: &[u8],
    start: usize,
    table: &mut Table,
    inflated: &mut usize,
) -> Result<Dictionary, PdfError> {
    let mut lexer = Lexer::new(bytes, start);
    if lexer.take(b"xref") {
        return classic(&mut lexer, table).ok_or(PdfError::Damaged("xref table"))?;
    }
    let object = lexer.indirect().map(|(_, object)| object);
    let Some(Object::Stream(stream)) = object else {
        return Err(PdfError::Damaged("xref"));
    };
    let content = match stream_bytes(bytes, &stream, None, inflated)? {
        Unpacked::Bytes(content) => content,
        _ => return Err(PdfError::Damaged("xref stream")),
    };
    packed(&stream, &content, table).ok_or(PdfError::Damaged("xref stream"))??;
    Ok(stream.dictionary)
}

fn note(table: &mut Table, number: usize, place: Place) -> Result<(), PdfError> {
    if table.places.len() >= MAX_PDF_OBJECTS {
        return Err(PdfError::TooMuch("objects"));
    }
    let number = u32::try_from(number).map_err(|_| PdfError::Damaged("object number"))?;
    table.places.entry(number).or_insert(place);
    Ok(())
}

fn classic(lexer: &mut Lexer<'_>, table: &mut Table) -> Option<Result<Dictionary, PdfError>> {
    while !lexer.take(b"trailer") {
        let (first, count) = (lexer.whole()?, lexer.whole()?);
        for number in (first..).take(count) {
            let offset = lexer.whole()?;
            lexer.whole()?;
            let place = if lexer.take(b"n") {
                Place::At(offset)
            } else if lexer.take(b"f") {
                Place::Free
            } else {
                return None;
            };
            if let Err(error) = note(table, number, place) {
                return Some(Err(error));
            }
        }
    }
    match lexer.object(0)? {
        Object::Dictionary(trailer) => Some(Ok(trailer)),
        _ => None,
    }
}

/// A section as a stream: rows of three numbers of so many bytes each.
fn packed(stream: &Stream, content: &[u8], table: &mut Table) -> Option<Result<(), PdfError>> {
    let widths = stream.dictionary.get(b"W".as_slice())?.array()?;
    let widths: Vec<usize> = widths
        .iter()
        .map(|width| width.count().filter(|width| *width <= 8))
        .collect::<Option<_>>()?;
    let &[kind_width, _, _] = widths.as_slice() else {
        return None;
    };
    let row: usize = widths.iter().sum();
    let ranges: Vec<usize> = match stream.dictionary.get(b"Index".as_slice()) {
        Some(index) => index.array()?.iter().map(Object::count).collect::<Option<_>>()?,
        None => vec![0, stream.dictionary.get(b"Size".as_slice())?.count()?],
    };
    if row == 0 {
        return None;
    }
    let mut rows = content.chunks_exact(row);
    for &[first, count] in ranges.as_chunks::<2>().0 {
        for (number, row) in (first..).zip(rows.by_ref().take(count)) {
            let mut at = 0;
            let mut fields = widths.iter().map(|width| {
                let bytes = row.get(at..at + width).unwrap_or_default();
                at += width;
                bytes
                    .iter()
                    .fold(0_u64, |value, byte| value << 8 | u64::from(*byte))
            });
            let (kind, second) = (fields.next()?, fields.next()?);
            let place = match if kind_width == 0 { 1 } else { kind } {
                0 => Place::Free,
                1 => Place::At(usize::try_from(second).ok()?),
                2 => Place::In(u32::try_from(second).ok()?),
                // Kinds to come count as absent (§7.5.8.3).
                _ => continue,
            };
            if let Err(error) = note(table, number, place) {
                return Some(Err(error));
            }
        }
    }
    Some(Ok(()))
}

/// Where the cross-references are of no use: the last object of each number, as it stands in the file.
pub(super) fn rebuilt(bytes: &[u8]) -> Result<Table, PdfError> {
    let mut table = Table::default();
    let mut at = 0;
    while let Some(found) = bytes
        .get(at..)
        .and_then(|rest| rest.windows(3).position(|window| window == b"obj"))
    {
        let word = at + found;
        at = word + 3;
        if let Some((number, start)) = number_before(bytes, word) {
            if table.places.len() >= MAX_PDF_OBJECTS {
                return Err(PdfError::TooMuch("objects"));
            }
            table.places.insert(number, Place::At(start));
        }
    }
    let mut at = 0;
    while let Some(found) = bytes
        .get(at..)
        .and_then(|rest| rest.windows(7).position(|window| window == b"trailer"))
    {
        at += found + 7;
        if let Some(Object::Dictionary(trailer)) = Lexer::new(bytes, at).object(0)
            && trailer.contains_key(b"Root".as_slice())
        {
            table.trailer.extend(trailer);
        }
    }
    Ok(table)
}

/// The number of `12 0 obj`, read backwards from `obj`, and where it begins.
fn number_before(bytes: &[u8], word: usize) -> Option<(u32, usize)> {
    let mut at = word;
    let mut back = |is: fn(&u8) -> bool| {
        let before = bytes.get(..at).unwrap_or_default();
        let length = before.iter().rev().take(12).take_while(|byte| is(byte)).count();
        at -= length;
        (length > 0).then_some(at)
    };
    back(|byte| super::lexer::is_space(*byte))?;
    back(u8::is_ascii_digit)?;
    back(|byte| super::lexer::is_space(*byte))?;
    let start = back(u8::is_ascii_digit)?;
    let number = Lexer::new(bytes, start).whole()?;
    Some((u32::try_from(number).ok()?, start))
}
