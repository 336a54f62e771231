//! Submissions, by what became of them.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

/// The code of a submission that got its receipts.
const ACCEPTED: &str = "accepted";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SubmissionLabels {
    /// `accepted`, or the code of the problem.
    code: &'static str,
}

/// Submissions.
#[derive(Clone, Debug)]
pub struct IntakeMetrics {
    submissions: Family<SubmissionLabels, Counter>,
    receipts: Counter,
}

impl IntakeMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            submissions: Family::default(),
            receipts: Counter::default(),
        };
        let submissions = metrics.submissions.clone();
        let help = "Submissions by what became of them: accepted, or the code of the problem";
        registry.register("submissions", help, submissions);
        let receipts = metrics.receipts.clone();
        registry.register("receipts", "Receipts given, one a document", receipts);
        drop(
            metrics
                .submissions
                .get_or_create(&SubmissionLabels { code: ACCEPTED }),
        );
        metrics
    }

    /// Counts a submission whose documents are all in the log.
    pub fn accepted(&self, receipts: usize) {
        let labels = SubmissionLabels { code: ACCEPTED };
        self.submissions.get_or_create(&labels).inc();
        self.receipts.inc_by(u64::try_from(receipts).unwrap_or(u64::MAX));
    }

    /// Counts one that was refused.
    pub fn refused(&self, code: &'static str) {
        self.submissions.get_or_create(&SubmissionLabels { code }).inc();
    }
}
