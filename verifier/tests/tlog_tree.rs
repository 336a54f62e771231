//! Trees built leaf by leaf against proofs made from their tiles, with RFC 6962's own recursive definition as judge.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use touchstone_schemas::tlog::{EMPTY_ROOT, Hash, TileFile, TilePath, TreeHead, leaf_hash, node_hash};
use touchstone_verifier::tlog::{
    ConsistencyRefused, Frontier, FrontierError, InclusionRefused, NoProof, prove_consistency,
    prove_inclusion, read_frontier, tree_root, verify_consistency, verify_inclusion,
};

type Tiles = BTreeMap<(u8, u64), Hash>;

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|index| leaf_hash(&index.to_be_bytes())).collect()
}

/// MTH of RFC 6962 §2.1, word for word.
fn definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&definition(left), &definition(right))
        }
    }
}

/// Appends the leaves, keeping tiles as a log does, and the head at every size.
fn grow(leaves: &[Hash]) -> (Tiles, Vec<TreeHead>, Frontier) {
    let (mut tiles, mut frontier) = (Tiles::new(), Frontier::empty());
    let mut heads = vec![frontier.head()];
    for leaf in leaves {
        frontier
            .append(*leaf, |level, index, hash| {
                assert_eq!(
                    tiles.insert((level, index), hash),
                    None,
                    "a tile hash never changes"
                );
            })
            .unwrap();
        heads.push(frontier.head());
    }
    (tiles, heads, frontier)
}

/// Reads as a client of a tree of `size` leaves can: from the files the tree has, and no further.
fn reader(tiles: &Tiles, size: u64) -> impl FnMut(u8, u64) -> Option<Hash> {
    move |level, index| {
        let path = TilePath::in_tree(TileFile::Hashes(level), index / 256, size)?;
        if index % 256 < u64::from(path.width()) {
            tiles.get(&(level, index)).copied()
        } else {
            None
        }
    }
}

fn flipped(hash: &Hash, bit: usize) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[bit / 8] ^= 1 << (bit % 8);
    Hash::from_bytes(bytes)
}

#[test]
fn the_root_is_that_of_the_definition_at_every_size() {
    let all = leaves(600);
    let (tiles, heads, frontier) = grow(&all);
    for (size, head) in (0_u64..).zip(&heads) {
        let root = definition(&all[..usize::try_from(size).unwrap()]);
        assert_eq!(*head, TreeHead { size, root });
        assert_eq!(tree_root(size, reader(&tiles, size)), Ok(*head));
    }
    assert_eq!(read_frontier(600, reader(&tiles, 600)), Ok(frontier.clone()));
    assert_eq!(Frontier::from_peaks(600, frontier.peaks().to_vec()), Ok(frontier));
    assert_eq!(
        Frontier::from_peaks(600, vec![EMPTY_ROOT]),
        Err(FrontierError::Peaks {
            found: 1,
            expected: 4
        })
    );
}

#[test]
fn every_proof_of_small_trees_verifies() {
    let all = leaves(70);
    let (tiles, heads, _) = grow(&all);
    for (new, head) in (0_u64..).zip(&heads) {
        for (index, leaf) in (0..new).zip(&all) {
            let proof = prove_inclusion(index, new, reader(&tiles, new)).unwrap();
            assert_eq!(
                verify_inclusion(leaf, index, &proof.hashes, head),
                Ok(()),
                "{index} in {new}"
            );
        }
        for (old, before) in (1..=new).zip(&heads[1..]) {
            let proof = prove_consistency(old, new, reader(&tiles, new)).unwrap();
            assert_eq!(
                verify_consistency(before, head, &proof.hashes),
                Ok(()),
                "{old} to {new}"
            );
        }
    }
}

#[test]
fn a_tree_over_three_tile_levels() {
    let all = leaves(66_000);
    let (tiles, heads, frontier) = grow(&all);
    assert_eq!(tiles.range((2, 0)..).count(), 1);
    assert_eq!(read_frontier(66_000, reader(&tiles, 66_000)), Ok(frontier));
    for size in [65_535, 65_536, 65_537, 65_792, 66_000_u64] {
        let head = heads[usize::try_from(size).unwrap()];
        assert_eq!(tree_root(size, reader(&tiles, size)), Ok(head));
        for index in [0, 255, 256, 511, 32_768, 65_534] {
            let proof = prove_inclusion(index, size, reader(&tiles, size)).unwrap();
            let leaf = all[usize::try_from(index).unwrap()];
            assert_eq!(
                verify_inclusion(&leaf, index, &proof.hashes, &head),
                Ok(()),
                "{index} in {size}"
            );
            let old = index + 1;
            let proof = prove_consistency(old, size, reader(&tiles, size)).unwrap();
            let before = heads[usize::try_from(old).unwrap()];
            assert_eq!(
                verify_consistency(&before, &head, &proof.hashes),
                Ok(()),
                "{old} to {size}"
            );
        }
    }
}

