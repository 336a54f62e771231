//! The changes of all certificates, from the log's entries, hashed again.

use touchstone_schemas::{
    did::Did,
    tlog::{Entry, Record, leaf_hash},
};

use super::{
    Change,
    of_certificate::{issued, of_event},
};
use crate::{
    ledger::Ledger,
    store::{Store, StoreError},
    tlog::{Published, Shared},
};

/// Entries read at a time.
const CHUNK: u32 = 256;
/// Most chunks looked at for a page, so that a rare body costs no more than a common one: 4,096 entries (policy).
const MOST_CHUNKS: usize = 16;

/// A change with the body it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeOfLog {
    /// The body.
    pub body: Did,
    /// The change.
    pub change: Change,
}

/// A page of the log's changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPage {
    /// The newest first.
    pub changes: Vec<Change>,
    /// The next page holds what stands before this index; absent when all has been seen.
    pub next: Option<u64>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum LogPageError {
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

/// The newest changes before an index of the log, of one body when one is named, at most `count`. A page may hold
/// fewer, or none, and still have a next one.
///
/// # Errors
/// [`LogPageError`]: nothing is told that is not what the log recorded.
pub async fn log_page(
    store: &Store,
    shared: &Shared,
    before: Option<u64>,
    body: Option<&Did>,
    count: usize,
) -> Result<LogPage, LogPageError> {
    let size = shared.read().tree.size();
    let mut end = before.map_or(size, |before| before.min(size));
    let mut changes = Vec::new();
    for _ in 0..MOST_CHUNKS {
        if end == 0 {
            break;
        }
        let first = end.saturating_sub(u64::from(CHUNK));
        let wanted = u32::try_from(end - first).unwrap_or(CHUNK);
        let entries = store.entry_bytes(first, wanted).await?;
        if u64::try_from(entries.len()) != Ok(end - first) {
            return Err(LogPageError::Damaged { index: first });
        }
        let published = shared.read();
        for (index, bytes) in (first..end).rev().zip(entries.iter().rev()) {
            let found = change_of_entry(&published, index, bytes)?;
            let found = found.filter(|found| body.is_none_or(|body| *body == found.body));
            let Some(found) = found else { continue };
            if changes.len() == count {
                let next = Some(index + 1);
                return Ok(LogPage { changes, next });
            }
            changes.push(found.change);
        }
        end = first;
    }
    let next = (end > 0).then_some(end);
    Ok(LogPage { changes, next })
}

/// What an entry changed; nothing where it is of no certificate.
///
/// # Errors
/// [`LogPageError::Damaged`] when these are not the bytes that were logged.
pub fn change_of_entry(
    published: &Published,
    index: u64,
    bytes: &[u8],
) -> Result<Option<ChangeOfLog>, LogPageError> {
    let damaged = || LogPageError::Damaged { index };
    if published.tree.hash(0, index) != Some(leaf_hash(bytes)) {
        return Err(damaged());
    }
    let entry = Entry::parse(bytes).map_err(|_| damaged())?;
    let Some(change) = of_record(&published.ledger, index, &entry.record) else {
        return Ok(None);
    };
    Ok(Some(ChangeOfLog {
        body: entry.issuer,
        change,
    }))
}

fn of_record(ledger: &Ledger, index: u64, record: &Record) -> Option<Change> {
    match record {
        Record::Credential { number, version } => {
            let key = (number.clone(), *version);
            issued(ledger, &key).map(|(_, change)| change)
        }
        Record::Event { number, version, .. } => {
            let key = (number.clone(), *version);
            let held = ledger.credential(&key)?;
            let events = ledger.events(&key);
            let event = events.iter().find(|event| event.index == index)?;
            Some(of_event(held, &key, events, event))
        }
        Record::StatusList { .. }
        | Record::Snapshot { .. }
        | Record::KeyRetirement { .. }
        | Record::VerifierRelease { .. } => None,
    }
}
