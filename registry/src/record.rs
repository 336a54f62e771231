//! The record of a certificate: its documents, hashed again, their receipts, and the state they give.

use std::collections::BTreeMap;

use touchstone_schemas::{
    credential::{Credential, CredentialNumber, Version},
    date_time::Timestamp,
    digest::Sha256Digest,
    jcs::{self, Encode},
    lifecycle::{Event, RecordedEvent, State, Successor, Terms, state},
    record,
    submission::Receipt,
    tlog::{Entry, leaf_hash},
};
use touchstone_verifier::{report::StateName, statement::state_name};

use crate::{
    ledger::{CredentialKey, Document, HeldEvent, Ledger},
    store::{Store, StoreError, StoredEntry},
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
    let Some(places) = find(&shared.read().ledger, number, version) else {
        return Ok(None);
    };
    let (document, credential_document) = read_logged(store, shared, places.credential).await?;
    let Document::Credential(credential) = document else {
        return Err(RecordError::Damaged {
            index: places.credential,
        });
    };
    let mut events = Vec::with_capacity(places.events.len());
    for HeldEvent { index, .. } in &places.events {
        let (document, bytes) = read_logged(store, shared, *index).await?;
        let Document::Event(event) = document else {
            return Err(RecordError::Damaged { index: *index });
        };
        events.push((*event, bytes));
    }
    let (state, as_of) = places.state(now);
    Ok(Some(CertificateRecord {
        state,
        credential: *credential,
        credential_document,
        events,
        versions: places.versions,
        as_of,
    }))
}

/// Where a certificate's documents stand, and what the ledger holds of it.
struct Places {
    version: Version,
    credential: u64,
    terms: Terms,
    events: Vec<HeldEvent>,
    versions: Vec<Version>,
}

impl Places {
    /// The state, and the instant of it.
    fn state(&self, now: Timestamp) -> (State, Timestamp) {
        let events: Vec<RecordedEvent> = self.events.iter().map(|event| event.recorded.clone()).collect();
        // The log's clock may be a little ahead of ours after ours stepped back.
        let as_of = events
            .iter()
            .map(|event| event.recorded)
            .fold(now, Timestamp::max);
        (state(&self.terms, &events, as_of, as_of), as_of)
    }
}

fn find(ledger: &Ledger, number: &CredentialNumber, version: Option<Version>) -> Option<Places> {
    let versions = ledger.versions(number);
    let version = version.or_else(|| versions.last().copied())?;
    let key: CredentialKey = (number.clone(), version);
    let held = ledger.credential(&key)?;
    Some(Places {
        version,
        credential: held.index,
        terms: held.terms,
        events: ledger.events(&key).to_vec(),
        versions,
    })
}