#[test]
fn the_largest_trees_are_refused_or_answered_without_overflow() {
    // Every leaf is the same, so a hash depends on its tile level alone.
    let mut hash = leaf_hash(b"the same everywhere");
    let mut levels = vec![hash];
    for height in 1..64 {
        hash = node_hash(&hash, &hash);
        if height % 8 == 0 {
            levels.push(hash);
        }
    }
    let (leaf, read) = (levels[0], |level: u8, _| levels.get(usize::from(level)).copied());
    let size = u64::MAX;
    let head = tree_root(size, read).unwrap();
    for index in [0, 1, 1 << 63, (1 << 63) - 1, size - 1] {
        let proof = prove_inclusion(index, size, read).unwrap();
        assert_eq!(
            verify_inclusion(&leaf, index, &proof.hashes, &head),
            Ok(()),
            "{index}"
        );
    }
    let outside = InclusionRefused::IndexOutside { index: size, size };
    assert_eq!(verify_inclusion(&leaf, size, &[], &head), Err(outside));
    for old in [1, 1 << 62, 1 << 63, (1 << 63) + 1, size - 1] {
        let before = tree_root(old, read).unwrap();
        let proof = prove_consistency(old, size, read).unwrap();
        assert_eq!(verify_consistency(&before, &head, &proof.hashes), Ok(()), "{old}");
    }
    let mut full = read_frontier(size, read).unwrap();
    let untouched = full.clone();
    assert_eq!(
        full.append(leaf, |_, _, _| panic!("nothing is stored")),
        Err(FrontierError::Full)
    );
    assert_eq!(full, untouched);
}

#[test]
fn what_cannot_be_proven_is_refused() {
    let (tiles, heads, _) = grow(&leaves(10));
    assert_eq!(
        prove_inclusion(10, 10, reader(&tiles, 10)),
        Err(NoProof::IndexOutside { index: 10, size: 10 })
    );
    assert_eq!(
        prove_inclusion(0, 0, reader(&tiles, 0)),
        Err(NoProof::IndexOutside { index: 0, size: 0 })
    );
    assert_eq!(
        prove_consistency(0, 10, reader(&tiles, 10)),
        Err(NoProof::Sizes { old: 0, new: 10 })
    );
    assert_eq!(
        prove_consistency(11, 10, reader(&tiles, 10)),
        Err(NoProof::Sizes { old: 11, new: 10 })
    );
    assert!(matches!(
        prove_inclusion(0, 12, reader(&tiles, 10)),
        Err(NoProof::MissingHash(_))
    ));
    assert_eq!(
        verify_consistency(&heads[0], &heads[10], &[]),
        Err(ConsistencyRefused::FromEmptyTree)
    );
    assert_eq!(
        verify_consistency(&heads[0], &heads[0], &[]),
        Err(ConsistencyRefused::FromEmptyTree)
    );
    assert_eq!(
        verify_consistency(&heads[9], &heads[8], &[]),
        Err(ConsistencyRefused::Shrunk { old: 9, new: 8 })
    );
}

proptest! {
    #[test]
    fn proofs_from_tiles_verify_and_no_altered_one_does(
        size in 1_u64..=600, place in any::<prop::sample::Index>(), which in any::<prop::sample::Index>(), bit in 0_usize..256,
    ) {
        let all = leaves(size);
        let (tiles, heads, _) = grow(&all);
        let head = *heads.last().unwrap();
        let position = place.index(all.len());
        let (index, leaf) = (u64::try_from(position).unwrap(), all[position]);

        let proof = prove_inclusion(index, size, reader(&tiles, size)).unwrap().hashes;
        prop_assert_eq!(verify_inclusion(&leaf, index, &proof, &head), Ok(()));
        prop_assert!(verify_inclusion(&flipped(&leaf, bit), index, &proof, &head).is_err());
        let other = TreeHead { root: flipped(&head.root, bit), ..head };
        prop_assert!(verify_inclusion(&leaf, index, &proof, &other).is_err());
        for wrong in (0..=size).filter(|wrong| *wrong != index) {
            prop_assert!(verify_inclusion(&leaf, wrong, &proof, &head).is_err());
        }
        altered(&proof, which, bit, |proof| verify_inclusion(&leaf, index, proof, &head).is_err())?;

        let before = heads[position + 1];
        let proof = prove_consistency(before.size, size, reader(&tiles, size)).unwrap().hashes;
        prop_assert_eq!(verify_consistency(&before, &head, &proof), Ok(()));
        prop_assert!(verify_consistency(&before, &other, &proof).is_err());
        let other = TreeHead { root: flipped(&before.root, bit), ..before };
        prop_assert!(verify_consistency(&other, &head, &proof).is_err());
        altered(&proof, which, bit, |proof| verify_consistency(&before, &head, proof).is_err())?;
    }
}

/// One bit flipped, a hash left out, one put in, two swapped: each must be refused.
fn altered(
    proof: &[Hash],
    which: prop::sample::Index,
    bit: usize,
    refused: impl Fn(&[Hash]) -> bool,
) -> Result<(), TestCaseError> {
    let mut longer = proof.to_vec();
    longer.insert(which.index(proof.len() + 1), EMPTY_ROOT);
    prop_assert!(refused(&longer), "one hash more");
    if proof.is_empty() {
        return Ok(());
    }
    let position = which.index(proof.len());
    let mut changed = proof.to_vec();
    changed[position] = flipped(&changed[position], bit);
    prop_assert!(refused(&changed), "bit {} of hash {}", bit, position);
    let mut shorter = proof.to_vec();
    shorter.remove(position);
    prop_assert!(refused(&shorter), "without hash {}", position);
    let mut swapped = proof.to_vec();
    swapped.swap(position, 0);
    prop_assert!(
        position == 0 || refused(&swapped),
        "hashes 0 and {} swapped",
        position
    );
    Ok(())
}
