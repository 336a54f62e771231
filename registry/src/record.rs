//! The record of a certificate: its documents, hashed again, their receipts, and the state they give.

use touchstone_schemas::{
    credential::{Credential, CredentialNumber, Version},
    date_time::Timestamp,
    jcs, json,
    lifecycle::{Event, RecordedEvent, State, Successor, Terms, state},
    record,
    submission::Receipt,
    tlog::{Entry, leaf_hash},
};
use touchstone_verifier::{report::StateName, statement::state_name};

use crate::{
    ledger::{CredentialKey, Document},
    store::{Store, StoreError},
    tlog::Shared,
};

/// A signed document with its receipt.
#[derive(Clone, Debug)]
pub struct LoggedBytes {
    /// The document, JCS, as it was signed.
    pub document: Vec<u8>,
    /// Its receipt into the newest checkpoint.
    pub receipt: Receipt,
}

/// Everything held of one version of a certificate.
#[derive(Clone, Debug)]
pub struct CertificateRecord {
    /// The certificate.
    pub credential: Credential,
    /// Its document.
    pub credential_document: LoggedBytes,
    /// Its events in order, each with its document.
    pub events: Vec<(Event, LoggedBytes)>,
    /// The versions there are of this number, in order.
    pub versions: Vec<Version>,
    /// The state at [`CertificateRecord::as_of`].
    pub state: State,
    /// The instant of the state.
    pub as_of: Timestamp,
}

/// Why there is no record to show.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The stored bytes are not those that were logged.
    #[error("what is stored under index {index} is not what was logged")]
    Damaged {
        /// Index of the entry.
        index: u64,
    },
}

/// Reads a certificate, the newest version when none is named. `None` when it is not here.
///
/// # Errors
/// [`RecordError`]: nothing is shown that is not what the log recorded.
pub async fn read_record(
    store: &Store,
    shared: &Shared,
    number: &CredentialNumber,
    version: Option<Version>,
    now: Timestamp,
) -> Result<Option<CertificateRecord>, RecordError> {
    let Some(places) = find(shared, number, version) else {
        return Ok(None);
    };
    let (document, credential_document) = read_logged(store, shared, places.credential).await?;
    let Document::Credential(credential) = document else {
        return Err(RecordError::Damaged {
            index: places.credential,
        });
    };
    let mut events = Vec::with_capacity(places.events.len());
    let mut recorded = Vec::with_capacity(places.events.len());
    for index in places.events {
        let (document, bytes) = read_logged(store, shared, index).await?;
        let Document::Event(event) = document else {
            return Err(RecordError::Damaged { index });
        };
        recorded.push(RecordedEvent {
            sequence: event.sequence,
            effective: event.effective,
            recorded: bytes.receipt.entry.recorded,
            change: event.change.clone(),
        });
        events.push((*event, bytes));
    }
    // The log's clock may be a little ahead of ours after ours stepped back.
    let as_of = recorded
        .iter()
        .map(|event| event.recorded)
        .fold(now, Timestamp::max);
    Ok(Some(CertificateRecord {
        state: state(&Terms::from(&*credential), &recorded, as_of, as_of),
        credential: *credential,
        credential_document,
        events,
        versions: places.versions,
        as_of,
    }))
}

struct Places {
    credential: u64,
    events: Vec<u64>,
    versions: Vec<Version>,
}

fn find(shared: &Shared, number: &CredentialNumber, version: Option<Version>) -> Option<Places> {
    let published = shared.read();
    let versions = published.ledger.versions(number);
    let version = version.or_else(|| versions.last().copied())?;
    let key: CredentialKey = (number.clone(), version);
    let credential = published.ledger.credential(&key)?.index;
    let events = published
        .ledger
        .events(&key)
        .iter()
        .map(|event| event.index)
        .collect();
    Some(Places {
        credential,
        events,
        versions,
    })
}

