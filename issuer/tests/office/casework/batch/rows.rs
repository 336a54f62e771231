//! Rows that are taken in, and rows that are not.

use touchstone_issuer::{
    batch::{Fault, ImportError, ImportRequest, Rows, import, write_faults},
    casework::{Role, Status},
    store::BatchRow,
};

use super::super::staff::{hire, own, text};
use super::staff::{Cells, application, csv, rows, take_in, uscc, xlsx};
use crate::test_office::TestOffice;

fn with(number: usize, key: &'static str, value: &str) -> Cells {
    let mut cells = application(number);
    cells.retain(|(name, _)| *name != key);
    cells.push((key, value.to_owned()));
    cells
}

#[tokio::test]
async fn each_row_is_taken_in_whole_or_not_at_all() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let cells = vec![
        application(1),
        with(2, "uscc", "91310115MA1H8R7C6D"),
        with(3, "region", "999999"),
        with(4, "industryCode", "6510"),
        with(5, "agreementSignedOn", "去年"),
        with(6, "evaluators", "评价甲 没有此人"),
        with(7, "inNormalOperation", "也许"),
        with(8, "name", ""),
        with(9, "scheme", "cmmm-1999"),
        application(1),
        application(10),
    ];
    let expected = [
        (3, "统一社会信用代码"),
        (4, "注册地行政区划代码"),
        (5, "行业代码"),
        (6, "合同签订日期"),
        (7, "评价人员编号"),
        (8, "正常生产经营"),
        (9, "企业名称"),
        (10, "评价方案"),
        (11, ""),
    ];
    for sheet in [csv(&rows(&cells)), xlsx(&rows(&cells))] {
        let dry = take_in(&mut office, &sheet, true).await;
        assert_eq!((dry.batch, dry.cases), (None, 2));
        let places: Vec<(usize, &str)> = dry.faults.iter().map(|it| (it.row, it.column.as_str())).collect();
        for place in expected {
            assert!(places.contains(&place), "{place:?} in {:#?}", dry.faults);
        }
        assert_eq!(
            places.iter().filter(|(row, _)| *row == 2 || *row == 12).count(),
            0
        );
        // Nothing of a dry run is stored.
        assert_eq!(office.store.cases(None, None, 10).await.unwrap(), []);
        assert_eq!(office.store.batches(None, 10).await.unwrap(), [0_u32; 0]);
    }
    let sheet = csv(&rows(&cells));
    let taken = take_in(&mut office, &sheet, false).await;
    assert_eq!((taken.batch, taken.cases), (Some(1), 2));
    let known = office.store.batch(1).await.unwrap().unwrap();
    assert_eq!(known.filled().unwrap().refused, 9);
    assert_eq!(
        office.store.batch_rows(1).await.unwrap(),
        [BatchRow { row: 2, case: 1 }, BatchRow { row: 12, case: 2 }]
    );
    // The same file is one batch; the same row in another file one case.
    let request = ImportRequest {
        rows: Rows::Applications,
        sheet: &sheet,
        name: text("又一次"),
        by: own("受理", Role::Clerk),
        dry_run: false,
    };
    let again = import(&mut office, &request, &mut |_, _| {}).await;
    assert!(matches!(again, Err(ImportError::Known { batch: 1 })), "{again:?}");
    let other = take_in(
        &mut office,
        &csv(&rows(&[application(10), application(11)])),
        false,
    )
    .await;
    assert_eq!((other.batch, other.cases, other.faults.len()), (Some(2), 1, 1));
    assert!(other.faults[0].reason.contains("case 2"), "{:?}", other.faults);
}

#[tokio::test]
async fn an_import_that_was_cut_off_goes_on_from_the_same_file() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let cells: Vec<Cells> = (1..=300).map(application).collect();
    let sheet = csv(&rows(&cells));
    // Cut off after the first commit, as by a kill: the task is dropped between two of them.
    let request = ImportRequest {
        rows: Rows::Applications,
        sheet: &sheet,
        name: text("示范批次"),
        by: own("受理", Role::Clerk),
        dry_run: false,
    };
    let mut groups = 0;
    let mut progress = |_, _| {
        groups += 1;
        assert!(groups < 2, "cut off");
    };
    let result = caught(import(&mut office, &request, &mut progress)).await;
    assert!(result.is_err());
    drop(office);
    let (mut office, _) = test.open().await;
    let before = office.store.batch_rows(1).await.unwrap().len();
    assert!((1..300).contains(&before), "{before}");
    assert!(office.store.batch(1).await.unwrap().unwrap().filled().is_none());
    let taken = take_in(&mut office, &sheet, false).await;
    assert_eq!(
        (taken.batch, taken.known + taken.cases, taken.known),
        (Some(1), 300, before)
    );
    assert_eq!(office.store.cases(None, None, 1_000).await.unwrap().len(), 300);
}

