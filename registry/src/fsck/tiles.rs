//! Entries, tiles and signature against each other.

use std::collections::BTreeMap;

use touchstone_schemas::tlog::{Hash, TileFile, TilePath, TreeHead};

use super::Finding;
use crate::{store::StoredTile, tlog::Tree};

/// Bytes of a hash.
const HASH: usize = 32;

pub(crate) fn check(
    leaves: &[Hash],
    tiles: &[StoredTile],
    signed: Option<TreeHead>,
    findings: &mut Vec<Finding>,
) {
    let of_entries = tree(leaves.iter().copied());
    let stored_leaves = tiles.iter().filter(|tile| tile.level == 0);
    let stored_leaves: Vec<Hash> = stored_leaves.flat_map(hashes).collect();
    let of_tiles = tree(stored_leaves.iter().copied());
    let (entries_hold, tiles_hold) = match signed {
        Some(signed) => (of_entries.head() == signed, of_tiles.head() == signed),
        None => (false, false),
    };
    if let Some(signed) = signed {
        let found = of_entries.size();
        if found != signed.size {
            findings.push(Finding::EntryCount {
                found,
                signed: signed.size,
            });
        }
        if !entries_hold {
            findings.push(Finding::Root {
                entries: of_entries.head().root,
                signed: signed.root,
            });
        }
    }
    if !entries_hold {
        for (index, (entry, tile)) in (0..).zip(leaves.iter().zip(&stored_leaves)) {
            if entry != tile {
                findings.push(if tiles_hold {
                    Finding::EntryAltered { index }
                } else {
                    Finding::EntryAndTileDiffer { index }
                });
            }
        }
    }
    // Tiles are measured against whatever leads to the signed root.
    let measure = if tiles_hold && !entries_hold {
        &of_tiles
    } else {
        &of_entries
    };
    check_each(measure, tiles, findings);
}

fn check_each(tree: &Tree, tiles: &[StoredTile], findings: &mut Vec<Finding>) {
    let mut stored: BTreeMap<(u8, u64), &StoredTile> = tiles
        .iter()
        .map(|tile| ((tile.level, tile.index), tile))
        .collect();
    for level in 0..=u8::MAX {
        let paths: Vec<TilePath> = TilePath::grown(TileFile::Hashes(level), 0, tree.size()).collect();
        if paths.is_empty() {
            break;
        }
        for path in paths {
            let index = path.index();
            let Some(tile) = stored.remove(&(level, index)) else {
                findings.push(Finding::TileMissing { level, index });
                continue;
            };
            let wanted = tree.tile(level, index, path.width()).unwrap_or_default();
            if tile.hashes != wanted {
                let differs = tile
                    .hashes
                    .chunks(HASH)
                    .zip(wanted.chunks(HASH))
                    .position(|(a, b)| a != b);
                let shorter = tile.hashes.len().min(wanted.len()) / HASH;
                findings.push(Finding::TileAltered {
                    level,
                    index,
                    position: differs.unwrap_or(shorter),
                });
            }
        }
    }
    for (level, index) in stored.into_keys() {
        findings.push(Finding::TileUnfounded { level, index });
    }
}

fn tree(leaves: impl Iterator<Item = Hash>) -> Tree {
    let mut tree = Tree::empty();
    let mut growth = tree.grow();
    for leaf in leaves {
        // 2^64 leaves do not fit in memory.
        let _ = growth.append_leaf(leaf);
    }
    tree.adopt(growth);
    tree
}

fn hashes(tile: &StoredTile) -> impl Iterator<Item = Hash> + '_ {
    tile.hashes
        .as_chunks::<HASH>()
        .0
        .iter()
        .copied()
        .map(Hash::from_bytes)
}
