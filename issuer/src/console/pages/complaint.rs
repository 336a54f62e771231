//! Complaints and appeals: the list, one of them, and what this person may do on it now.

use askama::Template;
use axum::response::Response;
use touchstone_schemas::{
    budget::MAX_ACT_BYTES, credential::CredentialNumber, date_time::Date, decode::read, digest::Sha256Digest,
};

use super::{download, measure::StatementPage, page, see, words};
use crate::{
    casework::{Actor, Role},
    complaint::{
        Acknowledged, Complaint, ComplaintContent, ComplaintDecision, ComplaintKind, ComplaintOutcome,
        ComplaintRequest, ComplaintStatus, Concern, Decided, Told, desk,
    },
    console::{Console, gate::Call, held::tag, language::Said, page::Frame, refused::Refused},
};

/// Complaints on a page.
const ROWS: u32 = 50;
/// The fields of a decision, carried from the form to the signature.
const CARRIED: [&str; 4] = ["as", "outcome", "reference", "reason"];

#[derive(Template)]
#[template(path = "console/complaints.html")]
struct ComplaintsPage<'a> {
    frame: &'a Frame,
    statuses: Vec<(&'static str, String, bool)>,
    rows: Vec<Row>,
    next: Option<String>,
    /// As whom the person may take one in.
    takers: Vec<(String, String)>,
    today: Date,
}

struct Row {
    number: u32,
    kind: Said,
    status: Said,
    received_on: Date,
    subject: String,
}

#[derive(Template)]
#[template(path = "console/complaint.html")]
struct ComplaintPage<'a> {
    frame: &'a Frame,
    complaint: &'a Complaint,
    kind: Said,
    status: Said,
    facts: Vec<(Said, String)>,
    /// Roles in which the person may do what comes next.
    doers: Vec<(String, String)>,
    next: Next,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Acknowledge,
    Decide,
    Close,
    Nothing,
}

fn takes_in(role: Role) -> bool {
    matches!(role, Role::Clerk | Role::SurveillanceOfficer)
}

pub(super) async fn list(console: &Console, call: &Call) -> Result<Response, Refused> {
    let language = call.frame.language;
    let before: Option<u32> = call.query.optional("before")?;
    let status = match call.query.get("status") {
        Some(name) => Some(ComplaintStatus::of_name(name).ok_or(Refused::NotFound)?),
        None => None,
    };
    let found = console.store().await.complaints(status, before, ROWS).await?;
    let last = found.last().filter(|_| found.len() >= ROWS as usize);
    let filter = status.map_or_else(String::new, |status| format!("&status={}", status.name()));
    let next = last.map(|last| format!("/complaints?before={}{filter}", last.number));
    let rows = found.iter().map(|row| {
        let ((zh, en), (status_zh, status_en)) =
            (words::complaint(row.kind), words::complaint_status(row.status));
        Row {
            number: row.number,
            kind: language.t(zh, en),
            status: language.t(status_zh, status_en),
            received_on: row.received_on,
            subject: row.subject.clone(),
        }
    });
    let statuses = [
        ComplaintStatus::Received,
        ComplaintStatus::Acknowledged,
        ComplaintStatus::Decided,
        ComplaintStatus::Closed,
    ];
    let statuses = statuses.into_iter().map(|it| {
        let (zh, en) = words::complaint_status(it);
        (it.name(), language.plain(zh, en), status == Some(it))
    });
    page(&ComplaintsPage {
        frame: &call.frame,
        statuses: statuses.collect(),
        rows: rows.collect(),
        next,
        takers: held_as(call, takes_in)?,
        today: Date::of(call.now),
    })
}

/// As whom the person may act in such roles: how forms name it, and in words.
fn held_as(call: &Call, wanted: impl Fn(Role) -> bool) -> Result<Vec<(String, String)>, Refused> {
    let held = call.visitor()?.held.iter();
    Ok(held
        .filter(|held| wanted(held.actor.role))
        .map(|held| (tag(&held.actor), words::acting(call.frame.language, &held.actor)))
        .collect())
}

