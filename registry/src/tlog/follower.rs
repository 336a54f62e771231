//! A reader's way: it follows the log that the sequencer of another process writes.
//!
//! Several times a second: ask for the database's checkpoint → verify and hash what is new ([`mod@follow`]) → checkpoint
//! file, fsynced → publish. A database that is away is waited for. One that went back, forked or was rewritten is never
//! adopted: what was verified before goes on being served, the operator is told, and the reader goes on once the
//! database extends what it has published.

use std::{
    mem::{Discriminant, discriminant},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::watch;
use touchstone_verifier::tlog::LogKey;

use super::{CheckpointFile, RecoverError, Shared, follow, sequencer::LOOK_AGAIN};
use crate::{TrustStore, store::Store};

/// How often the database is asked for its checkpoint. A withdrawal is to be visible within the second of its receipt:
/// five looks a second leave four fifths of it to hashing and to the proxy, and cost the database one row each.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Looks from one at the trust list that the sequencer adopted to the next: a list counts within a second.
const TRUST_EVERY: u32 = 5;

/// Everything a follower works with.
#[derive(Debug)]
pub struct Follower {
    /// What the sequencer writes, opened to read.
    pub store: Store,
    /// What readers see.
    pub shared: Shared,
    /// Whose checkpoints they are.
    pub log: LogKey,
    /// This process's own memory of the newest checkpoint it has shown.
    pub file: CheckpointFile,
    /// Whom the registry trusts.
    pub trust: Arc<TrustStore>,
    /// What others are told.
    pub following: Following,
}

/// How it stands with following. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Following(Arc<Mutex<Seen>>);

#[derive(Debug)]
struct Seen {
    sight: Sight,
    looked: Instant,
}

/// What the last look at the database found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The log, as far as it goes, which is what is published.
    Current,
    /// Nothing: something could not be read or written. It may be there in a moment.
    Away {
        /// What was said.
        reason: String,
    },
    /// Something that does not extend what is published, and is not shown.
    Refused {
        /// What is wrong with it.
        reason: String,
    },
    /// Nobody looks any more.
    Ended,
}

impl Sight {
    /// As `/readyz` writes it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Away { .. } => "away",
            Self::Refused { .. } => "refused",
            Self::Ended => "ended",
        }
    }

    /// Why it is not current.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Away { reason } | Self::Refused { reason } => Some(reason),
            Self::Current | Self::Ended => None,
        }
    }
}

impl From<&RecoverError> for Sight {
    fn from(error: &RecoverError) -> Self {
        let reason = error.to_string();
        if error.may_pass() {
            Self::Away { reason }
        } else {
            Self::Refused { reason }
        }
    }
}

impl Following {
    /// Of a log that was read this moment.
    #[must_use]
    pub fn begin() -> Self {
        Self(Arc::new(Mutex::new(Seen {
            sight: Sight::Current,
            looked: Instant::now(),
        })))
    }

    /// What the last look found.
    #[must_use]
    pub fn sight(&self) -> Sight {
        self.seen().sight.clone()
    }

    /// How long ago the database was last found to hold what is published, or to extend it.
    #[must_use]
    pub fn since_last_look(&self) -> Duration {
        self.seen().looked.elapsed()
    }

    fn note(&self, found: Sight) {
        let mut seen = self.seen();
        if found == Sight::Current {
            seen.looked = Instant::now();
        }
        seen.sight = found;
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Follower {
    /// Starts the thread, on which hashing keeps no request waiting. It ends when told so.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        self,
        runtime: tokio::runtime::Handle,
        stopped: watch::Receiver<bool>,
    ) -> std::io::Result<std::thread::JoinHandle<()>> {
        std::thread::Builder::new()
            .name("follower".to_owned())
            .spawn(move || runtime.block_on(self.run(stopped)))
    }

    async fn run(self, mut stopped: watch::Receiver<bool>) {
        // Also when something panics on the way.
        let guard = EndOnDrop(&self.following);
        let (shortest, longest) = LOOK_AGAIN;
        let mut pause = shortest;
        let mut trouble: Option<Discriminant<RecoverError>> = None;
        let mut looks: u32 = 0;
        loop {
            let looked = tokio::select! {
                _ = stopped.changed() => break,
                looked = self.look(looks) => looked,
            };
            let wait = match &looked {
                Ok(()) => {
                    looks = looks.wrapping_add(1);
                    pause = shortest;
                    LOOK_EVERY
                }
                Err(_) => {
                    let wait = pause;
                    pause = longest.min(pause * 2);
                    wait
                }
            };
            trouble = self.tell(&looked, trouble);
            tokio::select! {
                _ = stopped.changed() => break,
                () = tokio::time::sleep(wait) => {}
            }
        }
        drop(guard);
    }

    async fn look(&self, looks: u32) -> Result<(), RecoverError> {
        self.store.check_place()?;
        if let Some(news) = follow(&self.store, &self.shared, &self.log).await? {
            // Nothing is shown before it stands in the file.
            self.file.write(&news.checkpoint)?;
            self.shared.adopt(news);
        }
        if looks.is_multiple_of(TRUST_EVERY) {
            self.trust.look_in(&self.store).await;
        }
        Ok(())
    }

    /// Tells the operator, and the log once for each trouble of another kind; gives the kind.
    fn tell(
        &self,
        looked: &Result<(), RecoverError>,
        before: Option<Discriminant<RecoverError>>,
    ) -> Option<Discriminant<RecoverError>> {
        let Err(error) = looked else {
            if before.is_some() {
                tracing::info!("the database extends what is published, and is followed again");
            }
            self.following.note(Sight::Current);
            return None;
        };
        let kind = Some(discriminant(error));
        if kind != before && error.may_pass() {
            tracing::error!(%error, "the log cannot be followed now, what was verified is served");
        } else if kind != before {
            tracing::error!(%error, "the database is not the log that is published: nothing of it is shown");
        }
        self.following.note(Sight::from(error));
        kind
    }
}

/// Says that nobody looks when the thread ends, however it ends.
struct EndOnDrop<'a>(&'a Following);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.note(Sight::Ended);
    }
}
