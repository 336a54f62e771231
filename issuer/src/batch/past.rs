//! The history of certificates brought in from paper: after their certificates, the events that happened since.
//!
//! One event of each certificate after another, because the log has them in order; cut off, the same command goes on, and
//! whatever has its event gets no second one.

use super::issue::{BatchIssued, IssueBatchError};
use crate::{
    casework::{CaseworkError, DecidedCase, IssueCaseError, Status, desk},
    issue::{ApplicationRefused, IssueError},
    lifecycle_actions::{ActionError, is_on_file},
    office::{Office, OfficeKeys},
    outbox::deliver,
    prepare::{EventRequest, EventWarrant},
    signing::{EventPapers, JustPrepared, sign_prepared},
    store::{
        StoreError, StoredCredential, SubmissionDocument, insert_event, insert_submission, link_event_case,
    },
};

/// Events of a submission: with its status lists below the 1,024 documents that a registry takes.
const OF_A_SUBMISSION: usize = 512;

/// A certificate with what is still to be put on record.
struct Past {
    decided: DecidedCase,
    stored: StoredCredential,
    left: Vec<EventRequest>,
}

/// Puts the events of the past on record that are not yet.
pub(super) async fn past_events(
    office: &mut Office,
    keys: &OfficeKeys,
    cases: &[u32],
    issued: &mut BatchIssued,
) -> Result<(), IssueBatchError> {
    let mut waiting = Vec::new();
    for number in cases {
        match past_of(office, *number).await? {
            Ok(Some(past)) => waiting.push(past),
            Ok(None) => {}
            Err(refused) => issued.refused.push((*number, refused)),
        }
    }
    while !waiting.is_empty() {
        let mut next = Vec::with_capacity(waiting.len());
        // Lists are signed by their number: what is of one list goes together.
        waiting.sort_by_key(|past: &Past| past.stored.status.list);
        let mut round = waiting.into_iter().peekable();
        while round.peek().is_some() {
            let group: Vec<Past> = round.by_ref().take(OF_A_SUBMISSION).collect();
            next.extend(put_on_record(office, keys, group, issued).await?);
        }
        waiting = next;
    }
    Ok(())
}

/// What is left of a certificate's history; none for one that has none, or is not with the registry.
async fn past_of(
    office: &mut Office,
    number: u32,
) -> Result<Result<Option<Past>, IssueCaseError>, IssueBatchError> {
    let case = office.store.case(number).await?;
    let Some(case) = case.filter(|case| {
        case.paper()
            .is_some_and(|paper| !paper.history.events().is_empty())
    }) else {
        return Ok(Ok(None));
    };
    let Status::Issued { number: of, version } = case.status() else {
        return Ok(Ok(None));
    };
    let stored = office.store.find_credential(of, Some(*version)).await?;
    let Some(stored) = stored.filter(|stored| stored.receipt.is_some()) else {
        return Ok(Ok(None));
    };
    let decided = match desk::decided(office, number).await {
        Ok(decided) => decided,
        Err(CaseworkError::Store(error)) => return Err(error.into()),
        Err(refused) => return Ok(Err(refused.into())),
    };
    let mut left = Vec::new();
    for request in decided.past_events() {
        match is_on_file(office, &stored, &request).await {
            Ok(true) => {}
            Ok(false) => left.push(request),
            Err(ActionError::Store(error)) => return Err(error.into()),
            Err(refused) => return Ok(Err(refused.into())),
        }
    }
    // The next is taken from the end.
    left.reverse();
    Ok(Ok((!left.is_empty()).then_some(Past {
        decided,
        stored,
        left,
    })))
}

/// The next event of each certificate of a group, in one submission; gives those that have more.
async fn put_on_record(
    office: &mut Office,
    keys: &OfficeKeys,
    group: Vec<Past>,
    issued: &mut BatchIssued,
) -> Result<Vec<Past>, IssueBatchError> {
    let now = office.clock.now();
    let (mut prepared, mut more) = (Vec::new(), Vec::new());
    for mut past in group {
        let Some(request) = past.left.pop() else { continue };
        let read = EventPapers::read(&mut office.store, &past.stored, u32::MAX, now).await?;
        let warrant = EventWarrant::Successor(&past.decided);
        match read.prepare(&office.papers, &request, warrant, now, now)? {
            Ok(event) => {
                let (case, head) = (past.decided.case(), past.decided.head());
                prepared.push((past.stored.id, case, head, event));
                if !past.left.is_empty() {
                    more.push(past);
                }
            }
            Err(findings) => {
                let refused = ApplicationRefused::Findings(findings);
                issued.refused.push((past.decided.case(), refused.into()));
            }
        }
    }
    if prepared.is_empty() {
        return Ok(more);
    }
    let mut just_prepared = JustPrepared::default();
    let mut documents = Vec::with_capacity(prepared.len());
    issued.past += prepared.len();
    let mut unit = office.store.begin().await?;
    for (credential, case, head, event) in prepared {
        let id = insert_event(&mut unit, credential, &event).await?;
        link_event_case(&mut unit, id, case, head).await?;
        documents.push(SubmissionDocument::Event(id));
        just_prepared.events.insert(id, event);
    }
    insert_submission(&mut unit, &documents, false).await?;
    unit.commit().await.map_err(StoreError::from)?;
    sign_prepared(office, keys, just_prepared).await?;
    let delivered = deliver(office, keys).await.map_err(IssueError::from)?;
    let whole = delivered.is_whole();
    issued.delivered.documents += delivered.documents;
    issued.delivered.refused.extend(delivered.refused);
    issued.delivered.unsigned = delivered.unsigned;
    // What the registry did not take is not followed by what came after it.
    Ok(if whole { more } else { Vec::new() })
}
