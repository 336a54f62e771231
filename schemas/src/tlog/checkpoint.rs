//! Checkpoints, C2SP tlog-checkpoint: what a log signs of its tree.
//!
//! ```text
//! <origin>
//! <tree size, decimal>
//! <root hash, base64>
//! ```

use std::fmt;

use super::decimal;
use super::hash::{EMPTY_ROOT, Hash, HashError};
use super::origin::{Origin, OriginError};

/// Size and root hash of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TreeHead {
    /// Number of leaves.
    pub size: u64,
    /// Root hash at that size (RFC 6962 §2.1).
    pub root: Hash,
}

/// The text of a checkpoint's note. Our log writes no extension lines ("NOT RECOMMENDED") and we read none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log.
    pub origin: Origin,
    /// Its tree.
    pub head: TreeHead,
}

impl Checkpoint {
    /// Reads a note's text. Strict: [`Checkpoint::to_string`](ToString::to_string) gives back the same text.
    ///
    /// # Errors
    /// When a line is missing, malformed or one too many, or an empty tree has another root than [`EMPTY_ROOT`].
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let body = text.strip_suffix('\n').ok_or(CheckpointError::NoFinalNewline)?;
        let mut lines = body.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::TooFewLines {
                found: body.split('\n').count(),
            });
        };
        if lines.next().is_some() {
            return Err(CheckpointError::ExtensionLine);
        }
        let origin = Origin::parse(origin)?;
        let size = decimal::parse(size).ok_or(CheckpointError::Size)?;
        let root = Hash::parse(root)?;
        if size == 0 && root != EMPTY_ROOT {
            return Err(CheckpointError::EmptyTreeRoot { found: root });
        }
        Ok(Self {
            origin,
            head: TreeHead { size, root },
        })
    }
}

/// The note's text, final newline included.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.head.size, self.head.root)
    }
}

/// Why a note's text is not a checkpoint of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text breaks off.
    #[error("the text does not end in a newline")]
    NoFinalNewline,
    /// Origin, size or root is missing.
    #[error("{found} lines, a checkpoint has 3")]
    TooFewLines {
        /// Lines found.
        found: usize,
    },
    /// A fourth line. The specification allows it, our log does not write it.
    #[error("line 4 is an extension line, which this log does not use")]
    ExtensionLine,
    /// Line 1.
    #[error("line 1: {0}")]
    Origin(#[from] OriginError),
    /// Line 2.
    #[error("line 2 is not a tree size in decimal without leading zeros")]
    Size,
    /// Line 3.
    #[error("line 3: {0}")]
    Root(#[from] HashError),
    /// A tree without leaves has one root only.
    #[error("an empty tree with root {found}, its root is {EMPTY_ROOT}")]
    EmptyTreeRoot {
        /// Root found.
        found: Hash,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "example.com/log\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn a_checkpoint_is_written_as_it_was_read() {
        let checkpoint = Checkpoint::parse(TEXT).unwrap();
        assert_eq!(checkpoint.head.size, 20_852_163);
        assert_eq!(checkpoint.to_string(), TEXT);
        let empty = format!("a\n0\n{EMPTY_ROOT}\n");
        assert_eq!(Checkpoint::parse(&empty).unwrap().to_string(), empty);
    }

    #[test]
    fn every_mutation_has_its_error() {
        type Table = [(&'static str, &'static str, CheckpointError)];
        let table: &Table = &[
            ("jxq2I=\n", "jxq2I=", CheckpointError::NoFinalNewline),
            ("jxq2I=\n", "jxq2I=\n\n", CheckpointError::ExtensionLine),
            ("jxq2I=\n", "jxq2I=\nextension\n", CheckpointError::ExtensionLine),
            (
                "\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
                "",
                CheckpointError::TooFewLines { found: 2 },
            ),
            (
                "\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
                "",
                CheckpointError::TooFewLines { found: 1 },
            ),
            ("20852163", "020852163", CheckpointError::Size),
            ("20852163", "+20852163", CheckpointError::Size),
            ("20852163", "20852163 ", CheckpointError::Size),
            ("20852163", "", CheckpointError::Size),
            ("20852163", "-1", CheckpointError::Size),
            ("20852163", "2e7", CheckpointError::Size),
            ("20852163", "18446744073709551616", CheckpointError::Size),
            (
                "example.com/log",
                "",
                CheckpointError::Origin(OriginError::KeyName(crate::tlog::KeyNameError::Empty)),
            ),
            (
                "example.com",
                "https://example.com",
                CheckpointError::Origin(OriginError::Scheme { offset: 5 }),
            ),
            (
                "log\n",
                "log/\n",
                CheckpointError::Origin(OriginError::TrailingSlash),
            ),
            ("jxq2I=", "jxq2I", CheckpointError::Root(HashError::NotBase64)),
            ("jxq2I=", "jxq2J=", CheckpointError::Root(HashError::NotBase64)),
            ("jxq2I=", "jxq2I= ", CheckpointError::Root(HashError::NotBase64)),
            ("jxq2I=", "jxq2I=\r", CheckpointError::Root(HashError::NotBase64)),
            ("CsUY", "", CheckpointError::Root(HashError::Length { found: 29 })),
        ];
        for (from, to, expected) in table {
            let text = TEXT.replacen(from, to, 1);
            assert_ne!(text, TEXT);
            assert_eq!(Checkpoint::parse(&text), Err(*expected), "{text:?}");
        }
        let found = Hash::from_bytes([0; 32]);
        let error = Checkpoint::parse(&format!("a\n0\n{found}\n")).unwrap_err();
        assert_eq!(error, CheckpointError::EmptyTreeRoot { found });
    }
}
