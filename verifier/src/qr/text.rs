//! The text model: what character comes next, judged from what followed like contexts before.
//!
//! The model has read the compiled-in dictionary and goes on learning from the message. A character is its rank in
//! the [`Alphabet`], spelled in binary; each bit is predicted by contexts of several lengths, whose opinions are
//! mixed in the logistic domain as in the PAQ family of compressors (Mahoney), with integers only.

use super::alphabet::{Alphabet, END, ESCAPE, Symbol};
use super::dictionary;
use super::frequency::{Counts, Frequency, LENGTH_BITS, Node};
use super::logistic::Tables;
use super::opinion::{Opinions, Parameters};
use super::past::{Follower, LONGEST, Past};
use super::range_coder::{BitCoder, Exhausted};

/// What a text is; each kind has its own statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextKind {
    /// An organisation's or unit's name.
    Name,
    /// A postal address.
    Address,
    /// What was assessed.
    Scope,
    /// Names in English.
    EnglishName,
    /// Addresses in English.
    EnglishAddress,
    /// Scope in English.
    EnglishScope,
    /// Any other text.
    Other,
}

/// Kinds of text.
pub(super) const KINDS: usize = 7;
/// How much one occurrence counts against the prior of 1 that every symbol has.
const OCCURRENCE: u32 = 16;

impl TextKind {
    const fn index(self) -> u8 {
        match self {
            Self::Name => 0,
            Self::Address => 1,
            Self::Scope => 2,
            Self::EnglishName => 3,
            Self::EnglishAddress => 4,
            Self::EnglishScope => 5,
            Self::Other => 6,
        }
    }
}

/// The model; one per message.
#[derive(Clone)]
pub(super) struct TextModel {
    tables: Tables,
    alphabet: Alphabet,
    past: Past,
    overall: Frequency,
    by_kind: [Frequency; KINDS],
    parameters: Parameters,
    followers: Vec<Follower>,
}

impl TextModel {
    /// A model that has read the dictionary.
    pub(super) fn primed() -> Self {
        let mut model = Self::blank(Parameters::compiled_in());
        for (kind, text) in dictionary::texts() {
            model.read_silently(kind, text);
        }
        model
    }

    /// Takes a text that both sides know into the past.
    pub(super) fn read_silently(&mut self, kind: TextKind, text: &str) {
        self.begin(kind);
        for character in text.chars() {
            let symbol = self.alphabet.rank(character).unwrap_or(ESCAPE);
            self.remember(kind, symbol);
        }
        self.remember(kind, END);
    }

    fn blank(parameters: Parameters) -> Self {
        let alphabet = Alphabet::new(dictionary::texts().map(|(_, text)| text));
        let mut overall = Frequency::new();
        for symbol in 0..alphabet.size() {
            overall.add(symbol, 1);
        }
        Self {
            tables: Tables::new(),
            past: Past::new(usize::from(alphabet.size()) + KINDS),
            alphabet,
            overall,
            by_kind: std::array::from_fn(|_| Frequency::new()),
            parameters,
            followers: Vec::new(),
        }
    }

    /// Codes a whole text and its end.
    pub(super) fn write(
        &mut self,
        coder: &mut dyn BitCoder,
        kind: TextKind,
        text: &str,
    ) -> Result<(), Exhausted> {
        self.begin(kind);
        for character in text.chars() {
            match self.alphabet.rank(character) {
                Some(rank) => {
                    self.symbol(coder, kind, rank)?;
                }
                None => {
                    self.symbol(coder, kind, ESCAPE)?;
                    code_point(coder, u32::from(character))?;
                }
            }
        }
        self.symbol(coder, kind, END)?;
        Ok(())
    }

