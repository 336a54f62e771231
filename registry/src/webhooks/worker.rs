//! The work in the background: a task a subscription, each at its own pace, none in the way of another or of intake.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
};
use touchstone_schemas::{credential::RegistryBase, date_time::Timestamp, tlog::Origin};

use super::{
    ATTEMPTS, DeadLetter, FolderError, Message, Progress, SendError, Sender, Subscription, SubscriptionId,
    WebhookFolder, delay,
};
use crate::{
    Clock,
    changes::{LogPageError, Names, Position, Selection, Step, next_steps},
    ledger::{CredentialKey, HeldCredential, Ledger},
    metrics::{Outcome, WebhookMetrics},
    store::Store,
    tlog::Shared,
};

/// How often it is looked whether there is something new: well within the minute in which a withdrawal is public.
const TICK: Duration = Duration::from_millis(500);
/// How long a subscription waits after a failure here, a full disk among them: what was sent but could not be noted
/// is sent again, and not twice a second.
const WAIT: Duration = Duration::from_secs(30);
/// Most messages under way at a time, over all subscriptions (policy).
const SENDING: usize = 16;

/// Everything that telling subscribers works with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Webhooks {
    /// The subscriptions.
    pub folder: WebhookFolder,
    /// Sends.
    pub sender: Sender,
    /// Reading.
    pub store: Store,
    /// What is durable.
    pub shared: Shared,
    /// Base URL of the registry.
    pub base: RegistryBase,
    /// Origin of its log.
    pub origin: Origin,
    /// The time.
    pub clock: Clock,
    /// What is counted.
    pub metrics: Option<WebhookMetrics>,
}

impl Webhooks {
    fn attempted(&self, outcome: Outcome) {
        if let Some(metrics) = &self.metrics {
            metrics.attempted(outcome);
        }
    }
}

/// Why a subscription waits for the next look.
#[derive(Debug, thiserror::Error)]
enum TellError {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Log(#[from] LogPageError),
    #[error("a message was cut off")]
    CutOff(#[from] tokio::task::JoinError),
}

/// Tells subscribers of changes until it is stopped. What is under way then is finished or, after the sender's limit,
/// sent again at the next start.
pub async fn deliver_changes(webhooks: Webhooks, mut stopped: watch::Receiver<bool>) {
    let sending = Arc::new(Semaphore::new(SENDING));
    let mut told = BTreeSet::new();
    let mut tasks = JoinSet::new();
    while !*stopped.borrow() {
        match webhooks.folder.list() {
            Ok(ids) => {
                for id in ids {
                    if !told.insert(id.clone()) {
                        continue;
                    }
                    tasks.spawn(tell(webhooks.clone(), id, Arc::clone(&sending), stopped.clone()));
                }
            }
            Err(error) => tracing::warn!(%error, "subscriptions not read"),
        }
        tokio::select! {
            () = asked_to_stop(&mut stopped) => break,
            () = tokio::time::sleep(TICK) => {}
            Some(Ok(ended)) = tasks.join_next() => { told.remove(&ended); }
        }
    }
    while tasks.join_next().await.is_some() {}
}

/// Tells one subscriber until its subscription is removed. Gives the id back.
async fn tell(
    webhooks: Webhooks,
    id: SubscriptionId,
    sending: Arc<Semaphore>,
    mut stopped: watch::Receiver<bool>,
) -> SubscriptionId {
    while !*stopped.borrow() {
        let pause = match look(&webhooks, &id, &sending, &stopped).await {
            Ok(()) => TICK,
            Err(TellError::Folder(FolderError::Unknown { .. })) => return id,
            Err(error) => {
                tracing::warn!(subscription = %id, %error, "webhook waits");
                WAIT
            }
        };
        tokio::select! {
            () = asked_to_stop(&mut stopped) => break,
            () = tokio::time::sleep(pause) => {}
        }
    }
    id
}

/// Whoever could ask may also be gone without having asked.
async fn asked_to_stop(stopped: &mut watch::Receiver<bool>) {
    drop(stopped.wait_for(|stopped| *stopped).await);
}

/// One look: what was laid aside and is to be sent again, then everything new, until an attempt fails.
async fn look(
    webhooks: &Webhooks,
    id: &SubscriptionId,
    sending: &Arc<Semaphore>,
    stopped: &watch::Receiver<bool>,
) -> Result<(), TellError> {
    let subscription = webhooks.folder.read(id)?;
    let teller = Teller {
        webhooks,
        id,
        subscription: Arc::new(subscription),
        sending,
        stopped,
    };
    teller.send_again().await?;
    let now = webhooks.clock.now();
    let mut progress = match webhooks.folder.progress(id)? {
        Some(progress) => progress,
        None => {
            let size = webhooks.shared.read().tree.size();
            let progress = Progress::at(Position::starting(size, now));
            webhooks.folder.keep_progress(id, &progress)?;
            progress
        }
    };
    if progress.retry_at.is_some_and(|at| at > now) {
        return Ok(());
    }
    loop {
        let before = progress.clone();
        let going_on = teller.tell_next(&mut progress).await?;
        if progress != before {
            webhooks.folder.keep_progress(id, &progress)?;
        }
        if !going_on || progress == before {
            return Ok(());
        }
    }
}

struct Teller<'a> {
    webhooks: &'a Webhooks,
    id: &'a SubscriptionId,
    subscription: Arc<Subscription>,
    sending: &'a Arc<Semaphore>,
    stopped: &'a watch::Receiver<bool>,
}

impl Teller<'_> {
    /// Tells what comes next. Whether to go on at once.
    async fn tell_next(&self, progress: &mut Progress) -> Result<bool, TellError> {
        let Webhooks {
            store, shared, clock, ..
        } = self.webhooks;
        let scope = &self.subscription.scope;
        let concerns = |_: &Ledger, key: &CredentialKey, held: &HeldCredential| scope.concerns(key, held);
        let selection = Selection {
            among: scope.among(),
            concerns: &concerns,
        };
        let steps = next_steps(store, shared, &selection, &progress.position, clock.now()).await?;
        for Step { change, then } in steps {
            let then = Progress::at(then);
            let Some(change) = change else {
                *progress = then;
                continue;
            };
            if *self.stopped.borrow() {
                return Ok(false);
            }
            let message = Message::of(&change, self.names());
            match self.send(message.clone(), Some(then.clone())).await? {
                Ok(()) => *progress = then,
                Err(error) => {
                    self.failed(progress, then, &message, &error)?;
                    return Ok(progress.attempts == 0);
                }
            }
        }
        Ok(true)
    }

