//! Batches: a sheet becomes many cases, and what is done to all of them together.

use std::collections::BTreeMap;

use axum::{http::StatusCode, response::Response};
use touchstone_schemas::{
    budget::MAX_SHEET_BYTES,
    decode::{Decode, DecodeError, Members, invalid, text},
    jcs::to_canonical,
    json::Value,
    multibase::decode_base64url,
    text::Text,
    words,
};

use super::{
    call::{Anything, Call, Nothing},
    judgement::{Drafted, judge_of},
    once::{once, once_whole},
    problem::{Code, Problem},
    reading::{journal_of, rows, sees_lists},
    view, work,
};
use crate::{
    batch::{EvaluationRequest, ImportRequest, Imported, Rows, SheetFiles, evaluate, import, issue_batch},
    casework::{
        Actor, Batch, BatchApproval, Case, CaseworkError, Charge, Role, Verdict, batch::desk, entitlement,
    },
    console::Console,
    office::Office,
    store::{JournalKind, JournalPlace, Store},
};

/// A file in a body: base64url with its multibase prefix.
struct Carried(Vec<u8>);

impl Decode for Carried {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let digits = text(value, "a file in base64url")?;
        let bytes = decode_base64url(digits, digits.len());
        bytes.map(Self).map_err(|error| invalid(&error))
    }
}

/// What the rows of a sheet are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RowKind {
    Applications,
    Papers,
}

words! { RowKind { Applications = "applications", Papers = "papers" } }

/// A sheet with the files that it names.
struct Brought {
    dry_run: bool,
    files: BTreeMap<String, Vec<u8>>,
    sheet: Vec<u8>,
}

impl Brought {
    fn of(
        dry_run: Option<bool>,
        files: Option<BTreeMap<String, Carried>>,
        Carried(sheet): Carried,
    ) -> Result<Self, DecodeError> {
        if sheet.len() > MAX_SHEET_BYTES {
            let message = format_args!(
                "a sheet of {} bytes, at most {MAX_SHEET_BYTES} are allowed",
                sheet.len()
            );
            return Err(invalid(&message).within("sheet"));
        }
        let files = files.unwrap_or_default().into_iter();
        Ok(Self {
            dry_run: dry_run.unwrap_or_default(),
            files: files.map(|(name, Carried(bytes))| (name, bytes)).collect(),
            sheet,
        })
    }
}

/// A sheet that becomes a batch.
struct ToImport {
    brought: Brought,
    name: Text,
    rows: RowKind,
}

impl Decode for ToImport {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let mut members = Members::open(value, &["dryRun", "files", "name", "rows", "sheet"])?;
        let (dry_run, files) = (members.optional("dryRun")?, members.optional("files")?);
        let (name, rows) = (members.required("name")?, members.required("rows")?);
        let sheet = members.required("sheet")?;
        members.close()?;
        Ok(Self {
            brought: Brought::of(dry_run, files, sheet)?,
            name,
            rows,
        })
    }
}

impl Decode for Brought {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let mut members = Members::open(value, &["dryRun", "files", "sheet"])?;
        let (dry_run, files) = (members.optional("dryRun")?, members.optional("files")?);
        let sheet = members.required("sheet")?;
        members.close()?;
        Self::of(dry_run, files, sheet)
    }
}

/// The first case of a batch: its stages are those of all.
async fn first_case(store: &mut Store, batch: &Batch) -> Result<Option<Case>, Problem> {
    match batch.cases().first() {
        Some(first) => Ok(store.case(*first).await?),
        None => Ok(None),
    }
}

async fn sees(store: &mut Store, call: &Call, batch: &Batch) -> Result<bool, Problem> {
    let first = first_case(store, batch).await?;
    Ok(match first {
        Some(case) => call.caller.sees(&case),
        None => sees_lists(call),
    })
}

/// The batch that a request is about; none that the person may not see.
async fn seen(console: &Console, call: &Call) -> Result<Batch, Problem> {
    let number: u32 = call.parameter("number")?;
    let nothing = || Problem::new(Code::NotFound);
    let mut store = console.store().await;
    let batch = store.batch(number).await?.ok_or_else(nothing)?;
    if sees(&mut store, call, &batch).await? {
        Ok(batch)
    } else {
        Err(nothing())
    }
}

