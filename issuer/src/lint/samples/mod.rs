//! One passing and at least one failing sample for every rule: each is a change of a world in which every rule holds.

mod cases;
mod documents;
mod events;
mod keys;
mod world;

use std::collections::BTreeSet;

use super::{CASE_LINTS, CREDENTIAL_LINTS, DOCUMENT_LINTS, EVENT_LINTS, KEY_LINTS, rfc_5280};
use world::World;

/// A change of the world.
type Change = fn(&mut World);

/// A rule, a world in which it holds, near its edge where it has one, and worlds in which it does not.
struct Sample {
    code: &'static str,
    passes: Change,
    fails: &'static [Change],
}

impl Sample {
    const fn new(code: &'static str, passes: Change, fails: &'static [Change]) -> Self {
        Self { code, passes, fails }
    }
}

fn samples() -> impl Iterator<Item = &'static Sample> {
    [cases::SAMPLES, events::SAMPLES, documents::SAMPLES, keys::SAMPLES]
        .into_iter()
        .flatten()
}

/// Every rule: its code, its source, and what it looks at.
fn rules() -> Vec<[&'static str; 3]> {
    let documents = DOCUMENT_LINTS.iter().map(|lint| {
        let about = match lint.kind {
            None => "credential and event, as signed",
            Some(super::DocumentKind::Credential) => "credential, as signed",
            Some(super::DocumentKind::Event) => "event, as signed",
        };
        (lint.clause, about)
    });
    let case = CASE_LINTS.iter().map(|lint| (lint.clause, "case file"));
    let credential = CREDENTIAL_LINTS.iter().map(|lint| (lint.clause, "credential"));
    let event = EVENT_LINTS
        .iter()
        .map(|lint| (lint.clause, "event and its papers"));
    let key = KEY_LINTS
        .iter()
        .map(|lint| (lint.clause, "certificate of the key"));
    documents
        .chain(credential)
        .chain(event)
        .chain([(&rfc_5280::FORM, "certificate of the key")])
        .chain(key)
        .chain(case)
        .map(|(clause, about)| [clause.code, clause.source, about])
        .collect()
}

#[test]
fn no_rule_is_without_a_passing_and_a_failing_sample() {
    let rules = rules();
    let codes: BTreeSet<&str> = rules.iter().map(|[code, ..]| *code).collect();
    assert_eq!(codes.len(), rules.len(), "a code names one rule");
    let sampled: Vec<&str> = samples().map(|sample| sample.code).collect();
    let set: BTreeSet<&str> = sampled.iter().copied().collect();
    assert_eq!(set.len(), sampled.len(), "a rule has one sample");
    assert_eq!(codes, set);
    assert!(samples().all(|sample| !sample.fails.is_empty()));
    assert!(codes.len() >= 40, "{} rules", codes.len());
}

#[test]
fn in_the_good_world_every_rule_holds() {
    assert_eq!(World::new().findings(None), Vec::new());
}

#[test]
fn every_rule_passes_its_passing_sample_and_finds_its_failing_ones() {
    let good = World::new();
    let mut wrong = Vec::new();
    for sample in samples() {
        let found = |change: Change| {
            let mut world = good.clone();
            change(&mut world);
            let mut findings = world.findings(Some(sample.code));
            findings.retain(|finding| finding.code == sample.code);
            findings
        };
        let passing = found(sample.passes);
        if !passing.is_empty() {
            wrong.push(format!("{} passes not: {passing:?}", sample.code));
        }
        for (place, change) in sample.fails.iter().enumerate() {
            if found(*change).is_empty() {
                wrong.push(format!(
                    "{} finds nothing in its failing sample {place}",
                    sample.code
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_of_rules_in_the_docs_is_that_of_the_code() {
    let mut wanted = String::new();
    for [code, source, about] in rules() {
        wanted.push_str(&format!("| `{code}` | {source} | {about} |\n"));
    }
    let docs = include_str!("../../../../docs/LINTS.md");
    let found: String = docs
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(found, wanted);
}
