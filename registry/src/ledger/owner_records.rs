//! The scheme owner's records that the log holds.

use std::collections::BTreeMap;

use touchstone_schemas::owner_record::{KeyRetirement, VerifierRelease};

/// What the ledger holds of a key's retirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldRetirement {
    /// Index of its entry.
    pub index: u64,
    /// The first index no longer accepted.
    pub from: u64,
}

/// Key retirements and verifier releases.
#[derive(Clone, Debug, Default)]
pub struct OwnerRecords {
    /// By key, the one that counts: that of the earliest point.
    retired: BTreeMap<String, HeldRetirement>,
    /// Every retirement, by index.
    retirements: Vec<u64>,
    /// By name of the release.
    releases: BTreeMap<String, u64>,
}

impl OwnerRecords {
    pub(super) fn retire(&mut self, index: u64, retirement: &KeyRetirement) {
        let held = HeldRetirement {
            index,
            from: retirement.from,
        };
        self.retirements.push(index);
        self.put(retirement.verification_method.to_string(), held);
    }

    fn put(&mut self, method: String, held: HeldRetirement) {
        let counts = self.retired.entry(method).or_insert(held);
        if held.from < counts.from {
            *counts = held;
        }
    }

    pub(super) fn release(&mut self, index: u64, release: &VerifierRelease) {
        self.releases
            .entry(release.release.as_str().to_owned())
            .or_insert(index);
    }

    pub(super) fn absorb(&mut self, later: Self) {
        for (method, held) in later.retired {
            self.put(method, held);
        }
        self.retirements.extend(later.retirements);
        for (release, index) in later.releases {
            self.releases.entry(release).or_insert(index);
        }
    }

    /// The retirement of a key.
    #[must_use]
    pub fn retired(&self, method: &str) -> Option<HeldRetirement> {
        self.retired.get(method).copied()
    }

    /// Where a release stands in the log.
    #[must_use]
    pub fn released(&self, release: &str) -> Option<u64> {
        self.releases.get(release).copied()
    }

    /// Indices of all key retirements, in order of the log.
    #[must_use]
    pub fn retirements(&self) -> Vec<u64> {
        self.retirements.clone()
    }

    /// Indices of all verifier releases, in order of the log.
    #[must_use]
    pub fn releases(&self) -> Vec<u64> {
        let mut indices: Vec<u64> = self.releases.values().copied().collect();
        indices.sort_unstable();
        indices
    }
}
