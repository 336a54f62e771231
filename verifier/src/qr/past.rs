//! What has been read so far, and what followed like contexts in it.

use super::alphabet::Symbol;

/// Longest context told apart.
pub(super) const LONGEST: usize = 6;
/// Occurrences of the last symbol looked at, newest first.
const MOST_FOLLOWERS: usize = 512;

/// A symbol that once followed the present context.
#[derive(Debug, Clone, Copy)]
pub(super) struct Follower {
    pub(super) symbol: Symbol,
    /// Symbols of context in common, 1 to [`LONGEST`].
    pub(super) order: usize,
    /// Seen in a text of the same kind.
    pub(super) same_kind: bool,
}

/// The symbols read, chained by occurrence.
#[derive(Clone)]
pub(super) struct Past {
    symbols: Vec<Symbol>,
    kinds: Vec<u8>,
    /// For each position, 1 + the position of the symbol's occurrence before; 0 for none.
    earlier: Vec<u32>,
    /// For each symbol, 1 + the position of its newest occurrence; 0 for none.
    newest: Vec<u32>,
}

impl Past {
    /// An empty past over symbols below `symbols`.
    pub(super) fn new(symbols: usize) -> Self {
        Self {
            symbols: Vec::new(),
            kinds: Vec::new(),
            earlier: Vec::new(),
            newest: vec![0; symbols],
        }
    }

    pub(super) fn push(&mut self, symbol: Symbol, kind: u8) {
        let next = u32::try_from(self.symbols.len() + 1).unwrap_or(0);
        if let Some(newest) = self.newest.get_mut(usize::from(symbol)) {
            self.earlier.push(std::mem::replace(newest, next));
            self.symbols.push(symbol);
            self.kinds.push(kind);
        }
    }

    /// Fills `found` with what followed the last symbol before, newest first.
    pub(super) fn followers(&self, kind: u8, found: &mut Vec<Follower>) {
        found.clear();
        let mut chain = self.earlier.last().copied().unwrap_or(0);
        while chain > 0 && found.len() < MOST_FOLLOWERS {
            let after = usize::try_from(chain).unwrap_or(usize::MAX);
            let (Some(symbol), Some(seen_kind), Some(earlier)) = (
                self.symbols.get(after),
                self.kinds.get(after),
                self.earlier.get(after - 1),
            ) else {
                return;
            };
            found.push(Follower {
                symbol: *symbol,
                order: self.common(after),
                same_kind: *seen_kind == kind,
            });
            chain = *earlier;
        }
    }

    /// How many symbols before `after` equal the last ones read, the first being known to.
    fn common(&self, after: usize) -> usize {
        let then = self.symbols.get(..after).unwrap_or_default().iter().rev();
        let now = self.symbols.iter().rev();
        then.zip(now)
            .take(LONGEST)
            .take_while(|(then, now)| then == now)
            .count()
            .max(1)
    }
}
