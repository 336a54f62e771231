//! What a sequencer and a reader are both served from.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::body::Bytes;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use touchstone_schemas::multikey::Multikey;
use touchstone_verifier::input::{LogProofPolicy, Policy};

use super::{Running, StartError, to_usize};
use crate::{
    Clock, DiskReserve, Role, TrustStore,
    config::Config,
    http::{
        AcceptLimits, ApiDocument, App, AppParts, HotAnswers, Part, Rate, Rates, Snapshots, private_router,
        public_router, routes, serve_connections,
    },
    metrics::{Listener, Metrics},
    pages::footer::Footer,
    recovery::{LogName, read_statement},
    regulators::Register,
    statistics::{Denominators, StatisticsCache},
    store::{Identity, Store},
    tlog::{Published, Shared},
    web::WebFiles,
    webhooks::WebhookFolder,
};

/// What is read before the database is opened.
pub(super) struct Ground {
    role: Role,
    policy: Policy,
    footer: Footer,
    web: WebFiles,
    denominators: Option<Denominators>,
    api: ApiDocument,
    pub(super) metrics: Arc<Metrics>,
}

impl Ground {
    pub(super) fn read(config: &Config, role: Role) -> Result<Self, StartError> {
        if config.registry.role != role {
            return Err(StartError::Role {
                configured: config.registry.role,
            });
        }
        let policy = Policy {
            owner_key: config.trust.owner_key.ok_or(StartError::NoOwnerKey)?,
            owner_successor: config.trust.owner_successor,
            log_proof: LogProofPolicy::WhenPresent,
        };
        let footer = Footer {
            icp_number: config.pages.icp_number.clone(),
        };
        let web = match &config.pages.web_root {
            Some(root) => WebFiles::read(root, &footer)?,
            None => WebFiles::default(),
        };
        let denominators = config.statistics.denominators.as_deref().map(Denominators::read);
        Ok(Self {
            role,
            policy,
            footer,
            web,
            denominators: denominators.transpose()?,
            api: ApiDocument::write(&config.registry.base, &routes())?,
            metrics: Arc::new(Metrics::new(role)),
        })
    }

    /// Opens the rest, once the log has been read.
    pub(super) async fn open(
        self,
        config: Config,
        identity: Identity,
        log: (Store, Published),
        clock: Clock,
    ) -> Result<Opened, StartError> {
        let (store, published) = log;
        let name = LogName {
            key: identity.log_key,
            origin: identity.origin,
        };
        let recovered_from = read_statement(&config.log.checkpoint_file, &name)?;
        let trust = TrustStore::open(config.trust.list.clone(), self.policy.clone(), &store, self.role);
        let trust = trust.await?;
        let public = listen(config.listen.public).await?;
        let private = listen(config.listen.private).await?;
        let (stop, stopped) = watch::channel(false);
        Ok(Opened {
            ground: self,
            config,
            store,
            shared: Shared::new(published),
            recovered_from: recovered_from.map(Bytes::from),
            trust: Arc::new(trust),
            clock,
            listeners: (public, private),
            stop,
            stopped,
        })
    }
}

/// Everything, but for what the role adds.
pub(super) struct Opened {
    pub(super) ground: Ground,
    pub(super) config: Config,
    pub(super) store: Store,
    pub(super) shared: Shared,
    recovered_from: Option<Bytes>,
    pub(super) trust: Arc<TrustStore>,
    pub(super) clock: Clock,
    listeners: (TcpListener, TcpListener),
    stop: watch::Sender<bool>,
    /// Turns when all is to end.
    pub(super) stopped: watch::Receiver<bool>,
}

