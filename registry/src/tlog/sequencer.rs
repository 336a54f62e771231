//! The sequencer: one thread that puts verified submissions into the log, many at a time.
//!
//! For each batch: check every bundle against what is durable and what the batch holds already → one transaction with
//! documents, entries, tiles and checkpoint → checkpoint file, fsynced → publish → receipts. After a failure on the way
//! nobody knows what is there: nothing more is accepted until the log has been read again from what is published on,
//! and extends it. A database or a disk that is away for a while is waited for; a log that is not as it was left ends
//! intake until an operator has looked. Reading goes on all the while.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, oneshot};
use touchstone_schemas::{date_time::Timestamp, submission::Receipt, tlog::Entry};

use super::{
    CheckpointFile, CheckpointFileError, Growth, LogSigner, LogSignerError, News, RecoverError, Shared,
    follow,
};
use crate::{
    Clock, DiskLow, DiskReserve,
    intake::{AdmitError, Admitted, Bundle, Lane, LogTime, admit, check_points},
    ledger::{Ledger, Logged},
    metrics::LogMetrics,
    store::{Batch, LockError, NewEntry, Store, StoreError, StoredCheckpoint, WriterLock},
};

/// Most documents in a batch, a last bundle not counted: a transaction of about 0.1 s.
const BATCH_DOCUMENTS: usize = 1_024;

