//! Statistics: counted exactly, against another way of counting; shown as page, JSON and CSV.

mod naive;
mod page;
mod population;
mod served;

use std::collections::BTreeSet;

use population::{Held, NOW, Population};
use touchstone_registry::{
    ledger::IndustryEdition,
    statistics::{Statistics, Tally, count, gather},
};
use touchstone_schemas::{
    date_time::{Date, Timestamp},
    lifecycle::State,
};

use crate::world::{day, time};

fn once<G: Ord>(group: G, holds: bool) -> BTreeSet<G> {
    if holds {
        BTreeSet::from([group])
    } else {
        BTreeSet::new()
    }
}

fn numbers(tally: &Tally) -> naive::Counts {
    (tally.certificates, tally.levels)
}

fn upper(levels: [u64; 5]) -> u64 {
    levels.iter().skip(1).sum()
}

/// Every number of the statistics is that of the other count.
fn assert_same(statistics: &Statistics, held: &[Held]) {
    let now = time(NOW);
    let present = |one: &Held| naive::in_force(&naive::state_at(one, now, now));
    let total = naive::counts(held, |one| once((), present(one)));
    assert_eq!(
        numbers(&statistics.total),
        total.get(&()).copied().unwrap_or_default()
    );
    let of_place = |places: fn(&touchstone_schemas::credential::Credential) -> BTreeSet<String>| {
        naive::counts(held, |one| {
            if present(one) {
                places(&one.credential)
            } else {
                BTreeSet::new()
            }
        })
    };
    for (found, expected) in [
        (&statistics.provinces, of_place(naive::provinces)),
        (&statistics.cities, of_place(naive::cities)),
    ] {
        assert_eq!(found.len(), expected.len());
        for row in found {
            assert_eq!(
                numbers(&row.tally),
                expected[&row.code.to_string()],
                "{}",
                row.code
            );
            let better = expected
                .values()
                .filter(|(_, levels)| upper(*levels) > row.tally.at_least(2));
            assert_eq!(row.rank, better.count() as u64 + 1, "{}", row.code);
        }
    }
    let industries = naive::counts(held, |one| {
        let industry = &one.credential.industry;
        once(
            (
                industry.edition.as_str() == "GB/T 4754-2017",
                industry.code.division(),
            ),
            present(one),
        )
    });
    assert_eq!(statistics.industries.len(), industries.len());
    for row in &statistics.industries {
        let key = (row.edition == IndustryEdition::Known, row.code.division());
        assert_eq!(numbers(&row.tally), industries[&key]);
        let better = industries
            .values()
            .filter(|(_, levels)| levels.iter().sum::<u64>() > row.tally.organisations());
        assert_eq!(row.rank, better.count() as u64 + 1);
    }
    assert_same_times(statistics, held, now);
}

/// Years, growth, months, surveillance, states.
fn assert_same_times(statistics: &Statistics, held: &[Held], now: Timestamp) {
    let (last, ends) = statistics.years.split_last().unwrap();
    assert_eq!((last.day, last.tally), (Date::of(now), statistics.total));
    for row in ends {
        let then = |one: &Held| {
            one.credential.valid_from <= row.day && naive::in_force(&naive::state_at(one, row.day.end(), now))
        };
        let expected = naive::counts(held, |one| once((), then(one)));
        assert_eq!(
            numbers(&row.tally),
            expected.get(&()).copied().unwrap_or_default(),
            "{}",
            row.day
        );
    }
    let end = day("2025-12-31");
    let before = naive::counts(held, |one| {
        match naive::in_force(&naive::state_at(one, end.end(), now)) {
            true => naive::provinces(&one.credential),
            false => BTreeSet::new(),
        }
    });
    for row in &statistics.provinces {
        let code = row.code.to_string();
        let before = before.get(&code).map_or(0, |(_, levels)| upper(*levels));
        let found = statistics.growth.iter().find(|growth| growth.code == row.code);
        let grew = row.tally.at_least(2) > before;
        assert_eq!(
            found.map(|growth| (growth.before, growth.now)),
            grew.then_some((before, row.tally.at_least(2)))
        );
    }
    assert!(
        statistics
            .growth
            .is_sorted_by(|one, next| one.more() >= next.more())
    );
    let lasting = |one: &Held| !matches!(naive::state_at(one, now, now), State::Superseded { .. });
    let months = naive::counts(held, |one| {
        once(naive::month(one.credential.first_issued), lasting(one))
    });
    assert_eq!(statistics.months.len(), 24);
    for row in &statistics.months {
        let (certificates, levels) = months.get(&row.month.to_string()).copied().unwrap_or_default();
        assert_eq!(
            (row.certificates, row.organisations),
            (certificates, levels.iter().sum())
        );
    }
    let due: Vec<Date> = held
        .iter()
        .filter_map(|one| naive::due(&naive::state_at(one, now, now)))
        .collect();
    let today = Date::of(now);
    let found = &statistics.surveillance;
    assert_eq!(
        found.overdue,
        due.iter().filter(|day| **day < today).count() as u64
    );
    let listed: u64 = found.months.iter().map(|row| row.certificates).sum();
    assert_eq!(found.overdue + listed + found.later, due.len() as u64);
    for row in &found.months {
        let month = row.month.to_string();
        let expected = due
            .iter()
            .filter(|day| **day >= today && naive::month(**day) == month);
        assert_eq!(row.certificates, expected.count() as u64, "{month}");
    }
    let states: u64 = statistics.states.iter().map(|row| row.certificates).sum();
    assert_eq!(states, held.iter().filter(|one| lasting(one)).count() as u64);
}

#[test]
fn numbers_are_those_of_another_way_of_counting() {
    for seed in 1..=40 {
        let size = 1 + (seed * 37) % 400;
        // Few organisations with many certificates each, up to one certificate an organisation.
        let mut population = Population::new(seed, 1 + size / (1 + seed % 5));
        for _ in 0..size {
            population.grow();
        }
        let statistics = count(&gather(&population.shared(), time(NOW)), None);
        assert_same(&statistics, &population.held);
    }
}

#[test]
fn a_hundred_thousand_certificates_are_counted_alike() {
    let mut population = Population::new(7, 60_000);
    for _ in 0..100_000 {
        population.grow();
    }
    let shared = population.shared();
    let statistics = count(&gather(&shared, time(NOW)), None);
    assert!(statistics.total.certificates > 30_000);
    assert_same(&statistics, &population.held);
}

#[test]
fn nothing_is_counted_of_an_empty_register() {
    let statistics = count(&gather(&Population::new(1, 1).shared(), time(NOW)), None);
    assert_eq!(statistics.total, Tally::default());
    assert!(statistics.provinces.is_empty() && statistics.growth.is_empty());
    assert_eq!(statistics.years.len(), 1);
}
