//! A list of numbers against a snapshot at hand: how a company checks its suppliers without naming them.
//!
//! It tells what the body's status authority says of each number. Whether a paper in hand is genuine it does not tell:
//! that is [`crate::verify()`]'s to say, of the certificate itself.

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::{Date, Timestamp},
    jcs::to_canonical,
    record,
    snapshot::SnapshotState,
    status::StatusMessage,
};

use crate::{
    report::StateName,
    status::OpenedSnapshot,
    trust::{Currency, TrustContext},
};

/// What a snapshot says of a list of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The instant of the states.
    pub as_of: Timestamp,
    /// Until when the snapshot counts.
    pub valid_until: Timestamp,
    /// Whether it counts now, and so does the trust list.
    pub counts: bool,
    /// The snapshot's sequence.
    pub sequence: u64,
    /// Size of the log it was made from.
    pub log_size: u64,
    /// Whether the body is a demonstration: what it certified attests nothing.
    pub test: bool,
    /// A row a number, in the order asked.
    pub rows: Vec<LookedUp>,
}

record! { write Lookup {
    "asOf": as_of,
    "counts": counts,
    "logSize": log_size,
    "rows": rows,
    "sequence": sequence,
    "test": test,
    "validUntil": valid_until,
} }

/// A number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedUp {
    /// What was asked, as it was written.
    pub asked: String,
    /// Its newest version; absent when the snapshot has no such number, which says nothing against the paper.
    pub shown: Option<Shown>,
}

record! { write LookedUp {
    "asked": asked,
    "shown"? shown,
} }

/// What a snapshot shows of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its number.
    pub number: CredentialNumber,
    /// The newest version.
    pub version: Version,
    /// Its state.
    pub state: StateName,
    /// Last day of validity.
    pub valid_until: Date,
    /// The next surveillance date.
    pub next_due: Date,
}

record! { write Shown {
    "nextDue": next_due,
    "number": number,
    "state": state,
    "validUntil": valid_until,
    "version": version,
} }

impl Shown {
    /// Whether it is in force: valid, or within the grace after a surveillance date.
    #[must_use]
    pub const fn is_in_force(&self) -> bool {
        matches!(self.state, StateName::Valid | StateName::OverdueInGrace)
    }
}

impl Lookup {
    /// As JCS bytes.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        to_canonical(self)
    }
}

/// Looks numbers up, as people write them.
#[must_use]
pub fn look_up(opened: &OpenedSnapshot, trust: &TrustContext, numbers: &[String], now: Timestamp) -> Lookup {
    let snapshot = opened.snapshot();
    let row = |asked: &String| {
        let number = CredentialNumber::parse(&CredentialNumber::normalize(asked)).ok();
        let newest = number.and_then(|number| snapshot.states.of_number(&number).last());
        LookedUp {
            asked: asked.clone(),
            shown: newest.map(|state| shown(state, snapshot.valid_from)),
        }
    };
    Lookup {
        as_of: snapshot.valid_from,
        valid_until: snapshot.valid_until,
        counts: opened.covers(now) && trust.currency(now) == Currency::Current,
        sequence: snapshot.sequence,
        log_size: snapshot.log_size,
        test: is_test(opened, trust),
        rows: numbers.iter().map(row).collect(),
    }
}

fn is_test(opened: &OpenedSnapshot, trust: &TrustContext) -> bool {
    let issuers = &trust.list().issuers;
    issuers
        .iter()
        .any(|issuer| issuer.id == *opened.body() && issuer.test)
}

fn shown(state: SnapshotState, at: Timestamp) -> Shown {
    Shown {
        state: state_name(&state, at),
        number: state.number,
        version: state.version,
        valid_until: state.valid_until,
        next_due: state.next_due,
    }
}

/// The message, and what the dates add to it; in the order of DOMAIN §2.
fn state_name(state: &SnapshotState, at: Timestamp) -> StateName {
    match state.message {
        StatusMessage::Withdrawn => StateName::Withdrawn,
        StatusMessage::Cancelled => StateName::Cancelled,
        StatusMessage::Superseded => StateName::Superseded,
        _ if at > state.valid_until.end() => StateName::Expired,
        StatusMessage::Suspended => StateName::Suspended,
        StatusMessage::Overdue | StatusMessage::Reserved => StateName::SurveillanceOverdue,
        _ if at < state.valid_from.start() => StateName::NotYetValid,
        StatusMessage::OverdueInGrace => StateName::OverdueInGrace,
        StatusMessage::InForce => StateName::Valid,
    }
}
