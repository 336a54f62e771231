//! Issuing a batch: groups of cases to a commit, signed together, and on their way to the registry while the next group is
//! prepared.
//!
//! What a crash cuts off goes on with the same command: a case that has its number is prepared no second time, what is
//! prepared is signed, what is signed is delivered.

use std::collections::BTreeMap;

use touchstone_schemas::digest::Sha256Digest;

use super::past::past_events;
use crate::{
    casework::{
        BatchUnlawful, Case, CaseworkError, DecidedCase, IssueCaseError, NotSignable, Personnel, Status,
        batch::{BatchError, desk::known},
        prepare_decided_case, store_decided,
    },
    issue::{ApplicationRefused, IssueError},
    office::{Office, OfficeKeys},
    outbox::{Delivered, DeliveryError, Underway, arrive, deliver, dispatch},
    prepare::{Register, Warrant},
    signing::{Judgement, JustPrepared, SigningError, read_register, sign_prepared},
    store::{StoreError, SubmissionDocument, insert_submission},
};

/// Why a batch is not issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueBatchError {
    /// There is none, or its records do not read.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The office cannot go on; asked again, it does.
    #[error(transparent)]
    Issue(#[from] IssueError),
}

impl From<StoreError> for IssueBatchError {
    fn from(error: StoreError) -> Self {
        Self::Batch(error.into())
    }
}

impl From<SigningError> for IssueBatchError {
    fn from(error: SigningError) -> Self {
        Self::Issue(error.into())
    }
}

impl From<DeliveryError> for IssueBatchError {
    fn from(error: DeliveryError) -> Self {
        Self::Issue(error.into())
    }
}

/// What issuing a batch came to.
#[derive(Debug, Default)]
pub struct BatchIssued {
    /// Cases that got their number now.
    pub prepared: Vec<u32>,
    /// Cases that had it before.
    pub known: usize,
    /// Cases that hold nothing to sign, or that the rules refuse, with why.
    pub refused: Vec<(u32, IssueCaseError)>,
    /// Events of the past that were put on record now.
    pub past: usize,
    /// What was delivered now.
    pub delivered: Delivered,
}

/// Issues every decided case of a batch. `progress` is told how many cases of how many are prepared, and how many
/// documents delivered.
///
/// # Errors
/// [`IssueBatchError`]; faults of single cases are in what it gives.
pub async fn issue_batch(
    office: &mut Office,
    keys: &OfficeKeys,
    number: u32,
    progress: &mut (dyn FnMut(usize, usize, usize) + Send),
) -> Result<BatchIssued, IssueBatchError> {
    let batch = known(&mut office.store, number).await?;
    if batch.filled().is_none() {
        return Err(BatchError::from(BatchUnlawful::NotFilled).into());
    }
    let mut issued = BatchIssued::default();
    let total = batch.cases().len();
    // What a crash left goes first: it has its numbers.
    sign_prepared(office, keys, JustPrepared::default()).await?;
    let mut underway: Option<Underway> = None;
    let mut delivered = 0;
    let mut seen = 0;
    for group in batch
        .cases()
        .chunks(usize::from(office.papers.config.outbox.bundle_size))
    {
        let prepared = prepare_group(office, group, &mut issued).await?;
        seen += group.len();
        if let Some((submission, just_prepared)) = prepared {
            sign_prepared(office, keys, just_prepared).await?;
            if let Some(before) = underway.take() {
                delivered += arrive(office, before).await?;
            }
            underway = dispatch(office, keys, submission).await?;
        }
        progress(seen, total, delivered);
    }
    if let Some(last) = underway {
        delivered += arrive(office, last).await?;
    }
    sign_prepared(office, keys, JustPrepared::default()).await?;
    issued.delivered = deliver(office, keys).await?;
    issued.delivered.documents += delivered;
    past_events(office, keys, batch.cases(), &mut issued).await?;
    progress(seen, total, issued.delivered.documents);
    Ok(issued)
}

/// A case of a group, with what it is judged by.
struct Wanted {
    case: Case,
    decided: DecidedCase,
    register: Register,
}

