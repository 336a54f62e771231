//! The office from outside: applications in, delivered certificates out.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod answers;
mod casework;
mod ceremony;
mod clock;
mod documents;
mod drill;
mod duties;
mod events;
mod good_road;
mod hsm;
mod interrupted;
mod log_server;
mod mass_action;
mod notices;
mod papers;
mod rechecked;
mod refused;
mod register;
mod rotation;
mod test_office;
mod token;
mod unsigned;
mod voids;
mod watched;
