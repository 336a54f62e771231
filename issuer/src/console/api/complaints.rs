//! Complaints and appeals: received, acknowledged, decided on by somebody who had no part in them, closed.

use axum::{http::StatusCode, response::Response};
use touchstone_schemas::{date_time::Date, record, text::Text};

use super::{
    call::Call,
    once::once,
    problem::{Code, Problem},
    reading::{journal_of, rows},
    view,
};
use crate::{
    casework::{Actor, Passage, Role},
    complaint::{
        Complaint, ComplaintContent, ComplaintDecision, ComplaintKind, ComplaintRequest, ComplaintStatus,
        Concern, desk,
    },
    console::Console,
};

/// A complaint that came in.
struct Incoming {
    account: Passage,
    concern: Option<Concern>,
    kind: ComplaintKind,
    received_on: Option<Date>,
    sender: Passage,
    subject: Text,
}

record! { Incoming {
    "account": account,
    "concern"? concern,
    "kind": kind,
    "receivedOn"? received_on,
    "sender": sender,
    "subject": subject,
} }

async fn seen(console: &Console, call: &Call) -> Result<Complaint, Problem> {
    let number: u32 = call.parameter("number")?;
    let complaint = console.store().await.complaint(number).await?;
    complaint.ok_or(Problem::new(Code::NotFound))
}

pub(super) async fn list(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&["status", "before", "limit"])?;
    let (status, before, rows) = (
        call.parsed::<ComplaintStatus>("status")?,
        call.parsed("before")?,
        rows(call)?,
    );
    let found = console.store().await.complaints(status, before, rows).await?;
    let full = found.len() >= usize::try_from(rows).unwrap_or(usize::MAX);
    let next = found.last().filter(|_| full).map(|complaint| complaint.number);
    Ok(view::complaints(&found, next))
}

pub(super) async fn show(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&[])?;
    Ok(view::complaint(StatusCode::OK, &seen(console, call).await?))
}

pub(super) async fn journal(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&[])?;
    let number = seen(console, call).await?.number();
    let acts = console.store().await.complaint_acts(number).await?;
    Ok(journal_of("complaint", number, &acts))
}

pub(super) async fn receive(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let by = call.actor(None)?;
    let incoming: Incoming = call.record()?;
    let complaint: Complaint = once(console, &call, async move |office| {
        let now = office.clock.now();
        let request = ComplaintRequest {
            kind: incoming.kind,
            concern: incoming.concern.unwrap_or_default(),
            subject: incoming.subject,
            account: incoming.account,
            sender: incoming.sender,
            received_on: incoming.received_on.unwrap_or(Date::of(now)),
        };
        Ok(desk::receive(&mut office.store, &by, request, now).await?)
    })
    .await?;
    Ok(view::complaint(StatusCode::CREATED, &complaint))
}

/// The bytes to be signed for a decision, as the complaint stands now.
pub(super) async fn bundle(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let complaint = seen(console, call).await?;
    let decision: ComplaintDecision = call.record()?;
    let by = call.actor(Some(Role::Decider))?;
    let bundle = complaint.bundle(&by, &decision);
    Ok(view::bytes("application/json", StatusCode::OK, bundle))
}

pub(super) async fn acknowledge(console: &Console, call: Call) -> Result<Response, Problem> {
    let (content, by) = (ComplaintContent::Acknowledged(call.record()?), call.actor(None)?);
    perform(console, &call, by, content).await
}

pub(super) async fn decide(console: &Console, call: Call) -> Result<Response, Problem> {
    let (content, by) = (
        ComplaintContent::Decided(call.record()?),
        call.actor(Some(Role::Decider))?,
    );
    perform(console, &call, by, content).await
}

pub(super) async fn close(console: &Console, call: Call) -> Result<Response, Problem> {
    let (content, by) = (ComplaintContent::Closed(call.record()?), call.actor(None)?);
    perform(console, &call, by, content).await
}

async fn perform(
    console: &Console,
    call: &Call,
    by: Actor,
    content: ComplaintContent,
) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let number = seen(console, call).await?.number();
    let complaint: Complaint = once(console, call, async move |office| {
        let now = office.clock.now();
        Ok(desk::perform(&mut office.store, number, &by, content, now).await?)
    })
    .await?;
    Ok(view::complaint(StatusCode::OK, &complaint))
}
