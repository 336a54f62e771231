//! Carrying acts on complaints out: each in one transaction, as for cases.

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    text::Text,
};

use super::{Complaint, ComplaintContent, ComplaintKind, ComplaintUnlawful, Concern, Received};
use crate::{
    casework::{Act, Actor, Content, NotEntitled, Passage, Personnel, check_signature, entitlement},
    store::{
        Session, Store, StoreError, insert_complaint_act, involved_in, next_complaint, read_complaint,
        read_personnel,
    },
};

/// Why an act on a complaint is not carried out. Nothing of it is recorded.
#[derive(Debug, thiserror::Error)]
pub enum ComplaintError {
    /// The records do not read, or somebody else wrote first.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No complaint of that number.
    #[error("there is no complaint {number}")]
    Unknown {
        /// The number.
        number: u32,
    },
    /// What it is about is not on file.
    #[error("{what} is not on file")]
    UnknownConcern {
        /// What was named.
        what: String,
    },
    /// The act does not follow from those before it.
    #[error(transparent)]
    Unlawful(Box<ComplaintUnlawful>),
    /// The person may not do it.
    #[error(transparent)]
    NotEntitled(Box<NotEntitled>),
    /// What has a function of its own.
    #[error("{act} is not put on record as it comes")]
    NotAsItComes {
        /// What was tried.
        act: &'static str,
    },
    /// A report of the registry that makes no complaint.
    #[error("report {reference} of the registry makes no complaint: its texts do not fit")]
    UnfitReport {
        /// Its reference there.
        reference: u64,
    },
    /// A day that has not come.
    #[error("{on} is in the future, and today is {today}")]
    InFuture {
        /// The day.
        on: Date,
        /// Today.
        today: Date,
    },
}

impl ComplaintError {
    /// Whether a rule refuses it, rather than something failing.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        !matches!(self, Self::Store(_))
    }
}

impl From<ComplaintUnlawful> for ComplaintError {
    fn from(error: ComplaintUnlawful) -> Self {
        Self::Unlawful(Box::new(error))
    }
}

impl From<NotEntitled> for ComplaintError {
    fn from(error: NotEntitled) -> Self {
        Self::NotEntitled(Box::new(error))
    }
}

impl From<sqlx::Error> for ComplaintError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A complaint that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComplaintRequest {
    /// Which of the two.
    pub kind: ComplaintKind,
    /// What it is about.
    pub concern: Concern,
    /// What it is called in lists.
    pub subject: Text,
    /// In the complainant's words.
    pub account: Passage,
    /// Who sent it, and how they are reached.
    pub sender: Passage,
    /// The day on which it came in.
    pub received_on: Date,
}

/// Puts a complaint on file, with everybody who had part in what it is about.
///
/// # Errors
/// [`ComplaintError`].
pub async fn receive(
    store: &mut Store,
    by: &Actor,
    request: ComplaintRequest,
    now: Timestamp,
) -> Result<Complaint, ComplaintError> {
    let mut unit = store.begin().await?;
    let complaint = receive_in(&mut unit, by, request, now).await?;
    unit.commit().await?;
    Ok(complaint)
}

/// The same within a transaction that is under way.
pub(super) async fn receive_in(
    unit: &mut Session<'_>,
    by: &Actor,
    request: ComplaintRequest,
    now: Timestamp,
) -> Result<Complaint, ComplaintError> {
    let (on, today) = (request.received_on, Date::of(now));
    if on > today {
        return Err(ComplaintError::InFuture { on, today });
    }
    let involved = involved_in(unit, &request.concern).await?;
    let involved = involved.map_err(|what| ComplaintError::UnknownConcern { what })?;
    let act = Act {
        journal: next_complaint(unit).await?,
        sequence: 1,
        at: now,
        by: Some(by.clone()),
        content: ComplaintContent::Received(Received {
            account: request.account,
            concern: request.concern,
            involved,
            kind: request.kind,
            received_on: request.received_on,
            sender: request.sender,
            subject: request.subject,
        }),
        previous: Act::<ComplaintContent>::root(),
    };
    let complaint = Complaint::open(&act)?;
    let personnel = read_personnel(unit).await?;
    authorize(&personnel, by, &act.content, now)?;
    insert_complaint_act(unit, &complaint, &act).await?;
    Ok(complaint)
}

/// Carries out an act of a person on a complaint on file.
///
/// # Errors
/// [`ComplaintError`].
pub async fn perform(
    store: &mut Store,
    number: u32,
    by: &Actor,
    content: ComplaintContent,
    now: Timestamp,
) -> Result<Complaint, ComplaintError> {
    if let ComplaintContent::Received(_) = content {
        let act = content.kind();
        return Err(ComplaintError::NotAsItComes { act });
    }
    let mut unit = store.begin().await?;
    let mut complaint = read_complaint(&mut unit, number)
        .await?
        .ok_or(ComplaintError::Unknown { number })?;
    let act = Act {
        journal: number,
        sequence: complaint.acts().saturating_add(1),
        at: now,
        by: Some(by.clone()),
        content,
        previous: complaint.head(),
    };
    let personnel = read_personnel(&mut unit).await?;
    authorize(&personnel, by, &act.content, now)?;
    complaint.apply(&act)?;
    insert_complaint_act(&mut unit, &complaint, &act).await?;
    unit.commit().await?;
    Ok(complaint)
}

/// Whether somebody may do an act at that instant, by the list of people: entitled, and where they decide, with a
/// signature under a key of theirs.
///
/// # Errors
/// [`ComplaintError::NotEntitled`] or [`ComplaintError::Unlawful`].
pub fn authorize(
    personnel: &Personnel,
    by: &Actor,
    content: &ComplaintContent,
    at: Timestamp,
) -> Result<(), ComplaintError> {
    entitlement(personnel, by, Complaint::charge(by, content)?, at)?;
    if let ComplaintContent::Decided(decided) = content {
        check_signature(personnel, &by.person, &decided.approval, at).map_err(ComplaintUnlawful::from)?;
    }
    Ok(())
}

/// A complaint.
///
/// # Errors
/// [`ComplaintError::Unknown`], or what the database says.
pub async fn known(store: &mut Store, number: u32) -> Result<Complaint, ComplaintError> {
    store
        .complaint(number)
        .await?
        .ok_or(ComplaintError::Unknown { number })
}
