//! Statements: everything the registry has on where a certificate stood at an instant or on a day, put together so
//! that anybody can check it offline ([`touchstone_verifier::statement`]).

use std::collections::BTreeSet;

use touchstone_schemas::{
    budget::MAX_REQUEST_STATUS_LISTS,
    credential::{CredentialNumber, Version},
    date_time::{Date, DateTimeError, Timestamp},
    jcs,
    status::StatusPurpose,
    submission::Receipt,
};
use touchstone_verifier::{
    input::{Facts, LoggedDocument, Policy, Request},
    statement::Statement,
};

use crate::{
    Trusted,
    ledger::Ledger,
    record::{CertificateRecord, LoggedBytes, RecordError, read_logged, read_record},
    store::Store,
    tlog::{Published, Shared},
};

/// Length of a bare date.
const DATE_BYTES: usize = 10;

/// What is asked about: an instant, or the part of a day that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first instant.
    pub from: Timestamp,
    /// The last.
    pub until: Timestamp,
}

/// Why a text names no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// Neither an instant nor a date.
    #[error("{0}; wanted an instant YYYY-MM-DDThh:mm:ssZ or a day YYYY-MM-DD in China")]
    Form(DateTimeError),
    /// Later than now.
    #[error("it begins at {from}, which is later than now, {now}")]
    Future {
        /// Its first instant.
        from: Timestamp,
        /// The time now.
        now: Timestamp,
    },
}

impl PeriodError {
    /// The byte of the text from which on it is wrong.
    #[must_use]
    pub fn offset(self) -> usize {
        match self {
            Self::Form(error) => offset_of(error),
            Self::Future { .. } => 0,
        }
    }
}

/// The byte of a text from which on it is no date or instant.
#[must_use]
pub fn offset_of(error: DateTimeError) -> usize {
    match error {
        DateTimeError::Form { offset, .. } => offset,
        DateTimeError::Length { expected, found, .. } => expected.min(found),
        DateTimeError::Field { field, .. } => match field {
            "month" => 5,
            "day" => 8,
            "hour" => 11,
            "minute" => 14,
            "second" => 17,
            _ => 0,
        },
    }
}

impl Period {
    /// One instant.
    #[must_use]
    pub const fn instant(at: Timestamp) -> Self {
        Self { from: at, until: at }
    }

    /// Reads an instant, or a day in China as far as it has passed.
    ///
    /// # Errors
    /// [`PeriodError`].
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, PeriodError> {
        let period = if text.len() <= DATE_BYTES {
            let day = Date::parse(text).map_err(PeriodError::Form)?;
            Self {
                from: day.start(),
                until: day.end().min(now),
            }
        } else {
            Self::instant(Timestamp::parse(text).map_err(PeriodError::Form)?)
        };
        if period.from > now {
            let from = period.from;
            return Err(PeriodError::Future { from, now });
        }
        Ok(period)
    }

    fn contains(self, at: Timestamp) -> bool {
        (self.from..=self.until).contains(&at)
    }
}

/// What is said on a number.
#[derive(Clone, Debug)]
pub enum Stated {
    /// It is here.
    Held {
        /// What can be checked.
        statement: Box<Statement>,
        /// The record it was made from.
        record: Box<CertificateRecord>,
    },
    /// It is not.
    Absent(Absence),
}

/// That a number is not here, as of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// How many entries the log had.
    pub entries: u64,
    /// The signed checkpoint over them.
    pub checkpoint: String,
    /// When this was said.
    pub made_at: Timestamp,
}

impl Absence {
    /// As of the newest checkpoint.
    #[must_use]
    pub fn of(published: &Published, now: Timestamp) -> Self {
        Self {
            entries: published.tree.size(),
            checkpoint: published.checkpoint.to_string(),
            made_at: now,
        }
    }
}

/// Why there is no statement.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A stored document that is no text, which no document of the log is.
    #[error("a stored document is not UTF-8")]
    NotText,
    /// So many changes within a day that a verifier would not look at all of them.
    #[error(
        "{lists} versions of status lists belong to that day, at most {MAX_REQUEST_STATUS_LISTS} are looked at"
    )]
    TooMany {
        /// Versions of status lists needed.
        lists: usize,
    },
}

