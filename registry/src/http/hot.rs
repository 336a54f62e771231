//! Answers that many ask for, kept in memory.

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::Timestamp,
};

use super::cached::Tagged;
use crate::{
    directory::Listings,
    kept::{Kept, Weigh},
};

/// Bytes of a record as JSON, about.
const RECORD: usize = 8 * 1_024;
/// Bytes of a status list, about.
const STATUS_LIST: usize = 16 * 1_024;

/// What a record is asked by: the newest version when none is named.
type RecordKey = (CredentialNumber, Option<Version>);
/// What a record was true of: the tree's size and the instant of its states.
type Moment = (u64, Timestamp);

/// All that is kept.
#[derive(Debug)]
pub struct HotAnswers {
    /// Records as JSON.
    pub(super) records: Kept<RecordKey, Moment, Tagged>,
    /// Versions of status lists by index of their entry, each hashed again before it was kept; they never change.
    pub(super) status_lists: Kept<u64, (), Tagged>,
    /// What is listed of certificates.
    pub(super) listings: Listings,
}

impl HotAnswers {
    /// Keeps so many bytes at the most: half of them of records, the rest of lists and listings.
    #[must_use]
    pub fn with_room(bytes: usize) -> Self {
        let (records, lists) = (bytes / 2, bytes / 4);
        Self {
            records: Kept::with_room(records / RECORD, records),
            status_lists: Kept::with_room(lists / STATUS_LIST, lists),
            listings: Listings::with_room(bytes.saturating_sub(records + lists)),
        }
    }
}

impl Weigh for Tagged {
    fn bytes(&self) -> usize {
        self.len()
    }
}
