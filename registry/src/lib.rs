//! The registry: what was issued, and its state now and at any past time.
//!
//! A submission is verified before it is stored ([`intake`]), stored and sequenced in one transaction ([`tlog`],
//! [`store`]), and served from a projection of re-hashed log entries ([`ledger`], [`http`]). No key held here can
//! change what a verifier believes about a certificate: the registry signs log checkpoints and nothing else.

pub mod backup;
pub mod changes;
pub mod check;
mod clock;
pub mod config;
mod csv;
mod did_document;
pub mod directory;
mod disk;
pub mod fsck;
pub mod http;
mod init;
pub mod intake;
mod kept;
pub mod ledger;
pub mod log_key;
pub mod metrics;
pub mod mirror;
pub mod openapi;
pub mod pages;
pub mod rebuild;
pub mod record;
mod record_file;
pub mod recovery;
pub mod regulators;
mod role;
pub mod scrub;
pub mod serve;
pub mod statement;
pub mod statistics;
pub mod store;
pub mod surveillance;
pub mod tlog;
mod trust;
pub mod validity;
mod web;
pub mod webhooks;

pub use clock::Clock;
pub use disk::{DiskLow, DiskReserve};
pub use init::{InitError, InitRequest, Initialised, init};
pub use role::Role;
pub use serve::{Running, StartError, start, start_reader};
pub use trust::{TrustError, TrustStore, Trusted};
