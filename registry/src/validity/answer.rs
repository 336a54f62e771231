//! A row answered: the certificates it asks about, each with its state at an instant or throughout a day.

use std::collections::BTreeSet;

use touchstone_schemas::{
    credential::{CredentialNumber, Level, Version},
    date_time::{Date, Timestamp},
    lifecycle::{RecordedEvent, State, Successor, Terms, state},
    record,
    uscc::Uscc,
    words,
};
use touchstone_verifier::{report::StateName, statement::state_name};

use super::{Asked, Row, RowFault};
use crate::{
    ledger::{CredentialKey, Ledger},
    statement::{Period, version_in_use},
};

/// What came of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckResult {
    /// It is here.
    Held,
    /// It is not, which says nothing against it.
    NotHere,
    /// The row asks nothing that can be answered.
    Fault,
}

words! { CheckResult { Held = "held", NotHere = "notHere", Fault = "fault" } }

/// A row of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedRow {
    /// Which.
    pub row: u32,
    /// Its text as it came, shortened.
    pub asked: String,
    /// What came of it.
    pub result: CheckResult,
    /// The certificates: of a number one, of a code every one of the entity and its units, by number.
    pub certificates: Vec<CheckedCertificate>,
    /// Why there is no answer.
    pub fault: Option<Fault>,
}

record! { write CheckedRow {
    "asked": asked,
    "certificates": certificates,
    "fault"? fault,
    "result": result,
    "row": row,
} }

/// A fault of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its code.
    pub code: String,
    /// In words.
    pub detail: String,
}

record! { write Fault { "code": code, "detail": detail } }

impl From<&RowFault> for Fault {
    fn from(fault: &RowFault) -> Self {
        Self {
            code: fault.code().to_owned(),
            detail: fault.to_string(),
        }
    }
}

/// A certificate and its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedCertificate {
    /// Number.
    pub number: CredentialNumber,
    /// The version in use then.
    pub version: Version,
    /// Of a day the state that keeps the certificate furthest from being in force: it is `valid` if valid throughout.
    pub state: StateName,
    /// Since when, where an event made it so.
    pub state_since: Option<Timestamp>,
    /// What replaced it.
    pub successor: Option<Successor>,
    /// 1 to 5.
    pub level: Level,
    /// First day of validity.
    pub valid_from: Date,
    /// Last day of validity.
    pub valid_until: Date,
}

record! { write CheckedCertificate {
    "level": level,
    "number": number,
    "state": state,
    "stateSince"? state_since,
    "successor"? successor,
    "validFrom": valid_from,
    "validUntil": valid_until,
    "version": version,
} }

/// Answers a row: the states throughout `period`, as known at `known_at`.
#[must_use]
pub(super) fn answer(ledger: &Ledger, row: Row, period: Period, known_at: Timestamp) -> CheckedRow {
    let found = row
        .asked
        .and_then(|asked| look_up(ledger, &asked, period, known_at));
    let (result, certificates, fault) = match found {
        Ok(certificates) if certificates.is_empty() => (CheckResult::NotHere, Vec::new(), None),
        Ok(certificates) => (CheckResult::Held, certificates, None),
        Err(fault) => (CheckResult::Fault, Vec::new(), Some(Fault::from(&fault))),
    };
    CheckedRow {
        row: row.row,
        asked: row.text,
        result,
        certificates,
        fault,
    }
}

fn look_up(
    ledger: &Ledger,
    asked: &Asked,
    period: Period,
    known_at: Timestamp,
) -> Result<Vec<CheckedCertificate>, RowFault> {
    let one = |number: &CredentialNumber| certificate(ledger, number, period, known_at);
    let all = |code: &Uscc| -> Vec<CheckedCertificate> {
        let numbers: BTreeSet<&CredentialNumber> =
            ledger.of_holder(*code).map(|(number, _)| number).collect();
        numbers.into_iter().filter_map(one).collect()
    };
    let (found, code) = match asked {
        Asked::Number(number) => return Ok(one(number).into_iter().collect()),
        Asked::Holder(code) => (all(code), code),
        Asked::Either(number, code) => (one(number).map_or_else(|| all(code), |found| vec![found]), code),
    };
    match Uscc::parse(code.as_str()) {
        Err(error) if found.is_empty() => Err(RowFault::CheckCharacter(error)),
        _ => Ok(found),
    }
}

fn certificate(
    ledger: &Ledger,
    number: &CredentialNumber,
    period: Period,
    known_at: Timestamp,
) -> Option<CheckedCertificate> {
    let version = version_in_use(ledger, number, period.until)?;
    let key: CredentialKey = (number.clone(), version);
    let held = ledger.credential(&key)?;
    let events = ledger.events(&key).iter();
    let events: Vec<RecordedEvent> = events.map(|event| event.recorded.clone()).collect();
    let state = state_throughout(&held.terms, &events, period, known_at);
    let (state_since, successor) = match &state {
        State::Suspended { since, .. } | State::Withdrawn { since } | State::Cancelled { since } => {
            (Some(*since), None)
        }
        State::Superseded { since, successor } => (Some(*since), Some(successor.clone())),
        _ => (None, None),
    };
    Some(CheckedCertificate {
        state: state_name(&state),
        number: key.0,
        version,
        state_since,
        successor,
        level: held.facts.level,
        valid_from: held.terms.valid_from,
        valid_until: held.terms.valid_until,
    })
}

/// Within a day nothing changes but by events (DOMAIN §2): both ends and every event between them are looked at.
fn state_throughout(terms: &Terms, events: &[RecordedEvent], period: Period, known_at: Timestamp) -> State {
    let at_end = state(terms, events, period.until, known_at);
    let within = events
        .iter()
        .map(|event| event.effective)
        .filter(|at| (period.from..period.until).contains(at));
    [period.from]
        .into_iter()
        .chain(within)
        .map(|at| state(terms, events, at, known_at))
        .fold(at_end, |worst, other| {
            if distance(&other) > distance(&worst) {
                other
            } else {
                worst
            }
        })
}

/// How far a state is from being in force, by the precedence of reasons (DOMAIN §2).
const fn distance(state: &State) -> u8 {
    match state_name(state) {
        StateName::Valid => 0,
        StateName::OverdueInGrace => 1,
        StateName::NotYetValid => 2,
        StateName::SurveillanceOverdue => 3,
        StateName::Suspended => 4,
        StateName::Expired => 5,
        StateName::Superseded => 6,
        StateName::Cancelled => 7,
        StateName::Withdrawn => 8,
    }
}