/// The record of a certificate as JCS bytes, the newest version when none is named; `None` when it is not here.
///
/// What it says of the certificate comes from the ledger; the documents stand in it as they were signed, hashed again
/// and not read.
///
/// # Errors
/// [`RecordError`]: nothing is shown that is not what the log recorded.
pub async fn record_json(
    store: &Store,
    shared: &Shared,
    number: &CredentialNumber,
    version: Option<Version>,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, RecordError> {
    let Some(places) = find(&shared.read().ledger, number, version) else {
        return Ok(None);
    };
    let events = places.events.iter().map(|event| event.index);
    let indices: Vec<u64> = std::iter::once(places.credential).chain(events).collect();
    let documents = read_logged_bytes(store, shared, &indices).await?;
    let damaged = RecordError::Damaged {
        index: places.credential,
    };
    let (credential, events) = documents.split_first().ok_or(damaged)?;
    let (state, as_of) = places.state(now);
    let json = RecordJson {
        number,
        version: places.version,
        state: state_name(&state),
        state_since: since(&state),
        successor: successor(&state),
        versions: &places.versions,
        credential: Signed(&credential.document),
        receipt: &credential.receipt,
        events: events
            .iter()
            .map(|event| LoggedJson {
                document: Signed(&event.document),
                receipt: &event.receipt,
            })
            .collect(),
        status_as_of: as_of,
    };
    Ok(Some(jcs::to_canonical(&json)))
}

/// Reads an entry and its document; both must hash to what the tree holds. Gives the receipt with them.
pub(crate) async fn read_logged(
    store: &Store,
    shared: &Shared,
    index: u64,
) -> Result<(Document, LoggedBytes), RecordError> {
    let mut bytes = read_logged_bytes(store, shared, &[index]).await?;
    let bytes = bytes.pop().ok_or(RecordError::Damaged { index })?;
    let document = Document::of_entry(&bytes.receipt.entry, &bytes.document);
    Ok((document.map_err(|_| RecordError::Damaged { index })?, bytes))
}

/// An entry and the bytes of its document.
pub(crate) struct EntryBytes {
    pub(crate) entry: Entry,
    pub(crate) document: Vec<u8>,
}

/// Reads the documents of entries, each hashed again, with one question to the database. An entry that is not there is
/// damaged too.
pub(crate) async fn read_documents(
    store: &Store,
    shared: &Shared,
    indices: &[u64],
) -> Result<Vec<(u64, Result<Document, RecordError>)>, StoreError> {
    let document = |index, bytes: Result<EntryBytes, RecordError>| {
        let EntryBytes { entry, document } = bytes?;
        Document::of_entry(&entry, &document).map_err(|_| RecordError::Damaged { index })
    };
    let found = read_entries(store, shared, indices).await?;
    Ok(found
        .into_iter()
        .map(|(index, bytes)| (index, document(index, bytes)))
        .collect())
}

/// The same without reading what the documents say: in the order asked for.
async fn read_entries(
    store: &Store,
    shared: &Shared,
    indices: &[u64],
) -> Result<Vec<(u64, Result<EntryBytes, RecordError>)>, StoreError> {
    let stored = store.entries_at(indices).await?;
    let mut stored: BTreeMap<u64, StoredEntry> =
        stored.into_iter().map(|entry| (entry.index, entry)).collect();
    let read = |index: &u64| {
        let found = stored.remove(index).ok_or(RecordError::Damaged { index: *index });
        (*index, found.and_then(|stored| checked(shared, stored)))
    };
    Ok(indices.iter().map(read).collect())
}

/// An entry and a document that are those logged.
fn checked(shared: &Shared, stored: StoredEntry) -> Result<EntryBytes, RecordError> {
    let damaged = || RecordError::Damaged { index: stored.index };
    let entry = Entry::parse(&stored.entry).map_err(|_| damaged())?;
    let same = entry.digest == Sha256Digest::of(&stored.document)
        && shared.read().tree.hash(0, stored.index) == Some(leaf_hash(&stored.entry));
    if !same {
        return Err(damaged());
    }
    Ok(EntryBytes {
        entry,
        document: stored.document,
    })
}

/// Reads entries with their receipts, the documents not read: what they say was read when they came.
async fn read_logged_bytes(
    store: &Store,
    shared: &Shared,
    indices: &[u64],
) -> Result<Vec<LoggedBytes>, RecordError> {
    let read = read_entries(store, shared, indices).await?;
    let published = shared.read();
    let logged = |(index, bytes): (u64, Result<EntryBytes, RecordError>)| {
        let EntryBytes { entry, document } = bytes?;
        let receipt = published.receipt(index, entry);
        Ok(LoggedBytes {
            receipt: receipt.ok_or(RecordError::Damaged { index })?,
            document,
        })
    };
    read.into_iter().map(logged).collect()
}

/// A signed document, which is stored in canonical form.
struct Signed<'a>(&'a [u8]);

impl Encode for Signed<'_> {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0);
    }
}

struct RecordJson<'a> {
    number: &'a CredentialNumber,
    version: Version,
    state: StateName,
    state_since: Option<Timestamp>,
    successor: Option<&'a Successor>,
    versions: &'a [Version],
    credential: Signed<'a>,
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
    document: Signed<'a>,
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
        since(&self.state)
    }

    /// What replaced it.
    #[must_use]
    pub const fn successor(&self) -> Option<&Successor> {
        successor(&self.state)
    }
}

const fn since(state: &State) -> Option<Timestamp> {
    match state {
        State::Suspended { since, .. }
        | State::Withdrawn { since }
        | State::Cancelled { since }
        | State::Superseded { since, .. } => Some(*since),
        _ => None,
    }
}

const fn successor(state: &State) -> Option<&Successor> {
    match state {
        State::Superseded { successor, .. } => Some(successor),
        _ => None,
    }
}
