//! Measures on certificates in force, and what is due for them.

use axum::{http::StatusCode, response::Response};
use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    record,
};

use super::json;
use crate::{
    after_issue::{
        CarriedOutMeasures, GivenStatement, Measure, MeasureKind, MeasureStatus, ObligationKind, Opened,
        Statement, Task, Urgency,
    },
    casework::{Actor, Approval, Attachment, Content},
    store::{ListedMeasure, ListedObligation},
};

/// A statement on record.
struct StatementView<'a> {
    approval: &'a Approval,
    at: Timestamp,
    by: &'a Actor,
    kind: &'static str,
    statement: &'a Statement,
}

record! { write StatementView<'_> {
    "approval": approval,
    "at": at,
    "by": by,
    "kind": kind,
    "statement": statement,
} }

impl<'a> StatementView<'a> {
    fn of(given: &'a GivenStatement) -> Self {
        Self {
            approval: &given.approval,
            at: given.at,
            by: &given.by,
            kind: given.statement.kind(),
            statement: &given.statement,
        }
    }
}

/// A measure as it stands.
struct MeasureView<'a> {
    acts: u32,
    attachments: Vec<&'a Attachment>,
    head: Sha256Digest,
    kind: MeasureKind,
    measure: u32,
    opened: &'a Opened,
    opened_at: Timestamp,
    opened_by: &'a Actor,
    statements: Vec<StatementView<'a>>,
    status: MeasureStatus,
}

record! { write MeasureView<'_> {
    "acts": acts,
    "attachments"? attachments,
    "head": head,
    "kind": kind,
    "measure": measure,
    "opened": opened,
    "openedAt": opened_at,
    "openedBy": opened_by,
    "statements"? statements,
    "status": status,
} }

/// A measure.
pub(in super::super) fn measure(status: StatusCode, measure: &Measure) -> Response {
    let (opened_by, opened_at) = measure.opened_by();
    let view = MeasureView {
        acts: measure.acts(),
        attachments: measure.attachments().iter().collect(),
        head: measure.head(),
        kind: measure.kind(),
        measure: measure.number(),
        opened: measure.opened(),
        opened_at,
        opened_by,
        statements: measure.statements().iter().map(StatementView::of).collect(),
        status: measure.status(),
    };
    json(status, &view)
}

/// A line of a list of measures.
struct ListedView<'a> {
    confirmed_on: Option<Date>,
    kind: MeasureKind,
    measure: u32,
    number: &'a CredentialNumber,
    scheme: &'a str,
    status: MeasureStatus,
    version: Version,
}

record! { write ListedView<'_> {
    "confirmedOn"? confirmed_on,
    "kind": kind,
    "measure": measure,
    "number": number,
    "scheme": scheme,
    "status": status,
    "version": version,
} }

struct ListView<'a> {
    measures: Vec<ListedView<'a>>,
    next: Option<u32>,
}

record! { write ListView<'_> { "measures": measures, "next"? next } }

/// A page of a list of measures, and where the next one begins.
pub(in super::super) fn measures<'a>(
    measures: impl Iterator<Item = &'a ListedMeasure>,
    next: Option<u32>,
) -> Response {
    let line = |listed: &'a ListedMeasure| ListedView {
        confirmed_on: listed.confirmed_on,
        kind: listed.kind,
        measure: listed.number,
        number: &listed.certificate,
        scheme: &listed.edition,
        status: listed.status,
        version: listed.version,
    };
    let measures = measures.map(line).collect();
    json(StatusCode::OK, &ListView { measures, next })
}

/// The event of a measure.
struct EventView<'a> {
    effective: Timestamp,
    kind: &'static str,
    measure: u32,
    number: &'a CredentialNumber,
    recorded: Option<Timestamp>,
    sequence: u32,
    version: Version,
}

record! { write EventView<'_> {
    "effective": effective,
    "kind": kind,
    "measure": measure,
    "number": number,
    "recorded"? recorded,
    "sequence": sequence,
    "version": version,
} }

/// A measure that was left as it is.
struct LeftView<'a> {
    measure: u32,
    reason: &'a str,
}

record! { write LeftView<'_> { "measure": measure, "reason": reason } }

/// What carrying measures out came to.
pub(in super::super) struct CarriedOutView<'a> {
    events: Vec<EventView<'a>>,
    left: Vec<LeftView<'a>>,
}

record! { write CarriedOutView<'_> { "events": events, "left": left } }

pub(in super::super) fn carried_out(outcome: &CarriedOutMeasures) -> CarriedOutView<'_> {
    let events = outcome.events.iter().map(|(measure, stored)| EventView {
        effective: stored.event.effective,
        kind: stored.event.kind().name(),
        measure: *measure,
        number: &stored.event.number,
        recorded: stored.recorded,
        sequence: stored.event.sequence,
        version: stored.event.version,
    });
    let left = outcome.left.iter().map(|(measure, reason)| LeftView {
        measure: *measure,
        reason,
    });
    CarriedOutView {
        events: events.collect(),
        left: left.collect(),
    }
}

/// A row of the worklist.
struct TaskView<'a> {
    due: Date,
    grace_until: Option<Date>,
    holder: &'a str,
    kind: ObligationKind,
    name: &'a str,
    number: &'a CredentialNumber,
    scheme: &'a str,
    task: Task,
    urgency: Urgency,
    version: Version,
}

record! { write TaskView<'_> {
    "due": due,
    "graceUntil"? grace_until,
    "holder": holder,
    "kind": kind,
    "name": name,
    "number": number,
    "scheme": scheme,
    "task": task,
    "urgency": urgency,
    "version": version,
} }

struct TasksView<'a> {
    on: Date,
    tasks: Vec<TaskView<'a>>,
}

record! { write TasksView<'_> { "on": on, "tasks": tasks } }

/// What is to be done on a day.
pub(in super::super) fn tasks<'a>(rows: impl Iterator<Item = &'a ListedObligation>, on: Date) -> Response {
    let task = |row: &'a ListedObligation| {
        let (task, urgency) = row.obligation.on(on)?;
        Some(TaskView {
            due: row.obligation.due,
            grace_until: row.obligation.grace_until,
            holder: &row.holder,
            kind: row.obligation.kind,
            name: &row.holder_name,
            number: &row.number,
            scheme: &row.edition,
            task,
            urgency,
            version: row.version,
        })
    };
    let tasks = rows.filter_map(task).collect();
    json(StatusCode::OK, &TasksView { on, tasks })
}
