//! Measures on certificates in force: the list, one of them, and what this person may do on it now.

use askama::Template;
use axum::response::Response;
use touchstone_schemas::{
    budget::MAX_ACT_BYTES,
    credential::CredentialNumber,
    date_time::Date,
    decode::read,
    digest::Sha256Digest,
    lifecycle::{Change, EventReason, Successor},
    text::Text,
};

use super::{download, page, see, words};
use crate::{
    after_issue::{
        Dropped, Measure, MeasureContent, MeasureDecision, MeasureError, MeasureKind, MeasureOutcome,
        MeasureRequest, MeasureStatus, Proposal, ProposalTerms, Proposed, Signed, Statement, Verification,
        carry_out, desk,
    },
    casework::{Actor, AttachmentPurpose, CaseworkError, Charge, Intake, Role, entitlement},
    console::{
        Console,
        fields::Fields,
        gate::Call,
        language::Said,
        measure_offers::{MeasureAct, MeasureOffer, measure_offers},
        page::Frame,
        refused::Refused,
    },
};

/// Measures on a page.
const ROWS: u32 = 50;
/// The fields of a statement, carried from the form to the signature.
const CARRIED: [&str; 10] = [
    "as",
    "statement",
    "note",
    "effective",
    "outcome",
    "reference",
    "legalBasis",
    "reason",
    "from",
    "backdating",
];

#[derive(Template)]
#[template(path = "console/measures.html")]
struct MeasuresPage<'a> {
    frame: &'a Frame,
    statuses: Vec<(&'static str, String, bool)>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    number: u32,
    certificate: CredentialNumber,
    what: Said,
    status: Said,
}

#[derive(Template)]
#[template(path = "console/measure.html")]
struct MeasurePage<'a> {
    frame: &'a Frame,
    measure: &'a Measure,
    what: Said,
    status: Said,
    facts: Vec<(Said, String)>,
    statements: Vec<StatementRow>,
    offers: Vec<OfferRow>,
}

struct StatementRow {
    what: Said,
    who: String,
    at: String,
    said: String,
}

struct OfferRow {
    tag: String,
    who: String,
    act: MeasureAct,
}

#[derive(Template)]
#[template(path = "console/statement.html")]
pub(super) struct StatementPage<'a> {
    pub(super) frame: &'a Frame,
    /// Part of the path under which it stands: measures or complaints.
    pub(super) place: &'static str,
    pub(super) number: u32,
    pub(super) what: Said,
    pub(super) who: String,
    pub(super) digest: Sha256Digest,
    pub(super) bytes: String,
    pub(super) carried: Vec<(&'static str, String)>,
}

pub(super) async fn list(console: &Console, call: &Call) -> Result<Response, Refused> {
    let visitor = call.visitor()?;
    let before: Option<u32> = call.query.optional("before")?;
    let status = match call.query.get("status") {
        Some(name) => Some(MeasureStatus::of_name(name).ok_or(Refused::NotFound)?),
        None => None,
    };
    let found = console.store().await.measures(status, before, ROWS).await?;
    let language = call.frame.language;
    let last = found.last().filter(|_| found.len() >= ROWS as usize);
    let filter = status.map_or_else(String::new, |status| format!("&status={}", status.name()));
    let next = last.map(|last| format!("/measures?before={}{filter}", last.number));
    let rows = found
        .iter()
        .filter(|row| visitor.sees_certificates(&row.edition))
        .map(|row| {
            let ((zh, en), (status_zh, status_en)) =
                (words::measure(row.kind), words::measure_status(row.status));
            Row {
                number: row.number,
                certificate: row.certificate.clone(),
                what: language.t(zh, en),
                status: language.t(status_zh, status_en),
            }
        });
    let statuses = [
        MeasureStatus::Draft,
        MeasureStatus::Proposed,
        MeasureStatus::Recorded,
        MeasureStatus::Agreed,
        MeasureStatus::CarriedOut,
    ];
    let statuses = statuses.into_iter().map(|it| {
        let (zh, en) = words::measure_status(it);
        (it.name(), language.plain(zh, en), status == Some(it))
    });
    page(&MeasuresPage {
        frame: &call.frame,
        statuses: statuses.collect(),
        rows: rows.collect(),
        next,
    })
}