/// Puts a statement together. Without a version it is about the one that was in use at the end of the period.
///
/// # Errors
/// [`StatementError`]: nothing is stated that is not what the log recorded.
pub async fn make_statement(
    store: &Store,
    shared: &Shared,
    trust: (&Trusted, &Policy),
    named: (&CredentialNumber, Option<Version>),
    period: Period,
    now: Timestamp,
) -> Result<Stated, StatementError> {
    let (number, version) = named;
    let version = version.or_else(|| version_in_use(&shared.read().ledger, number, period.until));
    let record = match version {
        Some(version) => read_record(store, shared, number, Some(version), now).await?,
        None => None,
    };
    let Some(record) = record else {
        return Ok(Stated::Absent(Absence::of(&shared.read(), now)));
    };
    let instants = instants(&record, period);
    let lists = {
        let published = shared.read();
        lists(&published.ledger, record.credential.status.list, &instants)
    };
    if lists.len() > MAX_REQUEST_STATUS_LISTS {
        return Err(StatementError::TooMany { lists: lists.len() });
    }
    let mut facts = Facts {
        trust_list: Some(trust.0.document().to_owned()),
        receipt: Some(receipt_text(&record.credential_document.receipt)?),
        ..Facts::default()
    };
    for (_, bytes) in &record.events {
        facts.events.push(logged(bytes.clone())?);
    }
    let mut list_receipts = Vec::with_capacity(lists.len());
    for index in lists {
        let (_, bytes) = read_logged(store, shared, index).await?;
        let LoggedDocument { document, receipt } = logged(bytes)?;
        facts.status_lists.push(document);
        list_receipts.push(receipt);
    }
    let statement = Statement {
        from: period.from,
        until: period.until,
        instants: instants.into_iter().collect(),
        list_receipts,
        request: Request {
            document: text(record.credential_document.document.clone())?,
            facts,
            now: record.as_of,
            at: Some(period.from),
            policy: trust.1.clone(),
            need: None,
        },
    };
    Ok(Stated::Held {
        statement: Box::new(statement),
        record: Box::new(record),
    })
}

/// The newest version that had begun; before the first had, the first.
pub(crate) fn version_in_use(ledger: &Ledger, number: &CredentialNumber, at: Timestamp) -> Option<Version> {
    let versions = ledger.versions(number);
    let begun = |version: &&Version| {
        ledger
            .credential(&(number.clone(), **version))
            .is_some_and(|held| held.terms.valid_from.start() <= at)
    };
    versions.iter().rev().find(begun).or(versions.first()).copied()
}

/// Both ends, and every moment at which an event took effect or became known.
fn instants(record: &CertificateRecord, period: Period) -> BTreeSet<Timestamp> {
    let events = record.events.iter();
    let changes = events.flat_map(|(event, bytes)| [event.effective, bytes.receipt.entry.recorded]);
    let mut instants: BTreeSet<Timestamp> = changes.filter(|at| period.contains(*at)).collect();
    instants.extend([period.from, period.until]);
    instants
}

/// The entries of the lists that were about each instant, of those shown then, and of the newest.
fn lists(ledger: &Ledger, list: u32, instants: &BTreeSet<Timestamp>) -> BTreeSet<u64> {
    let mut wanted = BTreeSet::new();
    let newest_message = ledger
        .list((StatusPurpose::Message, list))
        .map(|held| held.valid_from);
    for purpose in StatusPurpose::ALL {
        let key = (purpose, list);
        for at in instants {
            wanted.extend(ledger.list_version_at(key, *at).map(|version| version.index));
            wanted.extend(ledger.list_version_shown(key, *at).map(|version| version.index));
        }
        let then = newest_message.and_then(|at| ledger.list_version_at(key, at));
        wanted.extend(then.map(|version| version.index));
    }
    wanted
}

fn logged(bytes: LoggedBytes) -> Result<LoggedDocument, StatementError> {
    Ok(LoggedDocument {
        document: text(bytes.document)?,
        receipt: receipt_text(&bytes.receipt)?,
    })
}

fn receipt_text(receipt: &Receipt) -> Result<String, StatementError> {
    text(jcs::to_canonical(receipt))
}

/// Signed documents and receipts are JSON, and so UTF-8.
fn text(bytes: Vec<u8>) -> Result<String, StatementError> {
    String::from_utf8(bytes).map_err(|_| StatementError::NotText)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_bare_date_is_a_day_in_china_as_far_as_it_has_passed() {
        let now = at("2026-06-15T04:00:00Z");
        let yesterday = Period::parse("2026-06-14", now).unwrap();
        assert_eq!(
            (yesterday.from, yesterday.until),
            (at("2026-06-13T16:00:00Z"), at("2026-06-14T15:59:59Z"))
        );
        assert_eq!(Period::parse("2026-06-15", now).unwrap().until, now);
        assert_eq!(
            Period::parse("2026-06-15T04:00:00Z", now),
            Ok(Period::instant(now))
        );
    }

    #[test]
    fn what_names_no_period_is_refused_with_its_place() {
        let now = at("2026-06-15T04:00:00Z");
        for (text, offset) in [
            ("", 0),
            ("2026-13-01", 5),
            ("2026-02-29", 8),
            ("2026/02/01", 4),
            ("2026-06-14T24:00:00Z", 11),
            ("2026-06-14T04:00:00+08:00", 20),
            ("2026-06-1", 9),
            ("2026-06-16", 0),
        ] {
            assert_eq!(Period::parse(text, now).unwrap_err().offset(), offset, "{text}");
        }
    }
}
