//! Opinions on the next bit, and how much each has proved to be worth.

use super::frequency::{Counts, Node};
use super::logistic::{Mixer, Tables};
use super::past::LONGEST;
use super::text::{KINDS, Seen};

/// What reading the dictionary taught; reproduced by a test.
const TRAINED: &[u8] = include_bytes!("../../data/qr/parameters-1.bin");
/// Bits of a weight left out when compiled in.
const WEIGHT_SHIFT: u32 = 5;
/// How fast weights move in a message.
pub(super) const RATE: i32 = 6;
/// How fast weights move at first in training.
#[cfg(test)]
pub(super) const TRAINING_RATE: i32 = 14;

/// Contexts with a learned meaning: each order, and two of the same kind.
const LEARNED: usize = LONGEST + 2;
/// Two opinions of each learned context, two frequencies, one constant.
const INPUTS: usize = LEARNED * 2 + 3;
/// Steps of a count; see [`step`].
const STEPS: usize = 10;
/// Counts of zeros and ones in steps, and the newest bit.
const STATES: usize = STEPS * STEPS * 2;
/// Weights by longest known context and part of the character.
const CONTEXT_SETS: usize = (LONGEST + 1) * 3;
/// Weights by kind of text and agreement of the longest context.
const TEXT_SETS: usize = KINDS * 5;

/// What is learned: the meaning of counts, and weights. Trained on the dictionary, compiled in, then still learning.
#[derive(Clone)]
pub(super) struct Parameters {
    /// Probability of a one in each state of each learned context.
    meanings: Vec<u16>,
    by_context: Mixer,
    by_text: Mixer,
    rate: i32,
}

impl Parameters {
    /// Before any training.
    pub(super) fn fresh() -> Self {
        Self {
            meanings: (0..LEARNED * STATES).map(fresh_meaning).collect(),
            by_context: Mixer::new(INPUTS, CONTEXT_SETS, 1 << 13),
            by_text: Mixer::new(INPUTS, TEXT_SETS, 1 << 13),
            rate: RATE,
        }
    }

    /// As trained for this edition.
    pub(super) fn compiled_in() -> Self {
        Self::from_bytes(TRAINED)
    }

    /// Sets how fast weights move.
    #[cfg(test)]
    pub(super) const fn set_rate(&mut self, rate: i32) {
        self.rate = rate;
    }

    /// As compiled in: 16-bit big-endian words, meanings first, then weights in 1/2048.
    #[cfg(test)]
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let meanings = self.meanings.iter().flat_map(|p| p.to_be_bytes());
        let weights = self.by_context.weights().chain(self.by_text.weights());
        let weights = weights.flat_map(|weight| {
            i16::try_from(weight >> WEIGHT_SHIFT)
                .unwrap_or(i16::MAX)
                .to_be_bytes()
        });
        meanings.chain(weights).collect()
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        let mut words = bytes
            .chunks_exact(2)
            .filter_map(|word| word.first_chunk())
            .map(|word| u16::from_be_bytes(*word));
        let mut parameters = Self::fresh();
        for (meaning, word) in parameters.meanings.iter_mut().zip(&mut words) {
            *meaning = word;
        }
        let weights = parameters
            .by_context
            .weights_mut()
            .chain(parameters.by_text.weights_mut());
        for (weight, word) in weights.zip(words) {
            *weight = i32::from(word.cast_signed()) << WEIGHT_SHIFT;
        }
        parameters.rate = RATE;
        parameters
    }

    /// Learns what came.
    pub(super) fn learn(&mut self, tables: &Tables, opinions: &Opinions, bit: bool) {
        for index in opinions.states.iter().flatten() {
            if let Some(meaning) = self.meanings.get_mut(*index) {
                *meaning = moved(*meaning, bit);
            }
        }
        let (first, second) = (tables.squash(opinions.first), tables.squash(opinions.second));
        self.by_context
            .learn(opinions.context_set, &opinions.inputs, first, bit, self.rate);
        self.by_text
            .learn(opinions.text_set, &opinions.inputs, second, bit, self.rate);
    }
}

