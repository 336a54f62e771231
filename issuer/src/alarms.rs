//! Lifting alarms: a person entitled to it says why signing may go on.

use touchstone_schemas::{date_time::Date, text::Text};

use crate::{
    office::Office,
    store::{Lifting, StoreError},
};

/// Why alarms are not lifted.
#[derive(Debug, thiserror::Error)]
pub enum LiftError {
    /// The person does not hold the office today.
    #[error("{person} does not hold the office {office} on {day}")]
    NotEntitled {
        /// The person.
        person: Text,
        /// The office.
        office: Text,
        /// Today.
        day: Date,
    },
    /// There is none.
    #[error("no alarm stands")]
    None,
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lifts every alarm that stands; gives how many.
///
/// # Errors
/// [`LiftError`].
pub async fn lift_alarms(
    office: &mut Office,
    person: &Text,
    held: &Text,
    reason: &Text,
) -> Result<u64, LiftError> {
    let now = office.clock.now();
    let day = Date::of(now);
    if !office.papers.body.holds(person, held, day) {
        return Err(LiftError::NotEntitled {
            person: person.clone(),
            office: held.clone(),
            day,
        });
    }
    let lifting = Lifting {
        at: now,
        person: person.clone(),
        office: held.clone(),
        reason: reason.clone(),
    };
    match office.store.lift_alarms(&lifting).await? {
        0 => Err(LiftError::None),
        lifted => Ok(lifted),
    }
}
