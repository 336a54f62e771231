//! Whether a log only grew: two of its heads, and the hashes of its tiles between them.

use touchstone_schemas::tlog::{Hash, TreeHead};

use super::{
    merkle::{ConsistencyRefused, verify_consistency},
    prove::{NoProof, prove_consistency},
};

/// Why a log is not seen to have grown from one head to another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGrown {
    /// The newer tree is smaller.
    #[error("it had {older} entries and has {newer}")]
    Shrunk {
        /// Entries of the older tree.
        older: u64,
        /// Entries of the newer.
        newer: u64,
    },
    /// Two roots of one size.
    #[error("at {size} entries it has two roots, {older} and {newer}: two histories")]
    TwoRoots {
        /// Entries of both.
        size: u64,
        /// The older root.
        older: Hash,
        /// The newer root.
        newer: Hash,
    },
    /// A hash that the proof needs is not there: nothing is known.
    #[error("no proof can be made: {0}")]
    Unproven(#[from] NoProof),
    /// The hashes lead to other roots: two histories, or tiles that are not the log's.
    #[error("the tiles do not lead from one head to the other: {0}")]
    Refused(#[from] ConsistencyRefused),
}

impl NotGrown {
    /// Whether it is only that a proof could not be made.
    #[must_use]
    pub const fn is_unproven(&self) -> bool {
        matches!(self, Self::Unproven(_))
    }
}

/// Computes the consistency proof from hashes of tiles, which need not be believed, and checks it (RFC 6962 §2.1.2).
///
/// # Errors
/// [`NotGrown`] says why the newer head is not seen to follow the older.
pub fn check_growth(
    older: &TreeHead,
    newer: &TreeHead,
    read: impl FnMut(u8, u64) -> Option<Hash>,
) -> Result<(), NotGrown> {
    if older.size > newer.size {
        return Err(NotGrown::Shrunk {
            older: older.size,
            newer: newer.size,
        });
    }
    if older.size == newer.size {
        return if older.root == newer.root {
            Ok(())
        } else {
            Err(NotGrown::TwoRoots {
                size: older.size,
                older: older.root,
                newer: newer.root,
            })
        };
    }
    if older.size == 0 {
        // Every log grew from the empty tree.
        return Ok(());
    }
    let proof = prove_consistency(older.size, newer.size, read)?;
    Ok(verify_consistency(older, newer, &proof.hashes)?)
}
