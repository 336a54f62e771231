//! XLSX (ECMA-376) as far as a list of numbers needs it: the texts of the first sheet, by a reader of XML alone. For
//! browsers, where a library of all formats with its tables of encodings would be fetched for a column of a list; what it
//! reads of a sheet is held to that library's by a test.

use std::collections::BTreeMap;

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

use super::{Cell, CellFault, SheetError, SheetRow, check_column, check_row, container, text_cell};

const WORKBOOK: &str = "xl/workbook.xml";
const RELATIONSHIPS: &str = "xl/_rels/workbook.xml.rels";
const STRINGS: &str = "xl/sharedstrings.xml";
const FIRST_SHEET: &str = "worksheets/sheet1.xml";
/// Digits that a spreadsheet keeps of a number.
const EXACT_DIGITS: usize = 15;

/// Reads the rows of the first sheet.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<SheetRow>, SheetError> {
    let parts: BTreeMap<String, Vec<u8>> = container::parts(bytes)?
        .into_iter()
        .map(|(name, part)| (name.to_ascii_lowercase(), part))
        .collect();
    let sheet = first_sheet(&parts)?;
    let strings = match parts.get(STRINGS) {
        Some(part) => shared_strings(text(part)?)?,
        None => Vec::new(),
    };
    let part = parts.get(&sheet).ok_or(SheetError::Empty)?;
    Cells::new(&strings).read(text(part)?)
}

fn text(part: &[u8]) -> Result<&str, SheetError> {
    let part = part.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(part);
    std::str::from_utf8(part).map_err(|_| wrong("a part is not UTF-8"))
}

