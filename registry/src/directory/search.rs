//! Searching: candidates from the index or the ledger, then their states, then their documents, hashed again.
//!
//! What a page costs is bounded by what is on it, and not by how many there are: candidates come in the order of the
//! page and stop with it, what the ledger says of them is in memory, and the documents of a page are one question to the
//! database.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use touchstone_schemas::{
    credential::Version,
    date_time::Timestamp,
    lifecycle::{RecordedEvent, State, state},
};
use touchstone_verifier::statement::state_name;

use super::{Cursor, DirectoryEntry, Found, Listing, Listings, Query};
use crate::{
    ledger::{Certificate, Ledger},
    record::RecordError,
    store::{Store, StoreError},
    tlog::Shared,
};

/// Rows of a page (policy: what fits a screen or two).
const PAGE_ROWS: usize = 20;
/// Candidates taken from the index at first: those of a page, and one that tells whether there is another. Where most
/// of them are what is searched for, as usual, no more are looked for.
const FIRST_BATCH: u32 = 21;
/// Candidates taken from it when these did not fill the page.
const BATCH: u32 = 500;
/// Entries of the log that a page is searched among, from the cursor on back: more than two million certificates have.
/// Words that are each common and never meet make the index go through all of it (policy; at the worst some 40 ms).
const MOST_SEARCHED: u64 = 1 << 22;
/// Most candidates looked at for a page: a rare state may need several pages (policy; some 10 ms).
const MOST_LOOKED_AT: usize = 5_000;
/// Most documents read for a page (policy; some 10 ms).
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

/// Searches for a page, from behind a cursor on.
///
/// # Errors
/// [`SearchError`]. A document that is not what the log recorded is left out and named in the service's log.
pub async fn search(
    store: &Store,
    shared: &Shared,
    listings: &Listings,
    query: &Query,
    behind: Option<Cursor>,
    now: Timestamp,
) -> Result<Found, SearchError> {
    let mut page = Page {
        store,
        shared,
        listings,
        query,
        now,
        rows: Vec::with_capacity(PAGE_ROWS),
        looked_at: 0,
        read: 0,
    };
    let size = shared.read().tree.size();
    let mut part = 0..behind.map_or(size, |cursor| cursor.0.min(size));
    if !is_of_one(query) {
        part.start = part.end.saturating_sub(MOST_SEARCHED);
    }
    let mut wanted = FIRST_BATCH;
    let next = loop {
        let batch = candidates(store, shared, query, part.clone(), wanted).await?;
        if let Some(last) = page.take(&batch).await? {
            break Some(Cursor(last));
        }
        if batch.len() < to_usize(wanted) {
            // All of this part was looked at; there may be one before it.
            break (part.start > 0).then_some(Cursor(part.start));
        }
        part.end = batch.last().copied().unwrap_or(part.start);
        if page.is_full() {
            break Some(Cursor(part.end));
        }
        wanted = BATCH;
    };
    Ok(Found {
        as_of: now,
        rows: page.rows,
        next: next.map(|cursor| cursor.text(query)),
    })
}

/// Candidates of a part of the log, the newest first: the indices of their entries. Only names, places and the like
/// are asked of the database; the rest the ledger has.
async fn candidates(
    store: &Store,
    shared: &Shared,
    query: &Query,
    part: Range<u64>,
    count: u32,
) -> Result<Vec<u64>, StoreError> {
    let of_one = is_of_one(query);
    let condition = query.condition();
    if !of_one && !condition.is_empty() {
        return store.directory(&condition, part, count).await;
    }
    let published = shared.read();
    let mut known = if of_one {
        of_ledger(&published.ledger, query)
    } else {
        let all = published.ledger.credentials_before(part.end);
        all.take(to_usize(count)).collect()
    };
    known.retain(|index| part.contains(index));
    known.sort_unstable_by(|one, next| next.cmp(one));
    known.truncate(to_usize(count));
    Ok(known)
}

/// Whether the ledger has the few that are searched for, wherever in the log they stand.
fn is_of_one(query: &Query) -> bool {
    query.number.is_some() || query.uscc.is_some()
}

