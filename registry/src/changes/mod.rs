//! Changes: what happened to certificates, one after the other. Issues and events as the log recorded them, and what
//! came about by date alone. Numbers, states and instants; whose certificate it is stands in its record.

mod by_date;
mod of_certificate;
mod of_log;
mod page;
mod position;
mod stream;

pub use by_date::{DateChange, changes_by_date};
pub use of_certificate::{changes_of, dates_of};
pub use of_log::{ChangeOfLog, LogPage, LogPageError, change_of_entry, log_page};
pub use page::{PAGE_CHANGES, Page, page_of};
pub use position::{Pass, Position, PositionError};
pub use stream::{Among, Selection, Step, next_steps};

use touchstone_schemas::{
    credential::{CredentialNumber, RegistryBase, Version, credential_id},
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    jcs::Encode,
    lifecycle::EventKind,
    record,
    tlog::Origin,
};
use touchstone_verifier::report::StateName;

/// The year in which a registry's names of changes were first given out (RFC 4151 wants a date).
const TAG_DATE: &str = "2026";

/// One change of one certificate. It stays as it is: later events do not alter what an earlier change was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The certificate.
    pub number: CredentialNumber,
    /// Its version.
    pub version: Version,
    /// What happened.
    pub kind: ChangeKind,
    /// The state with it, as was known then.
    pub state: StateName,
    /// When it took effect.
    pub effective: Timestamp,
    /// When it became known: the log's time, of a change by date its own instant.
    pub known: Timestamp,
    /// Index of its log entry; a change by date has none.
    pub index: Option<u64>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// The certificate was issued.
    Issued,
    /// An event of its life.
    Event(EventKind),
    /// A date came.
    ByDate(DateChange),
}

impl ChangeKind {
    /// Its name in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Event(event) => event.name(),
            Self::ByDate(date) => date.name(),
        }
    }
}

impl Encode for ChangeKind {
    fn encode(&self, out: &mut Vec<u8>) {
        self.name().encode(out);
    }
}

/// How a registry names things: its base and its log.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// Base URL.
    pub base: &'a RegistryBase,
    /// Origin of the log.
    pub origin: &'a Origin,
}

impl Names<'_> {
    /// A `tag:` URI (RFC 4151): the same name at whatever address it is read.
    #[must_use]
    pub fn tag(self, specific: &str) -> String {
        format!("tag:{},{TAG_DATE}:{specific}", self.base.host())
    }

    /// The name of a change: the log's place of its entry, or the certificate and the day.
    #[must_use]
    pub fn id(self, change: &Change) -> String {
        match change.index {
            Some(index) => self.tag(&format!("{}/{index}", self.origin.as_str())),
            None => self.tag(&format!(
                "{}/{}/{}/{}",
                change.number,
                change.version,
                change.kind.name(),
                Date::of(change.known)
            )),
        }
    }

    /// Name of the message that carries a change to a subscriber: the same each time, without a full stop.
    #[must_use]
    pub fn message_id(self, change: &Change) -> String {
        let digest = Sha256Digest::of(self.id(change).as_bytes()).to_string();
        format!("chg_{}", digest.get(..MESSAGE_ID_DIGITS).unwrap_or(&digest))
    }

    /// Where the certificate's record is.
    #[must_use]
    pub fn record_url(self, change: &Change) -> String {
        credential_id(self.base, &change.number, change.version)
    }
}

/// Digits of a message's name: 128 bits, never the same for two changes.
const MESSAGE_ID_DIGITS: usize = 32;

/// A change as JSON: what feeds and webhooks say of it.
#[derive(Clone, Debug)]
pub struct ChangeJson<'a> {
    change: ChangeKind,
    effective: Timestamp,
    index: Option<u64>,
    known: Timestamp,
    number: &'a CredentialNumber,
    record: String,
    state: StateName,
    version: Version,
}

record! { write ChangeJson<'_> {
    "change": change,
    "effective": effective,
    "index"? index,
    "known": known,
    "number": number,
    "record": record,
    "state": state,
    "version": version,
} }

impl<'a> ChangeJson<'a> {
    /// Of a change.
    #[must_use]
    pub fn of(change: &'a Change, names: Names<'_>) -> Self {
        Self {
            change: change.kind,
            effective: change.effective,
            index: change.index,
            known: change.known,
            number: &change.number,
            record: names.record_url(change),
            state: change.state,
            version: change.version,
        }
    }
}
