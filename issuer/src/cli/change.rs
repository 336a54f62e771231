//! A change of a certificate's life as it is typed, and what it becomes.

use std::collections::BTreeSet;

use touchstone_issuer::{application::read_date, office::Office, prepare::EventRequest, void::VoidRequest};
use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::{Date, Timestamp},
    lifecycle::{Change, Event, EventReason, Successor},
    scheme::edition::Rules,
    text::Text,
};

use super::arguments::{Decision, Void};
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

/// What follows from the office's records where an argument is left out: the same command again asks for the same.
pub(super) struct Defaults {
    known: Option<Event>,
    edition: Option<Text>,
    now: Timestamp,
}

impl Defaults {
    /// For a change of a certificate.
    pub(super) async fn of(
        office: &mut Office,
        decided: &Decision,
        number: &CredentialNumber,
        version: Option<Version>,
    ) -> Result<Self, CliError> {
        let now = office.clock.now();
        let Some(stored) = office.store.find_credential(number, version).await? else {
            let (known, edition) = (None, None);
            return Ok(Self { known, edition, now });
        };
        let decision = argument("decision", Text::parse(&decided.reference))?;
        let known = office.store.event_of_decision(stored.id, &decision).await?;
        Ok(Self {
            known: known.map(|stored| stored.event),
            edition: Some(stored.credential()?.scheme.edition),
            now,
        })
    }

    /// For one decision over many certificates, of which it names one: what an event of it on file says holds for all.
    pub(super) async fn of_many(
        office: &mut Office,
        decided: &Decision,
        number: &CredentialNumber,
    ) -> Result<Self, CliError> {
        let decision = argument("decision", Text::parse(&decided.reference))?;
        let known = office.store.first_event_of_decision(&decision).await?;
        Ok(Self {
            known: known.map(|stored| stored.event),
            ..Self::of(office, decided, number, None).await?
        })
    }

    /// When a change takes effect: as typed, as on file, or now.
    fn effective(&self, decided: &Decision) -> Timestamp {
        let known = self.known.as_ref().map(|event| event.effective);
        decided.effective.or(known).unwrap_or(self.now)
    }

    fn next_due(&self) -> Option<Date> {
        match self.known.as_ref()?.change {
            Change::SurveillancePassed { next_due, .. } => Some(next_due),
            _ => None,
        }
    }

    fn planned_end(&self) -> Option<Date> {
        match self.known.as_ref()?.change {
            Change::Suspended { planned_end, .. } => Some(planned_end),
            _ => None,
        }
    }
}

impl Kind {
    pub(super) fn change(
        self,
        decided: &Decision,
        office: &Office,
        defaults: &Defaults,
    ) -> Result<Change, CliError> {
        let by_rule = |date: Option<Date>| {
            argument(
                "number",
                date.ok_or("no certificate of this number is known here, and so no rule gives the date"),
            )
        };
        let reason = reason(&decided.reason)?;
        let effective = Date::of(defaults.effective(decided));
        let rules = defaults
            .edition
            .as_ref()
            .and_then(|edition| office.papers.scheme(edition.as_str()))
            .map(|scheme| &scheme.edition.rules);
        Ok(match self {
            Self::SurveillancePassed(performed_on, next_due) => {
                let due = |rules: &Rules| performed_on.add_months(rules.surveillance_interval_months.value);
                let next_due = next_due.or_else(|| defaults.next_due());
                Change::SurveillancePassed {
                    reason,
                    performed_on,
                    next_due: by_rule(next_due.or_else(|| rules.and_then(due)))?,
                }
            }
            Self::Suspended(planned_end) => {
                let end = |rules: &Rules| effective.add_months(rules.max_suspension_months.value);
                let planned_end = planned_end.or_else(|| defaults.planned_end());
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

pub(super) fn request(
    decided: &Decision,
    change: Change,
    defaults: &Defaults,
) -> Result<EventRequest, CliError> {
    let optional = |name, value: &Option<String>| value.as_ref().map(|value| text(name, value)).transpose();
    Ok(EventRequest {
        change,
        effective: defaults.effective(decided),
        decision: text("decision", &decided.reference)?,
        decided_by: text("decided-by", &decided.decided_by)?,
        legal_basis: text("legal-basis", &decided.legal_basis)?,
        backdating: optional("backdating", &decided.backdating)?,
        decider: text("decider", &decided.decider)?,
        verified_by: optional("verified-by", &decided.verified_by)?,
    })
}

pub(super) fn void(arguments: &Void) -> Result<VoidRequest, CliError> {
    Ok(VoidRequest {
        number: argument("number", CredentialNumber::parse(&arguments.number))?,
        version: version(arguments.version)?,
        event: arguments.event,
        person: text("by", &arguments.by)?,
        office: text("office", &arguments.office)?,
        reason: text("reason", &arguments.reason)?,
    })
}

pub(super) fn version(number: Option<u32>) -> Result<Option<Version>, CliError> {
    argument("version", number.map(Version::try_from).transpose())
}

fn text(name: &'static str, text: &str) -> Result<Text, CliError> {
    argument(name, Text::parse(text))
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

/// Numbers, one a line; each once.
pub(super) fn numbers(text: &[u8]) -> Result<Vec<CredentialNumber>, CliError> {
    let text = argument("batch", str::from_utf8(text))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let numbers = lines.map(|line| argument("batch", CredentialNumber::parse(line)));
    let numbers: BTreeSet<CredentialNumber> = numbers.collect::<Result<_, _>>()?;
    Ok(numbers.into_iter().collect())
}
