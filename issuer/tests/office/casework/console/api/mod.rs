//! The JSON API: one road by programs, each act once, nobody beyond their token and their roles.

mod batches;
mod client;
mod clients;
mod complaints;
mod document;
mod measures;
mod once;
mod people;
mod refusals;
mod road;
mod routes;
mod schemathesis;
mod tokens;