/// All opinions on one bit, mixed.
pub(super) struct Opinions {
    inputs: [i32; INPUTS],
    states: [Option<usize>; LEARNED],
    context_set: usize,
    text_set: usize,
    first: i32,
    second: i32,
}

impl Opinions {
    /// Asks every context.
    pub(super) fn gather(
        tables: &Tables,
        parameters: &Parameters,
        kind: u8,
        node: Node,
        overall: Counts,
        of_kind: Counts,
        seen: &Seen,
    ) -> Self {
        let mut inputs = [0; INPUTS];
        let mut states = [None; LEARNED];
        let orders = seen.by_order.iter().zip(seen.newest);
        let kinds = seen.of_kind.iter().map(|counts| (counts, Some(false)));
        let contexts = orders
            .chain(kinds)
            .zip(&mut states)
            .zip(inputs.chunks_exact_mut(2))
            .enumerate();
        for (context, (((counts, newest), state), pair)) in contexts {
            let [zeros, ones] = *counts;
            if zeros + ones == 0 {
                continue;
            }
            let index = (context * STEPS + step(zeros)) * STEPS * 2
                + step(ones) * 2
                + usize::from(newest == Some(true));
            *state = Some(index);
            if let [learned, counted] = pair {
                *learned = tables.stretch(parameters.meanings.get(index).copied().unwrap_or(1 << 15));
                *counted = tables.stretch(ratio(*counts, 4));
            }
        }
        let [.., all, alike, constant] = &mut inputs;
        *all = tables.stretch(ratio(overall, 4));
        *alike = if of_kind == [0; 2] {
            0
        } else {
            tables.stretch(ratio(of_kind, 4))
        };
        *constant = 256;
        let longest = seen
            .by_order
            .iter()
            .take_while(|counts| **counts != [0; 2])
            .count();
        let part = match node {
            Node::Length(_) => 0,
            Node::Rank(_, 1) => 1,
            Node::Rank(..) => 2,
        };
        let context_set = longest * 3 + part;
        let agreement = match longest.checked_sub(1).and_then(|order| seen.by_order.get(order)) {
            None => 0,
            Some([0, 1] | [1, 0]) => 1,
            Some([0, 2..=3] | [2..=3, 0]) => 2,
            Some([0, _] | [_, 0]) => 3,
            Some(_) => 4,
        };
        let text_set = usize::from(kind) * 5 + agreement;
        let first = parameters.by_context.mix(context_set, &inputs);
        let second = parameters.by_text.mix(text_set, &inputs);
        Self {
            inputs,
            states,
            context_set,
            text_set,
            first,
            second,
        }
    }

    /// The probability of a one that all opinions come to.
    pub(super) fn p1(&self, tables: &Tables) -> u16 {
        tables.squash((self.first + self.second) / 2)
    }
}

/// The step of a count: 0 to 4 as they are, then wider.
const fn step(count: u32) -> usize {
    match count {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 3,
        4..=5 => 4,
        6..=8 => 5,
        9..=14 => 6,
        15..=30 => 7,
        31..=80 => 8,
        _ => 9,
    }
}

/// (ones + 1/`prior`) / (all + 2/`prior`) in 1/65536.
fn ratio([zeros, ones]: Counts, prior: u64) -> u16 {
    let (zeros, ones) = (u64::from(zeros) * prior + 1, u64::from(ones) * prior + 1);
    u16::try_from(((ones << 16) / (zeros + ones)).clamp(1, 65_535)).unwrap_or(1 << 15)
}

/// A state's meaning before training: the middle of its counts.
fn fresh_meaning(index: usize) -> u16 {
    const MIDDLE: [u32; STEPS] = [0, 1, 2, 3, 4, 7, 11, 22, 50, 120];
    let count = |step: usize| MIDDLE.get(step % STEPS).copied().unwrap_or(0);
    ratio([count(index / 2 / STEPS), count(index / 2)], 3)
}

/// A probability moved by 1/64 towards what came.
fn moved(p1: u16, bit: bool) -> u16 {
    let target = if bit { 65_535 } else { 0 };
    let p = i32::from(p1);
    u16::try_from((p + ((target - p) >> 6)).clamp(16, 65_519)).unwrap_or(1 << 15)
}
