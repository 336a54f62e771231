//! The status authority: the bits of every list follow from the states of its certificates (DESIGN §4 "Status").

use touchstone_schemas::{
    date_time::Timestamp,
    lifecycle::{RecordedEvent, Terms, state},
    status::{StatusMessage, StatusPurpose},
    status_list::{Bitstring, StatusList},
};

use crate::{
    keys::SignedDocument,
    office::{Office, OfficeError, OfficeKeys},
    store::{StoreError, StoredCredential, StoredSubmission, SubmissionDocument},
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
    let mut lists = std::collections::BTreeSet::new();
    for document in &submission.documents {
        match document {
            SubmissionDocument::Credential(id) => {
                let stored = office.store.credential(*id).await?;
                let list = stored.status.list;
                if lists.contains(&list) {
                    continue;
                }
                let message = message_of(office, submission, &stored, now).await?;
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
    let mut messages = Vec::new();
    for stored in office.store.credentials_of_list(list, submission.id).await? {
        let message = message_of(office, submission, &stored, now).await?;
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

async fn message_of(
    office: &mut Office,
    submission: &StoredSubmission,
    stored: &StoredCredential,
    now: Timestamp,
) -> Result<StatusMessage, StatusError> {
    let mut events = Vec::new();
    for event in office.store.events(stored.id).await? {
        let own = submission
            .documents
            .contains(&SubmissionDocument::Event(event.id));
        let Some(recorded) = event.recorded.or(own.then_some(now)) else {
            continue;
        };
        events.push(RecordedEvent {
            sequence: event.event.sequence,
            effective: event.event.effective,
            recorded,
            change: event.event.change,
        });
    }
    Ok(state(&Terms::from(&stored.credential()?), &events, now, now).message())
}
