//! The sequencer: one thread that puts verified submissions into the log, many at a time.
//!
//! For each batch: check every bundle against what is durable and what the batch holds already → one transaction with
//! documents, entries, tiles and checkpoint → checkpoint file, fsynced → publish → receipts. The first failure on the
//! way poisons the sequencer: nothing more is accepted until a clean start has read the log again (THREATS: recovery
//! failed too). Reading goes on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use tokio::sync::{mpsc, oneshot};
use touchstone_schemas::{date_time::Timestamp, submission::Receipt, tlog::Entry};

use super::{CheckpointFile, CheckpointFileError, Growth, LogSigner, LogSignerError, Shared};
use crate::{
    Clock, DiskLow, DiskReserve,
    intake::{AdmitError, Admitted, Bundle, Lane, LogTime, admit, check_points},
    ledger::{Ledger, Logged},
    metrics::LogMetrics,
    store::{Batch, NewEntry, Store, StoreError, StoredCheckpoint},
};

/// Most documents in a batch, a last bundle not counted: a transaction of about 0.1 s.
const BATCH_DOCUMENTS: usize = 1_024;

/// Everything the sequencer works with.
#[derive(Debug)]
pub struct Sequencer {
    /// Where batches are written.
    pub store: Store,
    /// The checkpoint outside the database.
    pub file: CheckpointFile,
    /// Signs checkpoints.
    pub signer: LogSigner,
    /// What readers see.
    pub shared: Shared,
    /// Room on disk.
    pub disk: DiskReserve,
    /// What is counted.
    pub metrics: LogMetrics,
    /// The time.
    pub clock: Clock,
}

/// The way in. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SequencerHandle {
    usual: mpsc::Sender<Job>,
    urgent: mpsc::Sender<Job>,
    shared: Shared,
    poisoned: Arc<AtomicBool>,
}

/// Why a submission did not get into the log.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It may not.
    #[error(transparent)]
    Admit(#[from] AdmitError),
    /// Too many are waiting.
    #[error("too many submissions are waiting")]
    Busy,
    /// Too little room is left on disk; nothing was written.
    #[error(transparent)]
    DiskLow(#[from] DiskLow),
    /// A write failed; whether this submission is in is known after the next start.
    #[error("the log does not accept submissions until it is started again")]
    Poisoned,
}

#[derive(Debug)]
struct Job {
    bundle: Bundle,
    reply: oneshot::Sender<Result<Vec<Answer>, Refused>>,
}

/// What waits for the log.
#[derive(Debug)]
struct Waiting {
    usual: mpsc::Receiver<Job>,
    urgent: mpsc::Receiver<Job>,
}

impl Waiting {
    /// The next batch, the urgent first. `None` when nothing waits and nobody can send any more.
    async fn batch(&mut self) -> Option<Vec<Job>> {
        let first = tokio::select! {
            biased;
            Some(job) = self.urgent.recv() => job,
            Some(job) = self.usual.recv() => job,
            else => return None,
        };
        let mut documents = first.bundle.len();
        let mut jobs = vec![first];
        while documents < BATCH_DOCUMENTS {
            let next = self.urgent.try_recv().or_else(|_| self.usual.try_recv());
            let Ok(job) = next else { break };
            documents += job.bundle.len();
            jobs.push(job);
        }
        Some(jobs)
    }
}

/// Why a batch failed.
#[derive(Debug, thiserror::Error)]
enum BatchError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    File(#[from] CheckpointFileError),
    #[error(transparent)]
    Signer(#[from] LogSignerError),
}

impl SequencerHandle {
    /// Hands a verified bundle over, waits until it is durable, and gives its receipts. The urgent lane waits for room,
    /// the usual one does not.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn submit(&self, bundle: Bundle, lane: Lane) -> Result<Vec<Receipt>, Refused> {
        if self.is_poisoned() {
            return Err(Refused::Poisoned);
        }
        let (reply, answer) = oneshot::channel();
        let job = Job { bundle, reply };
        match lane {
            Lane::Urgent => self.urgent.send(job).await.map_err(|_| Refused::Poisoned)?,
            Lane::Usual => self.usual.try_send(job).map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => Refused::Busy,
                mpsc::error::TrySendError::Closed(_) => Refused::Poisoned,
            })?,
        }
        let answers = answer.await.unwrap_or(Err(Refused::Poisoned))?;
        self.receipts(answers)
    }

    fn receipts(&self, answers: Vec<Answer>) -> Result<Vec<Receipt>, Refused> {
        let published = self.shared.read();
        let receipts = answers
            .into_iter()
            .map(|answer| published.receipt(answer.index, answer.entry));
        receipts.collect::<Option<_>>().ok_or(Refused::Poisoned)
    }

    /// How many submissions wait for the log.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let waiting = |jobs: &mpsc::Sender<Job>| jobs.max_capacity() - jobs.capacity();
        waiting(&self.usual) + waiting(&self.urgent)
    }

    /// Whether a write failed.
    #[must_use]
    pub fn is_poisoned(&self) -> bool {
        self.poisoned.load(Ordering::Acquire) || self.usual.is_closed()
    }
}

