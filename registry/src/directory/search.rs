//! Searching: candidates from the index or the ledger, then their states, then their documents, hashed again.

use touchstone_schemas::{
    credential::{Credential, Version},
    date_time::Timestamp,
    lifecycle::{RecordedEvent, State, state},
};
use touchstone_verifier::statement::state_name;

use super::{Cursor, DirectoryEntry, Found, Query};
use crate::{
    ledger::{CredentialKey, Document, Ledger},
    record::{RecordError, read_document},
    store::{Store, StoreError},
    tlog::Shared,
};

/// Rows of a page (policy: what fits a screen or two).
const PAGE_ROWS: usize = 20;
/// Candidates taken from the index at a time.
const BATCH: u32 = 100;
/// Most candidates looked at for a page: a rare state may need several pages (policy; some 10 ms).
const MOST_LOOKED_AT: usize = 5_000;
/// Most documents read for a page (policy; some 40 ms).
const MOST_READ: usize = 200;

/// Why a search has no answer.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A document could not be read.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// A candidate: where its entry is, and its name.
type Candidate = (u64, CredentialKey);

/// Searches for a page, from behind a cursor on.
///
/// # Errors
/// [`SearchError`]. A document that is not what the log recorded is left out and named in the service's log.
pub async fn search(
    store: &Store,
    shared: &Shared,
    query: &Query,
    behind: Option<Cursor>,
    now: Timestamp,
) -> Result<Found, SearchError> {
    let mut page = Page {
        store,
        shared,
        query,
        now,
        rows: Vec::with_capacity(PAGE_ROWS),
        looked_at: 0,
        read: 0,
    };
    let mut before = behind.map(|cursor| cursor.0);
    let next = loop {
        let batch = candidates(store, shared, query, before).await?;
        let last_batch = batch.len() < to_usize(BATCH);
        let mut full = false;
        for (index, key) in &batch {
            if page.is_full() {
                full = true;
                break;
            }
            page.look_at(*index, key).await?;
            before = Some(*index);
        }
        match before {
            Some(index) if full || (page.is_full() && !last_batch) => break Some(Cursor(index)),
            _ if last_batch => break None,
            _ => {}
        }
    };
    Ok(Found {
        as_of: now,
        rows: page.rows,
        next: next.map(|cursor| cursor.text(query)),
    })
}

/// Candidates from before an index on, the newest first. By number or legal entity the ledger has them.
async fn candidates(
    store: &Store,
    shared: &Shared,
    query: &Query,
    before: Option<u64>,
) -> Result<Vec<Candidate>, StoreError> {
    if query.number.is_none() && query.uscc.is_none() {
        return store.directory(&query.condition(), before, BATCH).await;
    }
    let published = shared.read();
    let mut known = of_ledger(&published.ledger, query);
    known.retain(|(index, _)| before.is_none_or(|before| *index < before));
    known.sort_unstable_by(|one, next| next.cmp(one));
    known.truncate(to_usize(BATCH));
    Ok(known)
}

fn of_ledger(ledger: &Ledger, query: &Query) -> Vec<Candidate> {
    let place = |key: CredentialKey| Some((ledger.credential(&key)?.index, key));
    if let Some(number) = &query.number {
        let versions = ledger.versions(number).into_iter();
        return versions
            .filter_map(|version| place((number.clone(), version)))
            .collect();
    }
    let holder = query.uscc.into_iter();
    let keys = holder.flat_map(|code| ledger.of_holder(code));
    keys.cloned().filter_map(place).collect()
}

/// The newest version of a number.
struct Newest {
    version: Version,
    index: u64,
}

/// A page in the making.
struct Page<'a> {
    store: &'a Store,
    shared: &'a Shared,
    query: &'a Query,
    now: Timestamp,
    rows: Vec<DirectoryEntry>,
    looked_at: usize,
    read: usize,
}

impl Page<'_> {
    fn is_full(&self) -> bool {
        self.rows.len() == PAGE_ROWS || self.looked_at >= MOST_LOOKED_AT || self.read >= MOST_READ
    }

    async fn look_at(&mut self, index: u64, key: &CredentialKey) -> Result<(), SearchError> {
        self.looked_at += 1;
        let Some((state, newest)) = self.in_ledger(index, key) else {
            // The row names another certificate than the log has there.
            return Ok(());
        };
        if self
            .query
            .state
            .is_some_and(|wanted| wanted != state_name(&state))
        {
            return Ok(());
        }
        let Some(credential) = self.document(index).await? else {
            return Ok(());
        };
        if !self.query.matches(&credential) {
            return Ok(());
        }
        let entry = DirectoryEntry::new(&credential, &state, newest.version);
        if entry.newest_version.is_some() && self.query.state.is_none() {
            // An older version is listed only where it leads to a newest one that is not listed itself.
            let newest = self.document(newest.index).await?;
            if newest.is_some_and(|newest| self.query.matches(&newest)) {
                return Ok(());
            }
        }
        self.rows.push(entry);
        Ok(())
    }

    /// State of a certificate now, and the newest version of its number.
    fn in_ledger(&self, index: u64, key: &CredentialKey) -> Option<(State, Newest)> {
        let published = self.shared.read();
        let ledger = &published.ledger;
        let held = ledger.credential(key).filter(|held| held.index == index)?;
        let events = ledger.events(key).iter();
        let events: Vec<RecordedEvent> = events.map(|event| event.recorded.clone()).collect();
        // The log's clock may be a little ahead of ours after ours stepped back.
        let recorded = events.iter().map(|event| event.recorded);
        let now = recorded.fold(self.now, Timestamp::max);
        let version = ledger.versions(&key.0).last().copied()?;
        let index = ledger.credential(&(key.0.clone(), version))?.index;
        Some((state(&held.terms, &events, now, now), Newest { version, index }))
    }

    async fn document(&mut self, index: u64) -> Result<Option<Credential>, SearchError> {
        self.read += 1;
        match read_document(self.store, self.shared, index).await {
            Ok((Document::Credential(credential), _)) => Ok(Some(*credential)),
            Ok(_) => Ok(None),
            Err(error @ RecordError::Damaged { .. }) => {
                tracing::error!(%error, "left out of the directory");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
