//! The registry from outside: a real server on a loopback port, real signatures, a database and folder per test.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "tests"
)]

/// Makes each of these functions a test on SQLite and one on PostgreSQL.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name(crate::engines::Engines::sqlite()).await;
                }
            )+
        }
        mod on_postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    if let Some(engines) = crate::engines::Engines::postgres() {
                        super::$name(engines).await;
                    }
                }
            )+
        }
    };
}

#[path = "../../../tests/src/road/absent.rs"]
#[allow(unreachable_pub, reason = "shared with the tests of the road")]
mod absent;
mod answers;
mod app;
mod backup;
mod bit_flips;
mod bounds;
mod changes;
mod check_config;
mod command;
mod damage;
mod deploy;
mod directory;
#[cfg(target_os = "linux")]
mod disk_full;
mod documents;
#[path = "../store/engines.rs"]
#[allow(dead_code, reason = "shared with the tests of the store")]
mod engines;
mod faults;
mod handbook;
mod hostile;
mod http;
mod kills;
mod log_time;
mod logs;
mod metrics;
mod mirror;
mod mismatch;
mod openapi;
mod owner_records;
mod pages;
#[path = "../../../tests/src/postgres.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with tests that use all of it")]
mod postgres;
mod readers;
mod rebuild;
mod recovery;
mod refusals;
mod regulator;
mod restart;
mod road;
mod routes;
mod schemathesis;
mod scrub;
mod sizes;
mod snapshot;
mod statement;
mod statistics;
mod surveillance;
mod validity;
mod verifications;
mod webhooks;
mod webhooks_https;
#[path = "../../../verifier/tests/fixture/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "shared with the verifier's tests, which use all of it"
)]
mod world;
