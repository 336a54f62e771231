//! What stands at the moment of asking: sizes, and the seconds left of what ends.

use std::sync::atomic::AtomicU64;

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
    /// Submissions waiting for the log.
    pub queue: u64,
    /// Seconds since the newest entry, and so since the newest checkpoint.
    pub checkpoint_age: i64,
    /// Whether submissions are accepted.
    pub log_accepts: bool,
    /// Seconds until the trust list ends; below 0 it has.
    pub trust_list_left: i64,
    /// Seconds until the first of the newest status lists of each purpose ends; nothing where there is none.
    pub status_lists_left: Vec<(StatusPurpose, i64)>,
    /// Bytes free where the log is written; nothing where the system does not tell.
    pub disk_free: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PurposeLabels {
    purpose: &'static str,
}

type Whole = Gauge<u64, AtomicU64>;

/// The gauges of [`Levels`].
#[derive(Clone, Debug, Default)]
pub struct LevelMetrics {
    log_size: Whole,
    credentials: Whole,
    queue: Whole,
    checkpoint_age: Gauge,
    log_accepts: Gauge,
    trust_list_left: Gauge,
    status_lists_left: Family<PurposeLabels, Gauge>,
    disk_free: Family<[(&'static str, &'static str); 0], Whole>,
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
        self.queue.set(levels.queue);
        self.checkpoint_age.set(levels.checkpoint_age);
        self.log_accepts.set(i64::from(levels.log_accepts));
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
}
