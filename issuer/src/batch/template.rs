//! Sheets for people to fill in: the head with both names of each column, and a row as an example or for each case.

use super::Column;
use crate::sheet::{SafeCsv, write_workbook};

/// Why a template is not written.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// Neither CSV nor XLSX.
    #[error("wanted a file name that ends in .csv or .xlsx")]
    Kind,
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] std::io::Error),
    /// More than the format holds.
    #[error("the workbook grows too large")]
    TooLarge,
}

/// A sheet with these columns, in the format that the ending of `name` says. Each of `rows` gives cells by the names of
/// columns; without any the row of examples stands there.
///
/// # Errors
/// [`TemplateError`].
pub fn template(
    name: &str,
    columns: &[Column],
    rows: &[Vec<(&str, String)>],
) -> Result<Vec<u8>, TemplateError> {
    let head: Vec<String> = columns
        .iter()
        .map(|column| format!("{} {}", column.zh, column.key))
        .collect();
    let example = || columns.iter().map(|column| column.example.to_owned()).collect();
    let cells = |row: &Vec<(&str, String)>| {
        let cell = |column: &Column| row.iter().find(|(key, _)| *key == column.key);
        columns
            .iter()
            .map(|column| cell(column).map_or_else(String::new, |(_, text)| text.clone()))
            .collect()
    };
    let body: Vec<Vec<String>> = if rows.is_empty() {
        vec![example()]
    } else {
        rows.iter().map(cells).collect()
    };
    let lower = name.to_ascii_lowercase();
    if lower.ends_with(".xlsx") {
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(body).collect();
        return write_workbook(&rows).ok_or(TemplateError::TooLarge);
    }
    if !lower.ends_with(".csv") {
        return Err(TemplateError::Kind);
    }
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let mut csv = SafeCsv::begin(Vec::new(), &head)?;
    for row in &body {
        csv.row(&row.iter().map(String::as_str).collect::<Vec<&str>>())?;
    }
    Ok(csv.finish()?)
}
