//! Putting the service together, and taking it apart again in order.

mod ground;
mod start_error;

use std::{net::SocketAddr, path::Path, sync::Arc, thread::JoinHandle};

use ed25519_dalek::SigningKey;
use tokio::{runtime::Handle, sync::watch, task::JoinSet};
use touchstone_verifier::tlog::LogKey;

pub use start_error::StartError;

use self::ground::{Ground, Opened, disk_reserve, identity};
use crate::{
    Clock, Role,
    config::{Config, WebhooksConfig},
    directory,
    http::{App, Part},
    intake::{BundleLimits, Gate, Intake},
    log_key::multikey_of,
    scrub::{Scrub, ScrubSeen},
    store::{Store, WriterLock},
    tlog::{CheckpointFile, Follower, Following, LogSigner, Sequencer, SequencerHandle, recover},
    webhooks::{Authorities, AuthoritiesError, Sender, WebhookFolder, Webhooks, deliver_changes},
};

/// A running service.
#[derive(Debug)]
pub struct Running {
    public: SocketAddr,
    private: SocketAddr,
    stop: watch::Sender<bool>,
    servers: JoinSet<()>,
    /// The thread that writes the log, or follows it.
    log: JoinHandle<()>,
    store: Store,
}

/// Starts the sequencer: lock, log read again, trust list, listeners. Nothing is served before all is well.
///
/// # Errors
/// [`StartError`] with the reason.
pub async fn start(config: Config, log_key: SigningKey, clock: Clock) -> Result<Running, StartError> {
    let ground = Ground::read(&config, Role::Sequencer)?;
    let sender = sender(&config.webhooks)?;
    let identity = identity(&config, multikey_of(&log_key));
    let (found, named) = (identity.log_key, config.log.public_key);
    if let Some(configured) = named.filter(|configured| *configured != found) {
        return Err(StartError::OtherKey { configured, found });
    }
    let signer = LogSigner::new(config.log.origin.clone(), log_key)?;
    let log = signer.public().clone();
    let lock = WriterLock::take(&config.store.database).await?;
    let store = Store::open(&config.store.database).await?;
    let file = CheckpointFile::at(config.log.checkpoint_file.clone());
    let published = recover(&store, &identity, &log, &file, Role::Sequencer).await?;
    let filled = directory::fill(&store, published.tree.size()).await?;
    if filled > 0 {
        tracing::info!(entries = filled, "directory filled from the log");
    }
    let opened = ground.open(config, identity, (store, published), clock).await?;
    let sequencer = Sequencer {
        store: opened.store.clone(),
        lock,
        file: file.clone(),
        signer,
        shared: opened.shared.clone(),
        disk: disk_reserve(&opened.config),
        metrics: opened.ground.metrics.log.clone(),
        clock: opened.clock.clone(),
    };
    let queue = to_usize(opened.config.limits.queue);
    let started = sequencer.start(queue, Handle::current());
    let (handle, thread) = started.map_err(StartError::Thread)?;
    let scrub = Scrub {
        store: opened.store.clone(),
        shared: opened.shared.clone(),
        sequencer: handle.clone(),
        file,
        log,
        entries_per_second: opened.config.limits.scrub_entries_per_second,
        seen: ScrubSeen::default(),
    };
    let part = Part::Sequencer {
        intake: Arc::new(intake(&opened, handle)),
        scrub: scrub.seen.clone(),
    };
    let (config, stopped) = (opened.config.clone(), opened.stopped.clone());
    let (mut running, app) = opened.serve(part, thread);
    if scrub.entries_per_second > 0 {
        running.servers.spawn(scrub.run(stopped.clone()));
    }
    let webhooks = webhooks(&config.webhooks.folder, sender, &app);
    running.servers.spawn(deliver_changes(webhooks, stopped));
    Ok(running)
}

/// Starts a reader, which needs no key and leaves the database as it is: log read again beside its writer, trust list,
/// listeners. Nothing is served before all is well.
///
/// # Errors
/// [`StartError`] with the reason.
pub async fn start_reader(config: Config, clock: Clock) -> Result<Running, StartError> {
    let ground = Ground::read(&config, Role::Reader)?;
    let public_key = config.log.public_key.ok_or(StartError::NoPublicKey)?;
    let log = LogKey::new(config.log.origin.clone(), public_key.as_bytes())?;
    let identity = identity(&config, public_key);
    let store = Store::open_read_only(&config.store.database).await?;
    store.check_schema().await?;
    let file = CheckpointFile::at(config.log.checkpoint_file.clone());
    let published = recover(&store, &identity, &log, &file, Role::Reader).await?;
    let (filled, size) = (store.directory_entries().await?, published.tree.size());
    if filled < size {
        return Err(StartError::DirectoryNotFilled { filled, size });
    }
    let opened = ground.open(config, identity, (store, published), clock).await?;
    let following = Following::begin();
    let follower = Follower {
        store: opened.store.clone(),
        shared: opened.shared.clone(),
        log,
        file,
        trust: Arc::clone(&opened.trust),
        following: following.clone(),
    };
    let thread = follower.start(Handle::current(), opened.stopped.clone());
    let thread = thread.map_err(StartError::Thread)?;
    let (running, _) = opened.serve(Part::Reader(following), thread);
    Ok(running)
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
        let log = self.log;
        drop(tokio::task::spawn_blocking(move || log.join()).await);
        self.store.close().await;
        tracing::info!("stopped");
    }
}

fn intake(opened: &Opened, sequencer: SequencerHandle) -> Intake {
    let limits = opened.config.limits;
    Intake {
        base: opened.config.registry.base.clone(),
        limits: BundleLimits {
            bytes: to_usize(limits.submission_bytes),
            documents: to_usize(limits.submission_documents),
        },
        trust: Arc::clone(&opened.trust),
        store: opened.store.clone(),
        shared: opened.shared.clone(),
        gate: Gate::with_places(to_usize(limits.queue)),
        sequencer,
        clock: opened.clock.clone(),
    }
}

fn webhooks(folder: &Path, sender: Sender, app: &App) -> Webhooks {
    Webhooks {
        folder: WebhookFolder::at(folder.to_owned()),
        sender,
        store: app.store.clone(),
        shared: app.shared.clone(),
        base: app.base.clone(),
        origin: app.origin.clone(),
        clock: app.clock.clone(),
        metrics: app.metrics.webhooks.clone(),
    }
}

/// What sends messages to subscribers.
fn sender(config: &WebhooksConfig) -> Result<Sender, AuthoritiesError> {
    let authorities = config.ca_file.as_deref().map(Authorities::read).transpose()?;
    Ok(Sender::new(
        config.internal_networks.clone(),
        authorities.as_ref(),
    ))
}

fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
