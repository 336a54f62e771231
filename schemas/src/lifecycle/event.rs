//! Events as facts.

use std::fmt;

use super::EventReason;
use crate::{
    credential::{CredentialNumber, RegistryBase, Version, credential_id},
    date_time::{Date, Timestamp},
    did::Did,
    digest::Sha256Digest,
    record,
    text::Text,
    words,
};

/// The closed set of events (DESIGN §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// 监督通过.
    SurveillancePassed,
    /// 暂停.
    Suspended,
    /// 恢复.
    Reinstated,
    /// 撤销.
    Withdrawn,
    /// 注销.
    Cancelled,
    /// 换证.
    Superseded,
    /// Links a certificate ended in error to the one that answers it.
    Corrected,
}

words! { EventKind {
    SurveillancePassed = "surveillancePassed",
    Suspended = "suspended",
    Reinstated = "reinstated",
    Withdrawn = "withdrawn",
    Cancelled = "cancelled",
    Superseded = "superseded",
    Corrected = "corrected",
} }

impl EventKind {
    /// Whether the certificate ends with it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Withdrawn | Self::Cancelled | Self::Superseded)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A signed change of a certificate's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The body's DID.
    pub issuer: Did,
    /// The body's name.
    pub issuer_name: Text,
    /// Base URL of the registry in the credential's id.
    pub registry: RegistryBase,
    /// The certificate changed.
    pub number: CredentialNumber,
    /// Its version.
    pub version: Version,
    /// Place among the events of this (number, version), from 1 without gaps: an event can be neither
    /// replayed nor left out unseen.
    pub sequence: u32,
    /// SHA-256 of the signed credential's JCS bytes.
    pub credential_digest: Sha256Digest,
    /// When the change takes effect.
    pub effective: Timestamp,
    /// Reference of the decision.
    pub decision: Text,
    /// The office that decided (never a person's name, DOMAIN §6).
    pub decided_by: Text,
    /// Clause of law or rule.
    pub legal_basis: Text,
    /// Why it takes effect more than 48 h before it was recorded.
    pub backdating: Option<Text>,
    /// What changes, and why.
    pub change: Change,
}

/// What an event changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Surveillance done, requirements met.
    SurveillancePassed {
        /// Why.
        reason: EventReason,
        /// Last day of the surveillance.
        performed_on: Date,
        /// The next one is due by the end of this day.
        next_due: Date,
    },
    /// No force for a while.
    Suspended {
        /// Why.
        reason: EventReason,
        /// Planned last day; passing it restores nothing.
        planned_end: Date,
    },
    /// In force again.
    Reinstated {
        /// Why.
        reason: EventReason,
    },
    /// Ended by the body, for cause.
    Withdrawn {
        /// Why.
        reason: EventReason,
    },
    /// Ended otherwise.
    Cancelled {
        /// Why.
        reason: EventReason,
    },
    /// Replaced.
    Superseded {
        /// Why.
        reason: EventReason,
        /// By which certificate.
        successor: Successor,
    },
    /// Answered by another certificate.
    Corrected {
        /// Why.
        reason: EventReason,
        /// By which certificate.
        successor: Successor,
    },
}

/// The certificate that follows another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successor {
    /// Its number.
    pub number: CredentialNumber,
    /// Its version.
    pub version: Version,
}

record! { Successor { "number": number, "version": version } }

impl Event {
    /// The event's id: the credential's id and `#event-<sequence>`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}#event-{}", self.credential_id(), self.sequence)
    }

    /// The id of the credential changed.
    #[must_use]
    pub fn credential_id(&self) -> String {
        credential_id(&self.registry, &self.number, self.version)
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        self.change.kind()
    }
}

impl Change {
    /// The kind of event.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::SurveillancePassed { .. } => EventKind::SurveillancePassed,
            Self::Suspended { .. } => EventKind::Suspended,
            Self::Reinstated { .. } => EventKind::Reinstated,
            Self::Withdrawn { .. } => EventKind::Withdrawn,
            Self::Cancelled { .. } => EventKind::Cancelled,
            Self::Superseded { .. } => EventKind::Superseded,
            Self::Corrected { .. } => EventKind::Corrected,
        }
    }

    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> EventReason {
        match self {
            Self::SurveillancePassed { reason, .. }
            | Self::Suspended { reason, .. }
            | Self::Reinstated { reason }
            | Self::Withdrawn { reason }
            | Self::Cancelled { reason }
            | Self::Superseded { reason, .. }
            | Self::Corrected { reason, .. } => *reason,
        }
    }
}
