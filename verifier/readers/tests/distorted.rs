//! Symbols are read from pictures as phones, printers and messengers spoil them, and never read wrongly.
#![expect(clippy::unwrap_used, clippy::cast_precision_loss, reason = "tests")]

use std::collections::BTreeMap;

use touchstone_readers::distortions::{Symbol, all};
use touchstone_readers::image::{Effort, texts};

/// A link of the usual length (docs/FORMATS.md "QR"): version 13, 69 modules a side.
fn link() -> String {
    let digits: String = (0..650_u64)
        .map(|at| char::from(b'0' + u8::try_from(at * at * 7 % 11 % 10).unwrap()))
        .collect();
    format!("HTTPS://REGISTRY.EXAMPLE/V#{digits}")
}

/// Two halves, so that two processors share the work.
#[test]
fn distorted_symbols_are_read() {
    half(0);
}

#[test]
fn the_other_half_is_read() {
    half(1);
}

fn half(which: usize) {
    let link = link();
    let symbol = Symbol::of(&link).unwrap();
    let distortions: Vec<_> = all().into_iter().skip(which).step_by(2).collect();
    let (mut read, mut wrong) = (0, Vec::new());
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for distortion in &distortions {
        let picture = distortion.picture(&symbol).unwrap();
        let found = texts(&picture, Effort::Search);
        let kind = kinds
            .entry(distortion.name.rsplit_once(' ').unwrap().0)
            .or_default();
        kind.1 += 1;
        if found.iter().any(|text| *text != link) {
            wrong.push(distortion.name.as_str());
        } else if !found.is_empty() {
            read += 1;
            kind.0 += 1;
        }
    }
    for (kind, (read, of)) in &kinds {
        eprintln!("{kind}: {read} of {of}");
    }
    let share = 100.0 * f64::from(read) / distortions.len() as f64;
    eprintln!(
        "{read} of {} distorted symbols of {} modules read: {share:.1} %",
        distortions.len(),
        symbol.size
    );
    assert!(wrong.is_empty(), "read wrongly: {wrong:?}");
    assert!(distortions.len() >= 75 && share >= 95.0);
}
