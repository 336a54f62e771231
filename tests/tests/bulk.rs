//! Many certificates at once in the verify page, in Chromium: lists of 3,000 numbers and files, with nothing sent anywhere.
#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};
use touchstone_readers::sheet::write_workbook;
use touchstone_readers::written_pdf::WrittenPdf;
use touchstone_tests::road::samples::demo_folder;
use touchstone_tests::road::{Road, page_in_browser, run_browser};

/// Rows of the list, its head not counted.
const ROWS: usize = 3_000;

/// The rows of a list with a head, in which the known numbers stand among strangers, a code and what is neither.
fn list(known: &[&str]) -> Vec<Vec<String>> {
    let mut cells: Vec<String> = known.iter().map(|number| (*number).to_owned()).collect();
    cells.extend(["91350100M000100Y43", "=HYPERLINK(\"http://evil.example\")"].map(str::to_owned));
    let strangers = (0..ROWS - cells.len()).map(|serial| format!("CQC25ZNZ{serial:06}R0"));
    cells.extend(strangers);
    let head = vec!["供应商".to_owned(), "证书编号".to_owned()];
    let rows = (1..)
        .zip(cells)
        .map(|(row, cell)| vec![format!("示范供应商{row}"), cell]);
    std::iter::once(head).chain(rows).collect()
}

fn csv(rows: &[Vec<String>]) -> String {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",");
    rows.iter().map(line).collect::<Vec<_>>().join("\r\n")
}

#[test]
fn a_list_is_checked_without_being_sent() {
    let Some((browser, plan)) = page_in_browser() else {
        return;
    };
    let road = Road::open(&plan).unwrap();
    let demo = demo_folder();
    let applications = ["applications/01-in-force.json", "applications/08-withdrawn.json"];
    let issued = road.issue(&applications.map(|name| demo.join(name))).unwrap();
    let [in_force, withdrawn] = issued.as_slice() else {
        unreachable!("two were issued")
    };
    let change = "status withdraw --decision 示范决定-08-撤销 --decided-by 认证决定 --decider YS-071 \
                  --reason graveNonconformity --legal-basis CQC96-831151-2020";
    let change: Vec<&str> = change.split_whitespace().collect();
    road.change(withdrawn, &change).unwrap();
    road.refresh().unwrap();
    road.snapshot().unwrap();

    let write = |name: &str, bytes: &[u8]| {
        let path = road.at(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let rows = list(&[&in_force.number, &withdrawn.number]);
    let text = csv(&rows);
    let (gb18030, _, wrong) = encoding_rs::GB18030.encode(&text);
    assert!(!wrong);
    let credential = in_force.credential().unwrap();
    let altered = credential.replacen("三级", "五级", 1);
    assert_ne!(altered, credential);
    let paper = WrittenPdf::paper(Some(credential.as_bytes()), None).packed();
    let empty = WrittenPdf::paper(None, None).classic();
    let bad = [
        (
            "old.xls",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(),
            "otherKind",
        ),
        ("half.xlsx", b"PK\x03\x04", "damaged"),
        ("empty.csv", b"\r\n", "empty"),
        ("bomb.xlsx", &bomb(), "tooMuch"),
    ];
    let told = json!({
        "base": road.base(),
        "csv": write("list.csv", text.as_bytes()),
        "xlsx": write("list.xlsx", &write_workbook(&rows).unwrap()),
        "gb18030": write("gb18030.csv", &gb18030),
        "files": [
            write("one.pdf", &paper), write("two.json", credential.as_bytes()),
            write("altered.json", altered.as_bytes()), write("empty.pdf", &empty),
        ],
        "bad": bad.map(|(name, bytes, message)| json!({ "file": write(name, bytes), "message": message })),
        "known": { &in_force.number: "valid", &withdrawn.number: "withdrawn" },
        "rows": ROWS,
        "secret": [&in_force.number, "CQC25ZNZ", "91350100M000100Y43"],
    });
    let input = write("bulk.json", told.to_string().as_bytes());
    let found: Value = serde_json::from_str(&run_browser(&browser, "bulk.mjs", &input).unwrap()).unwrap();
    assert_eq!(found["faults"], json!([]), "{}", found["faults"]);
    eprintln!("{ROWS} rows: {}", found["figures"]);
    // The figure is 64 MiB; it does not depend on the machine's speed.
    let bytes = |name: &str| found["figures"][name].as_u64().unwrap_or(u64::MAX);
    assert!(
        bytes("heapBytes") + bytes("moduleBytes") <= 64 << 20,
        "{}",
        found["figures"]
    );
}

/// A workbook whose directory says that it inflates to more than is read.
fn bomb() -> Vec<u8> {
    let row = vec!["1".to_owned()];
    let mut bytes = write_workbook(&[row]).unwrap();
    let directory = bytes
        .windows(4)
        .position(|window| window == b"PK\x01\x02")
        .unwrap();
    bytes.splice(directory + 24..directory + 28, u32::MAX.to_le_bytes());
    bytes
}