async fn seen(console: &Console, call: &Call) -> Result<Complaint, Refused> {
    let number: u32 = call.parameter("number")?;
    let complaint = console.store().await.complaint(number).await?;
    complaint.ok_or(Refused::NotFound)
}

pub(super) async fn show(console: &Console, call: &Call) -> Result<Response, Refused> {
    let complaint = seen(console, call).await?;
    let language = call.frame.language;
    let received = complaint.received();
    let ((zh, en), (status_zh, status_en)) = (
        words::complaint(received.kind),
        words::complaint_status(complaint.status()),
    );
    let person = &call.visitor()?.person;
    let (next, doers) = match complaint.status() {
        ComplaintStatus::Received => (Next::Acknowledge, held_as(call, takes_in)?),
        ComplaintStatus::Acknowledged if received.involved.contains(person) => (Next::Decide, Vec::new()),
        ComplaintStatus::Acknowledged => (Next::Decide, held_as(call, |role| role == Role::Decider)?),
        ComplaintStatus::Decided => (Next::Close, held_as(call, takes_in)?),
        ComplaintStatus::Closed => (Next::Nothing, Vec::new()),
    };
    page(&ComplaintPage {
        frame: &call.frame,
        kind: language.t(zh, en),
        status: language.t(status_zh, status_en),
        facts: facts(call, &complaint)?,
        doers,
        next,
        complaint: &complaint,
    })
}

fn facts(call: &Call, complaint: &Complaint) -> Result<Vec<(Said, String)>, Refused> {
    let language = call.frame.language;
    let received = complaint.received();
    let mut facts = vec![
        (language.t("收到", "Received"), received.received_on.to_string()),
        (language.t("内容", "Account"), received.account.to_string()),
        (language.t("提出方", "Sender"), received.sender.to_string()),
    ];
    let concern = &received.concern;
    if let Some(number) = &concern.certificate {
        facts.push((language.t("涉及证书", "Certificate"), number.to_string()));
    }
    if let Some(case) = concern.case {
        facts.push((language.t("涉及案卷", "Case"), case.to_string()));
    }
    if let Some(measure) = concern.measure {
        facts.push((language.t("涉及处置", "Measure"), measure.to_string()));
    }
    if !received.involved.is_empty() {
        let involved: Vec<String> = received.involved.iter().map(ToString::to_string).collect();
        facts.push((
            language.t("参与过的人员（须回避）", "Had part in it, and do not decide"),
            involved.join("、"),
        ));
    }
    if let Some(acknowledged) = complaint.acknowledged() {
        facts.push((
            language.t("已告知受理", "Acknowledged"),
            acknowledged.note.to_string(),
        ));
    }
    if let Some((by, at, decided)) = complaint.decided() {
        let decision = &decided.decision;
        let outcome = match decision.outcome {
            ComplaintOutcome::Upheld => language.plain("成立", "upheld"),
            ComplaintOutcome::Rejected => language.plain("不成立", "rejected"),
        };
        let who = words::who(&call.visitor()?.personnel, by, Date::of(at));
        facts.push((
            language.t("决定", "Decision"),
            format!(
                "{outcome} · {} · {who} · {at}\n{}",
                decision.reference, decision.reason
            ),
        ));
    }
    if let Some(told) = complaint.told() {
        facts.push((language.t("已告知结果", "Told"), told.note.to_string()));
    }
    Ok(facts)
}

pub(super) async fn receive(console: &Console, call: Call) -> Result<Response, Refused> {
    let (by, form) = (call.visitor()?.actor(&call.form)?, &call.form);
    let certificate = match form.get("certificate") {
        Some(text) => Some(
            CredentialNumber::parse(text.trim()).map_err(|error| Refused::Field {
                name: "certificate",
                why: error.to_string(),
            })?,
        ),
        None => None,
    };
    let request = ComplaintRequest {
        kind: form.word("kind", ComplaintKind::of_name)?,
        concern: Concern {
            case: form.optional("case")?,
            certificate,
            measure: form.optional("measure")?,
        },
        subject: form.text("subject")?,
        account: form.parsed("account")?,
        sender: form.parsed("sender")?,
        received_on: form.parsed("receivedOn")?,
    };
    let complaint = console
        .in_office(async move |office| {
            let now = office.clock.now();
            Ok(desk::receive(&mut office.store, &by, request, now).await?)
        })
        .await?;
    Ok(see(&format!("/complaints/{}", complaint.number())))
}