    /// Another attempt later, or, after the last one, the message is laid aside and the next one's turn.
    fn failed(
        &self,
        progress: &mut Progress,
        then: Progress,
        message: &Message,
        error: &SendError,
    ) -> Result<(), TellError> {
        let now = self.webhooks.clock.now();
        let attempts = progress.attempts.saturating_add(1);
        tracing::warn!(subscription = %self.id, attempts, %error, "webhook not taken");
        if attempts >= ATTEMPTS {
            let letter = letter(message, attempts, error, now);
            self.webhooks.folder.lay_aside(self.id, &letter)?;
            self.webhooks.attempted(Outcome::LaidAside);
            *progress = then;
            return Ok(());
        }
        self.webhooks.attempted(Outcome::Failed);
        progress.attempts = attempts;
        let seconds = delay(attempts, getrandom::u64().unwrap_or(0));
        progress.retry_at = i64::try_from(seconds)
            .ok()
            .and_then(|seconds| now.checked_add(seconds));
        Ok(())
    }

    /// Sends what the operator wants sent again, once each, out of the order.
    async fn send_again(&self) -> Result<(), TellError> {
        let folder = &self.webhooks.folder;
        for letter_kept in folder.to_send_again(self.id)? {
            match self.send(letter_kept.message(), None).await? {
                Ok(()) => folder.arrived(self.id, &letter_kept)?,
                Err(error) => {
                    let attempts = letter_kept.attempts.saturating_add(1);
                    let now = self.webhooks.clock.now();
                    let letter = letter(&letter_kept.message(), attempts, &error, now);
                    folder.lay_aside_again(self.id, &letter)?;
                    self.webhooks.attempted(Outcome::LaidAside);
                }
            }
        }
        Ok(())
    }

    /// Sends a message, and notes durably how far the subscription stands once it has arrived.
    async fn send(
        &self,
        message: Message,
        then: Option<Progress>,
    ) -> Result<Result<(), SendError>, TellError> {
        // Never closed.
        let _turn = self.sending.acquire().await;
        let (sender, folder) = (self.webhooks.sender.clone(), self.webhooks.folder.clone());
        let (id, subscription) = (self.id.clone(), Arc::clone(&self.subscription));
        let now = self.webhooks.clock.now();
        let sent = tokio::task::spawn_blocking(move || {
            let sent = sender.send(&subscription, &message, now);
            if let (Ok(()), Some(then)) = (&sent, &then) {
                folder.keep_progress(&id, then)?;
            }
            Ok(sent)
        });
        let sent = sent.await?;
        if let Ok(Ok(())) = sent {
            self.webhooks.attempted(Outcome::Arrived);
        }
        sent
    }

    fn names(&self) -> Names<'_> {
        Names {
            base: &self.webhooks.base,
            origin: &self.webhooks.origin,
        }
    }
}

fn letter(message: &Message, attempts: u32, error: &SendError, failed: Timestamp) -> DeadLetter {
    DeadLetter {
        attempts,
        body: message.body.clone(),
        error: error.to_string(),
        failed,
        id: message.id.clone(),
    }
}
