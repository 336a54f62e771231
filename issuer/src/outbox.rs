//! The outbox: delivers submissions until the registry answers.
//!
//! A submission is sealed before it is sent: its status lists signed, its bytes final. Until an answer is known the
//! same bytes are sent again, so that a retry never issues twice (DESIGN §2 invariant 6). A refusal may come from
//! lists that grew stale while waiting: they are signed anew once.

use std::time::Duration;

use touchstone_schemas::{digest::Sha256Digest, jcs::to_canonical, submission::Receipt, tlog::entry::Record};
use touchstone_verifier::log_check::{Expected, ReceiptRefused};

use crate::{
    office::{Office, OfficeError, OfficeKeys},
    registry::{Answer, Problem, Unanswered},
    status_authority::{StatusError, lists_to_sign, sign_lists},
    store::{
        ReceiptRow, Stage, StoreError, StoredSubmission, SubmissionDocument, accept, attach,
        insert_status_list, refuse, seal, split, unseal,
    },
};

/// Why delivery stops. What waits stays in the outbox.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The office's papers do not fit.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// Lists cannot be signed.
    #[error(transparent)]
    Status(#[from] StatusError),
    /// No answer after every try.
    #[error("not delivered after {attempts} tries, kept in the outbox: {cause}")]
    Unanswered {
        /// Tries made.
        attempts: u32,
        /// The last one's fate.
        cause: Unanswered,
    },
    /// The registry's receipts prove nothing.
    #[error("the registry's receipt for document {place} of submission {submission} proves nothing: {cause}")]
    Receipt {
        /// The submission.
        submission: i64,
        /// Place of the document, from 0.
        place: usize,
        /// What is wrong with it.
        cause: ReceiptRefused,
    },
    /// Not a receipt for each document.
    #[error("{found} receipts for {wanted} documents")]
    ReceiptCount {
        /// Receipts found.
        found: usize,
        /// Documents sent.
        wanted: usize,
    },
    /// A document about to be sent is not signed.
    #[error("a document of submission {submission} is not signed yet")]
    Unsigned {
        /// The submission.
        submission: i64,
    },
}

/// What a delivery did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Documents the registry has now.
    pub documents: usize,
    /// Submissions it refused, with what it said.
    pub refused: Vec<(i64, Problem)>,
}

/// A document ready to be sent.
struct Outgoing {
    document: SubmissionDocument,
    bytes: Vec<u8>,
    record: Record,
}

/// Delivers everything that waits, oldest first.
///
/// # Errors
/// [`DeliveryError`]; what was not accepted waits on.
pub async fn deliver(office: &mut Office, keys: &OfficeKeys) -> Result<Delivered, DeliveryError> {
    let mut delivered = Delivered::default();
    // The submission whose lists were signed anew: once, then the answer stands.
    let mut resealed = None;
    while let Some(submission) = office.store.next_submission().await? {
        if submission.stage == Stage::Open {
            seal_submission(office, keys, &submission).await?;
            continue;
        }
        let outgoing = read_documents(office, &submission).await?;
        if outgoing.is_empty() {
            let mut unit = office.store.begin().await?;
            accept(&mut unit, submission.id, &[]).await?;
            unit.commit().await.map_err(StoreError::from)?;
            continue;
        }
        match send(office, &outgoing).await? {
            Answer::Accepted(receipts) => {
                delivered.documents += accept_receipts(office, &submission, &outgoing, receipts).await?;
            }
            Answer::Refused(problem) => {
                let lists = submission
                    .documents
                    .iter()
                    .any(|d| matches!(d, SubmissionDocument::StatusList(_)));
                let only_credentials = submission.documents.iter().all(|d| {
                    matches!(
                        d,
                        SubmissionDocument::Credential(_) | SubmissionDocument::StatusList(_)
                    )
                });
                let credentials = submission
                    .documents
                    .iter()
                    .filter(|d| matches!(d, SubmissionDocument::Credential(_)))
                    .count();
                let mut unit = office.store.begin().await?;
                if lists && resealed != Some(submission.id) {
                    resealed = Some(submission.id);
                    unseal(&mut unit, submission.id).await?;
                } else if only_credentials && credentials > 1 {
                    split(&mut unit, &submission).await?;
                } else {
                    refuse(&mut unit, submission.id, &problem.body).await?;
                    delivered.refused.push((submission.id, problem));
                }
                unit.commit().await.map_err(StoreError::from)?;
            }
        }
    }
    Ok(delivered)
}

