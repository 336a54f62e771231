//! What is proposed for a certificate in force.

use touchstone_schemas::{
    date_time::Date,
    decode::{Decode, DecodeError, invalid},
    jcs::Encode,
    json::Value,
    lifecycle::{Change, EventKind, EventReason, Successor},
    record, words,
};

/// The kinds of measure: the events but `superseded`, which follows from a case, and a record that becomes no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeasureKind {
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
    /// Links a certificate ended in error to the one that answers it.
    Corrected,
    /// 不符合: loss of conformity is confirmed, for instance by a surveillance not passed.
    Nonconformity,
}

words! { MeasureKind {
    SurveillancePassed = "surveillancePassed",
    Suspended = "suspended",
    Reinstated = "reinstated",
    Withdrawn = "withdrawn",
    Cancelled = "cancelled",
    Corrected = "corrected",
    Nonconformity = "nonconformity",
} }

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// A change of the certificate's life.
    Change(Change),
    /// Loss of conformity is confirmed: within five days the certificate is to be suspended (DOMAIN §2).
    Nonconformity {
        /// The day on which it was confirmed.
        confirmed_on: Date,
        /// Last day of the surveillance that found it, where one did.
        performed_on: Option<Date>,
    },
}

/// Why a change is none of a measure's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum ProposalError {
    /// The members do not go with the kind.
    #[error("the members are not those of {}", kind.name())]
    Members {
        /// The kind.
        kind: MeasureKind,
    },
    /// The reason belongs to another kind.
    #[error("reason {} does not go with {}", reason.name(), kind.name())]
    Reason {
        /// The reason.
        reason: EventReason,
        /// The kind.
        kind: MeasureKind,
    },
}

impl Proposal {
    /// Its kind; none for `superseded`, which is no measure.
    #[must_use]
    pub const fn kind(&self) -> Option<MeasureKind> {
        match self {
            Self::Nonconformity { .. } => Some(MeasureKind::Nonconformity),
            Self::Change(change) => match change.kind() {
                EventKind::SurveillancePassed => Some(MeasureKind::SurveillancePassed),
                EventKind::Suspended => Some(MeasureKind::Suspended),
                EventKind::Reinstated => Some(MeasureKind::Reinstated),
                EventKind::Withdrawn => Some(MeasureKind::Withdrawn),
                EventKind::Cancelled => Some(MeasureKind::Cancelled),
                EventKind::Corrected => Some(MeasureKind::Corrected),
                EventKind::Superseded => None,
            },
        }
    }
}

#[derive(Default)]
struct Details {
    confirmed_on: Option<Date>,
    next_due: Option<Date>,
    performed_on: Option<Date>,
    planned_end: Option<Date>,
    reason: Option<EventReason>,
    successor: Option<Successor>,
}

struct WireProposal {
    kind: MeasureKind,
    confirmed_on: Option<Date>,
    next_due: Option<Date>,
    performed_on: Option<Date>,
    planned_end: Option<Date>,
    reason: Option<EventReason>,
    successor: Option<Successor>,
}

record! { WireProposal {
    "confirmedOn"? confirmed_on,
    "kind": kind,
    "nextDue"? next_due,
    "performedOn"? performed_on,
    "plannedEnd"? planned_end,
    "reason"? reason,
    "successor"? successor,
} }

impl Proposal {
    fn details(&self) -> Details {
        let none = Details::default();
        match self.clone() {
            Self::Nonconformity {
                confirmed_on,
                performed_on,
            } => Details {
                confirmed_on: Some(confirmed_on),
                performed_on,
                ..none
            },
            Self::Change(change) => {
                let none = Details {
                    reason: Some(change.reason()),
                    ..none
                };
                match change {
                    Change::SurveillancePassed {
                        performed_on,
                        next_due,
                        ..
                    } => Details {
                        performed_on: Some(performed_on),
                        next_due: Some(next_due),
                        ..none
                    },
                    Change::Suspended { planned_end, .. } => Details {
                        planned_end: Some(planned_end),
                        ..none
                    },
                    Change::Corrected { successor, .. } | Change::Superseded { successor, .. } => Details {
                        successor: Some(successor),
                        ..none
                    },
                    Change::Reinstated { .. } | Change::Withdrawn { .. } | Change::Cancelled { .. } => none,
                }
            }
        }
    }
}

impl Encode for Proposal {
    fn encode(&self, out: &mut Vec<u8>) {
        let details = self.details();
        // `superseded` is never in a measure; its record would not read back.
        let kind = self.kind().unwrap_or(MeasureKind::Corrected);
        WireProposal {
            kind,
            confirmed_on: details.confirmed_on,
            next_due: details.next_due,
            performed_on: details.performed_on,
            planned_end: details.planned_end,
            reason: details.reason,
            successor: details.successor,
        }
        .encode(out);
    }
}

impl Decode for Proposal {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let wire = WireProposal::decode(value)?;
        let proposal = wire.read().map_err(|error| invalid(&error))?;
        let details = proposal.details();
        // What belongs to another kind has no place here.
        let surplus = wire.confirmed_on != details.confirmed_on
            || wire.next_due != details.next_due
            || wire.performed_on != details.performed_on
            || wire.planned_end != details.planned_end
            || wire.reason != details.reason
            || wire.successor != details.successor;
        if surplus {
            return Err(invalid(&ProposalError::Members { kind: wire.kind }));
        }
        Ok(proposal)
    }
}

impl WireProposal {
    fn read(&self) -> Result<Proposal, ProposalError> {
        let kind = self.kind;
        let members = || ProposalError::Members { kind };
        if kind == MeasureKind::Nonconformity {
            return Ok(Proposal::Nonconformity {
                confirmed_on: self.confirmed_on.ok_or_else(members)?,
                performed_on: self.performed_on,
            });
        }
        let reason = self.reason.ok_or_else(members)?;
        let successor = || self.successor.clone().ok_or_else(members);
        let change = match kind {
            MeasureKind::SurveillancePassed => Change::SurveillancePassed {
                reason,
                performed_on: self.performed_on.ok_or_else(members)?,
                next_due: self.next_due.ok_or_else(members)?,
            },
            MeasureKind::Suspended => Change::Suspended {
                reason,
                planned_end: self.planned_end.ok_or_else(members)?,
            },
            MeasureKind::Reinstated => Change::Reinstated { reason },
            MeasureKind::Withdrawn => Change::Withdrawn { reason },
            MeasureKind::Cancelled => Change::Cancelled { reason },
            MeasureKind::Corrected | MeasureKind::Nonconformity => Change::Corrected {
                reason,
                successor: successor()?,
            },
        };
        if reason.kind() == change.kind() {
            Ok(Proposal::Change(change))
        } else {
            Err(ProposalError::Reason { reason, kind })
        }
    }
}
