//! House rules (DESIGN, THREATS).

pub(super) mod event_window;
pub(super) mod issue_date;
pub(super) mod key_window;
pub(super) mod plain_text;
pub(super) mod round_trip;
pub(super) mod symbol_size;
pub(super) mod version;
