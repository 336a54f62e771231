//! The right edge of a growing tree: enough to append leaves and to know the root, in O(log n) memory.

use touchstone_schemas::tlog::tile::TILE_HEIGHT;
use touchstone_schemas::tlog::{EMPTY_ROOT, Hash, TreeHead, node_hash};

/// Size of a tree and the roots of the full subtrees it is made of, largest (leftmost) first: one for each set bit
/// of the size (RFC 6962 §2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The tree without leaves.
    pub const fn empty() -> Self {
        Self {
            size: 0,
            peaks: Vec::new(),
        }
    }

    /// The tree of `size` leaves from its full subtrees' roots, largest first.
    ///
    /// # Errors
    /// When the number of roots is not that of the set bits of `size`.
    pub fn from_peaks(size: u64, peaks: Vec<Hash>) -> Result<Self, FrontierError> {
        let expected = size.count_ones();
        if u32::try_from(peaks.len()) == Ok(expected) {
            Ok(Self { size, peaks })
        } else {
            Err(FrontierError::Peaks {
                found: peaks.len(),
                expected,
            })
        }
    }

    /// The tree whose full subtrees were just read from its tiles.
    pub(super) fn of(size: u64, peaks: Vec<Hash>) -> Self {
        Self { size, peaks }
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the full subtrees, largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Size and root of the tree.
    pub fn head(&self) -> TreeHead {
        TreeHead {
            size: self.size,
            root: fold_peaks(&self.peaks).unwrap_or(EMPTY_ROOT),
        }
    }

    /// Appends a leaf and hands every hash that tiles store and that is now final to `store` as (tile level, index
    /// within the level, hash), lower levels first: always the leaf itself, and one more for each tile it fills.
    ///
    /// # Errors
    /// When the tree has 2^64 − 1 leaves; nothing is changed or stored then.
    pub fn append(&mut self, leaf: Hash, mut store: impl FnMut(u8, u64, Hash)) -> Result<(), FrontierError> {
        let index = self.size;
        self.size = index.checked_add(1).ok_or(FrontierError::Full)?;
        store(0, index, leaf);
        let mut node = leaf;
        for height in 1..=self.size.trailing_zeros() {
            // A peak for each set bit of the size before: the lowest ones merge with the new leaf.
            let Some(left) = self.peaks.pop() else { break };
            node = node_hash(&left, &node);
            if let Some(level) = tile_level(height) {
                store(level, index >> height, node);
            }
        }
        self.peaks.push(node);
        Ok(())
    }
}

/// Root over full subtrees, largest first. `None` when there are none.
pub(super) fn fold_peaks(peaks: &[Hash]) -> Option<Hash> {
    peaks
        .iter()
        .rev()
        .copied()
        .reduce(|right, left| node_hash(&left, &right))
}

/// Tile level of nodes `height` levels above the leaves. `None` for heights within tiles.
fn tile_level(height: u32) -> Option<u8> {
    let tile_height = u32::from(TILE_HEIGHT);
    height
        .is_multiple_of(tile_height)
        .then_some(height / tile_height)
        .and_then(|level| u8::try_from(level).ok())
}

/// Why a frontier cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrontierError {
    /// The next size does not fit 64 bits.
    #[error("the tree has {} leaves and is full", u64::MAX)]
    Full,
    /// Another number of subtrees than the size gives.
    #[error("{found} subtree roots, a tree of this size has {expected}")]
    Peaks {
        /// Roots found.
        found: usize,
        /// Roots expected.
        expected: u32,
    },
}