impl Wanted {
    /// Whether it changes or recertifies a certificate.
    fn follows(&self) -> bool {
        let terms = &self.decided.application().certificate;
        terms.recertifies.is_some() || terms.changes.is_some()
    }
}

/// Prepares a group in one commit, with one submission; gives its row. None where there is nothing to prepare.
async fn prepare_group(
    office: &mut Office,
    group: &[u32],
    issued: &mut BatchIssued,
) -> Result<Option<(i64, JustPrepared)>, IssueBatchError> {
    let now = office.clock.now();
    let personnel = office.store.personnel().await?;
    let mut wanted = Vec::with_capacity(group.len());
    for number in group {
        match look_at(office, &personnel, *number).await? {
            // What follows a certificate goes by itself: it may not come without the end of that one.
            Ok(Some(it)) if it.follows() => match prepare_decided_case(office, *number).await {
                Ok(_) => issued.prepared.push(*number),
                Err(IssueCaseError::Issue(error)) => return Err(error.into()),
                Err(refused) => issued.refused.push((*number, refused)),
            },
            Ok(Some(it)) => wanted.push(it),
            Ok(None) => issued.known += 1,
            Err(refused) => issued.refused.push((*number, refused)),
        }
    }
    if wanted.is_empty() {
        return Ok(None);
    }
    office.papers.check_trust_list(now).map_err(IssueError::from)?;
    let mut just_prepared = JustPrepared {
        credentials: BTreeMap::new(),
        events: BTreeMap::new(),
    };
    let mut documents = Vec::with_capacity(wanted.len());
    let mut unit = office.store.begin().await?;
    for Wanted {
        mut case,
        decided,
        register,
    } in wanted
    {
        let judgement = Judgement {
            warrant: Warrant::Decided(&decided),
            predecessor: None,
            register: &register,
            now,
            signed_at: now,
        };
        let mut trial = unit.savepoint().await.map_err(StoreError::from)?;
        match store_decided(&office.papers, &mut trial, &decided, &mut case, judgement).await {
            Ok((id, prepared)) => {
                trial.commit().await.map_err(StoreError::from)?;
                documents.push(SubmissionDocument::Credential(id));
                just_prepared.credentials.insert(id, prepared);
                issued.prepared.push(case.number());
            }
            Err(error) => {
                // Nothing is stored or numbered for what is refused.
                trial.rollback().await.map_err(StoreError::from)?;
                match error {
                    IssueCaseError::Issue(error) => return Err(error.into()),
                    IssueCaseError::Casework(CaseworkError::Store(error)) => return Err(error.into()),
                    IssueCaseError::Refused(ApplicationRefused::Store(error))
                        if !matches!(error, StoreError::NumberTaken | StoreError::DutiesNotSeparated) =>
                    {
                        return Err(error.into());
                    }
                    refused => issued.refused.push((case.number(), refused)),
                }
            }
        }
    }
    let submission = if documents.is_empty() {
        None
    } else {
        Some(insert_submission(&mut unit, &documents, false).await?)
    };
    unit.commit().await.map_err(StoreError::from)?;
    Ok(submission.map(|submission| (submission, just_prepared)))
}

/// A case as it stands now: to be prepared, prepared before (none), or not to be signed.
async fn look_at(
    office: &mut Office,
    personnel: &Personnel,
    number: u32,
) -> Result<Result<Option<Wanted>, IssueCaseError>, IssueBatchError> {
    let case = office.store.case(number).await?;
    let Some(case) = case else {
        return Ok(Err(CaseworkError::UnknownCase { number }.into()));
    };
    if let Status::Issued { .. } = case.status() {
        return Ok(Ok(None));
    }
    let files: BTreeMap<Sha256Digest, Sha256Digest> = office.store.attachment_digests(number).await?;
    let now = office.clock.now();
    let decided: Result<DecidedCase, NotSignable> =
        DecidedCase::of(&case, personnel, &files, &office.papers, now);
    let decided = match decided {
        Ok(decided) => decided,
        Err(error) => return Ok(Err(CaseworkError::from(error).into())),
    };
    let register = read_register(office, decided.document(), now).await?;
    Ok(Ok(Some(Wanted {
        case,
        decided,
        register,
    })))
}
