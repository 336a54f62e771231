//! What the log proves about an entry and about two of its own states.

use touchstone_schemas::tlog::{ConsistencyProof, InclusionProof, LogProof, TreeHead, leaf_hash};

use super::checkpoint::{CheckpointRefused, VerifiedCheckpoint, verify_checkpoint};
use super::merkle::{ConsistencyRefused, InclusionRefused, verify_consistency, verify_inclusion};
use super::note::LogKey;

/// An entry that stands in the log. Made by [`verify_entry`] and [`verify_log_proof`] alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedInclusion {
    index: u64,
    checkpoint: VerifiedCheckpoint,
}

impl VerifiedInclusion {
    /// Zero-based index of the entry.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The checkpoint whose tree holds the entry.
    pub fn checkpoint(&self) -> &VerifiedCheckpoint {
        &self.checkpoint
    }
}

/// Checks that a log proof leads from the entry's bytes to a checkpoint signed by the log.
///
/// # Errors
/// When the proof's checkpoint is not the log's, or the proof does not lead to it.
pub fn verify_log_proof(
    entry: &[u8],
    proof: &LogProof,
    log: &LogKey,
) -> Result<VerifiedInclusion, LogProofRefused> {
    let checkpoint = verify_checkpoint(&proof.checkpoint, log)?;
    Ok(verify_entry(entry, &proof.inclusion, checkpoint)?)
}

/// Checks that the entry's bytes stand in the tree of a verified checkpoint.
///
/// # Errors
/// When the proof does not lead to the checkpoint's root.
pub fn verify_entry(
    entry: &[u8],
    proof: &InclusionProof,
    checkpoint: VerifiedCheckpoint,
) -> Result<VerifiedInclusion, InclusionRefused> {
    verify_inclusion(&leaf_hash(entry), proof.index, &proof.hashes, checkpoint.head())?;
    Ok(VerifiedInclusion {
        index: proof.index,
        checkpoint,
    })
}

/// Why a log proof does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogProofRefused {
    /// The checkpoint is not the log's.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointRefused),
    /// The proof does not lead to the checkpoint.
    #[error(transparent)]
    Inclusion(#[from] InclusionRefused),
}

/// Two states of one history: the newer tree begins with all leaves of the older. Made by [`verify_same_history`] alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifiedConsistency {
    older: TreeHead,
    newer: TreeHead,
}

impl VerifiedConsistency {
    /// The smaller tree.
    pub fn older(&self) -> &TreeHead {
        &self.older
    }

    /// The larger tree, or the same.
    pub fn newer(&self) -> &TreeHead {
        &self.newer
    }
}

/// Checks that of two trees, given in either order, the larger begins with all leaves of the smaller. So an
/// inclusion proof into any checkpoint can be tied to the root a trust list names, older or newer.
///
/// # Errors
/// When the proof does not lead to both roots, or the smaller tree is empty.
pub fn verify_same_history(
    one: &TreeHead,
    other: &TreeHead,
    proof: &ConsistencyProof,
) -> Result<VerifiedConsistency, ConsistencyRefused> {
    let (older, newer) = if one.size <= other.size {
        (one, other)
    } else {
        (other, one)
    };
    verify_consistency(older, newer, &proof.hashes)?;
    Ok(VerifiedConsistency {
        older: *older,
        newer: *newer,
    })
}
