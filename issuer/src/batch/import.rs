//! A sheet of applications becomes a batch of cases: each row in a savepoint of its own, rows in groups to a commit.
//!
//! One sheet is one batch. An import that was cut off goes on from the same file; rows that are cases already are passed
//! over, by the number of their row.

use std::collections::{BTreeMap, BTreeSet};

use touchstone_schemas::{
    budget::MAX_ATTACHMENT_BYTES, date_time::Timestamp, digest::Sha256Digest, text::Text,
};

use super::{
    APPLICATION, Fault, PAPER, SheetFiles, TableError,
    application_row::{self, ApplicationRow, of_finding},
    evaluation_row::media_type_of,
    paper_row::{self, PaperRow},
    table::{Row, Table},
};
use crate::{
    casework::{
        Actor, Applied, Assigned, Attached, Attachment, AttachmentPurpose, Batch, BatchFilled, BatchOpened,
        CaseContent, CaseNumbers, Personnel, applied, applied_on_paper,
        batch::{
            BatchError,
            desk::{begin_batch, fill_batch},
        },
        begin_case,
        desk::{CaseworkError, append},
    },
    office::Office,
    sheet::{Sheet, SheetError},
    store::{
        BatchRow, Session, StoreError, batch_of_file, insert_attachment, insert_batch_row, number_given,
        read_batch, read_personnel, row_said_before,
    },
};

/// The column of numbers.
const NUMBER: &str = "证书编号";

/// Rows stored in one commit.
const GROUP: usize = 128;

/// What is to be imported.
#[derive(Clone, Debug)]
pub struct ImportRequest<'a> {
    /// What its rows are.
    pub rows: Rows<'a>,
    /// The sheet, CSV or XLSX.
    pub sheet: &'a [u8],
    /// What the batch is called.
    pub name: Text,
    /// The clerk.
    pub by: Actor,
    /// Only say what would be refused: nothing is stored.
    pub dry_run: bool,
}

/// What the rows of a sheet are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows<'a> {
    /// Applications.
    Applications,
    /// Certificates first issued on paper, with their reports.
    Papers(SheetFiles<'a>),
}

/// What an import came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The batch; none on a dry run, or where no row is without faults.
    pub batch: Option<u32>,
    /// Rows that are cases now, or would be.
    pub cases: usize,
    /// Rows that were cases before: the import was cut off.
    pub known: usize,
    /// What is wrong with the other rows.
    pub faults: Vec<Fault>,
}

/// Why nothing of a sheet is imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It does not read.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// It has other columns.
    #[error(transparent)]
    Table(#[from] TableError),
    /// It was imported before.
    #[error("this sheet was imported before, as batch {batch}")]
    Known {
        /// The batch.
        batch: u32,
    },
    /// The batch refuses it.
    #[error(transparent)]
    Batch(#[from] BatchError),
}

impl ImportError {
    /// Whether a rule refuses it, rather than something failing.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Batch(error) => error.is_refusal(),
            _ => true,
        }
    }
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Batch(error.into())
    }
}

impl From<sqlx::Error> for ImportError {
    fn from(error: sqlx::Error) -> Self {
        Self::Batch(error.into())
    }
}

impl From<CaseworkError> for ImportError {
    fn from(error: CaseworkError) -> Self {
        Self::Batch(error.into())
    }
}

/// A row ready to be a case.
struct Ready {
    row: u32,
    digest: Sha256Digest,
    applied: Applied,
    evaluators: Vec<Text>,
    /// The file that shows what the paper says: read again when the row is stored, so that memory holds one at a time.
    report: Option<String>,
}

