//! Months of the calendar.

use std::fmt;

use touchstone_schemas::{date_time::Date, jcs::Encode};

/// A month, counted from January of the year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(u32);

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(day: Date) -> Self {
        let (year, month, _) = day.civil();
        Self(year * 12 + month.saturating_sub(1))
    }

    /// So many months later.
    #[must_use]
    pub const fn later(self, months: u32) -> Self {
        Self(self.0.saturating_add(months))
    }

    /// So many months earlier.
    #[must_use]
    pub const fn earlier(self, months: u32) -> Self {
        Self(self.0.saturating_sub(months))
    }

    /// Year and month, the month from 1.
    #[must_use]
    pub const fn civil(self) -> (u32, u32) {
        (self.0 / 12, self.0 % 12 + 1)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = self.civil();
        write!(f, "{year:04}-{month:02}")
    }
}

impl Encode for Month {
    fn encode(&self, out: &mut Vec<u8>) {
        format_args!("{self}").encode(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_one_another() {
        let month = Month::of(Date::parse("2026-12-31").unwrap());
        assert_eq!(month.to_string(), "2026-12");
        assert_eq!(month.later(1).to_string(), "2027-01");
        assert_eq!(month.earlier(12).to_string(), "2025-12");
    }
}
