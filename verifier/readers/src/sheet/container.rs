//! The container of a workbook, a ZIP file (APPNOTE 6.3): its directory is measured before anything is inflated, and every
//! part counted while it is. Readers are then given what was measured, packed anew.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::{Crc, read::DeflateDecoder};
use touchstone_schemas::budget::{MAX_SHEET_INFLATED_BYTES, MAX_SHEET_PARTS};

const END: &[u8] = b"PK\x05\x06";
const END_BYTES: usize = 22;
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_BYTES: usize = 46;
const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_BYTES: usize = 30;
/// Bit 0 of the flags: encrypted.
const ENCRYPTED: u16 = 1;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Why a container is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContainerError {
    /// Not a ZIP file of the plain kind.
    #[error("not a sound XLSX file: {0}")]
    Form(&'static str),
    /// More parts than the budget.
    #[error("the XLSX file has {found} parts, at most {limit} are read")]
    Parts {
        /// Parts found.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// Inflates to more than the budget.
    #[error("the XLSX file inflates to more than {limit} bytes")]
    Inflates {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A part with declarations of its own (XML 1.0 §2.8).
    #[error("{part} declares a document type, which no workbook does")]
    DocumentType {
        /// The part.
        part: String,
    },
}

/// The parts that a reader of one sheet wants.
fn is_wanted(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let xml = [".xml", ".rels"].iter().any(|end| lower.ends_with(end));
    xml && !["media", "drawing", "theme", "docprops"]
        .iter()
        .any(|part| lower.contains(part))
}

/// Inflates the parts of a workbook, within the budget for all of them together.
///
/// # Errors
/// [`ContainerError`].
pub(super) fn parts(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, ContainerError> {
    let entries = directory(bytes)?;
    let limit = MAX_SHEET_INFLATED_BYTES;
    let declared = entries.iter().map(|entry| u64::from(entry.inflated)).sum::<u64>();
    if declared > u64::try_from(limit).unwrap_or(u64::MAX) {
        return Err(ContainerError::Inflates { limit });
    }
    let mut left = limit;
    let mut parts = BTreeMap::new();
    for entry in entries {
        if !is_wanted(&entry.name) {
            continue;
        }
        let part = inflate(bytes, &entry, left)?;
        left = left.saturating_sub(part.len());
        let upper = part
            .windows(9)
            .any(|window| window.eq_ignore_ascii_case(b"<!DOCTYPE"));
        if upper
            || part
                .windows(8)
                .any(|window| window.eq_ignore_ascii_case(b"<!ENTITY"))
        {
            return Err(ContainerError::DocumentType { part: entry.name });
        }
        if parts.insert(entry.name, part).is_some() {
            return Err(ContainerError::Form("two parts of one name"));
        }
    }
    Ok(parts)
}

/// An entry of the directory.
struct Entry {
    name: String,
    method: u16,
    packed: u32,
    inflated: u32,
    crc: u32,
    offset: u32,
}

/// The entries, as the directory at the end has them; the file ends with it.
fn directory(bytes: &[u8]) -> Result<Vec<Entry>, ContainerError> {
    let form = ContainerError::Form;
    let end = bytes
        .len()
        .checked_sub(END_BYTES)
        .and_then(|at| bytes.get(at..))
        .filter(|end| end.starts_with(END))
        .ok_or(form("its directory does not stand at the end"))?;
    let found = usize::from(short(end, 10).ok_or(form("no end"))?);
    let limit = MAX_SHEET_PARTS;
    if found > limit {
        return Err(ContainerError::Parts { found, limit });
    }
    let (size, start) = (
        long(end, 12).ok_or(form("no end"))?,
        long(end, 16).ok_or(form("no end"))?,
    );
    let mut rest = span(bytes, start, size).ok_or(form("its directory lies outside"))?;
    let mut entries = Vec::with_capacity(found);
    while !rest.is_empty() {
        let cut = form("its directory is cut short");
        let head = rest
            .get(..ENTRY_BYTES)
            .filter(|head| head.starts_with(ENTRY))
            .ok_or(cut.clone())?;
        let field = |at| short(head, at).ok_or(cut.clone());
        let wide = |at| long(head, at).ok_or(cut.clone());
        let [name, extra, comment] = [28, 30, 32].map(|at| short(head, at).map_or(0, usize::from));
        if field(8)? & ENCRYPTED != 0 {
            return Err(form("a part is encrypted"));
        }
        let name_bytes = rest.get(ENTRY_BYTES..ENTRY_BYTES + name).ok_or(cut.clone())?;
        let name_text = std::str::from_utf8(name_bytes).map_err(|_| form("a part's name is not UTF-8"))?;
        entries.push(Entry {
            name: name_text.to_owned(),
            method: field(10)?,
            crc: wide(16)?,
            packed: wide(20)?,
            inflated: wide(24)?,
            offset: wide(42)?,
        });
        rest = rest.get(ENTRY_BYTES + name + extra + comment..).ok_or(cut)?;
    }
    if entries.len() == found {
        Ok(entries)
    } else {
        Err(form("its directory has another number of parts than it says"))
    }
}

/// A part's bytes: never more than its entry says, nor than are `left`.
fn inflate(bytes: &[u8], entry: &Entry, left: usize) -> Result<Vec<u8>, ContainerError> {
    let outside = ContainerError::Form("a part lies outside");
    let head = span(bytes, entry.offset, 30).ok_or(outside.clone())?;
    if !head.starts_with(LOCAL) {
        return Err(outside);
    }
    let [name, extra] = [26, 28].map(|at| short(head, at).map_or(0, u32::from));
    let start = entry
        .offset
        .checked_add(u32::try_from(LOCAL_BYTES).unwrap_or(u32::MAX));
    let start = start.and_then(|at| at.checked_add(name)?.checked_add(extra));
    let packed = start
        .and_then(|start| span(bytes, start, entry.packed))
        .ok_or(outside)?;
    let wanted = usize::try_from(entry.inflated).unwrap_or(usize::MAX);
    if wanted > left {
        return Err(ContainerError::Inflates {
            limit: MAX_SHEET_INFLATED_BYTES,
        });
    }
    let mut part = Vec::new();
    let most = u64::from(entry.inflated).saturating_add(1);
    let read = match entry.method {
        STORED => packed.take(most).read_to_end(&mut part),
        DEFLATED => DeflateDecoder::new(packed).take(most).read_to_end(&mut part),
        _ => {
            return Err(ContainerError::Form(
                "a part is packed in a way that no workbook is",
            ));
        }
    };
    let mut crc = Crc::new();
    crc.update(&part);
    if read.is_err() || part.len() != wanted || crc.sum() != entry.crc {
        return Err(ContainerError::Form("a part is not what the directory says"));
    }
    Ok(part)
}

fn span(bytes: &[u8], start: u32, size: u32) -> Option<&[u8]> {
    let start = usize::try_from(start).ok()?;
    bytes.get(start..start.checked_add(usize::try_from(size).ok()?)?)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
