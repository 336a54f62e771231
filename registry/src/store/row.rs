//! What is stored and read back: rows, whichever engine keeps them.

use std::collections::{BTreeMap, BTreeSet};

use touchstone_schemas::{
    credential::{CredentialNumber, RegistryBase, Version},
    digest::Sha256Digest,
    multikey::Multikey,
    status::{StatusAllocation, StatusPurpose},
    tlog::Origin,
};

/// Which log a database holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The log's origin.
    pub origin: Origin,
    /// The log's key.
    pub log_key: Multikey,
    /// Base URL in the ids of everything held.
    pub base: RegistryBase,
}

/// A stored checkpoint, its signature not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// Tree size as the column says.
    pub size: u64,
    /// The signed note.
    pub note: String,
}

/// A report that a paper does not match, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMismatch {
    /// Its reference.
    pub reference: u64,
    /// When it came in.
    pub received: String,
    /// The report, JCS.
    pub report: Vec<u8>,
}

/// What is written in one transaction.
#[derive(Debug)]
pub struct Batch {
    /// The note of the checkpoint this batch follows.
    pub follows: String,
    /// The new checkpoint.
    pub checkpoint: StoredCheckpoint,
    /// New entries in the order of the log.
    pub entries: Vec<NewEntry>,
    /// Tiles that are new or have grown.
    pub tiles: Vec<StoredTile>,
}

/// An entry to be stored with its document.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// Its index in the log.
    pub index: u64,
    /// The entry's bytes.
    pub entry: Vec<u8>,
    /// Digest of the document.
    pub digest: Sha256Digest,
    /// The document, JCS.
    pub document: Vec<u8>,
    /// Its row in one of three tables; the scheme owner's records have none.
    pub projection: Option<Projection>,
    /// Its row in the directory; only a credential has one.
    pub directory: Option<DirectoryTokens>,
}

/// By what a certificate is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryTokens {
    /// Index of its entry.
    pub index: u64,
    /// The tokens: lower-case ASCII letters and digits.
    pub tokens: BTreeSet<String>,
}

/// What the directory's index holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectoryWords {
    /// How many entries of the log are in it.
    pub entries: u64,
    /// In how many certificates each token is.
    pub words: BTreeMap<String, u64>,
}

/// What an entry is about: its row in one of three tables.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Projection {
    /// A credential.
    Credential {
        /// Number.
        number: CredentialNumber,
        /// Version.
        version: Version,
        /// Its place in the status lists.
        allocation: StatusAllocation,
    },
    /// An event.
    Event {
        /// Number of the credential.
        number: CredentialNumber,
        /// Version of the credential.
        version: Version,
        /// Place among its events.
        sequence: u32,
    },
    /// A version of a status list.
    StatusList {
        /// Purpose.
        purpose: StatusPurpose,
        /// Number of the list.
        list: u32,
        /// Its sequence.
        sequence: u64,
    },
}

/// A tile of hashes, as wide as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTile {
    /// Tile level.
    pub level: u8,
    /// Index within the level.
    pub index: u64,
    /// Its hashes, 32 bytes each.
    pub hashes: Vec<u8>,
}

/// A stored entry with its document, neither checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// Index in the log.
    pub index: u64,
    /// The entry's bytes.
    pub entry: Vec<u8>,
    /// The document named by the row's digest.
    pub document: Vec<u8>,
}
