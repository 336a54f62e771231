//! How the certificate will look, and the certificate itself once it is issued.

use askama::Template;
use axum::response::Response;
use touchstone_schemas::{
    credential::IssuerProfile,
    date_time::Date,
    scheme::{Bilingual, edition::SchemeEdition},
    text::Text,
};

use super::{acts::seen, download, page};
use crate::{
    application::Application,
    casework::{Case, Status, Verdict},
    console::{Console, gate::Call, page::Frame, refused::Refused},
    documents,
};

#[derive(Template)]
#[template(path = "console/preview.html")]
struct PreviewPage<'a> {
    frame: &'a Frame,
    case: u32,
    edition: &'a SchemeEdition,
    body: &'a IssuerProfile,
    number: Option<String>,
    grade: Option<(String, Bilingual)>,
    form: Printed,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
}

/// What of the application is printed.
struct Printed {
    name: String,
    name_en: String,
    address: String,
    address_en: String,
    unit: String,
    scope: String,
    scope_en: String,
    support: String,
}

impl Printed {
    fn of(form: &Application, support: Option<&Text>) -> Self {
        let line = |text: &Option<Text>| text.as_ref().map_or_else(String::new, ToString::to_string);
        let unit = form.assessed_unit.as_ref();
        Self {
            name: line(&form.applicant.name),
            name_en: line(&form.applicant.name_en),
            address: line(&form.applicant.address),
            address_en: line(&form.applicant.address_en),
            unit: unit.map_or_else(String::new, |unit| unit.name.to_string()),
            scope: line(&form.scope),
            scope_en: line(&form.scope_en),
            support: support.map_or_else(String::new, ToString::to_string),
        }
    }
}

/// The sheet as it will be printed, as far as the case has it.
pub(super) async fn show(console: &Console, call: &Call) -> Result<Response, Refused> {
    let case = seen(console, call).await?;
    let scheme = console.papers().scheme(case.form().scheme().as_str());
    let edition = scheme.map(|scheme| &scheme.edition).ok_or(Refused::NotFound)?;
    let evaluation = case.evaluation();
    let level = evaluation.and_then(|evaluation| evaluation.level);
    let grade = edition.levels.iter().find(|it| Some(it.level) == level);
    let valid_from = case.approvals().iter().find_map(|given| match &given.verdict {
        Verdict::Opinion(opinion) => Some(opinion.valid_from),
        _ => None,
    });
    let years = edition.rules.validity_years.value;
    let valid_until = valid_from
        .and_then(|day| day.add_months(years.saturating_mul(12)))
        .and_then(|day| day.add_days(-1));
    page(&PreviewPage {
        frame: &call.frame,
        case: case.number(),
        edition,
        body: console.papers().profile()?,
        number: number_of(&case),
        grade: grade.map(|it| (it.stars.clone(), it.name.clone())),
        form: Printed::of(
            case.form().request(),
            evaluation.and_then(|it| it.technical_support.as_ref()),
        ),
        valid_from,
        valid_until,
    })
}

fn number_of(case: &Case) -> Option<String> {
    match case.status() {
        Status::Issued { number, .. } => Some(number.to_string()),
        Status::InWork | Status::Refused | Status::Closed => None,
    }
}

/// The certificate as PDF, once the registry has it.
pub(super) async fn printed(console: &Console, call: &Call) -> Result<Response, Refused> {
    let case = seen(console, call).await?;
    let Status::Issued { number, version } = case.status() else {
        return Err(Refused::NotFound);
    };
    let stored = console
        .store()
        .await
        .find_credential(number, Some(*version))
        .await?;
    let stored = stored
        .filter(|stored| stored.receipt.is_some())
        .ok_or(Refused::NotFound)?;
    let (printer, now) = (console.clone(), call.now);
    let print = move || documents::print_stored(printer.papers(), &stored, now);
    let pdf = console.printing(print).await??;
    Ok(download(&format!("{number}.pdf"), "application/pdf", pdf))
}
