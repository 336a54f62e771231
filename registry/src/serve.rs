//! Putting the service together, and taking it apart again in order.

use std::{net::SocketAddr, sync::Arc, thread::JoinHandle, time::Duration};

use axum::body::Bytes;
use ed25519_dalek::SigningKey;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use touchstone_verifier::input::{LogProofPolicy, Policy};

use crate::{
    Clock, DiskReserve, TrustError, TrustStore,
    config::Config,
    directory,
    http::{
        AcceptLimits, ApiDocument, App, Deltas, Rate, Rates, private_router, public_router, routes,
        serve_connections,
    },
    intake::{BundleLimits, Gate, Intake},
    log_key::multikey_of,
    metrics::{Listener, Metrics},
    pages::footer::Footer,
    recovery::{LogName, StatementFileError, read_statement},
    regulators::Register,
    scrub::{Scrub, ScrubSeen},
    statistics::{Denominators, DenominatorsError, StatisticsCache},
    store::{Identity, LockError, Store, StoreError, WriterLock},
    tlog::{
        CheckpointFile, LogSigner, LogSignerError, RecoverError, Sequencer, SequencerHandle, Shared, recover,
    },
    web::{WebError, WebFiles},
    webhooks::{Sender, WebhookFolder, Webhooks, deliver_changes},
};

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No pin.
    #[error("no scheme owner is pinned: set trust.owner_key")]
    NoOwnerKey,
    /// The log's key is unusable.
    #[error(transparent)]
    Signer(#[from] LogSignerError),
    /// Another process writes.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// No database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log is not as it was left.
    #[error(transparent)]
    Recover(#[from] RecoverError),
    /// What a recovered log says of the one before it cannot be read.
    #[error(transparent)]
    Recovery(#[from] StatementFileError),
    /// No trust list.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// No verify page where one is configured.
    #[error(transparent)]
    Web(#[from] WebError),
    /// No numbers to divide by where they are configured.
    #[error(transparent)]
    Denominators(#[from] DenominatorsError),
    /// The document of the API cannot be written.
    #[error("the document of the API: {0}")]
    Api(#[from] serde_json::Error),
    /// An address is taken.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        cause: std::io::Error,
    },
    /// No thread.
    #[error("the system gives no thread: {0}")]
    Thread(std::io::Error),
}

/// A running service.
#[derive(Debug)]
pub struct Running {
    public: SocketAddr,
    private: SocketAddr,
    stop: watch::Sender<bool>,
    servers: JoinSet<()>,
    sequencer: JoinHandle<()>,
    store: Store,
}

/// Starts the service: lock, log read again, trust list, listeners. Nothing is served before all is well.
///
/// # Errors
/// [`StartError`] with the reason.
pub async fn start(config: Config, log_key: SigningKey, clock: Clock) -> Result<Running, StartError> {
    let policy = Policy {
        owner_key: config.trust.owner_key.ok_or(StartError::NoOwnerKey)?,
        owner_successor: config.trust.owner_successor,
        log_proof: LogProofPolicy::WhenPresent,
    };
    let footer = Footer {
        icp_number: config.pages.icp_number.clone(),
    };
    let metrics = Arc::new(Metrics::default());
    let web = match &config.pages.web_root {
        Some(root) => WebFiles::read(root, &footer)?,
        None => WebFiles::default(),
    };
    let denominators = config.statistics.denominators.as_deref().map(Denominators::read);
    let files = Files {
        web,
        denominators: denominators.transpose()?,
    };
    let identity = Identity {
        origin: config.log.origin.clone(),
        log_key: multikey_of(&log_key),
        base: config.registry.base.clone(),
    };
    let signer = LogSigner::new(config.log.origin.clone(), log_key)?;
    let lock = WriterLock::take(&config.store.database).await?;
    let store = Store::open(&config.store.database).await?;
    let file = CheckpointFile::at(config.log.checkpoint_file.clone());
    let published = recover(&store, &identity, &signer, &file).await?;
    let filled = directory::fill(&store, published.tree.size()).await?;
    if filled > 0 {
        tracing::info!(entries = filled, "directory filled from the log");
    }
    let name = LogName {
        key: identity.log_key,
        origin: identity.origin,
    };
    let recovered_from = read_statement(&config.log.checkpoint_file, &name)?;
    let trust = TrustStore::open(config.trust.list.clone(), policy, &store).await?;
    let public = listen(config.listen.public).await?;
    let private = listen(config.listen.private).await?;
    let shared = Shared::new(published);
    let log = signer.public().clone();
    let sequencer = Sequencer {
        store: store.clone(),
        lock,
        file: file.clone(),
        signer,
        shared: shared.clone(),
        disk: disk_reserve(&config),
        metrics: metrics.log.clone(),
        clock: clock.clone(),
    };
    let queue = to_usize(config.limits.queue);
    let (handle, thread) = sequencer
        .start(queue, tokio::runtime::Handle::current())
        .map_err(StartError::Thread)?;
    let scrub = Scrub {
        store: store.clone(),
        shared: shared.clone(),
        sequencer: handle.clone(),
        file,
        log,
        entries_per_second: config.limits.scrub_entries_per_second,
        seen: ScrubSeen::default(),
    };
    let parts = Parts {
        shared,
        scrub: scrub.seen.clone(),
        recovered_from: recovered_from.map(Bytes::from),
        trust: Arc::new(trust),
        sequencer: handle,
        files,
        footer,
        api: ApiDocument::write(&config.registry.base, &routes())?,
        metrics: Arc::clone(&metrics),
        clock,
    };
    let app = app(&config, &store, parts);
    let (stop, stopped) = watch::channel(false);
    let limits = accept_limits(&config);
    let addresses = (
        address(&public, config.listen.public),
        address(&private, config.listen.private),
    );
    let mut servers = JoinSet::new();
    if scrub.entries_per_second > 0 {
        servers.spawn(scrub.run(stopped.clone()));
    }
    servers.spawn(serve_connections(
        public,
        public_router(app.clone()),
        limits,
        (Listener::Public, metrics.connections.clone()),
        stopped.clone(),
    ));
    servers.spawn(deliver_changes(webhooks(&config, &app), stopped.clone()));
    servers.spawn(serve_connections(
        private,
        private_router(app),
        limits,
        (Listener::Private, metrics.connections.clone()),
        stopped,
    ));
    tracing::info!(public = %addresses.0, private = %addresses.1, "serving");
    Ok(Running {
        public: addresses.0,
        private: addresses.1,
        stop,
        servers,
        sequencer: thread,
        store,
    })
}

impl Running {
    /// Where the public addresses are served.
    #[must_use]
    pub fn public_address(&self) -> SocketAddr {
        self.public
    }

    /// Where health and readiness are served.
    #[must_use]
    pub fn private_address(&self) -> SocketAddr {
        self.private
    }

    /// Stops: no new connections, open requests finish, what was accepted is sequenced, the database is closed.
    pub async fn shut_down(mut self) {
        // The receivers live as long as the servers.
        let _ = self.stop.send(true);
        while self.servers.join_next().await.is_some() {}
        let sequencer = self.sequencer;
        drop(tokio::task::spawn_blocking(move || sequencer.join()).await);
        self.store.close().await;
        tracing::info!("stopped");
    }
}

/// What was read beside the log.
struct Files {
    web: WebFiles,
    denominators: Option<Denominators>,
}

/// What was opened, for handlers to work with.
struct Parts {
    shared: Shared,
    scrub: ScrubSeen,
    recovered_from: Option<Bytes>,
    trust: Arc<TrustStore>,
    sequencer: SequencerHandle,
    files: Files,
    footer: Footer,
    api: ApiDocument,
    metrics: Arc<Metrics>,
    clock: Clock,
}

fn app(config: &Config, store: &Store, parts: Parts) -> App {
    let Parts {
        shared,
        scrub,
        recovered_from,
        trust,
        sequencer,
        files,
        footer,
        api,
        metrics,
        clock,
    } = parts;
    let intake = Intake {
        base: config.registry.base.clone(),
        limits: BundleLimits {
            bytes: to_usize(config.limits.submission_bytes),
            documents: to_usize(config.limits.submission_documents),
        },
        trust: Arc::clone(&trust),
        store: store.clone(),
        shared: shared.clone(),
        gate: Gate::with_places(to_usize(config.limits.queue)),
        sequencer,
        clock: clock.clone(),
    };
    App {
        base: config.registry.base.clone(),
        origin: config.log.origin.clone(),
        store: store.clone(),
        shared,
        trust,
        intake: Arc::new(intake),
        regulators: Register::at(config.regulators.folder.clone()),
        token: config.intake.token_sha256,
        web: Arc::new(files.web),
        clock,
        proxy: config.listen.proxy,
        national_lookup: Arc::from(config.pages.national_lookup.as_str()),
        rates: Arc::new(Rates {
            records: Rate::per_minute(config.limits.records_per_minute),
            strangers: Rate::per_minute(config.limits.strangers_per_minute),
            directory_rows: Rate::per_minute(config.limits.directory_rows_per_minute),
            checks: Rate::per_minute(config.limits.check_rows_per_minute),
        }),
        hot: Arc::default(),
        deltas: Arc::new(Deltas::default()),
        statistics: Arc::new(StatisticsCache::new(files.denominators)),
        disk: disk_reserve(config),
        metrics,
        api,
        scrub,
        recovered_from,
        footer: Arc::new(footer),
        body_timeout: Duration::from_millis(config.limits.body_timeout_ms),
    }
}

fn webhooks(config: &Config, app: &App) -> Webhooks {
    Webhooks {
        folder: WebhookFolder::at(config.webhooks.folder.clone()),
        sender: Sender::new(config.webhooks.internal_networks.clone()),
        store: app.store.clone(),
        shared: app.shared.clone(),
        base: app.base.clone(),
        origin: app.origin.clone(),
        clock: app.clock.clone(),
    }
}

fn disk_reserve(config: &Config) -> DiskReserve {
    let files = [
        config.store.database.file(),
        Some(config.log.checkpoint_file.as_path()),
    ];
    DiskReserve::beside(
        files.into_iter().flatten(),
        u64::from(config.limits.disk_reserve_mib) << 20,
    )
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

fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
