//! Entries by the digest of their document.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest};

use super::Logged;

/// What the log has, in its order.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    rows: Vec<(Sha256Digest, Logged)>,
    by_digest: HashTable<u32>,
    hasher: RandomState,
}

impl Entries {
    /// Adds an entry behind all others.
    pub(super) fn add(&mut self, index: u64, digest: Sha256Digest, recorded: Timestamp) {
        // 2^32 rows do not fit in memory.
        let row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.rows.push((digest, Logged { index, recorded }));
        let (rows, hasher) = (&self.rows, &self.hasher);
        let rehash = |row: &u32| row_of(rows, *row).map_or(0, |(digest, _)| hasher.hash_one(digest));
        self.by_digest.insert_unique(hasher.hash_one(digest), row, rehash);
    }

    /// Adds what another holds.
    pub(super) fn absorb(&mut self, later: Self) {
        for (digest, Logged { index, recorded }) in later.rows {
            self.add(index, digest, recorded);
        }
    }

    /// Where a document stands.
    pub(super) fn find(&self, digest: &Sha256Digest) -> Option<Logged> {
        let same = |row: &u32| row_of(&self.rows, *row).is_some_and(|(found, _)| found == digest);
        let row = self.by_digest.find(self.hasher.hash_one(digest), same)?;
        row_of(&self.rows, *row).map(|(_, logged)| *logged)
    }

    /// Digest of the document at an index, and when it was recorded.
    pub(super) fn at(&self, index: u64) -> Option<(Sha256Digest, Timestamp)> {
        let row = self.rows.binary_search_by_key(&index, |(_, logged)| logged.index);
        let (digest, logged) = self.rows.get(row.ok()?)?;
        Some((*digest, logged.recorded))
    }
}

fn row_of(rows: &[(Sha256Digest, Logged)], row: u32) -> Option<&(Sha256Digest, Logged)> {
    rows.get(usize::try_from(row).ok()?)
}
