//! What is wrong with a sheet, by row and column.

use std::fmt;
use std::io::{self, Write};

use crate::sheet::SafeCsv;

/// A fault of a row. The row is not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Number of the row, as spreadsheets show it.
    pub row: usize,
    /// Name of the column; empty where it is the row as a whole.
    pub column: String,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, column, reason } = self;
        if column.is_empty() {
            write!(f, "row {row}: {reason}")
        } else {
            write!(f, "row {row}, {column}: {reason}")
        }
    }
}

/// Writes faults as a file for spreadsheets.
///
/// # Errors
/// What the writer says.
pub fn write_faults(faults: &[Fault], to: impl Write) -> io::Result<()> {
    let mut csv = SafeCsv::begin(to, &["行 row", "列 column", "原因 reason"])?;
    for fault in faults {
        csv.row(&[&fault.row.to_string(), &fault.column, &fault.reason])?;
    }
    csv.finish()?.flush()
}
