//! The same numbers counted another way: by asking of every organisation what it holds, without order, ranks or rows.

use std::collections::{BTreeMap, BTreeSet};

use touchstone_schemas::{
    credential::Credential,
    date_time::{Date, Timestamp},
    lifecycle::{State, Surveillance, Terms, state},
    uscc::Uscc,
};

use super::population::Held;

/// Certificates and, by level, organisations.
pub(crate) type Counts = (u64, [u64; 5]);

pub(crate) fn state_at(held: &Held, at: Timestamp, known_at: Timestamp) -> State {
    state(&Terms::from(&held.credential), &held.events, at, known_at)
}

/// Certificates and organisations of each group that `groups` puts a certificate into.
pub(crate) fn counts<G: Ord + Clone>(
    all: &[Held],
    groups: impl Fn(&Held) -> BTreeSet<G>,
) -> BTreeMap<G, Counts> {
    let mut certificates: BTreeMap<G, u64> = BTreeMap::new();
    let mut best: BTreeMap<(G, Uscc), u8> = BTreeMap::new();
    for held in all {
        for group in groups(held) {
            *certificates.entry(group.clone()).or_default() += 1;
            let holder = held.credential.holder.uscc;
            let level = best.entry((group, holder)).or_default();
            *level = held.credential.grade.level.get().max(*level);
        }
    }
    let mut counts: BTreeMap<G, Counts> = BTreeMap::new();
    for (group, number) in certificates {
        counts.insert(group, (number, [0; 5]));
    }
    for ((group, _), level) in best {
        counts.get_mut(&group).unwrap().1[usize::from(level) - 1] += 1;
    }
    counts
}

pub(crate) fn in_force(state: &State) -> bool {
    matches!(state, State::Valid { .. })
}

pub(crate) fn due(state: &State) -> Option<Date> {
    match state {
        State::Valid {
            surveillance: Surveillance::Good { next_due },
        } => Some(*next_due),
        State::Valid {
            surveillance: Surveillance::OverdueInGrace { due, .. },
        } => Some(*due),
        State::SurveillanceOverdue { due } => Some(*due),
        _ => None,
    }
}

pub(crate) fn provinces(credential: &Credential) -> BTreeSet<String> {
    let sites = credential.sites.iter();
    sites
        .map(|site| format!("{}0000", &site.region.to_string()[..2]))
        .collect()
}

/// Written down from GB/T 2260 anew: municipalities and special regions are one city, counties under a province are
/// their own.
pub(crate) fn cities(credential: &Credential) -> BTreeSet<String> {
    let city = |code: String| {
        if ["11", "12", "31", "50", "71", "81", "82"].contains(&&code[..2]) {
            format!("{}0000", &code[..2])
        } else if &code[2..4] == "90" {
            code
        } else {
            format!("{}00", &code[..4])
        }
    };
    credential
        .sites
        .iter()
        .map(|site| city(site.region.to_string()))
        .collect()
}

pub(crate) fn month(day: Date) -> String {
    day.to_string()[..7].to_owned()
}
