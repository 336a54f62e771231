//! Carrying out what is done to a whole batch: in one transaction, for every case it concerns or for none.

use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, text::Text};

use super::super::{
    Act, Actor, Case, CaseContent, Charge, Judged, NotEntitled, Personnel, Role, StageKind, StageState,
    Status, Verdict,
    desk::{CaseworkError, append},
    entitlement,
};
use super::{
    Batch, BatchApproval, BatchBundle, BatchBundleError, BatchContent, BatchFilled, BatchJudged, BatchOpened,
    BatchUnlawful, CaseNumbers,
};
use crate::store::{
    JournalKind, JournalPlace, Session, Store, StoreError, insert_batch_act, name_request, next_batch,
    read_batch, read_case, read_personnel,
};

/// Why something is not done to a batch. Nothing of it is recorded.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The records do not read, or somebody else wrote first.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No batch of that number.
    #[error("there is no batch {number}")]
    Unknown {
        /// The number.
        number: u32,
    },
    /// The act does not follow from those before it.
    #[error(transparent)]
    Unlawful(#[from] BatchUnlawful),
    /// There is nothing to sign, or too much.
    #[error(transparent)]
    Bundle(#[from] BatchBundleError),
    /// The person may not do it.
    #[error(transparent)]
    NotEntitled(Box<NotEntitled>),
    /// No case of the batch waits for it.
    #[error("no case of batch {number} waits for {wanted}")]
    NothingWaits {
        /// The batch.
        number: u32,
        /// The stage or act.
        wanted: String,
    },
    /// Some cases refuse it: all of them, by their numbers.
    #[error("{} cases refuse it; nothing is done to any", .0.len())]
    Cases(Vec<(u32, CaseworkError)>),
    /// Something failed on the way.
    #[error(transparent)]
    Casework(Box<CaseworkError>),
}

impl BatchError {
    /// Whether a rule refuses it, rather than something failing.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Store(_) => false,
            Self::Casework(error) => error.is_refusal(),
            _ => true,
        }
    }
}

impl From<sqlx::Error> for BatchError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<CaseworkError> for BatchError {
    fn from(error: CaseworkError) -> Self {
        match error {
            CaseworkError::Store(error) => Self::Store(error),
            CaseworkError::NotEntitled(error) => Self::NotEntitled(error),
            error => Self::Casework(Box::new(error)),
        }
    }
}

/// The cases that something was done to, and those it does not concern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Performed {
    /// Done to these.
    pub done: Vec<u32>,
    /// These are closed, refused or past it, or somebody else's.
    pub passed_over: Vec<u32>,
}

/// A batch.
///
/// # Errors
/// [`BatchError::Unknown`], or what the database says.
pub async fn known(store: &mut Store, number: u32) -> Result<Batch, BatchError> {
    store.batch(number).await?.ok_or(BatchError::Unknown { number })
}

/// Begins a batch, within a transaction.
pub(crate) async fn begin_batch(
    connection: &mut Session<'_>,
    personnel: &Personnel,
    by: &Actor,
    opened: BatchOpened,
    now: Timestamp,
) -> Result<Batch, BatchError> {
    may_keep(personnel, by, now)?;
    let act = Act {
        journal: next_batch(connection).await?,
        sequence: 1,
        at: now,
        by: Some(by.clone()),
        content: BatchContent::Opened(opened),
        previous: Act::<BatchContent>::root(),
    };
    let batch = Batch::open(&act)?;
    insert_batch_act(connection, &act).await?;
    Ok(batch)
}

/// Puts on record that a batch has all its cases, within a transaction.
pub(crate) async fn fill_batch(
    connection: &mut Session<'_>,
    batch: &mut Batch,
    personnel: &Personnel,
    by: &Actor,
    filled: BatchFilled,
    now: Timestamp,
) -> Result<(), BatchError> {
    may_keep(personnel, by, now)?;
    write(connection, batch, by, BatchContent::Filled(filled), now).await
}

