//! The states of a snapshot, packed: every row by what it differs in from the row before.
//!
//! A row is
//! ```text
//! shared   1 byte    leading characters of the number that the row before has too
//! rest     1 byte    length of what follows
//! number   rest      the other characters
//! state    varint    8 × version + message code
//! from     varint    zigzag of the days since the row before's first day of validity
//! until    varint    zigzag of the days since the row before's last day
//! due      varint    zigzag of the days since the row before's next surveillance date
//! ```
//! Before the first row stand an empty number and day 0. Varints are LEB128, as short as can be; `shared` is as long as
//! can be; so there is one encoding, and a reader that knows the rows can make the signed bytes again (a compressor's
//! output depends on its version).

use crate::{
    budget::{MAX_NUMBER_CHARS, MAX_SNAPSHOT_STATES},
    credential::{CredentialNumber, Version},
    date_time::Date,
    status::StatusMessage,
};

use super::SnapshotState;

/// Rows between two marks.
const MARK_EVERY: usize = 256;

/// The states in order of number and version, each once; packed, some ten bytes a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct States {
    bytes: Vec<u8>,
    count: usize,
    /// Places to begin reading at, so that looking up needs not read all.
    marks: Vec<Mark>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    /// Where the row begins.
    offset: usize,
    /// The row before it.
    before: Row,
    /// The row itself.
    key: (CredentialNumber, Version),
}

/// Why bytes or rows are no states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatesError {
    /// A row that is not of the form, or in another encoding than the one there is.
    #[error("row {row} of the states is not a state in its one encoding")]
    Row {
        /// The row, from 1.
        row: usize,
    },
    /// A row that does not follow the row before.
    #[error("row {row} of the states does not follow the one before")]
    Order {
        /// The row, from 1.
        row: usize,
    },
    /// More rows than are read.
    #[error("more than {MAX_SNAPSHOT_STATES} states")]
    TooMany,
}

impl States {
    /// Packs rows.
    ///
    /// # Errors
    /// [`StatesError::Order`] or [`StatesError::TooMany`].
    pub fn pack(rows: impl IntoIterator<Item = SnapshotState>) -> Result<Self, StatesError> {
        let mut states = Self::default();
        let mut before = Row::FIRST;
        for state in rows {
            let row = Row::of(&state);
            if states.count >= MAX_SNAPSHOT_STATES {
                return Err(StatesError::TooMany);
            }
            if before.key() >= row.key() {
                return Err(StatesError::Order {
                    row: states.count + 1,
                });
            }
            states.mark(states.bytes.len(), &before, (state.number, state.version));
            row.write(&before, &mut states.bytes);
            before = row;
        }
        Ok(states)
    }

    /// Reads packed rows, each in its one encoding.
    ///
    /// # Errors
    /// [`StatesError`] names the first row that is wrong.
    pub fn read(bytes: Vec<u8>) -> Result<Self, StatesError> {
        let mut states = Self::default();
        let mut before = Row::FIRST;
        let mut again = Vec::new();
        let mut offset = 0;
        while offset < bytes.len() {
            let row = states.count + 1;
            if row > MAX_SNAPSHOT_STATES {
                return Err(StatesError::TooMany);
            }
            let wrong = StatesError::Row { row };
            let rest = bytes.get(offset..).unwrap_or_default();
            let (found, length) = Row::read(&before, rest).ok_or(wrong)?;
            let state = found.state().ok_or(wrong)?;
            if before.key() >= found.key() {
                return Err(StatesError::Order { row });
            }
            again.clear();
            found.write(&before, &mut again);
            if rest.get(..length) != Some(again.as_slice()) {
                return Err(wrong);
            }
            states.mark(offset, &before, (state.number, state.version));
            before = found;
            offset += length;
        }
        states.bytes = bytes;
        Ok(states)
    }

    fn mark(&mut self, offset: usize, before: &Row, key: (CredentialNumber, Version)) {
        if self.count.is_multiple_of(MARK_EVERY) {
            let before = before.clone();
            self.marks.push(Mark { offset, before, key });
        }
        self.count += 1;
    }

