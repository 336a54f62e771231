//! Steps on a case that need no signature.

use axum::{http::StatusCode, response::Response};
use touchstone_schemas::{
    budget::MAX_ACT_BYTES,
    decode::ReadError,
    json::{self, Value},
    text::Text,
};

use super::{
    call::{Call, Nothing},
    once::once,
    problem::{Code, Problem},
    route::ApiRoute,
    view,
};
use crate::{
    application::MAX_APPLICATION_BYTES,
    casework::{
        Actor, Amended, AttachmentPurpose, CaseContent, Form, Intake, Role,
        desk::{self, EvaluationDraft},
        following,
    },
    console::Console,
};

/// The body is the application itself, as `demo/applications/` has its client's part.
pub(super) async fn apply(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let by = call.actor(Some(Role::Clerk))?;
    let form = form_of(&call.body, "")?;
    let opened = once(console, &call, async move |office| {
        let now = office.clock.now();
        Ok(desk::open_case(&office.papers, &mut office.store, &by, form, now).await?)
    });
    Ok(view::case(StatusCode::CREATED, &opened.await?))
}

/// A form, with every fault at its place in the body. What is no JSON is told as that.
fn form_of(bytes: &[u8], under: &str) -> Result<Form, Problem> {
    if let Err(error) = json::parse(bytes, MAX_APPLICATION_BYTES) {
        return Err(ReadError::from(error).into());
    }
    Form::read(bytes).map_err(|findings| Problem::findings(under, &findings))
}

pub(super) async fn amend(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let (case, by) = (call.case(console).await?, call.actor(Some(Role::Clerk))?);
    // The form by itself first: all its faults are told, not the first one.
    let form = json::parse(&call.body, MAX_ACT_BYTES)
        .ok()
        .and_then(|body| body.pointer("/form").map(Value::to_canonical_bytes));
    if let Some(form) = form {
        form_of(&form, "/form")?;
    }
    let amended: Amended = call.record()?;
    let number = case.number();
    let case = once(console, &call, async move |office| {
        let now = office.clock.now();
        Ok(desk::amend(&office.papers, &mut office.store, number, &by, amended, now).await?)
    });
    Ok(view::case(StatusCode::OK, &case.await?))
}

/// The body is the file; name and purpose stand in the query, its media type in `Content-Type`.
pub(super) async fn attach(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as", "name", "purpose"])?;
    let (case, by) = (call.case(console).await?, call.actor(None)?);
    let file = intake(&call, call.wanted("purpose")?)?;
    let number = case.number();
    let case = once(console, &call, async move |office| {
        let now = office.clock.now();
        Ok(desk::attach(&mut office.store, number, &by, file, now).await?)
    });
    Ok(view::case(StatusCode::OK, &case.await?))
}

/// The file that a body is.
pub(super) fn intake(call: &Call, purpose: AttachmentPurpose) -> Result<Intake, Problem> {
    let media = if call.media.is_empty() {
        "application/octet-stream"
    } else {
        &call.media
    };
    Ok(Intake {
        name: call.wanted("name")?,
        media_type: Text::parse(media).map_err(|error| Problem::new(Code::MediaType).detail(error))?,
        purpose,
        bytes: call.body.to_vec(),
    })
}

pub(super) async fn evaluate(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let (case, by) = (call.case(console).await?, call.actor(Some(Role::Evaluator))?);
    let draft: EvaluationDraft = call.record()?;
    let number = case.number();
    let case = once(console, &call, async move |office| {
        let now = office.clock.now();
        Ok(desk::evaluate(&office.papers, &mut office.store, number, &by, draft, now).await?)
    });
    Ok(view::case(StatusCode::OK, &case.await?))
}

/// Where nothing but the holder's own particulars changes, the evaluation of the version before stands.
pub(super) async fn carry_over(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let case = call.case(console).await?;
    let Nothing = call.record()?;
    let (number, by) = (case.number(), call.actor(Some(Role::Evaluator))?);
    let case = once(console, &call, async move |office| {
        let now = office.clock.now();
        Ok(following::carry_over(&mut office.store, number, &by, now).await?)
    });
    Ok(view::case(StatusCode::OK, &case.await?))
}

pub(super) async fn plain(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let case = call.case(console).await?;
    let content = content(&call)?;
    let by = call.actor(case.role_for(&content))?;
    perform(console, &call, case.number(), by, content).await
}

/// Carries out what the body says.
pub(super) async fn perform(
    console: &Console,
    call: &Call,
    number: u32,
    by: Actor,
    content: CaseContent,
) -> Result<Response, Problem> {
    let case = once(console, call, async move |office| {
        let now = office.clock.now();
        Ok(desk::perform(&mut office.store, number, &by, content, now).await?)
    });
    Ok(view::case(StatusCode::OK, &case.await?))
}

/// The body is the content of the act, as the journal has it.
pub(super) fn content(call: &Call) -> Result<CaseContent, Problem> {
    Ok(match call.route {
        ApiRoute::Assign | ApiRoute::AssignBatch => CaseContent::Assigned(call.record()?),
        ApiRoute::Declare | ApiRoute::DeclareBatch => CaseContent::Declared(call.record()?),
        ApiRoute::Done | ApiRoute::DoneBatch => CaseContent::Done(call.record()?),
        ApiRoute::Waive | ApiRoute::WaiveBatch => CaseContent::Waived(call.record()?),
        ApiRoute::Return => CaseContent::Returned(call.record()?),
        ApiRoute::Close => CaseContent::Closed(call.record()?),
        _ => return Err(Problem::new(Code::NotFound)),
    })
}
