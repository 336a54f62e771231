//! Instants and civil dates, each with one text form (RFC 3339 profile; DOMAIN §2).
//!
//! The record counts whole seconds. Dates on a certificate are days in China (+08:00, no daylight saving):
//! a certificate takes effect at 00:00:00 of its first day and is in force through 23:59:59 of its last.

use std::fmt;
use std::str::FromStr;

use crate::text_form::text_form;

const SECONDS_PER_DAY: i64 = 86_400;
/// China standard time, seconds east of UTC.
const CHINA_OFFSET: i64 = 8 * 3_600;
/// 9999-12-31T23:59:59Z.
const LAST_SECOND: i64 = 253_402_300_799;
/// 9999-12-31 in days since 1970-01-01.
const LAST_DAY: u32 = 2_932_896;
/// 1970-01-01 in days since 0000-03-01, the first day of the 400-year cycles used below.
const EPOCH_FROM_MARCH: u32 = 719_468;

/// Why a text is not an instant or a date of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateTimeError {
    /// The text has another length than its form.
    #[error("{found} bytes where the form {form} has {expected}")]
    Length {
        /// The form asked for.
        form: &'static str,
        /// Bytes in that form.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// A byte is not what the form has at its place.
    #[error("byte {offset} does not fit the form {form}")]
    Form {
        /// The form asked for.
        form: &'static str,
        /// Offset of the first byte that differs.
        offset: usize,
    },
    /// A field is a number the calendar or the clock does not have there.
    #[error("{field} {found} is outside {min} to {max}")]
    Field {
        /// Which field.
        field: &'static str,
        /// Value found.
        found: u32,
        /// Least value.
        min: u32,
        /// Greatest value (for days: of that month).
        max: u32,
    },
}

/// A whole second, `1970-01-01T00:00:00Z` to `9999-12-31T23:59:59Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest instant.
    pub const MIN: Self = Self(0);
    /// The latest instant.
    pub const MAX: Self = Self(LAST_SECOND);

    /// Reads `YYYY-MM-DDThh:mm:ssZ` and no other spelling: no fraction, no offset, no lower case, no leap second.
    ///
    /// # Errors
    /// [`DateTimeError`].
    pub fn parse(text: &str) -> Result<Self, DateTimeError> {
        let fields: [u32; 6] = read_fields(text, "YYYY-MM-DDThh:mm:ssZ")?;
        let [year, month, day, hour, minute, second] = fields;
        let date = Date::from_civil(year, month, day)?;
        in_range("hour", hour, 0, 23)?;
        in_range("minute", minute, 0, 59)?;
        in_range("second", second, 0, 59)?;
        let in_day = i64::from(hour) * 3_600 + i64::from(minute) * 60 + i64::from(second);
        Ok(Self(i64::from(date.0) * SECONDS_PER_DAY + in_day))
    }

    /// From seconds since 1970-01-01T00:00:00Z; `None` outside the years 1970 to 9999.
    pub const fn from_unix(seconds: i64) -> Option<Self> {
        if seconds < 0 || seconds > LAST_SECOND {
            None
        } else {
            Some(Self(seconds))
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// `seconds` later; `None` when the sum leaves the range.
    pub fn checked_add(self, seconds: i64) -> Option<Self> {
        self.0.checked_add(seconds).and_then(Self::from_unix)
    }

    /// `seconds` earlier; `None` when the difference leaves the range.
    pub fn checked_sub(self, seconds: i64) -> Option<Self> {
        self.0.checked_sub(seconds).and_then(Self::from_unix)
    }

    /// Seconds from `earlier` to `self`, negative when `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = Date(u32::try_from(self.0 / SECONDS_PER_DAY).unwrap_or(LAST_DAY));
        let second = self.0 % SECONDS_PER_DAY;
        write!(
            f,
            "{day}T{:02}:{:02}:{:02}Z",
            second / 3_600,
            second / 60 % 60,
            second % 60
        )
    }
}

impl FromStr for Timestamp {
    type Err = DateTimeError;

    fn from_str(text: &str) -> Result<Self, DateTimeError> {
        Self::parse(text)
    }
}

text_form!(Timestamp, "an instant YYYY-MM-DDThh:mm:ssZ");

/// A civil date, 1970-01-01 to 9999-12-31. As a day on a certificate it is a day in China.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(u32);

