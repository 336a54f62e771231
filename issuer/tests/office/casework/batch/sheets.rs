//! What sheets people send, and what is read of them.

use touchstone_issuer::{
    batch::{APPLICATION, template},
    sheet::{CellFault, Sheet, SheetError, safe_cell},
};

use super::staff::{csv, xlsx};

fn texts(sheet: &Sheet) -> Vec<Vec<String>> {
    let row = |row: &touchstone_issuer::sheet::SheetRow| {
        row.cells
            .iter()
            .map(|cell| cell.clone().unwrap_or_default())
            .collect()
    };
    sheet.rows.iter().map(row).collect()
}

#[test]
fn csv_is_read_in_every_encoding_that_spreadsheets_write() {
    let text = "企业名称,地址\r\n示范机械,\"江苏省, 无锡市\"\r\n";
    let (gb, _, _) = encoding_rs::GB18030.encode(text);
    let utf_16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for bytes in [
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        gb.into_owned(),
        utf_16,
        text.replace(',', "\t")
            .replace("\"江苏省\t 无锡市\"", "江苏省, 无锡市")
            .into_bytes(),
    ] {
        let sheet = Sheet::read(&bytes).unwrap();
        assert_eq!(sheet.head, ["企业名称", "地址"]);
        assert_eq!(texts(&sheet), [["示范机械", "江苏省, 无锡市"]]);
    }
    assert!(matches!(
        Sheet::read(b"a,b\n\xFF\xFF\xFF"),
        Err(SheetError::Encoding)
    ));
    assert!(matches!(
        Sheet::read(b"\xEF\xBB\xBF \r\n,,\r\n"),
        Err(SheetError::Empty)
    ));
    assert!(matches!(
        Sheet::read(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest"),
        Err(SheetError::OtherKind)
    ));
}

#[test]
fn a_template_is_read_back_as_what_it_shows() {
    for name in ["样表.csv", "样表.xlsx"] {
        let sheet = Sheet::read(&template(name, APPLICATION, &[]).unwrap()).unwrap();
        let examples: Vec<String> = APPLICATION
            .iter()
            .map(|column| column.example.to_owned())
            .collect();
        assert_eq!(
            texts(&sheet)[0],
            examples
                .iter()
                .rev()
                .skip_while(|it| it.is_empty())
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .cloned()
                .collect::<Vec<_>>(),
            "{name}"
        );
    }
    assert!(template("样表.ods", APPLICATION, &[]).is_err());
}

#[test]
fn a_workbook_gives_values_dates_and_numbers_as_they_are_shown() {
    let cells = r#"<row r="1"><c r="A1" t="str"><v>名称</v></c><c r="B1" t="str"><v>日期</v></c><c r="D1" t="str"><v>级</v></c></row>
      <row r="3"><c r="A3" t="str"><f>"甲"&amp;"乙"</f><v>甲乙</v></c><c r="B3" s="1"><v>46027</v></c><c r="C3" t="b"><v>1</v></c><c r="D3"><v>3</v></c>
      <c r="E3"><v>911101066976941872</v></c><c r="F3" t="e"><v>#REF!</v></c></row>"#;
    let sheet = Sheet::read(&super::hostile_sheets::workbook(cells, "", "")).unwrap();
    assert_eq!(sheet.head, ["名称", "日期", "", "级"]);
    let row = &sheet.rows[0];
    assert_eq!(row.number, 3);
    assert_eq!(
        row.cells[..4]
            .iter()
            .map(|cell| cell.clone().unwrap())
            .collect::<Vec<_>>(),
        ["甲乙", "2026-01-05", "true", "3"]
    );
    assert_eq!(row.cells[4], Err(CellFault::Precision));
    assert!(matches!(row.cells[5], Err(CellFault::Error(_))));
}

#[test]
fn merged_cells_are_refused() {
    let cells = r#"<row r="1"><c r="A1" t="str"><v>a</v></c></row>"#;
    let merged = r#"<mergeCells count="1"><mergeCell ref="A2:B3"/></mergeCells>"#;
    let refused = Sheet::read(&super::hostile_sheets::workbook(cells, merged, ""));
    assert!(
        matches!(refused, Err(SheetError::Merged { first: 2, last: 3 })),
        "{refused:?}"
    );
}

#[test]
fn csv_and_workbook_say_the_same() {
    let rows: Vec<Vec<String>> = [["a", "b"], ["<x>", "& \"y\""], ["=1+1", "甲"]]
        .map(|row| row.map(str::to_owned).to_vec())
        .to_vec();
    assert_eq!(
        Sheet::read(&csv(&rows)).unwrap(),
        Sheet::read(&xlsx(&rows)).unwrap()
    );
}

#[test]
fn no_cell_we_write_is_taken_for_a_formula() {
    for text in [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "  =cmd|' /C calc'!A0",
        "＝1",
        "\r\n=1",
    ] {
        let cell = safe_cell(text);
        assert!(cell.starts_with('\''), "{cell:?}");
        assert!(!cell.contains(['\t', '\r', '\n']), "{cell:?}");
    }
    assert_eq!(safe_cell("示范\u{202E}机械\0"), "示范<U+202E>机械<U+0000>");
    assert_eq!(safe_cell("a=b"), "a=b");
}
