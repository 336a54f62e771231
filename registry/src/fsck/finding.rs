//! What fsck can find.

use touchstone_schemas::{
    date_time::Timestamp,
    did::Did,
    lifecycle::TransitionError,
    status::StatusPurpose,
    tlog::{EntryError, Hash},
};
use touchstone_verifier::tlog::{CheckpointRefused, NotGrown};

use crate::{intake::SnapshotFault, ledger::DocumentError, store::Projection};

/// Something that is not as it was logged. Its text names what lies, as far as that can be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// The database's own pages.
    #[error("database pages: {fault}")]
    Pages {
        /// What SQLite says.
        fault: String,
    },
    /// Another log than configured.
    #[error("log_identity: {what} is {stored}, the configuration says {configured}")]
    Identity {
        /// Origin or base.
        what: &'static str,
        /// In the database.
        stored: String,
        /// In the configuration.
        configured: String,
    },
    /// The stored checkpoint is not the log's.
    #[error("log_checkpoint: {cause}")]
    Checkpoint {
        /// Why.
        cause: CheckpointRefused,
    },
    /// The column is not what was signed.
    #[error("log_checkpoint: tree_size is {column}, {signed} was signed")]
    CheckpointSize {
        /// The column.
        column: u64,
        /// The signed text.
        signed: u64,
    },
    /// A signature line that the registry did not write.
    #[error("log_checkpoint: {lines} signature lines, the registry writes 1")]
    CheckpointLines {
        /// Lines found.
        lines: usize,
    },
    /// The checkpoint file.
    #[error("{cause}")]
    CheckpointFile {
        /// Why.
        cause: String,
    },
    /// An older database.
    #[error("the database is behind the checkpoint file: {database} entries, the log had {file}")]
    Behind {
        /// Entries of the database.
        database: u64,
        /// Entries of the file's tree.
        file: u64,
    },
    /// Two histories.
    #[error("at {size} entries the entries have root {entries}, the checkpoint file {file}")]
    Forked {
        /// Size of the file's tree.
        size: u64,
        /// Root of the entries.
        entries: Hash,
        /// Root of the file.
        file: Hash,
    },
    /// Entries are gone.
    #[error("log_entry: entries {from} to {} are missing", to.saturating_sub(1))]
    EntriesMissing {
        /// The first.
        from: u64,
        /// The first that is there again.
        to: u64,
    },
    /// Fewer entries than signed.
    #[error("log_entry: {found} entries, {signed} were signed")]
    EntryCount {
        /// Entries found.
        found: u64,
        /// Entries signed.
        signed: u64,
    },
    /// An entry that was never signed.
    #[error("log_entry: entry {index} is beyond the signed tree")]
    EntryBeyond {
        /// Its index.
        index: u64,
    },
    /// An entry was altered: the tiles lead to the signed root, the entry does not.
    #[error("log_entry: entry {index} was altered; its tile holds another hash and leads to the signed root")]
    EntryAltered {
        /// Its index.
        index: u64,
    },
    /// Entry and tile differ, and neither leads to the signed root.
    #[error("entry {index} and its tile differ, and neither leads to the signed root")]
    EntryAndTileDiffer {
        /// Index of the entry.
        index: u64,
    },
    /// Bytes that are no entry.
    #[error("log_entry: entry {index}: {cause}")]
    EntryForm {
        /// Its index.
        index: u64,
        /// Why.
        cause: EntryError,
    },
    /// Time went back.
    #[error("log_entry: entry {index} was recorded at {recorded}, before its predecessor at {before}")]
    RecordedBackwards {
        /// Its index.
        index: u64,
        /// When it was recorded.
        recorded: Timestamp,
        /// When its predecessor was.
        before: Timestamp,
    },
    /// A document was altered or is gone.
    #[error("signed_document: document of entry {index}: {cause}")]
    Document {
        /// Index of the entry.
        index: u64,
        /// Why.
        cause: DocumentError,
    },
    /// Documents of no entry.
    #[error("signed_document: {documents} documents are of no entry")]
    DocumentsUnlogged {
        /// How many.
        documents: u64,
    },
    /// A tile was altered: the entries lead to the signed root, the tile does not.
    #[error(
        "log_tile: tile {level}/{index} was altered at hash {position}; the entries lead to the signed root"
    )]
    TileAltered {
        /// Its level.
        level: u8,
        /// Its index within the level.
        index: u64,
        /// The first hash that differs.
        position: usize,
    },
    /// A tile is not there.
    #[error("log_tile: tile {level}/{index} is missing")]
    TileMissing {
        /// Its level.
        level: u8,
        /// Its index within the level.
        index: u64,
    },
    /// A tile that the tree does not have.
    #[error("log_tile: tile {level}/{index} is not one of the tree")]
    TileUnfounded {
        /// Its level.
        level: u8,
        /// Its index within the level.
        index: u64,
    },
    /// Entries and signature differ.
    #[error("the entries lead to root {entries}, {signed} was signed")]
    Root {
        /// Of the entries.
        entries: Hash,
        /// Signed.
        signed: Hash,
    },
    /// A row is not of its form.
    #[error("{table}: {column} is {found:?}")]
    RowForm {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What stands there.
        found: String,
    },
    /// A row is missing or was changed.
    #[error("the row of entry {index} is missing or was changed: the log says {projection:?}")]
    ProjectionMissing {
        /// Index of the entry.
        index: u64,
        /// What the row should say.
        projection: Projection,
    },
    /// A row that no entry says.
    #[error("no entry says what the row of entry {index} says: {projection:?}")]
    ProjectionUnfounded {
        /// Index in the row.
        index: u64,
        /// What the row says.
        projection: Projection,
    },
    /// The directory's index finds a word in another number of certificates than bear it: a search misses some, or looks
    /// at some in vain.
    #[error(
        "directory: {words} words are found in another number of certificates than bear them, the first is {first:?}: \
         {found}, not {expected}"
    )]
    Directory {
        /// Words with another number.
        words: usize,
        /// The first of them.
        first: String,
        /// Certificates it is found in.
        found: u64,
        /// Certificates that bear it.
        expected: u64,
    },
    /// A snapshot that shows another state than the events give.
    #[error("the newest snapshot of {body}, of sequence {sequence}: {cause}")]
    Snapshot {
        /// The body.
        body: Did,
        /// The snapshot's sequence.
        sequence: u64,
        /// Why.
        cause: SnapshotFault,
    },
    /// Events that may not follow each other.
    #[error("event {sequence} of {number} version {version}: {cause}")]
    Transition {
        /// The certificate.
        number: String,
        /// Its version.
        version: u32,
        /// The event.
        sequence: u32,
        /// Why.
        cause: TransitionError,
    },
    /// A list that shows another state than the events give.
    #[error(
        "the newest {purpose} list {list} shows {found} for {number} version {version}, its events give {expected}"
    )]
    StatusBit {
        /// The purpose.
        purpose: StatusPurpose,
        /// The list.
        list: u32,
        /// The certificate.
        number: String,
        /// Its version.
        version: u32,
        /// What the list shows.
        found: u8,
        /// What the events give.
        expected: u8,
    },
    /// A trust list is not as its owner signed it.
    #[error("trust_list: sequence {sequence}: {cause}")]
    TrustList {
        /// The sequence in the row.
        sequence: u64,
        /// Why.
        cause: String,
    },
    /// A file of a mirror.
    #[error("{place}: {fault}")]
    File {
        /// Its place below the mirror's folder.
        place: String,
        /// What is wrong with it.
        fault: FileFault,
    },
    /// A mirror whose log nobody pinned.
    #[error("the mirror is of the log {origin} with key {key}, which the pin does not name")]
    NotPinned {
        /// Its origin.
        origin: String,
        /// Its key.
        key: String,
    },
    /// The older checkpoint is not the log's.
    #[error("the older checkpoint: {cause}")]
    OlderCheckpoint {
        /// Why.
        cause: CheckpointRefused,
    },
    /// The log did not grow from the older checkpoint.
    #[error("from {older} entries to {newer} the log did not grow: {cause}")]
    NotGrown {
        /// Entries of the older checkpoint.
        older: u64,
        /// Entries here.
        newer: u64,
        /// Why.
        cause: NotGrown,
    },
}

/// What is wrong with a file of a mirror.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// It is not there.
    #[error("is missing")]
    Missing,
    /// Other bytes than the log gives.
    #[error("was altered")]
    Altered,
    /// Another document than its name says.
    #[error("is another one than its name says")]
    Misplaced,
    /// No file that a mirror has.
    #[error("is no file of this mirror")]
    Unfounded,
    /// Not what it should be.
    #[error("{0}")]
    Refused(String),
}