impl Date {
    /// Reads `YYYY-MM-DD` and no other spelling.
    ///
    /// # Errors
    /// [`DateTimeError`].
    pub fn parse(text: &str) -> Result<Self, DateTimeError> {
        let [year, month, day] = read_fields(text, "YYYY-MM-DD")?;
        Self::from_civil(year, month, day)
    }

    /// From year, month and day.
    ///
    /// # Errors
    /// [`DateTimeError::Field`] naming the first field the calendar does not have.
    pub fn from_civil(year: u32, month: u32, day: u32) -> Result<Self, DateTimeError> {
        in_range("year", year, 1970, 9999)?;
        in_range("month", month, 1, 12)?;
        in_range("day", day, 1, month_length(year, month))?;
        // Years are counted from March, so that the leap day is the last of its year.
        let (year, month) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
        Ok(Self(days - EPOCH_FROM_MARCH))
    }

    /// Year, month (1–12) and day (1–31).
    pub const fn civil(self) -> (u32, u32, u32) {
        let days = self.0 + EPOCH_FROM_MARCH;
        let (cycle, day_of_cycle) = (days / 146_097, days % 146_097);
        let year_of_cycle =
            (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
        let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let year = cycle * 400 + year_of_cycle;
        if month < 10 {
            (year, month + 3, day)
        } else {
            (year + 1, month - 9, day)
        }
    }

    /// Days since 1970-01-01, at most 2,932,896; [`Self::from_day_number`] takes it back.
    pub const fn day_number(self) -> u32 {
        self.0
    }

    /// The date so many days after 1970-01-01; `None` past 9999-12-31.
    pub const fn from_day_number(days: u32) -> Option<Self> {
        if days > LAST_DAY { None } else { Some(Self(days)) }
    }

    /// The day in China on which `instant` falls. In the last eight hours of the range, which in China belong
    /// to the year 10000, the last day.
    pub fn of(instant: Timestamp) -> Self {
        let days = (instant.0 + CHINA_OFFSET) / SECONDS_PER_DAY;
        Self(u32::try_from(days).map_or(LAST_DAY, |days| days.min(LAST_DAY)))
    }

    /// The first second of this day in China. For 1970-01-01 the earliest instant there is.
    pub fn start(self) -> Timestamp {
        Timestamp((i64::from(self.0) * SECONDS_PER_DAY - CHINA_OFFSET).max(0))
    }

    /// The last second of this day in China: what ends with the day is in force while `t <= end`, that is
    /// `t < end + 1 s`.
    pub fn end(self) -> Timestamp {
        Timestamp(i64::from(self.0) * SECONDS_PER_DAY + SECONDS_PER_DAY - 1 - CHINA_OFFSET)
    }

    /// The same day `months` later, the last of that month when it is shorter; `None` past 9999.
    pub fn add_months(self, months: u32) -> Option<Self> {
        let (year, month, day) = self.civil();
        let count = (year * 12 + month - 1).checked_add(months)?;
        let (year, month) = (count / 12, count % 12 + 1);
        Self::from_civil(year, month, day.min(month_length(year, month))).ok()
    }

    /// `days` later, or earlier when negative; `None` outside the range.
    pub fn add_days(self, days: i32) -> Option<Self> {
        self.0.checked_add_signed(days).and_then(Self::from_day_number)
    }

    /// Days from `earlier` to `self`, negative when `earlier` is later.
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from(self.0) - i64::from(earlier.0)
    }

    /// As printed in Chinese: `2026年03月01日`.
    pub fn chinese(self) -> String {
        let (year, month, day) = self.civil();
        format!("{year:04}年{month:02}月{day:02}日")
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = DateTimeError;

    fn from_str(text: &str) -> Result<Self, DateTimeError> {
        Self::parse(text)
    }
}

text_form!(Date, "a date YYYY-MM-DD");

/// First day of force; on the wire `YYYY-MM-DDT00:00:00+08:00` (VCDM 2.0 §4.9 `validFrom`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValidFrom(pub Date);

impl ValidFrom {
    /// Reads `YYYY-MM-DDT00:00:00+08:00` and no other spelling.
    ///
    /// # Errors
    /// [`DateTimeError`].
    pub fn parse(text: &str) -> Result<Self, DateTimeError> {
        let [year, month, day] = read_fields(text, "YYYY-MM-DDT00:00:00+08:00")?;
        Date::from_civil(year, month, day).map(Self)
    }

