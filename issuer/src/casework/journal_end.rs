//! How far a journal has come, and which act may come next: the same for journals of every kind.

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest};

use super::{Act, Content};

/// The end of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JournalEnd {
    number: u32,
    acts: u32,
    head: Sha256Digest,
    last: Timestamp,
}

/// An act that is not the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutOfPlace {
    pub(crate) found: u32,
    pub(crate) expected: u32,
}

/// An act before the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClockBehind {
    pub(crate) at: Timestamp,
    pub(crate) last: Timestamp,
}

impl JournalEnd {
    /// The end of a journal that this act begins.
    ///
    /// # Errors
    /// [`OutOfPlace`].
    pub(crate) fn of_first<C: Content>(act: &Act<C>) -> Result<Self, OutOfPlace> {
        let mut end = Self {
            number: act.journal,
            acts: 0,
            head: Act::<C>::root(),
            last: act.at,
        };
        end.check(act)?;
        end.seal(act);
        Ok(end)
    }

    /// Whether an act is the next one.
    ///
    /// # Errors
    /// [`OutOfPlace`].
    pub(crate) fn check<C>(&self, act: &Act<C>) -> Result<(), OutOfPlace> {
        let expected = self.acts.saturating_add(1);
        if act.journal == self.number && act.sequence == expected && act.previous == self.head {
            return Ok(());
        }
        let found = act.sequence;
        Err(OutOfPlace { found, expected })
    }

    /// Whether something may be done at this instant.
    ///
    /// # Errors
    /// [`ClockBehind`].
    pub(crate) fn check_clock(&self, at: Timestamp) -> Result<(), ClockBehind> {
        let last = self.last;
        if at < last {
            return Err(ClockBehind { at, last });
        }
        Ok(())
    }

    /// Takes an act in that was checked.
    pub(crate) fn seal<C: Content>(&mut self, act: &Act<C>) {
        self.acts = act.sequence;
        self.head = Sha256Digest::of(&act.to_bytes());
        self.last = act.at;
    }

    /// Number of the journal.
    pub(crate) const fn number(&self) -> u32 {
        self.number
    }

    /// Acts on record.
    pub(crate) const fn acts(&self) -> u32 {
        self.acts
    }

    /// Digest of the last act.
    pub(crate) const fn head(&self) -> Sha256Digest {
        self.head
    }

    /// When the last act was done.
    pub(crate) const fn last(&self) -> Timestamp {
        self.last
    }
}

/// Says both in the words of a journal's own errors.
macro_rules! journal_errors {
    ($type:ty) => {
        impl From<$crate::casework::OutOfPlace> for $type {
            fn from(error: $crate::casework::OutOfPlace) -> Self {
                let $crate::casework::OutOfPlace { found, expected } = error;
                Self::OutOfPlace { found, expected }
            }
        }

        impl From<$crate::casework::ClockBehind> for $type {
            fn from(error: $crate::casework::ClockBehind) -> Self {
                let $crate::casework::ClockBehind { at, last } = error;
                Self::ClockBehind { at, last }
            }
        }
    };
}
pub(crate) use journal_errors;
