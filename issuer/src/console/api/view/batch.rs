//! Batches, and what became of their rows.

use axum::{http::StatusCode, response::Response};
use touchstone_schemas::{
    credential::CredentialNumber, date_time::Timestamp, digest::Sha256Digest, record, text::Text,
};

use super::json;
use crate::{
    batch::{BatchIssued, Fault, Imported},
    casework::{
        Actor, Batch, BatchApproval, Case, CaseNumbers, StageKind, Status, batch::GivenBatchApproval,
    },
};

/// A judgement on the batch.
struct ApprovalView<'a> {
    approval: &'a BatchApproval,
    at: Timestamp,
    by: &'a Actor,
    cases: &'a CaseNumbers,
    kind: StageKind,
    stage: &'a Text,
}

record! { write ApprovalView<'_> {
    "approval": approval,
    "at": at,
    "by": by,
    "cases": cases,
    "kind": kind,
    "stage": stage,
} }

impl<'a> ApprovalView<'a> {
    fn of(given: &'a GivenBatchApproval) -> Self {
        Self {
            approval: &given.judged.approval,
            at: given.at,
            by: &given.by,
            cases: &given.judged.cases,
            kind: given.judged.stage_kind,
            stage: &given.judged.stage,
        }
    }
}

/// A batch as its journal has it.
struct BatchView<'a> {
    acts: u32,
    approvals: Vec<ApprovalView<'a>>,
    author: &'a Actor,
    batch: u32,
    cases: Option<&'a CaseNumbers>,
    file: Sha256Digest,
    head: Sha256Digest,
    name: &'a Text,
    opened_at: Timestamp,
    refused: Option<u32>,
}

record! { write BatchView<'_> {
    "acts": acts,
    "approvals"? approvals,
    "author": author,
    "batch": batch,
    "cases"? cases,
    "file": file,
    "head": head,
    "name": name,
    "openedAt": opened_at,
    "refused"? refused,
} }

impl<'a> BatchView<'a> {
    fn of(batch: &'a Batch) -> Self {
        let (author, opened_at) = batch.author();
        let filled = batch.filled();
        Self {
            acts: batch.acts(),
            approvals: batch.approvals().iter().map(ApprovalView::of).collect(),
            author,
            batch: batch.number(),
            cases: filled.map(|filled| &filled.cases),
            file: batch.opened().file,
            head: batch.head(),
            name: &batch.opened().name,
            opened_at,
            refused: filled.map(|filled| filled.refused),
        }
    }
}

/// A batch.
pub(in super::super) fn batch(status: StatusCode, batch: &Batch) -> Response {
    json(status, &BatchView::of(batch))
}

struct ListView<'a> {
    batches: Vec<BatchView<'a>>,
    next: Option<u32>,
}

record! { write ListView<'_> { "batches": batches, "next"? next } }

/// A page of a list of batches, and where the next one begins.
pub(in super::super) fn batches(batches: &[Batch], next: Option<u32>) -> Response {
    let batches = batches.iter().map(BatchView::of).collect();
    json(StatusCode::OK, &ListView { batches, next })
}

/// A row of a batch.
struct RowView<'a> {
    case: u32,
    next: Option<&'a Text>,
    number: Option<&'a CredentialNumber>,
    row: u32,
    status: &'static str,
}

record! { write RowView<'_> {
    "case": case,
    "next"? next,
    "number"? number,
    "row": row,
    "status": status,
} }

struct RowsView<'a> {
    batch: u32,
    next: Option<u32>,
    rows: Vec<RowView<'a>>,
}

record! { write RowsView<'_> { "batch": batch, "next"? next, "rows": rows } }

/// Rows of a batch, each with its case, and after which row the next page begins.
pub(in super::super) fn batch_cases(batch: u32, cases: &[(u32, Case)], next: Option<u32>) -> Response {
    let rows = cases.iter().map(|(row, case)| RowView {
        case: case.number(),
        next: case.next_stage().map(|rule| &rule.code),
        number: match case.status() {
            Status::Issued { number, .. } => Some(number),
            Status::InWork | Status::Refused | Status::Closed => None,
        },
        row: *row,
        status: case.status().name(),
    });
    let rows = rows.collect();
    json(StatusCode::OK, &RowsView { batch, next, rows })
}

/// A fault of a row.
struct FaultView<'a> {
    column: Option<&'a str>,
    reason: &'a str,
    row: u64,
}

record! { write FaultView<'_> { "column"? column, "reason": reason, "row": row } }

impl<'a> FaultView<'a> {
    fn of(fault: &'a Fault) -> Self {
        Self {
            column: Some(fault.column.as_str()).filter(|column| !column.is_empty()),
            reason: &fault.reason,
            row: u64::try_from(fault.row).unwrap_or(u64::MAX),
        }
    }
}

/// What became of the rows of a sheet.
pub(in super::super) struct ImportedView<'a> {
    batch: Option<u32>,
    cases: u64,
    dry_run: bool,
    faults: Vec<FaultView<'a>>,
    known: u64,
}

record! { write ImportedView<'_> {
    "batch"? batch,
    "cases": cases,
    "dryRun": dry_run,
    "faults": faults,
    "known": known,
} }

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

pub(in super::super) fn imported(imported: &Imported, dry_run: bool) -> ImportedView<'_> {
    ImportedView {
        batch: imported.batch,
        cases: count(imported.cases),
        dry_run,
        faults: imported.faults.iter().map(FaultView::of).collect(),
        known: count(imported.known),
    }
}

/// A case of a batch that is not issued.
struct RefusedView {
    case: u32,
    reason: String,
}

record! { write RefusedView { "case": case, "reason": reason } }

/// What issuing a batch came to.
pub(in super::super) struct BatchIssuedView {
    batch: u32,
    issued: u64,
    known: u64,
    past: u64,
    refused: Vec<RefusedView>,
}

record! { write BatchIssuedView {
    "batch": batch,
    "issued": issued,
    "known": known,
    "past": past,
    "refused": refused,
} }

pub(in super::super) fn batch_issued(batch: u32, issued: &BatchIssued) -> BatchIssuedView {
    let refused = issued.refused.iter().map(|(case, error)| RefusedView {
        case: *case,
        reason: error.to_string(),
    });
    BatchIssuedView {
        batch,
        issued: count(issued.prepared.len()),
        known: count(issued.known),
        past: count(issued.past),
        refused: refused.collect(),
    }
}
