//! What lists and snapshot say of one credential at the instant asked.
//!
//! Each purpose is read from the newest list that covers the instant. Where a purpose has no such list, the reason
//! says why; a list that says the end (final stays final) counts even when it is out of date.

use touchstone_schemas::{
    credential::Credential,
    date_time::{Date, Timestamp},
    status::{StatusMessage, StatusPurpose, status_list_id},
    status_list::StatusList,
};

use super::{OpenedSnapshot, OpenedStatusList, SnapshotRefused, StatusListRefused};
use crate::{
    clock::Clock,
    input::Seen,
    reason::{Reason, ReasonCode},
    report::CountedStatus,
};

/// What is known from lists and snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StatusReading {
    /// The revocation bit.
    pub(crate) revoked: Option<bool>,
    /// The suspension bit.
    pub(crate) suspended: Option<bool>,
    /// The message of the message list.
    pub(crate) message: Option<StatusMessage>,
    /// The state of the snapshot.
    pub(crate) snapshot: Option<StatusMessage>,
    /// The next surveillance date of the snapshot.
    pub(crate) next_due: Option<Date>,
    /// The end, told by a list that is out of date.
    pub(crate) ended_before: Option<StatusMessage>,
    /// A revocation bit set in a list that is out of date.
    pub(crate) revoked_before: bool,
    /// What was counted.
    pub(crate) counted: Vec<CountedStatus>,
    /// Why a purpose has no value.
    pub(crate) gaps: Vec<Reason>,
    /// The oldest `validFrom` of what was counted.
    pub(crate) as_of: Option<Timestamp>,
    /// The earliest `validUntil` of what was counted.
    pub(crate) until: Option<Timestamp>,
}

/// The lists and snapshot at hand, opened or refused.
#[derive(Clone, Copy)]
pub(crate) struct StatusSources<'v> {
    pub(crate) lists: &'v [Result<OpenedStatusList, StatusListRefused>],
    pub(crate) snapshot: Option<&'v Result<OpenedSnapshot, SnapshotRefused>>,
    pub(crate) seen: &'v Seen,
}

/// Reads what the sources say of a credential.
pub(crate) fn read_status(
    credential: &Credential,
    sources: StatusSources<'_>,
    clock: Clock,
) -> StatusReading {
    let mut reading = StatusReading::default();
    let snapshot_gap = read_snapshot(&mut reading, credential, sources, clock);
    for purpose in StatusPurpose::ALL {
        if let Err(gap) = read_list(&mut reading, credential, purpose, sources, clock) {
            // A snapshot tells all that the lists tell.
            if reading.snapshot.is_none() {
                reading.gaps.push(gap);
            }
        }
    }
    if !reading.gaps.is_empty() {
        reading.gaps.extend(snapshot_gap);
    }
    reading
}

impl StatusReading {
    fn count(&mut self, counted: CountedStatus, until: Timestamp) {
        let from = counted.valid_from;
        self.counted.push(counted);
        self.as_of = Some(self.as_of.map_or(from, |earlier| earlier.min(from)));
        self.until = Some(self.until.map_or(until, |earlier| earlier.min(until)));
    }

    fn set(&mut self, purpose: StatusPurpose, value: u8) {
        match purpose {
            StatusPurpose::Revocation => self.revoked = Some(value == 1),
            StatusPurpose::Suspension => self.suspended = Some(value == 1),
            StatusPurpose::Message => self.message = StatusMessage::of_code(value),
        }
    }

    /// Keeps the end that an older list told.
    fn keep_end(&mut self, purpose: StatusPurpose, value: u8) {
        match (purpose, StatusMessage::of_code(value)) {
            (StatusPurpose::Revocation, _) => self.revoked_before |= value == 1,
            (StatusPurpose::Message, Some(message)) if message.revocation() => {
                self.ended_before = self.ended_before.max(Some(message));
            }
            _ => {}
        }
    }
}

fn read_list(
    reading: &mut StatusReading,
    credential: &Credential,
    purpose: StatusPurpose,
    sources: StatusSources<'_>,
    clock: Clock,
) -> Result<(), Reason> {
    let allocation = credential.status;
    let ours = |list: &StatusList| {
        list.purpose == purpose && list.list == allocation.list && list.registry == credential.issuer.registry
    };
    let id = || status_list_id(&credential.issuer.registry, purpose, allocation.list);
    let reason = |code| Reason::new(code).with("purpose", purpose);
    let seen = if clock.about_the_past || sources.seen.status_lists.is_empty() {
        None
    } else {
        sources.seen.status_lists.get(&id()).copied()
    };
    let mut best: Option<&StatusList> = None;
    let mut gap: Option<Reason> = None;
    for opened in sources
        .lists
        .iter()
        .flatten()
        .filter(|opened| ours(opened.list()))
    {
        let list = opened.list();
        if *opened.body() != credential.issuer.id {
            gap = gap.or_else(|| Some(reason(ReasonCode::StatusNotAuthentic).with("list", id())));
            continue;
        }
        if let Some(value) = list
            .bits
            .value(allocation.index)
            // About now, an authentic end counts even when it seems to come from the future: the clock here may be slow.
            .filter(|_| !clock.about_the_past || clock.begun(list.valid_from))
        {
            reading.keep_end(purpose, value);
        }
        if let Some(seen) = seen.filter(|seen| list.sequence < *seen) {
            gap = Some(
                reason(ReasonCode::StatusRolledBack)
                    .with("found", list.sequence)
                    .with("seen", seen),
            );
        } else if !clock.covered_by(list.valid_from, list.valid_until) {
            gap = gap.or_else(|| {
                Some(out_of_date(
                    reason(ReasonCode::StatusExpired),
                    list,
                    allocation.index,
                ))
            });
        } else if best.is_none_or(|best| best.sequence < list.sequence) {
            best = Some(list);
        }
    }
    let Some(list) = best else {
        return Err(gap.unwrap_or_else(|| missing(purpose, sources)));
    };
    let Some(value) = list.bits.value(allocation.index) else {
        let entries = list.bits.entries();
        return Err(reason(ReasonCode::StatusIndexOutOfRange)
            .with("index", allocation.index)
            .with("entries", entries));
    };
    if purpose == StatusPurpose::Message && StatusMessage::of_code(value) == Some(StatusMessage::Reserved) {
        return Err(reason(ReasonCode::StatusMalformed).with("error", "the message is reserved"));
    }
    reading.set(purpose, value);
    let (sequence, valid_from) = (list.sequence, list.valid_from);
    let counted = CountedStatus {
        id: id(),
        sequence,
        valid_from,
    };
    reading.count(counted, list.valid_until);
    Ok(())
}

