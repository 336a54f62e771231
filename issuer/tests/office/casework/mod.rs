//! Casework: from an application to a certificate, everybody at their own step.

mod batch;
mod change;
mod complaints;
mod console;
mod journal;
mod measures;
mod model;
mod people;
mod race;
mod road;
mod second_scheme;
mod shell;
mod signing;
mod staff;
mod withdrawals;
mod work;
mod worklist;

pub(crate) use staff::{hire as hire_people, text};
