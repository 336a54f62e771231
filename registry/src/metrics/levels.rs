//! What stands at the moment of asking: sizes, and the seconds left of what ends.

use std::{sync::atomic::AtomicU64, time::Duration};

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};
use touchstone_schemas::status::StatusPurpose;

/// Levels read when they are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels {
    /// Entries of the log.
    pub log_size: u64,
    /// Credentials held.
    pub credentials: u64,
    /// Seconds since the newest entry, and so since the newest checkpoint.
    pub checkpoint_age: i64,
    /// What one role alone has.
    pub part: PartLevels,
    /// Seconds until the trust list ends; below 0 it has.
    pub trust_list_left: i64,
    /// Seconds until the first of the newest status lists of each purpose ends; nothing where there is none.
    pub status_lists_left: Vec<(StatusPurpose, i64)>,
    /// Bytes free where the log is written; nothing where the system does not tell.
    pub disk_free: Option<u64>,
}

/// What the sequencer alone, or a reader alone, has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartLevels {
    /// Of the sequencer.
    Sequencer {
        /// Submissions waiting for the log.
        queue: u64,
        /// Whether submissions are accepted.
        accepts: bool,
        /// Subscriptions; nothing while their folder cannot be read.
        webhooks: Option<WebhookLevels>,
    },
    /// Of a reader.
    Reader {
        /// Whether what the database holds is what is shown.
        follows: bool,
        /// Since the database was last found to be that.
        since_look: Duration,
    },
}

/// How subscriptions stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WebhookLevels {
    /// Subscriptions.
    pub subscriptions: u64,
    /// Those whose next message waits for another attempt.
    pub waiting: u64,
    /// Messages laid aside, of all of them.
    pub dead_letters: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PurposeLabels {
    purpose: &'static str,
}

type Whole = Gauge<u64, AtomicU64>;
type Seconds = Gauge<f64, AtomicU64>;
/// A gauge that is not written before it has been set.
type Sometimes<G> = Family<[(&'static str, &'static str); 0], G>;

/// The gauges of [`Levels`].
#[derive(Clone, Debug, Default)]
pub struct LevelMetrics {
    log_size: Whole,
    credentials: Whole,
    queue: Sometimes<Whole>,
    checkpoint_age: Gauge,
    log_accepts: Sometimes<Gauge>,
    log_follows: Sometimes<Gauge>,
    look_age: Sometimes<Seconds>,
    subscriptions: Sometimes<Whole>,
    subscriptions_waiting: Sometimes<Whole>,
    dead_letters: Sometimes<Whole>,
    trust_list_left: Gauge,
    status_lists_left: Family<PurposeLabels, Gauge>,
    disk_free: Sometimes<Whole>,
}

impl LevelMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        let all = metrics.clone();
        registry.register("log_entries", "Entries of the log", all.log_size);
        registry.register(
            "credentials",
            "Credentials held, every version counted",
            all.credentials,
        );
        registry.register("queue_submissions", "Submissions waiting for the log", all.queue);
        let help = "Seconds since the newest entry of the log, and so since the newest checkpoint";
        registry.register("checkpoint_age_seconds", help, all.checkpoint_age);
        let help = "1 while submissions are accepted, 0 from a failed write until the log was read again";
        registry.register("log_accepts", help, all.log_accepts);
        let help = "1 while the database holds what this reader shows, or extends it; 0 while it is away or another log";
        registry.register("log_follows", help, all.log_follows);
        let help = "Seconds since this reader last found the database to hold, or extend, what it shows";
        registry.register("database_look_age_seconds", help, all.look_age);
        let help = "Subscriptions of webhooks";
        registry.register("webhook_subscriptions", help, all.subscriptions);
        let help = "Subscriptions whose next message waits for another attempt";
        registry.register("webhook_subscriptions_waiting", help, all.subscriptions_waiting);
        let help = "Messages laid aside after the last attempt, of all subscriptions";
        registry.register("webhook_dead_letters", help, all.dead_letters);
        let help = "Seconds until the trust list ends; below 0 it has";
        registry.register("trust_list_left_seconds", help, all.trust_list_left);
        let help = "Seconds until the first of the newest status lists ends, by purpose; below 0 one has";
        registry.register("status_lists_left_seconds", help, all.status_lists_left);
        let help = "Bytes free where the log is written";
        registry.register("disk_free_bytes", help, all.disk_free);
        metrics
    }

    pub(super) fn set(&self, levels: &Levels) {
        self.log_size.set(levels.log_size);
        self.credentials.set(levels.credentials);
        self.checkpoint_age.set(levels.checkpoint_age);
        self.set_part(levels.part);
        self.trust_list_left.set(levels.trust_list_left);
        for (purpose, left) in &levels.status_lists_left {
            let purpose = purpose.name();
            self.status_lists_left
                .get_or_create(&PurposeLabels { purpose })
                .set(*left);
        }
        if let Some(free) = levels.disk_free {
            self.disk_free.get_or_create(&[]).set(free);
        }
    }

    fn set_part(&self, part: PartLevels) {
        match part {
            PartLevels::Sequencer {
                queue,
                accepts,
                webhooks,
            } => {
                self.queue.get_or_create(&[]).set(queue);
                self.log_accepts.get_or_create(&[]).set(i64::from(accepts));
                if let Some(levels) = webhooks {
                    self.set_webhooks(levels);
                }
            }
            PartLevels::Reader { follows, since_look } => {
                self.log_follows.get_or_create(&[]).set(i64::from(follows));
                self.look_age.get_or_create(&[]).set(since_look.as_secs_f64());
            }
        }
    }

    fn set_webhooks(&self, levels: WebhookLevels) {
        let WebhookLevels {
            subscriptions,
            waiting,
            dead_letters,
        } = levels;
        self.subscriptions.get_or_create(&[]).set(subscriptions);
        self.subscriptions_waiting.get_or_create(&[]).set(waiting);
        self.dead_letters.get_or_create(&[]).set(dead_letters);
    }
}
