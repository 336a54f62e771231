//! Changes of the certificates of some regions from a position on.

use touchstone_schemas::{
    date_time::Timestamp,
    jcs::to_canonical,
    record,
    tlog::{Entry, leaf_hash},
};

use super::Regions;
use crate::{
    changes::{Among, Change, ChangeJson, LogPageError, Names, Position, Selection, Step, next_steps},
    csv::{BYTE_ORDER_MARK, push_line},
    ledger::{CredentialKey, HeldCredential, Ledger},
    store::Store,
    tlog::Shared,
};

/// Changes of a page (policy).
const MOST: usize = 1_000;
/// Most reads for a page, each of some hundred entries or a thousand certificates (policy; some 100 ms).
const READS: usize = 100;

/// A page of changes, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionChanges {
    /// Up to when.
    pub as_of: Timestamp,
    /// The changes.
    pub changes: Vec<Change>,
    /// Where the next page begins; absent when there is nothing more yet.
    pub next: Option<Position>,
}

impl RegionChanges {
    /// Reads on from a position. A page may hold few changes, or none, and still have a next one.
    ///
    /// # Errors
    /// [`LogPageError`].
    pub async fn read(
        store: &Store,
        shared: &Shared,
        regions: &Regions,
        mut position: Position,
        now: Timestamp,
    ) -> Result<Self, LogPageError> {
        let concerns =
            |ledger: &Ledger, key: &CredentialKey, held: &HeldCredential| regions.concern(ledger, key, held);
        let selection = Selection {
            among: Among::All,
            concerns: &concerns,
        };
        let mut changes = Vec::new();
        for _ in 0..READS {
            let steps = next_steps(store, shared, &selection, &position, now).await?;
            if steps.is_empty() {
                return Ok(Self {
                    as_of: now,
                    changes,
                    next: None,
                });
            }
            for Step { change, then } in steps {
                if changes.len() == MOST {
                    break;
                }
                changes.extend(change);
                position = then;
            }
            if changes.len() == MOST {
                break;
            }
        }
        Ok(Self {
            as_of: now,
            changes,
            next: Some(position),
        })
    }
}

/// Index of the first entry recorded at or after an instant; the number of entries when there is none.
///
/// # Errors
/// [`LogPageError`].
pub async fn first_since(store: &Store, shared: &Shared, since: Timestamp) -> Result<u64, LogPageError> {
    let (mut first, mut end) = (0, shared.read().tree.size());
    while first < end {
        let middle = first + (end - first) / 2;
        if recorded(store, shared, middle).await? < since {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    Ok(first)
}

async fn recorded(store: &Store, shared: &Shared, index: u64) -> Result<Timestamp, LogPageError> {
    let entries = store.entry_bytes(index, 1).await?;
    let damaged = || LogPageError::Damaged { index };
    let bytes = entries.first().ok_or_else(damaged)?;
    if shared.read().tree.hash(0, index) != Some(leaf_hash(bytes)) {
        return Err(damaged());
    }
    Ok(Entry::parse(bytes).map_err(|_| damaged())?.recorded)
}

struct PageJson<'a> {
    as_of: Timestamp,
    changes: Vec<ChangeJson<'a>>,
    next: Option<String>,
}

record! { write PageJson<'_> {
    "asOf": as_of,
    "changes": changes,
    "next"? next,
} }

/// The page as JSON.
#[must_use]
pub fn changes_to_json(page: &RegionChanges, names: Names<'_>) -> Vec<u8> {
    let changes = page.changes.iter().map(|change| ChangeJson::of(change, names));
    to_canonical(&PageJson {
        as_of: page.as_of,
        changes: changes.collect(),
        next: page.next.as_ref().map(ToString::to_string),
    })
}

/// The page as CSV.
#[must_use]
pub fn changes_to_csv(page: &RegionChanges, names: Names<'_>) -> String {
    let mut out = BYTE_ORDER_MARK.to_owned();
    push_line(
        &mut out,
        [
            "known",
            "number",
            "version",
            "change",
            "state",
            "effective",
            "index",
            "record",
        ],
    );
    for change in &page.changes {
        push_line(
            &mut out,
            [
                change.known.to_string(),
                change.number.to_string(),
                change.version.to_string(),
                change.kind.name().to_owned(),
                change.state.name().to_owned(),
                change.effective.to_string(),
                change.index.map(|index| index.to_string()).unwrap_or_default(),
                names.record_url(change),
            ],
        );
    }
    out
}
