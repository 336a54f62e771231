//! The registry from outside: a real server on a loopback port, real signatures, a database and folder per test.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod answers;
mod app;
mod backup;
mod bounds;
mod changes;
mod check_config;
mod command;
mod damage;
mod deploy;
mod documents;
mod hostile;
mod http;
mod log_time;
mod logs;
mod metrics;
mod openapi;
mod owner_records;
mod pages;
mod refusals;
mod regulator;
mod restart;
mod road;
mod routes;
mod schemathesis;
mod sizes;
mod snapshot;
mod statement;
mod statistics;
mod surveillance;
mod webhooks;
#[path = "../../../verifier/tests/fixture/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "shared with the verifier's tests, which use all of it"
)]
mod world;
