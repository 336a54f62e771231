//! Answers that many ask for, kept in memory together with what they were true of: an answer of another moment is none,
//! so that nobody is told less than the checkpoint he could fetch.
//!
//! The table has a fixed number of places, in sets of a few; a newer answer takes the place of one that is true no more,
//! or else of the oldest of its set.

use std::{
    collections::VecDeque,
    fmt,
    hash::{BuildHasher, Hash, RandomState},
    sync::{Mutex, PoisonError},
};

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::Timestamp,
};

use super::cached::Tagged;

/// Places for records: some 8 kB each.
const RECORDS: usize = 1_024;
/// Places for status lists.
const STATUS_LISTS: usize = 256;
/// Places of a set. With one alone, of 200 records in 1,024 places every sixth would share its place with another, and each
/// would drive the other out.
const SET: usize = 8;
/// Longest answer kept, in bytes: together with the places a bound on memory, 80 MiB, that takes answers ten times as
/// long as the usual ones to reach.
const LONGEST: usize = 64 * 1024;

/// What a record is asked by: the newest version when none is named.
type RecordKey = (CredentialNumber, Option<Version>);
/// What a record was true of: the tree's size and the instant of its states.
type Moment = (u64, Timestamp);

/// All that is kept.
#[derive(Debug)]
pub struct HotAnswers {
    /// Records as JSON.
    pub(super) records: Kept<RecordKey, Moment>,
    /// Versions of status lists by index of their entry, each hashed again before it was kept; they never change.
    pub(super) status_lists: Kept<u64, ()>,
}

impl Default for HotAnswers {
    fn default() -> Self {
        Self {
            records: Kept::with_places(RECORDS),
            status_lists: Kept::with_places(STATUS_LISTS),
        }
    }
}

/// Answers by what was asked (`K`) and what they are true of (`M`).
pub(super) struct Kept<K, M> {
    sets: Box<[Set<K, M>]>,
    hasher: RandomState,
}

/// The oldest first.
type Set<K, M> = Mutex<VecDeque<(K, M, Tagged)>>;

impl<K: Hash + Eq, M: PartialEq> Kept<K, M> {
    fn with_places(places: usize) -> Self {
        Self {
            sets: std::iter::repeat_with(Mutex::default)
                .take(places.div_ceil(SET))
                .collect(),
            hasher: RandomState::new(),
        }
    }

    /// The answer, when it is kept and of this moment.
    pub(super) fn find(&self, key: &K, moment: &M) -> Option<Tagged> {
        let set = self.set(key)?.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = set.iter().filter(|(found, of, _)| found == key && of == moment);
        kept.next().map(|(_, _, answer)| answer.clone())
    }

    /// Keeps an answer that is true of a moment, or of a later one.
    pub(super) fn keep(&self, key: K, moment: M, answer: &Tagged) {
        if answer.len() > LONGEST {
            return;
        }
        let Some(set) = self.set(&key) else { return };
        let mut set = set.lock().unwrap_or_else(PoisonError::into_inner);
        set.retain(|(found, of, _)| *found != key && *of == moment);
        if set.len() >= SET {
            set.pop_front();
        }
        set.push_back((key, moment, answer.clone()));
    }

    fn set(&self, key: &K) -> Option<&Set<K, M>> {
        let hash = usize::try_from(self.hasher.hash_one(key) >> 32).ok()?;
        self.sets.get(hash.checked_rem(self.sets.len())?)
    }
}

impl<K, M> fmt::Debug for Kept<K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept")
            .field("sets", &self.sets.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_another_moment_is_none_and_memory_does_not_grow() {
        let kept = Kept::with_places(4 * SET);
        let answer = |text: &'static str| Tagged::from(axum::body::Bytes::from_static(text.as_bytes()));
        kept.keep(7_u64, 1, &answer("one"));
        assert_eq!(kept.find(&7, &1).map(|answer| answer.len()), Some(3));
        assert!(kept.find(&7, &2).is_none());
        assert!(kept.find(&8, &1).is_none());
        for key in 0..1_000 {
            kept.keep(key, 2, &answer("another"));
        }
        let found = (0..1_000).filter(|key| kept.find(key, &2).is_some()).count();
        assert_eq!(found, 4 * SET);
        // What is true no more makes room first.
        kept.keep(1_000, 3, &answer("newer"));
        let found = (0..1_000).filter(|key| kept.find(key, &2).is_some()).count();
        assert_eq!(found, 3 * SET);
        let long = Tagged::from(axum::body::Bytes::from(vec![0; LONGEST + 1]));
        kept.keep(1_001, 3, &long);
        assert!(kept.find(&1_001, &3).is_none());
    }
}
