//! A sheet of evaluations: each row attaches its report to a case of the batch and puts its scores on file.

use std::collections::BTreeSet;

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest};

use super::{
    EVALUATION, ImportError, Imported, SheetFiles,
    evaluation_row::{self, EvaluationRow},
    table::Table,
};
use crate::{
    casework::{
        Actor, Attached, Attachment, AttachmentPurpose, BatchUnlawful, CaseContent, Intake, Personnel,
        batch::{BatchError, desk::known},
        desk::{CaseworkError, append, grade},
    },
    office::{Office, Papers},
    sheet::Sheet,
    store::{Session, insert_attachment, read_case, read_personnel},
};

/// Rows stored in one commit.
const GROUP: usize = 64;

/// What is to be taken in.
#[derive(Clone, Debug)]
pub struct EvaluationRequest<'a> {
    /// Number of the batch.
    pub batch: u32,
    /// The sheet, CSV or XLSX.
    pub sheet: &'a [u8],
    /// The files that it names.
    pub files: SheetFiles<'a>,
    /// The evaluator.
    pub by: Actor,
    /// Only say what would be refused: nothing is stored.
    pub dry_run: bool,
}

/// Takes a sheet of evaluations in, row by row. One that was cut off goes on from the same file: a row whose evaluation is
/// on file as it says is passed over.
///
/// # Errors
/// [`ImportError`]; faults of single rows are in what it gives.
pub async fn evaluate(
    office: &mut Office,
    request: &EvaluationRequest<'_>,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Imported, ImportError> {
    let now = office.clock.now();
    let batch = known(&mut office.store, request.batch).await?;
    if batch.filled().is_none() {
        return Err(BatchError::from(BatchUnlawful::NotFilled).into());
    }
    let cases: BTreeSet<u32> = batch.cases().iter().copied().collect();
    let sheet = Sheet::read(request.sheet)?;
    let table = Table::of(&sheet, EVALUATION)?;
    let total = sheet.rows.len();
    let mut imported = Imported {
        batch: Some(request.batch),
        ..Imported::default()
    };
    let rows: Vec<_> = table.rows().collect();
    for group in rows.chunks(GROUP) {
        let mut unit = office.store.begin().await?;
        let personnel = read_personnel(&mut unit).await?;
        for row in group {
            let read = match evaluation_row::read(row, request.files) {
                Ok(read) => read,
                Err(faults) => {
                    imported.faults.extend(faults);
                    continue;
                }
            };
            if !cases.contains(&read.case) {
                let reason = format!("case {} is not of batch {}", read.case, request.batch);
                imported.faults.push(row.fault("案件号", reason));
                continue;
            }
            let mut trial = unit.savepoint().await?;
            match take(&office.papers, &mut trial, &personnel, &request.by, read, now).await {
                Ok(new) => {
                    trial.commit().await?;
                    imported.cases += usize::from(new);
                    imported.known += usize::from(!new);
                }
                Err(CaseworkError::Findings(findings)) => {
                    trial.rollback().await?;
                    let faults = findings
                        .iter()
                        .map(|it| row.fault_at(&it.pointer, it.message.clone()));
                    imported.faults.extend(faults);
                }
                Err(error) if error.is_refusal() => {
                    trial.rollback().await?;
                    imported.faults.push(row.fault("", error.to_string()));
                }
                Err(error) => return Err(error.into()),
            }
        }
        if request.dry_run {
            unit.rollback().await?;
        } else {
            unit.commit().await?;
        }
        progress(imported.cases, total);
    }
    Ok(imported)
}

/// Puts an evaluation on file with its report; whether it was not there before.
async fn take(
    papers: &Papers,
    connection: &mut Session<'_>,
    personnel: &Personnel,
    by: &Actor,
    read: EvaluationRow,
    now: Timestamp,
) -> Result<bool, CaseworkError> {
    let EvaluationRow {
        case: number,
        report,
        draft,
    } = read;
    let case = read_case(connection, number).await?;
    let mut case = case.ok_or(CaseworkError::UnknownCase { number })?;
    let edition = case.form().scheme().clone();
    let scheme = papers
        .scheme(edition.as_str())
        .ok_or(CaseworkError::UnknownScheme { edition })?;
    let evaluation = grade(papers, scheme, draft).map_err(CaseworkError::Findings)?;
    if case.evaluation() == Some(&evaluation) {
        return Ok(false);
    }
    let attachment = attachment_of(&report);
    let there =
        |file: &Attachment| file.digest == attachment.digest && file.purpose == AttachmentPurpose::Report;
    if !case.attachments().iter().any(there) {
        insert_attachment(connection, attachment.digest, &report.bytes).await?;
        let attached = CaseContent::Attached(Attached { attachment });
        append(connection, &mut case, Some((by, personnel)), attached, now).await?;
    }
    let evaluated = CaseContent::Evaluated(evaluation);
    append(connection, &mut case, Some((by, personnel)), evaluated, now).await?;
    Ok(true)
}

fn attachment_of(file: &Intake) -> Attachment {
    Attachment {
        digest: Sha256Digest::of(&file.bytes),
        media_type: file.media_type.clone(),
        name: file.name.clone(),
        purpose: file.purpose,
        size: u64::try_from(file.bytes.len()).unwrap_or(u64::MAX),
    }
}
