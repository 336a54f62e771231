//! A mirror read, nothing of it believed.

use std::path::Path;

use touchstone_schemas::{
    budget::{
        MAX_ENTRY_BYTES, MAX_NOTE_BYTES, MAX_OWNER_RECORD_BYTES, MAX_SNAPSHOT_BYTES, MAX_TRUST_LIST_BYTES,
    },
    digest::Sha256Digest,
    status::StatusPurpose,
    tlog::{Entry, EntryBundle, HASH_BYTES, TileFile, TilePath, tile::TILE_WIDTH},
};

use super::{Manifest, MirrorError, Names, folder::Folder, statics};
use crate::{
    mirror::manifest,
    store::{StoredEntry, StoredTile},
};

/// The checkpoint's place.
pub(super) const CHECKPOINT: &str = "log/checkpoint";
/// The statement of recovery's place.
pub(super) const RECOVERED_FROM: &str = "log/recovered-from";
/// Longest bundle of entries.
const MAX_BUNDLE_BYTES: usize = TILE_WIDTH as usize * (MAX_ENTRY_BYTES + 2);
/// Longest tile.
const MAX_TILE_BYTES: usize = TILE_WIDTH as usize * HASH_BYTES;

/// A mirror to be read.
#[derive(Debug)]
pub struct MirrorReader {
    pub(super) folder: Folder,
    manifest: Manifest,
}

/// Where a document stands.
pub(super) fn document_place(digest: &Sha256Digest) -> String {
    let digest = digest.to_string();
    format!("documents/{}/{digest}.json", digest.get(..2).unwrap_or_default())
}

/// Where the newest version of a status list stands.
pub(super) fn newest_list_place(purpose: StatusPurpose, list: u32) -> String {
    format!("status-lists/{purpose}/{list}")
}

/// Where a version of a status list stands.
pub(super) fn list_version_place(purpose: StatusPurpose, list: u32, sequence: u64) -> String {
    format!("{}/{sequence}", list_versions(purpose, list))
}

/// Where the versions of a status list stand.
pub(super) fn list_versions(purpose: StatusPurpose, list: u32) -> String {
    format!("status-list-versions/{purpose}/{list}")
}

/// Where a tile or bundle stands.
pub(super) fn tile_place(path: &TilePath) -> String {
    format!("log/{path}")
}

impl MirrorReader {
    /// Opens a mirror.
    ///
    /// # Errors
    /// [`MirrorError`]: there is none, or its manifest is not of its form.
    pub fn open(root: &Path) -> Result<Self, MirrorError> {
        let folder = Folder::at(root);
        let missing = || MirrorError::NoMirror {
            path: root.to_owned(),
        };
        let manifest = Manifest::read(&folder)?.ok_or_else(missing)?;
        Ok(Self { folder, manifest })
    }

    /// What it says of itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The checkpoint's note, its signature not checked.
    ///
    /// # Errors
    /// [`MirrorError::File`] also when there is none.
    pub fn checkpoint(&self) -> Result<Vec<u8>, MirrorError> {
        self.must_read(CHECKPOINT, MAX_NOTE_BYTES)
    }

    /// What the log says of the one before it, where there was one.
    ///
    /// # Errors
    /// [`MirrorError::File`], [`MirrorError::TooLong`].
    pub fn recovered_from(&self) -> Result<Option<Vec<u8>>, MirrorError> {
        self.folder.read(RECOVERED_FROM, MAX_OWNER_RECORD_BYTES)
    }

    pub(super) fn must_read(&self, place: &str, limit: usize) -> Result<Vec<u8>, MirrorError> {
        let missing = || self.folder.error(place, std::io::ErrorKind::NotFound.into());
        self.folder.read(place, limit)?.ok_or_else(missing)
    }

    /// The entries of a bundle of a log of `size` entries, each with its document, or with none where that is left out
    /// or not there.
    ///
    /// # Errors
    /// [`MirrorError`]: the bundle is not there, or is none.
    pub fn bundle(&self, index: u64, size: u64) -> Result<Vec<StoredEntry>, MirrorError> {
        let Some(path) = TilePath::in_tree(TileFile::Entries, index, size) else {
            return Ok(Vec::new());
        };
        let place = tile_place(&path);
        let bytes = self.must_read(&place, MAX_BUNDLE_BYTES)?;
        let bundle = EntryBundle::parse(&bytes, path.width()).map_err(|cause| MirrorError::Bundle {
            path: self.folder.path(&place),
            cause,
        })?;
        let first = index.saturating_mul(u64::from(TILE_WIDTH));
        let mut entries = Vec::with_capacity(bundle.entries().len());
        for (index, entry) in (first..).zip(bundle.entries()) {
            entries.push(StoredEntry {
                index,
                entry: entry.to_vec(),
                document: self.document_of(entry)?.unwrap_or_default(),
            });
        }
        Ok(entries)
    }

    fn document_of(&self, entry: &[u8]) -> Result<Option<Vec<u8>>, MirrorError> {
        // What is no entry has no document; whoever hashes it finds out.
        match Entry::parse(entry) {
            Ok(entry) => self
                .folder
                .read(&document_place(&entry.digest), MAX_SNAPSHOT_BYTES),
            Err(_) => Ok(None),
        }
    }

    /// Whether it can be rebuilt from.
    ///
    /// # Errors
    /// [`MirrorError::LeftOut`].
    pub fn must_be_whole(&self) -> Result<(), MirrorError> {
        match self.manifest.names {
            Names::Included => Ok(()),
            Names::LeftOut => Err(MirrorError::LeftOut { index: 0 }),
        }
    }

    /// The tiles of hashes that a log of `size` entries has, as wide as it has them; those that are not there are left
    /// out.
    ///
    /// # Errors
    /// [`MirrorError::File`].
    pub fn tiles(&self, size: u64) -> Result<Vec<StoredTile>, MirrorError> {
        let mut tiles = Vec::new();
        for level in 0..=u8::MAX {
            let paths: Vec<TilePath> = TilePath::grown(TileFile::Hashes(level), 0, size).collect();
            if paths.is_empty() {
                break;
            }
            for path in paths {
                if let Some(hashes) = self.folder.read(&tile_place(&path), MAX_TILE_BYTES)? {
                    let index = path.index();
                    tiles.push(StoredTile { level, index, hashes });
                }
            }
        }
        Ok(tiles)
    }

    /// Every trust list, by sequence.
    ///
    /// # Errors
    /// [`MirrorError::File`].
    pub fn trust_lists(&self) -> Result<Vec<(u64, Vec<u8>)>, MirrorError> {
        let mut lists = Vec::new();
        for name in self.folder.names(statics::TRUST_LISTS)? {
            let sequence = name.strip_suffix(".json").and_then(|name| name.parse().ok());
            if let Some(sequence) = sequence {
                let place = statics::trust_list_place(sequence);
                lists.push((sequence, self.must_read(&place, MAX_TRUST_LIST_BYTES)?));
            }
        }
        lists.sort();
        Ok(lists)
    }

    /// Whether a place is the manifest's, or of a file not in its place yet.
    pub(super) fn is_own(place: &str) -> bool {
        place == manifest::PLACE || place.ends_with(super::folder::UNFINISHED)
    }
}
