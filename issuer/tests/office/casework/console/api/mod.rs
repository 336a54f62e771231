//! The JSON API: one road by programs, each act once, nobody beyond their token and their roles.

mod client;
mod document;
mod once;
mod refusals;
mod road;
mod routes;
mod schemathesis;
mod tokens;
