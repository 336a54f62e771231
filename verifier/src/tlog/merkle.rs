//! Merkle proofs, RFC 6962 §2.1 (RFC 9162 §2.1.3 and §2.1.4), checked without recursion.
//!
//! The path from a node to the root of a tree has two parts. In its *inner* part, below the point where it meets
//! the path of the tree's last leaf, siblings stand left or right as the index bits say. In its *border* part, along
//! the tree's ragged right edge, there are left siblings only, one for each remaining set bit of the index.

use touchstone_schemas::tlog::{Hash, TreeHead, node_hash};

/// Lengths of the two parts of a path from a node to the root.
#[derive(Clone, Copy)]
pub(super) struct PathShape {
    /// Levels below the meeting point with the last leaf's path: one hash each.
    pub(super) inner: u32,
    /// Left siblings along the right edge.
    pub(super) border: u32,
}

impl PathShape {
    /// Shape of the path from node `index` of a level whose last node is `last`, `index <= last`.
    pub(super) fn new(index: u64, last: u64) -> Self {
        let inner = u64::BITS - (index ^ last).leading_zeros();
        Self {
            inner,
            border: shifted(index, inner).count_ones(),
        }
    }

    /// Number of hashes, at most 64.
    fn hashes(self) -> usize {
        usize::try_from(self.inner + self.border).unwrap_or(usize::MAX)
    }
}

/// `index >> by`, also for `by` of 64.
pub(super) fn shifted(index: u64, by: u32) -> u64 {
    index.checked_shr(by).unwrap_or(0)
}

/// Checks that the leaf with hash `leaf` is number `index` of the tree `head` (RFC 9162 §2.1.3.2).
///
/// # Errors
/// When the index is outside the tree, the proof has another length than that index and size give, or it leads to
/// another root.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    hashes: &[Hash],
    head: &TreeHead,
) -> Result<(), InclusionRefused> {
    let outside = InclusionRefused::IndexOutside {
        index,
        size: head.size,
    };
    let last = head
        .size
        .checked_sub(1)
        .filter(|last| index <= *last)
        .ok_or(outside)?;
    let shape = PathShape::new(index, last);
    if hashes.len() != shape.hashes() {
        return Err(InclusionRefused::Length {
            found: hashes.len(),
            expected: shape.hashes(),
        });
    }
    let computed = hashes.iter().zip(0..).fold(*leaf, |node, (sibling, level)| {
        let sibling_is_right = level < shape.inner && shifted(index, level) & 1 == 0;
        if sibling_is_right {
            node_hash(&node, sibling)
        } else {
            node_hash(sibling, &node)
        }
    });
    if computed == head.root {
        Ok(())
    } else {
        Err(InclusionRefused::Root {
            computed,
            expected: head.root,
        })
    }
}

/// Why an inclusion proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InclusionRefused {
    /// The tree has no such leaf.
    #[error("leaf {index} of a tree of {size} leaves")]
    IndexOutside {
        /// Index claimed.
        index: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// Another number of hashes than index and size give.
    #[error("{found} hashes, the proof of this leaf has {expected}")]
    Length {
        /// Hashes found.
        found: usize,
        /// Hashes expected.
        expected: usize,
    },
    /// Another leaf, another place or another tree.
    #[error("the proof leads to root {computed}, the tree's root is {expected}")]
    Root {
        /// Root the proof leads to.
        computed: Hash,
        /// Root of the tree.
        expected: Hash,
    },
}

/// Checks that the tree `new` begins with all leaves of the tree `old` (RFC 9162 §2.1.4.2).
///
/// # Errors
/// When the old tree is empty (any tree extends it, so there is nothing to prove) or larger than the new, the proof
/// has another length than the sizes give, or it leads to another root for either.
pub fn verify_consistency(old: &TreeHead, new: &TreeHead, hashes: &[Hash]) -> Result<(), ConsistencyRefused> {
    if old.size > new.size {
        return Err(ConsistencyRefused::Shrunk {
            old: old.size,
            new: new.size,
        });
    }
    let last = old.size.checked_sub(1).ok_or(ConsistencyRefused::FromEmptyTree)?;
    if old.size == new.size {
        check_length(hashes.len(), 0)?;
        return check_root(old.root, new.root, |computed, expected| {
            ConsistencyRefused::NewRoot { computed, expected }
        });
    }
    // The proof starts at the largest full subtree that ends with the old tree's last leaf.
    let level = old.size.trailing_zeros();
    let index = shifted(last, level);
    let shape = PathShape::new(index, shifted(new.size - 1, level));
    let (start, path) = if index == 0 {
        // That subtree is the old tree itself, whose root the verifier has.
        check_length(hashes.len(), shape.hashes())?;
        (old.root, hashes)
    } else {
        let expected = shape.hashes().saturating_add(1);
        let (start, path) = hashes
            .split_first()
            .ok_or(ConsistencyRefused::Length { found: 0, expected })?;
        check_length(hashes.len(), expected)?;
        (*start, path)
    };
    let (mut old_node, mut new_node) = (start, start);
    for (sibling, height) in path.iter().zip(0..) {
        let sibling_is_right = height < shape.inner && shifted(index, height) & 1 == 0;
        if sibling_is_right {
            // Right of the old tree's edge: leaves the old tree does not have.
            new_node = node_hash(&new_node, sibling);
        } else {
            old_node = node_hash(sibling, &old_node);
            new_node = node_hash(sibling, &new_node);
        }
    }
    check_root(old_node, old.root, |computed, expected| {
        ConsistencyRefused::OldRoot { computed, expected }
    })?;
    check_root(new_node, new.root, |computed, expected| {
        ConsistencyRefused::NewRoot { computed, expected }
    })
}

fn check_length(found: usize, expected: usize) -> Result<(), ConsistencyRefused> {
    if found == expected {
        Ok(())
    } else {
        Err(ConsistencyRefused::Length { found, expected })
    }
}

fn check_root(
    computed: Hash,
    expected: Hash,
    refused: fn(Hash, Hash) -> ConsistencyRefused,
) -> Result<(), ConsistencyRefused> {
    if computed == expected {
        Ok(())
    } else {
        Err(refused(computed, expected))
    }
}

/// Why a consistency proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsistencyRefused {
    /// A log only grows.
    #[error("from {old} leaves back to {new}")]
    Shrunk {
        /// Leaves of the old tree.
        old: u64,
        /// Leaves of the new tree.
        new: u64,
    },
    /// Every tree extends the empty one: a proof says nothing.
    #[error("the old tree is empty, there is nothing to prove")]
    FromEmptyTree,
    /// Another number of hashes than the sizes give.
    #[error("{found} hashes, the proof between these sizes has {expected}")]
    Length {
        /// Hashes found.
        found: usize,
        /// Hashes expected.
        expected: usize,
    },
    /// The proof is about another old tree.
    #[error("the proof leads to old root {computed}, the old tree's root is {expected}")]
    OldRoot {
        /// Root the proof leads to.
        computed: Hash,
        /// Root of the old tree.
        expected: Hash,
    },
    /// The proof is about another new tree.
    #[error("the proof leads to new root {computed}, the new tree's root is {expected}")]
    NewRoot {
        /// Root the proof leads to.
        computed: Hash,
        /// Root of the new tree.
        expected: Hash,
    },
}
