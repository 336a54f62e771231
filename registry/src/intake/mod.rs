//! Intake: what may enter the log (DESIGN §3).
//!
//! [`read_submission`] takes a body apart; [`verify_submission`] asks who signed each document, with the verifier's
//! own doors; [`admit()`] asks whether the bundle as a whole may follow what the log holds, and runs in the sequencer,
//! where nothing can come between the question and the writing. [`process_submission`] is the three in a row.

mod admit;
mod admit_error;
mod bundle;
mod lane;
mod owner_records;
mod snapshots;
mod status_lists;
mod verify;

use touchstone_schemas::{credential::RegistryBase, submission::Receipt, tlog::Entry};

pub use admit::{Admitted, LogTime, admit};
pub use admit_error::AdmitError;
pub use bundle::{BundleLimits, RawDocument, SubmissionError, read_submission};
pub use lane::{Admission, Gate, Lane};
pub use owner_records::check_points;
pub use snapshots::SnapshotFault;
pub(crate) use snapshots::compare_held;
pub use verify::{Bundle, BundleDocument, Grounds, RefusedDocument, VerifyError, verify_submission};

use crate::{
    Clock, TrustStore,
    store::{Store, StoreError},
    tlog::{Refused, SequencerHandle, Shared},
};

/// What intake works with.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Base URL that every id must begin with.
    pub base: RegistryBase,
    /// Bounds on a submission.
    pub limits: BundleLimits,
    /// Whom the registry trusts.
    pub trust: std::sync::Arc<TrustStore>,
    /// Where known documents are read.
    pub store: Store,
    /// What is durable.
    pub shared: Shared,
    /// How many are taken at a time.
    pub gate: Gate,
    /// The way into the log.
    pub sequencer: SequencerHandle,
    /// The time.
    pub clock: Clock,
}

/// Why a submission is refused.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// It is not a submission.
    #[error(transparent)]
    Submission(#[from] SubmissionError),
    /// A document in it is not to be believed.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// It may not follow what the log holds, or the log is not accepting.
    #[error(transparent)]
    Sequencer(#[from] Refused),
    /// What the log holds cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An entry that the log holds is not what its receipt would say.
    #[error("entry {index} of the log is damaged in the database")]
    Damaged {
        /// Its index.
        index: u64,
    },
    /// Verification stopped in the middle.
    #[error("verification was interrupted")]
    Interrupted,
}

/// Verifies a submission and puts it into the log; gives a receipt for each document, in order.
///
/// A submission whose documents the log all holds gets their receipts again.
///
/// # Errors
/// [`IntakeError`]; nothing is stored then.
pub async fn process_submission(intake: &Intake, body: Vec<u8>) -> Result<Vec<Receipt>, IntakeError> {
    let trusted = intake.trust.refresh(&intake.store).await;
    let documents = read_submission(&body, intake.limits)?;
    drop(body);
    let lane = Lane::of(&documents);
    let admission = intake.gate.enter(lane)?;
    if let Some(receipts) = known_receipts(intake, &documents).await? {
        return Ok(receipts);
    }
    let (base, shared, now) = (intake.base.clone(), intake.shared.clone(), intake.clock.now());
    let turn = intake.gate.turn(&admission).await;
    // Signatures and inflating take milliseconds: not on a thread that serves others.
    let verified =
        tokio::task::spawn_blocking(move || verify_submission(documents, &trusted, &base, &shared, now))
            .await;
    drop(turn);
    let bundle = verified.map_err(|_| IntakeError::Interrupted)??;
    Ok(intake.sequencer.submit(bundle, lane).await?)
}

/// The receipts of documents that the log holds already; none when it does not hold them all.
async fn known_receipts(
    intake: &Intake,
    documents: &[RawDocument],
) -> Result<Option<Vec<Receipt>>, IntakeError> {
    let logged: Option<Vec<_>> = {
        let published = intake.shared.read();
        let mut found = documents
            .iter()
            .map(|document| published.ledger.logged(&document.digest));
        found.by_ref().collect()
    };
    let Some(logged) = logged else { return Ok(None) };
    let mut receipts = Vec::with_capacity(logged.len());
    for (document, logged) in documents.iter().zip(logged) {
        let index = logged.index;
        let stored = intake.store.entry(index).await?;
        let entry = Entry::parse(&stored.entry)
            .ok()
            .filter(|entry| entry.digest == document.digest);
        let entry = entry.ok_or(IntakeError::Damaged { index })?;
        let receipt = intake.shared.read().receipt(index, entry);
        receipts.push(receipt.ok_or(IntakeError::Damaged { index })?);
    }
    Ok(Some(receipts))
}
