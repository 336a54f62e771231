//! The transparency log (C2SP tlog-tiles): one sequencer, group commit, a checkpoint file outside the database.

mod checkpoint_file;
mod follow;
mod follower;
mod published;
mod read_entries;
mod recover;
mod sequencer;
mod signer;
mod tree;

pub use checkpoint_file::{CheckpointFile, CheckpointFileError};
pub use follow::{News, follow};
pub use follower::{Follower, Following, Sight};
pub use published::{Published, Shared};
pub use read_entries::{ReadEntry, read_entries};
pub use recover::{RecoverError, recover};
pub use sequencer::{Refused, Sequencer, SequencerHandle};
pub use signer::{LogSigner, LogSignerError};
pub use tree::{Growth, Tree};
