//! What is told, as canonical JSON: here of cases and certificates, and a file for everything else.

mod batch;
mod client;
mod complaint;
mod measure;
mod people;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    jcs::{Encode, to_canonical},
    record,
    text::Text,
};

use crate::{
    casework::{
        Actor, Approval, Attachment, Case, Content, Evaluation, Form, GivenApproval, Passage, StageKind,
        StageRecord, StageRule, Status, Team, Verdict,
    },
    store::{ListedCase, StoredCredential},
};

pub(super) use batch::{batch, batch_cases, batch_issued, batches, imported};
pub(super) use client::{RetriedView, contact, link, links, notices};
pub(super) use complaint::{complaint, complaints};
pub(super) use measure::{carried_out, measure, measures, tasks};
pub(super) use people::people;

/// JSON as an answer.
pub(super) fn json(status: StatusCode, record: &impl Encode) -> Response {
    bytes("application/json", status, to_canonical(record))
}

/// Bytes as an answer.
pub(super) fn bytes(media: &'static str, status: StatusCode, bytes: Vec<u8>) -> Response {
    let mut answer = (status, bytes).into_response();
    let media = HeaderValue::from_static(media);
    answer.headers_mut().insert(header::CONTENT_TYPE, media);
    answer
}

/// A stage as it stands.
struct StageView<'a> {
    at: Option<Timestamp>,
    by: Option<&'a Actor>,
    code: &'a Text,
    kind: StageKind,
    name: &'a Text,
    name_en: &'a Text,
    note: Option<&'a Passage>,
    state: &'static str,
}

record! { write StageView<'_> {
    "at"? at,
    "by"? by,
    "code": code,
    "kind": kind,
    "name": name,
    "nameEn": name_en,
    "note"? note,
    "state": state,
} }

impl<'a> StageView<'a> {
    fn of((rule, record): (&'a StageRule, &'a StageRecord)) -> Self {
        Self {
            at: record.at,
            by: record.by.as_ref(),
            code: &rule.code,
            kind: rule.kind,
            name: &rule.name,
            name_en: &rule.name_en,
            note: record.note.as_ref(),
            state: record.state.name(),
        }
    }
}

/// An evaluator of the team.
struct MemberView<'a> {
    conflict: Option<&'a Passage>,
    covers_from: Option<Date>,
    person: &'a Text,
}

record! { write MemberView<'_> {
    "conflict"? conflict,
    "coversFrom"? covers_from,
    "person": person,
} }

impl<'a> MemberView<'a> {
    fn of((person, team): (&'a Text, &'a Team)) -> Self {
        let declared = match team {
            Team::Assigned => None,
            Team::Declared(declared) => Some(declared),
        };
        Self {
            conflict: declared.and_then(|it| it.conflict.as_ref()),
            covers_from: declared.map(|it| it.covers_from),
            person,
        }
    }
}

/// A judgement that was given.
struct ApprovalView<'a> {
    approval: &'a Approval,
    at: Timestamp,
    by: &'a Actor,
    kind: &'static str,
    office: Option<&'a Text>,
    stage: &'a Text,
    verdict: &'a Verdict,
}

record! { write ApprovalView<'_> {
    "approval": approval,
    "at": at,
    "by": by,
    "kind": kind,
    "office"? office,
    "stage": stage,
    "verdict": verdict,
} }

impl<'a> ApprovalView<'a> {
    fn of(given: &'a GivenApproval) -> Self {
        Self {
            approval: &given.approval,
            at: given.at,
            by: &given.by,
            kind: given.verdict.kind(),
            office: given.office.as_ref(),
            stage: &given.stage,
            verdict: &given.verdict,
        }
    }
}

/// A case as it stands.
struct CaseView<'a> {
    acts: u32,
    approvals: Vec<ApprovalView<'a>>,
    attachments: Vec<&'a Attachment>,
    case: u32,
    evaluation: Option<&'a Evaluation>,
    evidence: Sha256Digest,
    form: &'a Form,
    head: Sha256Digest,
    next: Option<&'a Text>,
    number: Option<&'a CredentialNumber>,
    round: u32,
    scheme: &'a Text,
    stages: Vec<StageView<'a>>,
    stale: Option<&'a Text>,
    status: &'static str,
    team: Vec<MemberView<'a>>,
    version: Option<Version>,
    waits_for: Vec<&'a Text>,
}

