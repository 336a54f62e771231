//! The status authority: the bits of every list follow from the states of its certificates (DESIGN §4 "Status").

use std::collections::BTreeSet;

use touchstone_schemas::{
    date_time::Timestamp,
    lifecycle::{RecordedEvent, Terms, state},
    status::{StatusMessage, StatusPurpose},
    status_list::{Bitstring, StatusList},
};

use crate::{
    keys::SignedDocument,
    office::{Office, OfficeError, OfficeKeys},
    store::{StoreError, StoredCredential, StoredEvent, StoredSubmission, SubmissionDocument},
};

/// How long a list counts, in seconds: 24 h, the most there is.
const LIFETIME: i64 = 86_400;

/// Why lists cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The office's papers do not fit.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// The status key does not sign.
    #[error(transparent)]
    Key(#[from] crate::keys::KeyError),
    /// An index lies beyond its list.
    #[error("index {index} lies beyond list {list}")]
    Index {
        /// The index.
        index: u32,
        /// The list.
        list: u32,
    },
    /// The calendar ends.
    #[error("no list can begin at {now}")]
    Calendar {
        /// The instant.
        now: Timestamp,
    },
}

/// A list signed and not yet on file.
pub(crate) struct SignedList {
    pub(crate) purpose: StatusPurpose,
    pub(crate) list: u32,
    pub(crate) sequence: u64,
    pub(crate) document: SignedDocument,
}

/// The lists that a submission must carry: every one on refresh; those of its events' credentials; those new to the
/// registry; those in which a new credential is not plainly in force.
pub(crate) async fn lists_to_sign(
    office: &mut Office,
    submission: &StoredSubmission,
    now: Timestamp,
) -> Result<Vec<u32>, StatusError> {
    if submission.refresh {
        return Ok(office.store.lists().await?);
    }
    let mut lists = BTreeSet::new();
    for document in &submission.documents {
        match document {
            SubmissionDocument::Credential(id) => {
                let stored = office.store.credential(*id).await?;
                let list = stored.status.list;
                if lists.contains(&list) {
                    continue;
                }
                let events = office.store.events(*id).await?;
                let message = message_of(&events, &own_events(submission), &stored, now)?;
                if message != StatusMessage::InForce || !office.store.is_published(list).await? {
                    lists.insert(list);
                }
            }
            SubmissionDocument::Event(id) => {
                let event = office.store.event(*id).await?;
                lists.insert(office.store.credential(event.credential).await?.status.list);
            }
            SubmissionDocument::StatusList(_) => {}
        }
    }
    Ok(lists.into_iter().collect())
}

/// Signs the three lists of a number: both clocks at `now`, the submission's own events counted as recorded then.
pub(crate) async fn sign_lists(
    office: &mut Office,
    keys: &OfficeKeys,
    submission: &StoredSubmission,
    list: u32,
    now: Timestamp,
) -> Result<Vec<SignedList>, StatusError> {
    let own = own_events(submission);
    let events = office.store.events_of_list(list).await?;
    let mut messages = Vec::new();
    for stored in office.store.credentials_of_list(list, submission.id).await? {
        let events = events.get(&stored.id).map_or(&[][..], Vec::as_slice);
        let message = message_of(events, &own, &stored, now)?;
        if message != StatusMessage::InForce {
            messages.push((stored.status.index, message));
        }
    }
    let valid_until = now.checked_add(LIFETIME).ok_or(StatusError::Calendar { now })?;
    let mut signed = Vec::new();
    for purpose in StatusPurpose::ALL {
        let mut bits = Bitstring::zeroed(purpose, 0);
        for (index, message) in &messages {
            if !bits.set(*index, message.value(purpose)) {
                return Err(StatusError::Index { index: *index, list });
            }
        }
        let sequence = office.store.next_list_sequence(purpose, list).await?;
        let document = keys.status.sign_list(&StatusList {
            issuer: office.papers.config.issuer.did.status_authority(),
            registry: office.papers.config.registry.url.clone(),
            purpose,
            list,
            sequence,
            valid_from: now,
            valid_until,
            bits,
        })?;
        signed.push(SignedList {
            purpose,
            list,
            sequence,
            document,
        });
    }
    Ok(signed)
}

/// The rows of a submission's own events.
fn own_events(submission: &StoredSubmission) -> BTreeSet<i64> {
    let events = submission.documents.iter().filter_map(|document| match document {
        SubmissionDocument::Event(id) => Some(*id),
        _ => None,
    });
    events.collect()
}

/// What a credential's places in the lists say: of its events those count that the registry has, and `own`.
fn message_of(
    events: &[StoredEvent],
    own: &BTreeSet<i64>,
    stored: &StoredCredential,
    now: Timestamp,
) -> Result<StatusMessage, StatusError> {
    let recorded = events.iter().filter_map(|stored| {
        let recorded = stored.recorded.or(own.contains(&stored.id).then_some(now))?;
        let event = &stored.event;
        Some(RecordedEvent {
            sequence: event.sequence,
            effective: event.effective,
            recorded,
            change: event.change.clone(),
        })
    });
    let events: Vec<RecordedEvent> = recorded.collect();
    Ok(state(&Terms::from(&stored.credential()?), &events, now, now).message())
}
