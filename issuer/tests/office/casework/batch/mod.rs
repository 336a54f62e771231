//! Batches: sheets in, one signature for many, and certificates out.

mod hostile_sheets;
mod killed;
mod papers;
mod rows;
mod sheets;
mod staff;
mod together;