pub(super) async fn list(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&["before", "limit"])?;
    let (before, rows) = (call.parsed("before")?, rows(call)?);
    let mut store = console.store().await;
    let numbers = store.batches(before, rows).await?;
    let full = numbers.len() >= usize::try_from(rows).unwrap_or(usize::MAX);
    let next = numbers.last().filter(|_| full).copied();
    let mut found = Vec::with_capacity(numbers.len());
    for number in numbers {
        if let Some(batch) = store.batch(number).await?
            && sees(&mut store, call, &batch).await?
        {
            found.push(batch);
        }
    }
    Ok(view::batches(&found, next))
}

pub(super) async fn show(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&[])?;
    Ok(view::batch(StatusCode::OK, &seen(console, call).await?))
}

/// Its cases by row, with how far each is.
pub(super) async fn cases(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&["after", "limit"])?;
    let batch = seen(console, call).await?;
    let (after, rows) = (call.parsed::<u32>("after")?.unwrap_or_default(), rows(call)?);
    let mut store = console.store().await;
    let all = store.batch_rows(batch.number()).await?;
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    let page: Vec<_> = all.into_iter().filter(|row| row.row > after).take(rows).collect();
    let next = page.last().filter(|_| page.len() >= rows).map(|last| last.row);
    let mut found = Vec::with_capacity(page.len());
    for row in page {
        let case = store.case(row.case).await?;
        found.extend(
            case.filter(|case| call.caller.sees(case))
                .map(|case| (row.row, case)),
        );
    }
    Ok(view::batch_cases(batch.number(), &found, next))
}

pub(super) async fn journal(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&[])?;
    let number = seen(console, call).await?.number();
    let acts = console.store().await.batch_acts(number).await?;
    Ok(journal_of("batch", number, &acts))
}

/// Takes a sheet in, or says what is wrong with its rows. One that was cut off goes on from the same sheet.
pub(super) async fn take_in(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let by = call.actor(Some(Role::Clerk))?;
    let ToImport { brought, name, rows } = call.record()?;
    let dry_run = brought.dry_run;
    let work = async move |office: &mut Office| {
        let request = ImportRequest {
            rows: match rows {
                RowKind::Applications => Rows::Applications,
                RowKind::Papers => Rows::Papers(SheetFiles::Brought(&brought.files)),
            },
            sheet: &brought.sheet,
            name,
            by,
            dry_run,
        };
        Ok(import(office, &request, &mut |_, _| {}).await?)
    };
    taken_in(console, &call, (dry_run, StatusCode::CREATED), work).await
}

/// Takes a sheet of evaluations in.
pub(super) async fn evaluate_rows(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let number = seen(console, &call).await?.number();
    let by = call.actor(Some(Role::Evaluator))?;
    let brought: Brought = call.record()?;
    let dry_run = brought.dry_run;
    let work = async move |office: &mut Office| {
        let request = EvaluationRequest {
            batch: number,
            sheet: &brought.sheet,
            files: SheetFiles::Brought(&brought.files),
            by,
            dry_run,
        };
        Ok(evaluate(office, &request, &mut |_, _| {}).await?)
    };
    taken_in(console, &call, (dry_run, StatusCode::OK), work).await
}

/// What became of the rows. A dry run stores nothing, and so keeps no answer.
async fn taken_in<F>(
    console: &Console,
    call: &Call,
    (dry_run, done): (bool, StatusCode),
    work: F,
) -> Result<Response, Problem>
where
    F: AsyncFnOnce(&mut Office) -> Result<Imported, Problem> + Send + 'static,
{
    if dry_run {
        let imported = console.in_office(async move |office| Ok(work(office).await));
        let answer = to_canonical(&view::imported(&imported.await??, dry_run));
        return Ok(view::bytes("application/json", StatusCode::OK, answer));
    }
    let answer = once_whole(console, call, async move |office| {
        let imported = work(office).await?;
        let place = JournalPlace {
            journal: JournalKind::Batch,
            number: imported.batch.unwrap_or_default(),
            sequence: None,
        };
        Ok((place, to_canonical(&view::imported(&imported, dry_run))))
    });
    Ok(view::bytes("application/json", done, answer.await?))
}