/// The measure that a request is about; none that the person may not see.
async fn seen(console: &Console, call: &Call) -> Result<Measure, Refused> {
    let number: u32 = call.parameter("number")?;
    let measure = console.store().await.measure(number).await?;
    let measure = measure.ok_or(Refused::NotFound)?;
    if call
        .visitor()?
        .sees_certificates(measure.opened().certificate.scheme.as_str())
    {
        Ok(measure)
    } else {
        Err(Refused::NotFound)
    }
}

pub(super) async fn show(console: &Console, call: &Call) -> Result<Response, Refused> {
    let measure = seen(console, call).await?;
    let visitor = call.visitor()?;
    let language = call.frame.language;
    let ((zh, en), (status_zh, status_en)) = (
        words::measure(measure.kind()),
        words::measure_status(measure.status()),
    );
    let offered = measure_offers(&measure, &visitor.personnel, &visitor.held, call.now);
    let offers = offered.into_iter().map(|MeasureOffer { actor, act }| OfferRow {
        tag: crate::console::held::tag(&actor),
        who: words::acting(language, &actor),
        act,
    });
    page(&MeasurePage {
        frame: &call.frame,
        what: language.t(zh, en),
        status: language.t(status_zh, status_en),
        facts: facts(call, &measure)?,
        statements: statements(call, &measure)?,
        offers: offers.collect(),
        measure: &measure,
    })
}

fn facts(call: &Call, measure: &Measure) -> Result<Vec<(Said, String)>, Refused> {
    let language = call.frame.language;
    let (by, at) = measure.opened_by();
    let opened = measure.opened();
    let mut facts = vec![
        (
            language.t("证书", "Certificate"),
            format!("{} · {}", opened.certificate.number, opened.certificate.version),
        ),
        (language.t("事由", "Grounds"), opened.grounds.to_string()),
        (
            language.t("立案", "Opened"),
            format!(
                "{} {at}",
                words::who(&call.visitor()?.personnel, by, Date::of(at))
            ),
        ),
    ];
    match &opened.proposal {
        Proposal::Nonconformity {
            confirmed_on,
            performed_on,
        } => {
            facts.push((language.t("确认不符合", "Confirmed on"), confirmed_on.to_string()));
            if let Some(day) = performed_on {
                facts.push((language.t("监督日期", "Surveillance on"), day.to_string()));
            }
        }
        Proposal::Change(change) => {
            facts.push((
                language.t("理由代码", "Reason code"),
                change.reason().name().to_owned(),
            ));
            let (day, name) = match change {
                Change::SurveillancePassed { next_due, .. } => {
                    (Some(next_due), language.t("下次监督", "Next surveillance"))
                }
                Change::Suspended { planned_end, .. } => {
                    (Some(planned_end), language.t("计划结束", "Planned end"))
                }
                _ => (None, language.t("", "")),
            };
            facts.extend(day.map(|day| (name, day.to_string())));
        }
    }
    Ok(facts)
}

fn statements(call: &Call, measure: &Measure) -> Result<Vec<StatementRow>, Refused> {
    let personnel = &call.visitor()?.personnel;
    let language = call.frame.language;
    let rows = measure.statements().iter().map(|given| {
        let (zh, en) = words::statement(&given.statement);
        let said = match &given.statement {
            Statement::Proposal(proposed) => proposed
                .note
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            Statement::Verification(verification) => {
                let found = if verification.effective {
                    language.plain("有效", "effective")
                } else {
                    language.plain("无效", "not effective")
                };
                format!("{found}\n{}", verification.note)
            }
            Statement::Decision(decision) => {
                let outcome = match decision.outcome {
                    MeasureOutcome::Agree => language.plain("同意", "agreed"),
                    MeasureOutcome::Refuse => language.plain("不同意", "refused"),
                };
                let reason = decision
                    .reason
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string);
                format!(
                    "{outcome} · {} · {}\n{reason}",
                    decision.reference, decision.legal_basis
                )
            }
        };
        StatementRow {
            what: language.t(zh, en),
            who: words::who(personnel, &given.by, Date::of(given.at)),
            at: given.at.to_string(),
            said,
        }
    });
    Ok(rows.collect())
}

