//! Sheets made to harm whoever reads them.

use std::io::Write;

use flate2::{Compression, Crc, write::DeflateEncoder};
use touchstone_issuer::sheet::{ContainerError, Sheet, SheetError};
use touchstone_schemas::budget::{
    MAX_SHEET_BYTES, MAX_SHEET_COLUMNS, MAX_SHEET_INFLATED_BYTES, MAX_SHEET_PARTS, MAX_SHEET_ROWS,
};

/// A part of a ZIP file, and what its directory says of it.
struct Part {
    name: String,
    packed: Vec<u8>,
    inflated: u32,
    crc: u32,
    method: u16,
}

fn deflated(name: &str, bytes: &[u8]) -> Part {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    let mut crc = Crc::new();
    crc.update(bytes);
    Part {
        name: name.to_owned(),
        packed: encoder.finish().unwrap(),
        inflated: u32::try_from(bytes.len()).unwrap(),
        crc: crc.sum(),
        method: 8,
    }
}

fn zip(parts: &[Part]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for part in parts {
        let mut shared = Vec::new();
        for short in [20, 0, part.method, 0, 0x21] {
            shared.extend(u16::to_le_bytes(short));
        }
        let packed = u32::try_from(part.packed.len()).unwrap();
        for long in [part.crc, packed, part.inflated] {
            shared.extend(long.to_le_bytes());
        }
        shared.extend(u16::try_from(part.name.len()).unwrap().to_le_bytes());
        shared.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&shared);
        directory.extend([0; 10]);
        directory.extend(u32::try_from(out.len()).unwrap().to_le_bytes());
        directory.extend(part.name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&shared);
        out.extend(part.name.as_bytes());
        out.extend(&part.packed);
    }
    let count = u16::try_from(parts.len()).unwrap();
    let start = u32::try_from(out.len()).unwrap();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn parts(cells: &str, after: &str, strings: &str) -> Vec<Part> {
    let relationship = |target: &str, kind: &str, id: u8| {
        format!(r#"<Relationship Id="r{id}" Type="{OFFICE}/{kind}" Target="{target}"/>"#)
    };
    let relationships = |inner: &str| format!(r#"<Relationships xmlns="{RELS}">{inner}</Relationships>"#);
    let mut parts = vec![
        deflated("_rels/.rels", relationships(&relationship("xl/workbook.xml", "officeDocument", 1)).as_bytes()),
        deflated(
            "xl/workbook.xml",
            format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="甲" sheetId="1" r:id="r1"/></sheets></workbook>"#).as_bytes(),
        ),
        deflated(
            "xl/_rels/workbook.xml.rels",
            relationships(&(relationship("worksheets/sheet1.xml", "worksheet", 1) + &relationship("styles.xml", "styles", 2))).as_bytes(),
        ),
        deflated(
            "xl/styles.xml",
            format!(r#"<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#).as_bytes(),
        ),
        deflated(
            "xl/worksheets/sheet1.xml",
            format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData>{after}</worksheet>"#).as_bytes(),
        ),
    ];
    if !strings.is_empty() {
        parts.push(deflated("xl/sharedStrings.xml", strings.as_bytes()));
    }
    parts
}

/// A workbook with these cells, what stands after them, and its shared strings.
pub(super) fn workbook(cells: &str, after: &str, strings: &str) -> Vec<u8> {
    zip(&parts(cells, after, strings))
}

const CELL: &str = r#"<row r="1"><c r="A1" t="str"><v>a</v></c></row>"#;

fn container(bytes: &[u8]) -> ContainerError {
    match Sheet::read(bytes) {
        Err(SheetError::Container(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_inflates_beyond_the_budget_is_not_inflated() {
    // Said in the directory: refused before anything is inflated.
    let mut said = parts(CELL, "", "");
    said[4].inflated = u32::try_from(MAX_SHEET_INFLATED_BYTES).unwrap();
    assert!(matches!(container(&zip(&said)), ContainerError::Inflates { .. }));
    // Not said: never more is inflated than was said. 200 MB of one byte pack into 200 KB.
    let mut hidden = parts(CELL, "", "");
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..200 {
        encoder.write_all(&[b' '; 1_000_000]).unwrap();
    }
    hidden[4].packed = encoder.finish().unwrap();
    assert_eq!(
        container(&zip(&hidden)),
        ContainerError::Form("a part is not what the directory says")
    );
    // Many parts that are within the budget alone.
    let spaces = vec![b' '; MAX_SHEET_INFLATED_BYTES / 4];
    let mut many = parts(CELL, "", "");
    many.extend((0..5).map(|number| deflated(&format!("xl/{number}.xml"), &spaces)));
    assert!(matches!(container(&zip(&many)), ContainerError::Inflates { .. }));
    let mut counted = parts(CELL, "", "");
    counted.extend((0..MAX_SHEET_PARTS).map(|number| deflated(&format!("{number}.png"), b"")));
    assert!(matches!(container(&zip(&counted)), ContainerError::Parts { .. }));
    let long = vec![b','; MAX_SHEET_BYTES + 1];
    assert!(matches!(Sheet::read(&long), Err(SheetError::TooLarge { .. })));
}

#[test]
fn containers_that_say_two_things_are_refused() {
    let sound = workbook(CELL, "", "");
    assert!(Sheet::read(&sound).is_ok());
    let mut behind = sound.clone();
    behind.push(0);
    assert!(matches!(container(&behind), ContainerError::Form(_)));
    let mut twice = parts(CELL, "", "");
    twice.push(deflated("xl/worksheets/sheet1.xml", b"<worksheet/>"));
    assert_eq!(
        container(&zip(&twice)),
        ContainerError::Form("two parts of one name")
    );
    let mut other = parts(CELL, "", "");
    other[4].method = 12;
    assert!(matches!(container(&zip(&other)), ContainerError::Form(_)));
    let mut wrong = parts(CELL, "", "");
    wrong[4].crc ^= 1;
    assert!(matches!(container(&zip(&wrong)), ContainerError::Form(_)));
    // Every cut and a flip at every place: an error or the sheet, never a panic.
    for at in 0..sound.len() {
        let _ = Sheet::read(&sound[..at]);
        let mut flipped = sound.clone();
        flipped[at] ^= 0x41;
        let _ = Sheet::read(&flipped);
    }
}

#[test]
fn entities_and_believed_counts_do_nothing() {
    let entity =
        r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>"#;
    assert!(matches!(
        container(&workbook(CELL, "", entity)),
        ContainerError::DocumentType { .. }
    ));
    let shared = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#;
    let counted =
        format!(r#"<sst xmlns="{MAIN}" uniqueCount="18446744073709551615"><si><t>甲</t></si></sst>"#);
    let sheet = Sheet::read(&workbook(shared, "", &counted)).unwrap();
    assert_eq!(sheet.head, ["甲"]);
    let again = counted.replace("<si>", "<si uniqueCount=\"1\">");
    assert!(matches!(
        Sheet::read(&workbook(shared, "", &again)),
        Err(SheetError::Workbook(_))
    ));
}

#[test]
fn cells_far_away_take_no_memory() {
    let far = r#"<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="1048576"><c r="XFD1048576" t="str"><v>b</v></c></row>"#;
    let refused = Sheet::read(&workbook(far, "", ""));
    assert!(
        matches!(
            refused,
            Err(SheetError::TooManyRows {
                limit: MAX_SHEET_ROWS
            })
        ),
        "{refused:?}"
    );
    let wide = r#"<row r="1"><c r="XFD1" t="str"><v>b</v></c></row>"#;
    let refused = Sheet::read(&workbook(wide, "", ""));
    assert!(matches!(
        refused,
        Err(SheetError::TooManyColumns {
            row: 1,
            limit: MAX_SHEET_COLUMNS
        })
    ));
    let back =
        r#"<row r="2"><c r="A2" t="str"><v>a</v></c></row><row r="1"><c r="A1" t="str"><v>b</v></c></row>"#;
    assert!(matches!(
        Sheet::read(&workbook(back, "", "")),
        Err(SheetError::Workbook(_))
    ));
    let rows = "a\n".repeat(MAX_SHEET_ROWS + 1);
    assert!(matches!(
        Sheet::read(rows.as_bytes()),
        Err(SheetError::TooManyRows { .. })
    ));
    let columns = ",".repeat(MAX_SHEET_COLUMNS);
    assert!(matches!(
        Sheet::read(columns.as_bytes()),
        Err(SheetError::TooManyColumns { .. })
    ));
}