pub(super) async fn acknowledge(console: &Console, call: Call) -> Result<Response, Refused> {
    let note = call.form.parsed("note")?;
    perform(
        console,
        &call,
        ComplaintContent::Acknowledged(Acknowledged { note }),
    )
    .await
}

pub(super) async fn close(console: &Console, call: Call) -> Result<Response, Refused> {
    let note = call.form.parsed("note")?;
    perform(console, &call, ComplaintContent::Closed(Told { note })).await
}

/// A decision as the form says it.
fn drafted(call: &Call) -> Result<(Actor, ComplaintDecision), Refused> {
    let (by, form) = (call.visitor()?.actor(&call.form)?, &call.form);
    if by.role != Role::Decider {
        return Err(Refused::Forbidden);
    }
    let decision = ComplaintDecision {
        outcome: form.word("outcome", ComplaintOutcome::of_name)?,
        reason: form.parsed("reason")?,
        reference: form.text("reference")?,
    };
    Ok((by, decision))
}

pub(super) async fn bundle(console: &Console, call: &Call) -> Result<Response, Refused> {
    let complaint = seen(console, call).await?;
    let (by, decision) = drafted(call)?;
    let bytes = complaint.bundle(&by, &decision);
    let carried = CARRIED
        .iter()
        .filter_map(|name| Some((*name, call.form.get(name)?.to_owned())));
    page(&StatementPage {
        frame: &call.frame,
        place: "complaints",
        number: complaint.number(),
        what: call.frame.language.t("决定", "decision"),
        who: words::who(&call.visitor()?.personnel, &by, Date::of(call.now)),
        digest: Sha256Digest::of(&bytes),
        bytes: String::from_utf8_lossy(&bytes).into_owned(),
        carried: carried.collect(),
    })
}

pub(super) async fn bundle_file(console: &Console, call: &Call) -> Result<Response, Refused> {
    let complaint = seen(console, call).await?;
    let (by, decision) = drafted(call)?;
    let name = format!("complaints-{}.bundle.json", complaint.number());
    Ok(download(
        &name,
        "application/json",
        complaint.bundle(&by, &decision),
    ))
}

pub(super) async fn decide(console: &Console, mut call: Call) -> Result<Response, Refused> {
    let (_, decision) = drafted(&call)?;
    let file = call.form.file("approval")?;
    let approval = read(&file.bytes, MAX_ACT_BYTES).map_err(|error| Refused::Field {
        name: "approval",
        why: error.to_string(),
    })?;
    perform(
        console,
        &call,
        ComplaintContent::Decided(Decided { approval, decision }),
    )
    .await
}

async fn perform(console: &Console, call: &Call, content: ComplaintContent) -> Result<Response, Refused> {
    let number = seen(console, call).await?.number();
    let by = call.visitor()?.actor(&call.form)?;
    console
        .in_office(async move |office| {
            let now = office.clock.now();
            Ok(desk::perform(&mut office.store, number, &by, content, now).await?)
        })
        .await?;
    Ok(see(&format!("/complaints/{number}")))
}

/// The journal as it is stored, an act a line.
pub(super) async fn trail(console: &Console, call: &Call) -> Result<Response, Refused> {
    let number = seen(console, call).await?.number();
    let mut bytes = Vec::new();
    for act in console.store().await.complaint_acts(number).await? {
        bytes.extend(act.to_bytes());
        bytes.push(b'\n');
    }
    Ok(download(
        &format!("complaint-{number}.jsonl"),
        "application/json",
        bytes,
    ))
}
