//! What is left of a log: entries whose hash a checkpoint of the old log proves, and that rest on nothing lost.

use std::collections::BTreeSet;

use touchstone_schemas::{
    credential::Version,
    digest::Sha256Digest,
    status::StatusAllocation,
    tlog::{Hash, TreeHead, leaf_hash},
};

use super::{IndexRange, RecoveryError};
use crate::{
    ledger::{Document, Ledger},
    rebuild::{Source, open_entry},
    store::{StoredEntry, StoredTile},
    tlog::Tree,
};

/// Entries of a bundle: what a damaged file of a mirror takes with it.
const BUNDLE: u64 = 256;

/// What was found.
#[derive(Default)]
pub(super) struct Survivors {
    /// The entries, by their old indices.
    pub(super) entries: Vec<StoredEntry>,
    /// Indices that are lost.
    pub(super) lost: Vec<IndexRange>,
    /// Indices of entries that rest on lost ones.
    pub(super) left_out: Vec<u64>,
}

/// Reads a source to the end. `signed` are checkpoints of the old log; the larger is what the log is known to have had.
pub(super) async fn survivors(source: &Source, signed: &[TreeHead]) -> Result<Survivors, RecoveryError> {
    let size = signed.iter().map(|head| head.size).max().unwrap_or_default();
    let stored = read_all(source, size).await?;
    let tiles = source.tiles(size).await?;
    let proven = proven_leaves(&stored, &tiles, signed).ok_or(RecoveryError::Unproven)?;
    let mut found = Survivors::default();
    let mut taken = Taken::default();
    let mut next = 0;
    for entry in stored {
        let index = entry.index;
        let hash = usize::try_from(index).ok().and_then(|index| proven.get(index));
        if index < next || hash != Some(&leaf_hash(&entry.entry)) {
            continue;
        }
        let Ok((_, document)) = open_entry(index, &entry) else {
            continue;
        };
        found.lose(next, index);
        next = index.saturating_add(1);
        if taken.take(index, &entry, document) {
            found.entries.push(entry);
        } else {
            found.left_out.push(index);
        }
    }
    found.lose(next, size);
    Ok(found)
}

impl Survivors {
    fn lose(&mut self, from: u64, to: u64) {
        if from < to {
            self.lost.push(IndexRange { from, to });
        }
    }
}

async fn read_all(source: &Source, size: u64) -> Result<Vec<StoredEntry>, RecoveryError> {
    let mut all: Vec<StoredEntry> = Vec::new();
    let mut next = 0;
    while next < size {
        match (source.entries(next, size).await, source) {
            (Ok(entries), _) => match entries.last() {
                Some(last) => {
                    next = last.index.saturating_add(1);
                    all.extend(entries);
                }
                None => break,
            },
            // A file that is gone takes its bundle with it and no more.
            (Err(error), Source::Mirror(mirror)) if mirror.must_be_whole().is_ok() => {
                tracing::warn!(%error, "entries lost");
                next = (next / BUNDLE).saturating_add(1).saturating_mul(BUNDLE);
            }
            (Err(error), _) => return Err(error.into()),
        }
    }
    Ok(all)
}

/// Leaf hashes of a tree that the old log signed: of the tiles, or of the entries themselves.
fn proven_leaves(stored: &[StoredEntry], tiles: &[StoredTile], signed: &[TreeHead]) -> Option<Vec<Hash>> {
    let of_tiles: Vec<Hash> = tiles
        .iter()
        .filter(|tile| tile.level == 0)
        .flat_map(|tile| tile.hashes.as_chunks::<32>().0)
        .map(|hash| Hash::from_bytes(*hash))
        .collect();
    let whole = (0..).zip(stored).all(|(index, entry)| entry.index == index);
    let of_entries: Vec<Hash> = if whole {
        stored.iter().map(|entry| leaf_hash(&entry.entry)).collect()
    } else {
        Vec::new()
    };
    let mut heads = signed.to_vec();
    heads.sort_by_key(|head| std::cmp::Reverse(head.size));
    heads.iter().find_map(|head| {
        let size = usize::try_from(head.size).ok()?;
        [&of_tiles, &of_entries].into_iter().find_map(|leaves| {
            let leaves = leaves.get(..size)?;
            (tree(leaves).head() == *head).then(|| leaves.to_vec())
        })
    })
}

fn tree(leaves: &[Hash]) -> Tree {
    let mut tree = Tree::empty();
    let mut growth = tree.grow();
    for leaf in leaves {
        // 2^64 leaves do not fit in memory.
        let _ = growth.append_leaf(*leaf);
    }
    tree.adopt(growth);
    tree
}

/// What a new log would hold: nothing twice, nothing that rests on what is not there.
#[derive(Default)]
struct Taken {
    ledger: Ledger,
    places: BTreeSet<(u32, u32)>,
    lists: BTreeSet<(touchstone_schemas::status::StatusPurpose, u32, u64)>,
    digests: BTreeSet<Sha256Digest>,
    count: u64,
}

impl Taken {
    fn take(&mut self, index: u64, stored: &StoredEntry, document: Document) -> bool {
        let digest = Sha256Digest::of(&stored.document);
        let fits = match &document {
            Document::Credential(credential) => {
                let before = credential.version.get().checked_sub(1);
                let before = before.and_then(|version| Version::try_from(version).ok());
                let follows = before.is_none_or(|version| {
                    self.ledger
                        .credential(&(credential.number.clone(), version))
                        .is_some()
                });
                let StatusAllocation { list, index } = credential.status;
                follows && self.places.insert((list, index))
            }
            Document::Event(event) => {
                let key = (event.number.clone(), event.version);
                let events = u32::try_from(self.ledger.events(&key).len()).unwrap_or(u32::MAX);
                self.ledger.credential(&key).is_some() && event.sequence == events.saturating_add(1)
            }
            Document::StatusList { list, .. } => self.lists.insert((list.purpose, list.list, list.sequence)),
            // The point it names must be one of the new log too: of what both begin with.
            Document::KeyRetirement(retirement) => self.count == index && retirement.from <= index,
            Document::Snapshot { .. } | Document::VerifierRelease(_) => true,
        };
        if !fits || !self.digests.insert(digest) {
            return false;
        }
        let recorded = touchstone_schemas::date_time::Timestamp::MIN;
        self.ledger.enter(index, digest, recorded, document);
        self.count = self.count.saturating_add(1);
        true
    }
}
