//! Requests by route and status, and how long they took.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

/// Upper bounds in seconds: from a look-up in memory to a bulk answer of ten thousand rows.
const SECONDS: [f64; 11] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0, 10.0,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    /// As the router writes it, `/certificates/{number}`; `-` where none matched.
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

/// Requests of the public listener.
#[derive(Clone, Debug)]
pub struct RequestMetrics {
    total: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram>,
}

impl RequestMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            total: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
        };
        let total = metrics.total.clone();
        registry.register("requests", "Requests answered, by route and status", total);
        let seconds = metrics.seconds.clone();
        let help = "Seconds from a request's head to its answer's head, by route";
        registry.register("request_duration_seconds", help, seconds);
        metrics
    }

    /// Counts a request that was answered.
    pub fn answered(&self, route: &'static str, method: &'static str, status: u16, took: Duration) {
        let labels = RequestLabels {
            route,
            method,
            status,
        };
        self.total.get_or_create(&labels).inc();
        let seconds = self.seconds.get_or_create(&RouteLabels { route });
        seconds.observe(took.as_secs_f64());
    }
}
