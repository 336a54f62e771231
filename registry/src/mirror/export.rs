//! `export`: a mirror written, or brought up to date.
//!
//! Reads beside a running registry. Only what the log gained since the mirror's own checkpoint is read and written, each
//! entry and document hashed on its way; the checkpoint is put in place last, when everything it signs is on disk.

use std::path::Path;

use touchstone_schemas::{
    budget::{MAX_NOTE_BYTES, MAX_STATUS_LIST_BYTES},
    status::StatusPurpose,
    tlog::{
        Entry, EntryBundle, Record, TileFile, TilePath, TreeHead, leaf_hash,
        tile::{TILE_WIDTH, parse_hashes},
    },
};
use touchstone_verifier::{
    input::Policy,
    open_trust_list,
    tlog::{LogKey, open_checkpoint},
};

use super::{
    Manifest, MirrorError, Names,
    folder::Folder,
    manifest, reader, statics,
    statics::{signed_by_itself, static_files},
};
use crate::{
    ledger::Document,
    store::{Identity, Store, StoredEntry},
    tlog::Tree,
};

/// Entries read at a time.
const CHUNK: u32 = 512;

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Entries the mirror had.
    pub before: u64,
    /// Entries it has.
    pub entries: u64,
    /// Files written.
    pub files: u64,
}

/// Writes a mirror into a folder, or brings the one there up to date. `policy` is whose trust lists go into it,
/// `recovered_from` what the log says of the one before it, where it was opened after a loss
/// ([`read_statement`](crate::recovery::read_statement)).
///
/// # Errors
/// [`MirrorError`]; a mirror that was there is whole then, at its old checkpoint.
pub async fn export(
    store: &Store,
    policy: &Policy,
    root: &Path,
    names: Names,
    recovered_from: Option<&[u8]>,
) -> Result<Exported, MirrorError> {
    let folder = Folder::at(root);
    let lock = folder.lock()?;
    let identity = store.identity().await?;
    let log = LogKey::new(identity.origin.clone(), identity.log_key.as_bytes())?;
    let note = store.checkpoint().await?.note;
    let head = *open_checkpoint(note.as_bytes(), &log)
        .map_err(|cause| checkpoint_error("the database's checkpoint", cause))?
        .head();
    let before = begin(&folder, &Manifest::of(&identity, names, recovered_from), &log)?;
    let tree = read_tree(store, head).await?;
    check_history(&tree, before)?;
    let mut writing = Writing {
        folder: &folder,
        files: 0,
        names,
    };
    if let Some(statement) = recovered_from {
        writing.put(reader::RECOVERED_FROM, statement)?;
    }
    writing.documents(store, &tree, before.size).await?;
    writing.bundles(store, &tree, before.size).await?;
    writing.tiles(&tree, before.size)?;
    writing.statics(store, policy, &identity).await?;
    folder.sync(&lock)?;
    writing.put(reader::CHECKPOINT, note.as_bytes())?;
    writing.newest_lists()?;
    folder.sync(&lock)?;
    Ok(Exported {
        before: before.size,
        entries: head.size,
        files: writing.files,
    })
}

fn checkpoint_error(what: &'static str, cause: touchstone_verifier::tlog::CheckpointRefused) -> MirrorError {
    MirrorError::Checkpoint { what, cause }
}

/// What the folder mirrors already: the empty tree when it is new.
fn begin(folder: &Folder, own: &Manifest, log: &LogKey) -> Result<TreeHead, MirrorError> {
    match Manifest::read(folder)? {
        None if !folder
            .names("")?
            .iter()
            .all(|name| reader::MirrorReader::is_own(name)) =>
        {
            return Err(MirrorError::NoMirror {
                path: folder.path(""),
            });
        }
        None => folder.write(manifest::PLACE, &own.bytes())?,
        Some(found) => {
            must_be_same(&found, own)?;
            // One that was written before it told of the log before it.
            if found != *own {
                folder.write(manifest::PLACE, &own.bytes())?;
            }
        }
    }
    match folder.read(reader::CHECKPOINT, MAX_NOTE_BYTES)? {
        None => Ok(TreeHead {
            size: 0,
            root: touchstone_schemas::tlog::EMPTY_ROOT,
        }),
        Some(note) => {
            let opened = open_checkpoint(&note, log)
                .map_err(|cause| checkpoint_error("the mirror's checkpoint", cause))?;
            Ok(*opened.head())
        }
    }
}

fn must_be_same(found: &Manifest, own: &Manifest) -> Result<(), MirrorError> {
    let rows = [
        ("origin", found.origin.to_string(), own.origin.to_string()),
        ("log key", found.log_key.to_string(), own.log_key.to_string()),
        (
            "base",
            found.base.as_str().to_owned(),
            own.base.as_str().to_owned(),
        ),
        (
            "choice of documents",
            found.names.name().to_owned(),
            own.names.name().to_owned(),
        ),
    ];
    match rows.into_iter().find(|(_, mirror, registry)| mirror != registry) {
        None => Ok(()),
        Some((what, mirror, registry)) => Err(MirrorError::Differs {
            what,
            mirror,
            registry,
        }),
    }
}

/// The tree of the stored leaf hashes; it must lead to the signed root. A registry that runs may have gone on since.
async fn read_tree(store: &Store, head: TreeHead) -> Result<Tree, MirrorError> {
    let mut tree = Tree::empty();
    let mut growth = tree.grow();
    let mut left = usize::try_from(head.size).unwrap_or(usize::MAX);
    for tile in store.tiles().await?.iter().filter(|tile| tile.level == 0) {
        let width = u16::try_from(tile.hashes.len() / 32).unwrap_or(u16::MAX);
        for leaf in parse_hashes(&tile.hashes, width)
            .map_err(|_| MirrorError::Tiles)?
            .into_iter()
            .take(left)
        {
            left -= 1;
            growth.append_leaf(leaf).map_err(|_| MirrorError::Tiles)?;
        }
    }
    tree.adopt(growth);
    if tree.head() == head {
        Ok(tree)
    } else {
        Err(MirrorError::Tiles)
    }
}

