//! `recover`: a new log, under a new origin and key, opened openly after a loss that no mirror mends.
//!
//! An entry does not name its log. So the new one begins with what is left of the old, byte for byte and with the times
//! the old log gave: where nothing is lost in between, both have the same roots, old checkpoints prove that nothing was
//! altered, and the retirement points of the trust list stay true. What is lost, and what rests on it, is named in a
//! [`RecoveryStatement`]. Nothing that the old log did not sign is taken over: the body submits it again.

mod file;
mod statement;
mod survivors;

use touchstone_schemas::{
    date_time::Timestamp,
    text::Text,
    tlog::{NoteError, SignedNote, TreeHead},
};
use touchstone_verifier::tlog::{CheckpointRefused, LogKey, LogKeyError, open_checkpoint};

pub use file::{
    StatementFileError, beside as statement_file, keep as keep_statement, read as read_statement,
};
pub use statement::{IndexRange, LogName, RecoveryStatement};

use crate::{
    config::Config,
    rebuild::{EntryRefused, Refill, Source, SourceError},
    store::{Identity, LockError, Store, StoreError, StoredEntry, WriterLock},
    tlog::{CheckpointFile, CheckpointFileError, LogSigner, LogSignerError},
};

/// Entries written at a time.
const CHUNK: usize = 512;

/// What a new log is opened for.
#[derive(Debug)]
pub struct RecoveryRequest {
    /// The last checkpoint of the old log that is known: from a receipt, a mirror, the checkpoint file.
    pub last_checkpoint: Vec<u8>,
    /// Why, for people.
    pub why: Text,
    /// What was lost.
    pub loss: Loss,
    /// The time now.
    pub now: Timestamp,
}

/// What was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Entries or documents.
    Records,
    /// The log's key, or nobody else's knowledge of it.
    Key,
}