/// Reads an entry and its document; both must hash to what the tree holds. Gives the receipt with them.
pub(crate) async fn read_logged(
    store: &Store,
    shared: &Shared,
    index: u64,
) -> Result<(Document, LoggedBytes), RecordError> {
    let (document, bytes) = read_document(store, shared, index).await?;
    let receipt = shared.read().receipt(index, bytes.entry);
    let bytes = LoggedBytes {
        document: bytes.document,
        receipt: receipt.ok_or(RecordError::Damaged { index })?,
    };
    Ok((document, bytes))
}

/// An entry and the bytes of its document.
pub(crate) struct EntryBytes {
    pub(crate) entry: Entry,
    pub(crate) document: Vec<u8>,
}

/// Reads an entry and its document; both must hash to what the tree holds.
pub(crate) async fn read_document(
    store: &Store,
    shared: &Shared,
    index: u64,
) -> Result<(Document, EntryBytes), RecordError> {
    let damaged = || RecordError::Damaged { index };
    let stored = store.entry(index).await?;
    let entry = Entry::parse(&stored.entry).map_err(|_| damaged())?;
    let document = Document::of_entry(&entry, &stored.document).map_err(|_| damaged())?;
    if shared.read().tree.hash(0, index) != Some(leaf_hash(&stored.entry)) {
        return Err(damaged());
    }
    let bytes = EntryBytes {
        entry,
        document: stored.document,
    };
    Ok((document, bytes))
}

struct RecordJson<'a> {
    number: &'a CredentialNumber,
    version: Version,
    state: StateName,
    state_since: Option<Timestamp>,
    successor: Option<&'a Successor>,
    versions: &'a [Version],
    credential: json::Value<'a>,
    receipt: &'a Receipt,
    events: Vec<LoggedJson<'a>>,
    status_as_of: Timestamp,
}

record! { write RecordJson<'_> {
    "credential": credential,
    "events": events,
    "number": number,
    "receipt": receipt,
    "state": state,
    "stateSince"? state_since,
    "statusAsOf": status_as_of,
    "successor"? successor,
    "version": version,
    "versions": versions,
} }

struct LoggedJson<'a> {
    document: json::Value<'a>,
    receipt: &'a Receipt,
}

record! { write LoggedJson<'_> {
    "document": document,
    "receipt": receipt,
} }

impl CertificateRecord {
    /// Since when the state is what it is, where an event made it so.
    #[must_use]
    pub const fn state_since(&self) -> Option<Timestamp> {
        match &self.state {
            State::Suspended { since, .. }
            | State::Withdrawn { since }
            | State::Cancelled { since }
            | State::Superseded { since, .. } => Some(*since),
            _ => None,
        }
    }

    /// What replaced it.
    #[must_use]
    pub const fn successor(&self) -> Option<&Successor> {
        match &self.state {
            State::Superseded { successor, .. } => Some(successor),
            _ => None,
        }
    }

    /// The record as JCS bytes; documents stand in it as the values they are.
    #[must_use]
    pub fn to_json(&self) -> Option<Vec<u8>> {
        let events = self.events.iter().map(|(_, bytes)| {
            Some(LoggedJson {
                document: parse_stored(&bytes.document)?,
                receipt: &bytes.receipt,
            })
        });
        let json = RecordJson {
            number: &self.credential.number,
            version: self.credential.version,
            state: state_name(&self.state),
            state_since: self.state_since(),
            successor: self.successor(),
            versions: &self.versions,
            credential: parse_stored(&self.credential_document.document)?,
            receipt: &self.credential_document.receipt,
            events: events.collect::<Option<_>>()?,
            status_as_of: self.as_of,
        };
        Some(jcs::to_canonical(&json))
    }
}

/// Stored documents were read strictly when they came.
fn parse_stored(document: &[u8]) -> Option<json::Value<'_>> {
    json::parse(document, document.len()).ok()
}
