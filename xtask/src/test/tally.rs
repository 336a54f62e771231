//! How many tests passed, failed and were skipped for want of something outside, summed over the runners.

use std::fmt;
use std::ops::AddAssign;
use std::path::Path;
use std::process::Command;

use crate::command;
use crate::error::Error;

/// What a test writes, with the reason, that lacks what it needs.
const SKIPPED: &str = "SKIPPED: ";

/// A count of finished tests.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// What was not run, or not in whole, and why. Such a test counts neither as passed nor as failed.
    pub(crate) skipped: Vec<String>,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped.extend(other.skipped);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = self
            .skipped
            .iter()
            .map(|skipped| {
                skipped
                    .split_once(" (")
                    .map_or(skipped.as_str(), |(what, _)| what)
            })
            .collect();
        write!(formatter, ", {} SKIPPED: {}", names.len(), names.join("; "))
    }
}

/// Runs cargo's own test runner, adding up the `test result:` line of each test program.
pub(crate) fn libtest(cargo: &mut Command) -> Result<Tally, Error> {
    let mut tally = Tally::default();
    let mut test = String::new();
    let ended_well = command::watch(cargo, |line| {
        if let Some(result) = line.strip_prefix("test result: ") {
            tally += Tally {
                passed: before(result, " passed"),
                failed: before(result, " failed"),
                skipped: Vec::new(),
            };
        } else if let Some(name) = line
            .strip_prefix("---- ")
            .and_then(|rest| rest.strip_suffix(" stdout ----"))
        {
            name.clone_into(&mut test);
        } else {
            skipped(line, &test, &mut tally.skipped);
        }
    })?;
    tally.passed = tally.passed.saturating_sub(count(&tally.skipped));
    // Test programs that do not compile print no result line.
    if !ended_well && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}

/// Reads the counts of nextest's JUnit report: time-outs and crashes count as failed.
pub(crate) fn junit(report: &Path) -> Result<Tally, Error> {
    let text = std::fs::read_to_string(report).map_err(Error::file(report))?;
    parse_junit(&text).ok_or_else(|| Error::NoTally {
        path: report.to_owned(),
    })
}

fn parse_junit(text: &str) -> Option<Tally> {
    let (_, rest) = text.split_once("<testsuites ")?;
    let (attributes, _) = rest.split_once('>')?;
    let number = |name: &str| {
        let (_, value) = attributes.split_once(&format!("{name}=\""))?;
        value.split_once('"')?.0.parse::<u64>().ok()
    };
    let failed = number("failures")? + number("errors")?;
    let mut without = Vec::new();
    let mut test = String::new();
    for line in text.lines() {
        if let Some((_, rest)) = line.split_once("<testcase name=\"") {
            rest.split('"').next().unwrap_or_default().clone_into(&mut test);
        }
        skipped(line, &test, &mut without);
    }
    Some(Tally {
        passed: number("tests")?.checked_sub(failed + count(&without))?,
        failed,
        skipped: without,
    })
}

/// Notes the test that says it lacks something; one that says so several times is one.
fn skipped(line: &str, test: &str, skipped: &mut Vec<String>) {
    let Some((_, reason)) = line.split_once(SKIPPED) else {
        return;
    };
    let reason = reason
        .split_once("</system-err>")
        .map_or(reason, |(reason, _)| reason);
    let known = |noted: &String| {
        noted
            .strip_prefix(test)
            .is_some_and(|rest| rest.starts_with(" ("))
    };
    if !skipped.iter().any(known) {
        skipped.push(format!("{test} ({reason})"));
    }
}

fn count(skipped: &[String]) -> u64 {
    u64::try_from(skipped.len()).unwrap_or(u64::MAX)
}

/// The number that ends where `word` begins; 0 where there is none.
fn before(text: &str, word: &str) -> u64 {
    text.split_once(word)
        .and_then(|(head, _)| {
            head.rsplit(|character: char| !character.is_ascii_digit())
                .next()?
                .parse()
                .ok()
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junit_counts_failures_and_errors_as_failed() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="31" failures="2" errors="1" uuid="x" time="0.4">"#;
        assert_eq!(
            parse_junit(text),
            Some(Tally {
                passed: 28,
                failed: 3,
                skipped: vec![]
            })
        );
        assert_eq!(parse_junit("<testsuites tests=\"1\""), None);
    }

    #[test]
    fn a_test_that_skips_has_not_passed() {
        let text = r#"<testsuites name="nextest-run" tests="3" failures="0" errors="0">
        <testcase name="one" classname="a"><system-out>SKIPPED by nobody</system-out></testcase>
        <testcase name="two" classname="a">
            <system-err>SKIPPED: node is absent
SKIPPED: and so is the page</system-err>
        </testcase>
        <testcase name="three::four" classname="b"><system-err>SKIPPED: vectors</system-err></testcase>"#;
        let tally = parse_junit(text).unwrap();
        assert_eq!(tally.skipped, ["two (node is absent)", "three::four (vectors)"]);
        assert_eq!(
            tally.to_string(),
            "1 passed, 0 failed, 2 SKIPPED: two; three::four"
        );
    }

    #[test]
    fn libtest_line_is_read() {
        let line = "FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!((before(line, " passed"), before(line, " failed")), (12, 3));
    }
}
