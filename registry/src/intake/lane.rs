//! Two lanes into the log (DESIGN §6): a submission that ends or suspends a certificate waits behind no other and is
//! never shed; of all others only so many are taken at a time, and the rest told to come again before anything is
//! checked.

use std::{num::NonZero, sync::Arc};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use touchstone_schemas::{json::Value, lifecycle::EventKind, submission::DocumentKind};

use super::RawDocument;
use crate::tlog::Refused;

/// Which lane a submission takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lane {
    /// One among others.
    #[default]
    Usual,
    /// It takes the force of a certificate away.
    Urgent,
}

impl Lane {
    /// The lane of a submission, by what its documents call themselves. Whoever lies about that has the intake token,
    /// and gains a place in the queue.
    #[must_use]
    pub fn of(documents: &[RawDocument]) -> Self {
        if documents.iter().any(|document| document.lane == Self::Urgent) {
            Self::Urgent
        } else {
            Self::Usual
        }
    }

    pub(super) fn of_document(kind: DocumentKind, document: &Value<'_>) -> Self {
        const URGENT: [EventKind; 3] = [EventKind::Suspended, EventKind::Withdrawn, EventKind::Cancelled];
        let event = document
            .pointer("/credentialSubject/event")
            .and_then(Value::as_str);
        let event = event.and_then(|event| event.parse::<EventKind>().ok());
        match event {
            Some(event) if kind == DocumentKind::Event && URGENT.contains(&event) => Self::Urgent,
            _ => Self::Usual,
        }
    }
}

/// How many submissions of the usual lane are taken, and how many of those are checked at once.
#[derive(Clone, Debug)]
pub struct Gate {
    places: Arc<Semaphore>,
    checking: Arc<Semaphore>,
}

/// A place in a lane, until it is dropped.
#[derive(Debug)]
pub struct Admission {
    place: Option<OwnedSemaphorePermit>,
}

impl Gate {
    /// A gate with so many places. As many submissions are checked at once as there are processors: more would only
    /// take time from those that serve and write.
    #[must_use]
    pub fn with_places(places: usize) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            places: Arc::new(Semaphore::new(places.clamp(1, Semaphore::MAX_PERMITS))),
            checking: Arc::new(Semaphore::new(processors)),
        }
    }

    /// Takes a place.
    ///
    /// # Errors
    /// [`Refused::Busy`] when the usual lane is full.
    pub fn enter(&self, lane: Lane) -> Result<Admission, Refused> {
        let place = match lane {
            Lane::Urgent => None,
            Lane::Usual => {
                let place = Arc::clone(&self.places).try_acquire_owned();
                Some(place.map_err(|_| Refused::Busy)?)
            }
        };
        Ok(Admission { place })
    }

    /// Waits for a turn at being checked; the urgent lane does not wait.
    pub async fn turn(&self, admission: &Admission) -> Option<OwnedSemaphorePermit> {
        admission.place.as_ref()?;
        // Never closed.
        Arc::clone(&self.checking).acquire_owned().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_gate_lets_the_urgent_lane_through() {
        let gate = Gate::with_places(1);
        let usual = gate.enter(Lane::Usual).unwrap();
        assert!(matches!(gate.enter(Lane::Usual), Err(Refused::Busy)));
        let urgent = gate.enter(Lane::Urgent).unwrap();
        let processors = std::thread::available_parallelism().unwrap().get();
        let mut turns = Vec::new();
        for _ in 0..processors {
            turns.push(gate.turn(&usual).await.unwrap());
        }
        assert!(gate.turn(&urgent).await.is_none());
        drop(usual);
        assert!(gate.enter(Lane::Usual).is_ok());
    }

    #[test]
    fn what_takes_force_away_is_urgent() {
        let lane = |kind, event: &str| {
            let text = format!(r#"{{"credentialSubject":{{"event":"{event}"}}}}"#);
            let document = touchstone_schemas::json::parse(text.as_bytes(), text.len()).unwrap();
            Lane::of_document(kind, &document)
        };
        for event in ["withdrawn", "suspended", "cancelled"] {
            assert_eq!(lane(DocumentKind::Event, event), Lane::Urgent, "{event}");
            assert_eq!(lane(DocumentKind::Credential, event), Lane::Usual, "{event}");
        }
        for event in ["surveillancePassed", "reinstated", "superseded", "corrected", "x"] {
            assert_eq!(lane(DocumentKind::Event, event), Lane::Usual, "{event}");
        }
    }
}
