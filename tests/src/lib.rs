//! End-to-end, browser, crash and load tests over the built programs.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: what fails here fails a test"
)]

pub mod corpus;
pub mod postgres;
pub mod road;
pub mod sample;
pub mod written;
