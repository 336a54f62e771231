//! How many tests passed and failed, summed over the runners.

use std::fmt;
use std::ops::AddAssign;
use std::path::Path;
use std::process::Command;

use crate::command;
use crate::error::Error;

/// A count of finished tests.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Runs cargo's own test runner, adding up the `test result:` line of each test program.
pub(crate) fn libtest(cargo: &mut Command) -> Result<Tally, Error> {
    let mut tally = Tally::default();
    let ended_well = command::watch(cargo, |line| {
        if let Some(result) = line.strip_prefix("test result: ") {
            tally += Tally {
                passed: before(result, " passed"),
                failed: before(result, " failed"),
            };
        }
    })?;
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
    let count = |name: &str| {
        let (_, value) = attributes.split_once(&format!("{name}=\""))?;
        value.split_once('"')?.0.parse::<u64>().ok()
    };
    let failed = count("failures")? + count("errors")?;
    Some(Tally {
        passed: count("tests")?.checked_sub(failed)?,
        failed,
    })
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
                failed: 3
            })
        );
        assert_eq!(parse_junit("<testsuites tests=\"1\""), None);
    }

    #[test]
    fn libtest_line_is_read() {
        let line = "FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!((before(line, " passed"), before(line, " failed")), (12, 3));
    }
}
