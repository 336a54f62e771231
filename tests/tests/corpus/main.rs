//! The hostile corpus (`tests/corpus/`): every shell gives each case the verdict that its manifest tells.
//!
//! `TOUCHSTONE_WRITE_CORPUS=1 cargo test -p touchstone-tests --test corpus` makes it anew, under keys that are drawn for it
//! and forgotten.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod chains;
mod command_line;
mod credentials;
mod draft;
mod events;
#[path = "../../../verifier/tests/fixture/mod.rs"]
#[allow(
    dead_code,
    reason = "shared with the verifier's own tests, which use the rest"
)]
mod fixture;
mod pdf;
mod qr;
#[path = "../same_report/registry.rs"]
#[allow(dead_code, reason = "shared with the test of intake, which uses the rest")]
mod registry;
mod shells;
mod status_lists;
mod trust;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use touchstone_tests::corpus::{Case, MANIFEST, folder, read};
use touchstone_verifier::input::Request;
use touchstone_verifier::reason::{QuestionName, ReasonCode};
use touchstone_verifier::report::{Answer, Report};
use touchstone_verifier::{needs, open_trust_list, verify};

use crate::draft::Draft;

/// Most bytes of the whole corpus.
const MOST_BYTES: u64 = 6 * 1024 * 1024;

/// The cases as they are written; made anew first where that is asked for.
fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        if std::env::var_os(write::WRITE).is_some() {
            let mut secret = [0; 32];
            getrandom::fill(&mut secret).unwrap();
            fixture::SECRET.set(secret).unwrap();
            write::write(&drafts());
        }
        read().unwrap()
    })
}

fn drafts() -> Vec<Draft> {
    [
        credentials::drafts(),
        status_lists::drafts(),
        chains::drafts(),
        trust::drafts(),
        events::drafts(),
        qr::drafts(),
        pdf::drafts(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether a Report is what a case expects; what it is instead.
fn difference(case: &Case, report: &Report) -> Option<String> {
    let told = format!(
        "{}: {:?} genuine {:?} authorised {:?} in force {:?}",
        case.id, report.headline, report.genuine.reasons, report.authorised.reasons, report.in_force.reasons
    );
    let first = |code: &str| {
        let code = ReasonCode::ALL.iter().find(|known| known.code() == code)?;
        let question = match code.question() {
            QuestionName::Genuine => &report.genuine,
            QuestionName::Authorised => &report.authorised,
            QuestionName::InForce => &report.in_force,
            QuestionName::CoversNeed => report.covers_need.as_ref()?,
        };
        (question.first_code()? == *code).then_some(())
    };
    let headline = case.expected.headline.as_deref() == Some(report.headline.name());
    let reasons = case.expected.reasons.iter().all(|code| first(code).is_some());
    let unproven = report.genuine.answer != Answer::Yes && report.credential.is_some();
    (!headline || !reasons || unproven).then(|| format!("{told}, wanted {:?}", case.expected))
}

#[test]
fn the_library_answers_as_the_manifest_says() {
    let judged = cases().iter().filter(|case| case.holder.is_none());
    let wrong: Vec<String> = judged
        .filter_map(|case| difference(case, &verify(&case.request)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn there_are_enough_and_every_file_is_named() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    let mut files: BTreeSet<String> = [MANIFEST, "README.md"].map(str::to_owned).into();
    for case in cases() {
        assert!(ids.insert(&case.id), "{} twice", case.id);
        assert!(
            case.why.len() > 10 && case.why.ends_with(['.', '?']),
            "{}: {}",
            case.id,
            case.why
        );
        *counts.entry(case.id.split_once('/').unwrap().0).or_default() += 1;
        files.extend(case.files.iter().cloned());
    }
    let wanted = [
        ("credentials", 150),
        ("status-lists", 100),
        ("chains", 50),
        ("qr", 50),
        ("pdf", 20),
    ];
    for (name, least) in wanted {
        assert!(counts[name] >= least, "{name}: {counts:?}");
    }
    let (mut found, mut bytes) = (BTreeSet::new(), 0);
    list(&folder(), "", &mut found, &mut bytes);
    let strays: Vec<&String> = found
        .symmetric_difference(&files)
        .filter(|path| *path != "facts/credential.json")
        .collect();
    assert!(strays.is_empty(), "{strays:?}");
    assert!(bytes <= MOST_BYTES, "{bytes} bytes");
    eprintln!(
        "{} cases {counts:?}, {} files of {bytes} bytes",
        ids.len(),
        found.len()
    );
}

fn list(folder: &Path, below: &str, found: &mut BTreeSet<String>, bytes: &mut u64) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            list(&entry.path(), &format!("{path}/"), found, bytes);
        } else {
            *bytes += entry.metadata().unwrap().len();
            found.insert(path);
        }
    }
}

/// What is in the folder is what these generators make, whatever keys they were given.
#[test]
fn the_generators_make_these_cases() {
    let made = drafts();
    let made: Vec<_> = made.iter().map(Draft::summary).collect();
    let written: Vec<_> = cases().iter().map(draft::summary).collect();
    let missing: Vec<_> = made.iter().filter(|one| !written.contains(one)).collect();
    let stale: Vec<_> = written.iter().filter(|one| !made.contains(one)).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "to be written anew ({}=1): not written {missing:?}, no longer made {stale:?}",
        write::WRITE
    );
}

/// Before a document is known to be genuine nothing is asked for but a trust list; afterwards only of hosts that the list
/// names, whatever the document says (THREATS T23).
#[test]
fn nothing_is_fetched_because_a_document_says_so() {
    for case in cases() {
        let request = &case.request;
        let registries = registries(request);
        let wanted = needs(request);
        let urls: Vec<String> = wanted
            .status_lists
            .into_iter()
            .chain(wanted.record)
            .chain(wanted.log_tiles)
            .collect();
        let report = verify(request);
        if report.genuine.answer != Answer::Yes {
            assert!(urls.is_empty(), "{}: {urls:?}", case.id);
        }
        for url in urls {
            let known = registries.iter().any(|base| url.starts_with(&format!("{base}/")));
            assert!(known, "{}: {url}", case.id);
        }
    }
}

fn registries(request: &Request) -> Vec<String> {
    let list = request.facts.trust_list.as_deref().unwrap_or_default();
    let opened = open_trust_list(list.as_bytes(), &request.policy, request.facts.seen.trust_list);
    let issuers = opened
        .map(|trust| trust.list().issuers.clone())
        .unwrap_or_default();
    let bases = issuers.iter().flat_map(|issuer| &issuer.registries);
    bases.map(|base| base.as_str().to_owned()).collect()
}
