//! The transparency log's texts and binary files, as the C2SP specifications write them.
//!
//! Parsing here is syntax alone; `touchstone-verifier` decides what is to be believed.

mod base64;
pub mod checkpoint;
mod decimal;
pub mod entry;
pub mod entry_bundle;
pub mod hash;
pub mod key_name;
pub mod note;
pub mod origin;
pub mod proof;
pub mod tile;

pub use checkpoint::{Checkpoint, CheckpointError, TreeHead};
pub use entry::{Entry, EntryError, Record};
pub use entry_bundle::{EntryBundle, EntryBundleError};
pub use hash::{EMPTY_ROOT, HASH_BYTES, Hash, HashError, leaf_hash, node_hash};
pub use key_name::{KeyName, KeyNameError};
pub use note::{KeyId, NoteError, NoteSignature, SignedNote};
pub use origin::{Origin, OriginError};
pub use proof::{ConsistencyProof, InclusionProof, LogProof, LogProofError};
pub use tile::{TileFile, TileLengthError, TilePath, TilePathError};
