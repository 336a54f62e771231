//! The validity of a certificate (RFC 5280 §4.1.2.5): two times, both inclusive.

use super::der::{DerError, DerFault, Element, GENERALIZED_TIME, Reader, UTC_TIME};

const SECONDS_PER_DAY: i64 = 86_400;

/// `Validity ::= SEQUENCE { notBefore Time, notAfter Time }`, in seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First second of validity.
    pub not_before: i64,
    /// Last second of validity.
    pub not_after: i64,
}

impl Validity {
    pub(super) fn read(mut reader: Reader<'_>) -> Result<Self, DerError> {
        let not_before = time(&reader.element()?)?;
        let not_after = time(&reader.element()?)?;
        reader.finish()?;
        Ok(Self {
            not_before,
            not_after,
        })
    }

    /// The seconds that belong to both; empty (`not_before > not_after`) when none do.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        Self {
            not_before: self.not_before.max(other.not_before),
            not_after: self.not_after.min(other.not_after),
        }
    }

    /// Whether `at` lies within, both ends included.
    #[must_use]
    pub fn covers(self, at: i64) -> bool {
        self.not_before <= at && at <= self.not_after
    }
}

/// `YYMMDDHHMMSSZ`, or `YYYYMMDDHHMMSSZ` as GeneralizedTime. Either form is read for any year.
fn time(element: &Element<'_>) -> Result<i64, DerError> {
    let fault = element.error(DerFault::Time);
    let year_digits = match element.tag {
        UTC_TIME => 2,
        GENERALIZED_TIME => 4,
        found => {
            return Err(element.error(DerFault::Tag {
                expected: UTC_TIME,
                found,
            }));
        }
    };
    let (year, rest) = element.value.split_at_checked(year_digits).ok_or(fault)?;
    let (year, rest) = (number(year).ok_or(fault)?, rest.strip_suffix(b"Z").ok_or(fault)?);
    let &[m0, m1, d0, d1, h0, h1, n0, n1, s0, s1] = rest else {
        return Err(fault);
    };
    let pair = |tens: u8, ones: u8| number(&[tens, ones]).ok_or(fault);
    let year = match (year_digits, year) {
        (2, 50..) => year + 1900,
        (2, _) => year + 2000,
        _ => year,
    };
    let (month, day) = (pair(m0, m1)?, pair(d0, d1)?);
    let (hour, minute, second) = (pair(h0, h1)?, pair(n0, n1)?, pair(s0, s1)?);
    if year < 1970 || !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day) {
        return Err(fault);
    }
    if hour > 23 || minute > 59 || second > 59 {
        return Err(fault);
    }
    Ok(days_since_epoch(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second)
}

/// At most four ASCII digits.
fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0_i64, |value, digit| {
        digit
            .is_ascii_digit()
            .then(|| value * 10 + i64::from(digit - b'0'))
    })
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a day of the proleptic Gregorian calendar, year 1970 to 9999.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let years = 365 * (year - 1970) + (before / 4 - before / 100 + before / 400) - 477;
    let months: i64 = (1..month).map(|earlier| days_in_month(year, earlier)).sum();
    years + months + day - 1
}

#[cfg(test)]
mod tests {
    use super::{GENERALIZED_TIME, UTC_TIME, Validity, time};
    use crate::path::der::Reader;

    fn read(tag: u8, text: &str) -> Option<i64> {
        let bytes = [&[tag, u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
        time(&Reader::new(&bytes).element().unwrap()).ok()
    }

    #[test]
    fn known_instants() {
        assert_eq!(read(UTC_TIME, "700101000000Z"), Some(0));
        assert_eq!(read(UTC_TIME, "000229120000Z"), Some(951_825_600));
        assert_eq!(read(UTC_TIME, "491231235959Z"), Some(2_524_607_999));
        assert_eq!(read(GENERALIZED_TIME, "20500101000000Z"), Some(2_524_608_000));
        assert_eq!(read(GENERALIZED_TIME, "20380119031408Z"), Some(2_147_483_648));
        assert_eq!(read(GENERALIZED_TIME, "99991231235959Z"), Some(253_402_300_799));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "690101000000Z",
            "701301000000Z",
            "700001000000Z",
            "700100000000Z",
            "700132000000Z",
            "010229000000Z",
            "700101240000Z",
            "700101006000Z",
            "700101000060Z",
            "7001010000Z",
            "700101000000",
            "700101000000+0800",
            "700101000000.5Z",
            "70010100000:Z",
            "",
            "Z",
        ] {
            assert_eq!(read(UTC_TIME, text), None, "{text}");
        }
        assert_eq!(read(GENERALIZED_TIME, "21000229000000Z"), None);
        assert_eq!(read(GENERALIZED_TIME, "19691231235959Z"), None);
        assert_eq!(read(0x04, "700101000000Z"), None);
    }

    #[test]
    fn both_ends_are_included() {
        let validity = Validity {
            not_before: 5,
            not_after: 7,
        };
        assert_eq!(
            [4, 5, 7, 8].map(|at| validity.covers(at)),
            [false, true, true, false]
        );
        assert!(
            !validity
                .intersect(Validity {
                    not_before: 8,
                    not_after: 9
                })
                .covers(8)
        );
    }
}
