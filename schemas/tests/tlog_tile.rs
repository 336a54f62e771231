//! Tile paths and tiles, against the examples of C2SP tlog-tiles.
#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use touchstone_schemas::tlog::tile::{TILE_WIDTH, hashes_at, parse_hashes};
use touchstone_schemas::tlog::{EMPTY_ROOT, TileFile, TileLengthError, TilePath, TilePathError, leaf_hash};

fn path(file: TileFile, index: u64, width: u16) -> String {
    TilePath::new(file, index, width).unwrap().to_string()
}

#[test]
fn the_examples_of_the_specification() {
    assert_eq!(path(TileFile::Hashes(0), 1_234_067, 256), "tile/0/x001/x234/067");
    assert_eq!(
        path(TileFile::Entries, 1_234_067, 112),
        "tile/entries/x001/x234/067.p/112"
    );
    assert_eq!(path(TileFile::Hashes(63), 0, 1), "tile/63/000.p/1");
    assert_eq!(
        path(TileFile::Hashes(1), u64::MAX, 256),
        "tile/1/x018/x446/x744/x073/x709/x551/615"
    );

    // "a tree of size 70,000 will be represented by 273 full level 0 tiles, one partial level 0 tile of width 112, one
    // full level 1 tile, one partial level 1 tile of width 17, and one partial level 2 tile of width 1"
    let widths = |file| -> Vec<u16> {
        TilePath::grown(file, 0, 70_000)
            .map(|path| path.width())
            .collect()
    };
    let mut level_0 = vec![256; 273];
    level_0.push(112);
    assert_eq!(widths(TileFile::Hashes(0)), level_0);
    assert_eq!(widths(TileFile::Entries), level_0);
    assert_eq!(widths(TileFile::Hashes(1)), [256, 17]);
    assert_eq!(widths(TileFile::Hashes(2)), [1]);
    assert_eq!(widths(TileFile::Hashes(3)), [0_u16; 0]);
    // "a tree of size 256 will be represented by a full level 0 tile and a partial level 1 tile of width 1"
    let at_256 = |file| TilePath::in_tree(file, 0, 256).map(|path| path.width());
    assert_eq!(
        (at_256(TileFile::Hashes(0)), at_256(TileFile::Hashes(1))),
        (Some(256), Some(1))
    );
    assert_eq!(TilePath::in_tree(TileFile::Hashes(0), 1, 256), None);
}

#[test]
fn every_other_spelling_is_refused() {
    let table = [
        ("0/000", TilePathError::Prefix),
        ("/tile/0/000", TilePathError::Prefix),
        ("tile/0", TilePathError::Prefix),
        ("tile/64/000", TilePathError::Level),
        ("tile/256/000", TilePathError::Level),
        ("tile/00/000", TilePathError::Level),
        ("tile/-1/000", TilePathError::Level),
        ("tile/Entries/000", TilePathError::Level),
        ("tile//000", TilePathError::Level),
        ("tile/0/", TilePathError::Index),
        ("tile/0/00", TilePathError::Index),
        ("tile/0/0000", TilePathError::Index),
        ("tile/0/+00", TilePathError::Index),
        ("tile/0/x000", TilePathError::Index),
        ("tile/0/x000/000", TilePathError::Index),
        ("tile/0/001/000", TilePathError::Index),
        ("tile/0/x001/x000", TilePathError::Index),
        ("tile/0/X001/000", TilePathError::Index),
        ("tile/0/x001//000", TilePathError::Index),
        ("tile/0/../000", TilePathError::Index),
        ("tile/0/000/", TilePathError::Index),
        ("tile/0/x018/x446/x744/x073/x709/x551/616", TilePathError::Index),
        (
            "tile/0/x001/x000/x000/x000/x000/x000/x000/000",
            TilePathError::Index,
        ),
        ("tile/0/000.p/0", TilePathError::Width),
        ("tile/0/000.p/256", TilePathError::Width),
        ("tile/0/000.p/01", TilePathError::Width),
        ("tile/0/000.p/", TilePathError::Width),
        ("tile/0/000.p/1/", TilePathError::Width),
        ("tile/0/000.p", TilePathError::Index),
        ("tile/0/.p/1", TilePathError::Index),
    ];
    for (text, expected) in table {
        assert_eq!(TilePath::parse(text), Err(expected), "{text:?}");
    }
    assert_eq!(TilePath::new(TileFile::Hashes(64), 0, 1), None);
    assert_eq!(TilePath::new(TileFile::Entries, 0, 0), None);
    assert_eq!(TilePath::new(TileFile::Entries, 0, 257), None);
}