fn may_keep(personnel: &Personnel, by: &Actor, now: Timestamp) -> Result<(), BatchError> {
    let charge = Charge {
        role: Role::Clerk,
        office: None,
        scheme: None,
    };
    entitlement(personnel, by, charge, now).map_err(CaseworkError::from)?;
    Ok(())
}

async fn write(
    connection: &mut Session<'_>,
    batch: &mut Batch,
    by: &Actor,
    content: BatchContent,
    now: Timestamp,
) -> Result<(), BatchError> {
    let act = Act {
        journal: batch.number(),
        sequence: batch.acts().saturating_add(1),
        at: now,
        by: Some(by.clone()),
        content,
        previous: batch.head(),
    };
    batch.apply(&act)?;
    insert_batch_act(connection, &act).await?;
    Ok(())
}

/// Carries out an act on every case of a batch that it concerns: assigning, declaring, a task done or waived, closing.
///
/// # Errors
/// [`BatchError::Cases`] when one of them refuses it: nothing is done to any then.
pub async fn perform(
    store: &mut Store,
    number: u32,
    by: &Actor,
    content: &CaseContent,
    now: Timestamp,
) -> Result<Performed, BatchError> {
    let wanted = match content {
        CaseContent::Assigned(_)
        | CaseContent::Declared(_)
        | CaseContent::Done(_)
        | CaseContent::Waived(_)
        | CaseContent::Closed(_) => super::super::Content::kind(content),
        other => {
            let act = super::super::Content::kind(other);
            return Err(CaseworkError::NotAsItComes { act }.into());
        }
    };
    let mut unit = store.begin().await?;
    let batch = read_batch(&mut unit, number)
        .await?
        .ok_or(BatchError::Unknown { number })?;
    if batch.filled().is_none() {
        return Err(BatchUnlawful::NotFilled.into());
    }
    let place = JournalPlace {
        journal: JournalKind::Batch,
        number,
        sequence: Some(batch.acts()),
    };
    name_request(&mut unit, place, None).await?;
    let personnel = read_personnel(&mut unit).await?;
    let (mut performed, mut refused) = (Performed::default(), Vec::new());
    for number in batch.cases() {
        let mut case = case_of(&mut unit, *number).await?;
        if !concerns(&case, by, content) {
            performed.passed_over.push(*number);
            continue;
        }
        match append(&mut unit, &mut case, Some((by, &personnel)), content.clone(), now).await {
            Ok(()) => performed.done.push(*number),
            Err(error) if error.is_refusal() => refused.push((*number, error)),
            Err(error) => return Err(error.into()),
        }
    }
    if !refused.is_empty() {
        return Err(BatchError::Cases(refused));
    }
    if performed.done.is_empty() {
        let wanted = wanted.to_owned();
        return Err(BatchError::NothingWaits { number, wanted });
    }
    unit.commit().await?;
    Ok(performed)
}

/// Whether an act is still to be done to a case by this person.
fn concerns(case: &Case, by: &Actor, content: &CaseContent) -> bool {
    let open = |stage: &Text| {
        case.stages()
            .any(|(rule, record)| rule.code == *stage && record.state == StageState::NotDone)
    };
    *case.status() == Status::InWork
        && match content {
            CaseContent::Declared(_) => case.team().contains_key(&by.person),
            CaseContent::Assigned(assigned) => !case.team().contains_key(&assigned.evaluator),
            CaseContent::Done(done) => open(&done.stage),
            CaseContent::Waived(waived) => open(&waived.stage),
            _ => true,
        }
}

/// What somebody is to sign for a verdict on every case of the batch that waits in a stage, and which cases these are.
///
/// # Errors
/// [`BatchError::NothingWaits`], or what the database says.
pub async fn to_judge(
    store: &mut Store,
    number: u32,
    by: &Actor,
    stage: &Text,
    verdict: &Verdict,
) -> Result<(BatchBundle, CaseNumbers), BatchError> {
    collect(&mut store.connection().await?, number, by, stage, verdict).await
}

