//! How cases and their acts are printed.

use serde_json::json;
use touchstone_issuer::{
    casework::{Act, Case, Content, Status, Team},
    prepare::Difference,
    store::ListedCase,
};

use super::error::CliError;
use super::print::line;

/// Prints a case: a line for it and one for each stage.
pub(super) fn case(case: &Case, as_json: bool) -> Result<(), CliError> {
    let stages: Vec<serde_json::Value> = case
        .stages()
        .map(|(rule, record)| {
            let by = record.by.as_ref();
            json!({
                "code": rule.code,
                "name": rule.name,
                "nameEn": rule.name_en,
                "state": record.state.name(),
                "by": by.map(|by| &by.person),
                "onBehalfOf": by.and_then(|by| by.delegator()),
                "at": record.at,
                "note": record.note.as_ref().map(|note| note.as_str()),
            })
        })
        .collect();
    let team: Vec<serde_json::Value> = case
        .team()
        .iter()
        .map(|(person, team)| {
            let (declared, conflict) = match team {
                Team::Assigned => (None, None),
                Team::Declared(it) => (Some(it.covers_from), it.conflict.as_ref()),
            };
            json!({ "person": person, "declaredFrom": declared, "conflict": conflict.map(|it| it.as_str()) })
        })
        .collect();
    let files: Vec<serde_json::Value> = case
        .attachments()
        .iter()
        .map(|file| {
            json!({ "name": file.name, "digest": file.digest, "purpose": file.purpose.name(), "size": file.size })
        })
        .collect();
    let number = match case.status() {
        Status::Issued { number, .. } => Some(number),
        Status::InWork | Status::Refused | Status::Closed => None,
    };
    let applicant = case.form().request().applicant.name.as_ref();
    let next = case.next_stage().map(|rule| &rule.code);
    let value = json!({
        "case": case.number(),
        "applicant": applicant,
        "scheme": case.form().scheme(),
        "status": case.status().name(),
        "next": next,
        "number": number,
        "round": case.round(),
        "level": case.evaluation().and_then(|evaluation| evaluation.level),
        "stale": case.stale().map(|given| &given.stage),
        "stages": stages,
        "team": team,
        "attachments": files,
        "head": case.head(),
    });
    let name = applicant.map_or("", |name| name.as_str());
    let mut text = format!("case {}: {name}, {}", case.number(), case.status().name());
    if let Some(number) = number {
        text.push_str(&format!(" as {number}"));
    }
    if let Some(stale) = case.stale() {
        text.push_str(&format!(", evidence changed after stage {}", stale.stage));
    }
    for (rule, record) in case.stages() {
        text.push_str(&format!(
            "\n  {:<12} {}  {}",
            rule.code.as_str(),
            rule.name,
            record.state.name()
        ));
        if let (Some(by), Some(at)) = (&record.by, record.at) {
            text.push_str(&format!("  {}", by.person));
            if let Some(delegator) = by.delegator() {
                text.push_str(&format!(" 代 {delegator}"));
            }
            text.push_str(&format!("  {at}"));
        }
    }
    line(as_json, &value, &text)
}

/// Prints what differs from the certificate before.
pub(super) fn difference(difference: &Difference, as_json: bool) -> Result<(), CliError> {
    let name = difference.particular.name();
    let value = json!({ "particular": name, "before": difference.before, "now": difference.now });
    let text = format!("  {name}: {} → {}", difference.before, difference.now);
    line(as_json, &value, &text)
}

/// Prints a line of a list of cases.
pub(super) fn listed(listed: &ListedCase, as_json: bool) -> Result<(), CliError> {
    let value = json!({
        "case": listed.number, "applicant": listed.holder_name, "uscc": listed.holder, "scheme": listed.edition,
        "status": listed.status, "next": listed.stage,
    });
    let next = listed.stage.as_deref().unwrap_or("-");
    let text = format!(
        "case {}  {}  {}  {next}",
        listed.number, listed.status, listed.holder_name
    );
    line(as_json, &value, &text)
}

/// Prints an act: as JSON exactly the bytes on record.
pub(super) fn act<C: Content>(act: &Act<C>, as_json: bool) -> Result<(), CliError> {
    let by = match &act.by {
        Some(by) => match by.delegator() {
            Some(delegator) => format!("{} 代 {delegator} ({})", by.person, by.role.name()),
            None => format!("{} ({})", by.person, by.role.name()),
        },
        None => "the office's program".to_owned(),
    };
    if as_json {
        let bytes = act.to_bytes();
        use std::io::Write;
        let mut out = std::io::stdout().lock();
        out.write_all(&bytes)?;
        writeln!(out)?;
        return Ok(());
    }
    let text = format!("{}  {}  {}  {by}", act.sequence, act.at, act.content.kind());
    line(as_json, &serde_json::Value::Null, &text)
}
