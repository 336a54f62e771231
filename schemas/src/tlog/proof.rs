//! Proofs about the log: of inclusion, of consistency, and C2SP tlog-proof, which carries an inclusion proof
//! with the checkpoint it leads to.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! index <decimal>
//! <hash, base64>           <- none or more, from the leaf's sibling up
//!                          <- empty line
//! <checkpoint note>
//! ```

use std::fmt;

use super::decimal;
use super::hash::{Hash, HashError};
use super::note::{NoteError, SignedNote};
use crate::budget::{MAX_INCLUSION_HASHES, MAX_LOG_PROOF_BYTES};

/// First line of a tlog-proof.
const HEADING: &str = "c2sp.org/tlog-proof@v1";

/// Merkle inclusion proof of RFC 6962 §2.1.1, not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    /// Zero-based index of the leaf.
    pub index: u64,
    /// Sibling hashes from the leaf's up to the root's child.
    pub hashes: Vec<Hash>,
}

/// Merkle consistency proof of RFC 6962 §2.1.2 between two tree sizes the reader knows, not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// The hashes in the RFC's order.
    pub hashes: Vec<Hash>,
}

/// A tlog-proof, not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogProof {
    /// Where the entry is.
    pub inclusion: InclusionProof,
    /// The checkpoint the proof leads to.
    pub checkpoint: SignedNote,
}

impl LogProof {
    /// Reads a tlog-proof. Strict: [`LogProof::to_string`](ToString::to_string) gives back the same bytes.
    ///
    /// # Errors
    /// When the bytes are over [`MAX_LOG_PROOF_BYTES`] or [`MAX_INCLUSION_HASHES`], or break the format of C2SP
    /// tlog-proof, or carry an `extra` line: it is not authenticated, and we have no use for it.
    pub fn parse(bytes: &[u8]) -> Result<Self, LogProofError> {
        if bytes.len() > MAX_LOG_PROOF_BYTES {
            return Err(LogProofError::TooLong { bytes: bytes.len() });
        }
        let text = str::from_utf8(bytes).map_err(|error| LogProofError::NotUtf8 {
            offset: error.valid_up_to(),
        })?;
        let (head, note) = text.split_once("\n\n").ok_or(LogProofError::NoEmptyLine)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADING) {
            return Err(LogProofError::Heading);
        }
        let second = lines.next().ok_or(LogProofError::Index)?;
        if second.starts_with("extra ") {
            return Err(LogProofError::Extra);
        }
        let index = second
            .strip_prefix("index ")
            .and_then(decimal::parse)
            .ok_or(LogProofError::Index)?;
        let mut hashes = Vec::new();
        for (line, text) in (3..).zip(lines) {
            if hashes.len() == MAX_INCLUSION_HASHES {
                return Err(LogProofError::TooManyHashes { line });
            }
            hashes.push(Hash::parse(text).map_err(|source| LogProofError::Hash { line, source })?);
        }
        let checkpoint = SignedNote::parse(note.as_bytes())?;
        Ok(Self {
            inclusion: InclusionProof { index, hashes },
            checkpoint,
        })
    }
}

/// The proof as it is sent and stored (`.tlog-proof`).
impl fmt::Display for LogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADING}\nindex {}", self.inclusion.index)?;
        self.inclusion
            .hashes
            .iter()
            .try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

/// Why bytes are not a tlog-proof of ours. Lines count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogProofError {
    /// Over the limit of `budget.rs`.
    #[error("{bytes} bytes, a log proof may have {MAX_LOG_PROOF_BYTES}")]
    TooLong {
        /// Bytes found.
        bytes: usize,
    },
    /// Not text.
    #[error("not UTF-8 at byte {offset}")]
    NotUtf8 {
        /// Offset of the first wrong byte.
        offset: usize,
    },
    /// No empty line parts proof and checkpoint.
    #[error("no empty line before the checkpoint")]
    NoEmptyLine,
    /// Another format, or another version of this one.
    #[error("line 1 is not {HEADING}")]
    Heading,
    /// Extra data, which nothing authenticates.
    #[error("line 2 is extra data, which this log does not use")]
    Extra,
    /// Line 2.
    #[error("line 2 is not `index` and a decimal number without leading zeros")]
    Index,
    /// Over the limit of `budget.rs`.
    #[error("line {line} is one hash more than the {MAX_INCLUSION_HASHES} an inclusion proof may have")]
    TooManyHashes {
        /// The first line too many.
        line: usize,
    },
    /// A line of the inclusion proof.
    #[error("line {line}: {source}")]
    Hash {
        /// The line.
        line: usize,
        /// What is wrong with the hash.
        source: HashError,
    },
    /// The checkpoint's note; its lines count from its own first.
    #[error("the checkpoint: {0}")]
    Note(#[from] NoteError),
}