async fn collect(
    connection: &mut Session<'_>,
    number: u32,
    by: &Actor,
    stage: &Text,
    verdict: &Verdict,
) -> Result<(BatchBundle, CaseNumbers), BatchError> {
    let batch = read_batch(connection, number)
        .await?
        .ok_or(BatchError::Unknown { number })?;
    if batch.filled().is_none() {
        return Err(BatchUnlawful::NotFilled.into());
    }
    let (mut bundles, mut cases) = (Vec::new(), Vec::new());
    for number in batch.cases() {
        let case = case_of(connection, *number).await?;
        if waits_in(&case, stage) {
            bundles.push(case.bundle(by, stage, verdict));
            cases.push(*number);
        }
    }
    if cases.is_empty() {
        let wanted = stage.to_string();
        return Err(BatchError::NothingWaits { number, wanted });
    }
    Ok((BatchBundle::of(number, bundles)?, CaseNumbers::of(cases)))
}

/// Whether a case waits in a stage; in that of signing also when the opinion is to be given anew.
fn waits_in(case: &Case, stage: &Text) -> bool {
    let signing = |code: &Text| {
        let rule = case.workflow().find(code).map(|(_, rule)| rule.kind);
        rule == Some(StageKind::Signing)
    };
    *case.status() == Status::InWork
        && match case.next_stage() {
            Some(next) => next.code == *stage,
            None => signing(stage),
        }
}

/// Judges every case of a batch that waits in a stage, by one signature over the bundles of all of them. Each case
/// takes it in as it takes in any judgement: entitlement, separation, order and evidence are asked of every one.
///
/// # Errors
/// [`BatchError::Cases`] when one of them refuses it: nothing is judged then.
pub async fn judge(
    store: &mut Store,
    number: u32,
    by: &Actor,
    (stage, verdict): (&Text, &Verdict),
    approval: &BatchApproval,
    now: Timestamp,
) -> Result<CaseNumbers, BatchError> {
    let mut unit = store.begin().await?;
    let (bundle, cases) = collect(&mut unit, number, by, stage, verdict).await?;
    let head = bundle.head();
    let root = Sha256Digest::from_bytes(*head.root.as_bytes());
    if approval.root != root || u64::from(approval.size) != head.size {
        return Err(BatchUnlawful::Signature.into());
    }
    let personnel = read_personnel(&mut unit).await?;
    let mut batch = read_batch(&mut unit, number)
        .await?
        .ok_or(BatchError::Unknown { number })?;
    let judged = BatchContent::Judged(BatchJudged {
        approval: approval.clone(),
        cases: cases.clone(),
        stage: stage.clone(),
        stage_kind: verdict.stage_kind(),
    });
    write(&mut unit, &mut batch, by, judged, now).await?;
    let mut refused = Vec::new();
    for (place, number) in cases.as_slice().iter().enumerate() {
        let mut case = case_of(&mut unit, *number).await?;
        let approval = bundle.share(place, approval).ok_or(BatchUnlawful::Signature)?;
        let judged = CaseContent::Judged(Judged {
            approval,
            stage: stage.clone(),
            verdict: verdict.clone(),
        });
        match append(&mut unit, &mut case, Some((by, &personnel)), judged, now).await {
            Ok(()) => {}
            Err(error) if error.is_refusal() => refused.push((*number, error)),
            Err(error) => return Err(error.into()),
        }
    }
    if !refused.is_empty() {
        return Err(BatchError::Cases(refused));
    }
    unit.commit().await?;
    Ok(cases)
}

async fn case_of(connection: &mut Session<'_>, number: u32) -> Result<Case, BatchError> {
    let case = read_case(connection, number).await?;
    Ok(case.ok_or(CaseworkError::UnknownCase { number })?)
}