/// Assigning, declaring, a task done or waived: for every case that it concerns, or for none.
pub(super) async fn plain(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let batch = seen(console, &call).await?;
    let content = work::content(&call)?;
    let first = first_case(&mut *console.store().await, &batch).await?;
    let by = call.actor(first.and_then(|case| case.role_for(&content)))?;
    let number = batch.number();
    let batch: Batch = once(console, &call, async move |office| {
        let now = office.clock.now();
        desk::perform(&mut office.store, number, &by, &content, now).await?;
        Ok(desk::known(&mut office.store, number).await?)
    })
    .await?;
    Ok(view::batch(StatusCode::OK, &batch))
}

/// Who judges in a stage of the batch.
async fn judge_in(
    console: &Console,
    call: &Call,
    batch: &Batch,
    (stage, verdict): (&Text, &Verdict),
) -> Result<Actor, Problem> {
    let first = first_case(&mut *console.store().await, batch).await?;
    let first = first.ok_or_else(|| Problem::new(Code::Unlawful).detail("the batch has no cases yet"))?;
    judge_of(call, &first, stage, verdict)
}

/// The bytes to be signed for every case of the batch that waits in the stage.
pub(super) async fn bundle(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let batch = seen(console, call).await?;
    let Drafted { stage, verdict } = call.record()?;
    let by = judge_in(console, call, &batch, (&stage, &verdict)).await?;
    let mut store = console.store().await;
    let (bundle, _) = desk::to_judge(&mut store, batch.number(), &by, &stage, &verdict).await?;
    Ok(view::bytes("application/json", StatusCode::OK, bundle.to_bytes()))
}

/// A judgement on a batch, with its signature.
struct Judged {
    approval: BatchApproval,
    stage: Text,
    verdict: Verdict,
}

impl Decode for Judged {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let verdict = Verdict::in_record(value)?;
        let mut members = Members::open(value, &["approval", "kind", "stage", "verdict"])?;
        let approval = members.required("approval")?;
        let _: String = members.required("kind")?;
        let stage = members.required("stage")?;
        let _: Anything = members.required("verdict")?;
        members.close()?;
        Ok(Self {
            approval,
            stage,
            verdict,
        })
    }
}

pub(super) async fn judge(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let batch = seen(console, &call).await?;
    let Judged {
        approval,
        stage,
        verdict,
    } = call.record()?;
    let by = judge_in(console, &call, &batch, (&stage, &verdict)).await?;
    let number = batch.number();
    let batch: Batch = once(console, &call, async move |office| {
        let now = office.clock.now();
        desk::judge(&mut office.store, number, &by, (&stage, &verdict), &approval, now).await?;
        Ok(desk::known(&mut office.store, number).await?)
    })
    .await?;
    Ok(view::batch(StatusCode::OK, &batch))
}

/// Numbers, signs and delivers what was decided; asked again, it goes on.
pub(super) async fn issue(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let batch = seen(console, &call).await?;
    let Nothing = call.record()?;
    let by = call.actor(Some(Role::Signatory))?;
    let charge = Charge {
        role: Role::Signatory,
        office: None,
        scheme: None,
    };
    entitlement(&call.caller.personnel, &by, charge, call.now).map_err(CaseworkError::from)?;
    let keys = console.0.keys.clone().ok_or(Problem::new(Code::NoKeys))?;
    let number = batch.number();
    let answer = once_whole(console, &call, async move |office| {
        let issued = issue_batch(office, &keys, number, &mut |_, _, _| {}).await?;
        // What the registry does not have yet is gone on with under the same key.
        if !issued.delivered.is_whole() {
            let detail = "the registry does not have every certificate yet";
            return Err(Problem::new(Code::OfficeWaits).detail(detail));
        }
        let place = JournalPlace {
            journal: JournalKind::Batch,
            number,
            sequence: None,
        };
        Ok((place, to_canonical(&view::batch_issued(number, &issued))))
    });
    Ok(view::bytes("application/json", StatusCode::OK, answer.await?))
}
