//! What the log proves about a signed document: its place, its time, and whether a retired key made it in time.

use std::sync::Mutex;

use touchstone_schemas::{
    budget::{MAX_ENTRY_BYTES, MAX_LOG_PROOF_BYTES},
    date_time::Timestamp,
    decode::{ReadError, read},
    did::Did,
    digest::Sha256Digest,
    submission::Receipt,
    tlog::{LogProof, LogProofError, SignedNote, TreeHead, entry::Record},
    trust_list::{Retirement, TrustedLog},
};

use crate::{
    clock::Clock,
    history::LogHistory,
    tlog::{LogKey, LogKeyError, LogProofRefused, VerifiedCheckpoint, verify_checkpoint, verify_entry},
    trust::CLOCK_SKEW_SECONDS,
};

/// A log of the trust list: its key, and the checkpoint last verified under it.
#[derive(Debug)]
pub struct LogContext {
    key: LogKey,
    last: Mutex<Option<(SignedNote, VerifiedCheckpoint)>>,
}

/// What a receipt must be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected<'a> {
    /// The body.
    pub issuer: &'a Did,
    /// SHA-256 of the signed document's JCS bytes.
    pub digest: Sha256Digest,
    /// What tells the document apart.
    pub record: Record,
}

/// A document proven to stand in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Index of its entry.
    pub index: u64,
    /// When the log recorded it.
    pub recorded: Timestamp,
    /// The tree it was proven to stand in.
    pub head: TreeHead,
}

/// Why a receipt proves nothing about a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptRefused {
    /// Not a receipt.
    #[error(transparent)]
    Form(#[from] ReadError),
    /// Its proof is not of the form.
    #[error(transparent)]
    Proof(#[from] LogProofError),
    /// Its proof does not hold.
    #[error(transparent)]
    Refused(#[from] LogProofRefused),
    /// It is about another document.
    #[error("the receipt's {member} is not that of the document")]
    Other {
        /// The first member of the entry that differs.
        member: &'static str,
    },
    /// Its time is before the document was signed: the log's clock, or the log, is wrong.
    #[error("recorded at {recorded}, before the document was signed at {created}")]
    BeforeSigning {
        /// When the log says it recorded the document.
        recorded: Timestamp,
        /// When the document was signed.
        created: Timestamp,
    },
    /// Its time has not come.
    #[error("recorded at {recorded}, which is in the future at {now}")]
    FromFuture {
        /// When the log says it recorded the document.
        recorded: Timestamp,
        /// Now.
        now: Timestamp,
    },
}

impl Logged {
    /// The same, if its time can be true of a document signed at `created`: not before that, and not in the future,
    /// beyond what clocks may differ by.
    ///
    /// # Errors
    /// [`ReceiptRefused::BeforeSigning`], [`ReceiptRefused::FromFuture`].
    pub(crate) fn at_a_possible_time(self, created: Timestamp, clock: Clock) -> Result<Self, ReceiptRefused> {
        let (recorded, now) = (self.recorded, clock.now);
        if created.seconds_since(recorded) > CLOCK_SKEW_SECONDS {
            return Err(ReceiptRefused::BeforeSigning { recorded, created });
        }
        if clock.is_future(recorded) {
            return Err(ReceiptRefused::FromFuture { recorded, now });
        }
        Ok(self)
    }
}

/// Longest receipt read: an entry, a proof in which every character may be escaped, and what holds them together.
const LONGEST_RECEIPT: usize = MAX_ENTRY_BYTES + 2 * MAX_LOG_PROOF_BYTES;

impl LogContext {
    /// The log as the trust list names it.
    ///
    /// # Errors
    /// When its key is unusable.
    pub fn new(log: &TrustedLog) -> Result<Self, LogKeyError> {
        Ok(Self {
            key: LogKey::new(log.origin.clone(), log.key.as_bytes())?,
            last: Mutex::new(None),
        })
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &LogKey {
        &self.key
    }

    /// Verifies a receipt in its JSON form.
    ///
    /// # Errors
    /// [`ReceiptRefused`] says why it proves nothing.
    pub fn check_receipt(&self, receipt: &str, expected: &Expected<'_>) -> Result<Logged, ReceiptRefused> {
        self.check(&read_receipt(receipt)?, expected)
    }

    /// Verifies a receipt.
    ///
    /// # Errors
    /// [`ReceiptRefused`] says why it proves nothing.
    pub fn check(&self, receipt: &Receipt, expected: &Expected<'_>) -> Result<Logged, ReceiptRefused> {
        let entry = &receipt.entry;
        let differs = [
            ("digest", entry.digest != expected.digest),
            ("issuer", entry.issuer != *expected.issuer),
            ("record", entry.record != expected.record),
        ];
        if let Some((member, _)) = differs.into_iter().find(|(_, differs)| *differs) {
            return Err(ReceiptRefused::Other { member });
        }
        let proof = LogProof::parse(receipt.proof.as_bytes())?;
        let checkpoint = self.checkpoint(&proof.checkpoint)?;
        let included =
            verify_entry(&entry.to_bytes(), &proof.inclusion, checkpoint).map_err(LogProofRefused::from)?;
        Ok(Logged {
            index: included.index(),
            recorded: entry.recorded,
            head: *included.checkpoint().head(),
        })
    }

    /// Verifies a checkpoint unless it is the one verified last.
    fn checkpoint(&self, note: &SignedNote) -> Result<VerifiedCheckpoint, LogProofRefused> {
        // A poisoned lock costs a verification, nothing else.
        let last = self.last.lock().ok().and_then(|last| {
            last.as_ref()
                .filter(|(seen, _)| seen == note)
                .map(|(_, checkpoint)| checkpoint.clone())
        });
        if let Some(checkpoint) = last {
            return Ok(checkpoint);
        }
        let checkpoint = verify_checkpoint(note, &self.key)?;
        if let Ok(mut last) = self.last.lock() {
            *last = Some((note.clone(), checkpoint.clone()));
        }
        Ok(checkpoint)
    }
}

/// Reads a receipt in its JSON form; nothing in it is believed yet.
pub(crate) fn read_receipt(receipt: &str) -> Result<Receipt, ReceiptRefused> {
    Ok(read(receipt.as_bytes(), LONGEST_RECEIPT)?)
}

/// What a retired key's retirement makes of a document (DESIGN §4 "Trust list").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AfterRetirement {
    /// It stood in the log before the key was retired.
    Before,
    /// It stands in the log at or after the retirement point.
    After,
    /// Nothing proves on which side it stands.
    Unproven,
}

/// The tree of the retirement point.
pub(crate) fn retirement_point(retirement: &Retirement) -> TreeHead {
    TreeHead {
        size: retirement.from,
        root: retirement.root_hash,
    }
}

/// Judges a document of a retired key: proof index below N counts, but only into the root of the log at size N, or
/// into a tree that is shown to share its history with that root.
pub(crate) fn judge_retirement(
    retirement: &Retirement,
    logged: Option<&Logged>,
    history: &LogHistory<'_>,
) -> AfterRetirement {
    let Some(logged) = logged else {
        return AfterRetirement::Unproven;
    };
    if logged.index >= retirement.from {
        return AfterRetirement::After;
    }
    if history.joins(&logged.head, &retirement_point(retirement)) {
        AfterRetirement::Before
    } else {
        AfterRetirement::Unproven
    }
}
