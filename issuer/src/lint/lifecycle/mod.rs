//! Rules about the form of lifecycle events.

pub(super) mod event_digest;
pub(super) mod event_grounds;
pub(super) mod event_subject;
