//! `rebuild`: a database made again from log and documents, the same tree under the same checkpoint, byte for byte.
//!
//! Everything is hashed on its way in. Until the root is seen to be the signed one the new database has no checkpoint, and
//! no registry starts on it; what differs is named, and nothing of it is taken.

mod refill;
mod source;

use touchstone_schemas::tlog::{NoteError, SignedNote, TreeHead};
use touchstone_verifier::tlog::{CheckpointRefused, LogKey, LogKeyError, open_checkpoint};

pub use refill::EntryRefused;
pub(crate) use refill::{Refill, open as open_entry};
pub use source::{Source, SourceError};

use crate::{
    config::Config,
    mirror::statics::signed_by_itself,
    store::{LockError, Place, Store, StoreError, StoredCheckpoint, WriterLock},
    tlog::{CheckpointFile, CheckpointFileError},
};

/// The checkpoint of a database that is not whole yet: none that any log signed.
const UNFINISHED: &str = "";

/// What was built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// Size and root of the log.
    pub head: TreeHead,
    /// Trust lists taken over.
    pub trust_lists: usize,
}

/// Why no database was built.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The new database.
    #[error("the new database: {0}")]
    Target(#[from] StoreError),
    /// Another process writes.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The source does not read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The source is of another log.
    #[error("the source is of {found}, the configuration of {expected}")]
    OtherLog {
        /// In the source.
        found: String,
        /// In the configuration.
        expected: String,
    },
    /// The source's log key is unusable.
    #[error(transparent)]
    LogKey(#[from] LogKeyError),
    /// No checkpoint of the log is at hand.
    #[error("the source's checkpoint: {source_says}; the checkpoint file: {file_says}")]
    NoCheckpoint {
        /// Why the source's is none.
        source_says: CheckpointRefused,
        /// Why the file's is none.
        file_says: String,
    },
    /// The source is older than what the log has signed.
    #[error(
        "the source has {found} entries, the checkpoint file says that the log had {signed}: what is missing can only be \
         rebuilt from a newer mirror; where there is none, `recover` opens a new origin"
    )]
    Behind {
        /// Entries of the source.
        found: u64,
        /// Entries of the file's tree.
        signed: u64,
    },
    /// An entry or document is not what was logged.
    #[error(transparent)]
    Entry(#[from] EntryRefused),
    /// The entries break off.
    #[error("the source has {found} entries, its checkpoint signs {signed}")]
    TooFew {
        /// Entries found.
        found: u64,
        /// Entries signed.
        signed: u64,
    },
    /// The entries lead elsewhere.
    #[error("the entries lead to root {}, the checkpoint signs {}: an entry was altered", found.root, signed.root)]
    Root {
        /// Of the entries.
        found: TreeHead,
        /// Signed.
        signed: TreeHead,
    },
    /// Two histories.
    #[error("source and checkpoint file tell two histories within their first {size} entries")]
    Forked {
        /// Entries of the file's tree.
        size: u64,
    },
    /// A trust list is not whole.
    #[error("trust list {sequence}: {cause}")]
    TrustList {
        /// Its sequence.
        sequence: u64,
        /// Why.
        cause: String,
    },
    /// A checkpoint that cannot be written.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The checkpoint file.
    #[error(transparent)]
    File(#[from] CheckpointFileError),
}

/// Builds the database that the configuration names, which must not be there.
///
/// # Errors
/// [`RebuildError`] names what differs; a file that was begun is removed again, a server's database is left unusable.
pub async fn rebuild(config: &Config, source: &Source) -> Result<Rebuilt, RebuildError> {
    let identity = source.identity().await.map_err(SourceError::from)?;
    if identity.origin != config.log.origin || identity.base != config.registry.base {
        return Err(RebuildError::OtherLog {
            found: format!("{} at {}", identity.origin, identity.base.as_str()),
            expected: format!("{} at {}", config.log.origin, config.registry.base.as_str()),
        });
    }
    let log = LogKey::new(identity.origin.clone(), identity.log_key.as_bytes())?;
    let file = CheckpointFile::at(config.log.checkpoint_file.clone());
    let kept = file.read(&log);
    let note = source.checkpoint().await?;
    let (signed, note) = match (open_checkpoint(&note, &log), &kept) {
        (Ok(signed), _) => (*signed.head(), SignedNote::parse(&note)?),
        // A damaged row: the file outside the database says what was signed.
        (Err(_), Ok(kept)) => (*kept.head(), file.note()?),
        (Err(source_says), Err(file_says)) => {
            return Err(RebuildError::NoCheckpoint {
                source_says,
                file_says: file_says.to_string(),
            });
        }
    };
    let kept = kept.ok().map(|kept| *kept.head());
    if let Some(kept) = kept.filter(|kept| kept.size > signed.size) {
        return Err(RebuildError::Behind {
            found: signed.size,
            signed: kept.size,
        });
    }
    let unfinished = StoredCheckpoint {
        size: 0,
        note: UNFINISHED.to_owned(),
    };
    let place = &config.store.database;
    let lock = WriterLock::take(place).await?;
    Store::create(place, &identity, &unfinished).await?.close().await;
    let target = Target { place, signed, kept };
    let done = target.fill(source, &note).await;
    drop(lock);
    if done.is_err() {
        target.remove();
    }
    let trust_lists = done?;
    if kept.is_none_or(|kept| kept.size < signed.size) {
        file.write(&note)?;
    }
    Ok(Rebuilt {
        head: signed,
        trust_lists,
    })
}

struct Target<'t> {
    place: &'t Place,
    signed: TreeHead,
    /// What the checkpoint file says.
    kept: Option<TreeHead>,
}

