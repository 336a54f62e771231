//! Batches: sheets in, one signature for many, and certificates out.

mod hostile_sheets;
mod killed;
pub(super) mod papers;
mod rows;
mod sheets;
pub(super) mod staff;
mod together;
