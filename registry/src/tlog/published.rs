//! What readers see: the tree, its checkpoint and the ledger of one and the same durable moment.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use touchstone_schemas::{
    date_time::Timestamp,
    submission::Receipt,
    tlog::{Entry, LogProof, SignedNote},
};

use super::{follow::News, tree::Tree};
use crate::ledger::Ledger;

/// A durable moment of the log.
#[derive(Debug)]
pub struct Published {
    /// All hashes.
    pub tree: Tree,
    /// The signed checkpoint of exactly this tree, fsynced to its file.
    pub checkpoint: SignedNote,
    /// What the entries say.
    pub ledger: Ledger,
    /// `recorded` of the last entry.
    pub last_recorded: Timestamp,
}

impl Published {
    /// The receipt of an entry: its proof into the newest checkpoint. `None` when the tree has no such leaf.
    #[must_use]
    pub fn receipt(&self, index: u64, entry: Entry) -> Option<Receipt> {
        let proof = LogProof {
            inclusion: self.tree.prove(index).ok()?,
            checkpoint: self.checkpoint.clone(),
        };
        Some(Receipt {
            entry,
            proof: proof.to_string(),
        })
    }
}

/// The moment shared by the one writer and all readers. A reader never waits for the database: the writer holds the
/// lock only while it puts a finished batch in place.
#[derive(Clone, Debug)]
pub struct Shared(Arc<RwLock<Published>>);

impl Shared {
    /// Shares a moment.
    #[must_use]
    pub fn new(published: Published) -> Self {
        Self(Arc::new(RwLock::new(published)))
    }

    /// To read. Never held across an await.
    pub fn read(&self) -> RwLockReadGuard<'_, Published> {
        // A panic while putting a batch in place ends the sequencer too, and nothing more is written.
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts what follows in place.
    pub fn adopt(&self, news: News) {
        let mut published = self.write();
        published.tree.adopt(news.growth);
        published.ledger.absorb_at(news.ledger, news.last_recorded);
        published.checkpoint = news.checkpoint;
        published.last_recorded = news.last_recorded;
    }

    fn write(&self) -> RwLockWriteGuard<'_, Published> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