#[test]
fn a_growing_tree_touches_only_the_files_that_change() {
    let grown = |file, old, new| -> Vec<String> {
        TilePath::grown(file, old, new)
            .map(|path| path.to_string())
            .collect()
    };
    assert_eq!(
        grown(TileFile::Hashes(0), 255, 257),
        ["tile/0/000", "tile/0/001.p/1"]
    );
    assert_eq!(grown(TileFile::Hashes(1), 255, 257), ["tile/1/000.p/1"]);
    assert_eq!(grown(TileFile::Hashes(1), 256, 257), [""; 0]);
    assert_eq!(grown(TileFile::Hashes(0), 256, 257), ["tile/0/001.p/1"]);
    assert_eq!(grown(TileFile::Entries, 5, 5), [""; 0]);
    assert_eq!(grown(TileFile::Entries, 5, 4), [""; 0]);
}

#[test]
fn a_tile_has_exactly_the_hashes_of_its_width() {
    let hashes = [EMPTY_ROOT, leaf_hash(b"")];
    let bytes: Vec<u8> = hashes.iter().flat_map(|hash| *hash.as_bytes()).collect();
    assert_eq!(parse_hashes(&bytes, 2), Ok(hashes.to_vec()));
    assert_eq!(
        parse_hashes(&bytes, 1),
        Err(TileLengthError { bytes: 64, width: 1 })
    );
    assert_eq!(
        parse_hashes(&bytes, 256),
        Err(TileLengthError {
            bytes: 64,
            width: 256
        })
    );
    assert_eq!(
        parse_hashes(bytes.get(..63).unwrap(), 2),
        Err(TileLengthError { bytes: 63, width: 2 })
    );
}

proptest! {
    #[test]
    fn a_path_is_read_as_it_was_written(level in 0_u8..=64, index in any::<u64>(), shift in 0_u32..64, width in 1_u16..=256) {
        let file = if level == 64 { TileFile::Entries } else { TileFile::Hashes(level) };
        let path = TilePath::new(file, index >> shift, width).unwrap();
        prop_assert_eq!(TilePath::parse(&path.to_string()), Ok(path));
    }

    #[test]
    fn any_text_that_is_a_path_is_written_back(text in "tile/([0-9]{1,2}|entries)/(x[0-9]{3}/){0,3}[0-9]{3}(\\.p/[0-9]{1,3})?") {
        if let Ok(path) = TilePath::parse(&text) {
            prop_assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn the_files_of_a_tree_hold_all_its_hashes_once(level in 0_u8..3, old in 0_u64..200_000, more in 0_u64..2_000) {
        let new = old + more;
        let file = TileFile::Hashes(level);
        let total = |from, to| -> u64 { TilePath::grown(file, from, to).map(|path| u64::from(path.width())).sum() };
        prop_assert_eq!(total(0, new), hashes_at(level, new));
        let kept = hashes_at(level, old) / u64::from(TILE_WIDTH) * u64::from(TILE_WIDTH);
        let expected = if hashes_at(level, old) == hashes_at(level, new) { 0 } else { hashes_at(level, new) - kept };
        prop_assert_eq!(total(old, new), expected);
    }
}
