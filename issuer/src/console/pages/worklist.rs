//! The worklist of surveillance officers: what is to be done, by the day it is due.

use askama::Template;
use axum::response::Response;
use touchstone_schemas::date_time::Date;

use super::{page, words};
use crate::{
    after_issue::{ObligationKind, Urgency, refresh_obligations},
    console::{Console, gate::Call, language::Said, page::Frame, refused::Refused},
    store::{ListedObligation, WorklistCursor},
};

/// Rows on a page.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "console/worklist.html")]
struct WorklistPage<'a> {
    frame: &'a Frame,
    on: Date,
    kinds: Vec<Choice>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Choice {
    code: &'static str,
    name: String,
    chosen: bool,
}

struct Row {
    number: String,
    version: u32,
    holder: String,
    code: String,
    task: Said,
    urgency: Said,
    tone: &'static str,
    due: Date,
    grace_until: String,
}

pub(super) async fn list(console: &Console, call: &Call) -> Result<Response, Refused> {
    let visitor = call.visitor()?;
    let on: Option<Date> = call.query.optional("on")?;
    let on = on.unwrap_or(Date::of(call.now));
    let kind = match call.query.get("kind") {
        Some(name) => Some(ObligationKind::of_name(name).ok_or(Refused::NotFound)?),
        None => None,
    };
    let after = call.query.get("after").map(cursor).transpose()?;
    let mut store = console.store().await;
    refresh_obligations(console.papers(), &mut store, call.now).await?;
    let found = store.worklist(on, kind, after, ROWS).await?;
    drop(store);
    let last = found.last().filter(|_| found.len() >= ROWS as usize);
    let filter = kind.map_or_else(String::new, |kind| format!("&kind={}", kind.name()));
    let next = last.map(|last| {
        let cursor = last.cursor();
        let (due, credential, kind) = (cursor.due, cursor.credential, cursor.kind.name());
        format!("/worklist?on={on}{filter}&after={due}.{credential}.{kind}")
    });
    let rows = found
        .iter()
        .filter(|row| visitor.held.iter().any(|held| held.sees_edition(&row.edition)))
        .filter_map(|row| show(call, row, on))
        .collect();
    page(&WorklistPage {
        frame: &call.frame,
        on,
        kinds: kinds(call, kind),
        rows,
        next,
    })
}

fn show(call: &Call, row: &ListedObligation, on: Date) -> Option<Row> {
    let (task, urgency) = row.obligation.on(on)?;
    let language = call.frame.language;
    let (zh, en) = words::task(task);
    let (urgency_zh, urgency_en) = words::urgency(urgency);
    Some(Row {
        number: row.number.to_string(),
        version: row.version.get(),
        holder: row.holder_name.clone(),
        code: row.holder.clone(),
        task: language.t(zh, en),
        urgency: language.t(urgency_zh, urgency_en),
        tone: match urgency {
            Urgency::Due => "",
            Urgency::InGrace => "caution",
            Urgency::Overdue => "bad",
        },
        due: row.obligation.due,
        grace_until: row
            .obligation
            .grace_until
            .map_or_else(String::new, |day| day.to_string()),
    })
}

fn kinds(call: &Call, chosen: Option<ObligationKind>) -> Vec<Choice> {
    let all = [
        ObligationKind::Surveillance,
        ObligationKind::Nonconformity,
        ObligationKind::SuspensionEnd,
        ObligationKind::Renewal,
    ];
    let choice = |kind: ObligationKind| {
        let (zh, en) = words::obligation(kind);
        Choice {
            code: kind.name(),
            name: call.frame.language.plain(zh, en),
            chosen: chosen == Some(kind),
        }
    };
    all.into_iter().map(choice).collect()
}

/// Where the page before ended: day, row and kind.
fn cursor(text: &str) -> Result<WorklistCursor, Refused> {
    let mut parts = text.splitn(3, '.');
    let mut part = || parts.next().ok_or(Refused::NotFound);
    let due = part()?.parse().map_err(|_| Refused::NotFound)?;
    let credential = part()?.parse().map_err(|_| Refused::NotFound)?;
    let kind = ObligationKind::of_name(part()?).ok_or(Refused::NotFound)?;
    Ok(WorklistCursor {
        due,
        credential,
        kind,
    })
}
