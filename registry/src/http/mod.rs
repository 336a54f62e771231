//! HTTP: routes, problems, and the accept loop. Handlers come in pairs: `serve_x` knows HTTP alone and calls a
//! function that knows none.

mod accept;
mod api;
mod body;
mod cached;
mod certificates;
mod changes;
mod client;
mod compress;
mod cross_origin;
mod directory;
mod documents;
mod extract;
mod headers;
mod health;
mod hot;
mod intake_problem;
mod log_files;
mod media;
mod metrics;
mod mismatch;
mod observe;
mod owner_records;
mod problem;
mod problem_page;
mod rates;
mod regulator;
mod router;
mod routes;
mod security_txt;
mod snapshot;
mod statement;
mod statistics;
mod stream;
mod submissions;
mod surveillance;
mod validity_checks;
mod verifications;
mod verify_page;

use std::{net::IpAddr, sync::Arc};

use axum::body::Bytes;
use touchstone_schemas::{credential::RegistryBase, digest::Sha256Digest, tlog::Origin};

pub use accept::{AcceptLimits, serve_connections};
pub use api::ApiDocument;
use client::Client;
pub use hot::HotAnswers;
pub use problem::Problem;
pub use rates::{Network, Rate};
pub use router::{private_router, public_router, routes};
pub use routes::{Protection, Route};
pub use snapshot::Snapshots;
pub use verify_page::MAX_SAMPLES_BYTES;

use crate::{
    Clock, DiskReserve, Role, TrustStore,
    intake::Intake,
    metrics::Metrics,
    pages::footer::Footer,
    regulators::Register,
    scrub::ScrubSeen,
    statistics::StatisticsCache,
    store::Store,
    tlog::{Following, Shared},
    web::WebFiles,
    webhooks::WebhookFolder,
};

/// What handlers work with, shared: every request clones it more than once.
#[derive(Clone, Debug)]
pub struct App(Arc<AppParts>);

/// The parts of an [`App`].
#[derive(Debug)]
pub struct AppParts {
    /// Base URL of this registry.
    pub base: RegistryBase,
    /// Origin of its log.
    pub origin: Origin,
    /// Reading.
    pub store: Store,
    /// What is durable.
    pub shared: Shared,
    /// Whom the registry trusts.
    pub trust: Arc<TrustStore>,
    /// What this process does for the log.
    pub part: Part,
    /// Regulators and their tokens.
    pub regulators: Register,
    /// Subscriptions.
    pub webhooks: WebhookFolder,
    /// SHA-256 of the bearer token.
    pub token: Sha256Digest,
    /// The verify page's files.
    pub web: Arc<WebFiles>,
    /// The samples that the verify page offers.
    pub samples: Option<Arc<std::path::Path>>,
    /// The time.
    pub clock: Clock,
    /// The proxy in front.
    pub proxy: Option<IpAddr>,
    /// Where certificates of every body are looked up.
    pub national_lookup: Arc<str>,
    /// Whom to tell of a weakness.
    pub security_contact: Option<Arc<str>>,
    /// How much each client may ask.
    pub rates: Arc<Rates>,
    /// Answers that many ask for.
    pub hot: Arc<HotAnswers>,
    /// Snapshots between snapshots.
    pub snapshots: Arc<Snapshots>,
    /// The last count.
    pub statistics: Arc<StatisticsCache>,
    /// Room on disk.
    pub disk: DiskReserve,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// The document of the API.
    pub api: ApiDocument,
    /// What this log says of the one before it, where it was opened after a loss.
    pub recovered_from: Option<Bytes>,
    /// What the foot of every page says.
    pub footer: Arc<Footer>,
    /// Most time a request's body may take.
    pub body_timeout: std::time::Duration,
}

impl From<AppParts> for App {
    fn from(parts: AppParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for App {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.0
    }
}

impl AppParts {
    /// What this process is.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self.part {
            Part::Sequencer { .. } => Role::Sequencer,
            Part::Reader(_) => Role::Reader,
        }
    }
}

/// What a process does for the log, as its role has it.
#[derive(Clone, Debug)]
pub enum Part {
    /// Puts submissions into it.
    Sequencer {
        /// The way in.
        intake: Arc<Intake>,
        /// What reading everything again has found.
        scrub: ScrubSeen,
    },
    /// Shows what another process put into it.
    Reader(Following),
}

/// How much each client may ask, by kind.
#[derive(Debug)]
pub struct Rates {
    /// Records, which hold names and addresses (DOMAIN §3 rule 8).
    pub records: Rate,
    /// Submissions without the token.
    pub strangers: Rate,
    /// Rows of the directory, which hold names.
    pub directory_rows: Rate,
    /// Rows of questions about many certificates at once.
    pub checks: Rate,
    /// Reports that a paper does not match.
    pub mismatches: Rate,
}