/// Imports a sheet of applications. `progress` is told how many rows of how many are done.
///
/// # Errors
/// [`ImportError`]; faults of single rows are in what it gives.
pub async fn import(
    office: &mut Office,
    request: &ImportRequest<'_>,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Imported, ImportError> {
    let now = office.clock.now();
    let file = Sha256Digest::of(request.sheet);
    let sheet = Sheet::read(request.sheet)?;
    let columns = match request.rows {
        Rows::Applications => APPLICATION,
        Rows::Papers(_) => PAPER,
    };
    let table = Table::of(&sheet, columns)?;
    let mut imported = Imported::default();
    let mut begun = begun(office, file).await?;
    let known: BTreeSet<u32> = match &begun {
        Some(batch) => {
            let rows = office.store.batch_rows(batch.number()).await?;
            rows.iter().map(|row| row.row).collect()
        }
        None => BTreeSet::new(),
    };
    imported.known = known.len();
    let ready = ready(office, &table, request.rows, &known, &mut imported.faults);
    let total = ready.len();
    for group in ready.chunks(GROUP) {
        let (before, new) = (imported.cases, begun.is_none());
        let mut unit = office.store.begin().await?;
        let personnel = read_personnel(&mut unit).await?;
        let batch = match begun.take() {
            Some(batch) => batch,
            None => {
                let opened = BatchOpened {
                    file,
                    name: request.name.clone(),
                };
                begin_batch(&mut unit, &personnel, &request.by, opened, now).await?
            }
        };
        for row in group {
            let mut trial = unit.savepoint().await?;
            match take_row(&mut trial, &batch, &personnel, request, row, now).await? {
                Ok(()) => {
                    trial.commit().await?;
                    imported.cases += 1;
                }
                Err(fault) => {
                    // Nothing of a row is stored that is refused.
                    trial.rollback().await?;
                    imported.faults.push(fault);
                }
            }
        }
        // A sheet without one sound row is no batch.
        if request.dry_run || (new && imported.cases == before) {
            unit.rollback().await?;
        } else {
            unit.commit().await?;
            begun = Some(batch);
        }
        progress(imported.cases, total);
    }
    if !request.dry_run
        && let Some(mut batch) = begun
    {
        fill(office, &mut batch, &request.by, &imported, now).await?;
        imported.batch = Some(batch.number());
    }
    imported.faults.sort_by_key(|fault| fault.row);
    Ok(imported)
}

/// The batch of this sheet, when its import was begun and not ended.
async fn begun(office: &mut Office, file: Sha256Digest) -> Result<Option<Batch>, ImportError> {
    let connection = &mut office.store.connection().await?;
    let Some(number) = batch_of_file(connection, file).await? else {
        return Ok(None);
    };
    match read_batch(connection, number).await? {
        Some(batch) if batch.filled().is_some() => Err(ImportError::Known { batch: number }),
        batch => Ok(batch),
    }
}

async fn fill(
    office: &mut Office,
    batch: &mut Batch,
    by: &Actor,
    imported: &Imported,
    now: Timestamp,
) -> Result<(), ImportError> {
    let rows = office.store.batch_rows(batch.number()).await?;
    let refused: BTreeSet<usize> = imported.faults.iter().map(|fault| fault.row).collect();
    let filled = BatchFilled {
        cases: CaseNumbers::of(rows.iter().map(|row| row.case)),
        refused: u32::try_from(refused.len()).unwrap_or(u32::MAX),
    };
    let mut unit = office.store.begin().await?;
    let personnel = read_personnel(&mut unit).await?;
    fill_batch(&mut unit, batch, &personnel, by, filled, now).await?;
    unit.commit().await?;
    Ok(())
}

/// The rows that have no fault of their own and are no cases yet.
fn ready(
    office: &Office,
    table: &Table<'_>,
    kind: Rows<'_>,
    known: &BTreeSet<u32>,
    faults: &mut Vec<Fault>,
) -> Vec<Ready> {
    let (mut ready, mut said, mut numbers) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for row in table.rows() {
        let number = u32::try_from(row.number()).unwrap_or(u32::MAX);
        if known.contains(&number) {
            continue;
        }
        let read = match read_row(office, &row, number, kind) {
            Ok(read) => read,
            Err(found) => {
                faults.extend(found);
                continue;
            }
        };
        if let Some(before) = said.insert(read.digest, row.number()) {
            faults.push(row.fault("", format!("says the same as row {before}")));
            continue;
        }
        let paper = read.applied.paper.as_ref().map(|paper| paper.number.clone());
        if let Some(before) = paper.and_then(|paper| numbers.insert(paper, row.number())) {
            faults.push(row.fault(NUMBER, format!("the number of row {before}")));
            continue;
        }
        ready.push(read);
    }
    ready
}

