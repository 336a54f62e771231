//! The application in the browser: filled in field by field, each fault beside its field, kept as a draft meanwhile.

mod fields;

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use self::fields::{FieldRule, Kind, MOST_SITES, SECTIONS, SITE, Values, document, sites, values};
use super::{acts::seen, page, see, words};
use crate::{
    casework::{Amended, CaseworkError, Form, Role, desk},
    console::{Console, gate::Call, language::Said, page::Frame, refused::Refused},
    lint::Finding,
    store::DraftOf,
};

#[derive(Template)]
#[template(path = "console/application.html")]
struct ApplicationPage<'a> {
    frame: &'a Frame,
    /// The case whose application is changed; none for a new one.
    case: Option<u32>,
    roles: Vec<(String, String)>,
    schemes: Vec<Choice>,
    sections: Vec<Section>,
    sites: Vec<Section>,
    more_sites: bool,
    reason: String,
    saved: Option<String>,
    faults: Vec<Fault>,
}

/// A choice of a list.
struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

struct Section {
    title: Said,
    number: Option<usize>,
    fields: Vec<Field>,
}

struct Field {
    /// Its pointer: name and, with the slashes turned, id.
    name: String,
    id: String,
    label: Said,
    hint: Option<Said>,
    required: bool,
    value: String,
    input: Input,
    faults: Vec<String>,
}

enum Input {
    Line,
    Day,
    Area,
    Choices(Vec<Choice>),
}

/// A fault in the summary above the form, with the field it leads to where it is one's.
struct Fault {
    id: Option<String>,
    label: Option<Said>,
    message: String,
}

/// What the page is filled with.
struct Filled {
    case: Option<u32>,
    values: Values,
    reason: String,
    saved: Option<String>,
    findings: Vec<Finding>,
}

/// The form for a new case, as it was left.
pub(super) async fn form(console: &Console, call: &Call) -> Result<Response, Refused> {
    let of = DraftOf::Application(call.visitor()?.person.clone());
    let draft = console.store().await.draft(&of).await?;
    let filled = match draft {
        Some(draft) => Filled {
            saved: Some(draft.saved),
            ..filled(None, draft.fields)
        },
        None => filled(None, Values::new()),
    };
    page(&shown(console, call, filled)?)
}

/// The form for changing an application: what is on file, or as it was left.
pub(super) async fn amendment(console: &Console, call: &Call) -> Result<Response, Refused> {
    let case = seen(console, call).await?;
    let of = DraftOf::Amendment(case.number(), call.visitor()?.person.clone());
    let draft = console.store().await.draft(&of).await?;
    let filled = match draft {
        Some(draft) => Filled {
            saved: Some(draft.saved),
            ..filled(Some(case.number()), draft.fields)
        },
        None => {
            let on_file = serde_json::from_slice(case.form().canonical()).unwrap_or_default();
            filled(Some(case.number()), values(&on_file))
        }
    };
    page(&shown(console, call, filled)?)
}

fn filled(case: Option<u32>, mut values: Values) -> Filled {
    Filled {
        case,
        reason: values.remove(REASON).unwrap_or_default(),
        values,
        saved: None,
        findings: Vec::new(),
    }
}

const REASON: &str = "reason";
/// What a sample says of itself under a test root.
const DEMONSTRATION: &str = "/demonstration";

/// What the browser sent of the form. Every member is a line, also where the field shows several.
fn sent(console: &Console, call: &Call) -> Values {
    let mut values: Values = call
        .form
        .pairs()
        .filter(|(name, _)| name.starts_with('/') || *name == REASON)
        .map(|(name, value)| (name.to_owned(), value.trim().replace('\n', " ")))
        .collect();
    if console.is_test() && !values.contains_key(DEMONSTRATION) {
        values.insert(DEMONSTRATION.to_owned(), "演示 demonstration".to_owned());
    }
    values
}

/// Takes an application in from the form, keeps it as a draft, or shows it with one more site.
pub(super) async fn apply(console: &Console, call: Call) -> Result<Response, Refused> {
    let by = call.visitor()?.actor(&call.form)?;
    let of = DraftOf::Application(by.person.clone());
    let Filled { values, .. } = match wanted(console, &call, &of, None).await? {
        Wanted::Shown(answer) => return Ok(answer),
        Wanted::Done(filled) => filled,
    };
    let form = match Form::read(&document(&values)) {
        Ok(form) => form,
        Err(findings) => return refused(console, &call, None, values, String::new(), findings),
    };
    let opened = console
        .in_office(async move |office| {
            let now = office.clock.now();
            Ok(desk::open_case(&office.papers, &mut office.store, &by, form, now).await?)
        })
        .await;
    match opened {
        Ok(case) => {
            console.store().await.drop_draft(&of).await?;
            Ok(see(&format!("/cases/{}", case.number())))
        }
        Err(Refused::Casework(CaseworkError::Findings(findings))) => {
            refused(console, &call, None, values, String::new(), findings)
        }
        Err(refused) => Err(refused),
    }
}

/// The same for a change.
pub(super) async fn amend(console: &Console, call: Call) -> Result<Response, Refused> {
    let (case, by) = (seen(console, &call).await?, call.visitor()?.actor(&call.form)?);
    let number = case.number();
    let of = DraftOf::Amendment(number, by.person.clone());
    let Filled { values, reason, .. } = match wanted(console, &call, &of, Some(number)).await? {
        Wanted::Shown(answer) => return Ok(answer),
        Wanted::Done(filled) => filled,
    };
    let form = match Form::read(&document(&values)) {
        Ok(form) => form,
        Err(findings) => return refused(console, &call, Some(number), values, reason, findings),
    };
    let amended = Amended {
        form,
        reason: call.form.text(REASON)?,
    };
    let done = console
        .in_office(async move |office| {
            let now = office.clock.now();
            Ok(desk::amend(&office.papers, &mut office.store, number, &by, amended, now).await?)
        })
        .await;
    match done {
        Ok(_) => {
            console.store().await.drop_draft(&of).await?;
            Ok(see(&format!("/cases/{number}")))
        }
        Err(Refused::Casework(CaseworkError::Findings(findings))) => {
            refused(console, &call, Some(number), values, reason, findings)
        }
        Err(refused) => Err(refused),
    }
}

