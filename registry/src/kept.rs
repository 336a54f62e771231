//! What many ask for, kept in memory together with what it was true of: what is of another moment is none, so that
//! nobody is told less than the checkpoint he could fetch.
//!
//! The table has a fixed number of places and of bytes, both shared out to sets of a few places; what is newer takes the
//! place of what is true no more, or else of the oldest of its set.

use std::{
    collections::VecDeque,
    fmt,
    hash::{BuildHasher, Hash, RandomState},
    sync::{Mutex, PoisonError},
};

/// Places of a set. With one alone, of 200 records in 1,024 places every sixth would share its place with another, and each
/// would drive the other out.
const SET: usize = 8;

/// How much room a value takes.
pub(crate) trait Weigh {
    /// Bytes, about.
    fn bytes(&self) -> usize;
}

/// Values by what was asked (`K`) and what they are true of (`M`).
pub(crate) struct Kept<K, M, V> {
    sets: Box<[Set<K, M, V>]>,
    /// Most bytes of a set.
    most: usize,
    hasher: RandomState,
}

/// The oldest first.
type Set<K, M, V> = Mutex<VecDeque<(K, M, V)>>;

impl<K: Hash + Eq, M: PartialEq, V: Clone + Weigh> Kept<K, M, V> {
    /// An empty table: so many places, and so many bytes at the most in all of them. Without bytes nothing is kept.
    pub(crate) fn with_room(places: usize, bytes: usize) -> Self {
        let sets = places.div_ceil(SET).max(1);
        Self {
            sets: std::iter::repeat_with(Mutex::default).take(sets).collect(),
            most: bytes.checked_div(sets).unwrap_or_default(),
            hasher: RandomState::new(),
        }
    }

    /// The value, when it is kept and of this moment.
    pub(crate) fn find(&self, key: &K, moment: &M) -> Option<V> {
        let set = self.set(key)?.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = set.iter().filter(|(found, of, _)| found == key && of == moment);
        kept.next().map(|(_, _, value)| value.clone())
    }

    /// Keeps a value that is true of a moment, or of a later one; one that is longer than a set is not kept.
    pub(crate) fn keep(&self, key: K, moment: M, value: &V) {
        let own = value.bytes();
        if own > self.most {
            return;
        }
        let Some(set) = self.set(&key) else { return };
        let mut set = set.lock().unwrap_or_else(PoisonError::into_inner);
        set.retain(|(found, of, _)| *found != key && *of == moment);
        let mut bytes: usize = set.iter().map(|(_, _, value)| value.bytes()).sum();
        while set.len() >= SET || bytes.saturating_add(own) > self.most {
            let Some((_, _, oldest)) = set.pop_front() else {
                break;
            };
            bytes = bytes.saturating_sub(oldest.bytes());
        }
        set.push_back((key, moment, value.clone()));
    }

    fn set(&self, key: &K) -> Option<&Set<K, M, V>> {
        let hash = usize::try_from(self.hasher.hash_one(key) >> 32).ok()?;
        self.sets.get(hash.checked_rem(self.sets.len())?)
    }
}

impl<K, M, V> fmt::Debug for Kept<K, M, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept")
            .field("sets", &self.sets.len())
            .field("most", &self.most)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Weigh for &str {
        fn bytes(&self) -> usize {
            self.len()
        }
    }

    #[test]
    fn what_is_of_another_moment_is_none_and_memory_does_not_grow() {
        let kept = Kept::with_room(4 * SET, 4 * SET * 10);
        kept.keep(7_u64, 1, &"one");
        assert_eq!(kept.find(&7, &1), Some("one"));
        assert!(kept.find(&7, &2).is_none());
        assert!(kept.find(&8, &1).is_none());
        for key in 0..1_000 {
            kept.keep(key, 2, &"another");
        }
        let found = |moment| (0..1_001).filter(|key| kept.find(key, &moment).is_some()).count();
        assert_eq!(found(2), 4 * SET);
        // What is true no more makes room first.
        kept.keep(1_000, 3, &"newer");
        assert_eq!((found(2), found(3)), (3 * SET, 1));
    }

    #[test]
    fn long_values_take_the_room_of_several_and_too_long_ones_none() {
        let kept = Kept::with_room(SET, 100);
        for key in 0..8_u64 {
            kept.keep(key, (), &"ten bytes.");
        }
        let long = "0123456789".repeat(5);
        let long: &'static str = Box::leak(long.into_boxed_str());
        kept.keep(8, (), &long);
        let left: Vec<u64> = (0..9).filter(|key| kept.find(key, &()).is_some()).collect();
        assert_eq!(left, [3, 4, 5, 6, 7, 8]);
        let longer: &'static str = Box::leak("x".repeat(101).into_boxed_str());
        kept.keep(9, (), &longer);
        assert!(kept.find(&9, &()).is_none());
        assert!(kept.find(&8, &()).is_some());
        let none = Kept::with_room(SET, 0);
        none.keep(1_u64, (), &"one");
        assert!(none.find(&1, &()).is_none());
    }
}
