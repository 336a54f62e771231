//! Two trees of one log: the proof that the larger begins with the smaller, as given or computed from the log's tiles.

use std::collections::{BTreeMap, BTreeSet};

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

/// What is at hand to join two trees of a log; nothing in it is believed.
#[derive(Debug)]
pub(crate) struct LogHistory<'a> {
    consistency: &'a [Hash],
    /// Tiles by level and index, of each the widest.
    tiles: BTreeMap<(u8, u64), &'a [Hash]>,
}

impl<'a> LogHistory<'a> {
    /// A consistency proof, and tiles of the log at that registry; a tile of another place or length is left out.
    pub(crate) fn new(consistency: &'a [Hash], tiles: &'a [LogTile], registry: &RegistryBase) -> Self {
        let mut known: BTreeMap<(u8, u64), &[Hash]> = BTreeMap::new();
        for tile in tiles {
            let Some(path) = tile_path(&tile.url, registry) else {
                continue;
            };
            let TileFile::Hashes(level) = path.file() else {
                continue;
            };
            if tile.hashes.len() == usize::from(path.width()) {
                let widest = known.entry((level, path.index())).or_default();
                if widest.len() < tile.hashes.len() {
                    *widest = &tile.hashes;
                }
            }
        }
        Self {
            consistency,
            tiles: known,
        }
    }

    /// Whether the two trees are states of one history.
    pub(crate) fn joins(&self, one: &TreeHead, other: &TreeHead) -> bool {
        let holds = |hashes: Vec<Hash>| verify_same_history(one, other, &ConsistencyProof { hashes }).is_ok();
        if one == other || holds(self.consistency.to_vec()) {
            return true;
        }
        let read = |level, index| {
            let (tile, place) = place_in_tile(index);
            self.tiles.get(&(level, tile))?.get(place).copied()
        };
        let (old, new) = in_order(one.size, other.size);
        prove_consistency(old, new, read).is_ok_and(|proof| holds(proof.hashes))
    }

    /// URLs of the tiles that would show whether a tree of `one` leaves and one of `other` are of one history, without
    /// those at hand.
    pub(crate) fn wanted(&self, one: u64, other: u64, registry: &RegistryBase) -> Vec<String> {
        let (old, new) = in_order(one, other);
        let mut wanted = BTreeSet::new();
        let note = |level, index| {
            let (tile, place) = place_in_tile(index);
            if self
                .tiles
                .get(&(level, tile))
                .is_none_or(|known| known.len() <= place)
            {
                wanted.extend(TilePath::in_tree(TileFile::Hashes(level), tile, new));
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

fn place_in_tile(index: u64) -> (u64, usize) {
    let width = u64::from(TILE_WIDTH);
    (
        index / width,
        usize::try_from(index % width).unwrap_or(usize::MAX),
    )
}

/// Where a registry serves its log (C2SP tlog-tiles: the prefix).
fn prefix(registry: &RegistryBase) -> String {
    format!("{}/log/", registry.as_str())
}

fn tile_path(url: &str, registry: &RegistryBase) -> Option<TilePath> {
    TilePath::parse(url.strip_prefix(&prefix(registry))?).ok()
}