    /// The packed bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The states in order.
    pub fn iter(&self) -> impl Iterator<Item = SnapshotState> + '_ {
        self.from(0, Row::FIRST)
    }

    /// The states of a number, the first version first.
    pub fn of_number<'s>(
        &'s self,
        number: &CredentialNumber,
    ) -> impl Iterator<Item = SnapshotState> + use<'s> {
        let wanted = number.clone();
        let behind = self
            .marks
            .partition_point(|mark| (&mark.key.0, mark.key.1) <= (number, Version::FIRST));
        let mark = behind.checked_sub(1).and_then(|place| self.marks.get(place));
        let (offset, before) = mark.map_or((0, Row::FIRST), |mark| (mark.offset, mark.before.clone()));
        let after = wanted.clone();
        self.from(offset, before)
            .skip_while(move |state| state.number < wanted)
            .take_while(move |state| state.number == after)
    }

    fn from(&self, mut offset: usize, mut before: Row) -> impl Iterator<Item = SnapshotState> + use<'_> {
        std::iter::from_fn(move || {
            let rest = self.bytes.get(offset..).filter(|rest| !rest.is_empty())?;
            let (row, length) = Row::read(&before, rest)?;
            offset += length;
            before = row;
            before.state()
        })
    }
}

/// A row with its dates as numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    number: Vec<u8>,
    /// 8 × version + message code.
    state: u64,
    /// First day, last day, next surveillance.
    days: [u32; 3],
}

impl Row {
    /// What stands before the first row.
    const FIRST: Self = Self {
        number: Vec::new(),
        state: 0,
        days: [0; 3],
    };

    fn of(state: &SnapshotState) -> Self {
        let version = u64::from(state.version.get());
        Self {
            number: state.number.as_str().as_bytes().to_vec(),
            state: version * 8 + u64::from(state.message.code()),
            days: [state.valid_from, state.valid_until, state.next_due].map(Date::day_number),
        }
    }

    /// Number and version.
    fn key(&self) -> (&[u8], u64) {
        (&self.number, self.state / 8)
    }

    fn state(&self) -> Option<SnapshotState> {
        let number = std::str::from_utf8(&self.number).ok()?;
        let [from, until, due] = self.days;
        Some(SnapshotState {
            number: CredentialNumber::parse(number).ok()?,
            version: Version::try_from(u32::try_from(self.state / 8).ok()?).ok()?,
            message: StatusMessage::of_code(u8::try_from(self.state % 8).ok()?)?,
            valid_from: Date::from_day_number(from)?,
            valid_until: Date::from_day_number(until)?,
            next_due: Date::from_day_number(due)?,
        })
    }

    fn write(&self, before: &Self, out: &mut Vec<u8>) {
        let both = self.number.iter().zip(&before.number);
        let shared = both.take_while(|(one, other)| one == other).count();
        let rest = self.number.get(shared..).unwrap_or_default();
        // Both are at most `MAX_NUMBER_CHARS`.
        out.push(u8::try_from(shared).unwrap_or_default());
        out.push(u8::try_from(rest.len()).unwrap_or_default());
        out.extend_from_slice(rest);
        write_varint(self.state, out);
        for (day, before) in self.days.iter().zip(before.days) {
            write_varint(zigzag(i64::from(*day) - i64::from(before)), out);
        }
    }

    /// Reads a row; gives it with its length.
    fn read(before: &Self, bytes: &[u8]) -> Option<(Self, usize)> {
        let [shared, rest, after @ ..] = bytes else {
            return None;
        };
        let (shared, rest) = (usize::from(*shared), usize::from(*rest));
        if shared + rest > MAX_NUMBER_CHARS {
            return None;
        }
        let mut number = before.number.get(..shared)?.to_vec();
        number.extend_from_slice(after.get(..rest)?);
        let mut reader = Varints(after.get(rest..)?);
        let state = reader.next()?;
        let mut days = [0; 3];
        for (day, before) in days.iter_mut().zip(before.days) {
            let since = unzigzag(reader.next()?);
            *day = u32::try_from(i64::from(before).checked_add(since)?).ok()?;
        }
        let length = bytes.len() - reader.0.len();
        Some((Self { number, state, days }, length))
    }
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

fn write_varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or_default());
}

/// Numbers of at most five bytes: days and versions are far below.
struct Varints<'b>(&'b [u8]);