/// Runs a future to its end or to its panic.
async fn caught<T>(future: impl Future<Output = T>) -> Result<T, ()> {
    let mut future = Box::pin(future);
    std::future::poll_fn(move |context| {
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(_) => std::task::Poll::Ready(Err(())),
        }
    })
    .await
}

/// Strings that break programs: each is refused, or stands on record as it is, and is harmless wherever it is shown.
const NAUGHTY: [(&str, bool); 16] = [
    ("<script>alert(1)</script>", true),
    ("\"><img src=x onerror=alert(1)>", true),
    ("=cmd|' /C calc'!A0", true),
    ("@SUM(1+1)*cmd|' /C calc'!A0", true),
    ("'; DROP TABLE office_case; --", true),
    ("{{7*7}} ${7*7} #{7*7} <%= 7*7 %>", true),
    ("#eval(\"1\") #include \"x.typ\" \\u{0}", true),
    ("示范\u{202E}司公械机", false),
    ("示范\u{200B}机械", false),
    ("示范\0机械", false),
    ("示范\u{FEFF}机械", false),
    ("示范\u{7}机械", false),
    ("示范\n机械", false),
    ("Demo P\u{0430}per", false),
    ("ＡＢＣ", false),
    ("\u{E000}", false),
];

#[tokio::test]
async fn naughty_strings_are_refused_or_harmless_in_every_text() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let texts = [
        "name",
        "nameEn",
        "address",
        "addressEn",
        "scope",
        "scopeEn",
        "industryName",
        "site1Name",
        "site1Address",
        "unitName",
    ];
    let mut number = 100;
    let (mut cells, mut wanted) = (Vec::new(), Vec::new());
    for key in texts {
        for (text, sound) in NAUGHTY {
            number += 1;
            let mut row = with(number, key, text);
            row.extend(match key {
                "site1Name" => vec![
                    ("site1Address", "示范路".into()),
                    ("site1Region", "320200".into()),
                ],
                "site1Address" => vec![("site1Name", "示范厂".into()), ("site1Region", "320200".into())],
                "unitName" => vec![("unitKind", "工厂".into())],
                _ => vec![],
            });
            cells.push(row);
            wanted.push((key, text, sound));
        }
        number += 1;
        cells.push(with(number, key, &"长".repeat(501)));
        wanted.push((key, "over-long", false));
    }
    let taken = take_in(&mut office, &csv(&rows(&cells)), false).await;
    let mut lines = 1;
    for (key, text, sound) in wanted {
        // Rows of CSV are counted by lines: one text has two.
        let row = lines + 1;
        lines += 1 + text.matches('\n').count();
        let faults: Vec<&Fault> = taken.faults.iter().filter(|fault| fault.row == row).collect();
        assert_eq!(faults.is_empty(), sound, "{key} {text:?}: {faults:?}");
    }
    // What stands on record is what was sent.
    let first = office.store.case(1).await.unwrap().unwrap();
    assert_eq!(*first.status(), Status::InWork);
    let name = first.form().request().applicant.name.clone().unwrap();
    assert_eq!(name.as_str(), "<script>alert(1)</script>");
}

#[test]
fn faults_are_a_file_that_no_spreadsheet_runs() {
    let fault = |column: &str, reason: &str| Fault {
        row: 2,
        column: column.to_owned(),
        reason: reason.to_owned(),
    };
    let faults = [
        fault("企业名称", "=cmd|' /C calc'!A0 is not a name"),
        fault("-1", "\u{202E}\0"),
        fault("", "\"quoted\", and\r\nbroken"),
    ];
    let mut bytes = Vec::new();
    write_faults(&faults, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let text = text.strip_prefix('\u{FEFF}').unwrap();
    assert_eq!(
        text,
        "行 row,列 column,原因 reason\r\n2,企业名称,'=cmd|' /C calc'!A0 is not a name\r\n2,'-1,<U+202E><U+0000>\r\n2,,\"\"\"quoted\"\", and<U+000D><U+000A>broken\"\r\n"
    );
}

#[tokio::test]
async fn a_sheet_of_other_columns_or_by_somebody_else_is_refused_whole() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let mut unknown = rows(&[application(1)]);
    unknown[0][2] = "法人".to_owned();
    let request = |sheet, person: &str| ImportRequest {
        rows: Rows::Applications,
        sheet,
        name: text("示范批次"),
        by: own(person, Role::Clerk),
        dry_run: false,
    };
    let sheet = csv(&unknown);
    let refused = import(&mut office, &request(&sheet, "受理"), &mut |_, _| {}).await;
    let Err(ImportError::Table(error)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(error.0.len(), 2, "{error:?}");
    let sheet = csv(&rows(&[application(1)]));
    let refused = import(&mut office, &request(&sheet, "决定"), &mut |_, _| {}).await;
    assert!(refused.is_err_and(|error| error.is_refusal()));
    assert_eq!(office.store.batches(None, 1).await.unwrap(), [0_u32; 0]);
    assert_eq!(uscc(1).len(), 18);
}