    /// The first second of force.
    pub fn instant(self) -> Timestamp {
        self.0.start()
    }
}

impl fmt::Display for ValidFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T00:00:00+08:00", self.0)
    }
}

impl FromStr for ValidFrom {
    type Err = DateTimeError;

    fn from_str(text: &str) -> Result<Self, DateTimeError> {
        Self::parse(text)
    }
}

text_form!(ValidFrom, "the start of a day YYYY-MM-DDT00:00:00+08:00");

/// Last day of force; on the wire `YYYY-MM-DDT23:59:59+08:00` (VCDM 2.0 §4.9 `validUntil`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValidUntil(pub Date);

impl ValidUntil {
    /// Reads `YYYY-MM-DDT23:59:59+08:00` and no other spelling.
    ///
    /// # Errors
    /// [`DateTimeError`].
    pub fn parse(text: &str) -> Result<Self, DateTimeError> {
        let [year, month, day] = read_fields(text, "YYYY-MM-DDT23:59:59+08:00")?;
        Date::from_civil(year, month, day).map(Self)
    }

    /// The last second of force: in force while `t <= instant`.
    pub fn instant(self) -> Timestamp {
        self.0.end()
    }
}

impl fmt::Display for ValidUntil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T23:59:59+08:00", self.0)
    }
}

impl FromStr for ValidUntil {
    type Err = DateTimeError;

    fn from_str(text: &str) -> Result<Self, DateTimeError> {
        Self::parse(text)
    }
}

text_form!(ValidUntil, "the end of a day YYYY-MM-DDT23:59:59+08:00");

/// Reads the fields of `form`, one number for each run of one of the letters `YMDhms`; the separators `T` and
/// `Z`, signs and digits of the form must stand as they are.
fn read_fields<const N: usize>(text: &str, form: &'static str) -> Result<[u32; N], DateTimeError> {
    if text.len() != form.len() {
        return Err(DateTimeError::Length {
            form,
            expected: form.len(),
            found: text.len(),
        });
    }
    let mut fields = [0; N];
    let mut slots = fields.iter_mut();
    let mut slot = None;
    let mut run = b' ';
    for (offset, (found, wanted)) in text.bytes().zip(form.bytes()).enumerate() {
        let in_field = b"YMDhms".contains(&wanted);
        let fits = if in_field {
            found.is_ascii_digit()
        } else {
            found == wanted
        };
        if !fits {
            return Err(DateTimeError::Form { form, offset });
        }
        if in_field {
            if wanted != run {
                slot = slots.next();
            }
            if let Some(field) = slot.as_deref_mut() {
                *field = *field * 10 + u32::from(found - b'0');
            }
        }
        run = wanted;
    }
    Ok(fields)
}

fn in_range(field: &'static str, found: u32, min: u32, max: u32) -> Result<(), DateTimeError> {
    if (min..=max).contains(&found) {
        Ok(())
    } else {
        Err(DateTimeError::Field {
            field,
            found,
            min,
            max,
        })
    }
}

