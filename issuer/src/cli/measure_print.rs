//! How measures are printed.

use serde_json::json;
use touchstone_issuer::{
    after_issue::{Measure, Task, Urgency},
    casework::Content,
    store::{ListedMeasure, ListedObligation, StoredEvent},
};

use super::error::CliError;
use super::print::line;

/// Prints a measure: a line for it and one for each statement.
pub(super) fn measure(measure: &Measure, as_json: bool) -> Result<(), CliError> {
    let certificate = &measure.opened().certificate;
    let statements: Vec<serde_json::Value> = measure
        .statements()
        .iter()
        .map(|given| {
            json!({
                "kind": given.statement.kind(), "by": given.by.person, "at": given.at,
                "onBehalfOf": given.by.delegator(),
            })
        })
        .collect();
    let files: Vec<serde_json::Value> = measure
        .attachments()
        .iter()
        .map(|file| json!({ "name": file.name, "digest": file.digest, "size": file.size }))
        .collect();
    let value = json!({
        "measure": measure.number(),
        "number": certificate.number,
        "version": certificate.version,
        "kind": measure.kind().name(),
        "status": measure.status().name(),
        "grounds": measure.opened().grounds.as_str(),
        "statements": statements,
        "attachments": files,
        "head": measure.head(),
    });
    let mut text = format!(
        "measure {}: {} of {} version {}, {}",
        measure.number(),
        measure.kind().name(),
        certificate.number,
        certificate.version,
        measure.status().name()
    );
    for given in measure.statements() {
        text.push_str(&format!("\n  {:<16} {}", given.statement.kind(), given.by.person));
        if let Some(delegator) = given.by.delegator() {
            text.push_str(&format!(" 代 {delegator}"));
        }
        text.push_str(&format!("  {}", given.at));
    }
    line(as_json, &value, &text)
}

/// Prints a line of a list of measures.
pub(super) fn listed(listed: &ListedMeasure, as_json: bool) -> Result<(), CliError> {
    let value = json!({
        "measure": listed.number, "number": listed.certificate, "version": listed.version,
        "kind": listed.kind.name(), "status": listed.status.name(), "confirmedOn": listed.confirmed_on,
    });
    let text = format!(
        "measure {}  {}  {}  {} version {}",
        listed.number,
        listed.status.name(),
        listed.kind.name(),
        listed.certificate,
        listed.version
    );
    line(as_json, &value, &text)
}

/// Prints what a measure became.
pub(super) fn carried_out(measure: u32, stored: &StoredEvent, as_json: bool) -> Result<(), CliError> {
    let event = &stored.event;
    let delivered = stored.receipt.is_some();
    let value = json!({
        "measure": measure, "number": event.number, "version": event.version, "event": event.kind(),
        "sequence": event.sequence, "effective": event.effective, "delivered": delivered,
    });
    let state = if delivered { "" } else { " (not delivered)" };
    let text = format!(
        "measure {measure}: {} version {} {} from {}{state}",
        event.number,
        event.version,
        event.kind(),
        event.effective
    );
    line(as_json, &value, &text)
}

/// Prints a row of the worklist.
pub(super) fn task(
    row: &ListedObligation,
    task: Task,
    urgency: Urgency,
    as_json: bool,
) -> Result<(), CliError> {
    let obligation = &row.obligation;
    let value = json!({
        "task": task.name(), "urgency": urgency.name(), "kind": obligation.kind.name(), "due": obligation.due,
        "graceUntil": obligation.grace_until, "number": row.number, "version": row.version,
        "uscc": row.holder, "holder": row.holder_name, "scheme": row.edition,
    });
    let text = format!(
        "{}  {:<9} {:<8} {} version {}  {}",
        obligation.due,
        task.name(),
        urgency.name(),
        row.number,
        row.version,
        row.holder_name
    );
    line(as_json, &value, &text)
}
