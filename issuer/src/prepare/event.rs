//! The event about to be signed.

use touchstone_schemas::{
    credential::Credential,
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    jcs::to_canonical,
    lifecycle::{Change, Event, RecordedEvent},
    text::Text,
};

use super::{Duty, DutyKind, EventWarrant, KeyWindow, SchemeData};
use crate::{
    body::Body,
    lint::{self, Clause, DocumentKind, Finding},
};

const WARRANT: Clause = Clause::new("decidedMeasure", "ISO/IEC 17065 §7.11.3; DESIGN §2 invariant 8");

/// What an office asks for: a change of a certificate's life, decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRequest {
    /// What changes, and why.
    pub change: Change,
    /// When it takes effect.
    pub effective: Timestamp,
    /// Reference of the decision.
    pub decision: Text,
    /// The office that decided.
    pub decided_by: Text,
    /// Clause of law or rule.
    pub legal_basis: Text,
    /// Why it takes effect more than 48 h before now.
    pub backdating: Option<Text>,
    /// The person who decided; never leaves the office.
    pub decider: Text,
    /// The person who evaluated the correction or the surveillance, where somebody did; never leaves the office.
    pub verified_by: Option<Text>,
}

/// A certificate and what happened to it, with a request.
#[derive(Clone, Copy, Debug)]
pub struct EventCase<'a> {
    /// The certificate.
    pub credential: &'a Credential,
    /// Digest of its signed bytes.
    pub digest: Sha256Digest,
    /// Its events so far, all of them recorded.
    pub events: &'a [RecordedEvent],
    /// By what right it is prepared; none while it is only looked at.
    pub warrant: Option<EventWarrant<'a>>,
    /// The body.
    pub body: &'a Body,
    /// Figures of the scheme's rule.
    pub scheme: &'a SchemeData,
    /// The issuing key.
    pub key: KeyWindow<'a>,
    /// What is asked.
    pub request: &'a EventRequest,
    /// When it is prepared: `created` of the proof.
    pub now: Timestamp,
    /// When the key is used: later than `now` where a crash lies between.
    pub signed_at: Timestamp,
}

/// An event that passed every lint. [`PreparedEvent::prepare`] alone makes one;
/// [`crate::keys::IssuingKey::sign_event`] consumes it.
#[derive(Debug)]
pub struct PreparedEvent {
    event: Event,
    unsecured: Vec<u8>,
    duties: Vec<Duty>,
    lints: Vec<&'static str>,
    prepared_at: Timestamp,
}

impl EventCase<'_> {
    /// The event that is asked for, next of the certificate's.
    pub(crate) fn event(&self) -> Event {
        let (credential, request) = (self.credential, self.request);
        let last = self.events.iter().map(|event| event.sequence).max().unwrap_or(0);
        Event {
            issuer: credential.issuer.id.clone(),
            issuer_name: credential.issuer.name.clone(),
            registry: credential.issuer.registry.clone(),
            number: credential.number.clone(),
            version: credential.version,
            sequence: last.saturating_add(1),
            credential_digest: self.digest,
            effective: request.effective,
            decision: request.decision.clone(),
            decided_by: request.decided_by.clone(),
            legal_basis: request.legal_basis.clone(),
            backdating: request.backdating.clone(),
            change: request.change.clone(),
        }
    }
}

impl PreparedEvent {
    /// Judges a request and writes the bytes to be signed.
    ///
    /// # Errors
    /// Every rule the request breaks.
    pub fn prepare(case: &EventCase<'_>) -> Result<Self, Vec<Finding>> {
        let request = case.request;
        let refused = match case.warrant {
            Some(warrant) if warrant.covers(case) => None,
            Some(_) => Some("it is not what was decided"),
            None => Some("no decision stands behind it"),
        };
        if let Some(message) = refused {
            return Err(vec![Finding::new(&WARRANT, "", message)]);
        }
        let event = case.event();
        let unsecured = to_canonical(&event);
        let mut findings = lint::check_event(case, &event, &unsecured);
        findings.extend(lint::check_document(
            DocumentKind::Event,
            &unsecured,
            &case.key,
            case.now,
        ));
        if findings.is_empty() {
            Ok(Self {
                event,
                unsecured,
                duties: request.duties(Date::of(case.now)),
                lints: lint::event_codes(),
                prepared_at: case.now,
            })
        } else {
            Err(findings)
        }
    }

    /// The facts.
    #[must_use]
    pub const fn event(&self) -> &Event {
        &self.event
    }

    /// The JCS bytes to be signed.
    #[must_use]
    pub fn unsecured(&self) -> &[u8] {
        &self.unsecured
    }

    /// Who decided, and who evaluated.
    #[must_use]
    pub fn duties(&self) -> &[Duty] {
        &self.duties
    }

    /// Codes of the lints passed.
    #[must_use]
    pub fn lints(&self) -> &[&'static str] {
        &self.lints
    }

    /// When it was prepared: `created` of its proof.
    #[must_use]
    pub const fn prepared_at(&self) -> Timestamp {
        self.prepared_at
    }

    pub(crate) fn into_unsecured(self) -> Vec<u8> {
        self.unsecured
    }
}

impl EventRequest {
    /// The request that a stored event with its duties answers; `None` when no decider is among them.
    #[must_use]
    pub fn of(event: &Event, duties: &[Duty]) -> Option<Self> {
        let person = |kind| {
            let duty = duties.iter().find(|duty| duty.kind == kind)?;
            Some(duty.person.clone())
        };
        Some(Self {
            change: event.change.clone(),
            effective: event.effective,
            decision: event.decision.clone(),
            decided_by: event.decided_by.clone(),
            legal_basis: event.legal_basis.clone(),
            backdating: event.backdating.clone(),
            decider: person(DutyKind::Decider)?,
            verified_by: person(DutyKind::Evaluator),
        })
    }

    /// The members in which two requests differ, by their names on the command line.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let members = [
            ("change", self.change != other.change),
            ("effective", self.effective != other.effective),
            ("decision", self.decision != other.decision),
            ("decided-by", self.decided_by != other.decided_by),
            ("legal-basis", self.legal_basis != other.legal_basis),
            ("backdating", self.backdating != other.backdating),
            ("decider", self.decider != other.decider),
            ("verified-by", self.verified_by != other.verified_by),
        ];
        let differs = |(name, differs)| if differs { Some(name) } else { None };
        members.into_iter().filter_map(differs).collect()
    }

    /// Who decided, and who evaluated.
    fn duties(&self, on: Date) -> Vec<Duty> {
        let duty = |kind, person: &Text, office: Option<&Text>| Duty {
            kind,
            person: person.clone(),
            office: office.cloned(),
            on,
            place: 0,
            exclusive: false,
            through: None,
        };
        let evaluator = self.verified_by.iter();
        evaluator
            .map(|person| duty(DutyKind::Evaluator, person, None))
            .chain([duty(DutyKind::Decider, &self.decider, Some(&self.decided_by))])
            .collect()
    }
}