/// Why no new log was opened.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    /// The new database.
    #[error("the new database: {0}")]
    Target(#[from] StoreError),
    /// Another process writes.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The source does not read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The origin is the old one.
    #[error(
        "the new log has the origin of the old one, {origin}; a log that lost something is opened under another"
    )]
    SameOrigin {
        /// The origin.
        origin: String,
    },
    /// The key is the old one.
    #[error("the new log has the key of the old one; it is opened under another")]
    SameKey,
    /// The ids of everything held would be of another registry.
    #[error("the documents are of {found}, the new registry is {expected}")]
    Base {
        /// Base URL in the source.
        found: String,
        /// Base URL of the new registry.
        expected: String,
    },
    /// The new log is not new.
    #[error("the new log has {size} entries already; make one with `init`")]
    NotEmpty {
        /// Its entries.
        size: u64,
    },
    /// The new database is of another log than key and configuration.
    #[error("the new database is not the log of this configuration and key")]
    OtherTarget,
    /// A log's key is unusable.
    #[error(transparent)]
    LogKey(#[from] LogKeyError),
    /// The last checkpoint is not the old log's.
    #[error("the last checkpoint: {0}")]
    LastCheckpoint(#[from] CheckpointRefused),
    /// Which entries are the old log's cannot be told.
    #[error(
        "neither tiles nor entries of the source lead to a checkpoint that the old log signed: nothing in it is proven"
    )]
    Unproven,
    /// Nothing is lost.
    #[error(
        "every entry up to the last checkpoint is there: `rebuild` keeps the origin; where the log's key is lost or known to \
         others, say so"
    )]
    NothingLost,
    /// An entry does not follow the one before.
    #[error(transparent)]
    Entry(#[from] EntryRefused),
    /// No checkpoint.
    #[error(transparent)]
    Signer(#[from] LogSignerError),
    /// A checkpoint that cannot be written.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The checkpoint file.
    #[error(transparent)]
    File(#[from] CheckpointFileError),
    /// The statement.
    #[error(transparent)]
    Statement(#[from] StatementFileError),
}

/// Fills the new, empty log of a configuration with what is left of an old one.
///
/// # Errors
/// [`RecoveryError`]; a log that was begun is not empty any more, and is thrown away.
pub async fn recover_into(
    config: &Config,
    signer: &LogSigner,
    source: &Source,
    request: &RecoveryRequest,
) -> Result<RecoveryStatement, RecoveryError> {
    let old = source.identity().await.map_err(SourceError::from)?;
    let new = LogName {
        key: signer.multikey(),
        origin: config.log.origin.clone(),
    };
    check_names(config, &old, &new)?;
    let old_log = LogKey::new(old.origin.clone(), old.log_key.as_bytes())?;
    let last = *open_checkpoint(&request.last_checkpoint, &old_log)?.head();
    // The source's own, where it holds: of an older backup, all that its entries prove.
    let own = source.checkpoint().await.ok();
    let own = own.and_then(|note| open_checkpoint(&note, &old_log).ok());
    let signed: Vec<TreeHead> = own.iter().map(|own| *own.head()).chain([last]).collect();
    let found = survivors::survivors(source, &signed).await?;
    if found.lost.is_empty() && request.loss == Loss::Records {
        return Err(RecoveryError::NothingLost);
    }
    let _lock = WriterLock::take(&config.store.database).await?;
    let store = Store::open(&config.store.database).await?;
    let target = store.identity().await?;
    if target.origin != new.origin || target.log_key != new.key {
        return Err(RecoveryError::OtherTarget);
    }
    let checkpoint = store.checkpoint().await?;
    if checkpoint.size != 0 {
        return Err(RecoveryError::NotEmpty {
            size: checkpoint.size,
        });
    }
    let prefix = (0..)
        .zip(&found.entries)
        .take_while(|(index, entry)| *index == entry.index)
        .count();
    let statement = RecoveryStatement {
        last_checkpoint: SignedNote::parse(&request.last_checkpoint)?.to_string(),
        left_out: found.left_out,
        lost: found.lost,
        new_log: new,
        old_log: LogName {
            key: old.log_key,
            origin: old.origin,
        },
        opened: request.now,
        prefix: to_u64(prefix),
        taken: to_u64(found.entries.len()),
        why: request.why.clone(),
    };
    // Before the first entry: no log of this kind is ever served without it.
    file::write(&config.log.checkpoint_file, &statement)?;
    let renumbered = (0..).zip(found.entries);
    let entries: Vec<StoredEntry> = renumbered
        .map(|(index, entry)| StoredEntry { index, ..entry })
        .collect();
    let note = write(&store, signer, checkpoint.note, &entries).await?;
    store.close().await;
    if let Some(note) = note {
        CheckpointFile::at(config.log.checkpoint_file.clone()).write(&note)?;
    }
    Ok(statement)
}

/// Writes the entries; gives the last checkpoint, where there is one.
async fn write(
    store: &Store,
    signer: &LogSigner,
    first: String,
    entries: &[StoredEntry],
) -> Result<Option<SignedNote>, RecoveryError> {
    let mut refill = Refill::into_empty(first);
    let mut note = None;
    for chunk in entries.chunks(CHUNK) {
        let checked = refill.check(chunk.to_vec())?;
        let signed = signer.sign(checked.head())?;
        refill.write(store, checked, signed.to_string()).await?;
        note = Some(signed);
    }
    Ok(note)
}

fn check_names(config: &Config, old: &Identity, new: &LogName) -> Result<(), RecoveryError> {
    if old.origin == new.origin {
        return Err(RecoveryError::SameOrigin {
            origin: old.origin.to_string(),
        });
    }
    if old.log_key == new.key {
        return Err(RecoveryError::SameKey);
    }
    if old.base == config.registry.base {
        Ok(())
    } else {
        Err(RecoveryError::Base {
            found: old.base.as_str().to_owned(),
            expected: config.registry.base.as_str().to_owned(),
        })
    }
}

fn to_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
