//! The scrub: beside its service the registry reads what it has stored again, gently, and compares it with the hashes
//! it holds in memory. What is false stops intake: nothing more is signed over a database that lies.
//!
//! New checkpoints are signed over hashes in memory, which were computed when the log was read at start or when an entry
//! came in; so a bit that flips on disk is never signed over, whenever it is found.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;
use touchstone_schemas::{
    digest::Sha256Digest,
    tlog::{Entry, TileFile, TilePath, TreeHead, leaf_hash},
};
use touchstone_verifier::tlog::{LogKey, open_checkpoint};

use crate::{
    store::{Store, StoreError, StoredEntry},
    tlog::{CheckpointFile, CheckpointFileError, SequencerHandle, Shared},
};

/// Steps a second, so that no step reads much.
const STEPS_PER_SECOND: u32 = 10;
/// Tiles read in a step.
const TILES: u32 = 16;

/// Everything the scrub works with.
#[derive(Debug)]
pub struct Scrub {
    /// What is read again.
    pub store: Store,
    /// What it must be.
    pub shared: Shared,
    /// What is stopped.
    pub sequencer: SequencerHandle,
    /// The checkpoint outside the database.
    pub file: CheckpointFile,
    /// Whose checkpoints they are.
    pub log: LogKey,
    /// Entries read in a second, with their documents.
    pub entries_per_second: u32,
    /// What the operator is told.
    pub seen: ScrubSeen,
}

/// What the scrub has seen. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct ScrubSeen(Arc<Seen>);

#[derive(Debug, Default)]
struct Seen {
    found: AtomicBool,
    passes: AtomicU64,
}

impl ScrubSeen {
    /// Whether something stored is not as it was logged.
    #[must_use]
    pub fn found(&self) -> bool {
        self.0.found.load(Ordering::Acquire)
    }

    /// How often everything was read.
    #[must_use]
    pub fn passes(&self) -> u64 {
        self.0.passes.load(Ordering::Relaxed)
    }
}

/// Something stored that is not as it was logged.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum False {
    #[error("entry {index} is missing or was altered")]
    Entry { index: u64 },
    #[error("the document of entry {index} is missing or was altered")]
    Document { index: u64 },
    #[error("tile {level}/{index} is missing or was altered")]
    Tile { level: u8, index: u64 },
    #[error("the {what} is not one of this log's history")]
    Checkpoint { what: &'static str },
}

/// Why a step came to nothing.
#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error(transparent)]
    False(#[from] False),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where the scrub stands.
#[derive(Clone, Copy, Debug)]
enum Place {
    Entries { next: u64 },
    Tiles { level: u8, next: u64 },
    Checkpoints,
}

impl Scrub {
    /// Reads until told to stop, or until something is found.
    pub async fn run(self, mut stopped: watch::Receiver<bool>) {
        let mut pace = tokio::time::interval(Duration::from_secs(1) / STEPS_PER_SECOND);
        pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut place = Place::Entries { next: 0 };
        loop {
            tokio::select! {
                _ = stopped.changed() => return,
                _ = pace.tick() => {}
            }
            match self.step(place).await {
                Ok(next) => place = next,
                Err(StepError::False(found)) => {
                    tracing::error!(%found, "what is stored is not what was logged: intake is stopped, run fsck");
                    self.seen.0.found.store(true, Ordering::Release);
                    self.sequencer.condemn();
                    return;
                }
                // A database that is away is not one that lies.
                Err(StepError::Store(error)) => tracing::warn!(%error, "scrub: nothing read"),
            }
        }
    }

    async fn step(&self, place: Place) -> Result<Place, StepError> {
        match place {
            Place::Entries { next } => self.entries(next).await,
            Place::Tiles { level, next } => self.tiles(level, next).await,
            Place::Checkpoints => {
                self.checkpoints().await?;
                self.seen.0.passes.fetch_add(1, Ordering::Relaxed);
                Ok(Place::Entries { next: 0 })
            }
        }
    }

    async fn entries(&self, next: u64) -> Result<Place, StepError> {
        let size = self.shared.read().tree.size();
        let count = (self.entries_per_second / STEPS_PER_SECOND).max(1);
        let left = u32::try_from(size.saturating_sub(next))
            .unwrap_or(count)
            .min(count);
        if left == 0 {
            return Ok(Place::Tiles { level: 0, next: 0 });
        }
        let stored = self.store.entries(next, left).await?;
        let mut index = next;
        for stored in &stored {
            self.entry(index, stored)?;
            index = index.saturating_add(1);
        }
        if index < next.saturating_add(u64::from(left)) {
            return Err(False::Entry { index }.into());
        }
        Ok(Place::Entries { next: index })
    }

    fn entry(&self, index: u64, stored: &StoredEntry) -> Result<(), False> {
        let logged = self.shared.read().tree.hash(0, index);
        if stored.index != index || logged != Some(leaf_hash(&stored.entry)) {
            return Err(False::Entry { index });
        }
        match Entry::parse(&stored.entry) {
            Ok(entry) if entry.digest == Sha256Digest::of(&stored.document) => Ok(()),
            _ => Err(False::Document { index }),
        }
    }

    /// What the tree had before the database was asked is there; a batch may have come in since.
    async fn tiles(&self, level: u8, next: u64) -> Result<Place, StepError> {
        let size = self.shared.read().tree.size();
        let file = TileFile::Hashes(level);
        if TilePath::in_tree(file, next, size).is_none() {
            return Ok(match level.checked_add(1) {
                Some(above) if next > 0 => Place::Tiles {
                    level: above,
                    next: 0,
                },
                _ => Place::Checkpoints,
            });
        }
        let stored = self.store.tiles_of(level, next, TILES).await?;
        for index in next..next.saturating_add(u64::from(TILES)) {
            let Some(path) = TilePath::in_tree(file, index, size) else {
                break;
            };
            let wanted = self.shared.read().tree.tile(level, index, path.width());
            let found = stored.iter().find(|tile| tile.index == index);
            let sound = match (&wanted, found) {
                (Some(wanted), Some(found)) => found.hashes.starts_with(wanted),
                _ => false,
            };
            if !sound {
                return Err(False::Tile { level, index }.into());
            }
        }
        Ok(Place::Tiles {
            level,
            next: next.saturating_add(u64::from(TILES)),
        })
    }

    /// Both are of this history, and no older than what was published before they were read.
    async fn checkpoints(&self) -> Result<(), StepError> {
        let published = self.shared.read().tree.size();
        let stored = self.store.checkpoint().await?;
        let head = open_checkpoint(stored.note.as_bytes(), &self.log)
            .ok()
            .map(|signed| *signed.head())
            .filter(|head| head.size == stored.size);
        if !self.is_ours(head, published) {
            return Err(False::Checkpoint {
                what: "stored checkpoint",
            }
            .into());
        }
        match self.file.read(&self.log) {
            // Another's trouble on disk; the next write finds it.
            Err(CheckpointFileError::File { .. }) => Ok(()),
            kept => {
                let head = kept.ok().map(|kept| *kept.head());
                let what = "checkpoint file";
                if self.is_ours(head, published) {
                    Ok(())
                } else {
                    Err(False::Checkpoint { what }.into())
                }
            }
        }
    }

    fn is_ours(&self, head: Option<TreeHead>, published: u64) -> bool {
        let Some(head) = head.filter(|head| head.size >= published) else {
            return false;
        };
        let shared = self.shared.read();
        // One of a batch that is not published yet is judged in the next pass.
        head.size > shared.tree.size() || shared.tree.head_at(head.size) == Ok(head)
    }
}
