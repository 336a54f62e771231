//! The outbox: delivers submissions until the registry answers.
//!
//! A submission is sealed before it is sent: its status lists signed, its bytes final. Until an answer is known the
//! same bytes are sent again, so that a retry never issues twice (DESIGN §2 invariant 6). A refusal may come from
//! lists that grew stale while waiting: they are signed anew once. A registry whose clock is a little behind ours is
//! asked again until it has caught up. A submission with a document that is not signed is held, and no other is.

use std::time::Duration;

use tokio::task::JoinHandle;
use touchstone_schemas::{
    date_time::Timestamp, digest::Sha256Digest, jcs::to_canonical, submission::Receipt, tlog::entry::Record,
};
use touchstone_verifier::{
    log_check::{Expected, ReceiptRefused},
    trust::CLOCK_SKEW_SECONDS,
};

use crate::{
    config::OutboxConfig,
    may_sign::MayNotSign,
    office::{Clock, Office, OfficeError, OfficeKeys},
    registry::{Answer, Problem, Registry, Unanswered},
    status_authority::{StatusError, lists_to_sign, sign_lists},
    store::{
        InstantSource, ReceiptRow, Stage, StoreError, StoredSubmission, SubmissionDocument, accept, attach,
        insert_status_list, note_instant, refuse, seal, split, unseal,
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
    /// The office may not sign now.
    #[error(transparent)]
    NotNow(#[from] MayNotSign),
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
}

/// What a delivery did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Documents the registry has now.
    pub documents: usize,
    /// Submissions it refused, with what it said.
    pub refused: Vec<(i64, Problem)>,
    /// Documents that are not signed, with their submissions held.
    pub unsigned: Vec<Unsigned>,
}

impl Delivered {
    /// Whether nothing was refused and nothing is held.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.refused.is_empty() && self.unsigned.is_empty()
    }
}

/// A document that waits because it is not signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned {
    /// The submission held.
    pub submission: i64,
    /// The document, in words.
    pub document: String,
    /// Why it could not be signed.
    pub reason: String,
}

/// A document ready to be sent.
struct Outgoing {
    document: SubmissionDocument,
    bytes: Vec<u8>,
    record: Record,
    /// From when it speaks: a registry whose clock is not there yet does not take it.
    instant: Option<Timestamp>,
}

/// Delivers everything that waits, oldest first.
///
/// # Errors
/// [`DeliveryError`]; what was not accepted waits on.
pub async fn deliver(office: &mut Office, keys: &OfficeKeys) -> Result<Delivered, DeliveryError> {
    let mut delivered = Delivered::default();
    // The submission whose lists were signed anew: once, then the answer stands.
    let mut resealed = None;
    let mut after = 0;
    while let Some(submission) = office.store.next_submission(after).await? {
        if submission.stage == Stage::Open {
            let unsigned = unsigned_documents(office, &submission).await?;
            if unsigned.is_empty() {
                seal_submission(office, keys, &submission).await?;
            } else {
                delivered.unsigned.extend(unsigned);
                after = submission.id;
            }
            continue;
        }
        let outgoing = read_documents(office, &submission).await?;
        if outgoing.is_empty() {
            let mut unit = office.store.begin().await?;
            accept(&mut unit, submission.id, &[]).await?;
            unit.commit().await.map_err(StoreError::from)?;
            continue;
        }
        match Courier::of(office).send(&outgoing).await? {
            Answer::Accepted(receipts) => {
                delivered.documents += accept_receipts(office, &submission, &outgoing, receipts).await?;
            }
            Answer::Refused(problem) => {
                let anew = resealed != Some(submission.id);
                resealed = Some(submission.id);
                if settle_refusal(office, &submission, &problem, anew).await? == Settled::Refused {
                    delivered.refused.push((submission.id, problem));
                }
            }
        }
    }
    Ok(delivered)
}

/// What becomes of a submission the registry refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Settled {
    /// It is sent again, with new lists or in parts.
    Again,
    /// It is refused for good.
    Refused,
}

async fn settle_refusal(
    office: &mut Office,
    submission: &StoredSubmission,
    problem: &Problem,
    anew: bool,
) -> Result<Settled, DeliveryError> {
    let mut documents = submission.documents.iter();
    let lists = documents.any(|document| matches!(document, SubmissionDocument::StatusList(_)));
    let mut unit = office.store.begin().await?;
    let settled = if lists && anew {
        unseal(&mut unit, submission.id).await?;
        Settled::Again
    } else if submission.is_divisible() {
        split(&mut unit, submission).await?;
        Settled::Again
    } else {
        refuse(&mut unit, submission.id, &problem.body).await?;
        Settled::Refused
    };
    unit.commit().await.map_err(StoreError::from)?;
    Ok(settled)
}

