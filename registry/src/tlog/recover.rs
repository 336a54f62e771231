//! Start: the log is read again from its first entry, and the checkpoint file is compared with it (DESIGN §4 "Log").
//!
//! Every entry and document is hashed, every stored tile compared, every projection derived anew. The database
//! extends the file → the file is rolled forward; anything else than that or equality → refused, with the reason.
//!
//! A reader does the same beside the sequencer, which may write meanwhile: what stands beyond the checkpoint read first
//! is looked at later. Its file is its own, made at its first start.

use std::{collections::BTreeMap, io::ErrorKind};

use touchstone_schemas::{
    date_time::Timestamp,
    tlog::{Entry, EntryError, SignedNote, TileFile, TilePath, TreeHead},
};
use touchstone_verifier::tlog::{CheckpointRefused, FrontierError, LogKey, MissingHash, open_checkpoint};

use super::{CheckpointFile, CheckpointFileError, Published, ReadEntry, Tree, read_entries};
use crate::{
    Role,
    ledger::{Document, DocumentError, Ledger},
    store::{Identity, Store, StoreError, StoredEntry},
};

/// Entries read at a time: with their documents, as read and as parsed, some 5 MB, that the heap keeps for good.
const CHUNK: u32 = 256;

/// Why a registry does not start.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The configuration names another log.
    #[error(
        "the database holds the log of {}, the configuration and key are those of {}",
        show(stored),
        show(configured)
    )]
    Identity {
        /// What the database says.
        stored: Box<Identity>,
        /// What the configuration and the key say.
        configured: Box<Identity>,
    },
    /// The stored checkpoint is not one of this log.
    #[error("the database's checkpoint: {0}")]
    Checkpoint(#[from] CheckpointRefused),
    /// The entries do not number what the checkpoint says.
    #[error("the database holds {found} entries, its checkpoint counts {expected}")]
    EntryCount {
        /// Entries found without a gap.
        found: u64,
        /// Tree size of the checkpoint.
        expected: u64,
    },
    /// An entry is not an entry.
    #[error("entry {index}: {cause}")]
    Entry {
        /// Its index.
        index: u64,
        /// Why.
        cause: EntryError,
    },
    /// An entry was recorded before its predecessor.
    #[error("entry {index} was recorded at {recorded}, before its predecessor at {before}")]
    RecordedBackwards {
        /// Its index.
        index: u64,
        /// When it was recorded.
        recorded: Timestamp,
        /// When its predecessor was.
        before: Timestamp,
    },
    /// A document is not that of its entry.
    #[error("document of entry {index}: {cause}")]
    Document {
        /// Index of the entry.
        index: u64,
        /// Why.
        cause: DocumentError,
    },
    /// A stored tile is not that of the entries.
    #[error("tile {level}/{index} is not that of the entries")]
    Tile {
        /// Its level.
        level: u8,
        /// Its index within the level.
        index: u64,
    },
    /// Tiles are missing.
    #[error("{found} tiles are stored, the tree has {expected}")]
    TileCount {
        /// Tiles found.
        found: usize,
        /// Tiles of the tree.
        expected: usize,
    },
    /// The tree of the entries has another root than the checkpoint.
    #[error("the entries lead to root {}, the database's checkpoint signs {}", found.root, expected.root)]
    Root {
        /// Of the entries.
        found: TreeHead,
        /// Of the checkpoint.
        expected: TreeHead,
    },
    /// The tree is full.
    #[error(transparent)]
    Full(#[from] FrontierError),
    /// The file is not there or says nothing.
    #[error(transparent)]
    File(#[from] CheckpointFileError),
    /// A backup was restored, or somebody removed the newest entries.
    #[error(
        "the database is behind the checkpoint file: {database} entries, the log had {file}. \
         An older database was put in place; starting it would fork the log"
    )]
    Behind {
        /// Size of the database's tree.
        database: u64,
        /// Size of the file's tree.
        file: u64,
    },
    /// The database lost what was published from it.
    #[error(
        "the database went back to {database} entries, {published} were published. \
         An older database was put in place; going on with it would fork the log"
    )]
    Receded {
        /// Size of the database's tree.
        database: u64,
        /// Size of the tree published.
        published: u64,
    },
    /// Two histories.
    #[error(
        "database and checkpoint file tell two histories: at {size} entries the database has root {database}, \
         the file {file}"
    )]
    Forked {
        /// Size of the file's tree.
        size: u64,
        /// Root of the database's tree at that size.
        database: touchstone_schemas::tlog::Hash,
        /// Root of the file.
        file: touchstone_schemas::tlog::Hash,
    },
    /// A hash is missing in memory.
    #[error(transparent)]
    MissingHash(#[from] MissingHash),
}

