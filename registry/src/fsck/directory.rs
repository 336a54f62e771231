//! The directory's index against the certificates: in how many each word is found.
//!
//! That a word was moved from one certificate to another does not show here; it takes somebody who knows the index's
//! form, and hides that certificate from a search by that word alone.

use std::collections::BTreeSet;

use super::{Finding, Reading};
use crate::store::DirectoryWords;

pub(super) fn check(directory: &DirectoryWords, reading: &Reading, findings: &mut Vec<Finding>) {
    let words: BTreeSet<&String> = directory.words.keys().chain(reading.words.keys()).collect();
    let count = |words: &std::collections::BTreeMap<String, u64>, word| words.get(word).copied().unwrap_or(0);
    let mut differing = words
        .into_iter()
        .map(|word| (word, count(&directory.words, word), count(&reading.words, word)))
        .filter(|(_, found, expected)| found != expected);
    if let Some((first, found, expected)) = differing.next() {
        findings.push(Finding::Directory {
            words: differing.count().saturating_add(1),
            first: first.clone(),
            found,
            expected,
        });
    }
}
