//! Sheets that people fill in: CSV and XLSX, read into rows of texts.
//!
//! What comes in is hostile until it is read. Every limit stands in `schemas::budget`: a file is measured before it is
//! read, a part of a workbook while it is inflated, and what a reader is given is what was measured.

mod container;
mod delimited;
mod numbers;
#[cfg(feature = "sheet")]
mod safe_csv;
#[cfg(feature = "sheet")]
mod stored_zip;
mod texts;
#[cfg(feature = "sheet")]
mod workbook;

use touchstone_schemas::budget::{MAX_SHEET_BYTES, MAX_SHEET_CELL_CHARS, MAX_SHEET_COLUMNS, MAX_SHEET_ROWS};

pub use container::ContainerError;
pub use numbers::{AskedNumber, certificate_numbers};
#[cfg(feature = "sheet")]
pub use safe_csv::{SafeCsv, safe_cell};
#[cfg(feature = "sheet")]
pub use workbook::write_workbook;

/// A sheet: its head, and the rows below it that are not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Cells of the first row.
    pub head: Vec<String>,
    /// The other rows, in order.
    pub rows: Vec<SheetRow>,
}

/// A row of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// Its number as spreadsheets show it: the head is row 1. In CSV, the line on which it begins.
    pub number: usize,
    /// Its cells from the first column on, without white space at either end.
    pub cells: Vec<Cell>,
}

/// A cell: its text, or why it has none.
pub type Cell = Result<String, CellFault>;

/// Why a cell is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellFault {
    /// Longer than the budget.
    #[error("{found} characters, a cell has at most {limit}")]
    TooLong {
        /// Characters found.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A formula that failed.
    #[error("the cell shows the error {0}: enter the value itself")]
    Error(String),
    /// A number of which digits are lost.
    #[error("a number of more than 15 digits, of which a spreadsheet keeps 15: format the cell as text")]
    Precision,
    /// A length of time.
    #[error("a length of time, wanted a text or a date")]
    Duration,
    /// A date outside the calendar.
    #[error("not a date of the calendar")]
    Date,
}

/// Why a file is not a sheet.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// Longer than the budget.
    #[error("the file has {found} bytes, at most {limit} are read")]
    TooLarge {
        /// Bytes found.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// More rows than the budget.
    #[error("more than {limit} rows: divide the file")]
    TooManyRows {
        /// The limit.
        limit: usize,
    },
    /// More columns than the budget.
    #[error("row {row} reaches beyond column {limit}")]
    TooManyColumns {
        /// The row.
        row: usize,
        /// The limit.
        limit: usize,
    },
    /// A workbook of before 2007, or one behind a password.
    #[error(
        "this is a workbook of another kind, or behind a password: save it as XLSX without one, or as CSV"
    )]
    OtherKind,
    /// Neither UTF-8, UTF-16 with its mark, nor GB18030.
    #[error("the text is neither UTF-8 nor UTF-16 nor GB18030")]
    Encoding,
    /// Not CSV (RFC 4180).
    #[error("row {row} is not CSV: {cause}")]
    Delimited {
        /// The row.
        row: usize,
        /// What is wrong.
        cause: String,
    },
    /// The container of a workbook is not sound.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// The workbook does not read.
    #[error("the workbook does not read: {0}")]
    Workbook(String),
    /// Cells joined into one.
    #[error("rows {first} to {last} hold merged cells: undo the merging")]
    Merged {
        /// First row.
        first: u32,
        /// Last row.
        last: u32,
    },
    /// Nothing in it.
    #[error("the sheet is empty")]
    Empty,
}

impl Sheet {
    /// Reads a sheet: a workbook where the file is one, else CSV.
    ///
    /// # Errors
    /// [`SheetError`].
    #[cfg(feature = "sheet")]
    pub fn read(bytes: &[u8]) -> Result<Self, SheetError> {
        check_length(bytes.len())?;
        // OLE compound files: workbooks of before 2007, and encrypted ones ([MS-CFB] §2.2).
        if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
            return Err(SheetError::OtherKind);
        }
        Self::of_rows(if bytes.starts_with(b"PK") {
            workbook::read(bytes)?
        } else {
            delimited::read(bytes)?
        })
    }

    /// The texts of a workbook's first sheet; a number or date is the text it is stored as.
    ///
    /// # Errors
    /// [`SheetError`].
    pub fn texts_of_workbook(bytes: &[u8]) -> Result<Self, SheetError> {
        check_length(bytes.len())?;
        Self::of_rows(texts::read(bytes)?)
    }

    /// Reads CSV that is text already.
    ///
    /// # Errors
    /// [`SheetError`].
    pub fn of_csv(text: &str) -> Result<Self, SheetError> {
        check_length(text.len())?;
        Self::of_rows(delimited::rows_of(text)?)
    }

    fn of_rows(rows: Vec<SheetRow>) -> Result<Self, SheetError> {
        let filled = |row: &SheetRow| row.cells.iter().any(|cell| cell.as_deref() != Ok(""));
        let mut rows = rows.into_iter().filter(filled);
        let head = rows.next().ok_or(SheetError::Empty)?;
        let head = head.cells.into_iter().map(Result::unwrap_or_default).collect();
        Ok(Self {
            head,
            rows: rows.collect(),
        })
    }
}

fn check_length(found: usize) -> Result<(), SheetError> {
    let limit = MAX_SHEET_BYTES;
    if found > limit {
        return Err(SheetError::TooLarge { found, limit });
    }
    Ok(())
}

/// A text as a cell: trimmed, and within the budget.
fn text_cell(text: &str) -> Cell {
    let text = text.trim();
    let limit = MAX_SHEET_CELL_CHARS;
    if text.len() > limit {
        let found = text.chars().count();
        if found > limit {
            return Err(CellFault::TooLong { found, limit });
        }
    }
    Ok(text.to_owned())
}

fn check_row(number: usize) -> Result<(), SheetError> {
    let limit = MAX_SHEET_ROWS;
    if number > limit {
        return Err(SheetError::TooManyRows { limit });
    }
    Ok(())
}

fn check_column(row: usize, column: usize) -> Result<(), SheetError> {
    let limit = MAX_SHEET_COLUMNS;
    if column > limit {
        return Err(SheetError::TooManyColumns { row, limit });
    }
    Ok(())
}

impl SheetError {
    /// What programs know it by.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } | Self::TooManyRows { .. } | Self::TooManyColumns { .. } => "tooMuch",
            Self::Container(ContainerError::Parts { .. } | ContainerError::Inflates { .. }) => "tooMuch",
            Self::OtherKind => "otherKind",
            Self::Encoding
            | Self::Delimited { .. }
            | Self::Container(ContainerError::Form(_) | ContainerError::DocumentType { .. })
            | Self::Workbook(_) => "damaged",
            Self::Merged { .. } => "merged",
            Self::Empty => "empty",
        }
    }
}
