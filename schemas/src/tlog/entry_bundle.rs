//! Entry bundles, C2SP tlog-tiles: the entries under one tile of leaf hashes.
//!
//! "Entry bundles are sequences of big-endian uint16 length-prefixed log entries."

use super::tile::TILE_WIDTH;

/// A bundle of 1 to 256 entries, borrowed from its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryBundle<'a> {
    entries: Vec<&'a [u8]>,
}

impl<'a> EntryBundle<'a> {
    /// Puts a bundle together.
    ///
    /// # Errors
    /// When there is no entry, or more than 256, or one is over 65,535 bytes.
    pub fn new(entries: Vec<&'a [u8]>) -> Result<Self, EntryBundleError> {
        check_count(entries.len())?;
        match entries
            .iter()
            .enumerate()
            .find(|(_, entry)| u16::try_from(entry.len()).is_err())
        {
            Some((position, entry)) => Err(EntryBundleError::EntryTooLong {
                position,
                bytes: entry.len(),
            }),
            None => Ok(Self { entries }),
        }
    }

    /// Reads a bundle file of exactly `width` entries.
    ///
    /// # Errors
    /// When an entry is cut short, or there are more or fewer entries than `width`, or `width` is not 1 to 256.
    pub fn parse(bytes: &'a [u8], width: u16) -> Result<Self, EntryBundleError> {
        let width = usize::from(width);
        check_count(width)?;
        let mut entries = Vec::with_capacity(width);
        let mut rest = bytes;
        while !rest.is_empty() {
            let position = entries.len();
            if position == width {
                return Err(EntryBundleError::BytesLeft {
                    entries: width,
                    bytes: rest.len(),
                });
            }
            let (prefix, tail) = rest
                .split_first_chunk()
                .ok_or(EntryBundleError::CutShort { position })?;
            let length = usize::from(u16::from_be_bytes(*prefix));
            let (entry, tail) = tail
                .split_at_checked(length)
                .ok_or(EntryBundleError::CutShort { position })?;
            entries.push(entry);
            rest = tail;
        }
        if entries.len() < width {
            return Err(EntryBundleError::TooFew {
                found: entries.len(),
                expected: width,
            });
        }
        Ok(Self { entries })
    }

    /// The entries in log order.
    pub fn entries(&self) -> &[&'a [u8]] {
        &self.entries
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in &self.entries {
            // `new` and `parse` let no longer entry in.
            let length = u16::try_from(entry.len()).unwrap_or(u16::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(entry);
        }
        bytes
    }
}

fn check_count(found: usize) -> Result<(), EntryBundleError> {
    if (1..=usize::from(TILE_WIDTH)).contains(&found) {
        Ok(())
    } else {
        Err(EntryBundleError::Count { found })
    }
}

/// Why entries are not a bundle. Positions count from 0 within the bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryBundleError {
    /// A bundle is never empty and never wider than a tile.
    #[error("{found} entries, a bundle has 1 to {TILE_WIDTH}")]
    Count {
        /// Entries asked for.
        found: usize,
    },
    /// The length does not fit its 16 bits.
    #[error("entry {position} has {bytes} bytes, a log entry may have 65535")]
    EntryTooLong {
        /// Which entry.
        position: usize,
        /// Its length.
        bytes: usize,
    },
    /// The file ends within an entry.
    #[error("the bundle ends within entry {position}")]
    CutShort {
        /// Which entry.
        position: usize,
    },
    /// The file ends before its width is reached.
    #[error("{found} entries, the bundle's width is {expected}")]
    TooFew {
        /// Entries found.
        found: usize,
        /// The bundle's width.
        expected: usize,
    },
    /// The file goes on after its width is reached.
    #[error("{bytes} bytes after the last of {entries} entries")]
    BytesLeft {
        /// The bundle's width.
        entries: usize,
        /// Bytes left over.
        bytes: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_is_written_as_it_was_read() {
        let longest = vec![7_u8; 65_535];
        let bundle = EntryBundle::new(vec![b"", b"a", &longest]).unwrap();
        let bytes = bundle.to_bytes();
        assert_eq!(bytes.get(..5), Some(&[0, 0, 0, 1, b'a'][..]));
        assert_eq!(EntryBundle::parse(&bytes, 3), Ok(bundle));
    }

    #[test]
    fn every_fault_has_its_error() {
        let bytes = [0, 1, b'a', 0, 2, b'b', b'c'];
        assert_eq!(
            EntryBundle::parse(&bytes, 3),
            Err(EntryBundleError::TooFew {
                found: 2,
                expected: 3
            })
        );
        assert_eq!(
            EntryBundle::parse(&bytes, 1),
            Err(EntryBundleError::BytesLeft { entries: 1, bytes: 4 })
        );
        assert_eq!(
            EntryBundle::parse(&bytes, 0),
            Err(EntryBundleError::Count { found: 0 })
        );
        assert_eq!(
            EntryBundle::parse(&bytes, 257),
            Err(EntryBundleError::Count { found: 257 })
        );
        for cut in [1, 2, 4, 5, 6] {
            let position = usize::from(cut > 3);
            assert_eq!(
                EntryBundle::parse(&bytes[..cut], 2),
                Err(EntryBundleError::CutShort { position }),
                "{cut}"
            );
        }
        assert_eq!(
            EntryBundle::new(vec![]),
            Err(EntryBundleError::Count { found: 0 })
        );
        let long = vec![0; 65_536];
        assert_eq!(
            EntryBundle::new(vec![b"", &long]),
            Err(EntryBundleError::EntryTooLong {
                position: 1,
                bytes: 65_536
            })
        );
    }
}
