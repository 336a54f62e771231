//! What an event on file was prepared on, read and checked again.

use super::{DecidedMeasure, MeasureError, desk};
use crate::{
    casework::{self, CaseworkError, DecidedCase},
    office::{Office, Papers},
    prepare::EventWarrant,
    store::{StoreError, StoredEvent},
};

/// What an event was prepared on.
#[derive(Debug)]
pub enum EventGrounds {
    /// A decided measure.
    Measure(Box<DecidedMeasure>),
    /// The decided case of the certificate that follows.
    Case(Box<DecidedCase>),
    /// Neither: the one-command road.
    None,
}

/// Why they do not hold.
#[derive(Debug, thiserror::Error)]
pub enum GroundsError {
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The measure does not hold any more.
    #[error(transparent)]
    Measure(MeasureError),
    /// The case does not hold any more.
    #[error(transparent)]
    Case(CaseworkError),
}

impl EventGrounds {
    /// Those of an event, checked as they are on record now.
    ///
    /// # Errors
    /// [`GroundsError`].
    pub async fn read(office: &mut Office, stored: &StoredEvent) -> Result<Self, GroundsError> {
        if let Some(measure) = stored.measure {
            return match desk::decided(&mut office.store, measure).await {
                Ok(decided) => Ok(Self::Measure(Box::new(decided))),
                Err(MeasureError::Store(error)) if !matches!(error, StoreError::Unreadable { .. }) => {
                    Err(error.into())
                }
                Err(error) => Err(GroundsError::Measure(error)),
            };
        }
        let Some(case) = stored.case else {
            return Ok(Self::None);
        };
        match casework::desk::decided_at(office, case, stored.prepared_at).await {
            Ok(decided) => Ok(Self::Case(Box::new(decided))),
            Err(CaseworkError::Store(error)) if !matches!(error, StoreError::Unreadable { .. }) => {
                Err(error.into())
            }
            Err(error) => Err(GroundsError::Case(error)),
        }
    }

    /// The right they give; none under a real root where there is nothing decided.
    #[must_use]
    pub fn warrant(&self, papers: &Papers) -> Option<EventWarrant<'_>> {
        match self {
            Self::Measure(measure) => Some(EventWarrant::Measure(measure)),
            Self::Case(decided) => Some(EventWarrant::Successor(decided)),
            Self::None => papers.test_root().map(EventWarrant::TestRoot),
        }
    }
}
