//! Measures on certificates in force: opened, proposed, verified, decided on, carried out; and what is due.

use axum::{http::StatusCode, response::Response};
use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::Date,
    decode::{Decode, DecodeError, DecodeReason, Members},
    jcs::to_canonical,
    json::Value,
    lifecycle::{EventReason, Successor},
    record,
    text::Text,
};

use super::{
    call::{Anything, Call},
    once::{once, once_whole},
    problem::{Code, Problem},
    reading::{bytes_of_file, journal_of, rows},
    view,
    work::intake,
};
use crate::{
    after_issue::{
        Dropped, Measure, MeasureContent, MeasureKind, MeasureRequest, MeasureStatus, ObligationKind,
        ProposalTerms, Signed, Statement, carry_out, desk, refresh_obligations,
    },
    casework::{Actor, AttachmentPurpose, CaseworkError, Charge, Content, Passage, Role, entitlement},
    console::Console,
    store::{JournalKind, JournalPlace},
};

/// Most measures that are carried out by one request.
const MOST_TOGETHER: usize = 1_000;

/// A measure to be opened. What is left out follows from the scheme's rule.
struct Wanted {
    confirmed_on: Option<Date>,
    grounds: Passage,
    kind: MeasureKind,
    next_due: Option<Date>,
    number: CredentialNumber,
    performed_on: Option<Date>,
    planned_end: Option<Date>,
    reason: Option<EventReason>,
    successor: Option<Successor>,
    version: Option<Version>,
}

record! { Wanted {
    "confirmedOn"? confirmed_on,
    "grounds": grounds,
    "kind": kind,
    "nextDue"? next_due,
    "number": number,
    "performedOn"? performed_on,
    "plannedEnd"? planned_end,
    "reason"? reason,
    "successor"? successor,
    "version"? version,
} }

/// The measure that a request is about; none that the person may not see.
async fn seen(console: &Console, call: &Call) -> Result<Measure, Problem> {
    let number: u32 = call.parameter("number")?;
    let measure = console.store().await.measure(number).await?;
    let reached = |measure: &Measure| {
        let edition = measure.opened().certificate.scheme.as_str();
        call.caller
            .held
            .iter()
            .any(|held| held.sees_certificates(edition))
    };
    measure.filter(reached).ok_or(Problem::new(Code::NotFound))
}

pub(super) async fn list(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&["status", "before", "limit"])?;
    let (status, before, rows) = (
        call.parsed::<MeasureStatus>("status")?,
        call.parsed("before")?,
        rows(call)?,
    );
    let found = console.store().await.measures(status, before, rows).await?;
    let full = found.len() >= usize::try_from(rows).unwrap_or(usize::MAX);
    let next = found.last().filter(|_| full).map(|measure| measure.number);
    let seen = found.iter().filter(|measure| {
        let mut held = call.caller.held.iter();
        held.any(|held| held.sees_certificates(&measure.edition))
    });
    Ok(view::measures(seen, next))
}

pub(super) async fn show(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&[])?;
    Ok(view::measure(StatusCode::OK, &seen(console, call).await?))
}

pub(super) async fn journal(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&[])?;
    let number = seen(console, call).await?.number();
    let acts = console.store().await.measure_acts(number).await?;
    Ok(journal_of("measure", number, &acts))
}

/// Evidence; the reading is on record before its bytes go out.
pub(super) async fn file(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&[])?;
    let (measure, digest) = (seen(console, call).await?, call.parameter("digest")?);
    let mut store = console.store().await;
    let bytes = store
        .read_measure_attachment(measure.number(), digest, &call.caller.person, call.now)
        .await?;
    Ok(bytes_of_file(bytes.ok_or(Problem::new(Code::NotFound))?))
}

pub(super) async fn open(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let by = call.actor(Some(Role::SurveillanceOfficer))?;
    let wanted: Wanted = call.record()?;
    let measure: Measure = once(console, &call, async move |office| {
        let now = office.clock.now();
        let (number, version) = (wanted.number, wanted.version);
        let terms = ProposalTerms {
            kind: wanted.kind,
            reason: wanted.reason,
            performed_on: wanted.performed_on,
            next_due: wanted.next_due,
            planned_end: wanted.planned_end,
            confirmed_on: wanted.confirmed_on,
            successor: wanted.successor,
        };
        let proposal = terms.complete(office, &number, version, now).await?;
        let request = MeasureRequest {
            number,
            version,
            grounds: wanted.grounds,
            proposal,
        };
        Ok(desk::open(office, &by, request, now).await?)
    })
    .await?;
    Ok(view::measure(StatusCode::CREATED, &measure))
}

/// The body is the file, as for cases.
pub(super) async fn attach(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as", "name"])?;
    let (number, by) = (seen(console, &call).await?.number(), call.actor(None)?);
    let file = intake(&call, AttachmentPurpose::Evidence)?;
    let measure: Measure = once(console, &call, async move |office| {
        let now = office.clock.now();
        Ok(desk::attach(&mut office.store, number, &by, file, now).await?)
    })
    .await?;
    Ok(view::measure(StatusCode::OK, &measure))
}