/// What the button that was pressed asks for.
enum Wanted {
    /// Answered already: saved, or shown again.
    Shown(Response),
    /// To be handed in.
    Done(Filled),
}

async fn wanted(console: &Console, call: &Call, of: &DraftOf, case: Option<u32>) -> Result<Wanted, Refused> {
    let values = sent(console, call);
    match call.form.get("do") {
        Some("save") => {
            let who = (&call.visitor()?.person, call.now);
            console.store().await.save_draft(of, &values, who).await?;
            let path = case.map_or_else(
                || "/applications/new".to_owned(),
                |case| format!("/cases/{case}/application"),
            );
            Ok(Wanted::Shown(see(&path)))
        }
        Some("site") => {
            let mut filled = filled(case, values);
            let next = sites(&filled.values).min(MOST_SITES.saturating_sub(1));
            filled.values.insert(format!("/sites/{next}/name"), String::new());
            Ok(Wanted::Shown(page(&shown(console, call, filled)?)?))
        }
        _ => Ok(Wanted::Done(filled(case, values))),
    }
}

/// The form again, with every fault at its field.
fn refused(
    console: &Console,
    call: &Call,
    case: Option<u32>,
    values: Values,
    reason: String,
    findings: Vec<Finding>,
) -> Result<Response, Refused> {
    let filled = Filled {
        case,
        values,
        reason,
        saved: None,
        findings,
    };
    let page = shown(console, call, filled)?.render()?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}

fn shown<'a>(console: &Console, call: &'a Call, filled: Filled) -> Result<ApplicationPage<'a>, Refused> {
    let language = call.frame.language;
    let sections: Vec<Section> = SECTIONS
        .iter()
        .map(|section| Section {
            title: language.t(section.zh, section.en),
            number: None,
            fields: fields(call, &filled, section.place, section.fields),
        })
        .collect();
    let count = sites(&filled.values);
    let site = |place: usize| Section {
        title: language.t("场所", "Site"),
        number: Some(place + 1),
        fields: fields(call, &filled, &format!("/sites/{place}"), SITE),
    };
    let site_sections: Vec<Section> = (0..count).map(site).collect();
    let all: Vec<&Field> = sections
        .iter()
        .chain(&site_sections)
        .flat_map(|section| &section.fields)
        .collect();
    let fault = |finding: &Finding| {
        let field = all.iter().find(|field| field.name == finding.pointer);
        Fault {
            id: field.map(|field| field.id.clone()),
            label: field.map(|field| field.label),
            message: finding.message.clone(),
        }
    };
    let faults = filled.findings.iter().map(fault).collect();
    let chosen = filled.values.get("/scheme");
    let scheme = |scheme: &crate::body::BodyScheme| {
        let edition = scheme.edition.as_str();
        let name = console.papers().scheme(edition).map(|it| &it.edition.name);
        Choice {
            value: edition.to_owned(),
            text: name.map_or_else(|| edition.to_owned(), |name| language.plain(&name.zh, &name.en)),
            chosen: chosen.is_some_and(|chosen| chosen == edition),
        }
    };
    let held = call
        .visitor()?
        .held
        .iter()
        .filter(|held| held.actor.role == Role::Clerk);
    let (zh, en) = words::role(Role::Clerk);
    let role = |held: &crate::console::held::Held| {
        let deputy = held
            .actor
            .delegator()
            .map_or_else(String::new, |it| format!(" 代 {it}"));
        (held.tag(), format!("{}{deputy}", language.plain(zh, en)))
    };
    Ok(ApplicationPage {
        frame: &call.frame,
        case: filled.case,
        roles: held.map(role).collect(),
        schemes: console.papers().body.schemes.iter().map(scheme).collect(),
        faults,
        sections,
        more_sites: count < MOST_SITES,
        sites: site_sections,
        reason: filled.reason,
        saved: filled.saved,
    })
}

fn fields(call: &Call, filled: &Filled, place: &str, rules: &[FieldRule]) -> Vec<Field> {
    let language = call.frame.language;
    let field = |rule: &FieldRule| {
        let name = format!("{place}/{}", rule.name);
        let value = filled.values.get(&name).cloned().unwrap_or_default();
        let here = filled.findings.iter().filter(|finding| finding.pointer == name);
        let faults: Vec<String> = here.map(|finding| finding.message.clone()).collect();
        let input = match rule.kind {
            Kind::Line => Input::Line,
            Kind::Day => Input::Day,
            Kind::Area => Input::Area,
            Kind::Choice(choices) => Input::Choices(
                choices
                    .iter()
                    .map(|(word, zh, en)| Choice {
                        value: (*word).to_owned(),
                        text: language.plain(zh, en),
                        chosen: *word == value,
                    })
                    .collect(),
            ),
        };
        let (zh, en) = rule.hint;
        Field {
            id: name.trim_start_matches('/').replace('/', "-"),
            label: language.t(rule.zh, rule.en),
            hint: (!zh.is_empty()).then(|| language.t(zh, en)),
            required: rule.required,
            value,
            input,
            faults,
            name,
        }
    };
    rules.iter().map(field).collect()
}
