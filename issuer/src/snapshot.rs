//! Snapshots: the states of all certificates that the registry has, signed by the status authority, for checks that name
//! nobody (DESIGN §6). Like a list it counts for 24 hours, so one that was not delivered is not sent again: another is
//! made.

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::Timestamp,
    decode::{ReadError, read},
    digest::Sha256Digest,
    jcs::to_canonical,
    lifecycle::{RecordedEvent, Terms},
    snapshot::{Snapshot, SnapshotState, States, StatesError},
    submission::Receipt,
    tlog::{Checkpoint, CheckpointError, LogProof, LogProofError, entry::Record},
};
use touchstone_verifier::log_check::{Expected, ReceiptRefused};

use crate::{
    keys::{KeyError, SignedDocument},
    may_sign::MayNotSign,
    office::{Office, OfficeError, OfficeKeys},
    outbox::{DeliveryError, deliver},
    registry::{Answer, Problem, Unanswered},
    signing::{SigningError, sign_waiting},
    store::{NewSnapshot, StoreError},
};

/// How long a snapshot counts, in seconds: 24 h, the most there is.
const LIFETIME: i64 = 86_400;

/// Why there is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The office's papers do not fit.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// What waits cannot be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// What waits is not delivered: the registry may know more than the office.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    /// The office may not sign now.
    #[error(transparent)]
    NotNow(#[from] MayNotSign),
    /// The status key does not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// More certificates than a snapshot holds.
    #[error(transparent)]
    States(#[from] StatesError),
    /// The registry's receipt proves nothing.
    #[error("the registry's receipt for the snapshot proves nothing: {0}")]
    Receipt(#[from] ReceiptRefused),
    /// A receipt on file does not read.
    #[error("a receipt on file: {0}")]
    OnFile(#[from] ReadError),
    /// A receipt on file has no proof of the form.
    #[error("a receipt on file: {0}")]
    Proof(#[from] LogProofError),
    /// A receipt on file has no checkpoint of the form.
    #[error("a receipt on file: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The calendar ends.
    #[error("no snapshot can begin at {now}")]
    Calendar {
        /// The instant.
        now: Timestamp,
    },
    /// The registry did not answer; the next snapshot takes this one's place.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    /// The registry said no.
    #[error("the registry refused the snapshot: {}", .0.body)]
    Refused(Problem),
    /// The registry gave another number of receipts than one.
    #[error("{found} receipts for one snapshot")]
    ReceiptCount {
        /// Receipts found.
        found: usize,
    },
}

/// A snapshot that the registry has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveredSnapshot {
    /// Its sequence.
    pub sequence: u64,
    /// Certificates in it.
    pub certificates: usize,
    /// Bytes of the signed document.
    pub bytes: usize,
    /// Index of its entry in the log.
    pub index: u64,
}

/// Delivers what waits, makes a snapshot of what the registry has now, and delivers it.
///
/// # Errors
/// [`SnapshotError`].
pub async fn snapshot(office: &mut Office, keys: &OfficeKeys) -> Result<DeliveredSnapshot, SnapshotError> {
    sign_waiting(office, keys).await?;
    deliver(office, keys).await?;
    office.may_sign().await?;
    let unsigned = make(office).await?;
    let signed = keys.status.sign_snapshot(&unsigned)?;
    // On file before it leaves: a sequence is given once.
    let digest = Sha256Digest::of(signed.bytes());
    let new = NewSnapshot {
        sequence: unsigned.sequence,
        valid_from: unsigned.valid_from,
        log_size: unsigned.log_size,
        digest,
    };
    office.store.keep_snapshot(new).await?;
    let index = send(office, &unsigned, &signed).await?;
    Ok(DeliveredSnapshot {
        sequence: unsigned.sequence,
        certificates: unsigned.states.len(),
        bytes: signed.bytes().len(),
        index,
    })
}

/// The snapshot of now: both clocks there, everything that has a receipt counted.
async fn make(office: &mut Office) -> Result<Snapshot, SnapshotError> {
    let now = office.clock.now();
    // Where the registry's clock is ahead of ours it takes nothing from before what it knows.
    let now = office
        .store
        .newest_instant()
        .await?
        .map_or(now, |newest| now.max(newest));
    let mut log_size = 0;
    for receipt in office.store.newest_receipts().await? {
        let proof = LogProof::parse(
            read::<Receipt>(receipt.as_bytes(), receipt.len())?
                .proof
                .as_bytes(),
        )?;
        let checkpoint = Checkpoint::parse(proof.checkpoint.text())?;
        log_size = checkpoint.head.size.max(log_size);
    }
    Ok(Snapshot {
        issuer: office.papers.config.issuer.did.status_authority(),
        registry: office.papers.config.registry.url.clone(),
        sequence: office.store.next_snapshot_sequence().await?,
        valid_from: now,
        valid_until: now.checked_add(LIFETIME).ok_or(SnapshotError::Calendar { now })?,
        log_size,
        states: States::pack(states(office, now).await?)?,
    })
}

async fn states(office: &mut Office, now: Timestamp) -> Result<Vec<SnapshotState>, SnapshotError> {
    let mut states = Vec::new();
    let mut seen: Option<(CredentialNumber, Version)> = None;
    loop {
        let page = office.store.logged_credentials_behind(seen.as_ref()).await?;
        let Some(last) = page.last() else { break };
        seen = Some((last.number.clone(), last.version));
        for stored in page {
            let events = office.store.events(stored.id).await?.into_iter();
            let recorded = |event: crate::store::StoredEvent| {
                Some(RecordedEvent {
                    sequence: event.event.sequence,
                    effective: event.event.effective,
                    recorded: event.recorded?,
                    change: event.event.change,
                })
            };
            let events: Vec<RecordedEvent> = events.filter_map(recorded).collect();
            let terms = Terms::from(&stored.credential()?);
            let key = (stored.number, stored.version);
            states.push(SnapshotState::of(key, &terms, &events, now));
        }
    }
    Ok(states)
}

async fn send(
    office: &mut Office,
    unsigned: &Snapshot,
    signed: &SignedDocument,
) -> Result<u64, SnapshotError> {
    let receipts = match office.registry.submit(&[signed.bytes().to_vec()]).await? {
        Answer::Accepted(receipts) => receipts,
        Answer::Refused(problem) => return Err(SnapshotError::Refused(problem)),
    };
    let [receipt] = receipts.as_slice() else {
        return Err(SnapshotError::ReceiptCount {
            found: receipts.len(),
        });
    };
    let expected = Expected {
        issuer: &office.papers.config.issuer.did,
        digest: Sha256Digest::of(signed.bytes()),
        record: Record::Snapshot {
            sequence: unsigned.sequence,
        },
    };
    let logged = office.papers.log()?.check(receipt, &expected)?;
    let receipt = String::from_utf8_lossy(&to_canonical(receipt)).into_owned();
    office
        .store
        .keep_snapshot_receipt(unsigned.sequence, &receipt)
        .await?;
    Ok(logged.index)
}