impl Varints<'_> {
    fn next(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in [0, 7, 14, 21, 28] {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(number: &str, version: u32, due: &str) -> SnapshotState {
        SnapshotState {
            number: CredentialNumber::parse(number).unwrap(),
            version: Version::try_from(version).unwrap(),
            message: StatusMessage::Suspended,
            valid_from: Date::parse("2026-03-02").unwrap(),
            valid_until: Date::parse("2029-03-01").unwrap(),
            next_due: Date::parse(due).unwrap(),
        }
    }

    fn rows() -> Vec<SnapshotState> {
        let numbers = (0..3_000).map(|number| format!("CQC26ZNZ{number:06}R0"));
        let mut rows: Vec<SnapshotState> = numbers.map(|number| state(&number, 1, "2027-03-01")).collect();
        rows.insert(1, state("CQC26ZNZ000000R0", 2, "2026-01-01"));
        rows
    }

    #[test]
    fn states_are_packed_and_read_back() {
        let packed = States::pack(rows()).unwrap();
        assert!(
            packed.as_bytes().len() < 3_000 * 10,
            "{}",
            packed.as_bytes().len()
        );
        let read = States::read(packed.as_bytes().to_vec()).unwrap();
        assert_eq!(read, packed);
        assert!(read.iter().eq(rows()));
        for wanted in rows() {
            assert!(
                read.of_number(&wanted.number).any(|found| found == wanted),
                "{}",
                wanted.number
            );
        }
        let first = CredentialNumber::parse("CQC26ZNZ000000R0").unwrap();
        assert_eq!(read.of_number(&first).count(), 2);
        for nobody in ["AAAAAA", "CQC26ZNZ000000R1", "ZZZZZZ"] {
            let nobody = CredentialNumber::parse(nobody).unwrap();
            assert_eq!(read.of_number(&nobody).next(), None);
        }
    }

    /// What a snapshot weighs: dates as they come about in daily business, every certificate in another state.
    #[test]
    fn a_certificate_takes_some_ten_bytes() {
        const CERTIFICATES: u32 = 200_000;
        let first = Date::parse("2023-01-01").unwrap().day_number();
        let row = |serial: u32| {
            // 180 a day, three years' validity, surveillance somewhere in the next year.
            let begun = first + serial / 180;
            let day = |day| Date::from_day_number(day).unwrap();
            SnapshotState {
                number: CredentialNumber::parse(&format!("CQC26ZNZ{serial:06}R0")).unwrap(),
                version: Version::try_from(1 + serial % 97 / 96).unwrap(),
                message: StatusMessage::of_code(
                    u8::try_from(serial.wrapping_mul(2_654_435_761) >> 29).unwrap() % 7,
                )
                .unwrap(),
                valid_from: day(begun),
                valid_until: day(begun + 1_095),
                next_due: day(begun + 365 + serial.wrapping_mul(2_654_435_761) % 700),
            }
        };
        let packed = States::pack((0..CERTIFICATES).map(row)).unwrap();
        let each = packed.as_bytes().len() * 10 / usize::try_from(CERTIFICATES).unwrap();
        assert!(each <= 105, "{each} tenths of a byte");
        assert_eq!(States::read(packed.as_bytes().to_vec()).unwrap().len(), 200_000);
    }

    #[test]
    fn other_encodings_and_orders_are_refused() {
        assert_eq!(
            States::pack(rows().into_iter().rev()).unwrap_err(),
            StatesError::Order { row: 2 }
        );
        let good =
            States::pack([state("CQC26A", 1, "2027-03-01"), state("CQC26B", 1, "2027-03-01")]).unwrap();
        let good = good.as_bytes();
        assert!(States::read(good.to_vec()).is_ok());
        for cut in 1..good.len() {
            // The end of the first row is the one place where it may end.
            assert_eq!(
                States::read(good[..cut].to_vec()).is_ok(),
                cut == good.len() - 7,
                "{cut}"
            );
        }
        // The second row shares one character less than it could.
        let mut longer = good.to_vec();
        let second = good.len() - 7;
        assert_eq!(longer[second..second + 3], [5, 1, b'B']);
        longer.splice(second..second + 3, [4, 2, b'6', b'B']);
        assert_eq!(States::read(longer).unwrap_err(), StatesError::Row { row: 2 });
        // A number written in more bytes than it needs.
        let mut padded = good.to_vec();
        let state_at = second + 3;
        padded.splice(state_at..state_at + 1, [good[state_at] | 0x80, 0]);
        assert_eq!(States::read(padded).unwrap_err(), StatesError::Row { row: 2 });
        // The same row twice.
        let twice = [good, &[6, 0, good[state_at], 0, 0, 0]].concat();
        assert_eq!(States::read(twice).unwrap_err(), StatesError::Order { row: 3 });
        assert!(States::read(vec![0xff; 64]).is_err());
    }
}
