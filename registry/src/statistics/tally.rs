//! Counting organisations: each once in every group, at the highest level it holds there.

use std::collections::BTreeMap;

use super::gather::Row;

/// What a group holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Certificates.
    pub certificates: u64,
    /// Organisations by the highest level they hold in the group, level 1 first.
    pub levels: [u64; 5],
}

impl Tally {
    /// Organisations.
    #[must_use]
    pub fn organisations(&self) -> u64 {
        self.levels.iter().sum()
    }

    /// Organisations of that level or a higher one.
    #[must_use]
    pub fn at_least(&self, level: u8) -> u64 {
        let below = usize::from(level.saturating_sub(1));
        self.levels.iter().skip(below).sum()
    }

    fn add(&mut self, certificates: u64, level: u8) {
        self.certificates += certificates;
        if let Some(held) = self.levels.get_mut(usize::from(level.saturating_sub(1))) {
            *held += 1;
        }
    }
}

/// Counts rows, which are sorted by holder, in the groups they belong to. A certificate with several sites in one group
/// is one certificate of it, an organisation with several certificates in it one organisation.
pub fn tally_by<G: Ord + Copy>(rows: &[Row], group: impl Fn(&Row) -> Option<G>) -> BTreeMap<G, Tally> {
    let mut tallies: BTreeMap<G, Tally> = BTreeMap::new();
    let mut held: Vec<(G, u32, u8)> = Vec::new();
    for organisation in rows.chunk_by(|one, next| one.facts.holder == next.facts.holder) {
        let rows = organisation.iter();
        held.clear();
        held.extend(rows.filter_map(|row| Some((group(row)?, row.certificate, row.facts.level.get()))));
        held.sort_unstable();
        held.dedup_by_key(|(group, certificate, _)| (*group, *certificate));
        for one in held.chunk_by(|(one, ..), (next, ..)| one == next) {
            let Some((group, ..)) = one.first() else { continue };
            let highest = one.iter().map(|(.., level)| *level).max().unwrap_or_default();
            let certificates = u64::try_from(one.len()).unwrap_or(u64::MAX);
            tallies.entry(*group).or_default().add(certificates, highest);
        }
    }
    tallies
}

/// Competition ranking: equal values share a rank, and the next rank leaves room for them. `values` are in falling
/// order.
pub fn ranks(values: impl IntoIterator<Item = u64>) -> Vec<u64> {
    let mut ranks: Vec<u64> = Vec::new();
    let mut before = None;
    for (place, value) in (1_u64..).zip(values) {
        let rank = match (before, ranks.last()) {
            (Some(before), Some(last)) if before == value => *last,
            _ => place,
        };
        ranks.push(rank);
        before = Some(value);
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_rank() {
        // 德州 64, 泰州 64, 淄博 62 of the development index report: 14, 14, 16.
        assert_eq!(ranks([65, 64, 64, 62, 62, 62, 1]), [1, 2, 2, 4, 4, 4, 7]);
        assert!(ranks([]).is_empty());
    }
}
