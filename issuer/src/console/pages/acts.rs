//! Steps on a case that need no signature.

use axum::response::Response;

use super::see;
use crate::{
    application::MAX_APPLICATION_BYTES,
    casework::{
        Actor, Amended, Assigned, AttachmentPurpose, Case, CaseContent, CaseworkError, Charge, Closed,
        Declared, Done, Form, Intake, Returned, Role, Waived, desk, entitlement, following, issue_case,
    },
    console::{
        Console,
        fields::{Fields, Upload},
        gate::Call,
        refused::Refused,
        route::Route,
    },
};
use touchstone_schemas::{budget::MAX_ACT_BYTES, decode::read, text::Text};

/// The case that a request is about; none that the person may not see.
pub(super) async fn seen(console: &Console, call: &Call) -> Result<Case, Refused> {
    let number: u32 = call.parameter("number")?;
    let case = console
        .store()
        .await
        .case(number)
        .await?
        .ok_or(Refused::NotFound)?;
    if call.visitor()?.sees(&case) {
        Ok(case)
    } else {
        Err(Refused::NotFound)
    }
}

fn to_case(case: &Case) -> Response {
    see(&format!("/cases/{}", case.number()))
}

fn form_of(file: &Upload) -> Result<Form, Refused> {
    if file.bytes.len() > MAX_APPLICATION_BYTES {
        return Err(Refused::Form);
    }
    Form::read(&file.bytes).map_err(|findings| CaseworkError::Findings(findings).into())
}

pub(super) async fn apply(console: &Console, mut call: Call) -> Result<Response, Refused> {
    let by = call.visitor()?.actor(&call.form)?;
    let form = form_of(&call.form.file("application")?)?;
    let case = console
        .in_office(async move |office| {
            let now = office.clock.now();
            Ok(desk::open_case(&office.papers, &mut office.store, &by, form, now).await?)
        })
        .await?;
    Ok(to_case(&case))
}

pub(super) async fn amend(console: &Console, mut call: Call) -> Result<Response, Refused> {
    let (case, by) = (seen(console, &call).await?, call.visitor()?.actor(&call.form)?);
    let amended = Amended {
        form: form_of(&call.form.file("application")?)?,
        reason: call.form.text("reason")?,
    };
    let number = case.number();
    let case = console
        .in_office(async move |office| {
            let now = office.clock.now();
            Ok(desk::amend(&office.papers, &mut office.store, number, &by, amended, now).await?)
        })
        .await?;
    Ok(to_case(&case))
}

pub(super) async fn attach(console: &Console, mut call: Call) -> Result<Response, Refused> {
    let (case, by) = (seen(console, &call).await?, call.visitor()?.actor(&call.form)?);
    let purpose = call.form.word("purpose", AttachmentPurpose::of_name)?;
    let file = call.form.file("file")?;
    let why = |error: touchstone_schemas::text::TextError| Refused::Field {
        name: "file",
        why: error.to_string(),
    };
    let file = Intake {
        name: Text::parse(&file.name).map_err(why)?,
        media_type: media_type(&file.name)?,
        purpose,
        bytes: file.bytes,
    };
    let number = case.number();
    let case = console
        .in_office(async move |office| {
            let now = office.clock.now();
            Ok(desk::attach(&mut office.store, number, &by, file, now).await?)
        })
        .await?;
    Ok(to_case(&case))
}

/// By the name's end, and for the record alone: no file is ever shown as a page of ours.
fn media_type(name: &str) -> Result<Text, Refused> {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    let media_type = match end.as_deref() {
        Some("pdf") => "application/pdf",
        Some("json") => "application/json",
        Some("csv") => "text/csv",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ => "application/octet-stream",
    };
    Text::parse(media_type).map_err(|_| Refused::Form)
}

pub(super) async fn evaluate(console: &Console, mut call: Call) -> Result<Response, Refused> {
    let (case, by) = (seen(console, &call).await?, call.visitor()?.actor(&call.form)?);
    let file = call.form.file("evaluation")?;
    let draft = read(&file.bytes, MAX_ACT_BYTES).map_err(|error| Refused::Field {
        name: "evaluation",
        why: error.to_string(),
    })?;
    let number = case.number();
    let case = console
        .in_office(async move |office| {
            let now = office.clock.now();
            Ok(desk::evaluate(&office.papers, &mut office.store, number, &by, draft, now).await?)
        })
        .await?;
    Ok(to_case(&case))
}

pub(super) async fn carry_over(console: &Console, call: Call) -> Result<Response, Refused> {
    let (case, by) = (seen(console, &call).await?, call.visitor()?.actor(&call.form)?);
    let number = case.number();
    let case = console
        .in_office(async move |office| {
            let now = office.clock.now();
            Ok(following::carry_over(&mut office.store, number, &by, now).await?)
        })
        .await?;
    Ok(to_case(&case))
}

pub(super) async fn plain(console: &Console, route: Route, call: Call) -> Result<Response, Refused> {
    let (case, by) = (seen(console, &call).await?, call.visitor()?.actor(&call.form)?);
    let content = content(route, &call.form)?;
    let case = perform(console, case.number(), by, content).await?;
    Ok(to_case(&case))
}

pub(super) async fn perform(
    console: &Console,
    number: u32,
    by: Actor,
    content: CaseContent,
) -> Result<Case, Refused> {
    console
        .in_office(async move |office| {
            let now = office.clock.now();
            Ok(desk::perform(&mut office.store, number, &by, content, now).await?)
        })
        .await
}

fn content(route: Route, form: &Fields) -> Result<CaseContent, Refused> {
    Ok(match route {
        Route::Assign => CaseContent::Assigned(Assigned {
            evaluator: form.text("evaluator")?,
        }),
        Route::Declare => {
            let conflict = form.optional("conflict")?;
            // Silence is no declaration: no conflict is said by its own choice, a conflict by its description.
            if form.wanted("interest")? == "conflict" && conflict.is_none() {
                form.wanted("conflict")?;
            }
            CaseContent::Declared(Declared {
                conflict,
                covers_from: form.parsed("coversFrom")?,
            })
        }
        Route::Done => CaseContent::Done(Done {
            note: form.optional("note")?,
            stage: form.text("stage")?,
        }),
        Route::Waive => CaseContent::Waived(Waived {
            reason: form.parsed("reason")?,
            stage: form.text("stage")?,
        }),
        Route::Return => CaseContent::Returned(Returned {
            reason: form.parsed("reason")?,
            to: form.text("to")?,
        }),
        Route::Close => CaseContent::Closed(Closed {
            reason: form.parsed("reason")?,
        }),
        _ => return Err(Refused::NotFound),
    })
}

/// Numbers, signs and delivers: the signatory's last step, with the office's key.
pub(super) async fn issue(console: &Console, call: Call) -> Result<Response, Refused> {
    let (case, visitor) = (seen(console, &call).await?, call.visitor()?);
    let by = visitor.actor(&call.form)?;
    let charge = Charge {
        role: Role::Signatory,
        office: None,
        scheme: Some(case.form().scheme()),
    };
    entitlement(&visitor.personnel, &by, charge, call.now).map_err(CaseworkError::from)?;
    let keys = console.0.keys.clone().ok_or(Refused::NoKeys)?;
    let number = case.number();
    console
        .in_office(async move |office| Ok(issue_case(office, &keys, number).await.map(drop)?))
        .await?;
    Ok(to_case(&case))
}