fn to_measure(measure: &Measure) -> Response {
    see(&format!("/measures/{}", measure.number()))
}

pub(super) async fn open(console: &Console, call: Call) -> Result<Response, Refused> {
    let (by, form) = (call.visitor()?.actor(&call.form)?, &call.form);
    let wrong = |name: &'static str, why: String| Refused::Field { name, why };
    let number = form.wanted("number")?;
    let number = CredentialNumber::parse(number).map_err(|error| wrong("number", error.to_string()))?;
    let reason = match form.get("reason") {
        Some(name) => {
            Some(EventReason::of_name(name).ok_or_else(|| wrong("reason", "none of the codes".to_owned()))?)
        }
        None => None,
    };
    let successor = match form.get("successor") {
        Some(text) => Some(Successor {
            number: CredentialNumber::parse(text).map_err(|error| wrong("successor", error.to_string()))?,
            version: touchstone_schemas::credential::Version::FIRST,
        }),
        None => None,
    };
    let terms = ProposalTerms {
        kind: form.word("kind", MeasureKind::of_name)?,
        reason,
        performed_on: form.optional("performedOn")?,
        next_due: form.optional("nextDue")?,
        planned_end: form.optional("plannedEnd")?,
        confirmed_on: form.optional("confirmedOn")?,
        successor,
    };
    let grounds = form.parsed("grounds")?;
    let measure = console
        .in_office(async move |office| {
            let now = office.clock.now();
            let proposal = terms.complete(office, &number, None, now).await?;
            let request = MeasureRequest {
                number,
                version: None,
                grounds,
                proposal,
            };
            Ok(desk::open(office, &by, request, now).await?)
        })
        .await?;
    Ok(to_measure(&measure))
}

pub(super) async fn attach(console: &Console, mut call: Call) -> Result<Response, Refused> {
    let (measure, by) = (seen(console, &call).await?, call.visitor()?.actor(&call.form)?);
    let file = call.form.file("file")?;
    let text = |text: &str| {
        Text::parse(text).map_err(|error| Refused::Field {
            name: "file",
            why: error.to_string(),
        })
    };
    let intake = Intake {
        name: text(&file.name)?,
        media_type: text("application/octet-stream")?,
        purpose: AttachmentPurpose::Evidence,
        bytes: file.bytes,
    };
    let number = measure.number();
    let measure = console
        .in_office(async move |office| {
            let now = office.clock.now();
            Ok(desk::attach(&mut office.store, number, &by, intake, now).await?)
        })
        .await?;
    Ok(to_measure(&measure))
}

/// Evidence; who reads it is on record before the bytes are given out.
pub(super) async fn file(console: &Console, call: &Call) -> Result<Response, Refused> {
    let measure = seen(console, call).await?;
    let digest: Sha256Digest = call.parameter("digest")?;
    let (number, person) = (measure.number(), call.visitor()?.person.clone());
    let mut store = console.store().await;
    let bytes = store.read_measure_attachment(number, digest, &person, call.now);
    let bytes = bytes.await?.ok_or(Refused::NotFound)?;
    Ok(download(
        &format!("measure-{number}-{digest}"),
        "application/octet-stream",
        bytes,
    ))
}

/// The journal as it is stored, an act a line.
pub(super) async fn trail(console: &Console, call: &Call) -> Result<Response, Refused> {
    let number = seen(console, call).await?.number();
    let mut bytes = Vec::new();
    for act in console.store().await.measure_acts(number).await? {
        bytes.extend(act.to_bytes());
        bytes.push(b'\n');
    }
    Ok(download(
        &format!("measure-{number}.jsonl"),
        "application/json",
        bytes,
    ))
}

/// A statement as the form says it.
fn drafted(call: &Call) -> Result<(Actor, Statement), Refused> {
    let by = call.visitor()?.actor(&call.form)?;
    let statement = statement(&call.form)?;
    // Whoever may not say it is given nothing to sign.
    if statement.role() != by.role {
        return Err(Refused::Forbidden);
    }
    Ok((by, statement))
}

