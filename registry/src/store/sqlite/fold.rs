//! Folding the write-ahead log into the database beside the writer, so that no batch waits for it.
//!
//! Every page of an index that a batch touches is written to the log; the later it is folded in, the more of them are
//! written to the database once instead of many times. A writer that folds by itself after a commit, as SQLite does
//! unless told otherwise, makes the batch that happens to be the one wait.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use sqlx::sqlite::SqlitePool;

use crate::store::Batch;

/// Bytes of entries and documents after which the log is folded in: with the pages of the indices some five times as
/// much, 20 MB, is in it by then.
const FOLD_AFTER: u64 = 4 << 20;
/// Pages of 4 KiB after which the writer folds by itself after all, should the other never come to its end: 64 MiB.
pub(super) const WRITER_FOLDS_AFTER: u32 = 16_384;

/// What is to be folded in. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Folding(Arc<State>);

#[derive(Debug, Default)]
struct State {
    written: AtomicU64,
    under_way: AtomicBool,
}

impl Folding {
    /// Counts a batch that is durable, and folds the log in beside whatever goes on when it is time. Failing is no
    /// matter: the log is durable as it is.
    pub(super) fn wrote(&self, batch: &Batch, pool: &SqlitePool) {
        let bytes = batch
            .entries
            .iter()
            .map(|new| new.entry.len() + new.document.len());
        let bytes = u64::try_from(bytes.sum::<usize>()).unwrap_or(u64::MAX);
        let State { written, under_way } = &*self.0;
        if written.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) < FOLD_AFTER
            || under_way.swap(true, Ordering::AcqRel)
        {
            return;
        }
        written.store(0, Ordering::Relaxed);
        let (folding, pool) = (self.clone(), pool.clone());
        tokio::spawn(async move {
            // Takes no lock that a writer or a reader waits for.
            let folded = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&pool).await;
            if let Err(error) = folded
                && !matches!(error, sqlx::Error::PoolClosed)
            {
                tracing::warn!(%error, "the write-ahead log was not folded in");
            }
            folding.0.under_way.store(false, Ordering::Release);
        });
    }
}
