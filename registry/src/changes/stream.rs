//! The stream of changes from a position on: the log's in order, and before the first one of each day what dates brought
//! about since, certificate after certificate. The same again at any time, so that a position is all that is kept.

use touchstone_schemas::{
    credential::CredentialNumber,
    date_time::{Date, Timestamp},
    tlog::Entry,
    uscc::Uscc,
};

use super::{Change, LogPageError, Pass, Position, change_of_entry, dates_of};
use crate::{
    ledger::{CredentialKey, HeldCredential, Ledger},
    store::Store,
    tlog::Shared,
};

/// Entries read at a time.
const CHUNK: u32 = 256;
/// Certificates looked at while the ledger is held: some milliseconds.
const CERTIFICATES: usize = 1_000;

/// Certificates that are found without asking of every one.
#[derive(Clone, Copy, Debug)]
pub enum Among<'a> {
    /// All.
    All,
    /// The versions of one.
    Number(&'a CredentialNumber),
    /// Those of one holder.
    Holder(Uscc),
}

/// Whose changes are wanted.
#[derive(Clone, Copy)]
pub struct Selection<'a> {
    /// Among which they are.
    pub among: Among<'a>,
    /// Whether a certificate is wanted.
    pub concerns: &'a (dyn Fn(&Ledger, &CredentialKey, &HeldCredential) -> bool + Send + Sync),
}

/// A step: perhaps a change to tell, and the position once it is told.
#[derive(Clone, Debug)]
pub struct Step {
    /// The change.
    pub change: Option<Change>,
    /// The position behind it.
    pub then: Position,
}

/// The next steps; none when everything has been told.
///
/// # Errors
/// [`LogPageError`]: nothing is told that is not what the log recorded.
pub async fn next_steps(
    store: &Store,
    shared: &Shared,
    selection: &Selection<'_>,
    position: &Position,
    now: Timestamp,
) -> Result<Vec<Step>, LogPageError> {
    if let Some(pass) = &position.pass {
        return Ok(dates(shared, selection, position, pass.until));
    }
    let size = shared.read().tree.size();
    let left = u32::try_from(size.saturating_sub(position.log)).unwrap_or(CHUNK);
    let entries = match left.min(CHUNK) {
        0 => Vec::new(),
        wanted => store.entry_bytes(position.log, wanted).await?,
    };
    let first = entries.first().and_then(|bytes| Entry::parse(bytes).ok());
    let day = Date::of(first.map_or(now, |entry| entry.recorded.min(now))).start();
    if day > position.dates {
        return Ok(dates(shared, selection, position, day));
    }
    of_entries(shared, selection, position, &entries)
}

/// The changes of entries, up to the first of a day whose dates have not been told.
fn of_entries(
    shared: &Shared,
    selection: &Selection<'_>,
    position: &Position,
    entries: &[Vec<u8>],
) -> Result<Vec<Step>, LogPageError> {
    let published = shared.read();
    let mut steps = Vec::with_capacity(entries.len());
    for (index, bytes) in (position.log..).zip(entries) {
        let found = change_of_entry(&published, index, bytes)?;
        if let Some(found) = &found
            && Date::of(found.change.known).start() > position.dates
            && index > position.log
        {
            break;
        }
        let wanted = found.filter(|found| {
            let key = (found.change.number.clone(), found.change.version);
            let held = published.ledger.credential(&key);
            held.is_some_and(|held| (selection.concerns)(&published.ledger, &key, held))
        });
        let then = Position::starting(index.saturating_add(1), position.dates);
        let change = wanted.map(|found| found.change);
        steps.push(Step { change, then });
    }
    Ok(steps)
}

/// What dates brought about up to `until`, of the next certificates.
fn dates(shared: &Shared, selection: &Selection<'_>, position: &Position, until: Timestamp) -> Vec<Step> {
    let published = shared.read();
    let ledger = &published.ledger;
    let behind = position.pass.as_ref().map(Pass::key);
    let (keys, last) = next_keys(ledger, selection, behind.as_ref());
    let told = |key: &CredentialKey, at| Position {
        pass: Some(Pass::behind(key, at, until)),
        ..Position::starting(position.log, position.dates)
    };
    let mut steps = Vec::new();
    // Of the certificate told last there may be more.
    let rest = position.pass.as_ref().map(|pass| (pass.key(), pass.at));
    let new = keys.into_iter().map(|key| (key, position.dates));
    for (key, after) in rest.into_iter().chain(new) {
        let issued = issued_at(ledger, &key);
        // Of one recorded since, what was before its own day is no news.
        for change in dates_of(ledger, &key, after.max(issued), until) {
            let then = told(&key, change.known);
            let change = Some(change);
            steps.push(Step { change, then });
        }
    }
    let then = match last {
        Some(key) => told(&key, until),
        None => Position::starting(position.log, until),
    };
    steps.push(Step { change: None, then });
    steps
}

fn issued_at(ledger: &Ledger, key: &CredentialKey) -> Timestamp {
    let held = ledger.credential(key);
    held.and_then(|held| ledger.recorded(held.index))
        .unwrap_or(Timestamp::MIN)
}

/// The next certificates wanted behind one, and the last one looked at, wanted or not; none at the end. Few
/// enough to be looked at in one go.
fn next_keys(
    ledger: &Ledger,
    selection: &Selection<'_>,
    behind: Option<&CredentialKey>,
) -> (Vec<CredentialKey>, Option<CredentialKey>) {
    let few = match selection.among {
        Among::All => None,
        Among::Number(number) => {
            let versions = ledger.versions(number).into_iter();
            Some(versions.map(|version| (number.clone(), version)).collect())
        }
        Among::Holder(code) => Some(ledger.of_holder(code).cloned().collect::<Vec<_>>()),
    };
    if let Some(mut keys) = few {
        keys.retain(|key| behind.is_none_or(|behind| key > behind));
        keys.sort_unstable();
        let last = keys.last().cloned();
        return (keys, last);
    }
    let (mut keys, mut last) = (Vec::new(), None);
    for (key, held) in ledger.credentials_behind(behind).take(CERTIFICATES) {
        if (selection.concerns)(ledger, key, held) {
            keys.push(key.clone());
        }
        last = Some(key);
    }
    (keys, last.cloned())
}