/// A statement before it is signed: [`Signed`] without its approval.
struct Drafted(Statement);

impl Decode for Drafted {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let member = |name| value.as_object().and_then(|object| object.get(name));
        let missing = || DecodeError::new(DecodeReason::MissingMember { name: "statement" });
        let kind = member("kind").and_then(Value::as_str).unwrap_or_default();
        let statement = Statement::of_kind(kind, member("statement").ok_or_else(missing)?)
            .map_err(|error| error.within("statement"))?;
        let mut members = Members::open(value, &["kind", "statement"])?;
        let _: String = members.required("kind")?;
        let _: Anything = members.required("statement")?;
        members.close()?;
        Ok(Self(statement))
    }
}

/// The bytes to be signed, as the measure stands now.
pub(super) async fn bundle(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let measure = seen(console, call).await?;
    let Drafted(statement) = call.record()?;
    let by = call.actor(Some(statement.role()))?;
    let bundle = measure.bundle(&by, &statement);
    Ok(view::bytes("application/json", StatusCode::OK, bundle))
}

pub(super) async fn state(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let number = seen(console, &call).await?.number();
    let signed: Signed = call.record()?;
    let by = call.actor(Some(signed.statement.role()))?;
    perform(console, &call, number, by, MeasureContent::Signed(signed)).await
}

pub(super) async fn give_up(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let measure = seen(console, &call).await?;
    let dropped: Dropped = call.record()?;
    let by = call.actor(Some(measure.dropping_role()))?;
    perform(
        console,
        &call,
        measure.number(),
        by,
        MeasureContent::Dropped(dropped),
    )
    .await
}

async fn perform(
    console: &Console,
    call: &Call,
    number: u32,
    by: Actor,
    content: MeasureContent,
) -> Result<Response, Problem> {
    let measure: Measure = once(console, call, async move |office| {
        let now = office.clock.now();
        Ok(desk::perform(&mut office.store, number, &by, content, now).await?)
    })
    .await?;
    Ok(view::measure(StatusCode::OK, &measure))
}

/// Which measures are to be carried out.
struct ToCarryOut {
    measures: Vec<u32>,
}

record! { ToCarryOut { "measures": measures } }

/// Signs the events of decided measures with the office's key and delivers them together; asked again, it goes on.
pub(super) async fn carry_them_out(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let ToCarryOut { measures } = call.record()?;
    if measures.is_empty() || measures.len() > MOST_TOGETHER {
        let detail = format!("1 to {MOST_TOGETHER} measures");
        return Err(Problem::new(Code::MalformedBody).detail(detail).at("/measures"));
    }
    let by = call.actor(None)?;
    for number in &measures {
        let measure = console.store().await.measure(*number).await?;
        let not_here = || {
            let detail = format!("there is no measure {number}");
            Problem::new(Code::NotOnFile).detail(detail)
        };
        let scheme: Text = measure.ok_or_else(not_here)?.opened().certificate.scheme.clone();
        let charge = Charge {
            role: by.role,
            office: None,
            scheme: Some(&scheme),
        };
        entitlement(&call.caller.personnel, &by, charge, call.now).map_err(CaseworkError::from)?;
    }
    let keys = console.0.keys.clone().ok_or(Problem::new(Code::NoKeys))?;
    let answer = once_whole(console, &call, async move |office| {
        let outcome = carry_out(office, &keys, &measures).await?;
        let place = JournalPlace {
            journal: JournalKind::Measure,
            number: measures.first().copied().unwrap_or_default(),
            sequence: None,
        };
        // What the registry does not have yet is gone on with under the same key.
        if !outcome.delivered.is_whole() {
            let detail = "the registry does not have every event yet";
            return Err(Problem::new(Code::OfficeWaits).detail(detail));
        }
        Ok((place, to_canonical(&view::carried_out(&outcome))))
    })
    .await?;
    Ok(view::bytes("application/json", StatusCode::OK, answer))
}

/// What is to be done for certificates in force, by the day it is due.
pub(super) async fn worklist(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&["on", "kind", "limit"])?;
    let on: Option<Date> = call.parsed("on")?;
    let (kind, rows) = (call.parsed::<ObligationKind>("kind")?, rows(call)?);
    let on = on.unwrap_or(Date::of(call.now));
    let mut store = console.store().await;
    refresh_obligations(console.papers(), &mut store, call.now).await?;
    let found = store.worklist(on, kind, None, rows).await?;
    drop(store);
    let seen = found.iter().filter(|row| {
        let mut held = call.caller.held.iter();
        held.any(|held| held.sees_edition(&row.edition))
    });
    Ok(view::tasks(seen, on))
}
