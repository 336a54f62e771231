//! touchstone-issuer: the certification body's office, from application to signed certificate.
//!
//! The road of one certificate (DESIGN §3): [`application`] → [`evaluation`] → [`prepare`] (with [`lint`]) → stored →
//! signed ([`keys`]) → delivered ([`outbox`]). Its later life: [`lifecycle_actions`] and [`status_authority`].

pub mod after_issue;
pub mod alarms;
pub mod application;
pub mod batch;
pub mod body;
pub mod ca;
pub mod casework;
pub mod ceremony;
pub mod complaint;
pub mod config;
pub mod console;
pub mod documents;
pub mod download;
pub mod evaluation;
pub mod file;
pub mod init;
pub mod issue;
pub mod key_change;
pub mod keys;
pub mod lifecycle_actions;
pub mod lint;
pub mod mass_action;
pub mod may_sign;
pub mod notices;
pub mod office;
pub mod outbox;
pub mod owner_keys;
pub mod owner_record;
pub mod prepare;
pub mod qr;
pub mod recheck;
pub mod registry;
pub mod scheme_folder;
pub mod signing;
pub mod snapshot;
pub mod status_authority;
pub mod store;
pub mod token;
pub mod trust_list;
pub mod void;
pub mod watch;

pub use touchstone_readers::sheet;
