//! The Merkle tree in memory: every hash that tiles hold, 32 bytes a leaf and a little more.

use touchstone_schemas::tlog::{
    Hash, InclusionProof, TileFile, TilePath, TreeHead, leaf_hash, tile::TILE_WIDTH,
};
use touchstone_verifier::tlog::{
    Frontier, FrontierError, MissingHash, NoProof, prove_inclusion, read_frontier, tree_root,
};

use crate::store::StoredTile;

/// The hashes of all tile levels, leaf hashes first.
#[derive(Clone, Debug)]
pub struct Tree {
    levels: Vec<Vec<Hash>>,
    frontier: Frontier,
}

/// Leaves to be added to a tree, hashed but not yet part of it.
#[derive(Debug)]
pub struct Growth {
    from: u64,
    frontier: Frontier,
    hashes: Vec<(u8, u64, Hash)>,
}

impl Tree {
    /// The tree without leaves.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            levels: Vec::new(),
            frontier: Frontier::empty(),
        }
    }

    /// Size and root.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.frontier.head()
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// A hash of a tile level.
    #[must_use]
    pub fn hash(&self, level: u8, index: u64) -> Option<Hash> {
        let row = self.levels.get(usize::from(level))?;
        row.get(usize::try_from(index).ok()?).copied()
    }

    /// Begins to add leaves.
    #[must_use]
    pub fn grow(&self) -> Growth {
        Growth {
            from: self.size(),
            frontier: self.frontier.clone(),
            hashes: Vec::new(),
        }
    }

    /// Makes the leaves added part of the tree. A growth of another size changes nothing.
    pub fn adopt(&mut self, growth: Growth) {
        if growth.from != self.size() {
            return;
        }
        for (level, _, hash) in growth.hashes {
            let level = usize::from(level);
            while self.levels.len() <= level {
                self.levels.push(Vec::new());
            }
            if let Some(row) = self.levels.get_mut(level) {
                row.push(hash);
            }
        }
        self.frontier = growth.frontier;
    }

    /// The tiles that a growth makes or widens, as wide as they then are.
    #[must_use]
    pub fn grown_tiles(&self, growth: &Growth) -> Vec<StoredTile> {
        let size = growth.frontier.size();
        let mut tiles = Vec::new();
        for level in 0..=u8::MAX {
            let paths: Vec<TilePath> = TilePath::grown(TileFile::Hashes(level), self.size(), size).collect();
            if paths.is_empty() {
                break;
            }
            tiles.extend(
                paths
                    .into_iter()
                    .map(|path| self.tile_after(growth, level, &path)),
            );
        }
        tiles
    }

    fn tile_after(&self, growth: &Growth, level: u8, path: &TilePath) -> StoredTile {
        let first = path.index() * u64::from(TILE_WIDTH);
        let end = first + u64::from(path.width());
        let old = (first..end).map_while(|index| self.hash(level, index));
        let new = growth
            .hashes
            .iter()
            .filter(|(at, index, _)| *at == level && (first..end).contains(index))
            .map(|(_, _, hash)| *hash);
        StoredTile {
            level,
            index: path.index(),
            hashes: old.chain(new).flat_map(|hash| *hash.as_bytes()).collect(),
        }
    }

    /// The bytes of a tile at a width the tree has reached.
    #[must_use]
    pub fn tile(&self, level: u8, index: u64, width: u16) -> Option<Vec<u8>> {
        let first = index.checked_mul(u64::from(TILE_WIDTH))?;
        let hashes: Option<Vec<[u8; 32]>> = (first..first.checked_add(u64::from(width))?)
            .map(|index| self.hash(level, index).map(|hash| *hash.as_bytes()))
            .collect();
        Some(hashes?.concat())
    }

    /// Proof that a leaf stands in this tree.
    ///
    /// # Errors
    /// When it does not.
    pub fn prove(&self, index: u64) -> Result<InclusionProof, NoProof> {
        prove_inclusion(index, self.size(), |level, index| self.hash(level, index))
    }

    /// Size and root this tree had when it had `size` leaves.
    ///
    /// # Errors
    /// When it has fewer.
    pub fn head_at(&self, size: u64) -> Result<TreeHead, MissingHash> {
        tree_root(size, |level, index| self.hash(level, index))
    }

    /// Whether the frontier is that of the hashes held.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        read_frontier(self.size(), |level, index| self.hash(level, index)).as_ref() == Ok(&self.frontier)
    }
}

impl Growth {
    /// Adds an entry and gives its index.
    ///
    /// # Errors
    /// When the tree is full.
    pub fn append(&mut self, entry: &[u8]) -> Result<u64, FrontierError> {
        self.append_leaf(leaf_hash(entry))
    }

    /// Adds the hash of an entry and gives its index.
    ///
    /// # Errors
    /// When the tree is full.
    pub fn append_leaf(&mut self, leaf: Hash) -> Result<u64, FrontierError> {
        let index = self.frontier.size();
        let hashes = &mut self.hashes;
        self.frontier
            .append(leaf, |level, index, hash| hashes.push((level, index, hash)))?;
        Ok(index)
    }

    /// Size and root with the leaves added.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.frontier.head()
    }
}

#[cfg(test)]
mod tests {
    use touchstone_verifier::tlog::verify_inclusion;

    use super::*;

    #[test]
    fn tiles_stored_batch_by_batch_are_those_of_the_tree() {
        let mut tree = Tree::empty();
        let mut stored = std::collections::BTreeMap::new();
        for batch in [1_usize, 3, 252, 1, 255, 300, 65_000] {
            let mut growth = tree.grow();
            for _ in 0..batch {
                let entry = growth.head().size.to_be_bytes();
                growth.append(&entry).unwrap();
            }
            for tile in tree.grown_tiles(&growth) {
                stored.insert((tile.level, tile.index), tile.hashes);
            }
            tree.adopt(growth);
            assert!(tree.is_sound());
        }
        assert_eq!(tree.size(), 65_812);
        for ((level, index), hashes) in &stored {
            let width = u16::try_from(hashes.len() / 32).unwrap();
            assert_eq!(tree.tile(*level, *index, width).as_ref(), Some(hashes));
        }
        assert_eq!(stored.len(), 258 + 2 + 1);
        for index in [0, 255, 256, 65_535, 65_811] {
            let proof = tree.prove(index).unwrap();
            verify_inclusion(
                &leaf_hash(&index.to_be_bytes()),
                index,
                &proof.hashes,
                &tree.head(),
            )
            .unwrap();
        }
    }
}
