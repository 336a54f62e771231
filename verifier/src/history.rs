//! Two trees of one log: the proof that the larger begins with the smaller, as given or computed from the log's tiles.

use touchstone_schemas::{
    credential::RegistryBase,
    tlog::{
        ConsistencyProof, Hash, TileFile, TilePath, TreeHead,
        tile::{TILE_WIDTH, hashes_at},
    },
};

use crate::{
    input::LogTile,
    tlog::{prove_consistency, verify_same_history},
};

/// Hashes of a full tile.
const WIDTH: u64 = TILE_WIDTH as u64;

/// What is at hand to join two trees of a log; nothing in it is believed.
#[derive(Debug)]
pub(crate) struct LogHistory<'a> {
    consistency: &'a [Hash],
    /// Tiles by level and index, in that order; of each the widest.
    tiles: Vec<((u8, u64), &'a [Hash])>,
}

impl<'a> LogHistory<'a> {
    /// A consistency proof, and tiles of the log at that registry; a tile of another place or length is left out.
    pub(crate) fn new(consistency: &'a [Hash], tiles: &'a [LogTile], registry: &RegistryBase) -> Self {
        let read = |tile: &'a LogTile| {
            let path = tile_path(&tile.url, registry)?;
            let whole = tile.hashes.len() == usize::from(path.width());
            match path.file() {
                TileFile::Hashes(level) if whole => Some(((level, path.index()), tile.hashes.as_slice())),
                _ => None,
            }
        };
        let mut known: Vec<_> = tiles.iter().filter_map(read).collect();
        known.sort_unstable_by_key(|(place, hashes)| (*place, usize::MAX - hashes.len()));
        known.dedup_by_key(|(place, _)| *place);
        Self {
            consistency,
            tiles: known,
        }
    }

    fn hash(&self, level: u8, index: u64) -> Option<Hash> {
        let tile = self
            .tiles
            .binary_search_by_key(&(level, index / WIDTH), |(place, _)| *place);
        let (_, hashes) = self.tiles.get(tile.ok()?)?;
        hashes.get(usize::try_from(index % WIDTH).ok()?).copied()
    }

    /// Whether the two trees are states of one history.
    pub(crate) fn joins(&self, one: &TreeHead, other: &TreeHead) -> bool {
        let holds = |hashes: Vec<Hash>| verify_same_history(one, other, &ConsistencyProof { hashes }).is_ok();
        if one == other || holds(self.consistency.to_vec()) {
            return true;
        }
        let read = |level, index| self.hash(level, index);
        let (old, new) = in_order(one.size, other.size);
        prove_consistency(old, new, read).is_ok_and(|proof| holds(proof.hashes))
    }

    /// URLs of the tiles that would show whether a tree of `one` leaves and one of `other` are of one history, without
    /// those at hand.
    pub(crate) fn wanted(&self, one: u64, other: u64, registry: &RegistryBase) -> Vec<String> {
        let (old, new) = in_order(one, other);
        let mut wanted: Vec<TilePath> = Vec::new();
        let note = |level, index| {
            if self.hash(level, index).is_none() {
                let path = TilePath::in_tree(TileFile::Hashes(level), index / WIDTH, new);
                wanted.extend(path.filter(|path| !wanted.contains(path)));
            }
            (index < hashes_at(level, new)).then_some(Hash::from_bytes([0; 32]))
        };
        // What is proven of made-up hashes is nothing; which of them are read is the answer.
        match prove_consistency(old, new, note) {
            Ok(_) => wanted
                .iter()
                .map(|path| format!("{}{path}", prefix(registry)))
                .collect(),
            Err(_) => Vec::new(),
        }
    }
}

fn in_order(one: u64, other: u64) -> (u64, u64) {
    (one.min(other), one.max(other))
}

/// Where a registry serves its log (C2SP tlog-tiles: the prefix).
fn prefix(registry: &RegistryBase) -> String {
    format!("{}/log/", registry.as_str())
}

fn tile_path(url: &str, registry: &RegistryBase) -> Option<TilePath> {
    TilePath::parse(url.strip_prefix(&prefix(registry))?).ok()
}