fn check_history(tree: &Tree, mirror: TreeHead) -> Result<(), MirrorError> {
    if mirror.size > tree.size() {
        return Err(MirrorError::Behind {
            mirror: mirror.size,
            log: tree.size(),
        });
    }
    if tree.head_at(mirror.size)? == mirror {
        Ok(())
    } else {
        Err(MirrorError::Forked { size: mirror.size })
    }
}

struct Writing<'f> {
    folder: &'f Folder,
    files: u64,
    names: Names,
}

impl Writing<'_> {
    fn put(&mut self, place: &str, bytes: &[u8]) -> Result<(), MirrorError> {
        if self.folder.replace(place, bytes)? {
            self.files = self.files.saturating_add(1);
        }
        Ok(())
    }

    async fn documents(&mut self, store: &Store, tree: &Tree, from: u64) -> Result<(), MirrorError> {
        let mut next = from;
        while next < tree.size() {
            let left = u32::try_from(tree.size() - next).unwrap_or(CHUNK);
            let chunk = store.entries(next, left.min(CHUNK)).await?;
            if chunk.is_empty() {
                return Err(MirrorError::EntryAltered { index: next });
            }
            for stored in chunk {
                if stored.index != next || tree.hash(0, next) != Some(leaf_hash(&stored.entry)) {
                    return Err(MirrorError::EntryAltered { index: next });
                }
                self.document(&stored)?;
                next = next.saturating_add(1);
            }
        }
        Ok(())
    }

    fn document(&mut self, stored: &StoredEntry) -> Result<(), MirrorError> {
        let index = stored.index;
        let entry = Entry::parse(&stored.entry).map_err(|cause| MirrorError::Entry { index, cause })?;
        Document::of_entry(&entry, &stored.document)
            .map_err(|cause| MirrorError::Document { index, cause })?;
        let names_firms = matches!(entry.record, Record::Credential { .. } | Record::Event { .. });
        if !(names_firms && self.names == Names::LeftOut) {
            self.put(&reader::document_place(&entry.digest), &stored.document)?;
        }
        if let Record::StatusList {
            purpose,
            list,
            sequence,
        } = entry.record
        {
            let place = reader::list_version_place(purpose, list, sequence);
            self.put(&place, &stored.document)?;
        }
        Ok(())
    }

    async fn bundles(&mut self, store: &Store, tree: &Tree, from: u64) -> Result<(), MirrorError> {
        for path in TilePath::grown(TileFile::Entries, from, tree.size()) {
            let first = path.index().saturating_mul(u64::from(TILE_WIDTH));
            let entries = store.entry_bytes(first, u32::from(path.width())).await?;
            let altered = (first..)
                .zip(&entries)
                .find(|(index, entry)| tree.hash(0, *index) != Some(leaf_hash(entry)));
            if let Some((index, _)) = altered {
                return Err(MirrorError::EntryAltered { index });
            }
            let place = reader::tile_place(&path);
            let borrowed = entries.iter().map(Vec::as_slice).collect();
            let bundle = EntryBundle::new(borrowed).map_err(|cause| MirrorError::Bundle {
                path: self.folder.path(&place),
                cause,
            })?;
            self.put(&place, &bundle.to_bytes())?;
        }
        Ok(())
    }

    fn tiles(&mut self, tree: &Tree, from: u64) -> Result<(), MirrorError> {
        for level in 0..=u8::MAX {
            let file = TileFile::Hashes(level);
            if TilePath::in_tree(file, 0, tree.size()).is_none() {
                break;
            }
            for path in TilePath::grown(file, from, tree.size()) {
                let bytes = tree
                    .tile(level, path.index(), path.width())
                    .ok_or(MirrorError::Tiles)?;
                self.put(&reader::tile_place(&path), &bytes)?;
            }
        }
        Ok(())
    }

    async fn statics(
        &mut self,
        store: &Store,
        policy: &Policy,
        identity: &Identity,
    ) -> Result<(), MirrorError> {
        let mut newest = None;
        for (sequence, document) in store.trust_lists().await? {
            signed_by_itself(&document)?;
            self.put(&statics::trust_list_place(sequence), &document)?;
            newest = Some(document);
        }
        let trust = match &newest {
            Some(document) => {
                self.put(statics::TRUST_LIST, document)?;
                Some(open_trust_list(document, policy, None)?)
            }
            None => None,
        };
        for (place, bytes) in static_files(trust.as_ref(), &identity.base) {
            self.put(&place, &bytes)?;
        }
        Ok(())
    }

    /// From the versions in the mirror, so that an export that was cut off is mended by the next.
    fn newest_lists(&mut self) -> Result<(), MirrorError> {
        for purpose in StatusPurpose::ALL {
            for list in self.folder.names(&format!("status-list-versions/{purpose}"))? {
                let Ok(list) = list.parse() else { continue };
                let versions = self.folder.names(&reader::list_versions(purpose, list))?;
                let newest = versions.iter().filter_map(|name| name.parse::<u64>().ok()).max();
                let Some(sequence) = newest else { continue };
                let place = reader::list_version_place(purpose, list, sequence);
                if let Some(bytes) = self.folder.read(&place, MAX_STATUS_LIST_BYTES)? {
                    self.put(&reader::newest_list_place(purpose, list), &bytes)?;
                }
            }
        }
        Ok(())
    }
}
