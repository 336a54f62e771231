//! The store's contract (`src/store/mod.rs`), line by line, on both engines.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../../../tests/src/road/absent.rs"]
#[allow(unreachable_pub, reason = "shared with the tests of the road")]
mod absent;
mod batches;
mod contract;
mod directory;
#[allow(dead_code, reason = "shared with the tests of the service")]
mod engines;
#[path = "../../../tests/src/postgres.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with tests that use all of it")]
mod postgres;

use engines::Engines;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_the_contract() {
    contract::hold(&Engines::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_keeps_the_contract() {
    if let Some(engines) = Engines::postgres() {
        contract::hold(&engines).await;
        contract::readers_who_wait_hold_no_batch_up(&engines.place()).await;
    }
}
