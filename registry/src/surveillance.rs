//! The worklist: what is due of which certificate, from its plan and its events. Numbers, states and days alone; whose
//! certificate it is stands in its record.

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::{Date, Timestamp},
    lifecycle::{RecordedEvent, State, Surveillance, state},
    record, words,
};

use crate::ledger::{Certificate, CredentialKey, Due, Ledger};

/// Days ahead that are looked at when nobody says otherwise, as in notices on certificates (a policy figure).
pub const DUE_SOON_DAYS: i32 = 60;
/// Rows of a page (policy).
const PAGE_ROWS: usize = 100;
/// Most certificates looked at for a page: a rare state may need several pages (policy; some 10 ms).
const MOST_LOOKED_AT: usize = 10_000;

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueState {
    /// Surveillance comes up.
    DueSoon,
    /// 监督逾期（宽限期内）.
    OverdueInGrace,
    /// 监督逾期: past grace, not suspended.
    Overdue,
    /// 暂停, its planned end ahead.
    Suspended,
    /// 暂停, its planned end past: that restores nothing (DOMAIN §2).
    SuspensionPastEnd,
}

words! { DueState {
    DueSoon = "dueSoon",
    OverdueInGrace = "overdueInGrace",
    Overdue = "overdue",
    Suspended = "suspended",
    SuspensionPastEnd = "suspensionPastEnd",
} }

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Due before this day.
    pub due_before: Date,
    /// Of this kind alone.
    pub state: Option<DueState>,
    /// Behind this place.
    pub behind: Option<Due>,
}

/// A row of the worklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRow {
    /// The certificate.
    pub number: CredentialNumber,
    /// Its version.
    pub version: Version,
    /// What is due.
    pub state: DueState,
    /// The day: of the surveillance, or of the suspension's planned end.
    pub due: Date,
    /// Last day of grace, while it runs.
    pub grace_until: Option<Date>,
    /// Since when it is suspended.
    pub suspended_since: Option<Timestamp>,
}

record! { write DueRow {
    "due": due,
    "graceUntil"? grace_until,
    "number": number,
    "state": state,
    "suspendedSince"? suspended_since,
    "version": version,
} }

/// A page of the worklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worklist {
    /// The instant of the states.
    pub as_of: Timestamp,
    /// Due before this day.
    pub due_before: Date,
    /// The rows, the longest overdue first.
    pub rows: Vec<DueRow>,
    /// Where the next page begins; absent at the end.
    pub next: Option<String>,
}

record! { write Worklist {
    "asOf": as_of,
    "dueBefore": due_before,
    "next"? next,
    "rows": rows,
} }

/// A page of what is due.
#[must_use]
pub fn worklist(ledger: &Ledger, wanted: &Wanted, now: Timestamp) -> Worklist {
    let mut rows = Vec::new();
    let mut last = None;
    let mut next = None;
    let due = ledger.due_behind(wanted.behind.as_ref());
    let due = due.take_while(|(day, _)| *day < wanted.due_before);
    for (looked_at, (day, certificate)) in due.enumerate() {
        if rows.len() == PAGE_ROWS || looked_at == MOST_LOOKED_AT {
            next = last.map(cursor);
            break;
        }
        last = Some((day, certificate.key()));
        let row = row(certificate, day, now);
        rows.extend(row.filter(|row| wanted.state.is_none_or(|state| state == row.state)));
    }
    Worklist {
        as_of: now,
        due_before: wanted.due_before,
        rows,
        next,
    }
}

/// The row of a certificate; none when it has expired since.
fn row(certificate: &Certificate, day: Date, now: Timestamp) -> Option<DueRow> {
    let (key, held) = (certificate.key(), certificate.credential()?);
    let events: Vec<RecordedEvent> = certificate
        .events()
        .iter()
        .map(|event| event.recorded.clone())
        .collect();
    // The log's clock may be a little ahead of ours after ours stepped back.
    let now = events
        .iter()
        .map(|event| event.recorded)
        .fold(now, Timestamp::max);
    let (mut grace, mut since) = (None, None);
    let state = match state(&held.terms, &events, now, now) {
        State::NotYetValid { .. }
        | State::Valid {
            surveillance: Surveillance::Good { .. },
        } => DueState::DueSoon,
        State::Valid {
            surveillance: Surveillance::OverdueInGrace { grace_until, .. },
        } => {
            grace = Some(grace_until);
            DueState::OverdueInGrace
        }
        State::SurveillanceOverdue { .. } => DueState::Overdue,
        State::Suspended {
            since: suspended,
            planned_end,
        } => {
            since = Some(suspended);
            if now > planned_end.end() {
                DueState::SuspensionPastEnd
            } else {
                DueState::Suspended
            }
        }
        State::Withdrawn { .. }
        | State::Cancelled { .. }
        | State::Superseded { .. }
        | State::Expired { .. } => {
            return None;
        }
    };
    Some(DueRow {
        number: key.0.clone(),
        version: key.1,
        state,
        due: day,
        grace_until: grace,
        suspended_since: since,
    })
}

/// A place as a query carries it: `2027-06-14~CQC26ZNZ000123R0~1`.
fn cursor((day, (number, version)): (Date, &CredentialKey)) -> String {
    format!("{day}~{number}~{version}")
}

/// Reads a place; `None` when it is none.
#[must_use]
pub fn read_cursor(text: &str) -> Option<Due> {
    let (day, key) = text.split_once('~')?;
    let (number, version) = key.rsplit_once('~')?;
    let version: u32 = version.parse().ok()?;
    let number = CredentialNumber::parse(number).ok()?;
    Some((day.parse().ok()?, (number, Version::try_from(version).ok()?)))
}
