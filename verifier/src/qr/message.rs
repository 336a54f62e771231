//! The small change of a message: flags, numbers, dates, identifiers and texts, each written once for both ways.
//!
//! Every function takes what is `given` when encoding (`None` when decoding) and returns what was coded.

use touchstone_schemas::budget::MAX_TEXT_CHARS;
use touchstone_schemas::date_time::{Date, Timestamp};
use touchstone_schemas::text::Text;

use super::error::{Field, QrDecodeError};
use super::range_coder::BitCoder;
use super::text::{TextKind, TextModel};

/// Day 0 of the short form of a date: 2020-01-01.
const FIRST_DAY: u32 = 18_262;
/// Days in the short form of a date, up to the year 2109.
const DAYS: u32 = 1 << 15;
/// Bits of any day number up to the year 9999 (2,932,896).
const DAY_BITS: u32 = 22;
/// Bits of any timestamp up to the year 9999 (253,402,300,799).
const SECOND_BITS: u32 = 38;
/// Seconds of a day.
const DAY: u64 = 86_400;

/// What coding a part of a message gives.
pub(super) type Coded<T> = Result<T, QrDecodeError>;

/// A message in the making or being read.
pub(super) struct Message<'c> {
    coder: &'c mut dyn BitCoder,
    model: TextModel,
}

impl<'c> Message<'c> {
    pub(super) fn new(coder: &'c mut dyn BitCoder, model: TextModel) -> Self {
        Self { coder, model }
    }

    /// Whether something unusual holds; `rarity` = n when it is expected once in 2^n messages.
    pub(super) fn flag(&mut self, given: Option<bool>, rarity: u32) -> Coded<bool> {
        Ok(self.coder.flag(given.unwrap_or(false), rarity)?)
    }

    /// One of `bound` values, all alike.
    pub(super) fn uniform(&mut self, given: Option<u32>, bound: u32) -> Coded<u32> {
        let value = self.coder.uniform(given.unwrap_or(0).into(), bound.into())?;
        u32::try_from(value).map_err(|_| QrDecodeError::Incomplete)
    }

    /// A small number without a bound.
    pub(super) fn small(&mut self, given: Option<u32>) -> Coded<u32> {
        Ok(self.coder.small(given.unwrap_or(0))?)
    }

    /// Bytes without structure: digests and signatures.
    pub(super) fn bytes<const N: usize>(&mut self, given: Option<&[u8; N]>) -> Coded<[u8; N]> {
        let mut read = [0; N];
        for (place, byte) in read.iter_mut().enumerate() {
            let given = given.and_then(|bytes| bytes.get(place)).copied().unwrap_or(0);
            *byte = (self.coder.raw(given.into(), 8)? & 0xff) as u8;
        }
        Ok(read)
    }

    /// A string of 0 to [`MAX_TEXT_CHARS`] characters.
    pub(super) fn string(&mut self, given: Option<&str>, kind: TextKind) -> Coded<String> {
        Ok(match given {
            Some(text) => {
                self.model.write(self.coder, kind, text)?;
                text.to_owned()
            }
            None => self.model.read(self.coder, kind, MAX_TEXT_CHARS)?,
        })
    }

    pub(super) fn text(&mut self, given: Option<&Text>, kind: TextKind, field: Field) -> Coded<Text> {
        let string = self.string(given.map(Text::as_str), kind)?;
        Text::parse(&string).map_err(|_| QrDecodeError::Value { field })
    }

    pub(super) fn optional_text(
        &mut self,
        given: Option<Option<&Text>>,
        rarity: u32,
        kind: TextKind,
        field: Field,
    ) -> Coded<Option<Text>> {
        let present = self.flag(given.map(|text| text.is_some()), rarity)?;
        if present {
            self.text(given.flatten(), kind, field).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Lets the texts that follow quote a text that both sides know already.
    pub(super) fn quote(&mut self, kind: TextKind, text: &str) {
        self.model.read_silently(kind, text);
    }

    /// A text that is usually the one `expected`.
    pub(super) fn text_like(
        &mut self,
        given: Option<&Text>,
        expected: &Text,
        rarity: u32,
        kind: TextKind,
        field: Field,
    ) -> Coded<Text> {
        let differs = self.flag(given.map(|text| text != expected), rarity)?;
        if differs {
            self.text(given, kind, field)
        } else {
            Ok(expected.clone())
        }
    }

    /// A day.
    pub(super) fn date(&mut self, given: Option<Date>, field: Field) -> Coded<Date> {
        let day = given.map(Date::day_number);
        let short = day
            .and_then(|day| day.checked_sub(FIRST_DAY))
            .filter(|day| *day < DAYS);
        let day = if self.flag(given.map(|_| short.is_none()), 10)? {
            let day = self.coder.raw(day.unwrap_or(0).into(), DAY_BITS)?;
            u32::try_from(day).unwrap_or(u32::MAX)
        } else {
            self.uniform(short, DAYS)? + FIRST_DAY
        };
        Date::from_day_number(day).ok_or(QrDecodeError::Value { field })
    }

    /// A day that is usually the one `expected`.
    pub(super) fn date_like(
        &mut self,
        given: Option<Date>,
        expected: Option<Date>,
        rarity: u32,
        field: Field,
    ) -> Coded<Date> {
        let differs = self.flag(given.map(|date| Some(date) != expected), rarity)?;
        match expected {
            Some(expected) if !differs => Ok(expected),
            _ => self.date(given, field),
        }
    }

    /// A day that is usually one of the `span` days up to and including `last`.
    pub(super) fn date_before(
        &mut self,
        given: Option<Date>,
        last: Date,
        span: u32,
        field: Field,
    ) -> Coded<Date> {
        let back = |date: Date| {
            last.day_number()
                .checked_sub(date.day_number())
                .filter(|back| *back < span)
        };
        let near = given.and_then(back);
        if self.flag(given.map(|_| near.is_none()), 5)? {
            return self.date(given, field);
        }
        let day = last.day_number().checked_sub(self.uniform(near, span)?);
        day.and_then(Date::from_day_number)
            .ok_or(QrDecodeError::Value { field })
    }

    /// An instant, usually on `day` (+08:00), else within some days of it.
    pub(super) fn instant(&mut self, given: Option<Timestamp>, day: Date, field: Field) -> Coded<Timestamp> {
        /// Days around `day` in the second form.
        const AROUND: u64 = 16;
        let start = u64::try_from(day.start().unix()).unwrap_or(0);
        let second = given.map(|instant| u64::try_from(instant.unix()).unwrap_or(0));
        let within =
            |from: u64, length: u64| move |second: u64| second.checked_sub(from).filter(|s| *s < length);
        let same_day = second.and_then(within(start, DAY));
        let around_start = start.saturating_sub(AROUND / 2 * DAY);
        let around = second.and_then(within(around_start, AROUND * DAY));

        let second = if !self.flag(given.map(|_| same_day.is_none()), 1)? {
            start + self.coder.uniform(same_day.unwrap_or(0), DAY)?
        } else if !self.flag(given.map(|_| around.is_none()), 3)? {
            around_start + self.coder.uniform(around.unwrap_or(0), AROUND * DAY)?
        } else {
            self.coder.raw(second.unwrap_or(0), SECOND_BITS)?
        };
        i64::try_from(second)
            .ok()
            .and_then(Timestamp::from_unix)
            .ok_or(QrDecodeError::Value { field })
    }
}
