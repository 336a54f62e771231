//! What a database is built again from: a mirror, or the entries and documents of a damaged database.

use crate::{
    mirror::{MirrorError, MirrorReader},
    store::{Identity, Store, StoreError, StoredEntry, StoredTile},
};

/// Entries of a database read at a time.
const CHUNK: u32 = 512;

/// Where entries and documents come from. Nothing of it is believed before it is hashed.
#[derive(Debug)]
pub enum Source {
    /// A folder that `export` wrote, with every document.
    Mirror(MirrorReader),
    /// A database; its tiles and other tables are not looked at.
    Database(Store),
}

impl Source {
    /// Which log it says it is of.
    ///
    /// # Errors
    /// [`StoreError`]: the database does not say.
    pub async fn identity(&self) -> Result<Identity, StoreError> {
        match self {
            Self::Mirror(mirror) => Ok(mirror.manifest().identity()),
            Self::Database(store) => store.identity().await,
        }
    }

    pub(crate) async fn checkpoint(&self) -> Result<Vec<u8>, SourceError> {
        Ok(match self {
            Self::Mirror(mirror) => mirror.checkpoint()?,
            Self::Database(store) => store.checkpoint().await?.note.into_bytes(),
        })
    }

    /// Some entries from `first` on, of a log of `size`; none when there are none. Indices may have gaps in a database.
    pub(crate) async fn entries(&self, first: u64, size: u64) -> Result<Vec<StoredEntry>, SourceError> {
        if first >= size {
            return Ok(Vec::new());
        }
        let mut entries = match self {
            Self::Mirror(mirror) => {
                mirror.must_be_whole()?;
                let mut bundle = mirror.bundle(first / 256, size)?;
                bundle.retain(|entry| entry.index >= first);
                bundle
            }
            Self::Database(store) => store.entries(first, CHUNK).await?,
        };
        entries.retain(|entry| entry.index < size);
        Ok(entries)
    }

    /// Tiles of hashes of a log of `size`.
    pub(crate) async fn tiles(&self, size: u64) -> Result<Vec<StoredTile>, SourceError> {
        Ok(match self {
            Self::Mirror(mirror) => mirror.tiles(size)?,
            Self::Database(store) => store.tiles().await?,
        })
    }

    pub(crate) async fn trust_lists(&self) -> Result<Vec<(u64, Vec<u8>)>, SourceError> {
        Ok(match self {
            Self::Mirror(mirror) => mirror.trust_lists()?,
            Self::Database(store) => store.trust_lists().await?,
        })
    }

    /// Closes a database.
    pub async fn close(self) {
        if let Self::Database(store) = self {
            store.close().await;
        }
    }
}

/// Why a source does not read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The mirror.
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}
