//! What the service counts and measures, for `/metrics` on the private listener (OpenMetrics text).
//!
//! No label ever holds a number, a name or a path somebody looked up (THREATS T15): labels are routes as the router
//! writes them, statuses, problem codes, purposes and nothing else, all of them closed sets, so memory is bounded too.

mod connections;
mod intake;
mod levels;
mod log;
mod process;
mod requests;
mod webhooks;

use prometheus_client::{metrics::info::Info, registry::Registry};

pub use connections::{ConnectionMetrics, Listener};
pub use intake::IntakeMetrics;
pub use levels::{LevelMetrics, Levels, PartLevels, WebhookLevels};
pub use log::LogMetrics;
pub use requests::RequestMetrics;
pub use webhooks::{Outcome, WebhookMetrics};

use crate::Role;

/// What every name begins with; those of the process itself keep the names that everybody uses.
const PREFIX: &str = "touchstone_registry";

/// Everything counted. Parts are cheap to clone, and clones count together.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Requests of the public listener.
    pub requests: RequestMetrics,
    /// Connections of both listeners.
    pub connections: ConnectionMetrics,
    /// Submissions.
    pub intake: IntakeMetrics,
    /// Batches of the log.
    pub log: LogMetrics,
    /// Messages to subscribers; only the sequencer sends any.
    pub webhooks: Option<WebhookMetrics>,
    /// What stands at the moment of asking.
    levels: LevelMetrics,
}

impl Metrics {
    /// Those of a process in that role.
    #[must_use]
    pub fn new(role: Role) -> Self {
        let mut registry = Registry::default();
        process::register(&mut registry);
        let ours = registry.sub_registry_with_prefix(PREFIX);
        let build = Info::new([("version", env!("CARGO_PKG_VERSION")), ("role", role.name())]);
        ours.register("build", "The version that runs, and in which role", build);
        let requests = RequestMetrics::register(ours);
        let connections = ConnectionMetrics::register(ours);
        let intake = IntakeMetrics::register(ours);
        let log = LogMetrics::register(ours);
        let webhooks = (role == Role::Sequencer).then(|| WebhookMetrics::register(ours));
        let levels = LevelMetrics::register(ours);
        Self {
            registry,
            requests,
            connections,
            intake,
            log,
            webhooks,
            levels,
        }
    }

    /// All of it as text, with the levels of this moment.
    ///
    /// # Errors
    /// Never in practice: text is written to memory.
    pub fn write(&self, levels: &Levels) -> Result<String, std::fmt::Error> {
        self.levels.set(levels);
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
