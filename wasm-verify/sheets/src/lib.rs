//! Sheets in a browser, in a worker of the verify page: CSV or a workbook in, the certificate numbers of its rows out.

use touchstone_readers::sheet::{Sheet, SheetError, certificate_numbers};
use touchstone_schemas::{
    credential::CredentialNumber,
    uscc::{self, Uscc},
};
use wasm_bindgen::prelude::wasm_bindgen;

/// A fifth of the standard library's allocator.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// What the rows of a workbook name: row, kind (`number`, `code` of a legal entity, or `neither`) and cell, each row as one
/// text with tabs between; a cell's own white space counts as spaces.
///
/// # Errors
/// The code of why the file is not read ([`SheetError::code`]).
#[wasm_bindgen(js_name = rowsOfWorkbook)]
pub fn rows_of_workbook(bytes: &[u8]) -> Result<Vec<String>, String> {
    told(Sheet::texts_of_workbook(bytes))
}

/// The same of CSV, as text: browsers know more encodings than this module.
///
/// # Errors
/// As [`rows_of_workbook`].
#[wasm_bindgen(js_name = rowsOfCsv)]
pub fn rows_of_csv(text: &str) -> Result<Vec<String>, String> {
    told(Sheet::of_csv(text))
}

fn told(sheet: Result<Sheet, SheetError>) -> Result<Vec<String>, String> {
    let sheet = sheet.map_err(|error| error.code().to_owned())?;
    let asked = certificate_numbers(&sheet).unwrap_or_default();
    Ok(asked
        .into_iter()
        .map(|asked| {
            let text = asked.cell.unwrap_or_default();
            format!(
                "{}\t{}\t{}",
                asked.row,
                kind(&text),
                text.replace(char::is_whitespace, " ")
            )
        })
        .collect())
}

/// What a cell looks like. A code whose check character holds is hardly ever a number.
fn kind(text: &str) -> &'static str {
    if Uscc::parse(&uscc::normalize(text)).is_ok() {
        "code"
    } else if CredentialNumber::parse(&CredentialNumber::normalize(text)).is_ok() {
        "number"
    } else {
        "neither"
    }
}
