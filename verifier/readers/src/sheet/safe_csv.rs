//! CSV for people's spreadsheets: no cell of it is taken for a formula (OWASP "CSV injection").

use std::io::{self, Write};

use touchstone_schemas::text::first_control;

/// Characters with which spreadsheets begin a formula, and those that they drop before one.
const BEGINS_FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '＠'];

/// A text as a cell that spreadsheets show and do not run: an apostrophe before what would begin a formula, and control
/// characters by their code point.
#[must_use]
pub fn safe_cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len() + 1);
    // White space before the sign is dropped by some programs.
    if text.trim_start().starts_with(BEGINS_FORMULA) || text.starts_with(BEGINS_FORMULA) {
        cell.push('\'');
    }
    for c in text.chars() {
        if first_control(c.encode_utf8(&mut [0; 4])).is_some() {
            cell.push_str(&format!("<U+{:04X}>", u32::from(c)));
        } else {
            cell.push(c);
        }
    }
    cell
}

/// Writes rows of such cells, with a byte order mark so that spreadsheets take it for UTF-8.
pub struct SafeCsv<W: Write>(csv::Writer<W>);

impl<W: Write> SafeCsv<W> {
    /// Begins a file with its head.
    ///
    /// # Errors
    /// What the writer says.
    pub fn begin(mut to: W, head: &[&str]) -> io::Result<Self> {
        to.write_all("\u{FEFF}".as_bytes())?;
        let mut csv = Self(
            csv::WriterBuilder::new()
                .terminator(csv::Terminator::CRLF)
                .from_writer(to),
        );
        csv.row(head)?;
        Ok(csv)
    }

    /// Writes a row.
    ///
    /// # Errors
    /// What the writer says.
    pub fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        let cells = cells.iter().map(|cell| safe_cell(cell));
        self.0.write_record(cells).map_err(io::Error::from)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(self) -> io::Result<W> {
        self.0
            .into_inner()
            .map_err(|error| io::Error::other(error.to_string()))
    }
}
