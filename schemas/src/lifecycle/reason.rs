//! Reason codes of events: a closed list.

use super::EventKind;
use crate::words;

/// Why an event was decided. Each code belongs to one kind of event ([`EventReason::kind`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventReason {
    /// Planned surveillance found the requirements met.
    ScheduledSurveillance,
    /// A surveillance outside the plan found the requirements met.
    SpecialSurveillance,
    /// Surveillance was not accepted in time.
    SurveillanceOverdue,
    /// Surveillance found the requirements not met.
    Nonconformity,
    /// The mark or the certificate was used wrongly.
    Misuse,
    /// The holder asked for a pause.
    SuspensionRequested,
    /// The cause of the suspension was removed and verified.
    CorrectionVerified,
    /// The holder's pause ended.
    PauseEnded,
    /// The cause of a suspension was not removed in time.
    SuspensionUnresolved,
    /// The certificate was obtained or kept by false statements.
    FalseStatements,
    /// Conformity was lost gravely.
    GraveNonconformity,
    /// The certificate was issued in error.
    IssuedInError,
    /// The holder gave the certificate up.
    CancellationRequested,
    /// The holder no longer produces what was certified.
    ProductionCeased,
    /// The holder did not renew.
    NotRenewed,
    /// Name, address or other particulars of the holder changed.
    ParticularsChanged,
    /// The scope changed.
    ScopeChanged,
    /// The grade changed.
    GradeChanged,
    /// A certificate with a new number follows.
    Recertified,
    /// A final decision made in error is answered by another certificate.
    ReplacedAfterError,
}

words! { EventReason {
    ScheduledSurveillance = "scheduledSurveillance",
    SpecialSurveillance = "specialSurveillance",
    SurveillanceOverdue = "surveillanceOverdue",
    Nonconformity = "nonconformity",
    Misuse = "misuse",
    SuspensionRequested = "suspensionRequested",
    CorrectionVerified = "correctionVerified",
    PauseEnded = "pauseEnded",
    SuspensionUnresolved = "suspensionUnresolved",
    FalseStatements = "falseStatements",
    GraveNonconformity = "graveNonconformity",
    IssuedInError = "issuedInError",
    CancellationRequested = "cancellationRequested",
    ProductionCeased = "productionCeased",
    NotRenewed = "notRenewed",
    ParticularsChanged = "particularsChanged",
    ScopeChanged = "scopeChanged",
    GradeChanged = "gradeChanged",
    Recertified = "recertified",
    ReplacedAfterError = "replacedAfterError",
} }

impl EventReason {
    /// The kind of event that may carry this reason.
    #[must_use]
    pub const fn kind(self) -> EventKind {
        match self {
            Self::ScheduledSurveillance | Self::SpecialSurveillance => EventKind::SurveillancePassed,
            Self::SurveillanceOverdue | Self::Nonconformity | Self::Misuse | Self::SuspensionRequested => {
                EventKind::Suspended
            }
            Self::CorrectionVerified | Self::PauseEnded => EventKind::Reinstated,
            Self::SuspensionUnresolved
            | Self::FalseStatements
            | Self::GraveNonconformity
            | Self::IssuedInError => EventKind::Withdrawn,
            Self::CancellationRequested | Self::ProductionCeased | Self::NotRenewed => EventKind::Cancelled,
            Self::ParticularsChanged | Self::ScopeChanged | Self::GradeChanged | Self::Recertified => {
                EventKind::Superseded
            }
            Self::ReplacedAfterError => EventKind::Corrected,
        }
    }
}