    /// Reads a text of at most `limit` characters.
    pub(super) fn read(
        &mut self,
        coder: &mut dyn BitCoder,
        kind: TextKind,
        limit: usize,
    ) -> Result<String, Exhausted> {
        self.begin(kind);
        let mut text = String::new();
        for _ in 0..=limit {
            let character = match self.symbol(coder, kind, END)? {
                END => return Ok(text),
                ESCAPE => char::from_u32(code_point(coder, 0)?),
                rank => self.alphabet.character(rank),
            };
            text.push(character.ok_or(Exhausted)?);
        }
        Err(Exhausted)
    }

    /// Starts a text: its beginning is a context like any other.
    fn begin(&mut self, kind: TextKind) {
        self.past
            .push(self.alphabet.size() + Symbol::from(kind.index()), kind.index());
    }

    fn remember(&mut self, kind: TextKind, symbol: Symbol) {
        self.past.push(symbol, kind.index());
        self.overall.add(symbol, OCCURRENCE);
        if let Some(frequency) = self.by_kind.get_mut(usize::from(kind.index())) {
            frequency.add(symbol, 1);
        }
    }

    /// Codes one symbol; the model learns it.
    fn symbol(
        &mut self,
        coder: &mut dyn BitCoder,
        kind: TextKind,
        symbol: Symbol,
    ) -> Result<Symbol, Exhausted> {
        let mut followers = std::mem::take(&mut self.followers);
        self.past.followers(kind.index(), &mut followers);

        let counted = u32::from(symbol) + 1;
        let wanted = 32 - counted.leading_zeros();
        let mut known = 1_u32;
        for shift in (0..LENGTH_BITS).rev() {
            let bit = self.decide(
                coder,
                kind,
                &mut followers,
                Node::Length(known),
                wanted >> shift & 1 == 1,
            )?;
            known = known << 1 | u32::from(bit);
        }
        let length = (known & 15).checked_sub(1).ok_or(Exhausted)?;
        let mut rank = 1_u32;
        for shift in (0..length).rev() {
            let node = Node::Rank(length + 1, rank);
            let bit = self.decide(coder, kind, &mut followers, node, counted >> shift & 1 == 1)?;
            rank = rank << 1 | u32::from(bit);
        }
        self.followers = followers;
        let symbol = Symbol::try_from(rank - 1).map_err(|_| Exhausted)?;
        if symbol >= self.alphabet.size() {
            return Err(Exhausted);
        }
        self.remember(kind, symbol);
        Ok(symbol)
    }

    /// Codes one bit of a symbol, and keeps the followers that agree with it.
    fn decide(
        &mut self,
        coder: &mut dyn BitCoder,
        kind: TextKind,
        followers: &mut Vec<Follower>,
        node: Node,
        bit: bool,
    ) -> Result<bool, Exhausted> {
        let overall = self.overall.at(node);
        let of_kind = self
            .by_kind
            .get(usize::from(kind.index()))
            .map_or([0; 2], |frequency| frequency.at(node));
        let seen = Seen::count(followers, node);
        let opinions = Opinions::gather(
            &self.tables,
            &self.parameters,
            kind.index(),
            node,
            overall,
            of_kind,
            &seen,
        );
        let bit = coder.bit(bit, opinions.p1(&self.tables))?;
        self.parameters.learn(&self.tables, &opinions, bit);
        followers.retain(|follower| node.bit_of(follower.symbol) == Some(bit));
        Ok(bit)
    }
}

/// What followed the present context, at one decision.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Zeros and ones after contexts of at least 1, 2, … [`LONGEST`] symbols.
    pub(super) by_order: [Counts; LONGEST],
    /// The same after 1 and 2 symbols, in texts of this kind only.
    pub(super) of_kind: [Counts; 2],
    /// The newest bit after each of these contexts.
    pub(super) newest: [Option<bool>; LONGEST],
}

