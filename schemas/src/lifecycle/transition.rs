//! Which event may follow which state (DOMAIN §2).

use super::{Change, EventKind, RecordedEvent, State, Terms, state};
use crate::date_time::Timestamp;

/// Why an event may not follow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// The certificate has ended.
    #[error("the certificate is {ended} since event {sequence}: final stays final")]
    Ended {
        /// How it ended.
        ended: EventKind,
        /// Which event ended it.
        sequence: u32,
    },
    /// Not lawful from this state.
    #[error("{event} may not follow the state at its effective time ({state})")]
    Unlawful {
        /// The event proposed.
        event: EventKind,
        /// The state at its effective time, as known now.
        state: Box<State>,
    },
    /// `corrected` without a decision to correct, or twice.
    #[error("corrected needs an earlier withdrawn or cancelled, and follows it once")]
    NothingToCorrect,
    /// The sequence has a gap or repeats.
    #[error("event has sequence {found}, wanted {wanted}")]
    Sequence {
        /// The sequence found.
        found: u32,
        /// The sequence wanted.
        wanted: u32,
    },
    /// Takes effect before an event it must follow.
    #[error("takes effect at {effective}, before event {sequence} at {earlier}")]
    OutOfOrder {
        /// The effective time proposed.
        effective: Timestamp,
        /// The event it must follow.
        sequence: u32,
        /// That event's effective time.
        earlier: Timestamp,
    },
}

/// Whether `event` may follow `events` (all recorded events of the certificate, in order of sequence).
///
/// A final event may take effect before an earlier suspension or surveillance (a certificate obtained by false
/// statements was never good); any other event follows all earlier ones in effect too.
///
/// # Errors
/// [`TransitionError`] names the rule that is broken.
pub fn check_transition(
    terms: &Terms,
    events: &[RecordedEvent],
    event: &RecordedEvent,
) -> Result<(), TransitionError> {
    let wanted = events
        .iter()
        .map(|event| event.sequence)
        .max()
        .unwrap_or(0)
        .saturating_add(1);
    if event.sequence != wanted {
        return Err(TransitionError::Sequence {
            found: event.sequence,
            wanted,
        });
    }
    let kind = event.change.kind();
    if kind == EventKind::Corrected {
        return check_correction(events, event);
    }
    if let Some(ended) = events.iter().find(|event| event.change.kind().is_final()) {
        return Err(TransitionError::Ended {
            ended: ended.change.kind(),
            sequence: ended.sequence,
        });
    }
    let latest = events.iter().max_by_key(|event| event.effective);
    if let Some(latest) = latest.filter(|latest| !kind.is_final() && event.effective < latest.effective) {
        return Err(TransitionError::OutOfOrder {
            effective: event.effective,
            sequence: latest.sequence,
            earlier: latest.effective,
        });
    }
    let before = state(terms, events, event.effective, Timestamp::MAX);
    if is_lawful(&before, &event.change) {
        Ok(())
    } else {
        Err(TransitionError::Unlawful {
            event: kind,
            state: Box::new(before),
        })
    }
}

fn check_correction(events: &[RecordedEvent], correction: &RecordedEvent) -> Result<(), TransitionError> {
    let of = |kind: EventKind| events.iter().find(|event| event.change.kind() == kind);
    let ended = of(EventKind::Withdrawn).or_else(|| of(EventKind::Cancelled));
    match ended {
        Some(ended) if of(EventKind::Corrected).is_none() => {
            if correction.effective < ended.effective {
                return Err(TransitionError::OutOfOrder {
                    effective: correction.effective,
                    sequence: ended.sequence,
                    earlier: ended.effective,
                });
            }
            Ok(())
        }
        _ => Err(TransitionError::NothingToCorrect),
    }
}

/// The transition table.
fn is_lawful(before: &State, change: &Change) -> bool {
    let kind = change.kind();
    match before {
        State::NotYetValid { .. } => kind.is_final(),
        State::Valid { .. } | State::SurveillanceOverdue { .. } => {
            kind.is_final() || matches!(kind, EventKind::SurveillancePassed | EventKind::Suspended)
        }
        State::Suspended { .. } => {
            kind.is_final() || matches!(kind, EventKind::SurveillancePassed | EventKind::Reinstated)
        }
        State::Withdrawn { .. }
        | State::Cancelled { .. }
        | State::Superseded { .. }
        | State::Expired { .. } => false,
    }
}