/// The documents of a submission that are not signed.
async fn unsigned_documents(
    office: &mut Office,
    submission: &StoredSubmission,
) -> Result<Vec<Unsigned>, DeliveryError> {
    let mut unsigned = Vec::new();
    for document in &submission.documents {
        let (signed, document, hindrance) = match document {
            SubmissionDocument::Credential(id) => {
                let stored = office.store.credential(*id).await?;
                let what = format!("{} version {}", stored.number, stored.version);
                (stored.signed, what, stored.hindrance)
            }
            SubmissionDocument::Event(id) => {
                let stored = office.store.event(*id).await?;
                let event = &stored.event;
                let what = format!(
                    "event {} of {} version {}",
                    event.sequence, event.number, event.version
                );
                (stored.signed, what, stored.hindrance)
            }
            SubmissionDocument::StatusList(_) => continue,
        };
        if signed.is_none() {
            unsigned.push(Unsigned {
                submission: submission.id,
                document,
                reason: hindrance.unwrap_or_else(|| "nobody has tried yet".to_owned()),
            });
        }
    }
    Ok(unsigned)
}

/// Signs the lists a submission needs and makes its bytes final.
async fn seal_submission(
    office: &mut Office,
    keys: &OfficeKeys,
    submission: &StoredSubmission,
) -> Result<(), DeliveryError> {
    let now = instant_of_lists(office, submission).await?;
    let mut lists = Vec::new();
    let wanted = lists_to_sign(office, submission, now).await?;
    if !wanted.is_empty() {
        office.may_sign().await?;
    }
    for list in wanted {
        lists.extend(sign_lists(office, keys, submission, list, now).await?);
    }
    let signed_at = office.clock.signs_at().filter(|_| !lists.is_empty());
    let mut unit = office.store.begin().await?;
    if let Some(signed_at) = signed_at {
        note_instant(&mut unit, InstantSource::Own, signed_at).await?;
    }
    for signed in &lists {
        let (purpose, list, sequence) = (signed.purpose, signed.list, signed.sequence);
        let id = insert_status_list(&mut unit, purpose, list, sequence, now, &signed.document).await?;
        attach(&mut unit, submission.id, SubmissionDocument::StatusList(id)).await?;
    }
    seal(&mut unit, submission.id).await?;
    unit.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// The instant lists are signed for: now, or where the registry's clock is ahead of ours the newest instant it has
/// shown, because it takes no list from before what it knows; and not before an event they show.
async fn instant_of_lists(
    office: &mut Office,
    submission: &StoredSubmission,
) -> Result<Timestamp, DeliveryError> {
    let mut instant = office.clock.now();
    if let Some(newest) = office.store.newest_instant().await? {
        instant = instant.max(newest);
    }
    for document in &submission.documents {
        if let SubmissionDocument::Event(id) = document {
            instant = instant.max(office.store.event(*id).await?.event.effective);
        }
    }
    Ok(instant)
}

async fn read_documents(
    office: &mut Office,
    submission: &StoredSubmission,
) -> Result<Vec<Outgoing>, DeliveryError> {
    // A submission is sealed with every document signed, and a signature is never taken back.
    let unsigned = || StoreError::Unreadable {
        table: "submission",
        column: "stage",
        row: submission.id,
        cause: "sealed with a document that is not signed".to_owned(),
    };
    let mut outgoing = Vec::with_capacity(submission.documents.len());
    for document in &submission.documents {
        let (bytes, record, instant) = match document {
            SubmissionDocument::Credential(id) => {
                let stored = office.store.credential(*id).await?;
                let record = Record::Credential {
                    number: stored.number,
                    version: stored.version,
                };
                (stored.signed.ok_or_else(unsigned)?, record, None)
            }
            SubmissionDocument::Event(id) => {
                let stored = office.store.event(*id).await?;
                let event = stored.event;
                let instant = Some(event.effective);
                let record = Record::Event {
                    event: event.kind(),
                    sequence: u64::from(event.sequence),
                    effective: event.effective,
                    number: event.number,
                    version: event.version,
                };
                (stored.signed.ok_or_else(unsigned)?, record, instant)
            }
            SubmissionDocument::StatusList(id) => {
                let stored = office.store.status_list(*id).await?;
                let record = Record::StatusList {
                    purpose: stored.purpose,
                    list: stored.list,
                    sequence: stored.sequence,
                };
                (stored.signed, record, Some(stored.valid_from))
            }
        };
        outgoing.push(Outgoing {
            document: *document,
            bytes,
            record,
            instant,
        });
    }
    Ok(outgoing)
}

/// Whether a refusal passes by itself: the registry's clock is behind ours by no more than verifiers allow between two
/// clocks, and has not reached a document's instant. Past that its no is one for good; so it is where our own clock
/// stands far before that instant, for then ours was wrong when the document was made.
fn may_pass(problem: &Problem, outgoing: &[Outgoing], now: Timestamp) -> bool {
    let of_lists = match problem.code.as_str() {
        "eventFromFuture" => false,
        "statusListFromFuture" => true,
        _ => return false,
    };
    let instants = outgoing
        .iter()
        .filter(|it| matches!(it.document, SubmissionDocument::StatusList(_)) == of_lists)
        .filter_map(|it| it.instant);
    instants
        .max()
        .is_some_and(|newest| now.seconds_since(newest).abs() <= CLOCK_SKEW_SECONDS)
}

/// What sending needs of an office.
#[derive(Clone)]
struct Courier {
    registry: Registry,
    policy: OutboxConfig,
    clock: Clock,
}

impl Courier {
    fn of(office: &Office) -> Self {
        Self {
            registry: office.registry.clone(),
            policy: office.papers.config.outbox,
            clock: office.clock,
        }
    }

    /// Sends the same bytes until an answer is known.
    async fn send(&self, outgoing: &[Outgoing]) -> Result<Answer, DeliveryError> {
        let documents: Vec<Vec<u8>> = outgoing.iter().map(|outgoing| outgoing.bytes.clone()).collect();
        let policy = self.policy;
        let mut pause = policy.first_pause_ms;
        let mut attempts = 1;
        loop {
            let answer = match self.registry.submit(&documents).await {
                Ok(Answer::Refused(problem)) if may_pass(&problem, outgoing, self.clock.now()) => {
                    Err(Unanswered::ClockBehind { problem })
                }
                answer => answer,
            };
            match answer {
                Ok(answer) => return Ok(answer),
                Err(cause @ Unanswered::NoToken) => {
                    return Err(DeliveryError::Unanswered { attempts, cause });
                }
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
}

/// A submission on its way, while the office prepares the next.
pub(crate) struct Underway {
    submission: StoredSubmission,
    answer: JoinHandle<(Vec<Outgoing>, Result<Answer, DeliveryError>)>,
}

/// Seals a submission and begins to send it; none where it is held, or is not one that waits: [`deliver`] sees to it.
pub(crate) async fn dispatch(
    office: &mut Office,
    keys: &OfficeKeys,
    submission: i64,
) -> Result<Option<Underway>, DeliveryError> {
    let waits = office.store.next_submission(submission - 1).await?;
    let Some(open) = waits.filter(|it| it.id == submission && it.stage == Stage::Open) else {
        return Ok(None);
    };
    if !unsigned_documents(office, &open).await?.is_empty() {
        return Ok(None);
    }
    seal_submission(office, keys, &open).await?;
    let sealed = office.store.next_submission(submission - 1).await?;
    let Some(submission) = sealed.filter(|it| it.id == open.id) else {
        return Ok(None);
    };
    let outgoing = read_documents(office, &submission).await?;
    let courier = Courier::of(office);
    let answer = tokio::spawn(async move {
        let answer = courier.send(&outgoing).await;
        (outgoing, answer)
    });
    Ok(Some(Underway { submission, answer }))
}

/// Takes the answer in to a submission on its way. One that was refused waits for [`deliver`], which takes it apart.
pub(crate) async fn arrive(office: &mut Office, underway: Underway) -> Result<usize, DeliveryError> {
    let cut_off = |_| DeliveryError::Unanswered {
        attempts: 1,
        cause: Unanswered::CutOff,
    };
    let (outgoing, answer) = underway.answer.await.map_err(cut_off)?;
    match answer? {
        Answer::Accepted(receipts) => {
            accept_receipts(office, &underway.submission, &outgoing, receipts).await
        }
        Answer::Refused(_) => Ok(0),
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
