//! The office's database: SQLite in write-ahead mode, every commit synced.
//!
//! Contract: what a function stored is durable when it returns, or nothing of it is. A (number, version), a (list,
//! index), an event's place and a list's sequence are given once, whatever the code does; so are the sides of a file.
//! A missing database is an error; [`Store::create`] alone makes one.

mod alarm;
mod api_request;
mod application;
mod attachment;
mod batch;
mod casework;
mod complaint;
mod console;
mod credential;
mod download;
mod draft;
mod duty;
mod error;
mod event;
mod known_instant;
mod measure;
mod notice;
mod obligation;
mod personnel;
mod snapshot;
mod status_list;
mod submission;
mod token;
mod trust_list;
mod void;
mod watch;

use std::path::Path;
use std::time::Duration;

use sqlx::{
    Connection, Sqlite, SqliteConnection, Transaction,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::file;

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
pub use void::Void;
pub use watch::{OnFile, ReceiptOnFile};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The database of one office, opened by one process at a time.
#[derive(Debug)]
pub struct Store {
    connection: SqliteConnection,
    // Written by the next unit of work.
    noted: Option<RequestKey>,
}

impl Store {
    /// Makes a new database, of mode 0600; the files SQLite puts beside it take its mode.
    ///
    /// # Errors
    /// [`StoreError::File`] or what the database says.
    pub async fn create(path: &Path) -> Result<Self, StoreError> {
        // An empty file is an empty database.
        file::create_private(path, b"")?;
        let mut store = Self {
            connection: connect(path).await?,
            noted: None,
        };
        MIGRATIONS.run(&mut store.connection).await?;
        Ok(store)
    }

    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Missing`] or what the database says.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::Missing {
                path: path.to_owned(),
            });
        }
        let mut store = Self {
            connection: connect(path).await?,
            noted: None,
        };
        MIGRATIONS.run(&mut store.connection).await?;
        Ok(store)
    }

    /// Closes it.
    pub async fn close(self) {
        // What was committed is synced already; a failure to close loses nothing.
        let _ = self.connection.close().await;
    }

    /// Begins a unit of work that nobody else writes beside.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn begin(&mut self) -> Result<Transaction<'_, Sqlite>, StoreError> {
        let mut unit = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        if let Some(request) = self.noted.take() {
            api_request::insert_request(&mut unit, &request).await?;
        }
        Ok(unit)
    }

    /// The connection, for reading.
    pub(crate) const fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

async fn connect(path: &Path) -> Result<SqliteConnection, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10));
    Ok(SqliteConnection::connect_with(&options).await?)
}

pub(crate) use alarm::raise_alarm;
pub(crate) use api_request::{DoneRequest, JournalKind, JournalPlace, RequestKey, name_request};
pub(crate) use application::{insert_application, next_sequence};
pub(crate) use attachment::insert_attachment;
pub(crate) use batch::{
    batch_of_file, insert_batch_act, insert_batch_row, next_batch, read_batch, row_said_before,
};
pub(crate) use casework::{insert_case_act, link_case, next_case, read_case};
pub(crate) use complaint::{insert_complaint_act, involved_in, next_complaint, read_complaint};
pub(crate) use console::{Account, ConsoleEvent, Failures};
pub(crate) use credential::{
    Given, allocate_index, insert_credential, number_given, store_signed_credential,
};
pub(crate) use download::{NewDownloadLink, insert_download_link};
pub(crate) use draft::{DraftOf, StoredDraft};
pub(crate) use event::{insert_event, store_signed_event};
pub(crate) use known_instant::note_instant;
pub(crate) use measure::{
    append_measure_act, insert_measure_act, link_event_case, link_measure, next_measure, read_measure,
};
pub(crate) use personnel::{StoredAct, insert_personnel_act, personnel_acts, read_personnel};
pub(crate) use status_list::insert_status_list;
pub(crate) use submission::{
    ReceiptRow, accept, attach, give_up, hinder, insert_submission, refuse, seal, set_apart, split, unseal,
};
pub(crate) use token::NewToken;
pub(crate) use void::insert_void;
pub(crate) use watch::{keep_watched_entry, keep_watched_log};
