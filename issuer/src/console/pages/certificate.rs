//! A certificate on file: what it says, how it stands, what happened to it, and what is being decided on it.

use askama::Template;
use axum::response::Response;
use touchstone_schemas::{
    credential::{Credential, CredentialNumber, Version},
    date_time::{Date, Timestamp},
    lifecycle::{RecordedEvent, State, Surveillance, Terms, state},
};

use super::{download, page, words};
use crate::{
    casework::{Role, following},
    console::{Console, gate::Call, language::Said, page::Frame, refused::Refused},
    store::{StoredCredential, StoredEvent},
};

#[derive(Template)]
#[template(path = "console/certificate.html")]
struct CertificatePage<'a> {
    frame: &'a Frame,
    number: CredentialNumber,
    version: Version,
    standing: String,
    tone: &'static str,
    facts: Vec<(Said, String)>,
    events: Vec<EventRow>,
    measures: Vec<MeasureRow>,
    /// As whom the person may open a measure: how the form names it, and who that is.
    officers: Vec<(String, String)>,
    takes_applications: bool,
    today: Date,
}

struct EventRow {
    sequence: u32,
    what: Said,
    reason: &'static str,
    effective: Timestamp,
    decision: String,
    delivered: bool,
}

struct MeasureRow {
    number: u32,
    what: Said,
    status: Said,
}

pub(super) async fn show(console: &Console, call: &Call) -> Result<Response, Refused> {
    let visitor = call.visitor()?;
    let (stored, credential) = seen(console, call).await?;
    let mut store = console.store().await;
    let events = store.events(stored.id).await?;
    let measures = store.measures_of_credential(stored.id).await?;
    drop(store);
    let (standing, tone) = standing(call, &credential, &events);
    let language = call.frame.language;
    let edition = credential.scheme.edition.as_str();
    let officers = visitor
        .held
        .iter()
        .filter(|held| held.actor.role == Role::SurveillanceOfficer && held.sees_edition(edition))
        .map(|held| (held.tag(), words::acting(language, &held.actor)));
    page(&CertificatePage {
        frame: &call.frame,
        number: stored.number.clone(),
        version: stored.version,
        standing,
        tone,
        facts: facts(call, &credential),
        events: events.iter().map(|event| event_row(call, event)).collect(),
        measures: measures
            .iter()
            .map(|measure| {
                let ((zh, en), (status_zh, status_en)) = (
                    words::measure(measure.kind),
                    words::measure_status(measure.status),
                );
                MeasureRow {
                    number: measure.number,
                    what: language.t(zh, en),
                    status: language.t(status_zh, status_en),
                }
            })
            .collect(),
        officers: officers.collect(),
        takes_applications: call.frame.takes_applications,
        today: Date::of(call.now),
    })
}

/// The application of a certificate as a form, for a change of it or its recertification.
pub(super) async fn form(console: &Console, call: &Call) -> Result<Response, Refused> {
    let (stored, _) = seen(console, call).await?;
    let recertify = call.query.get("recertify").is_some();
    let form = following::following_form(&mut *console.store().await, &stored.number, recertify).await?;
    let name = format!("{}.form.json", stored.number);
    Ok(download(
        &name,
        "application/json",
        form.ok_or(Refused::NotFound)?,
    ))
}

/// The certificate that a request is about; none that the person may not see.
async fn seen(console: &Console, call: &Call) -> Result<(StoredCredential, Credential), Refused> {
    let number: String = call.parameter("number")?;
    let number = CredentialNumber::parse(&number).map_err(|_| Refused::NotFound)?;
    let version: Option<u32> = call.query.optional("version")?;
    let version = version.map(Version::try_from).transpose();
    let version = version.map_err(|_| Refused::NotFound)?;
    let stored = console.store().await.find_credential(&number, version).await?;
    let stored = stored.ok_or(Refused::NotFound)?;
    let credential = stored.credential()?;
    if call
        .visitor()?
        .sees_certificates(credential.scheme.edition.as_str())
    {
        Ok((stored, credential))
    } else {
        Err(Refused::NotFound)
    }
}

fn standing(call: &Call, credential: &Credential, events: &[StoredEvent]) -> (String, &'static str) {
    let recorded: Vec<RecordedEvent> = events
        .iter()
        .map(|event| RecordedEvent {
            sequence: event.event.sequence,
            effective: event.event.effective,
            recorded: event.recorded.unwrap_or(call.now),
            change: event.event.change.clone(),
        })
        .collect();
    let language = call.frame.language;
    let terms = Terms::from(credential);
    let (zh, en, detail, tone) = match state(&terms, &recorded, call.now, Timestamp::MAX) {
        State::NotYetValid { from } => ("未生效", "not yet valid", from.to_string(), ""),
        State::Valid {
            surveillance: Surveillance::Good { next_due },
        } => ("有效", "in force", next_due.to_string(), "good"),
        State::Valid {
            surveillance: Surveillance::OverdueInGrace { grace_until, .. },
        } => (
            "监督逾期（宽限期内）",
            "surveillance overdue, in grace",
            grace_until.to_string(),
            "caution",
        ),
        State::SurveillanceOverdue { due } => ("监督逾期", "surveillance overdue", due.to_string(), "bad"),
        State::Suspended { planned_end, .. } => ("暂停", "suspended", planned_end.to_string(), "caution"),
        State::Withdrawn { since } => ("撤销", "withdrawn", since.to_string(), "bad"),
        State::Cancelled { since } => ("注销", "cancelled", since.to_string(), "bad"),
        State::Superseded { successor, .. } => {
            let next = format!("{} {}", successor.number, successor.version);
            ("已换发", "superseded", next, "")
        }
        State::Expired { until } => ("过期失效", "expired", until.to_string(), "bad"),
    };
    (format!("{} · {detail}", language.plain(zh, en)), tone)
}

fn facts(call: &Call, credential: &Credential) -> Vec<(Said, String)> {
    let language = call.frame.language;
    let sites = credential
        .sites
        .iter()
        .map(|site| format!("{} {}", site.name, site.address));
    vec![
        (
            language.t("组织", "Holder"),
            format!("{}（{}）", credential.holder.name, credential.holder.uscc),
        ),
        (
            language.t("注册地址", "Address"),
            credential.holder.address.to_string(),
        ),
        (language.t("评价范围", "Scope"), credential.scope.to_string()),
        (
            language.t("能力等级", "Grade"),
            format!("{} {}", credential.grade.name, credential.grade.stage),
        ),
        (language.t("场所", "Sites"), sites.collect::<Vec<_>>().join("\n")),
        (
            language.t("有效期", "Validity"),
            format!("{} – {}", credential.valid_from, credential.valid_until),
        ),
        (
            language.t("首次发证", "First issued"),
            credential.first_issued.to_string(),
        ),
        (
            language.t("首次监督", "First surveillance"),
            credential.surveillance.first_due.to_string(),
        ),
    ]
}

fn event_row(call: &Call, stored: &StoredEvent) -> EventRow {
    let (zh, en) = words::event(stored.event.kind());
    EventRow {
        sequence: stored.event.sequence,
        what: call.frame.language.t(zh, en),
        reason: stored.event.change.reason().name(),
        effective: stored.event.effective,
        decision: stored.event.decision.to_string(),
        delivered: stored.receipt.is_some(),
    }
}