impl RecoverError {
    /// Whether the same may go well in a moment: something could not be read or written. Everything else says that the
    /// log is not as it was left.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Database(_)) | Self::File(CheckpointFileError::File { .. })
        )
    }
}

fn show(identity: &Identity) -> String {
    let Identity {
        origin,
        log_key,
        base,
    } = identity;
    format!("{origin} with key {log_key} at {}", base.as_str())
}

/// Reads the log again and brings the checkpoint file up to it.
///
/// # Errors
/// [`RecoverError`] says why the registry must not start.
pub async fn recover(
    store: &Store,
    configured: &Identity,
    log: &LogKey,
    file: &CheckpointFile,
    role: Role,
) -> Result<Published, RecoverError> {
    let stored = store.identity().await?;
    if stored != *configured {
        return Err(RecoverError::Identity {
            stored: Box::new(stored),
            configured: Box::new(configured.clone()),
        });
    }
    let row = store.checkpoint().await?;
    let signed = open_checkpoint(row.note.as_bytes(), log)?;
    let note = SignedNote::parse(row.note.as_bytes()).map_err(CheckpointRefused::from)?;
    let expected = *signed.head();
    let mut replay = Replay::new();
    let mut entries = store.read_ahead(CHUNK);
    while replay.tree.size() < expected.size {
        let mut chunk = entries.next().await?;
        chunk.retain(|stored| stored.index < expected.size);
        let found = replay.tree.size();
        if chunk.is_empty() {
            return Err(RecoverError::EntryCount {
                found,
                expected: expected.size,
            });
        }
        replay.read(chunk, expected.size)?;
    }
    if role == Role::Sequencer
        && let Some(beyond) = store.entries(expected.size, 1).await?.first()
    {
        return Err(RecoverError::EntryCount {
            found: beyond.index.saturating_add(1),
            expected: expected.size,
        });
    }
    let published = replay.finish(note);
    let found = published.tree.head();
    match role {
        Role::Sequencer => check_tiles(store, &published.tree).await?,
        Role::Reader => check_tiles_that_may_grow(store, &published.tree).await?,
    }
    if found != expected || row.size != expected.size {
        return Err(RecoverError::Root { found, expected });
    }
    roll_forward(file, log, &published, role)?;
    Ok(published)
}

/// The log as far as it was read.
struct Replay {
    tree: Tree,
    ledger: Ledger,
    last_recorded: Timestamp,
}

impl Replay {
    fn new() -> Self {
        Self {
            tree: Tree::empty(),
            ledger: Ledger::default(),
            last_recorded: Timestamp::MIN,
        }
    }

    fn read(&mut self, chunk: Vec<StoredEntry>, expected: u64) -> Result<(), RecoverError> {
        let mut growth = self.tree.grow();
        for (stored, ReadEntry { leaf, read }) in chunk.iter().zip(read_entries(&chunk)) {
            let index = growth.append_leaf(leaf)?;
            if stored.index != index {
                return Err(RecoverError::EntryCount {
                    found: index,
                    expected,
                });
            }
            let (entry, document) = check_entry(index, read, self.last_recorded)?;
            self.last_recorded = entry.recorded;
            self.enter(index, &entry, document);
        }
        self.tree.adopt(growth);
        Ok(())
    }

    fn enter(&mut self, index: u64, entry: &Entry, document: Document) {
        if let Document::Event(event) = &document {
            let key = (event.number.clone(), event.version);
            if let Some(list) = self.ledger.credential(&key).map(|held| held.allocation.list) {
                self.ledger.note_event_in(list, entry.recorded);
            }
        }
        self.ledger.enter(index, entry.digest, entry.recorded, document);
    }