/// Reads a row, and holds it to the rules.
fn read_row(office: &Office, row: &Row<'_>, number: u32, kind: Rows<'_>) -> Result<Ready, Vec<Fault>> {
    let (papers, now) = (&office.papers, office.clock.now());
    match kind {
        Rows::Applications => {
            let ApplicationRow { form, evaluators } = application_row::read(row)?;
            Ok(Ready {
                row: number,
                digest: form.digest(),
                applied: applied(papers, form, None, now).map_err(|error| of_error(row, &error))?,
                evaluators,
                report: None,
            })
        }
        Rows::Papers(files) => {
            let PaperRow { form, paper } = paper_row::read(row, files)?;
            let both = [form.digest(), paper.digest()].map(|digest| *digest.as_bytes());
            Ok(Ready {
                row: number,
                digest: Sha256Digest::of(&both.concat()),
                applied: applied_on_paper(papers, form, paper, now).map_err(|error| of_error(row, &error))?,
                evaluators: Vec::new(),
                report: row.get("report").map(str::to_owned),
            })
        }
    }
}

/// What the rules find, by the columns it stands in.
fn of_error(row: &Row<'_>, error: &CaseworkError) -> Vec<Fault> {
    match error {
        CaseworkError::Findings(findings) => findings
            .iter()
            .filter_map(|finding| of_finding(row, finding, &[]))
            .collect(),
        CaseworkError::UnknownScheme { .. } => vec![row.fault_at("/scheme", error.to_string())],
        error => vec![row.fault("", error.to_string())],
    }
}

/// Makes a row a case, and assigns its evaluators.
async fn take_row(
    connection: &mut Session<'_>,
    batch: &Batch,
    personnel: &Personnel,
    request: &ImportRequest<'_>,
    row: &Ready,
    now: Timestamp,
) -> Result<Result<(), Fault>, ImportError> {
    let by = &request.by;
    let fault = |column: &str, reason: String| Fault {
        row: usize::try_from(row.row).unwrap_or(usize::MAX),
        column: column.to_owned(),
        reason,
    };
    if let Some(case) = row_said_before(connection, row.digest).await? {
        return Ok(Err(fault(
            "",
            format!("the same application is case {case} already"),
        )));
    }
    if let Some(paper) = &row.applied.paper
        && number_given(connection, &paper.number).await?.is_some()
    {
        return Ok(Err(fault(NUMBER, format!("{} is on file already", paper.number))));
    }
    let mut case = match begin_case(connection, personnel, by, row.applied.clone(), now).await {
        Ok(case) => case,
        // Who may not take applications in, may not for any row.
        Err(error) => return Err(error.into()),
    };
    for evaluator in &row.evaluators {
        let assigned = CaseContent::Assigned(Assigned {
            evaluator: evaluator.clone(),
        });
        match append(connection, &mut case, Some((by, personnel)), assigned, now).await {
            Ok(()) => {}
            Err(error) if error.is_refusal() => return Ok(Err(fault("评价人员编号", error.to_string()))),
            Err(error) => return Err(error.into()),
        }
    }
    if let (Some(paper), Rows::Papers(files), Some(name)) = (&row.applied.paper, request.rows, &row.report) {
        let (name, bytes) = match files.named(name, MAX_ATTACHMENT_BYTES) {
            Ok((name, bytes)) if Sha256Digest::of(&bytes) == paper.report.digest => (name, bytes),
            Ok(_) => {
                return Ok(Err(fault(
                    "报告文件",
                    "the file changed while it was read".to_owned(),
                )));
            }
            Err(reason) => return Ok(Err(fault("报告文件", reason))),
        };
        let Some(media_type) = media_type_of(&bytes) else {
            return Ok(Err(fault("报告文件", "no file of a known kind".to_owned())));
        };
        let attachment = Attachment {
            digest: paper.report.digest,
            media_type,
            name,
            purpose: AttachmentPurpose::Report,
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        };
        insert_attachment(connection, attachment.digest, &bytes).await?;
        let attached = CaseContent::Attached(Attached { attachment });
        append(connection, &mut case, Some((by, personnel)), attached, now).await?;
    }
    let place = BatchRow {
        row: row.row,
        case: case.number(),
    };
    insert_batch_row(connection, batch.number(), place, row.digest).await?;
    Ok(Ok(()))
}
