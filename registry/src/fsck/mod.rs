//! `fsck`: everything is read and hashed again, and what is not as it was logged is named.
//!
//! It reads beside a running registry and writes nothing. Three things are compared: entries, tiles, and what the log
//! signed. Where two agree against the third, the third is what lies.

mod finding;
mod lifecycle;
mod tiles;

use std::collections::BTreeSet;

use touchstone_schemas::{
    date_time::Timestamp,
    tlog::{Entry, Hash, SignedNote, TreeHead, leaf_hash},
};
use touchstone_verifier::tlog::{LogKey, LogKeyError, open_checkpoint};

pub use finding::Finding;

use crate::{
    config::Config,
    ledger::{Document, Ledger},
    store::{Identity, Projection, Store, StoreError, StoredEntry},
    tlog::{CheckpointFile, Tree},
};

/// Entries read at a time.
const CHUNK: u32 = 512;

/// What was read, and what was found.
#[derive(Debug)]
pub struct Checked {
    /// Entries read.
    pub entries: u64,
    /// Tiles read.
    pub tiles: usize,
    /// What is not as it was logged.
    pub findings: Vec<Finding>,
}

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum FsckError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log's key in the database is unusable.
    #[error("the database's log key: {0}")]
    Key(#[from] LogKeyError),
}

/// Reads everything again.
///
/// # Errors
/// [`FsckError`] when there is nothing to read; faults are findings, not errors.
pub async fn fsck(config: &Config) -> Result<Checked, FsckError> {
    let file = CheckpointFile::at(config.log.checkpoint_file.clone());
    let store = Store::open_read_only(&config.store.database).await?;
    let identity = store.identity().await?;
    let log = LogKey::new(identity.origin.clone(), identity.log_key.as_bytes())?;
    let mut findings = Vec::new();
    let faults = store.integrity_faults().await?;
    findings.extend(faults.into_iter().map(|fault| Finding::Pages { fault }));
    check_identity(config, &identity, &mut findings);
    // The file before the database: a registry that is running may only have gone on since.
    let kept = file.read(&log);
    let signed = check_checkpoint(&store, &log, &mut findings).await?;
    let mut reading = Reading::default();
    let mut next = 0;
    loop {
        let chunk = store.entries(next, CHUNK).await?;
        let Some(last) = chunk.last() else { break };
        next = last.index.saturating_add(1);
        for stored in chunk {
            if signed.is_none_or(|signed| stored.index < signed.size) {
                reading.read(&stored, &mut findings);
            } else {
                findings.push(Finding::EntryBeyond { index: stored.index });
            }
        }
    }
    let tiles = store.tiles().await?;
    tiles::check(&reading.leaves, &tiles, signed, &mut findings);
    check_history(kept, signed, &reading, &mut findings);
    check_projections(&store, &reading, &mut findings).await?;
    let documents = store.document_count().await?;
    if documents > reading.read {
        findings.push(Finding::DocumentsUnlogged {
            documents: documents - reading.read,
        });
    }
    lifecycle::check(&reading.ledger, &reading.credentials, &mut findings);
    store.close().await;
    Ok(Checked {
        entries: reading.read,
        tiles: tiles.len(),
        findings,
    })
}

fn check_identity(config: &Config, identity: &Identity, findings: &mut Vec<Finding>) {
    if identity.origin != config.log.origin {
        findings.push(Finding::Identity {
            what: "origin",
            stored: identity.origin.to_string(),
            configured: config.log.origin.to_string(),
        });
    }
    if identity.base != config.registry.base {
        findings.push(Finding::Identity {
            what: "base",
            stored: identity.base.as_str().to_owned(),
            configured: config.registry.base.as_str().to_owned(),
        });
    }
}

