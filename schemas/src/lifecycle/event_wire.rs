//! The event as a verifiable credential (VCDM 2.0).

use super::{Change, Event, EventKind, EventReason, Successor};
use crate::{
    credential::{CREDENTIALS_V2_CONTEXT, CredentialNumber, RegistryBase, TOUCHSTONE_CONTEXT_V1, Version},
    date_time::{Date, Timestamp},
    decode::{DecodeError, decode},
    did::Did,
    digest::Sha256Digest,
    jcs::Encode,
    json::Value,
    record,
    text::Text,
};

/// The exact contexts of an event, in order.
#[must_use]
pub fn event_contexts() -> [&'static str; 2] {
    [CREDENTIALS_V2_CONTEXT, TOUCHSTONE_CONTEXT_V1]
}

/// Why a document is not an event of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// A member is missing, unknown or of another type.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The id is not that of a credential in a registry.
    #[error("/credentialSubject/id is {found:?}, wanted <registry>/certificates/<number>?version=<version>")]
    CredentialId {
        /// What stands there.
        found: String,
    },
    /// The reason belongs to another kind of event.
    #[error("reason {reason:?} does not go with event {kind}")]
    Reason {
        /// The reason found.
        reason: EventReason,
        /// The kind of event.
        kind: EventKind,
    },
    /// A member that this kind of event must have is absent, or one it must not have is present.
    #[error("event {kind} {} {member}", if *.present { "must not have" } else { "lacks" })]
    Member {
        /// The kind of event.
        kind: EventKind,
        /// The member of `credentialSubject`.
        member: &'static str,
        /// Whether it is present.
        present: bool,
    },
    /// A constant or repeated member is not what the others give.
    #[error("{member} is not what the other members give")]
    NotDerived {
        /// The member.
        member: &'static str,
    },
}

#[derive(Debug, PartialEq)]
struct WireEvent {
    context: Vec<String>,
    types: Vec<String>,
    id: String,
    issuer: WireIssuer,
    valid_from: Timestamp,
    credential_subject: WireSubject,
}

record! { WireEvent {
    "@context": context,
    "credentialSubject": credential_subject,
    "id": id,
    "issuer": issuer,
    "type": types,
    "validFrom": valid_from,
} }

#[derive(Debug, PartialEq)]
struct WireIssuer {
    types: Vec<String>,
    id: Did,
    name: Text,
}

record! { WireIssuer {
    "id": id,
    "name": name,
    "type": types,
} }

#[derive(Debug, PartialEq)]
struct WireSubject {
    types: Vec<String>,
    id: String,
    number: CredentialNumber,
    version: Version,
    sequence: u32,
    credential_digest: Sha256Digest,
    event: EventKind,
    reason: EventReason,
    decision: Text,
    decided_by: Text,
    legal_basis: Text,
    backdating: Option<Text>,
    performed_on: Option<Date>,
    next_due: Option<Date>,
    planned_end: Option<Date>,
    successor: Option<Successor>,
}

record! { WireSubject {
    "backdating"? backdating,
    "credentialDigest": credential_digest,
    "decidedBy": decided_by,
    "decision": decision,
    "event": event,
    "id": id,
    "legalBasis": legal_basis,
    "nextDue"? next_due,
    "number": number,
    "performedOn"? performed_on,
    "plannedEnd"? planned_end,
    "reason": reason,
    "sequence": sequence,
    "successor"? successor,
    "type": types,
    "version": version,
} }

impl Encode for Event {
    fn encode(&self, out: &mut Vec<u8>) {
        WireEvent::from(self).encode(out);
    }
}

impl Event {
    /// Reads an unsecured event (the document without its `proof`).
    ///
    /// # Errors
    /// [`EventError`] names the first member that is wrong.
    pub fn from_document(document: &Value<'_>) -> Result<Self, EventError> {
        let wire: WireEvent = decode(document)?;
        let subject = &wire.credential_subject;
        let base = subject
            .id
            .split_once("/certificates/")
            .map_or("", |(base, _)| base);
        let registry = RegistryBase::parse(base).map_err(|_| EventError::CredentialId {
            found: subject.id.clone(),
        })?;
        let event = Self {
            issuer: wire.issuer.id.clone(),
            issuer_name: wire.issuer.name.clone(),
            registry,
            number: subject.number.clone(),
            version: subject.version,
            sequence: subject.sequence,
            credential_digest: subject.credential_digest,
            effective: wire.valid_from,
            decision: subject.decision.clone(),
            decided_by: subject.decided_by.clone(),
            legal_basis: subject.legal_basis.clone(),
            backdating: subject.backdating.clone(),
            change: subject.change()?,
        };
        let rebuilt = WireEvent::from(&event);
        let differs = [
            ("@context", rebuilt.context != wire.context),
            ("type", rebuilt.types != wire.types),
            ("id", rebuilt.id != wire.id || subject.sequence == 0),
            ("issuer", rebuilt.issuer != wire.issuer),
            (
                "credentialSubject",
                rebuilt.credential_subject != wire.credential_subject,
            ),
        ];
        match differs.into_iter().find(|(_, differs)| *differs) {
            Some((member, _)) => Err(EventError::NotDerived { member }),
            None => Ok(event),
        }
    }
}