impl Seen {
    fn count(followers: &[Follower], node: Node) -> Self {
        let mut seen = Self::default();
        for follower in followers {
            let Some(bit) = node.bit_of(follower.symbol) else {
                continue;
            };
            let orders = seen
                .by_order
                .iter_mut()
                .zip(&mut seen.newest)
                .take(follower.order);
            for (counts, newest) in orders {
                count(counts, bit);
                newest.get_or_insert(bit);
            }
            if follower.same_kind {
                seen.of_kind
                    .iter_mut()
                    .take(follower.order)
                    .for_each(|counts| count(counts, bit));
            }
        }
        seen
    }
}

fn count(counts: &mut Counts, bit: bool) {
    let [zeros, ones] = counts;
    *(if bit { ones } else { zeros }) += 1;
}

/// A character outside the alphabet: a flag for the supplementary planes, then its bits.
fn code_point(coder: &mut dyn BitCoder, code: u32) -> Result<u32, Exhausted> {
    let supplementary = coder.flag(code > 0xffff, 5)?;
    let count = if supplementary { 21 } else { 16 };
    u32::try_from(coder.raw(u64::from(code), count)?).map_err(|_| Exhausted)
}

#[cfg(test)]
mod training {
    //! Where the compiled-in parameters come from: the dictionary, read a few times over.

    use super::super::opinion::{RATE, TRAINING_RATE};
    use super::*;

    /// Readings of the dictionary for the compiled-in parameters.
    const ROUNDS: u32 = 2;

    struct Told;

    impl BitCoder for Told {
        fn bit(&mut self, bit: bool, _: u16) -> Result<bool, Exhausted> {
            Ok(bit)
        }
    }

    /// Parameters after reading the dictionary `rounds` times, each time with an empty past.
    fn trained(rounds: u32) -> Parameters {
        let mut parameters = Parameters::fresh();
        for round in 0..rounds {
            parameters.set_rate(if round + 1 == rounds { RATE } else { TRAINING_RATE });
            let mut model = TextModel::blank(parameters);
            for (kind, text) in dictionary::texts() {
                model.write(&mut Told, kind, text).unwrap();
            }
            parameters = model.parameters;
        }
        parameters
    }

    #[test]
    fn the_compiled_in_parameters_follow_from_the_dictionary() {
        let parameters = trained(ROUNDS).to_bytes();
        let digits: String = parameters.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(
            parameters == Parameters::compiled_in().to_bytes(),
            "after a change of model or wording these are to be compiled in: {digits}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::range_coder::{Decoder, Encoder};
    use super::*;
    use proptest::prelude::*;

    const KINDS: [TextKind; 7] = [
        TextKind::Name,
        TextKind::Address,
        TextKind::Scope,
        TextKind::EnglishName,
        TextKind::EnglishAddress,
        TextKind::EnglishScope,
        TextKind::Other,
    ];

    fn coded(texts: &[(TextKind, String)]) -> String {
        let (mut model, mut encoder) = (TextModel::primed(), Encoder::new());
        for (kind, text) in texts {
            model.write(&mut encoder, *kind, text).unwrap();
        }
        encoder.finish()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_text_of_any_kind_comes_back(
            texts in prop::collection::vec((prop::sample::select(&KINDS[..]), any::<String>()), 1..6),
        ) {
            let digits = coded(&texts);
            let (mut model, mut decoder) = (TextModel::primed(), Decoder::new(&digits));
            for (kind, text) in &texts {
                prop_assert_eq!(model.read(&mut decoder, *kind, 500).unwrap(), text.clone());
            }
        }

        #[test]
        fn any_digits_read_without_panic(digits in "[0-9]{0,400}") {
            let (mut model, mut decoder) = (TextModel::primed(), Decoder::new(&digits));
            for kind in KINDS {
                if model.read(&mut decoder, kind, 500).is_err() {
                    break;
                }
            }
        }
    }

    #[test]
    fn usual_wording_is_cheap_and_unusual_wording_bearable() {
        let bits = |text: &str| coded(&[(TextKind::Name, text.to_owned())]).len() * 10 / 3;
        assert!(bits("示范精密机械有限公司") < 70);
        assert!(bits("龘靐齉爩") < 130);
    }
}
