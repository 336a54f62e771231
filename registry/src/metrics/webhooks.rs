//! Messages to subscribers, by what became of each attempt.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

/// What became of an attempt to send a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The subscriber took it.
    Arrived,
    /// It did not, and there will be another attempt.
    Failed,
    /// It did not, and the message was laid aside.
    LaidAside,
}

impl Outcome {
    const ALL: [Self; 3] = [Self::Arrived, Self::Failed, Self::LaidAside];

    const fn name(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Failed => "failed",
            Self::LaidAside => "laidAside",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

/// Messages to subscribers.
#[derive(Clone, Debug)]
pub struct WebhookMetrics {
    attempts: Family<OutcomeLabels, Counter>,
}

impl WebhookMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            attempts: Family::default(),
        };
        let help = "Attempts to send a message to a subscriber, by what became of them";
        registry.register("webhook_attempts", help, metrics.attempts.clone());
        for outcome in Outcome::ALL {
            drop(metrics.attempts.get_or_create(&labels(outcome)));
        }
        metrics
    }

    /// Counts an attempt.
    pub fn attempted(&self, outcome: Outcome) {
        self.attempts.get_or_create(&labels(outcome)).inc();
    }
}

const fn labels(outcome: Outcome) -> OutcomeLabels {
    OutcomeLabels {
        outcome: outcome.name(),
    }
}
