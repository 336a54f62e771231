//! The life of a certificate after it was issued (DOMAIN §2): events, states, lawful transitions.

mod event;
mod event_wire;
mod reason;
mod state;
mod transition;

pub use event::{Change, Event, EventKind, Successor};
pub use event_wire::{EventError, event_contexts};
pub use reason::EventReason;
pub use state::{RecordedEvent, State, Surveillance, Terms, state, surveillance_due};
pub use transition::{TransitionError, check_transition};
