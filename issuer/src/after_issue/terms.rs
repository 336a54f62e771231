//! A proposal as somebody states it, and the dates the scheme's rule gives where they are left out.

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::{Date, Timestamp},
    lifecycle::{Change, EventReason, Successor},
};

use super::{MeasureError, MeasureKind, Proposal};
use crate::office::Office;

/// What is stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalTerms {
    /// What is proposed.
    pub kind: MeasureKind,
    /// Reason code; not for loss of conformity.
    pub reason: Option<EventReason>,
    /// Last day of the surveillance.
    pub performed_on: Option<Date>,
    /// The next one; by the rule when absent.
    pub next_due: Option<Date>,
    /// Planned last day of the suspension; by the rule when absent.
    pub planned_end: Option<Date>,
    /// The day on which loss of conformity was confirmed; today when absent.
    pub confirmed_on: Option<Date>,
    /// The certificate that answers one ended in error.
    pub successor: Option<Successor>,
}

impl ProposalTerms {
    /// The proposal for a certificate, by its scheme's figures.
    ///
    /// # Errors
    /// [`MeasureError::Wanting`] names what is missing; what the database says.
    pub async fn complete(
        self,
        office: &mut Office,
        number: &CredentialNumber,
        version: Option<Version>,
        now: Timestamp,
    ) -> Result<Proposal, MeasureError> {
        let unknown = || MeasureError::UnknownCertificate {
            number: number.clone(),
            version,
        };
        let stored = office.store.find_credential(number, version).await?;
        let edition = stored.ok_or_else(unknown)?.credential()?.scheme.edition;
        let rules = office
            .papers
            .scheme(edition.as_str())
            .map(|scheme| &scheme.edition.rules);
        let today = Date::of(now);
        let wanting = |member: &'static str| MeasureError::Wanting { member };
        if self.kind == MeasureKind::Nonconformity {
            return Ok(Proposal::Nonconformity {
                confirmed_on: self.confirmed_on.unwrap_or(today),
                performed_on: self.performed_on,
            });
        }
        let reason = self.reason.ok_or_else(|| wanting("reason"))?;
        Ok(Proposal::Change(match self.kind {
            MeasureKind::SurveillancePassed => {
                let performed_on = self.performed_on.ok_or_else(|| wanting("performedOn"))?;
                let by_rule =
                    || performed_on.add_months(rules.map(|rules| rules.surveillance_interval_months.value)?);
                Change::SurveillancePassed {
                    reason,
                    performed_on,
                    next_due: self.next_due.or_else(by_rule).ok_or_else(|| wanting("nextDue"))?,
                }
            }
            MeasureKind::Suspended => {
                let longest = rules.map(|rules| match reason {
                    EventReason::SuspensionRequested => rules.max_suspension_months_on_clients_wish.value,
                    _ => rules.max_suspension_months.value,
                });
                let by_rule = || today.add_months(longest?);
                let planned_end = self.planned_end.or_else(by_rule);
                Change::Suspended {
                    reason,
                    planned_end: planned_end.ok_or_else(|| wanting("plannedEnd"))?,
                }
            }
            MeasureKind::Reinstated => Change::Reinstated { reason },
            MeasureKind::Withdrawn => Change::Withdrawn { reason },
            MeasureKind::Cancelled => Change::Cancelled { reason },
            MeasureKind::Corrected | MeasureKind::Nonconformity => Change::Corrected {
                reason,
                successor: self.successor.ok_or_else(|| wanting("successor"))?,
            },
        }))
    }
}
