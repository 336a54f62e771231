//! How often each symbol occurred at all, by the decisions that spell it.

use super::alphabet::Symbol;

/// Zeros and ones decided at a node.
pub(super) type Counts = [u32; 2];

/// Bits that spell the bit length of a rank.
pub(super) const LENGTH_BITS: u32 = 4;
/// Longest rank in bits, the rank counted from 1.
pub(super) const LONGEST_RANK: u32 = 13;

/// A decision on the way to a symbol: first the bit length of (rank + 1), then its bits below the leading one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    /// Bits of the length decided so far, behind a leading one.
    Length(u32),
    /// The length, and the bits of rank + 1 decided so far.
    Rank(u32, u32),
}

impl Node {
    /// The bit `symbol` has here; `None` when it is not on this way.
    pub(super) fn bit_of(self, symbol: Symbol) -> Option<bool> {
        let (value, bits, known) = self.spelled(symbol)?;
        let depth = 31 - known.leading_zeros();
        let below = bits.checked_sub(depth + 1)?;
        (value >> (below + 1) == known).then_some(value >> below & 1 == 1)
    }

    /// The number this part spells (behind a leading one), its bits below that, and what is known of it.
    fn spelled(self, symbol: Symbol) -> Option<(u32, u32, u32)> {
        let counted = u32::from(symbol) + 1;
        let length = 32 - counted.leading_zeros();
        match self {
            Self::Length(known) => Some((1 << LENGTH_BITS | length, LENGTH_BITS, known)),
            Self::Rank(of_length, known) => (of_length == length).then_some((counted, length - 1, known)),
        }
    }
}

/// The decisions that spell a symbol, in order, with their bits.
pub(super) fn spelling(symbol: Symbol) -> impl Iterator<Item = (Node, bool)> {
    let counted = u32::from(symbol) + 1;
    let length = 32 - counted.leading_zeros();
    let spelled = 1 << LENGTH_BITS | length;
    let lengths = (0..LENGTH_BITS)
        .rev()
        .map(move |s| (Node::Length(spelled >> (s + 1)), spelled >> s & 1 == 1));
    let ranks = (0..length - 1)
        .rev()
        .map(move |s| (Node::Rank(length, counted >> (s + 1)), counted >> s & 1 == 1));
    lengths.chain(ranks)
}

/// Counts at every node.
#[derive(Clone)]
pub(super) struct Frequency {
    nodes: Vec<Counts>,
}

impl Frequency {
    pub(super) fn new() -> Self {
        Self {
            nodes: vec![[0; 2]; 16 + (1 << LONGEST_RANK)],
        }
    }

    fn index(node: Node) -> usize {
        let index = match node {
            Node::Length(known) => known,
            // The known bits of a rank of `length` bits are below 2^(length − 1): no two lengths share an index.
            Node::Rank(length, known) => 16 + (1 << (length - 1)) + known,
        };
        usize::try_from(index).unwrap_or(usize::MAX)
    }

    pub(super) fn at(&self, node: Node) -> Counts {
        self.nodes.get(Self::index(node)).copied().unwrap_or_default()
    }

    /// Counts a symbol `times` more.
    pub(super) fn add(&mut self, symbol: Symbol, times: u32) {
        for (node, bit) in spelling(symbol) {
            if let Some(counts) = self.nodes.get_mut(Self::index(node)) {
                let [zeros, ones] = counts;
                let count = if bit { ones } else { zeros };
                *count = count.saturating_add(times);
            }
        }
    }
}
