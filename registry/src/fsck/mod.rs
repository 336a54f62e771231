//! `fsck`: everything is read and hashed again, and what is not as it was logged is named.
//!
//! It reads beside a running registry and writes nothing. Three things are compared: entries, tiles, and what the log
//! signed. Where two agree against the third, the third is what lies.

mod directory;
mod finding;
mod lifecycle;
mod reading;
mod snapshots;
mod tiles;

use std::collections::BTreeSet;

use touchstone_schemas::tlog::{SignedNote, TreeHead};
use touchstone_verifier::{
    input::{LogProofPolicy, Policy},
    open_trust_list,
    tlog::{LogKey, LogKeyError, open_checkpoint},
};

pub use finding::{FileFault, Finding};
pub(crate) use lifecycle::check as check_lifecycle;
pub(crate) use reading::Reading;
pub(crate) use snapshots::check as check_snapshots;
pub(crate) use tiles::check as check_tiles;

use crate::{
    config::Config,
    mirror::statics::signed_by_itself,
    store::{Identity, Projection, Store, StoreError},
    tlog::{CheckpointFile, Tree, read_entries},
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
    // What goes on with the log before the log: a registry that is running may only have gone on since.
    let directory = store.directory_words().await?;
    let kept = file.read(&log);
    let signed = check_checkpoint(&store, &log, &mut findings).await?;
    let mut reading = Reading::with_directory_of(directory.entries);
    let mut entries = store.read_ahead(CHUNK);
    loop {
        let chunk = entries.next().await?;
        if chunk.is_empty() {
            break;
        }
        for (stored, read) in chunk.iter().zip(read_entries(&chunk)) {
            if signed.is_none_or(|signed| stored.index < signed.size) {
                reading.read(stored.index, read, &mut findings);
            } else {
                findings.push(Finding::EntryBeyond { index: stored.index });
            }
        }
    }
    let tiles = read_rows(store.tiles().await, &mut findings)?;
    check_tiles(&reading.leaves, &tiles, signed, &mut findings);
    check_history(kept, signed, &reading, &mut findings);
    check_projections(&store, &reading, &mut findings).await?;
    let documents = store.document_count().await?;
    if documents > reading.read {
        findings.push(Finding::DocumentsUnlogged {
            documents: documents - reading.read,
        });
    }
    check_trust_lists(config, &store, &mut findings).await?;
    check_lifecycle(&reading, &mut findings);
    check_snapshots(&reading, &mut findings);
    directory::check(&directory, &reading, &mut findings);
    store.close().await;
    Ok(Checked {
        entries: reading.read,
        tiles: tiles.len(),
        findings,
    })
}

/// Rows, of which one that is not of its form is a finding; nothing is compared with them then.
fn read_rows<T>(rows: Result<Vec<T>, StoreError>, findings: &mut Vec<Finding>) -> Result<Vec<T>, StoreError> {
    match rows {
        Err(StoreError::Value { table, column, found }) => {
            findings.push(Finding::RowForm { table, column, found });
            Ok(Vec::new())
        }
        rows => rows,
    }
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

/// Every list is whole under the key it names; the newest is one that the registry would start with.
async fn check_trust_lists(
    config: &Config,
    store: &Store,
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let lists = read_rows(store.trust_lists().await, findings)?;
    let newest = lists.last().map(|(sequence, _)| *sequence);
    for (sequence, document) in lists {
        let opened = match config.trust.owner_key {
            Some(owner_key) if Some(sequence) == newest => {
                let policy = Policy {
                    owner_key,
                    owner_successor: config.trust.owner_successor,
                    log_proof: LogProofPolicy::WhenPresent,
                };
                open_trust_list(&document, &policy, None)
            }
            _ => signed_by_itself(&document),
        };
        let cause = match opened {
            Ok(trust) if trust.list().sequence == sequence => continue,
            Ok(trust) => format!("the list has sequence {}", trust.list().sequence),
            Err(cause) => cause.to_string(),
        };
        findings.push(Finding::TrustList { sequence, cause });
    }
    Ok(())
}

async fn check_projections(
    store: &Store,
    reading: &Reading,
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let stored = read_rows(store.projections().await, findings)?;
    let stored: BTreeSet<(u64, Projection)> = stored.into_iter().collect();
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
