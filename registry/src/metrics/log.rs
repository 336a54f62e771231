//! Batches of the log: how many documents one carries, and how long it takes to become durable.

use std::time::Duration;

use prometheus_client::{
    metrics::histogram::{Histogram, exponential_buckets},
    registry::Registry,
};

/// Batches that became durable.
#[derive(Clone, Debug)]
pub struct LogMetrics {
    documents: Histogram,
    seconds: Histogram,
}

impl LogMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            // 1 to 1,024 documents, 1 ms to 1 s.
            documents: Histogram::new(exponential_buckets(1.0, 4.0, 6)),
            seconds: Histogram::new(exponential_buckets(0.001, 2.0, 11)),
        };
        let documents = metrics.documents.clone();
        registry.register("batch_documents", "Documents of a batch of the log", documents);
        let seconds = metrics.seconds.clone();
        let help = "Seconds from signing a checkpoint to its being durable in database and file";
        registry.register("batch_commit_seconds", help, seconds);
        metrics
    }

    /// Counts a batch that became durable.
    pub fn committed(&self, documents: usize, took: Duration) {
        let documents = u32::try_from(documents).unwrap_or(u32::MAX);
        self.documents.observe(f64::from(documents));
        self.seconds.observe(took.as_secs_f64());
    }
}
