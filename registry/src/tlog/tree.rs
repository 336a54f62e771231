//! The Merkle tree in memory: every hash that tiles hold, and every second level between them, so that a proof costs a
//! few hashes and not a few hundred. 43 bytes a leaf.

use touchstone_schemas::tlog::{
    Hash, InclusionProof, TileFile, TilePath, TreeHead, leaf_hash, node_hash,
    tile::{TILE_HEIGHT, TILE_WIDTH},
};
use touchstone_verifier::tlog::{
    Frontier, FrontierError, MissingHash, NoProof, prove_inclusion_by, read_frontier, tree_root,
};

use crate::store::StoredTile;

/// Tree levels from one kept to the next: every second is.
const KEPT_EVERY: u32 = 2;
/// Nodes of a level kept under one of the next.
const UNDER_ONE: usize = 1 << KEPT_EVERY;
/// Levels kept from one tile level to the next.
const KEPT_IN_A_TILE: usize = TILE_HEIGHT as usize / KEPT_EVERY as usize;

/// Hashes of a tree.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Roots of the full subtrees of every second height, leaf hashes first.
    rows: Vec<Vec<Hash>>,
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
            rows: Vec::new(),
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
        self.kept(usize::from(level) * KEPT_IN_A_TILE, index)
    }

    fn kept(&self, row: usize, index: u64) -> Option<Hash> {
        self.rows.get(row)?.get(usize::try_from(index).ok()?).copied()
    }

    /// Root of a full subtree.
    fn full(&self, height: u32, index: u64) -> Result<Hash, MissingHash> {
        let row = usize::try_from(height / KEPT_EVERY).unwrap_or(usize::MAX);
        let found = if height.is_multiple_of(KEPT_EVERY) {
            self.kept(row, index)
        } else {
            let first = index.saturating_mul(2);
            let (left, right) = (self.kept(row, first), self.kept(row, first.saturating_add(1)));
            left.zip(right).map(|(left, right)| node_hash(&left, &right))
        };
        let level = u8::try_from(height / u32::from(TILE_HEIGHT)).unwrap_or(u8::MAX);
        found.ok_or(MissingHash { level, index })
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
        let leaves = growth.hashes.into_iter().filter(|(level, ..)| *level == 0);
        if self.rows.is_empty() {
            self.rows.push(Vec::new());
        }
        if let Some(row) = self.rows.first_mut() {
            row.extend(leaves.map(|(_, _, hash)| hash));
        }
        self.fill_rows();
        self.frontier = growth.frontier;
    }

    /// Adds to each level above the leaves the nodes that have become full.
    fn fill_rows(&mut self) {
        let mut above = 1;
        while let Some(below) = self.rows.get(above - 1)
            && below.len() >= UNDER_ONE
        {
            let held = self.rows.get(above).map_or(0, Vec::len);
            let (full, _) = below.as_chunks::<UNDER_ONE>();
            let new = full.iter().skip(held);
            let new: Vec<Hash> = new
                .map(|[a, b, c, d]| node_hash(&node_hash(a, b), &node_hash(c, d)))
                .collect();
            match self.rows.get_mut(above) {
                Some(row) => row.extend(new),
                None => self.rows.push(new),
            }
            above += 1;
        }
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
        let row = self.rows.get(usize::from(level) * KEPT_IN_A_TILE)?;
        let first = usize::try_from(index.checked_mul(u64::from(TILE_WIDTH))?).ok()?;
        let hashes = row.get(first..first.checked_add(usize::from(width))?)?;
        Some(hashes.iter().flat_map(|hash| *hash.as_bytes()).collect())
    }

    /// Proof that a leaf stands in this tree.
    ///
    /// # Errors
    /// When it does not.
    pub fn prove(&self, index: u64) -> Result<InclusionProof, NoProof> {
        prove_inclusion_by(index, self.size(), |height, index| self.full(height, index))
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