fn statement(form: &Fields) -> Result<Statement, Refused> {
    Ok(match form.wanted("statement")? {
        "proposal" => Statement::Proposal(Proposed {
            note: form.optional("note")?,
        }),
        "verification" => Statement::Verification(Verification {
            effective: form.parsed("effective")?,
            note: form.parsed("note")?,
        }),
        "measureDecision" => Statement::Decision(MeasureDecision {
            backdating: form.optional_text("backdating")?,
            effective: form.optional("from")?,
            legal_basis: form.text("legalBasis")?,
            outcome: form.word("outcome", MeasureOutcome::of_name)?,
            reason: form.optional("reason")?,
            reference: form.text("reference")?,
        }),
        _ => return Err(Refused::NotFound),
    })
}

pub(super) async fn bundle(console: &Console, call: &Call) -> Result<Response, Refused> {
    let measure = seen(console, call).await?;
    let (by, statement) = drafted(call)?;
    let bytes = measure.bundle(&by, &statement);
    let carried = CARRIED
        .iter()
        .filter_map(|name| Some((*name, call.form.get(name)?.to_owned())));
    let (zh, en) = words::statement(&statement);
    page(&StatementPage {
        frame: &call.frame,
        place: "measures",
        number: measure.number(),
        what: call.frame.language.t(zh, en),
        who: words::who(&call.visitor()?.personnel, &by, Date::of(call.now)),
        digest: Sha256Digest::of(&bytes),
        bytes: String::from_utf8_lossy(&bytes).into_owned(),
        carried: carried.collect(),
    })
}

pub(super) async fn bundle_file(console: &Console, call: &Call) -> Result<Response, Refused> {
    let measure = seen(console, call).await?;
    let (by, statement) = drafted(call)?;
    let name = format!("measures-{}.bundle.json", measure.number());
    Ok(download(
        &name,
        "application/json",
        measure.bundle(&by, &statement),
    ))
}

pub(super) async fn state(console: &Console, mut call: Call) -> Result<Response, Refused> {
    let number = seen(console, &call).await?.number();
    let (by, statement) = drafted(&call)?;
    let file = call.form.file("approval")?;
    let approval = read(&file.bytes, MAX_ACT_BYTES).map_err(|error| Refused::Field {
        name: "approval",
        why: error.to_string(),
    })?;
    let signed = MeasureContent::Signed(Signed { approval, statement });
    perform(console, number, by, signed).await
}

pub(super) async fn give_up(console: &Console, call: Call) -> Result<Response, Refused> {
    let number = seen(console, &call).await?.number();
    let by = call.visitor()?.actor(&call.form)?;
    let dropped = MeasureContent::Dropped(Dropped {
        reason: call.form.parsed("reason")?,
    });
    perform(console, number, by, dropped).await
}

async fn perform(
    console: &Console,
    number: u32,
    by: Actor,
    content: MeasureContent,
) -> Result<Response, Refused> {
    let measure = console
        .in_office(async move |office| {
            let now = office.clock.now();
            Ok(desk::perform(&mut office.store, number, &by, content, now).await?)
        })
        .await?;
    Ok(to_measure(&measure))
}

/// Signs the event with the office's key and delivers it.
pub(super) async fn carry_it_out(console: &Console, call: Call) -> Result<Response, Refused> {
    let (measure, visitor) = (seen(console, &call).await?, call.visitor()?);
    let by = visitor.actor(&call.form)?;
    if !matches!(by.role, Role::SurveillanceOfficer | Role::Signatory) {
        return Err(Refused::Forbidden);
    }
    let charge = Charge {
        role: by.role,
        office: None,
        scheme: Some(&measure.opened().certificate.scheme),
    };
    entitlement(&visitor.personnel, &by, charge, call.now).map_err(CaseworkError::from)?;
    let keys = console.0.keys.clone().ok_or(Refused::NoKeys)?;
    let number = measure.number();
    let left = console
        .in_office(async move |office| Ok(carry_out(office, &keys, &[number]).await?.left))
        .await?;
    match left.into_iter().next() {
        None => Ok(to_measure(&measure)),
        Some((_, reason)) => Err(MeasureError::Left { reason }.into()),
    }
}
