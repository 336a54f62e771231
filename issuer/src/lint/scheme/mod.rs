//! Rules of the scheme: its data decide, nothing here is fixed.

pub(super) mod dates;
pub(super) mod eligibility;
pub(super) mod event_dates;
pub(super) mod grade;
pub(super) mod known;
pub(super) mod number;
pub(super) mod reapplication;
pub(super) mod recertification;
pub(super) mod sites;
pub(super) mod texts;
pub(super) mod transition;