fn out_of_date(reason: Reason, list: &StatusList, index: u32) -> Reason {
    let reason = reason
        .with("from", list.valid_from)
        .with("until", list.valid_until);
    let last = (list.purpose == StatusPurpose::Message)
        .then(|| list.bits.value(index).and_then(StatusMessage::of_code))
        .flatten();
    match last {
        Some(message) => reason.with("lastKnown", message.text()),
        None => reason,
    }
}

/// Why no list of this purpose was there: one was refused, or is for another, or none was given.
fn missing(purpose: StatusPurpose, sources: StatusSources<'_>) -> Reason {
    let refused = sources.lists.iter().find_map(|list| list.as_ref().err());
    if let Some(refused) = refused {
        return refused_reason(refused).with("purpose", purpose);
    }
    let of_purpose = |wanted: StatusPurpose| {
        sources
            .lists
            .iter()
            .flatten()
            .filter(|opened| opened.list().purpose == wanted)
            .count()
    };
    // One of this purpose is another list; two of another purpose mean that one stands in for this.
    let foreign =
        of_purpose(purpose) > 0 || StatusPurpose::ALL.into_iter().any(|other| of_purpose(other) > 1);
    let code = if foreign {
        ReasonCode::StatusForAnother
    } else {
        ReasonCode::StatusMissing
    };
    Reason::new(code).with("purpose", purpose)
}

fn refused_reason(refused: &StatusListRefused) -> Reason {
    let code = match refused {
        StatusListRefused::Authority(_) => ReasonCode::StatusNotAuthentic,
        StatusListRefused::Content(touchstone_schemas::status_list::StatusListError::Id { .. }) => {
            ReasonCode::StatusForAnother
        }
        StatusListRefused::Json(_) | StatusListRefused::Content(_) => ReasonCode::StatusMalformed,
    };
    Reason::new(code).with("error", refused)
}

fn read_snapshot(
    reading: &mut StatusReading,
    credential: &Credential,
    sources: StatusSources<'_>,
    clock: Clock,
) -> Option<Reason> {
    let opened = match sources.snapshot? {
        Ok(opened) => opened,
        Err(refused) => {
            let code = match refused {
                SnapshotRefused::Authority(_) => ReasonCode::StatusNotAuthentic,
                SnapshotRefused::Json(_) | SnapshotRefused::Content(_) => ReasonCode::StatusMalformed,
            };
            return Some(Reason::new(code).with("error", refused));
        }
    };
    let snapshot = opened.snapshot();
    if *opened.body() != credential.issuer.id || snapshot.registry != credential.issuer.registry {
        return Some(Reason::new(ReasonCode::StatusForAnother).with("list", snapshot.id()));
    }
    let state = snapshot.state_of(&credential.number, credential.version);
    if let Some(state) = state
        .as_ref()
        .filter(|_| !clock.about_the_past || clock.begun(snapshot.valid_from))
    {
        reading.keep_end(StatusPurpose::Message, state.message.code());
    }
    let seen = sources
        .seen
        .snapshots
        .get(&snapshot.id())
        .filter(|_| !clock.about_the_past);
    if let Some(seen) = seen.filter(|seen| snapshot.sequence < **seen) {
        let reason = Reason::new(ReasonCode::StatusRolledBack).with("found", snapshot.sequence);
        return Some(reason.with("seen", seen));
    }
    if !clock.covered_by(snapshot.valid_from, snapshot.valid_until) {
        let reason = Reason::new(ReasonCode::StatusExpired).with("from", snapshot.valid_from);
        return Some(reason.with("until", snapshot.valid_until));
    }
    match state {
        Some(state) if state.message != StatusMessage::Reserved => {
            reading.snapshot = Some(state.message);
            reading.next_due = Some(state.next_due);
            let counted = CountedStatus {
                id: snapshot.id(),
                sequence: snapshot.sequence,
                valid_from: snapshot.valid_from,
            };
            reading.count(counted, snapshot.valid_until);
            None
        }
        Some(_) => Some(Reason::new(ReasonCode::StatusMalformed).with("error", "the state is reserved")),
        None => Some(Reason::new(ReasonCode::StatusMissing).with("list", snapshot.id())),
    }
}