fn of_ledger(ledger: &Ledger, query: &Query) -> Vec<u64> {
    let index = |key: &_| ledger.credential(key).map(|held| held.index);
    if let Some(number) = &query.number {
        let versions = ledger.versions(number).into_iter();
        return versions
            .filter_map(|version| index(&(number.clone(), version)))
            .collect();
    }
    let holder = query.uscc.into_iter();
    let keys = holder.flat_map(|code| ledger.of_holder(code));
    keys.filter_map(index).collect()
}

/// The newest version of a number.
struct Newest {
    version: Version,
    index: u64,
}

/// A candidate that the ledger has.
struct Alive {
    index: u64,
    state: State,
    newest: Newest,
}

/// A page in the making.
struct Page<'a> {
    store: &'a Store,
    shared: &'a Shared,
    listings: &'a Listings,
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

    /// Takes candidates until the page is full; gives the last one it looked at, where others are left.
    async fn take(&mut self, mut left: &[u64]) -> Result<Option<u64>, SearchError> {
        let mut last = None;
        while !left.is_empty() {
            if self.is_full() {
                return Ok(last);
            }
            let (alive, looked_at) = self.alive(left);
            last = looked_at.checked_sub(1).and_then(|at| left.get(at)).copied();
            left = left.get(looked_at..).unwrap_or_default();
            self.looked_at += looked_at;
            self.list(alive).await?;
        }
        Ok(None)
    }

    /// The first candidates that the ledger has, as many as the page has room for and the documents they need may be
    /// read, and how many were looked at for them.
    fn alive(&self, candidates: &[u64]) -> (Vec<Alive>, usize) {
        let published = self.shared.read();
        let room = (PAGE_ROWS - self.rows.len()).min(MOST_READ - self.read);
        let (mut alive, mut looked_at) = (Vec::with_capacity(room), 0);
        for index in candidates.iter().take(MOST_LOOKED_AT - self.looked_at) {
            if alive.len() == room {
                break;
            }
            looked_at += 1;
            // Of a row that names what is no certificate the ledger knows nothing.
            let certificate = published.ledger.credential_at(*index);
            let found = certificate.and_then(|found| self.in_ledger(&published.ledger, found));
            let wanted = |found: &Alive| {
                self.query
                    .state
                    .is_none_or(|state| state == state_name(&found.state))
            };
            alive.extend(found.filter(wanted));
        }
        (alive, looked_at)
    }

    /// State of a certificate now, and the newest version of its number.
    fn in_ledger(&self, ledger: &Ledger, certificate: &Certificate) -> Option<Alive> {
        let held = certificate.credential()?;
        let events = certificate.events().iter();
        let events: Vec<RecordedEvent> = events.map(|event| event.recorded.clone()).collect();
        // The log's clock may be a little ahead of ours after ours stepped back.
        let recorded = events.iter().map(|event| event.recorded);
        let now = recorded.fold(self.now, Timestamp::max);
        let (number, _) = certificate.key();
        let version = ledger.versions(number).last().copied()?;
        let index = ledger.credential(&(number.clone(), version))?.index;
        Some(Alive {
            index: held.index,
            state: state(&held.terms, &events, now, now),
            newest: Newest { version, index },
        })
    }

    /// Puts those on the page whose documents are what is searched for.
    async fn list(&mut self, alive: Vec<Alive>) -> Result<(), SearchError> {
        let (any_state, query) = (self.query.state.is_none(), self.query);
        // An older version is listed only where it leads to a newest one that is not listed itself.
        let newest = alive.iter().filter(|_| any_state).map(|found| found.newest.index);
        let wanted: BTreeSet<u64> = alive.iter().map(|found| found.index).chain(newest).collect();
        self.read += wanted.len();
        let listings = self.listings.read(self.store, self.shared, &wanted).await?;
        let matching = |index: u64| -> Option<&Arc<Listing>> {
            listings.get(&index).filter(|listing| query.matches(listing))
        };
        for found in alive {
            let leads = found.newest.index != found.index;
            if leads && any_state && matching(found.newest.index).is_some() {
                continue;
            }
            if let Some(listing) = matching(found.index) {
                let entry = DirectoryEntry::new(Arc::clone(listing), &found.state, found.newest.version);
                self.rows.push(entry);
            }
        }
        Ok(())
    }
}

fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