/// Signs the lists a submission needs and makes its bytes final.
async fn seal_submission(
    office: &mut Office,
    keys: &OfficeKeys,
    submission: &StoredSubmission,
) -> Result<(), DeliveryError> {
    let now = office.clock.now();
    let mut lists = Vec::new();
    for list in lists_to_sign(office, submission, now).await? {
        lists.extend(sign_lists(office, keys, submission, list, now).await?);
    }
    let mut unit = office.store.begin().await?;
    let first = i64::try_from(submission.documents.len()).unwrap_or(i64::MAX);
    for (place, signed) in (first..).zip(&lists) {
        let (purpose, list, sequence) = (signed.purpose, signed.list, signed.sequence);
        let id = insert_status_list(&mut unit, purpose, list, sequence, &signed.document).await?;
        attach(
            &mut unit,
            submission.id,
            place,
            SubmissionDocument::StatusList(id),
        )
        .await?;
    }
    seal(&mut unit, submission.id).await?;
    unit.commit().await.map_err(StoreError::from)?;
    Ok(())
}

async fn read_documents(
    office: &mut Office,
    submission: &StoredSubmission,
) -> Result<Vec<Outgoing>, DeliveryError> {
    let unsigned = || DeliveryError::Unsigned {
        submission: submission.id,
    };
    let mut outgoing = Vec::with_capacity(submission.documents.len());
    for document in &submission.documents {
        let (bytes, record) = match document {
            SubmissionDocument::Credential(id) => {
                let stored = office.store.credential(*id).await?;
                let record = Record::Credential {
                    number: stored.number,
                    version: stored.version,
                };
                (stored.signed.ok_or_else(unsigned)?, record)
            }
            SubmissionDocument::Event(id) => {
                let stored = office.store.event(*id).await?;
                let event = stored.event;
                let record = Record::Event {
                    event: event.kind(),
                    sequence: u64::from(event.sequence),
                    effective: event.effective,
                    number: event.number,
                    version: event.version,
                };
                (stored.signed.ok_or_else(unsigned)?, record)
            }
            SubmissionDocument::StatusList(id) => {
                let stored = office.store.status_list(*id).await?;
                let record = Record::StatusList {
                    purpose: stored.purpose,
                    list: stored.list,
                    sequence: stored.sequence,
                };
                (stored.signed, record)
            }
        };
        outgoing.push(Outgoing {
            document: *document,
            bytes,
            record,
        });
    }
    Ok(outgoing)
}

/// Sends the same bytes until an answer is known.
async fn send(office: &Office, outgoing: &[Outgoing]) -> Result<Answer, DeliveryError> {
    let documents: Vec<Vec<u8>> = outgoing.iter().map(|outgoing| outgoing.bytes.clone()).collect();
    let policy = office.papers.config.outbox;
    let mut pause = policy.first_pause_ms;
    let mut attempts = 1;
    loop {
        match office.registry.submit(&documents).await {
            Ok(answer) => return Ok(answer),
            Err(cause @ Unanswered::NoToken) => return Err(DeliveryError::Unanswered { attempts, cause }),
            Err(cause) if attempts >= policy.attempts => {
                return Err(DeliveryError::Unanswered { attempts, cause });
            }
            Err(cause) => {
                tracing::warn!(attempt = attempts, pause_ms = pause, "delivery: {cause}");
                tokio::time::sleep(Duration::from_millis(pause)).await;
                pause = pause.saturating_mul(2).min(policy.longest_pause_ms);
                attempts += 1;
            }
        }
    }
}

/// Checks that every receipt proves its document to stand in the log, and stores them.
async fn accept_receipts(
    office: &mut Office,
    submission: &StoredSubmission,
    outgoing: &[Outgoing],
    receipts: Vec<Receipt>,
) -> Result<usize, DeliveryError> {
    if receipts.len() != outgoing.len() {
        return Err(DeliveryError::ReceiptCount {
            found: receipts.len(),
            wanted: outgoing.len(),
        });
    }
    let mut rows = Vec::with_capacity(outgoing.len());
    for (place, (sent, receipt)) in outgoing.iter().zip(&receipts).enumerate() {
        let expected = Expected {
            issuer: &office.papers.config.issuer.did,
            digest: Sha256Digest::of(&sent.bytes),
            record: sent.record.clone(),
        };
        let logged =
            office
                .papers
                .log()?
                .check(receipt, &expected)
                .map_err(|cause| DeliveryError::Receipt {
                    submission: submission.id,
                    place,
                    cause,
                })?;
        let receipt = String::from_utf8_lossy(&to_canonical(receipt)).into_owned();
        rows.push(ReceiptRow {
            document: sent.document,
            receipt,
            recorded: logged.recorded,
        });
    }
    let mut unit = office.store.begin().await?;
    accept(&mut unit, submission.id, &rows).await?;
    unit.commit().await.map_err(StoreError::from)?;
    Ok(rows.len())
}
