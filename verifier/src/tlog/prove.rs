//! Proofs, roots and frontiers computed from the hashes that tiles hold.
//!
//! Each function takes a reader of tile hashes, (tile level, index within the level) → hash: level 0 are leaf hashes,
//! and hash `i` of level `l` is the root over leaves `i·256^l` to `(i+1)·256^l`. Reads number O(log n): at most 64
//! nodes, each of at most 128 hashes.

use touchstone_schemas::tlog::tile::TILE_HEIGHT;
use touchstone_schemas::tlog::{ConsistencyProof, EMPTY_ROOT, Hash, InclusionProof, TreeHead, node_hash};

use super::frontier::{Frontier, fold_peaks};
use super::merkle::{PathShape, shifted};

/// The reader had no hash where the tree must have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no hash {index} at tile level {level}")]
pub struct MissingHash {
    /// Tile level.
    pub level: u8,
    /// Index within the level.
    pub index: u64,
}

/// Why there is no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoProof {
    /// The tree has no such leaf.
    #[error("leaf {index} of a tree of {size} leaves")]
    IndexOutside {
        /// Index asked for.
        index: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// The old tree is empty or larger than the new one.
    #[error("from {old} leaves to {new}")]
    Sizes {
        /// Leaves of the old tree.
        old: u64,
        /// Leaves of the new tree.
        new: u64,
    },
    /// A tile is missing or too short.
    #[error(transparent)]
    MissingHash(#[from] MissingHash),
}

/// Proof that leaf `index` is in the tree of the first `size` leaves (RFC 6962 §2.1.1).
///
/// # Errors
/// When the index is outside the tree or the reader lacks a hash.
pub fn prove_inclusion(
    index: u64,
    size: u64,
    read: impl FnMut(u8, u64) -> Option<Hash>,
) -> Result<InclusionProof, NoProof> {
    prove_inclusion_by(index, size, from_tiles(read))
}

/// The same for whoever holds more than tiles do: `full` gives the root of the full subtree (height, index among those
/// of that height).
///
/// # Errors
/// When the index is outside the tree or `full` lacks a root.
pub fn prove_inclusion_by(
    index: u64,
    size: u64,
    full: impl FnMut(u32, u64) -> Result<Hash, MissingHash>,
) -> Result<InclusionProof, NoProof> {
    if index >= size {
        return Err(NoProof::IndexOutside { index, size });
    }
    let mut hashes = Vec::new();
    Nodes { full }.path(0, index, size, &mut hashes)?;
    Ok(InclusionProof { index, hashes })
}

/// Proof that the tree of the first `new` leaves begins with that of the first `old` (RFC 6962 §2.1.2).
///
/// # Errors
/// When `old` is 0 or over `new`, or the reader lacks a hash.
pub fn prove_consistency(
    old: u64,
    new: u64,
    read: impl FnMut(u8, u64) -> Option<Hash>,
) -> Result<ConsistencyProof, NoProof> {
    let last = old
        .checked_sub(1)
        .filter(|_| old <= new)
        .ok_or(NoProof::Sizes { old, new })?;
    let mut hashes = Vec::new();
    if old < new {
        let mut nodes = Nodes {
            full: from_tiles(read),
        };
        let height = old.trailing_zeros();
        let index = shifted(last, height);
        if index != 0 {
            hashes.push((nodes.full)(height, index)?);
        }
        nodes.path(height, index, new, &mut hashes)?;
    }
    Ok(ConsistencyProof { hashes })
}

/// Size and root of the tree of the first `size` leaves.
///
/// # Errors
/// When the reader lacks a hash.
pub fn tree_root(size: u64, read: impl FnMut(u8, u64) -> Option<Hash>) -> Result<TreeHead, MissingHash> {
    let full = from_tiles(read);
    let root = Nodes { full }.ragged(0, size)?.unwrap_or(EMPTY_ROOT);
    Ok(TreeHead { size, root })
}

/// The frontier of the tree of the first `size` leaves, to append to it.
///
/// # Errors
/// When the reader lacks a hash.
pub fn read_frontier(size: u64, read: impl FnMut(u8, u64) -> Option<Hash>) -> Result<Frontier, MissingHash> {
    let full = from_tiles(read);
    let peaks = Nodes { full }.peaks(0, size)?;
    Ok(Frontier::of(size, peaks))
}

/// Nodes of the tree, made of its full subtrees.
struct Nodes<F> {
    full: F,
}

impl<F: FnMut(u32, u64) -> Result<Hash, MissingHash>> Nodes<F> {
    /// Siblings on the way from the full node `index` at `height` up to the root of the tree of `size` leaves.
    fn path(
        &mut self,
        height: u32,
        index: u64,
        size: u64,
        hashes: &mut Vec<Hash>,
    ) -> Result<(), MissingHash> {
        let last = shifted(size.saturating_sub(1), height);
        let shape = PathShape::new(index, last);
        for level in 0..u64::BITS.saturating_sub(height) {
            let node = shifted(index, level);
            if level < shape.inner && node & 1 == 0 {
                // Only at the meeting point may a right sibling reach the tree's ragged edge.
                let start = node.saturating_add(1).checked_shl(level + height).unwrap_or(0);
                let end =
                    size.min(start.saturating_add(1_u64.checked_shl(level + height).unwrap_or(u64::MAX)));
                hashes.extend(self.ragged(start, end)?);
            } else if node & 1 == 1 {
                hashes.push((self.full)(level + height, node - 1)?);
            }
        }
        Ok(())
    }

    /// Root over the leaves from `start` to before `end`, `start` being a multiple of a power of two not below their
    /// number. `None` when there are none.
    fn ragged(&mut self, start: u64, end: u64) -> Result<Option<Hash>, MissingHash> {
        Ok(fold_peaks(&self.peaks(start, end)?))
    }

    /// Roots of the full subtrees from `start` to before `end`, largest first.
    fn peaks(&mut self, start: u64, end: u64) -> Result<Vec<Hash>, MissingHash> {
        let mut peaks = Vec::new();
        let (mut first, mut left) = (start, end.saturating_sub(start));
        while let Some(height) = left.checked_ilog2() {
            peaks.push((self.full)(height, shifted(first, height))?);
            let leaves = 1_u64 << height;
            first = first.saturating_add(leaves);
            left -= leaves;
        }
        Ok(peaks)
    }
}

/// Roots of full subtrees, each computed from the tile level at or below it.
fn from_tiles(
    mut read: impl FnMut(u8, u64) -> Option<Hash>,
) -> impl FnMut(u32, u64) -> Result<Hash, MissingHash> {
    let tile_height = u32::from(TILE_HEIGHT);
    move |height, index| {
        // Heights are below 64, so levels are below 8 and a node is made of at most 2^7 tile hashes.
        let level = u8::try_from(height / tile_height).unwrap_or(u8::MAX);
        let within = height % tile_height;
        let first = index << within;
        let mut row = Vec::with_capacity(1 << within);
        for index in first..=first | ((1 << within) - 1) {
            row.push(read(level, index).ok_or(MissingHash { level, index })?);
        }
        while row.len() > 1 {
            row = row
                .as_chunks()
                .0
                .iter()
                .map(|[left, right]| node_hash(left, right))
                .collect();
        }
        row.pop().ok_or(MissingHash { level, index: first })
    }
}
