//! Tiles, C2SP tlog-tiles: the Merkle tree and its entries as a finite set of files.
//!
//! ```text
//! tile/<L>/<N>[.p/<W>]         256 consecutive hashes of level L, each over a full tile of the level below
//! tile/entries/<N>[.p/<W>]     the entries under level-0 tile N
//! ```

use std::fmt;

use super::decimal;
use super::hash::{HASH_BYTES, Hash};

/// Levels of the tree within one tile.
pub const TILE_HEIGHT: u8 = 8;
/// Hashes in a full tile.
pub const TILE_WIDTH: u16 = 256;
/// Highest tile level that C2SP tlog-tiles has a path for.
const TOP_LEVEL: u8 = 63;

/// Which kind of file a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileFile {
    /// A tile of hashes at the given level, 0 to 63; at level 0 they are leaf hashes.
    Hashes(u8),
    /// An entry bundle.
    Entries,
}

impl TileFile {
    /// How many hashes (or entries) of this level a tree of `size` leaves has.
    fn count(self, size: u64) -> u64 {
        match self {
            Self::Hashes(level) => hashes_at(level, size),
            Self::Entries => size,
        }
    }
}

/// How many hashes of tile level `level` a tree of `size` leaves has: floor(size / 256^level).
pub fn hashes_at(level: u8, size: u64) -> u64 {
    size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT))
        .unwrap_or(0)
}

/// Path of a tile or entry bundle below the log's prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    file: TileFile,
    index: u64,
    width: u16,
}

impl TilePath {
    /// The path of file `index` with `width` hashes (or entries). `None` when the level is over 63 or the width
    /// not 1 to 256.
    pub fn new(file: TileFile, index: u64, width: u16) -> Option<Self> {
        let level_known = !matches!(file, TileFile::Hashes(level) if level > TOP_LEVEL);
        (level_known && (1..=TILE_WIDTH).contains(&width)).then_some(Self { file, index, width })
    }

    /// The path of file `index` as a tree of `size` leaves has it, full or partial. `None` when it has no such file.
    pub fn in_tree(file: TileFile, index: u64, size: u64) -> Option<Self> {
        let first = index.checked_mul(u64::from(TILE_WIDTH))?;
        let left = file.count(size).checked_sub(first)?;
        let width = u16::try_from(left).unwrap_or(TILE_WIDTH).min(TILE_WIDTH);
        Self::new(file, index, width)
    }

    /// Files of this kind that a tree of `new_size` leaves has and one of `old_size` has not, or has narrower.
    pub fn grown(file: TileFile, old_size: u64, new_size: u64) -> impl Iterator<Item = Self> {
        let (old, new) = (file.count(old_size), file.count(new_size));
        let width = u64::from(TILE_WIDTH);
        let indices = if old < new {
            old / width..new.div_ceil(width)
        } else {
            0..0
        };
        indices.filter_map(move |index| Self::in_tree(file, index, new_size))
    }

    /// Reads a path. Strict: [`TilePath::to_string`](ToString::to_string) gives it back.
    ///
    /// # Errors
    /// When it is not the one spelling of a tile's or bundle's path.
    pub fn parse(path: &str) -> Result<Self, TilePathError> {
        let rest = path.strip_prefix("tile/").ok_or(TilePathError::Prefix)?;
        let (kind, rest) = rest.split_once('/').ok_or(TilePathError::Prefix)?;
        let file = match kind {
            "entries" => TileFile::Entries,
            level => {
                let level = decimal::parse(level).and_then(|level| u8::try_from(level).ok());
                TileFile::Hashes(
                    level
                        .filter(|level| *level <= TOP_LEVEL)
                        .ok_or(TilePathError::Level)?,
                )
            }
        };
        let (digits, width) = match rest.split_once(".p/") {
            None => (rest, TILE_WIDTH),
            Some((digits, width)) => {
                let width = decimal::parse(width).and_then(|width| u16::try_from(width).ok());
                (
                    digits,
                    width
                        .filter(|width| (1..TILE_WIDTH).contains(width))
                        .ok_or(TilePathError::Width)?,
                )
            }
        };
        let parsed = Self {
            file,
            index: parse_index(digits).ok_or(TilePathError::Index)?,
            width,
        };
        if parsed.to_string() == path {
            Ok(parsed)
        } else {
            Err(TilePathError::Index)
        }
    }

    /// Tile or entry bundle.
    pub fn file(&self) -> TileFile {
        self.file
    }

    /// Zero-based number of the file within its level.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Hashes (or entries) in the file, 1 to 256; a file of 256 is full.
    pub fn width(&self) -> u16 {
        self.width
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.file {
            TileFile::Hashes(level) => write!(f, "tile/{level}/")?,
            TileFile::Entries => f.write_str("tile/entries/")?,
        }
        // Twenty decimal digits of a u64 are seven groups of three at most.
        for power in (1..7).rev() {
            let group = self.index / 1000_u64.pow(power);
            if group > 0 {
                write!(f, "x{:03}/", group % 1000)?;
            }
        }
        write!(f, "{:03}", self.index % 1000)?;
        if self.width < TILE_WIDTH {
            write!(f, ".p/{}", self.width)
        } else {
            Ok(())
        }
    }
}

/// `x001/x234/067` → 1234067. Takes superfluous leading groups too; the caller compares spellings.
fn parse_index(digits: &str) -> Option<u64> {
    let mut index: u64 = 0;
    let mut groups = digits.split('/').peekable();
    while let Some(group) = groups.next() {
        let group = if groups.peek().is_some() {
            group.strip_prefix('x')?
        } else {
            group
        };
        if group.len() != 3 || !group.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(group.parse().ok()?)?;
    }
    Some(index)
}

/// Why a text is not the path of a tile or entry bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TilePathError {
    /// Not below `tile/`, or nothing after the level.
    #[error("not tile/<level>/<index> or tile/entries/<index>")]
    Prefix,
    /// Not "a decimal ASCII integer between 0 and 63, with no additional leading zeroes".
    #[error("the level is neither `entries` nor a number from 0 to 63")]
    Level,
    /// Not "zero-padded 3-digit path elements", all but the last beginning with `x`, without superfluous ones.
    #[error("the index is not in groups of three digits, all but the last beginning with x")]
    Index,
    /// Not "a decimal ASCII integer between 1 and 255, with no additional leading zeroes".
    #[error("the width of a partial tile is not a number from 1 to 255")]
    Width,
}

/// Reads a tile of hashes of exactly `width`.
///
/// # Errors
/// When the file has another length.
pub fn parse_hashes(bytes: &[u8], width: u16) -> Result<Vec<Hash>, TileLengthError> {
    let (hashes, rest) = bytes.as_chunks::<HASH_BYTES>();
    if rest.is_empty() && hashes.len() == usize::from(width) {
        Ok(hashes.iter().copied().map(Hash::from_bytes).collect())
    } else {
        Err(TileLengthError {
            bytes: bytes.len(),
            width,
        })
    }
}

/// A tile of hashes of another length than its width asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes, a tile of {width} hashes of {HASH_BYTES} bytes was expected")]
pub struct TileLengthError {
    /// Bytes found.
    pub bytes: usize,
    /// Hashes expected.
    pub width: u16,
}
