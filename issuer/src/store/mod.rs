//! What the office keeps, and on what terms.
//!
//! The contract, whichever engine keeps it:
//!
//! - **All or nothing.** What a function stored is durable when it returns, after a loss of power too. When it failed,
//!   nothing of it is there; when a server was lost while it committed, all of it or nothing.
//! - **Nobody beside.** While a unit of work lasts, nobody else writes: what it read stays so until it is stored.
//! - **Once.** A (number, version), a place in the status lists, an event's place and its decision, a list's sequence, an
//!   act's place in its journal, a key of a person: none is given twice, whatever the code does.
//! - **Kept apart.** Nobody stands on both sides of a file, and journals are only written on: the database itself refuses
//!   to do otherwise, and says it in words that become one [`StoreError`] on both engines.
//! - **Not the end.** A full disk or a server that was away fails what was under way. What comes after goes on by itself.
//! - **No database is made by accident.** [`Store::create`] alone makes one; [`Store::open`] of a missing one fails.
//!
//! Two engines keep it with one text of each statement (`sql`), and a folder of migrations each. A new kind of row comes
//! with a migration in both, and a case in `issuer/tests/store`, which holds both to this contract.

mod alarm;
mod api_request;
mod application;
mod attachment;
mod batch;
#[cfg(test)]
mod both_engines;
mod casework;
mod complaint;
mod console;
mod credential;
mod download;
mod draft;
mod duty;
mod error;
mod event;
mod journal;
mod known_instant;
mod link;
mod measure;
mod notice;
mod obligation;
mod personnel;
mod snapshot;
mod sql;
mod status_list;
mod submission;
mod token;
mod trust_list;
mod void;
mod watch;

use self::link::Link;
pub use alarm::{Alarm, AlarmKind, Finding, Lifting};
pub use application::StoredApplication;
pub use attachment::AttachmentAccess;
pub use batch::BatchRow;
pub use casework::ListedCase;
pub use complaint::ListedComplaint;
pub use credential::{ListedCredential, StoredCredential};
pub use download::ListedDownload;
pub use error::StoreError;
pub use event::{ListedEvent, StoredEvent};
pub use known_instant::InstantSource;
pub use measure::ListedMeasure;
pub use notice::{Contact, NewNotice, StoredNotice};
pub use obligation::{ListedObligation, WorklistCursor};
pub use snapshot::NewSnapshot;
pub use status_list::StoredStatusList;
pub use submission::{Stage, StoredSubmission, SubmissionDocument};
pub use token::StoredToken;
pub use touchstone_database::{NotDurable, Place, PlaceError, Server};
pub use void::Void;
pub use watch::{OnFile, ReceiptOnFile};

/// The database of one office, opened by one process at a time.
#[derive(Debug)]
pub struct Store {
    link: Link,
    // Written by the next unit of work.
    noted: Option<RequestKey>,
}

impl Store {
    /// Makes a new database: a file of mode 0600, as are those that SQLite puts beside it, or the tables in a server's
    /// database, which itself must be there and hold no office.
    ///
    /// # Errors
    /// [`StoreError::File`], [`StoreError::Exists`], or what the database says.
    pub async fn create(place: &Place) -> Result<Self, StoreError> {
        Ok(Self {
            link: Link::create(place).await?,
            noted: None,
        })
    }

    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::NotDurable`], or what the database says.
    pub async fn open(place: &Place) -> Result<Self, StoreError> {
        Ok(Self {
            link: Link::open(place).await?,
            noted: None,
        })
    }

    /// Waits while another process has the office of this database open, and keeps others waiting as long as this lives.
    /// Where the database is a file, that is for the caller to see to.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn take_turn(&mut self) -> Result<(), StoreError> {
        self.link.take_turn().await
    }

    /// Closes it.
    pub async fn close(self) {
        self.link.close().await;
    }

    /// Begins a unit of work that nobody else writes beside.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn begin(&mut self) -> Result<Unit<'_>, StoreError> {
        let mut unit = self.link.begin().await?;
        if let Some(request) = self.noted.take() {
            api_request::insert_request(&mut unit, &request).await?;
        }
        Ok(unit)
    }

    /// The connection, for reading.
    ///
    /// # Errors
    /// What the database says when it is connected to anew.
    pub(crate) async fn connection(&mut self) -> Result<Session<'_>, StoreError> {
        self.link.session().await
    }
}

pub(crate) use alarm::raise_alarm;
pub(crate) use api_request::{DoneRequest, JournalKind, JournalPlace, RequestKey, name_request};
pub(crate) use application::{insert_application, next_sequence};
pub(crate) use attachment::insert_attachment;
pub(crate) use batch::{
    batch_of_file, insert_batch_act, insert_batch_row, next_batch, read_batch, row_said_before,
};
pub(crate) use casework::{insert_case_act, link_case, next_case, read_case};
pub(crate) use complaint::{
    insert_complaint_act, insert_mismatch, involved_in, newest_mismatch, next_complaint, read_complaint,
    taken_mismatch,
};
pub(crate) use console::{Account, ConsoleEvent, Failures};
pub(crate) use credential::{
    Given, allocate_index, insert_credential, number_given, store_signed_credential,
};
pub(crate) use download::{NewDownloadLink, insert_download_link};
pub(crate) use draft::{DraftOf, StoredDraft};
pub(crate) use event::{insert_event, store_signed_event};
pub(crate) use journal::StoredAct;
pub(crate) use known_instant::note_instant;
pub(crate) use measure::{
    append_measure_act, insert_measure_act, link_event_case, link_measure, next_measure, read_measure,
};
pub(crate) use personnel::{insert_personnel_act, read_personnel};
pub(crate) use sql::{Session, Unit};
pub(crate) use status_list::insert_status_list;
pub(crate) use submission::{
    ReceiptRow, accept, attach, give_up, hinder, insert_submission, refuse, seal, set_apart, split, unseal,
};
pub(crate) use token::NewToken;
pub(crate) use void::insert_void;
pub(crate) use watch::{keep_watched_entry, keep_watched_log};
