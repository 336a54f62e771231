//! A certificate first issued on paper 补发电子凭证: what its paper says, and what happened to it since.

use std::{fmt, str::FromStr};

use touchstone_schemas::{
    budget::MAX_PAST_EVENTS,
    credential::CredentialNumber,
    date_time::Date,
    decode::{Decode, DecodeError, invalid, text},
    digest::Sha256Digest,
    jcs::{Encode, to_canonical},
    json::Value,
    lifecycle::{Change, EventKind, EventReason},
    record,
    text::Text,
};

use super::ReportReference;

/// A certificate as its paper has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperCertificate {
    /// Last day on site.
    pub assessed_on: Date,
    /// The day of the original decision.
    pub decided_on: Date,
    /// First surveillance, where it is not the one that the scheme's rule gives.
    pub first_surveillance_due: Option<Date>,
    /// What happened to it since, in order.
    pub history: History,
    /// 能力等级.
    pub level: u8,
    /// 证书编号.
    pub number: CredentialNumber,
    /// The report, or the paper itself as a picture: a file attached to the case.
    pub report: ReportReference,
    /// 签发, as printed.
    pub signatory: Text,
    /// Organisation that supported the assessment.
    pub technical_support: Option<Text>,
    /// 发证日期.
    pub valid_from: Date,
    /// 有效期至; by the scheme's rule when absent.
    pub valid_until: Option<Date>,
}

record! { PaperCertificate {
    "assessedOn": assessed_on,
    "decidedOn": decided_on,
    "firstSurveillanceDue"? first_surveillance_due,
    "history": history,
    "level": level,
    "number": number,
    "report": report,
    "signatory": signatory,
    "technicalSupport"? technical_support,
    "validFrom": valid_from,
    "validUntil"? valid_until,
} }

impl PaperCertificate {
    /// SHA-256 of its JCS bytes.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::of(&to_canonical(self))
    }
}

/// What happened to a certificate before it was brought in, written as people write it:
/// `2025-03-01 scheduledSurveillance 2026-03-01; 2025-09-10 nonconformity 2026-03-09; 2025-10-20 correctionVerified`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History(Vec<PastEvent>);

/// An event of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastEvent {
    /// The day from which it counts.
    pub on: Date,
    /// What happened, and why.
    pub change: Change,
}

/// Why a text is not a history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// Not `day reason`, or not `day reason day` where the reason needs one.
    #[error("{found:?} is not a day, a reason, and the next day where the reason has one")]
    Form {
        /// The part.
        found: String,
    },
    /// A reason that brings another certificate into being.
    #[error("{found:?} needs another certificate: issue that one")]
    Successor {
        /// The reason.
        found: String,
    },
    /// Out of order.
    #[error("{after} stands after {before}")]
    Order {
        /// The day before.
        before: Date,
        /// The day after.
        after: Date,
    },
    /// More than the limit.
    #[error("more than {MAX_PAST_EVENTS} events")]
    TooMany,
}

impl History {
    /// The events, in order.
    #[must_use]
    pub fn events(&self) -> &[PastEvent] {
        &self.0
    }
}

impl FromStr for History {
    type Err = HistoryError;

    fn from_str(text: &str) -> Result<Self, HistoryError> {
        let mut events: Vec<PastEvent> = Vec::new();
        for part in text
            .split([';', '；', '\n'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let event = past_event(part)?;
            if let Some(before) = events.last().filter(|before| before.on > event.on) {
                let (before, after) = (before.on, event.on);
                return Err(HistoryError::Order { before, after });
            }
            if events.len() >= MAX_PAST_EVENTS {
                return Err(HistoryError::TooMany);
            }
            events.push(event);
        }
        Ok(Self(events))
    }
}

fn past_event(part: &str) -> Result<PastEvent, HistoryError> {
    let form = || HistoryError::Form {
        found: part.to_owned(),
    };
    let words: Vec<&str> = part.split_whitespace().collect();
    let (on, reason, day) = match words.as_slice() {
        [on, reason] => (on, reason, None),
        [on, reason, day] => (on, reason, Some(day)),
        _ => return Err(form()),
    };
    let date = |text: &str| text.parse::<Date>().map_err(|_| form());
    let (on, day) = (date(on)?, day.map(|day| date(day)).transpose()?);
    let reason = EventReason::of_name(reason).ok_or_else(form)?;
    let change = match (reason.kind(), day) {
        (EventKind::SurveillancePassed, Some(next_due)) => Change::SurveillancePassed {
            reason,
            performed_on: on,
            next_due,
        },
        (EventKind::Suspended, Some(planned_end)) => Change::Suspended { reason, planned_end },
        (EventKind::Reinstated, None) => Change::Reinstated { reason },
        (EventKind::Withdrawn, None) => Change::Withdrawn { reason },
        (EventKind::Cancelled, None) => Change::Cancelled { reason },
        (EventKind::Superseded | EventKind::Corrected, _) => {
            return Err(HistoryError::Successor {
                found: reason.name().to_owned(),
            });
        }
        _ => return Err(form()),
    };
    Ok(PastEvent { on, change })
}

impl fmt::Display for PastEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = self.on;
        match &self.change {
            Change::SurveillancePassed { reason, next_due, .. } => {
                write!(f, "{on} {} {next_due}", reason.name())
            }
            Change::Suspended { reason, planned_end } => write!(f, "{on} {} {planned_end}", reason.name()),
            Change::Reinstated { reason }
            | Change::Withdrawn { reason }
            | Change::Cancelled { reason }
            | Change::Superseded { reason, .. }
            | Change::Corrected { reason, .. } => write!(f, "{on} {}", reason.name()),
        }
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, event) in self.0.iter().enumerate() {
            let separator = if place == 0 { "" } else { "; " };
            write!(f, "{separator}{event}")?;
        }
        Ok(())
    }
}

impl Decode for History {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        text(value, "a history")?.parse().map_err(|error| invalid(&error))
    }
}

impl Encode for History {
    fn encode(&self, out: &mut Vec<u8>) {
        format_args!("{self}").encode(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histories_are_read_back_and_wrong_ones_named() {
        for text in [
            "",
            "2025-03-01 scheduledSurveillance 2026-03-01",
            "2025-03-01 scheduledSurveillance 2026-03-01; 2025-09-10 nonconformity 2026-03-09; 2025-10-20 correctionVerified",
            "2025-03-01 falseStatements",
        ] {
            assert_eq!(text.parse::<History>().unwrap().to_string(), text);
        }
        for text in [
            "2025-03-01",
            "scheduledSurveillance 2026-03-01",
            "2025-03-01 scheduledSurveillance",
            "2025-03-01 correctionVerified 2026-01-01",
            "2025-03-01 scopeChanged",
            "2025-03-01 falseStatements; 2025-02-01 falseStatements",
            "=cmd",
            "2025-13-01 falseStatements",
        ] {
            assert!(text.parse::<History>().is_err(), "{text}");
        }
        let many = "2025-03-01 falseStatements;".repeat(MAX_PAST_EVENTS + 1);
        assert_eq!(many.parse::<History>(), Err(HistoryError::TooMany));
    }
}
