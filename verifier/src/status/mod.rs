//! Status: lists and snapshots of a status authority, opened, and what they say of one credential.

mod authority;
mod list;
mod reading;
mod snapshot;

pub(crate) use self::reading::{StatusReading, StatusSources, read_status};
pub use self::{
    authority::AuthorityRefused,
    list::{OpenedStatusList, StatusListRefused, open_status_list},
    snapshot::{OpenedSnapshot, SnapshotRefused, open_snapshot},
};