record! { write CaseView<'_> {
    "acts": acts,
    "approvals"? approvals,
    "attachments"? attachments,
    "case": case,
    "evaluation"? evaluation,
    "evidence": evidence,
    "form": form,
    "head": head,
    "next"? next,
    "number"? number,
    "round": round,
    "scheme": scheme,
    "stages": stages,
    "stale"? stale,
    "status": status,
    "team"? team,
    "version"? version,
    "waitsFor"? waits_for,
} }

/// A case.
pub(super) fn case(status: StatusCode, case: &Case) -> Response {
    let next = case.next_stage().map(|rule| &rule.code);
    let (number, version) = match case.status() {
        Status::Issued { number, version } => (Some(number), Some(*version)),
        Status::InWork | Status::Refused | Status::Closed => (None, None),
    };
    let view = CaseView {
        acts: case.acts(),
        approvals: case.approvals().iter().map(ApprovalView::of).collect(),
        attachments: case.attachments().iter().collect(),
        case: case.number(),
        evaluation: case.evaluation(),
        evidence: case.evidence().digest(),
        form: case.form(),
        head: case.head(),
        next,
        number,
        round: case.round(),
        scheme: case.form().scheme(),
        stages: case.stages().map(StageView::of).collect(),
        stale: case.stale().map(|given| &given.stage),
        status: case.status().name(),
        team: case.team().iter().map(MemberView::of).collect(),
        version,
        waits_for: next.map_or_else(Vec::new, |next| {
            case.waits_for(next).map(|rule| &rule.code).collect()
        }),
    };
    json(status, &view)
}

/// A line of a list of cases.
struct ListedView<'a> {
    case: u32,
    holder: &'a str,
    name: &'a str,
    next: Option<&'a str>,
    scheme: &'a str,
    status: &'a str,
}

record! { write ListedView<'_> {
    "case": case,
    "holder": holder,
    "name": name,
    "next"? next,
    "scheme": scheme,
    "status": status,
} }

struct ListView<'a> {
    cases: Vec<ListedView<'a>>,
    next: Option<u32>,
}

record! { write ListView<'_> { "cases": cases, "next"? next } }

/// A page of a list of cases, and where the next one begins.
pub(super) fn cases<'a>(cases: impl Iterator<Item = &'a ListedCase>, next: Option<u32>) -> Response {
    let line = |case: &'a ListedCase| ListedView {
        case: case.number,
        holder: &case.holder,
        name: &case.holder_name,
        next: case.stage.as_deref(),
        scheme: &case.edition,
        status: &case.status,
    };
    let cases = cases.map(line).collect();
    json(StatusCode::OK, &ListView { cases, next })
}

/// How far a certificate is.
const fn state_of(stored: &StoredCredential) -> &'static str {
    match (&stored.signed, &stored.receipt) {
        (_, Some(_)) => "issued",
        (Some(_), None) => "signed",
        (None, None) => "prepared",
    }
}

struct CertificateView<'a> {
    case: u32,
    digest: Option<Sha256Digest>,
    hindrance: Option<&'a String>,
    number: &'a CredentialNumber,
    prepared_at: Timestamp,
    recorded: Option<Timestamp>,
    state: &'static str,
    version: Version,
}

record! { write CertificateView<'_> {
    "case": case,
    "digest"? digest,
    "hindrance"? hindrance,
    "number": number,
    "preparedAt": prepared_at,
    "recorded"? recorded,
    "state": state,
    "version": version,
} }

/// A certificate made of a case.
pub(super) fn certificate(status: StatusCode, case: u32, stored: &StoredCredential) -> Response {
    let view = CertificateView {
        case,
        digest: stored.signed.as_deref().map(Sha256Digest::of),
        hindrance: stored.hindrance.as_ref(),
        number: &stored.number,
        prepared_at: stored.prepared_at,
        recorded: stored.recorded,
        state: state_of(stored),
        version: stored.version,
    };
    json(status, &view)
}