impl Target<'_> {
    async fn fill(&self, source: &Source, note: &SignedNote) -> Result<usize, RebuildError> {
        let store = Store::open(self.place).await?;
        let mut refill = Refill::into_empty(UNFINISHED.to_owned());
        loop {
            let entries = source.entries(refill.size(), self.signed.size).await?;
            let checked = refill.check(entries)?;
            let head = checked.head();
            let last = head.size >= self.signed.size;
            if last && head != self.signed {
                return Err(RebuildError::Root {
                    found: head,
                    signed: self.signed,
                });
            }
            if head == refill.head() && !last {
                return Err(RebuildError::TooFew {
                    found: head.size,
                    signed: self.signed.size,
                });
            }
            if !last {
                refill.write(&store, checked, UNFINISHED.to_owned()).await?;
                continue;
            }
            let lists = self.trust_lists(source, &store).await?;
            self.check_history(&refill, &checked)?;
            refill.write(&store, checked, note.to_string()).await?;
            store.close().await;
            return Ok(lists);
        }
    }

    /// The checkpoint file, where there is one, is of the same history.
    fn check_history(&self, refill: &Refill, last: &refill::Checked) -> Result<(), RebuildError> {
        match self.kept {
            Some(kept) if refill.head_with(last, kept.size) != Some(kept) => {
                Err(RebuildError::Forked { size: kept.size })
            }
            _ => Ok(()),
        }
    }

    async fn trust_lists(&self, source: &Source, store: &Store) -> Result<usize, RebuildError> {
        let lists = source.trust_lists().await?;
        for (sequence, document) in &lists {
            let sequence = *sequence;
            let refused = |cause: String| RebuildError::TrustList { sequence, cause };
            let trust = signed_by_itself(document).map_err(|cause| refused(cause.to_string()))?;
            if trust.list().sequence != sequence {
                return Err(refused(format!("it has sequence {}", trust.list().sequence)));
            }
            store.keep_trust_list(sequence, document).await?;
        }
        Ok(lists.len())
    }

    /// What was begun is not left to be taken for a database; on a server it has no checkpoint and starts nothing.
    fn remove(&self) {
        if let Place::File(path) = self.place {
            for ending in ["", "-wal", "-shm", ".lock"] {
                let mut file = path.clone().into_os_string();
                file.push(ending);
                drop(std::fs::remove_file(file));
            }
        }
    }
}
