//! The store's contract (`src/store/mod.rs`), line by line, on both engines.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

#[path = "../../../tests/src/road/absent.rs"]
#[allow(unreachable_pub, reason = "shared with the tests of the road")]
mod absent;
mod batches;
mod contract;
mod disk_full;
mod engines;
mod failing;
mod guards;
#[path = "../office/log_server.rs"]
#[allow(dead_code, reason = "shared with the tests of the office")]
mod log_server;
#[path = "../../../tests/src/postgres.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with tests that use all of it")]
mod postgres;
mod road;
#[path = "../office/casework/staff.rs"]
#[allow(dead_code, reason = "shared with the tests of the office")]
mod staff;
#[path = "../office/test_office.rs"]
#[allow(dead_code, reason = "shared with the tests of the office")]
mod test_office;
mod together;

use engines::Engines;

/// Everything, one after the other: one server serves it all.
async fn hold(engines: &Engines) {
    contract::a_database_is_made_once_and_by_create_alone(engines).await;
    guards::the_database_refuses_by_itself(engines).await;
    road::every_part_of_the_office_works(engines).await;
    batches::a_batch_is_taken_in_judged_and_issued(engines).await;
    together::nobody_writes_beside(engines).await;
    failing::a_unit_of_work_is_stored_whole_or_not_at_all(engines).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_the_contract() {
    hold(&Engines::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_keeps_the_contract() {
    if let Some(engines) = Engines::postgres() {
        hold(&engines).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_dies_between_two_acts_loses_nothing() {
    if let Some(server) = engines::server() {
        failing::a_server_dies_between_two_acts(server).await;
    }
}
