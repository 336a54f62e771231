//! Which certificates a legal entity has, its units among them: some thirty bytes of each certificate.

use std::collections::BTreeSet;

use touchstone_schemas::{status::StatusAllocation, uscc::Uscc};

/// Certificates by their holder's code. A certificate stands here by its place in the status lists, which is its alone.
#[derive(Clone, Debug, Default)]
pub(super) struct Holders(BTreeSet<(Uscc, u32, u32)>);

impl Holders {
    pub(super) fn add(&mut self, holder: Uscc, allocation: StatusAllocation) {
        self.0.insert((holder, allocation.list, allocation.index));
    }

    pub(super) fn extend(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    /// The place of each certificate of a holder.
    pub(super) fn of(&self, holder: Uscc) -> impl Iterator<Item = StatusAllocation> {
        let all = (holder, 0, 0)..=(holder, u32::MAX, u32::MAX);
        let place = |(_, list, index): &(Uscc, u32, u32)| StatusAllocation {
            list: *list,
            index: *index,
        };
        self.0.range(all).map(place)
    }
}