fn wrong(cause: impl ToString) -> SheetError {
    SheetError::Workbook(cause.to_string())
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, SheetError> {
    for attribute in element.attributes() {
        let attribute = attribute.map_err(wrong)?;
        if attribute.key.local_name().as_ref() == name {
            let value = attribute
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .map_err(wrong)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// Every event of a part, an empty element as a beginning and an end.
fn each(xml: &str, mut take: impl FnMut(Event<'_>) -> Result<(), SheetError>) -> Result<(), SheetError> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut open = 0_usize;
    loop {
        let event = reader.read_event().map_err(wrong)?;
        match &event {
            Event::Eof if open == 0 => return Ok(()),
            Event::Eof => return Err(wrong("a part ends before its elements do")),
            Event::Start(_) => open = open.saturating_add(1),
            Event::End(_) => open = open.saturating_sub(1),
            _ => {}
        }
        take(event)?;
    }
}

/// What a reference to a character or one of the five entities stands for (XML 1.0 §4.6); there are no others without a
/// document type, which no workbook has.
fn referred(reference: &BytesRef<'_>) -> Result<char, SheetError> {
    if let Some(c) = reference.resolve_char_ref().map_err(wrong)? {
        return Ok(c);
    }
    match reference.xml10_content().as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => Err(wrong(format!("the entity {other} is none of XML's"))),
    }
}

/// Adds what an event says as text.
fn add_text(to: &mut String, event: &Event<'_>) -> Result<(), SheetError> {
    match event {
        Event::Text(text) => to.push_str(&text.xml10_content()),
        Event::CData(text) => to.push_str(&text.xml10_content()),
        Event::GeneralRef(reference) => to.push(referred(reference)?),
        _ => {}
    }
    Ok(())
}

/// The part of the first sheet that the workbook names, in lower case.
fn first_sheet(parts: &BTreeMap<String, Vec<u8>>) -> Result<String, SheetError> {
    let mut id = None;
    if let Some(part) = parts.get(WORKBOOK) {
        each(text(part)?, |event| {
            if let Event::Start(element) = &event
                && element.local_name().as_ref() == "sheet"
                && id.is_none()
            {
                id = attribute(element, "id")?;
            }
            Ok(())
        })?;
    }
    let mut target = None;
    if let (Some(part), Some(id)) = (parts.get(RELATIONSHIPS), &id) {
        each(text(part)?, |event| {
            if let Event::Start(element) = &event
                && attribute(element, "Id")?.as_ref() == Some(id)
            {
                target = attribute(element, "Target")?;
            }
            Ok(())
        })?;
    }
    let target = target
        .unwrap_or_else(|| FIRST_SHEET.to_owned())
        .to_ascii_lowercase();
    Ok(match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("xl/{target}"),
    })
}

/// The strings that cells share, by their place; how they are spoken is left out.
fn shared_strings(xml: &str) -> Result<Vec<String>, SheetError> {
    let mut strings = Vec::new();
    let (mut current, mut in_text, mut spoken) = (String::new(), false, false);
    each(xml, |event| {
        match &event {
            Event::Start(element) => match element.local_name().as_ref() {
                "si" => current.clear(),
                "t" => in_text = !spoken,
                "rPh" => spoken = true,
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "si" => strings.push(std::mem::take(&mut current)),
                "t" => in_text = false,
                "rPh" => spoken = false,
                _ => {}
            },
            other if in_text => add_text(&mut current, other)?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(strings)
}

/// The cells of a sheet as they come.
struct Cells<'s> {
    strings: &'s [String],
    rows: Vec<SheetRow>,
    /// The row that is being read.
    row: usize,
    /// Place of the next cell in it, from 0.
    column: usize,
    kind: String,
    value: String,
    in_value: bool,
}

impl<'s> Cells<'s> {
    const fn new(strings: &'s [String]) -> Self {
        Self {
            strings,
            rows: Vec::new(),
            row: 0,
            column: 0,
            kind: String::new(),
            value: String::new(),
            in_value: false,
        }
    }

    fn read(mut self, xml: &str) -> Result<Vec<SheetRow>, SheetError> {
        each(xml, |event| self.take(&event))?;
        Ok(self.rows)
    }

    fn take(&mut self, event: &Event<'_>) -> Result<(), SheetError> {
        match event {
            Event::Start(element) => match element.local_name().as_ref() {
                "row" => self.begin_row(attribute(element, "r")?)?,
                "c" => self.begin_cell(attribute(element, "r")?, attribute(element, "t")?)?,
                "v" | "t" => self.in_value = true,
                "mergeCell" => return Err(merged(&attribute(element, "ref")?.unwrap_or_default())),
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "c" => self.end_cell()?,
                "v" | "t" => self.in_value = false,
                _ => {}
            },
            other if self.in_value => add_text(&mut self.value, other)?,
            _ => {}
        }
        Ok(())
    }

    fn begin_row(&mut self, number: Option<String>) -> Result<(), SheetError> {
        let next = self.row.saturating_add(1);
        let number = match number {
            Some(number) => number.parse().map_err(|_| wrong("a row has no number"))?,
            None => next,
        };
        if number < next {
            return Err(wrong("its cells are out of order"));
        }
        check_row(number)?;
        (self.row, self.column) = (number, 0);
        Ok(())
    }

    fn begin_cell(&mut self, place: Option<String>, kind: Option<String>) -> Result<(), SheetError> {
        if let Some(place) = place {
            let column = column_of(&place);
            if column < self.column {
                return Err(wrong("its cells are out of order"));
            }
            self.column = column;
        }
        check_column(self.row, self.column.saturating_add(1))?;
        self.kind = kind.unwrap_or_default();
        self.value.clear();
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), SheetError> {
        let place = self.column;
        self.column = place.saturating_add(1);
        let cell = self.cell()?;
        if cell.as_deref() == Ok("") {
            return Ok(());
        }
        if self.rows.last().is_none_or(|row| row.number != self.row) {
            self.rows.push(SheetRow {
                number: self.row,
                cells: Vec::new(),
            });
        }
        if let Some(row) = self.rows.last_mut() {
            row.cells.resize(place, Ok(String::new()));
            row.cells.push(cell);
        }
        Ok(())
    }

    fn cell(&self) -> Result<Cell, SheetError> {
        let value = self.value.as_str();
        Ok(match self.kind.as_str() {
            "s" if value.is_empty() => Ok(String::new()),
            "s" => {
                let place: Option<usize> = value.trim().parse().ok();
                let shared = place.and_then(|place| self.strings.get(place));
                text_cell(shared.ok_or_else(|| wrong("a cell names a string that is not there"))?)
            }
            "inlineStr" | "str" | "d" => text_cell(value),
            "e" => Err(CellFault::Error(value.to_owned())),
            "b" => Ok((value.trim() == "1").to_string()),
            _ if value.bytes().filter(u8::is_ascii_digit).count() > EXACT_DIGITS && !value.contains('.') => {
                Err(CellFault::Precision)
            }
            _ => text_cell(value),
        })
    }
}

/// Column of a place such as `AB12`, from 0; beyond every sheet's where it has none.
fn column_of(place: &str) -> usize {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.fold(0_usize, |number, letter| {
        number
            .saturating_mul(26)
            .saturating_add(usize::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    number.checked_sub(1).unwrap_or(usize::MAX)
}

/// Cells joined into one, from a place such as `A2:B3`.
fn merged(range: &str) -> SheetError {
    let row = |place: &str| {
        let digits: String = place.chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(1)
    };
    let (first, last) = range.split_once(':').unwrap_or((range, range));
    SheetError::Merged {
        first: row(first),
        last: row(last),
    }
}

#[cfg(all(test, feature = "sheet"))]
mod tests {
    use super::super::{Sheet, SheetError, stored_zip, write_workbook};

    const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId7"/></sheets></workbook>"#;
    const PACKAGE: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const RELATIONSHIPS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId7" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/list.xml"/></Relationships>"#;
    const STRINGS: &str = r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>证书编号</t></si><si><r><t>CQC26ZNZ</t></r><r><t>000001R0</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si><si><t>A&amp;B &#x4E00;</t></si><si/></sst>"#;

    #[expect(clippy::unwrap_used, reason = "tests")]
    fn workbook(sheet: &str) -> Vec<u8> {
        let sheet = format!(
            r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{sheet}</worksheet>"#
        );
        stored_zip::pack([
            ("_rels/.rels", PACKAGE.as_bytes()),
            ("xl/workbook.xml", WORKBOOK.as_bytes()),
            ("xl/_rels/workbook.xml.rels", RELATIONSHIPS.as_bytes()),
            ("xl/sharedStrings.xml", STRINGS.as_bytes()),
            ("xl/worksheets/list.xml", sheet.as_bytes()),
        ])
        .unwrap()
    }

    /// What the library of all formats reads of a list is what this one reads.
    #[test]
    fn a_list_is_read_as_by_the_library() {
        let row = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let written = write_workbook(&[
            row(&["供应商", "证书编号"]),
            row(&["示范 & <一>", "CQC26ZNZ000001R0"]),
            row(&["", "cqc26znz000002r0"]),
        ])
        .unwrap();
        let shared = workbook(
            r#"<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>3</v></c></row><row r="4"><c r="A4" t="s"><v>1</v></c><c r="B4" t="s"><v>2</v></c><c r="D4"><v>12345</v></c><c r="E4" t="b"><v>1</v></c></row></sheetData>"#,
        );
        for bytes in [written, shared] {
            let (whole, texts) = (
                Sheet::read(&bytes).unwrap(),
                Sheet::texts_of_workbook(&bytes).unwrap(),
            );
            assert_eq!(texts, whole);
        }
    }

    #[test]
    fn what_is_out_of_order_or_merged_is_refused() {
        let read = |sheet: &str| Sheet::texts_of_workbook(&workbook(sheet));
        for sheet in [
            r#"<sheetData><row r="2"><c r="A2"><v>1</v></c></row><row r="1"/></sheetData>"#,
            r#"<sheetData><row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row></sheetData>"#,
            r#"<sheetData><row r="1"><c r="A1" t="s"><v>99</v></c></row></sheetData>"#,
            r#"<sheetData><row r="1"><c r="A1" t="str"><v>&bomb;</v></c></row></sheetData>"#,
            "<sheetData><row",
        ] {
            assert!(matches!(read(sheet), Err(SheetError::Workbook(_))), "{sheet}");
        }
        let many = r#"<sheetData><row r="20000"><c r="A20000"><v>1</v></c></row></sheetData>"#;
        assert!(matches!(read(many), Err(SheetError::TooManyRows { .. })));
        let wide = r#"<sheetData><row r="1"><c r="ZZZ1"><v>1</v></c></row></sheetData>"#;
        assert!(matches!(read(wide), Err(SheetError::TooManyColumns { .. })));
        let merged = r#"<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A2:B3"/></mergeCells>"#;
        assert!(matches!(
            read(merged),
            Err(SheetError::Merged { first: 2, last: 3 })
        ));
        assert!(matches!(read("<sheetData/>"), Err(SheetError::Empty)));
    }

    #[test]
    fn nothing_makes_it_panic() {
        let sound = workbook(r#"<sheetData><row r="1"><c r="A1" t="s"><v>1</v></c></row></sheetData>"#);
        for at in 0..sound.len() {
            let _ = Sheet::texts_of_workbook(&sound[..at]);
            let mut flipped = sound.clone();
            flipped[at] ^= 0x20;
            let _ = Sheet::texts_of_workbook(&flipped);
        }
    }
}