async fn check_checkpoint(
    store: &Store,
    log: &LogKey,
    findings: &mut Vec<Finding>,
) -> Result<Option<TreeHead>, StoreError> {
    let stored = store.checkpoint().await?;
    let signed = open_checkpoint(stored.note.as_bytes(), log);
    match signed {
        Ok(signed) if signed.head().size == stored.size => {
            // Only lines of other keys could still differ; the registry writes none.
            let lines = SignedNote::parse(stored.note.as_bytes()).map_or(0, |note| note.signatures().len());
            if lines != 1 {
                findings.push(Finding::CheckpointLines { lines });
            }
            Ok(Some(*signed.head()))
        }
        Ok(signed) => {
            findings.push(Finding::CheckpointSize {
                column: stored.size,
                signed: signed.head().size,
            });
            Ok(Some(*signed.head()))
        }
        Err(cause) => {
            findings.push(Finding::Checkpoint { cause });
            Ok(None)
        }
    }
}

/// What was read of the entries.
#[derive(Debug)]
struct Reading {
    read: u64,
    leaves: Vec<Hash>,
    ledger: Ledger,
    credentials: Vec<crate::ledger::CredentialKey>,
    projections: BTreeSet<(u64, Projection)>,
    last_recorded: Timestamp,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            read: 0,
            leaves: Vec::new(),
            ledger: Ledger::default(),
            credentials: Vec::new(),
            projections: BTreeSet::new(),
            last_recorded: Timestamp::MIN,
        }
    }
}

impl Reading {
    fn read(&mut self, stored: &StoredEntry, findings: &mut Vec<Finding>) {
        let index = stored.index;
        let expected = u64::try_from(self.leaves.len()).unwrap_or(u64::MAX);
        if index != expected {
            findings.push(Finding::EntriesMissing {
                from: expected,
                to: index,
            });
        }
        self.read = self.read.saturating_add(1);
        self.leaves.push(leaf_hash(&stored.entry));
        let entry = match Entry::parse(&stored.entry) {
            Ok(entry) => entry,
            Err(cause) => return findings.push(Finding::EntryForm { index, cause }),
        };
        if entry.recorded < self.last_recorded {
            findings.push(Finding::RecordedBackwards {
                index,
                recorded: entry.recorded,
                before: self.last_recorded,
            });
        }
        self.last_recorded = self.last_recorded.max(entry.recorded);
        match Document::of_entry(&entry, &stored.document) {
            Ok(document) => {
                self.projections
                    .extend(document.projection().map(|projection| (index, projection)));
                if let Document::Credential(credential) = &document {
                    self.credentials
                        .push((credential.number.clone(), credential.version));
                }
                self.ledger.enter(index, entry.digest, entry.recorded, document);
            }
            Err(cause) => findings.push(Finding::Document { index, cause }),
        }
    }
}

/// The checkpoint file against the database's tree.
fn check_history(
    kept: Result<touchstone_verifier::tlog::VerifiedCheckpoint, crate::tlog::CheckpointFileError>,
    signed: Option<TreeHead>,
    reading: &Reading,
    findings: &mut Vec<Finding>,
) {
    let kept = match kept {
        Ok(kept) => *kept.head(),
        Err(cause) => {
            return findings.push(Finding::CheckpointFile {
                cause: cause.to_string(),
            });
        }
    };
    let size = signed.map_or(0, |signed| signed.size);
    if signed.is_some() && kept.size > size {
        return findings.push(Finding::Behind {
            database: size,
            file: kept.size,
        });
    }
    let mut growth = Tree::empty().grow();
    let first = usize::try_from(kept.size).unwrap_or(usize::MAX);
    for leaf in reading.leaves.iter().take(first) {
        // 2^64 leaves do not fit in memory.
        let _ = growth.append_leaf(*leaf);
    }
    if growth.head() != kept {
        findings.push(Finding::Forked {
            size: kept.size,
            entries: growth.head().root,
            file: kept.root,
        });
    }
}

async fn check_projections(
    store: &Store,
    reading: &Reading,
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let stored: BTreeSet<(u64, Projection)> = match store.projections().await {
        Ok(stored) => stored.into_iter().collect(),
        Err(StoreError::Value { table, column, found }) => {
            findings.push(Finding::ProjectionForm { table, column, found });
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    for (index, projection) in reading.projections.difference(&stored) {
        findings.push(Finding::ProjectionMissing {
            index: *index,
            projection: projection.clone(),
        });
    }
    for (index, projection) in stored.difference(&reading.projections) {
        findings.push(Finding::ProjectionUnfounded {
            index: *index,
            projection: projection.clone(),
        });
    }
    Ok(())
}
