//! CSV (RFC 4180) as spreadsheets write it: UTF-8 with or without its mark, UTF-16 with it, or GB18030.

#[cfg(feature = "sheet")]
use std::borrow::Cow;

#[cfg(feature = "sheet")]
use encoding_rs::{Encoding, GB18030};

use super::{SheetError, SheetRow, check_column, check_row, text_cell};

/// Reads the rows of a CSV file.
#[cfg(feature = "sheet")]
pub(super) fn read(bytes: &[u8]) -> Result<Vec<SheetRow>, SheetError> {
    rows_of(&decode(bytes)?)
}

/// Reads the rows of CSV as text.
pub(super) fn rows_of(text: &str) -> Result<Vec<SheetRow>, SheetError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut lines = Lines {
        text: text.as_bytes(),
        counted: 0,
        line: 1,
    };
    loop {
        let number = rows.len() + 1;
        let read = reader.read_record(&mut record);
        if !read.map_err(|error| SheetError::Delimited {
            row: number,
            cause: error.to_string(),
        })? {
            return Ok(rows);
        }
        check_row(number)?;
        check_column(number, record.len())?;
        let begins = record.position().map_or(0, csv::Position::byte);
        let line = lines.of(usize::try_from(begins).unwrap_or(usize::MAX));
        rows.push(SheetRow {
            number: line,
            cells: record.iter().map(text_cell).collect(),
        });
    }
}

/// Which line a byte is on: counted once from the first to the last.
struct Lines<'a> {
    text: &'a [u8],
    counted: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line on which the record begins that was looked for from this byte on.
    fn of(&mut self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        let ends = rest
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let begins = from.saturating_add(ends).min(self.text.len());
        let passed = self.text.get(self.counted..begins).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.counted = begins;
        self.line
    }
}

/// The text, by its byte order mark; without one UTF-8 where it is that, else GB18030 (GB 18030-2022), which every
/// Chinese spreadsheet writes.
#[cfg(feature = "sheet")]
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, SheetError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, wrong) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        return if wrong {
            Err(SheetError::Encoding)
        } else {
            Ok(text)
        };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    match GB18030.decode_without_bom_handling(bytes) {
        (_, true) => Err(SheetError::Encoding),
        (text, false) => Ok(text),
    }
}

/// What separates the cells: the one of comma, semicolon and tab that the first line has most of.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or_default();
    let count = |wanted: u8| line.bytes().filter(|byte| *byte == wanted).count();
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|separator| count(*separator))
        .unwrap_or(b',')
}
