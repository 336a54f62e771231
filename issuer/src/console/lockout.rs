//! How long somebody waits after failures to sign in: one pure function of what was counted.

use crate::store::Failures;

/// What failures are counted of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject<'a> {
    /// A person's account.
    Account(&'a str),
    /// An address.
    Address(&'a str),
    /// An address that asks for files by their links.
    Download(&'a str),
}

/// The first wait, in seconds; doubled by every further failure.
const FIRST_WAIT: i64 = 30;
/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 3_600;
/// Seconds after which failures are forgotten.
pub(super) const MEMORY: i64 = 24 * 3_600;

impl Subject<'_> {
    /// The name under which failures are kept.
    pub(super) fn key(self) -> String {
        match self {
            Self::Account(person) => format!("account {person}"),
            Self::Address(address) => format!("address {address}"),
            Self::Download(address) => format!("download {address}"),
        }
    }

    /// Failures that cost nothing. Many people may sit behind one address.
    const fn free(self) -> u32 {
        match self {
            Self::Account(_) => 5,
            Self::Address(_) | Self::Download(_) => 20,
        }
    }

    /// Seconds until the next try is taken; 0 when it is now.
    pub(super) fn wait(self, failures: Failures, now: i64) -> i64 {
        let passed = now.saturating_sub(failures.last);
        let Some(beyond) = failures.count.checked_sub(self.free()) else {
            return 0;
        };
        if passed >= MEMORY {
            return 0;
        }
        let wait = FIRST_WAIT.saturating_mul(1 << beyond.min(7)).min(LONGEST_WAIT);
        wait.saturating_sub(passed).max(0)
    }

    /// What stands after one more failure.
    pub(super) fn after(failures: Failures, now: i64) -> Failures {
        let forgotten = now.saturating_sub(failures.last) >= MEMORY;
        Failures {
            count: if forgotten {
                1
            } else {
                failures.count.saturating_add(1)
            },
            last: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour_and_are_forgotten_after_a_day() {
        let account = Subject::Account("受理");
        let wait = |count, passed| account.wait(Failures { count, last: 1_000 }, 1_000 + passed);
        assert_eq!((wait(4, 0), wait(5, 0), wait(5, 30), wait(6, 0)), (0, 30, 0, 60));
        assert_eq!((wait(12, 0), wait(4_000_000_000, 0)), (3_600, 3_600));
        assert_eq!(wait(4_000_000_000, MEMORY), 0);
        assert_eq!(
            Subject::Address("::1").wait(Failures { count: 19, last: 0 }, 0),
            0
        );
        let long_ago = Failures { count: 9, last: 0 };
        assert_eq!(Subject::after(long_ago, MEMORY).count, 1);
    }
}