impl Opened {
    /// Serves, with the thread that writes or follows the log.
    pub(super) fn serve(self, part: Part, thread: std::thread::JoinHandle<()>) -> (Running, App) {
        let limits = accept_limits(&self.config);
        let addresses = (
            address(&self.listeners.0, self.config.listen.public),
            address(&self.listeners.1, self.config.listen.private),
        );
        let Self {
            ground,
            config,
            store,
            shared,
            recovered_from,
            trust,
            clock,
            listeners: (public, private),
            stop,
            stopped,
        } = self;
        let app = App::from(AppParts {
            base: config.registry.base.clone(),
            origin: config.log.origin.clone(),
            store: store.clone(),
            shared,
            trust,
            part,
            regulators: Register::at(config.regulators.folder.clone()),
            webhooks: WebhookFolder::at(config.webhooks.folder.clone()),
            token: config.intake.token_sha256,
            web: Arc::new(ground.web),
            samples: config.pages.samples.as_deref().map(Arc::from),
            clock,
            proxy: config.listen.proxy,
            national_lookup: Arc::from(config.pages.national_lookup.as_str()),
            security_contact: config
                .pages
                .security_contact
                .as_ref()
                .map(|contact| Arc::from(contact.as_str())),
            rates: Arc::new(rates(&config)),
            hot: Arc::new(HotAnswers::with_room(
                to_usize(config.limits.hot_answers_mib) << 20,
            )),
            snapshots: Arc::new(Snapshots::default()),
            statistics: Arc::new(StatisticsCache::new(ground.denominators)),
            disk: disk_reserve(&config),
            metrics: ground.metrics,
            api: ground.api,
            recovered_from,
            footer: Arc::new(ground.footer),
            body_timeout: Duration::from_millis(config.limits.body_timeout_ms),
        });
        let connections = &app.metrics.connections;
        let mut servers = JoinSet::new();
        servers.spawn(serve_connections(
            public,
            public_router(app.clone()),
            limits,
            (Listener::Public, connections.clone()),
            stopped.clone(),
        ));
        servers.spawn(serve_connections(
            private,
            private_router(app.clone()),
            limits,
            (Listener::Private, connections.clone()),
            stopped,
        ));
        let role = ground.role.name();
        tracing::info!(role, public = %addresses.0, private = %addresses.1, "serving");
        let running = Running {
            public: addresses.0,
            private: addresses.1,
            stop,
            servers,
            log: thread,
            store,
        };
        (running, app)
    }
}

/// The log that a configuration is about.
pub(super) fn identity(config: &Config, log_key: Multikey) -> Identity {
    Identity {
        origin: config.log.origin.clone(),
        log_key,
        base: config.registry.base.clone(),
    }
}

pub(super) fn disk_reserve(config: &Config) -> DiskReserve {
    let files = [
        config.store.database.file(),
        Some(config.log.checkpoint_file.as_path()),
    ];
    DiskReserve::beside(
        files.into_iter().flatten(),
        u64::from(config.limits.disk_reserve_mib) << 20,
    )
}

fn rates(config: &Config) -> Rates {
    Rates {
        records: Rate::per_minute(config.limits.records_per_minute),
        strangers: Rate::per_minute(config.limits.strangers_per_minute),
        directory_rows: Rate::per_minute(config.limits.directory_rows_per_minute),
        checks: Rate::per_minute(config.limits.check_rows_per_minute),
        mismatches: Rate::per_minute(config.limits.mismatch_reports_per_minute),
    }
}

fn accept_limits(config: &Config) -> AcceptLimits {
    let limits = config.limits;
    AcceptLimits {
        header_timeout: Duration::from_millis(limits.header_timeout_ms),
        connection_timeout: Duration::from_millis(limits.connection_timeout_ms),
        shutdown_timeout: Duration::from_millis(limits.shutdown_timeout_ms),
        connections: to_usize(limits.connections),
        headers: to_usize(limits.headers),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address)
        .await
        .map_err(|cause| StartError::Listen { address, cause })
}

fn address(listener: &TcpListener, asked: SocketAddr) -> SocketAddr {
    listener.local_addr().unwrap_or(asked)
}
