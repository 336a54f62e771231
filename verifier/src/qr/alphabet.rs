//! Characters as ranks: the more frequent in the dictionary, the smaller.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A rank in the alphabet.
pub(super) type Symbol = u16;

/// The text is complete.
pub(super) const END: Symbol = 0;
/// A character outside the alphabet follows as its code point.
pub(super) const ESCAPE: Symbol = 1;
/// First rank given to a character.
const FIRST: Symbol = 2;

/// One bit for each of U+4E00 to U+9FA5, least significant first: the 3,755 hanzi of GB 2312 level 1.
const COMMON_HANZI: &[u8] = include_bytes!("../../data/qr/common-hanzi.bin");
const FIRST_HANZI: u32 = 0x4e00;

/// Code points that may have a rank: the basic multilingual plane.
const PLANE: usize = 1 << 16;

/// Characters with their ranks.
#[derive(Clone)]
pub(super) struct Alphabet {
    by_rank: Vec<char>,
    /// The rank of each code point; [`END`] for none.
    ranks: Vec<Symbol>,
}

impl Alphabet {
    /// Dictionary characters by falling frequency, then printable ASCII, then the common hanzi.
    pub(super) fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut counts = vec![0_u32; PLANE];
        let mut by_rank = Vec::new();
        for character in texts.flat_map(str::chars) {
            if let Some(count) = counts.get_mut(place(character)) {
                if *count == 0 {
                    by_rank.push(character);
                }
                *count += 1;
            }
        }
        let count = |character: char| counts.get(place(character)).copied().unwrap_or(0);
        // A heap is a tenth of the code of a sort, which the browser's first load would carry for this alone.
        let heap: BinaryHeap<_> = by_rank
            .into_iter()
            .map(|character| (Reverse(count(character)), character))
            .collect();
        let mut by_rank: Vec<char> = heap
            .into_sorted_vec()
            .into_iter()
            .map(|(_, character)| character)
            .collect();
        by_rank.extend(
            (' '..='~')
                .chain(common_hanzi())
                .filter(|character| count(*character) == 0),
        );
        let mut ranks = vec![END; PLANE];
        for (character, rank) in by_rank.iter().zip(FIRST..) {
            if let Some(place) = ranks.get_mut(place(*character)) {
                *place = rank;
            }
        }
        Self { by_rank, ranks }
    }

    /// Ranks given, [`END`] and [`ESCAPE`] included.
    pub(super) fn size(&self) -> Symbol {
        Symbol::try_from(self.by_rank.len()).unwrap_or(Symbol::MAX - FIRST) + FIRST
    }

    /// The rank of a character; `None` outside the alphabet.
    pub(super) fn rank(&self, character: char) -> Option<Symbol> {
        self.ranks
            .get(place(character))
            .copied()
            .filter(|rank| *rank != END)
    }

    /// The character of a rank; `None` for [`END`], [`ESCAPE`] and ranks not given.
    pub(super) fn character(&self, rank: Symbol) -> Option<char> {
        self.by_rank.get(usize::from(rank.checked_sub(FIRST)?)).copied()
    }
}

fn place(character: char) -> usize {
    usize::try_from(u32::from(character)).unwrap_or(usize::MAX)
}

fn common_hanzi() -> impl Iterator<Item = char> {
    let bits = COMMON_HANZI
        .iter()
        .flat_map(|byte| (0..8).map(move |bit| (byte >> bit) & 1 == 1));
    bits.zip(FIRST_HANZI..)
        .filter(|(common, _)| *common)
        .filter_map(|(_, code)| char::from_u32(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_first_then_ascii_then_hanzi() {
        let alphabet = Alphabet::new(["司公司", "公司"].into_iter());
        assert_eq!(alphabet.rank('司'), Some(2));
        assert_eq!(alphabet.rank('公'), Some(3));
        assert_eq!(alphabet.rank(' '), Some(4));
        assert_eq!(alphabet.character(2), Some('司'));
        assert_eq!(alphabet.character(END), None);
        assert_eq!(alphabet.rank('鑫'), None);
    }

    #[test]
    fn the_common_hanzi_are_those_of_the_standard() {
        let hanzi: Vec<char> = common_hanzi().collect();
        assert_eq!(hanzi.len(), 3755);
        assert!(hanzi.contains(&'啊') && hanzi.contains(&'座') && !hanzi.contains(&'亍'));
    }
}
