//! When a message that was not taken is sent again.

/// Attempts before a message is laid aside: some 30 hours (policy).
pub const ATTEMPTS: u32 = 12;
/// Seconds before the second attempt.
const FIRST: u64 = 5;
/// How much longer each wait is than the one before.
const FACTOR: u64 = 4;
/// Longest wait: 6 hours.
const LONGEST: u64 = 6 * 3_600;

/// Seconds to wait after so many failed attempts (from 1): 5, 20, 80 … 21,600, of which the upper half is drawn, so that
/// subscribers that failed together do not come back together.
#[must_use]
pub fn delay(failed: u32, random: u64) -> u64 {
    let factor = FACTOR.saturating_pow(failed.saturating_sub(1));
    let whole = FIRST.saturating_mul(factor).min(LONGEST);
    let half = whole / 2;
    whole - random % (half + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_fourfold_to_six_hours_and_are_spread() {
        let longest: Vec<u64> = (1..=ATTEMPTS).map(|failed| delay(failed, 0)).collect();
        assert_eq!(longest[..8], [5, 20, 80, 320, 1_280, 5_120, 20_480, 21_600]);
        assert_eq!(longest[11], 21_600);
        assert_eq!(delay(u32::MAX, 0), 21_600);
        let hours = longest[..11].iter().sum::<u64>() / 3_600;
        assert_eq!(hours, 31);
        for random in [0, 1, 7, 10_800, 10_801, u64::MAX] {
            assert!((10_800..=21_600).contains(&delay(9, random)));
        }
        assert_eq!((delay(9, 10_800), delay(9, 10_801)), (10_800, 21_600));
    }
}