    fn finish(mut self, checkpoint: SignedNote) -> Published {
        self.ledger.schedule_all(self.last_recorded);
        Published {
            tree: self.tree,
            checkpoint,
            ledger: self.ledger,
            last_recorded: self.last_recorded,
        }
    }
}

/// An entry and its document: each of its form, recorded no earlier than its predecessor, and the one of the other.
pub(super) fn open_entry(stored: &StoredEntry, before: Timestamp) -> Result<(Entry, Document), RecoverError> {
    check_entry(stored.index, ReadEntry::of(stored).read, before)
}

fn check_entry(
    index: u64,
    read: Result<(Entry, Result<Document, DocumentError>), EntryError>,
    before: Timestamp,
) -> Result<(Entry, Document), RecoverError> {
    let (entry, document) = read.map_err(|cause| RecoverError::Entry { index, cause })?;
    if entry.recorded < before {
        return Err(RecoverError::RecordedBackwards {
            index,
            recorded: entry.recorded,
            before,
        });
    }
    let document = document.map_err(|cause| RecoverError::Document { index, cause })?;
    Ok((entry, document))
}

async fn check_tiles(store: &Store, tree: &Tree) -> Result<(), RecoverError> {
    let empty = Tree::empty();
    let expected: usize = (0..=u8::MAX)
        .map(|level| {
            let file = TileFile::Hashes(level);
            TilePath::grown(file, empty.size(), tree.size()).count()
        })
        .take_while(|count| *count > 0)
        .sum();
    let tiles = store.tiles().await?;
    for tile in &tiles {
        let width = u16::try_from(tile.hashes.len() / 32).unwrap_or(u16::MAX);
        let full = tree.tile(tile.level, tile.index, width);
        let wider = width < 256
            && tree
                .tile(tile.level, tile.index, width.saturating_add(1))
                .is_some();
        if full.as_ref() != Some(&tile.hashes) || wider {
            return Err(RecoverError::Tile {
                level: tile.level,
                index: tile.index,
            });
        }
    }
    if tiles.len() == expected {
        Ok(())
    } else {
        Err(RecoverError::TileCount {
            found: tiles.len(),
            expected,
        })
    }
}

/// Every tile of the tree is there; that it is wider by now, or others are there, is the sequencer's work since.
async fn check_tiles_that_may_grow(store: &Store, tree: &Tree) -> Result<(), RecoverError> {
    let stored = store.tiles().await?.into_iter();
    let stored: BTreeMap<(u8, u64), Vec<u8>> = stored
        .map(|tile| ((tile.level, tile.index), tile.hashes))
        .collect();
    for level in 0..=u8::MAX {
        let mut paths = TilePath::grown(TileFile::Hashes(level), 0, tree.size()).peekable();
        if paths.peek().is_none() {
            break;
        }
        for path in paths {
            let index = path.index();
            let wanted = tree.tile(level, index, path.width());
            let found = stored.get(&(level, index));
            let sound = found
                .zip(wanted)
                .is_some_and(|(found, wanted)| found.starts_with(&wanted));
            if !sound {
                return Err(RecoverError::Tile { level, index });
            }
        }
    }
    Ok(())
}

fn roll_forward(
    file: &CheckpointFile,
    log: &LogKey,
    published: &Published,
    role: Role,
) -> Result<(), RecoverError> {
    let kept = match file.read(log) {
        Ok(kept) => *kept.head(),
        Err(CheckpointFileError::File { cause, .. })
            if role == Role::Reader && cause.kind() == ErrorKind::NotFound =>
        {
            tracing::info!(size = published.tree.size(), "checkpoint file made");
            return Ok(file.write(&published.checkpoint)?);
        }
        Err(error) => return Err(error.into()),
    };
    let size = published.tree.size();
    if size < kept.size {
        return Err(RecoverError::Behind {
            database: size,
            file: kept.size,
        });
    }
    let then = published.tree.head_at(kept.size)?;
    if then != kept {
        return Err(RecoverError::Forked {
            size: kept.size,
            database: then.root,
            file: kept.root,
        });
    }
    if size > kept.size {
        tracing::warn!(
            from = kept.size,
            to = size,
            "checkpoint file rolled forward to the database"
        );
        file.write(&published.checkpoint)?;
    }
    Ok(())
}
