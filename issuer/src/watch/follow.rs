//! The log's growth since it was last seen, entry by entry.

use std::collections::BTreeMap;

use touchstone_schemas::{
    digest::Sha256Digest,
    tlog::{
        Entry, EntryBundle, Hash, TileFile, TilePath, TreeHead,
        entry::Record,
        leaf_hash,
        tile::{TILE_WIDTH, parse_hashes},
    },
};
use touchstone_verifier::tlog::{Frontier, NoProof, NotGrown, check_growth, open_checkpoint};

use super::{Watch, WatchError, compare::Expected};
use crate::store::{AlarmKind, Finding};

/// Tiles asked for to prove that a log grew, at most: two paths of a tree of 2^64 leaves.
const MOST_TILES: usize = 32;

/// An entry under the office's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OwnEntry {
    pub(super) index: u64,
    pub(super) digest: Sha256Digest,
    pub(super) record: Record,
}

/// A log seen whole.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) tree: Frontier,
    /// Its checkpoint, as it signs it.
    pub(super) note: Vec<u8>,
    /// Entries that were new.
    pub(super) entries: u64,
    pub(super) own: Vec<OwnEntry>,
}

/// What following came to.
#[derive(Debug)]
pub(super) enum Followed {
    /// The log grew, and every entry is signed by its checkpoint.
    Whole(Seen),
    /// It looks wrong.
    Suspect(Finding),
}

impl Watch {
    pub(super) async fn kept_size(&mut self) -> Result<u64, WatchError> {
        let origin = self.papers.log()?.key().origin().clone();
        Ok(self.store.watched_log(&origin).await?.size())
    }

    pub(super) async fn follow(&mut self, expected: &[Expected]) -> Result<Followed, WatchError> {
        let note = self.registry.log_file("checkpoint").await?;
        let key = self.papers.log()?.key().clone();
        let head = *open_checkpoint(&note, &key)?.head();
        let mut tree = self.store.watched_log(key.origin()).await?;
        let kept = tree.head();
        let promised = expected.iter().map(|it| it.log_size).max().unwrap_or(0);
        let before = kept.size.max(promised);
        if head.size < before {
            return Ok(Followed::Suspect(Finding {
                kind: AlarmKind::WentBack,
                subject: format!("{} {before}", key.origin()),
                detail: format!("the log had {before} entries and shows {}", head.size),
            }));
        }
        let own = self.append(&mut tree, head.size).await?;
        if tree.head() == head {
            return Ok(Followed::Whole(Seen {
                entries: head.size - kept.size,
                tree,
                note,
                own,
            }));
        }
        self.suspect(&kept, &head).await.map(Followed::Suspect)
    }

    /// Reads entries onto the tree until it has that size; gives those under the office's name.
    async fn append(&self, tree: &mut Frontier, size: u64) -> Result<Vec<OwnEntry>, WatchError> {
        let did = &self.papers.config.issuer.did;
        let mut own = Vec::new();
        for path in TilePath::grown(TileFile::Entries, tree.size(), size) {
            let bytes = self.registry.log_file(&path.to_string()).await?;
            let fault = |cause: String| WatchError::File {
                path: path.to_string(),
                cause,
            };
            let bundle =
                EntryBundle::parse(&bytes, path.width()).map_err(|cause| fault(cause.to_string()))?;
            let first = path.index().saturating_mul(u64::from(TILE_WIDTH));
            for (index, bytes) in (first..).zip(bundle.entries()) {
                if index < tree.size() {
                    continue;
                }
                tree.append(leaf_hash(bytes), |_, _, _| {})
                    .map_err(|cause| fault(cause.to_string()))?;
                let entry = Entry::parse(bytes).map_err(|cause| fault(cause.to_string()))?;
                if entry.issuer == *did {
                    own.push(OwnEntry {
                        index,
                        digest: entry.digest,
                        record: entry.record,
                    });
                }
            }
        }
        Ok(own)
    }

    /// The entries do not lead to the root that is signed: is it another history, or are they not the log's?
    async fn suspect(&self, kept: &TreeHead, head: &TreeHead) -> Result<Finding, WatchError> {
        let mut hashes = BTreeMap::new();
        for _ in 0..MOST_TILES {
            let grown = check_growth(kept, head, |level, index| hashes.get(&(level, index)).copied());
            let missing = match grown {
                Ok(()) => {
                    return Ok(Finding {
                        kind: AlarmKind::BundleAltered,
                        subject: format!("{} {}", head.size, head.root),
                        detail: format!(
                            "the entries served are not those that the log signs at {} entries",
                            head.size
                        ),
                    });
                }
                Err(NotGrown::Unproven(NoProof::MissingHash(missing))) => missing,
                Err(cause) => {
                    return Ok(Finding {
                        kind: AlarmKind::Forked,
                        subject: format!("{} {}", kept.size, kept.root),
                        detail: format!("the log shows two histories: {cause}"),
                    });
                }
            };
            let tile = missing.index / u64::from(TILE_WIDTH);
            let read = self.tile(missing.level, tile, head.size).await?;
            let before = hashes.len();
            hashes.extend(read);
            if hashes.len() == before {
                break;
            }
        }
        Err(WatchError::File {
            path: format!("tiles of {} entries", head.size),
            cause: "they do not tell whether the log grew".to_owned(),
        })
    }

    async fn tile(&self, level: u8, index: u64, size: u64) -> Result<Vec<((u8, u64), Hash)>, WatchError> {
        let Some(path) = TilePath::in_tree(TileFile::Hashes(level), index, size) else {
            return Ok(Vec::new());
        };
        let bytes = self.registry.log_file(&path.to_string()).await?;
        let hashes = parse_hashes(&bytes, path.width()).map_err(|cause| WatchError::File {
            path: path.to_string(),
            cause: cause.to_string(),
        })?;
        let first = index.saturating_mul(u64::from(TILE_WIDTH));
        Ok((first..)
            .zip(hashes)
            .map(|(index, hash)| ((level, index), hash))
            .collect())
    }
}
