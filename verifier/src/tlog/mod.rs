//! The transparency log: what its texts prove.
//!
//! Proof-of-check types ([`VerifiedCheckpoint`], [`VerifiedInclusion`], [`VerifiedConsistency`]) come from the
//! function that checked and from nowhere else.

pub mod checkpoint;
pub mod frontier;
pub mod growth;
pub mod merkle;
pub mod note;
pub mod proof;
pub mod prove;

pub use checkpoint::{CheckpointRefused, VerifiedCheckpoint, open_checkpoint, verify_checkpoint};
pub use frontier::{Frontier, FrontierError};
pub use growth::{NotGrown, check_growth};
pub use merkle::{ConsistencyRefused, InclusionRefused, verify_consistency, verify_inclusion};
pub use note::{LogKey, LogKeyError, NoteRefused, verify_note};
pub use proof::{
    LogProofRefused, VerifiedConsistency, VerifiedInclusion, verify_entry, verify_log_proof,
    verify_same_history,
};
pub use prove::{
    MissingHash, NoProof, prove_consistency, prove_inclusion, prove_inclusion_by, read_frontier, tree_root,
};
