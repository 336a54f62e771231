//! Look-ups of a few entries, gathered: what is asked while others are being answered goes to the database as one
//! question.
//!
//! To wake a thread or a connection costs more than to find an entry. When nobody else is asking, nobody waits.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use super::{Engine, StoredEntry};

/// Questions to the database at a time.
const QUESTIONS: usize = 2;
/// Most look-ups of a question.
const LOOK_UPS: usize = 64;
/// Most entries of a look-up that is gathered; a certificate has a handful.
pub(super) const A_FEW: usize = 8;

/// Where look-ups meet. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Gatherer(Arc<Mutex<Meeting>>);

#[derive(Debug, Default)]
struct Meeting {
    waiting: Vec<LookUp>,
    /// Questions under way.
    asking: usize,
}

#[derive(Debug)]
struct LookUp {
    /// In order, each once.
    indices: Vec<u64>,
    answer: oneshot::Sender<Vec<StoredEntry>>,
}

impl Gatherer {
    /// The entries at these indices, in order of the log; `None` when the question that they were part of failed: whoever
    /// asked asks alone, and has the error that is theirs.
    pub(super) async fn entries_at(&self, engine: &Engine, indices: &[u64]) -> Option<Vec<StoredEntry>> {
        let (answer, answered) = oneshot::channel();
        let mut indices = indices.to_vec();
        indices.sort_unstable();
        indices.dedup();
        let look_up = LookUp { indices, answer };
        if let Some(turn) = self.join(look_up) {
            // A task of its own: whoever began it may go away, and others wait for it.
            tokio::spawn(turn.ask(engine.clone()));
        }
        answered.await.ok()
    }

    /// Puts a look-up with the others; gives a turn to ask, while there is one.
    fn join(&self, look_up: LookUp) -> Option<Turn> {
        let mut meeting = self.meeting();
        meeting.waiting.push(look_up);
        (meeting.asking < QUESTIONS).then(|| {
            meeting.asking += 1;
            Turn(Some(self.clone()))
        })
    }

    fn meeting(&self) -> MutexGuard<'_, Meeting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the questions that may be under way; given back when it ends, however it ends.
struct Turn(Option<Gatherer>);

impl Turn {
    /// Asks for all who wait, until nobody does.
    async fn ask(mut self, engine: Engine) {
        while let Some(look_ups) = self.next() {
            let mut indices: Vec<u64> = look_ups.iter().flat_map(|it| &it.indices).copied().collect();
            indices.sort_unstable();
            indices.dedup();
            // Of a failure those who wait learn by having no answer.
            let Ok(entries) = engine.entries_at(&indices).await else {
                continue;
            };
            let found: BTreeMap<u64, StoredEntry> =
                entries.into_iter().map(|entry| (entry.index, entry)).collect();
            for LookUp { indices, answer } in look_ups {
                let entries = indices.iter().filter_map(|index| found.get(index).cloned());
                // Whoever went away needs no answer.
                let _ = answer.send(entries.collect());
            }
        }
    }

    /// Those who wait; `None` gives the turn back in the same moment, so that whoever comes next takes it.
    fn next(&mut self) -> Option<Vec<LookUp>> {
        let gatherer = self.0.take()?;
        let mut meeting = gatherer.meeting();
        if meeting.waiting.is_empty() {
            meeting.asking = meeting.asking.saturating_sub(1);
            return None;
        }
        let many = meeting.waiting.len().min(LOOK_UPS);
        let look_ups = meeting.waiting.drain(..many).collect();
        drop(meeting);
        self.0 = Some(gatherer);
        Some(look_ups)
    }
}

impl Drop for Turn {
    /// A turn that did not come to its end.
    fn drop(&mut self) {
        if let Some(gatherer) = self.0.take() {
            let mut meeting = gatherer.meeting();
            meeting.asking = meeting.asking.saturating_sub(1);
            // Nobody is left waiting for it.
            drop(mem::take(&mut meeting.waiting));
        }
    }
}
