//! The record of a certificate as a page.

use askama::Template;
use touchstone_schemas::{
    date_time::Date,
    lifecycle::{State, Surveillance},
};
use touchstone_verifier::{report::StateName, statement::state_name, view::CredentialView};

use super::{Bilingual, label};
use crate::record::CertificateRecord;

/// What a state looks like: a colour with an icon, never a colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    Caution,
    Bad,
}

impl Tone {
    pub(super) const fn of(state: StateName) -> Self {
        match state {
            StateName::Valid => Self::Good,
            StateName::NotYetValid | StateName::OverdueInGrace | StateName::SurveillanceOverdue => {
                Self::Caution
            }
            StateName::Suspended
            | StateName::Withdrawn
            | StateName::Cancelled
            | StateName::Superseded
            | StateName::Expired => Self::Bad,
        }
    }

    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Caution => "caution",
            Self::Bad => "bad",
        }
    }

    pub(super) const fn icon(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Caution => "!",
            Self::Bad => "✕",
        }
    }
}

#[derive(Template)]
#[template(path = "certificate.html")]
struct CertificatePage<'a> {
    view: CredentialView,
    test: bool,
    state: Bilingual,
    state_name: String,
    tone: Tone,
    since: Option<String>,
    /// What is expected next, and by when.
    ahead: Option<(Bilingual, Date)>,
    as_of: String,
    today: Date,
    successor: Option<(String, u32)>,
    older: Option<u32>,
    history: Vec<HistoryRow>,
    versions: Vec<u32>,
    recorded: String,
    log_index: &'a str,
}

struct HistoryRow {
    what: Bilingual,
    why: Bilingual,
    effective: String,
    recorded: String,
    decision: String,
    decided_by: String,
    legal_basis: String,
    backdating: Option<String>,
}

/// What is expected of a certificate next: a surveillance, or the end of its suspension.
fn ahead(state: &State) -> Option<(Bilingual, Date)> {
    let (zh, en, day) = match state {
        State::Valid {
            surveillance: Surveillance::Good { next_due },
        } => ("下次监督截止", "next surveillance due by", *next_due),
        State::Valid {
            surveillance: Surveillance::OverdueInGrace { grace_until, .. },
        } => ("监督宽限至", "surveillance overdue; grace until", *grace_until),
        State::SurveillanceOverdue { due } => ("应于此日前完成监督", "surveillance was due by", *due),
        State::Suspended { planned_end, .. } => ("暂停计划截止", "suspension planned until", *planned_end),
        _ => return None,
    };
    Some((Bilingual { zh, en }, day))
}

/// Writes the page; that a demonstration body's certificates are without force stands above the state.
///
/// # Errors
/// When the template fails.
pub fn certificate(record: &CertificateRecord, test: bool) -> askama::Result<String> {
    let name = state_name(&record.state);
    let newest = record.versions.last().map(|version| version.get());
    let version = record.credential.version.get();
    let entry = &record.credential_document.receipt.entry;
    let proof = &record.credential_document.receipt.proof;
    let index = proof.lines().nth(1).and_then(|line| line.strip_prefix("index "));
    let history = record.events.iter().map(|(event, bytes)| HistoryRow {
        what: label::event(event.kind()),
        why: label::event_reason(event.change.reason()),
        effective: label::instant(event.effective),
        recorded: label::instant(bytes.receipt.entry.recorded),
        decision: event.decision.to_string(),
        decided_by: event.decided_by.to_string(),
        legal_basis: event.legal_basis.to_string(),
        backdating: event.backdating.as_ref().map(ToString::to_string),
    });
    CertificatePage {
        view: CredentialView::from(&record.credential),
        test,
        state_name: label::name_of(name),
        state: label::of_catalogue(|catalogue| catalogue.state(&label::name_of(name))),
        tone: Tone::of(name),
        since: record.state_since().map(label::instant),
        ahead: ahead(&record.state),
        as_of: label::instant(record.as_of),
        today: Date::of(record.as_of),
        successor: record
            .successor()
            .map(|successor| (successor.number.to_string(), successor.version.get())),
        older: newest.filter(|newest| *newest != version),
        history: history.collect(),
        versions: record.versions.iter().map(|version| version.get()).collect(),
        recorded: label::instant(entry.recorded),
        log_index: index.unwrap_or("—"),
    }
    .render()
}
