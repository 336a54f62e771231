//! A mirror: everything static that the registry publishes, as files that a plain web server can serve, and that
//! check themselves.
//!
//! ```text
//! mirror.json                              which log this is, and whether documents that name people's firms are in it
//! log/checkpoint                           written last: what it signs is there
//! log/recovered-from                       of a log that was opened after a loss: what it says of the one before it
//! log/tile/<L>/<N>[.p/<W>]                 hashes, at every width the mirror has passed
//! log/tile/entries/<N>[.p/<W>]             entries
//! documents/<2 digits>/<digest>.json       signed documents by SHA-256
//! status-lists/<purpose>/<n>               the newest version of a status list
//! status-list-versions/<purpose>/<n>/<s>   every version, by sequence
//! trust.json, trust-lists/<s>.json         the newest trust list, and every one adopted
//! .well-known/did.json, status/did.json    the body's keys
//! contexts/v1, schemas/v1                  copies
//! ```
//!
//! Every file is written beside its place and moved there, and none is ever changed but those that name what is newest.

mod check;
mod export;
mod folder;
mod manifest;
mod reader;
mod recovered;
pub(crate) mod statics;

use std::path::PathBuf;

use touchstone_schemas::{
    decode::ReadError,
    tlog::{EntryBundleError, EntryError},
};
use touchstone_verifier::{
    tlog::{CheckpointRefused, LogKeyError, MissingHash},
    trust::TrustListRefused,
};

pub use check::{MirrorChecked, MirrorPin, check_mirror};
pub use export::{Exported, export};
pub use manifest::{Manifest, Names};
pub use reader::MirrorReader;

use crate::{ledger::DocumentError, store::StoreError};

/// Why a mirror is not written or not read.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file or folder cannot be read or written.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Longer than any file of its kind.
    #[error("{path} has {bytes} bytes, at most {limit} are read")]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
        /// The limit.
        limit: usize,
    },
    /// Another process writes into the folder.
    #[error("another process writes into {path}")]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// There is something in the folder that is no mirror.
    #[error("{path} is not empty and holds no mirror.json")]
    NoMirror {
        /// The folder.
        path: PathBuf,
    },
    /// `mirror.json` is not of its form.
    #[error("{path}: {cause}")]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: ReadError,
    },
    /// The mirror is of another log, or holds other documents.
    #[error("the mirror's {what} is {mirror}, the registry's {registry}")]
    Differs {
        /// What differs.
        what: &'static str,
        /// In the mirror.
        mirror: String,
        /// In the registry.
        registry: String,
    },
    /// A log's key is unusable.
    #[error(transparent)]
    LogKey(#[from] LogKeyError),
    /// A checkpoint is not the log's.
    #[error("{what}: {cause}")]
    Checkpoint {
        /// Whose checkpoint.
        what: &'static str,
        /// Why.
        cause: CheckpointRefused,
    },
    /// The tiles do not lead to the signed root.
    #[error("the tiles do not lead to the root that the checkpoint signs; run fsck")]
    Tiles,
    /// The mirror shows another history than the log.
    #[error("mirror and log tell two histories: they differ within the first {size} entries")]
    Forked {
        /// Entries of the mirror.
        size: u64,
    },
    /// The mirror is ahead of the log.
    #[error("the mirror has {mirror} entries, the log {log}: an older database was put in place")]
    Behind {
        /// Entries of the mirror.
        mirror: u64,
        /// Entries of the log.
        log: u64,
    },
    /// An entry is not the one logged.
    #[error("entry {index} is not the one logged")]
    EntryAltered {
        /// Its index.
        index: u64,
    },
    /// Bytes that are no entry.
    #[error("entry {index}: {cause}")]
    Entry {
        /// Its index.
        index: u64,
        /// Why.
        cause: EntryError,
    },
    /// Entries that do not make a bundle.
    #[error("{path}: {cause}")]
    Bundle {
        /// The bundle.
        path: PathBuf,
        /// Why.
        cause: EntryBundleError,
    },
    /// A document is not the one logged.
    #[error("document of entry {index}: {cause}")]
    Document {
        /// Index of its entry.
        index: u64,
        /// Why.
        cause: DocumentError,
    },
    /// A document that the mirror leaves out.
    #[error("the mirror leaves out documents that name firms; entry {index} cannot be read from it")]
    LeftOut {
        /// Index of its entry.
        index: u64,
    },
    /// A hash is missing.
    #[error(transparent)]
    MissingHash(#[from] MissingHash),
    /// A trust list is not the owner's.
    #[error(transparent)]
    TrustList(#[from] TrustListRefused),
}