impl WireSubject {
    fn change(&self) -> Result<Change, EventError> {
        let kind = self.event;
        let reason = self.reason;
        if reason.kind() != kind {
            return Err(EventError::Reason { reason, kind });
        }
        let lacks = |member| EventError::Member {
            kind,
            member,
            present: false,
        };
        let change = match kind {
            EventKind::SurveillancePassed => Change::SurveillancePassed {
                reason,
                performed_on: self.performed_on.ok_or_else(|| lacks("performedOn"))?,
                next_due: self.next_due.ok_or_else(|| lacks("nextDue"))?,
            },
            EventKind::Suspended => Change::Suspended {
                reason,
                planned_end: self.planned_end.ok_or_else(|| lacks("plannedEnd"))?,
            },
            EventKind::Reinstated => Change::Reinstated { reason },
            EventKind::Withdrawn => Change::Withdrawn { reason },
            EventKind::Cancelled => Change::Cancelled { reason },
            EventKind::Superseded => Change::Superseded {
                reason,
                successor: self.successor.clone().ok_or_else(|| lacks("successor"))?,
            },
            EventKind::Corrected => Change::Corrected {
                reason,
                successor: self.successor.clone().ok_or_else(|| lacks("successor"))?,
            },
        };
        let details = Details::of(&change);
        let surplus = [
            (
                "performedOn",
                self.performed_on.is_some() && details.performed_on.is_none(),
            ),
            ("nextDue", self.next_due.is_some() && details.next_due.is_none()),
            (
                "plannedEnd",
                self.planned_end.is_some() && details.planned_end.is_none(),
            ),
            (
                "successor",
                self.successor.is_some() && details.successor.is_none(),
            ),
        ];
        match surplus.into_iter().find(|(_, surplus)| *surplus) {
            Some((member, _)) => Err(EventError::Member {
                kind,
                member,
                present: true,
            }),
            None => Ok(change),
        }
    }
}

/// The members that only some kinds have.
#[derive(Default)]
struct Details {
    performed_on: Option<Date>,
    next_due: Option<Date>,
    planned_end: Option<Date>,
    successor: Option<Successor>,
}

impl Details {
    fn of(change: &Change) -> Self {
        match change {
            Change::SurveillancePassed {
                performed_on,
                next_due,
                ..
            } => Self {
                performed_on: Some(*performed_on),
                next_due: Some(*next_due),
                ..Self::default()
            },
            Change::Suspended { planned_end, .. } => Self {
                planned_end: Some(*planned_end),
                ..Self::default()
            },
            Change::Superseded { successor, .. } | Change::Corrected { successor, .. } => Self {
                successor: Some(successor.clone()),
                ..Self::default()
            },
            Change::Reinstated { .. } | Change::Withdrawn { .. } | Change::Cancelled { .. } => {
                Self::default()
            }
        }
    }
}

impl From<&Event> for WireEvent {
    fn from(event: &Event) -> Self {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let details = Details::of(&event.change);
        Self {
            context: owned(&event_contexts()),
            types: owned(&["VerifiableCredential", "LifecycleEventCredential"]),
            id: event.id(),
            issuer: WireIssuer {
                types: owned(&["CredentialIssuer"]),
                id: event.issuer.clone(),
                name: event.issuer_name.clone(),
            },
            valid_from: event.effective,
            credential_subject: WireSubject {
                types: owned(&["LifecycleEvent"]),
                id: event.credential_id(),
                number: event.number.clone(),
                version: event.version,
                sequence: event.sequence,
                credential_digest: event.credential_digest,
                event: event.kind(),
                reason: event.change.reason(),
                decision: event.decision.clone(),
                decided_by: event.decided_by.clone(),
                legal_basis: event.legal_basis.clone(),
                backdating: event.backdating.clone(),
                performed_on: details.performed_on,
                next_due: details.next_due,
                planned_end: details.planned_end,
                successor: details.successor,
            },
        }
    }
}
