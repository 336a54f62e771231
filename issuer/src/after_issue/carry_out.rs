//! From decided measures to events: prepare → lint → store → sign → deliver, as for every other event.
//!
//! An event's row, its duties, its submission and the measure's last act are stored in one transaction; from there on
//! signing and the outbox go on after a crash, and check the measure again before the key is used.

use std::collections::BTreeMap;

use touchstone_schemas::digest::Sha256Digest;

use super::{CarriedOut, DecidedMeasure, MeasureContent, MeasureError, desk};
use crate::{
    lifecycle_actions::{ActionError, find, require_delivered},
    lint::Finding,
    office::{Office, OfficeKeys},
    outbox::{Delivered, DeliveryError, deliver},
    prepare::{EventWarrant, PreparedEvent},
    signing::{EventPapers, JustPrepared, SigningError, sign_prepared},
    store::{
        StoreError, StoredEvent, SubmissionDocument, insert_event, insert_submission, link_measure,
        read_measure,
    },
};

/// Events of a submission: with its status lists below the 1,024 documents that a registry takes.
const OF_A_SUBMISSION: usize = 1_000;

/// Why measures are not carried out. Asked again, the office goes on from where it stopped.
#[derive(Debug, thiserror::Error)]
pub enum CarryOutError {
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was prepared cannot be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// Delivery stopped; what waits stays in the outbox.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
}

/// Why one measure is left.
#[derive(Debug, thiserror::Error)]
enum Left {
    #[error(transparent)]
    Measure(#[from] MeasureError),
    #[error("{}", join(.0))]
    Findings(Vec<Finding>),
    #[error(transparent)]
    Action(Box<ActionError>),
    #[error(transparent)]
    Signing(#[from] SigningError),
}

impl From<ActionError> for Left {
    fn from(error: ActionError) -> Self {
        Self::Action(Box::new(error))
    }
}

impl Left {
    /// What concerns the one measure; a failure of the database stops everything.
    fn alone(self) -> Result<String, CarryOutError> {
        match self {
            Self::Measure(MeasureError::Store(error)) => Err(error.into()),
            Self::Signing(SigningError::Store(error)) => Err(error.into()),
            Self::Action(error) => match *error {
                ActionError::Store(error) => Err(error.into()),
                error => Ok(error.to_string()),
            },
            left => Ok(left.to_string()),
        }
    }
}

fn join(findings: &[Finding]) -> String {
    let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
    findings.join("; ")
}

/// What carrying measures out came to.
#[derive(Debug, Default)]
pub struct CarriedOutMeasures {
    /// Each measure with its event.
    pub events: Vec<(u32, StoredEvent)>,
    /// Measures left as they are, each with the reason.
    pub left: Vec<(u32, String)>,
    /// What the registry has and has not.
    pub delivered: Delivered,
}

impl CarriedOutMeasures {
    /// Whether every measure has its event, and the registry every event.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.left.is_empty() && self.delivered.is_whole()
    }
}

/// Carries decided measures out, each once: asked again, it goes on from where it stopped.
///
/// # Errors
/// [`CarryOutError`] for what concerns them all; what was prepared before stays prepared.
pub async fn carry_out(
    office: &mut Office,
    keys: &OfficeKeys,
    measures: &[u32],
) -> Result<CarriedOutMeasures, CarryOutError> {
    let (mut outcome, just_prepared) = prepare_all(office, measures).await?;
    sign_prepared(office, keys, just_prepared).await?;
    outcome.delivered = deliver(office, keys).await?;
    for number in measures {
        if let Some(event) = office.store.event_of_measure(*number).await? {
            outcome.events.push((*number, event));
        }
    }
    Ok(outcome)
}

/// Prepares the events of decided measures and stops before signing: [`carry_out`] or [`crate::signing::sign_waiting`]
/// goes on from there.
///
/// # Errors
/// [`CarryOutError`].
pub async fn prepare_measures(
    office: &mut Office,
    measures: &[u32],
) -> Result<CarriedOutMeasures, CarryOutError> {
    Ok(prepare_all(office, measures).await?.0)
}

async fn prepare_all(
    office: &mut Office,
    measures: &[u32],
) -> Result<(CarriedOutMeasures, JustPrepared), CarryOutError> {
    let mut outcome = CarriedOutMeasures::default();
    let mut just_prepared = JustPrepared::default();
    // One list after another, so that a submission carries the lists of one number.
    let mut by_list: BTreeMap<u32, Vec<Ready>> = BTreeMap::new();
    for number in measures {
        match ready(office, *number).await {
            Ok(Some(ready)) => by_list.entry(ready.list).or_default().push(ready),
            Ok(None) => {}
            Err(left) => outcome.left.push((*number, left.alone()?)),
        }
    }
    for (_, mut of_list) in by_list {
        while !of_list.is_empty() {
            let rest = of_list.split_off(of_list.len().min(OF_A_SUBMISSION));
            store(office, of_list, &mut just_prepared).await?;
            of_list = rest;
        }
    }
    Ok((outcome, just_prepared))
}

/// A measure whose event is prepared.
struct Ready {
    list: u32,
    credential: i64,
    decided: DecidedMeasure,
    event: PreparedEvent,
}

/// Prepares the event of a measure; none when it has one.
async fn ready(office: &mut Office, number: u32) -> Result<Option<Ready>, Left> {
    let decided = desk::decided(&mut office.store, number).await?;
    let on_file = office.store.event_of_measure(number).await;
    if on_file.map_err(MeasureError::from)?.is_some() {
        return Ok(None);
    }
    let certificate = decided.certificate();
    let credential = find(office, &certificate.number, Some(certificate.version)).await?;
    require_delivered(office, &credential).await?;
    let now = office.clock.now();
    let request = decided.request(now);
    let read = EventPapers::read(&mut office.store, &credential, u32::MAX, now).await?;
    let warrant = EventWarrant::Measure(&decided);
    let event = read
        .prepare(&office.papers, &request, warrant, now, now)?
        .map_err(Left::Findings)?;
    Ok(Some(Ready {
        list: credential.status.list,
        credential: credential.id,
        decided,
        event,
    }))
}

/// Stores events as one submission, in one commit.
async fn store(
    office: &mut Office,
    ready: Vec<Ready>,
    just_prepared: &mut JustPrepared,
) -> Result<(), CarryOutError> {
    let now = office.clock.now();
    let mut unit = office.store.begin().await?;
    let mut documents = Vec::with_capacity(ready.len());
    for Ready {
        credential,
        decided,
        event,
        ..
    } in ready
    {
        let number = decided.number();
        // Nobody has touched the measure since it was checked.
        let head = read_measure(&mut unit, number).await?.map(|(_, it)| it.head());
        if head != Some(decided.head()) {
            return Err(StoreError::JournalMovedOn.into());
        }
        let id = insert_event(&mut unit, credential, &event).await?;
        link_measure(&mut unit, id, number, decided.head()).await?;
        let carried_out = MeasureContent::CarriedOut(CarriedOut {
            sequence: event.event().sequence,
            unsecured: Sha256Digest::of(event.unsecured()),
        });
        match desk::write(&mut unit, number, None, carried_out, now).await {
            Ok(_) => {}
            Err(MeasureError::Store(error)) => return Err(error.into()),
            // The measure was agreed to when it was checked, and is locked since.
            Err(_) => return Err(StoreError::JournalMovedOn.into()),
        }
        documents.push(SubmissionDocument::Event(id));
        just_prepared.events.insert(id, event);
    }
    insert_submission(&mut unit, &documents, false).await?;
    unit.commit().await.map_err(StoreError::from)?;
    Ok(())
}
