//! What tests of batches share: sheets, and the steps of a batch.

use std::path::Path;

use touchstone_issuer::{
    batch::{APPLICATION, EvaluationRequest, ImportRequest, Imported, Rows, SheetFiles, evaluate, import},
    casework::{
        Actor, BatchApproval, CaseContent, CaseNumbers, DecisionOutcome, Recommendation, Role, Verdict,
        batch::{BatchError, desk},
    },
    office::Office,
    sheet::write_workbook,
};
use touchstone_schemas::uscc::Uscc;

use super::super::staff::{consent, decision, declared, fee, key, now, opinion, own, report, review, text};
use crate::test_office::demo;

/// Head and cells of an application, by the names of columns.
pub(crate) type Cells = Vec<(&'static str, String)>;

/// A unified social credit code with its check character, another for each number.
pub(crate) fn uscc(number: usize) -> String {
    let body = format!("91320200{number:09}");
    let found = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        .chars()
        .map(|check| format!("{body}{check}"));
    found.into_iter().find(|code| Uscc::parse(code).is_ok()).unwrap()
}

/// A row without faults.
pub(crate) fn application(number: usize) -> Cells {
    [
        ("scheme", "cmmm-2020".to_owned()),
        ("uscc", uscc(number)),
        ("name", format!("示范精密机械{number}厂（无锡）有限公司")),
        ("address", "江苏省无锡市示范路1号".to_owned()),
        ("region", "320200".to_owned()),
        ("inNormalOperation", "是".to_owned()),
        ("scope", "精密机械的设计、生产和销售".to_owned()),
        ("industryCode", "3490".to_owned()),
        ("industryName", "其他通用设备制造业".to_owned()),
        ("agreementReference", format!("示范合同-{number}")),
        ("agreementSignedOn", "2026/1/5".to_owned()),
        ("evaluators", "评价甲、评价乙".to_owned()),
    ]
    .into()
}

/// The rows of a sheet with its head, every column of an application.
pub(crate) fn rows(cells: &[Cells]) -> Vec<Vec<String>> {
    let head = APPLICATION.iter().map(|column| column.zh.to_owned()).collect();
    let row = |cells: &Cells| {
        let cell = |key: &str| {
            cells
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, text)| text.clone())
        };
        APPLICATION
            .iter()
            .map(|column| cell(column.key).unwrap_or_default())
            .collect()
    };
    std::iter::once(head).chain(cells.iter().map(row)).collect()
}

/// Rows as CSV.
pub(crate) fn csv(rows: &[Vec<String>]) -> Vec<u8> {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",");
    rows.iter()
        .map(line)
        .collect::<Vec<_>>()
        .join("\r\n")
        .into_bytes()
}

/// Rows as XLSX.
pub(crate) fn xlsx(rows: &[Vec<String>]) -> Vec<u8> {
    write_workbook(rows).unwrap()
}

pub(crate) async fn take_in(office: &mut Office, sheet: &[u8], dry_run: bool) -> Imported {
    let request = ImportRequest {
        rows: Rows::Applications,
        sheet,
        name: text("示范批次"),
        by: own("受理", Role::Clerk),
        dry_run,
    };
    import(office, &request, &mut |_, _| {}).await.unwrap()
}

/// A batch of so many cases, all of them evaluated and their fee paid: it waits for its review.
pub(crate) async fn evaluated_batch(office: &mut Office, folder: &Path, count: usize) -> u32 {
    let cells: Vec<Cells> = (1..=count).map(application).collect();
    let imported = take_in(office, &xlsx(&rows(&cells)), false).await;
    assert_eq!((imported.cases, imported.faults), (count, Vec::new()));
    let batch = imported.batch.unwrap();
    let clerk = own("受理", Role::Clerk);
    perform(office, batch, &clerk, &fee()).await.unwrap();
    for evaluator in ["评价甲", "评价乙"] {
        let declared = CaseContent::Declared(declared());
        let by = own(evaluator, Role::Evaluator);
        let performed = perform(office, batch, &by, &declared).await.unwrap();
        assert_eq!(performed.done.len(), count);
    }
    std::fs::write(folder.join("报告.pdf"), report().bytes).unwrap();
    std::fs::copy(demo().join("scores/level-3.json"), folder.join("scores.json")).unwrap();
    let mut sheet = vec![
        ["case", "assessedOn", "reportNumber", "report", "scores"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let known = desk::known(&mut office.store, batch).await.unwrap();
    let assessed = touchstone_schemas::date_time::Date::of(now())
        .add_days(-3)
        .unwrap()
        .to_string();
    for case in known.cases() {
        let number = format!("YS-批-{case}");
        sheet.push(vec![
            case.to_string(),
            assessed.clone(),
            number,
            "报告.pdf".into(),
            "scores.json".into(),
        ]);
    }
    let sheet = csv(&sheet);
    let request = EvaluationRequest {
        batch,
        sheet: &sheet,
        files: SheetFiles::Folder(folder),
        by: own("评价甲", Role::Evaluator),
        dry_run: false,
    };
    let evaluated = evaluate(office, &request, &mut |_, _| {}).await.unwrap();
    assert_eq!((evaluated.cases, evaluated.faults), (count, Vec::new()));
    // The same sheet again finds everything on file.
    let again = evaluate(office, &request, &mut |_, _| {}).await.unwrap();
    assert_eq!((again.cases, again.known), (0, count));
    batch
}

pub(crate) async fn perform(
    office: &mut Office,
    batch: u32,
    by: &Actor,
    content: &CaseContent,
) -> Result<desk::Performed, BatchError> {
    desk::perform(&mut office.store, batch, by, content, now()).await
}

/// Signs a batch as it stands, with the actor's own key.
pub(crate) async fn signed(
    office: &mut Office,
    batch: u32,
    by: &Actor,
    stage: &str,
    verdict: &Verdict,
) -> Result<BatchApproval, BatchError> {
    let (bundle, _) = desk::to_judge(&mut office.store, batch, by, &text(stage), verdict).await?;
    Ok(bundle.sign(&key(by.person.as_str())))
}

pub(crate) async fn judge(
    office: &mut Office,
    batch: u32,
    by: &Actor,
    stage: &str,
    verdict: Verdict,
) -> Result<CaseNumbers, BatchError> {
    let approval = signed(office, batch, by, stage, &verdict).await?;
    desk::judge(
        &mut office.store,
        batch,
        by,
        (&text(stage), &verdict),
        &approval,
        now(),
    )
    .await
}

/// The judgements of a batch, in order.
pub(crate) fn judgements() -> [(&'static str, &'static str, Role, Verdict); 5] {
    [
        ("review", "复核", Role::Reviewer, review(Recommendation::Positive)),
        ("division", "处长", Role::Approver, consent()),
        ("director", "主任", Role::Approver, consent()),
        (
            "decision",
            "决定",
            Role::Decider,
            decision(DecisionOutcome::Grant, None),
        ),
        ("signing", "签发", Role::Signatory, opinion()),
    ]
}

/// Every judgement of a batch.
pub(crate) async fn judged_batch(office: &mut Office, batch: u32) {
    for (stage, person, role, verdict) in judgements() {
        judge(office, batch, &own(person, role), stage, verdict)
            .await
            .unwrap();
    }
}
