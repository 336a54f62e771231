//! The event about to be signed.

use touchstone_schemas::{
    credential::{Credential, CredentialNumber, Version},
    date_time::Timestamp,
    digest::Sha256Digest,
    jcs::to_canonical,
    lifecycle::{Change, Event, EventKind, EventReason, RecordedEvent},
    record,
    text::Text,
};

use super::{KeyWindow, SchemeData};
use crate::{
    body::Body,
    lint::{self, Finding},
};

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
    /// The person who decided, when the request names one; never leaves the office.
    pub decider: Option<Text>,
    /// The person who evaluated the fix, when the request names one; never leaves the office.
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
    /// The body.
    pub body: &'a Body,
    /// Figures of the scheme's rule.
    pub scheme: &'a SchemeData,
    /// The issuing key.
    pub key: KeyWindow,
    /// What is asked.
    pub request: &'a EventRequest,
    /// The time now.
    pub now: Timestamp,
}

/// An event that passed every lint. [`PreparedEvent::prepare`] alone makes one;
/// [`crate::keys::IssuingKey::sign_event`] consumes it.
#[derive(Debug)]
pub struct PreparedEvent {
    event: Event,
    unsecured: Vec<u8>,
    lints: Vec<&'static str>,
    prepared_at: Timestamp,
}

impl PreparedEvent {
    /// Judges a request and writes the bytes to be signed.
    ///
    /// # Errors
    /// Every rule the request breaks.
    pub fn prepare(case: &EventCase<'_>) -> Result<Self, Vec<Finding>> {
        let (credential, request) = (case.credential, case.request);
        let last = case.events.iter().map(|event| event.sequence).max().unwrap_or(0);
        let event = Event {
            issuer: credential.issuer.id.clone(),
            issuer_name: credential.issuer.name.clone(),
            registry: credential.issuer.registry.clone(),
            number: credential.number.clone(),
            version: credential.version,
            sequence: last.saturating_add(1),
            credential_digest: case.digest,
            effective: request.effective,
            decision: request.decision.clone(),
            decided_by: request.decided_by.clone(),
            legal_basis: request.legal_basis.clone(),
            backdating: request.backdating.clone(),
            change: request.change.clone(),
        };
        let unsecured = to_canonical(&event);
        let findings = lint::check_event(case, &event, &unsecured);
        if findings.is_empty() {
            Ok(Self {
                event,
                unsecured,
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
    /// The digest that tells this request from others: the same command never makes a second event.
    #[must_use]
    pub fn digest(&self, credential: &Credential) -> Sha256Digest {
        struct Asked<'a> {
            number: &'a CredentialNumber,
            version: Version,
            event: EventKind,
            reason: EventReason,
            decision: &'a Text,
        }
        record! { write Asked<'_> {
            "decision": decision,
            "event": event,
            "number": number,
            "reason": reason,
            "version": version,
        } }
        let asked = Asked {
            number: &credential.number,
            version: credential.version,
            event: self.change.kind(),
            reason: self.change.reason(),
            decision: &self.decision,
        };
        Sha256Digest::of(&to_canonical(&asked))
    }
}