impl Sequencer {
    /// Starts the thread. It ends when the last handle is gone and all that was accepted is done.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        self,
        queue: usize,
        runtime: tokio::runtime::Handle,
    ) -> std::io::Result<(SequencerHandle, std::thread::JoinHandle<()>)> {
        let (usual, usual_waiting) = mpsc::channel(queue.max(1));
        let (urgent, urgent_waiting) = mpsc::channel(queue.max(1));
        let waiting = Waiting {
            usual: usual_waiting,
            urgent: urgent_waiting,
        };
        let poisoned = Arc::new(AtomicBool::new(false));
        let handle = SequencerHandle {
            usual,
            urgent,
            shared: self.shared.clone(),
            poisoned: Arc::clone(&poisoned),
        };
        let thread = std::thread::Builder::new()
            .name("sequencer".to_owned())
            .spawn(move || runtime.block_on(self.run(waiting, &poisoned)))?;
        Ok((handle, thread))
    }

    async fn run(mut self, mut waiting: Waiting, poisoned: &AtomicBool) {
        // Also when something panics on the way.
        let guard = PoisonOnDrop(poisoned);
        while let Some(jobs) = waiting.batch().await {
            if let Err(error) = self.sequence(jobs).await {
                tracing::error!(%error, "the log is poisoned until the next start");
                break;
            }
        }
        drop(guard);
    }

    /// One batch. Replies that are not sent because of an error reach their submitters as poisoned.
    async fn sequence(&mut self, jobs: Vec<Job>) -> Result<(), BatchError> {
        // A full disk would be a failed write, and poison the log; this is neither.
        if let Err(low) = self.disk.check() {
            for job in jobs {
                drop(job.reply.send(Err(low.clone().into())));
            }
            return Ok(());
        }
        let mut draft = Draft::begin(&self.shared, self.clock.now());
        let mut accepted = Vec::with_capacity(jobs.len());
        for job in jobs {
            match draft.take(&self.shared, &job.bundle) {
                Ok(indices) => accepted.push((job.reply, indices)),
                // The submitter may have gone.
                Err(error) => drop(job.reply.send(Err(error.into()))),
            }
        }
        if !draft.entries.is_empty() {
            self.commit(draft).await?;
        }
        for (reply, answers) in accepted {
            drop(reply.send(Ok(answers)));
        }
        Ok(())
    }

    async fn commit(&mut self, draft: Draft) -> Result<(), BatchError> {
        let started = Instant::now();
        let documents = draft.entries.len();
        let note = self.signer.sign(draft.growth.head())?;
        let batch = {
            let published = self.shared.read();
            Batch {
                follows: published.checkpoint.to_string(),
                checkpoint: StoredCheckpoint {
                    size: draft.growth.head().size,
                    note: note.to_string(),
                },
                tiles: published.tree.grown_tiles(&draft.growth),
                entries: draft.entries,
            }
        };
        self.store.append(&batch).await?;
        self.file.write(&note)?;
        self.metrics.committed(documents, started.elapsed());
        let mut published = self.shared.write();
        published.tree.adopt(draft.growth);
        published.ledger.absorb_at(draft.ledger, draft.time.recorded);
        published.checkpoint = note;
        published.last_recorded = draft.time.recorded;
        Ok(())
    }
}

/// What the submitter of a document is told of.
#[derive(Debug)]
struct Answer {
    index: u64,
    entry: Entry,
}

/// A batch in the making.
struct Draft {
    growth: Growth,
    ledger: Ledger,
    entries: Vec<NewEntry>,
    time: LogTime,
}

impl Draft {
    /// `recorded` never steps back, whatever the clock does, and never runs ahead of what a clock has said.
    fn begin(shared: &Shared, now: Timestamp) -> Self {
        let published = shared.read();
        Self {
            growth: published.tree.grow(),
            ledger: Ledger::default(),
            entries: Vec::new(),
            time: LogTime {
                now,
                recorded: now.max(published.last_recorded),
            },
        }
    }

    /// Takes a bundle in whole, or not at all.
    fn take(&mut self, shared: &Shared, bundle: &Bundle) -> Result<Vec<Answer>, AdmitError> {
        let published = shared.read();
        check_points(bundle, &published.tree)?;
        let first = self.growth.head().size;
        let base = [&published.ledger, &self.ledger];
        let (own, new) = match admit(bundle, base, self.time, first)? {
            Admitted::Known(logged) => return Ok(known(bundle, &logged)),
            Admitted::New { ledger, entries } => (ledger, entries),
        };
        drop(published);
        let mut answers = Vec::with_capacity(new.len());
        for (entry, new) in new {
            // `admit` counted from the same first index; a full tree (2^64) is out of reach.
            let Ok(index) = self.growth.append(&new.entry) else {
                continue;
            };
            self.entries.push(new);
            answers.push(Answer { index, entry });
        }
        self.ledger.absorb(*own);
        Ok(answers)
    }
}

/// The answers for documents that the log holds already, or that stand in this very batch.
fn known(bundle: &Bundle, logged: &[Logged]) -> Vec<Answer> {
    let pairs = bundle.documents().iter().zip(logged);
    pairs
        .map(|(document, logged)| Answer {
            index: logged.index,
            entry: document.entry(logged.recorded),
        })
        .collect()
}

/// Says that nothing more is accepted when the thread ends, however it ends.
struct PoisonOnDrop<'a>(&'a AtomicBool);

impl Drop for PoisonOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}
