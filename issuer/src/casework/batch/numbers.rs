//! Numbers of cases, written as ranges: `3-9 12`.

use std::{fmt, str::FromStr};

use touchstone_schemas::{
    budget::MAX_BATCH_CASES,
    decode::{Decode, DecodeError, invalid, text},
    jcs::Encode,
    json::Value,
};

/// Numbers of cases, ascending, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseNumbers(Vec<u32>);

/// Why a text is not a list of numbers of cases.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaseNumbersError {
    /// Not numbers and ranges, or not ascending.
    #[error("wanted numbers of cases in order, such as \"3-9 12\"")]
    Form,
    /// More than the budget.
    #[error("more than {limit} cases")]
    TooMany {
        /// The limit.
        limit: usize,
    },
}

impl CaseNumbers {
    /// The numbers given, in order.
    #[must_use]
    pub fn of(numbers: impl IntoIterator<Item = u32>) -> Self {
        let mut numbers: Vec<u32> = numbers.into_iter().collect();
        numbers.sort_unstable();
        numbers.dedup();
        Self(numbers)
    }

    /// The numbers, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[u32] {
        &self.0
    }
}

impl fmt::Display for CaseNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for run in self
            .0
            .chunk_by(|before, after| before.checked_add(1) == Some(*after))
        {
            match run {
                [first, .., last] => write!(f, "{separator}{first}-{last}")?,
                [only] => write!(f, "{separator}{only}")?,
                [] => {}
            }
            separator = " ";
        }
        Ok(())
    }
}

impl FromStr for CaseNumbers {
    type Err = CaseNumbersError;

    fn from_str(text: &str) -> Result<Self, CaseNumbersError> {
        let number = |text: &str| text.parse::<u32>().map_err(|_| CaseNumbersError::Form);
        let limit = MAX_BATCH_CASES;
        let mut numbers: Vec<u32> = Vec::new();
        for run in text.split(' ').filter(|run| !run.is_empty()) {
            let (first, last) = run.split_once('-').unwrap_or((run, run));
            let (first, last) = (number(first)?, number(last)?);
            let run = usize::try_from(last.abs_diff(first)).unwrap_or(usize::MAX);
            if numbers.len().saturating_add(run) >= limit {
                return Err(CaseNumbersError::TooMany { limit });
            }
            if last < first || numbers.last().is_some_and(|before| *before >= first) {
                return Err(CaseNumbersError::Form);
            }
            numbers.extend(first..=last);
        }
        Ok(Self(numbers))
    }
}

impl Decode for CaseNumbers {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        text(value, "numbers of cases")?
            .parse()
            .map_err(|error| invalid(&error))
    }
}

impl Encode for CaseNumbers {
    fn encode(&self, out: &mut Vec<u8>) {
        format_args!("{self}").encode(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_back() {
        for text in ["", "1", "1-3", "1-3 5 7-8", "4294967295"] {
            let numbers: CaseNumbers = text.parse().unwrap();
            assert_eq!(numbers.to_string(), text);
            assert_eq!(CaseNumbers::of(numbers.as_slice().iter().copied()), numbers);
        }
        for text in ["3-1", "2 1", "1-3 3", "a", "1-", "0-4294967295"] {
            assert!(text.parse::<CaseNumbers>().is_err(), "{text}");
        }
    }
}
