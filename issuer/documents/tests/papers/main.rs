//! The papers from outside: what is printed, attached, read back; what is refused.
#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

mod certificate;
mod fixture;
mod hostile;
mod mark;
mod reading;
mod report;
mod sealed;
mod templates;

#[path = "../../../../tests/src/sample.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the sample generator of the end-to-end tests, of which the papers use a part"
)]
mod sample;
