//! Connections: open, taken, refused beyond the cap.

use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

/// Which of the two listeners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Listener {
    /// Everybody's.
    Public,
    /// The operator's.
    Private,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ListenerLabels {
    listener: Listener,
}

/// Connections of both listeners.
#[derive(Clone, Debug)]
pub struct ConnectionMetrics {
    open: Family<ListenerLabels, Gauge>,
    taken: Family<ListenerLabels, Counter>,
    refused: Family<ListenerLabels, Counter>,
}

/// A connection; dropped when it ends, however it ends.
#[derive(Debug)]
pub struct OpenConnection(Gauge);

impl ConnectionMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            open: Family::default(),
            taken: Family::default(),
            refused: Family::default(),
        };
        let open = metrics.open.clone();
        registry.register("connections_open", "Connections open now", open);
        let taken = metrics.taken.clone();
        registry.register("connections_taken", "Connections taken since the start", taken);
        let refused = metrics.refused.clone();
        let help = "Connections refused because the cap was reached";
        registry.register("connections_refused", help, refused);
        // A counter that is there from the start can be alerted on.
        for listener in [Listener::Public, Listener::Private] {
            let labels = ListenerLabels { listener };
            drop(metrics.open.get_or_create(&labels));
            drop(metrics.taken.get_or_create(&labels));
            drop(metrics.refused.get_or_create(&labels));
        }
        metrics
    }

    /// Counts a connection that was taken, as long as what is returned lives.
    #[must_use]
    pub fn taken(&self, listener: Listener) -> OpenConnection {
        let labels = ListenerLabels { listener };
        self.taken.get_or_create(&labels).inc();
        let open = self.open.get_or_create_owned(&labels);
        open.inc();
        OpenConnection(open)
    }

    /// Counts one beyond the cap.
    pub fn refused(&self, listener: Listener) {
        self.refused.get_or_create(&ListenerLabels { listener }).inc();
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.dec();
    }
}
