//! XLSX (ECMA-376): the first sheet of a workbook, formulas by the value they last had; and a plain workbook written.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader, Xlsx};
use touchstone_schemas::budget::MAX_SHEET_COLUMNS;

use super::{
    Cell, CellFault, SheetError, SheetRow, check_column, check_row, container, stored_zip, text_cell,
};

/// The largest whole number of which a spreadsheet keeps every digit: 15 of them.
const EXACT: f64 = 999_999_999_999_999.0;

/// A count that is believed before a string is read: it is taken out, and the strings are counted by reading them.
const BELIEVED_COUNT: &[u8] = b"uniqueCount";

/// Within so many bytes it stands in the files of every spreadsheet.
const USUAL_HEAD: usize = 4_096;

/// Reads the rows of the first sheet.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<SheetRow>, SheetError> {
    let mut parts = container::parts(bytes)?;
    for (name, part) in &mut parts {
        if name.to_ascii_lowercase().ends_with("sharedstrings.xml") {
            blank_counts(part)?;
        }
    }
    let packed = parts.iter().map(|(name, part)| (name.as_str(), part.as_slice()));
    let packed = stored_zip::pack(packed);
    drop(parts);
    let fails = |error: calamine::XlsxError| SheetError::Workbook(error.to_string());
    let packed = packed.ok_or(container::ContainerError::Form("a part is too long"))?;
    let mut workbook: Xlsx<Cursor<Vec<u8>>> = Xlsx::new(Cursor::new(packed)).map_err(fails)?;
    let name = workbook.sheet_names().first().cloned().ok_or(SheetError::Empty)?;
    if let Some(merged) = workbook.merge_cells_by_sheet_name(&name).map_err(fails)?.first() {
        return Err(SheetError::Merged {
            first: merged.start.0 + 1,
            last: merged.end.0 + 1,
        });
    }
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(fails)?;
    let mut rows: Vec<SheetRow> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(fails)? {
        let value = value_of(cell.get_value());
        if value.as_deref() == Ok("") {
            continue;
        }
        let (row, column) = cell.get_position();
        let number = usize::try_from(row).unwrap_or(usize::MAX).saturating_add(1);
        let place = usize::try_from(column).unwrap_or(usize::MAX);
        check_row(number)?;
        check_column(number, place.saturating_add(1))?;
        let out_of_order = || SheetError::Workbook("its cells are out of order".to_owned());
        match rows.last() {
            Some(last) if last.number > number => return Err(out_of_order()),
            Some(last) if last.number == number => {}
            _ => rows.push(SheetRow {
                number,
                cells: Vec::new(),
            }),
        }
        let Some(current) = rows.last_mut() else { continue };
        if current.cells.len() > place {
            return Err(out_of_order());
        }
        current.cells.resize(place, Ok(String::new()));
        current.cells.push(value);
    }
    Ok(rows)
}

/// Spells the attribute otherwise, so that no reader sets memory aside by it.
fn blank_counts(part: &mut [u8]) -> Result<(), SheetError> {
    let width = BELIEVED_COUNT.len();
    let mut found = part
        .windows(width)
        .enumerate()
        .filter(|(_, window)| *window == BELIEVED_COUNT);
    let (first, second) = (found.next().map(|(at, _)| at), found.next());
    match (first, second) {
        (None, _) => Ok(()),
        (Some(at), None) if at <= USUAL_HEAD => {
            if let Some(byte) = part.get_mut(at) {
                *byte = b'x';
            }
            Ok(())
        }
        _ => Err(SheetError::Workbook(
            "its strings are counted in an unusual place".to_owned(),
        )),
    }
}

fn value_of(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Ok(String::new()),
        DataRef::String(text) => text_cell(text),
        DataRef::SharedString(text) => text_cell(text),
        DataRef::Int(number) => Ok(number.to_string()),
        DataRef::Float(number) if number.abs() > EXACT => Err(CellFault::Precision),
        DataRef::Float(number) => Ok(number.to_string()),
        DataRef::Bool(value) => Ok(value.to_string()),
        DataRef::DateTime(date) if date.is_duration() => Err(CellFault::Duration),
        DataRef::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            let text = format!("{year:04}-{month:02}-{day:02}");
            let known: Result<touchstone_schemas::date_time::Date, _> = text.parse();
            known.map(|_| text).map_err(|_| CellFault::Date)
        }
        DataRef::DateTimeIso(text) => text_cell(text.split('T').next().unwrap_or_default()),
        DataRef::DurationIso(_) => Err(CellFault::Duration),
        DataRef::Error(error) => Err(CellFault::Error(Data::Error(error.clone()).to_string())),
    }
}

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#;
const RELATIONSHIPS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const WORKBOOK_RELATIONSHIPS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// Style 1 is text (number format 49), so that codes and dates stay as they are typed.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>"#;

/// A workbook of one sheet of texts; every column is formatted as text. None where it grows beyond the format.
#[must_use]
pub fn write_workbook(rows: &[Vec<String>]) -> Option<Vec<u8>> {
    let mut sheet = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols><col min="1" max="{MAX_SHEET_COLUMNS}" width="20" style="1" customWidth="1"/></cols><sheetData>"#
    );
    for (number, row) in (1..).zip(rows) {
        sheet.push_str(&format!(r#"<row r="{number}">"#));
        for text in row {
            sheet.push_str(r#"<c s="1" t="inlineStr"><is><t xml:space="preserve">"#);
            for c in text.chars() {
                match c {
                    '&' => sheet.push_str("&amp;"),
                    '<' => sheet.push_str("&lt;"),
                    '>' => sheet.push_str("&gt;"),
                    c if c.is_control() => {}
                    c => sheet.push(c),
                }
            }
            sheet.push_str("</t></is></c>");
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    stored_zip::pack([
        ("[Content_Types].xml", CONTENT_TYPES.as_bytes()),
        ("_rels/.rels", RELATIONSHIPS.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONSHIPS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}