/// How long the log waits before it looks again after a failure; doubled up to the second.
pub(super) const LOOK_AGAIN: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// Everything the sequencer works with.
#[derive(Debug)]
pub struct Sequencer {
    /// Where batches are written.
    pub store: Store,
    /// Keeps other writers out.
    pub lock: WriterLock,
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
    stopped: Arc<AtomicBool>,
    /// Set by whoever reads what is stored, and never taken back.
    condemned: Arc<AtomicBool>,
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
    /// A write failed; whether this submission is in is known once the log has been read again.
    #[error("a write failed, and the log accepts no submissions until it has been read again")]
    Stopped,
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
            let Some(job) = self.next() else { break };
            documents += job.bundle.len();
            jobs.push(job);
        }
        Some(jobs)
    }

    /// What waits now.
    fn next(&mut self) -> Option<Job> {
        let urgent = self.urgent.try_recv();
        urgent.or_else(|_| self.usual.try_recv()).ok()
    }

    fn is_closed(&self) -> bool {
        self.usual.is_closed()
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

/// Why the log was not read again.
#[derive(Debug, thiserror::Error)]
enum ResumeError {
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error(transparent)]
    Recover(#[from] RecoverError),
    #[error(transparent)]
    File(#[from] CheckpointFileError),
}

impl ResumeError {
    /// Whether it may go well in a moment. Another process that holds the lock may be gone then.
    const fn may_pass(&self) -> bool {
        match self {
            Self::Lock(_) | Self::File(_) => true,
            Self::Recover(error) => error.may_pass(),
        }
    }
}

impl SequencerHandle {
    /// Hands a verified bundle over, waits until it is durable, and gives its receipts. The urgent lane waits for room,
    /// the usual one does not.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn submit(&self, bundle: Bundle, lane: Lane) -> Result<Vec<Receipt>, Refused> {
        if self.is_stopped() {
            return Err(Refused::Stopped);
        }
        let (reply, answer) = oneshot::channel();
        let job = Job { bundle, reply };
        match lane {
            Lane::Urgent => self.urgent.send(job).await.map_err(|_| Refused::Stopped)?,
            Lane::Usual => self.usual.try_send(job).map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => Refused::Busy,
                mpsc::error::TrySendError::Closed(_) => Refused::Stopped,
            })?,
        }
        let answers = answer.await.unwrap_or(Err(Refused::Stopped))?;
        self.receipts(answers)
    }

    fn receipts(&self, answers: Vec<Answer>) -> Result<Vec<Receipt>, Refused> {
        let published = self.shared.read();
        let receipts = answers
            .into_iter()
            .map(|answer| published.receipt(answer.index, answer.entry));
        receipts.collect::<Option<_>>().ok_or(Refused::Stopped)
    }

    /// How many submissions wait for the log.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let waiting = |jobs: &mpsc::Sender<Job>| jobs.max_capacity() - jobs.capacity();
        waiting(&self.usual) + waiting(&self.urgent)
    }

    /// Accepts nothing more until the next start, however often the log is read again: what is stored was found not to
    /// be what was logged.
    pub fn condemn(&self) {
        self.condemned.store(true, Ordering::Release);
    }

    /// Whether a write failed and the log was not read again since, or what is stored was found to be false.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        let flags = [&self.stopped, &self.condemned];
        flags.iter().any(|flag| flag.load(Ordering::Acquire)) || self.usual.is_closed()
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
        let stopped = Arc::new(AtomicBool::new(false));
        let condemned = Arc::new(AtomicBool::new(false));
        let handle = SequencerHandle {
            usual,
            urgent,
            shared: self.shared.clone(),
            stopped: Arc::clone(&stopped),
            condemned: Arc::clone(&condemned),
        };
        let thread = std::thread::Builder::new()
            .name("sequencer".to_owned())
            .spawn(move || runtime.block_on(self.run(waiting, &stopped, &condemned)))?;
        Ok((handle, thread))
    }

    async fn run(mut self, mut waiting: Waiting, stopped: &AtomicBool, condemned: &AtomicBool) {
        // Also when something panics on the way.
        let guard = StopOnDrop(stopped);
        while let Some(jobs) = waiting.batch().await {
            // Whoever waits is told so when the queue is dropped.
            if condemned.load(Ordering::Acquire) {
                break;
            }
            if let Err(error) = self.sequence(jobs, stopped).await {
                tracing::error!(%error, "the log accepts nothing until it has been read again");
                if !self.resume(&mut waiting).await {
                    break;
                }
                stopped.store(false, Ordering::Release);
            }
        }
        drop(guard);
    }

    /// Reads the log again until that goes well; false when it never will, or nobody asks any more.
    async fn resume(&mut self, waiting: &mut Waiting) -> bool {
        let (mut pause, longest) = LOOK_AGAIN;
        loop {
            // Their submitters are told at once.
            while waiting.next().is_some() {}
            match self.read_again().await {
                Ok(()) => {
                    tracing::info!("the log was read again and accepts submissions");
                    return true;
                }
                Err(error) if error.may_pass() => tracing::warn!(%error, "the log cannot be read again yet"),
                Err(error) => {
                    tracing::error!(%error, "the log is not as it was left, and accepts nothing more");
                    return false;
                }
            }
            if waiting.is_closed() {
                return false;
            }
            tokio::time::sleep(pause).await;
            pause = longest.min(pause * 2);
        }
    }

    /// As at a start, from the published moment on: the lock, the database, the file.
    async fn read_again(&mut self) -> Result<(), ResumeError> {
        self.lock.renew().await?;
        let news = follow(&self.store, &self.shared, self.signer.public()).await?;
        let newest = match &news {
            Some(news) => news.checkpoint.clone(),
            None => self.shared.read().checkpoint.clone(),
        };
        // Nothing is shown before it stands in the file.
        self.file.write(&newest)?;
        if let Some(news) = news {
            self.shared.adopt(news);
        }
        Ok(())
    }

    /// One batch. Replies that are not sent because of an error reach their submitters as
    /// [`Refused::Stopped`].
    async fn sequence(&mut self, jobs: Vec<Job>, stopped: &AtomicBool) -> Result<(), BatchError> {
        // A full disk would be a failed write, and stop the log; this is neither.
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
        if !draft.entries.is_empty()
            && let Err(error) = self.commit(draft).await
        {
            // Before anybody is told.
            stopped.store(true, Ordering::Release);
            return Err(error);
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
        self.shared.adopt(News {
            growth: draft.growth,
            ledger: draft.ledger,
            last_recorded: draft.time.recorded,
            checkpoint: note,
        });
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
struct StopOnDrop<'a>(&'a AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}