const fn month_length(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn timestamp(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn known_instants() {
        for (text, unix) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59Z", 951_868_799),
            ("2038-01-19T03:14:08Z", 2_147_483_648),
            ("2026-03-01T08:30:00Z", 1_772_353_800),
            ("9999-12-31T23:59:59Z", LAST_SECOND),
        ] {
            assert_eq!(timestamp(text).unix(), unix, "{text}");
            assert_eq!(timestamp(text).to_string(), text);
        }
        assert_eq!(Timestamp::from_unix(-1), None);
        assert_eq!(Timestamp::from_unix(LAST_SECOND + 1), None);
        assert_eq!(Timestamp::MAX.checked_add(1), None);
        assert_eq!(Timestamp::MIN.checked_sub(1), None);
        assert_eq!(Timestamp::MIN.checked_add(i64::MAX), None);
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "2026-03-01T08:30:00z",
            "2026-03-01t08:30:00Z",
            "2026-03-01 08:30:00Z",
            "2026-03-01T08:30:00.0Z",
            "2026-03-01T08:30:00+00:00",
            "2026-03-01T08:30:60Z",
            "2026-03-01T24:00:00Z",
            "2026-02-29T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "2026-3-01T08:30:000Z",
            "+026-03-01T08:30:00Z",
            "２026-03-01T08:30Z",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
        assert!("2026-13-01".parse::<Date>().is_err());
        assert_eq!(
            "1900-02-29".parse::<Date>(),
            Err(DateTimeError::Field {
                field: "year",
                found: 1900,
                min: 1970,
                max: 9999
            })
        );
        assert_eq!(
            "2100-02-29".parse::<Date>(),
            Err(DateTimeError::Field {
                field: "day",
                found: 29,
                min: 1,
                max: 28
            })
        );
    }

    #[test]
    fn a_day_is_a_day_in_china() {
        let day = date("2026-03-01");
        assert_eq!(day.start(), timestamp("2026-02-28T16:00:00Z"));
        assert_eq!(day.end(), timestamp("2026-03-01T15:59:59Z"));
        assert_eq!(Date::of(day.start()), day);
        assert_eq!(Date::of(day.end()), day);
        assert_eq!(Date::of(day.end().checked_add(1).unwrap()), date("2026-03-02"));
        assert_eq!(day.chinese(), "2026年03月01日");
        assert_eq!(date("1970-01-01").start(), Timestamp::MIN);
        assert_eq!(Date::of(Timestamp::MAX), date("9999-12-31"));
    }

    #[test]
    fn months_are_clamped_to_their_end() {
        assert_eq!(date("2024-01-31").add_months(1), Some(date("2024-02-29")));
        assert_eq!(date("2024-02-29").add_months(36), Some(date("2027-02-28")));
        assert_eq!(date("2026-12-15").add_months(1), Some(date("2027-01-15")));
        assert_eq!(date("9999-12-01").add_months(1), None);
        assert_eq!(date("9999-12-01").add_months(u32::MAX), None);
        assert_eq!(date("2027-01-15").days_since(date("2026-12-15")), 31);
        assert_eq!(date("2026-03-01").add_days(-1), Some(date("2026-02-28")));
        assert_eq!(date("1970-01-01").add_days(-1), None);
    }

    #[test]
    fn validity_has_two_strict_forms() {
        let from: ValidFrom = serde_json::from_str("\"2026-03-01T00:00:00+08:00\"").unwrap();
        let until: ValidUntil = serde_json::from_str("\"2029-02-28T23:59:59+08:00\"").unwrap();
        assert_eq!(from.0, date("2026-03-01"));
        assert_eq!(from.instant(), date("2026-03-01").start());
        assert_eq!(until.instant(), date("2029-02-28").end());
        assert_eq!(
            serde_json::to_string(&from).unwrap(),
            "\"2026-03-01T00:00:00+08:00\""
        );
        assert_eq!(
            serde_json::to_string(&until).unwrap(),
            "\"2029-02-28T23:59:59+08:00\""
        );
        assert!("2026-03-01T00:00:00Z".parse::<ValidFrom>().is_err());
        assert!("2026-03-01T00:00:01+08:00".parse::<ValidFrom>().is_err());
        assert!("2026-03-01T00:00:00+08:00".parse::<ValidUntil>().is_err());
        assert!(serde_json::from_str::<Timestamp>("0").is_err());
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut previous = date("1970-01-01").civil();
        for day in 1..=LAST_DAY {
            let (year, month, dom) = Date(day).civil();
            let (py, pm, pd) = previous;
            let next = if pd < month_length(py, pm) {
                (py, pm, pd + 1)
            } else if pm < 12 {
                (py, pm + 1, 1)
            } else {
                (py + 1, 1, 1)
            };
            assert_eq!((year, month, dom), next);
            assert_eq!(Date::from_civil(year, month, dom), Ok(Date(day)));
            previous = next;
        }
        assert_eq!(previous, (9999, 12, 31));
    }

    proptest! {
        #[test]
        fn instants_round_trip(seconds in 0..=LAST_SECOND) {
            let instant = Timestamp::from_unix(seconds).unwrap();
            prop_assert_eq!(instant.to_string().parse::<Timestamp>(), Ok(instant));
        }

        #[test]
        fn what_parses_reads_back_the_same(text in "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z") {
            if let Ok(instant) = text.parse::<Timestamp>() {
                prop_assert_eq!(instant.to_string(), text);
            }
        }
    }
}
