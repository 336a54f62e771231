//! A change of a certificate's life as it is typed, and what it becomes.

use touchstone_issuer::{application::read_date, office::Office, prepare::EventRequest};
use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::Date,
    lifecycle::{Change, EventReason, Successor},
    scheme::edition::Rules,
    text::Text,
};

use super::arguments::Decided;
use super::error::CliError;

/// A change as typed, before the dates that follow from the scheme's rule are filled in.
pub(super) enum Kind {
    SurveillancePassed(Date, Option<Date>),
    Suspended(Option<Date>),
    Reinstated,
    Withdrawn,
    Cancelled,
    Superseded(Successor),
    Corrected(Successor),
}

impl Kind {
    pub(super) async fn change(
        self,
        reason: EventReason,
        decided: &Decided,
        office: &mut Office,
        number: &CredentialNumber,
        version: Option<Version>,
    ) -> Result<Change, CliError> {
        let by_rule = |date: Option<Date>| argument("number", date.ok_or("the rule gives no date for it"));
        let effective = Date::of(decided.effective.unwrap_or_else(|| office.clock.now()));
        let stored = office.store.find_credential(number, version).await?;
        let edition = stored
            .map(|stored| stored.credential())
            .transpose()?
            .map(|it| it.scheme.edition);
        let rules = edition
            .and_then(|edition| office.papers.scheme(edition.as_str()))
            .map(|s| &s.edition.rules);
        Ok(match self {
            Self::SurveillancePassed(performed_on, next_due) => {
                let due = |rules: &Rules| performed_on.add_months(rules.surveillance_interval_months.value);
                let next_due = by_rule(next_due.or_else(|| rules.and_then(due)))?;
                Change::SurveillancePassed {
                    reason,
                    performed_on,
                    next_due,
                }
            }
            Self::Suspended(planned_end) => {
                let end = |rules: &Rules| effective.add_months(rules.max_suspension_months.value);
                let planned_end = by_rule(planned_end.or_else(|| rules.and_then(end)))?;
                Change::Suspended { reason, planned_end }
            }
            Self::Reinstated => Change::Reinstated { reason },
            Self::Withdrawn => Change::Withdrawn { reason },
            Self::Cancelled => Change::Cancelled { reason },
            Self::Superseded(successor) => Change::Superseded { reason, successor },
            Self::Corrected(successor) => Change::Corrected { reason, successor },
        })
    }
}

pub(super) fn request(decided: &Decided, change: Change, office: &Office) -> Result<EventRequest, CliError> {
    let text = |argument_name, text: &str| argument(argument_name, Text::parse(text));
    let optional = |name, value: &Option<String>| value.as_ref().map(|value| text(name, value)).transpose();
    Ok(EventRequest {
        change,
        effective: decided.effective.unwrap_or_else(|| office.clock.now()),
        decision: text("decision", &decided.decision)?,
        decided_by: text("decided-by", &decided.decided_by)?,
        legal_basis: text("legal-basis", &decided.legal_basis)?,
        backdating: optional("backdating", &decided.backdating)?,
        decider: optional("decider", &decided.decider)?,
        verified_by: optional("verified-by", &decided.verified_by)?,
    })
}

pub(super) fn date(name: &'static str, text: &str, office: &Office) -> Result<Date, CliError> {
    argument(name, read_date(text, office.papers.date_form(office.clock.now())))
}

pub(super) fn successor(number: &str, version: u32) -> Result<Successor, CliError> {
    Ok(Successor {
        number: argument("successor", CredentialNumber::parse(number))?,
        version: argument("successor-version", Version::try_from(version))?,
    })
}

pub(super) fn reason(code: &str) -> Result<EventReason, CliError> {
    argument("reason", code.parse())
}

/// Says which argument is not of its form.
pub(super) fn argument<T, E: ToString>(argument: &'static str, result: Result<T, E>) -> Result<T, CliError> {
    result.map_err(|cause| CliError::Argument {
        argument,
        cause: cause.to_string(),
    })
}
