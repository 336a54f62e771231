//! Readers: processes that answer beside the sequencer, follow its log and hold no key.

mod answers;
mod killed;
mod proxied;
mod replica;
mod rewritten;
mod starts;

use std::{
    net::SocketAddr,
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use touchstone_registry::{Clock, Role, Running, StartError, config::Config, start_reader};
use touchstone_schemas::{
    multikey::Multikey,
    tlog::{Checkpoint, SignedNote},
};

use crate::{
    app::{Answer, TestApp, send},
    world::multikey,
};

/// How long anything here may take to be seen.
const PATIENCE: Duration = Duration::from_secs(15);

/// A reader of a test's registry: a server with its own checkpoint file.
pub(crate) struct Reader {
    config: Config,
    clock: Clock,
    running: Option<Running>,
}

/// The configuration of a reader beside a sequencer's: no key of the log but the public one, a folder of its own.
pub(crate) fn reader_config(sequencer: &Config, public_key: Multikey, folder: &Path) -> Config {
    std::fs::create_dir_all(folder).unwrap();
    let mut config = sequencer.clone();
    config.registry.role = Role::Reader;
    config.log.public_key = Some(public_key);
    config.log.key_file = None;
    config.log.passphrase_file = None;
    config.log.checkpoint_file = folder.join("checkpoint");
    config
}

impl TestApp {
    /// A reader that is not started yet.
    fn reader(&self) -> Reader {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = self.folder.join(format!("reader-{count}"));
        let public_key = multikey(&self.office.world.log.key);
        Reader {
            config: reader_config(&self.config, public_key, &folder),
            clock: self.clock(),
            running: None,
        }
    }

    /// A reader that runs.
    async fn started_reader(&self) -> Reader {
        let mut reader = self.reader();
        reader.start().await.unwrap();
        reader
    }

    /// Hands one certificate in.
    async fn hand_in(&self, serial: u32) -> String {
        let now = self.now();
        let number = format!("CQC26ZNZ{serial:06}R0");
        let document = self
            .office
            .sign(&self.office.credential(&number, serial, now), now);
        let answer = self.submit(std::slice::from_ref(&document)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        document
    }

    /// The newest checkpoint of the sequencer.
    async fn checkpoint(&self) -> Vec<u8> {
        self.get("/log/checkpoint").await.body
    }
}

impl Reader {
    async fn start(&mut self) -> Result<(), StartError> {
        self.running = Some(start_reader(self.config.clone(), self.clock.clone()).await?);
        Ok(())
    }

    async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.shut_down().await;
        }
    }

    /// Why it does not start.
    async fn refused(&mut self) -> String {
        match self.start().await {
            Ok(()) => panic!("it started"),
            Err(error) => error.to_string(),
        }
    }

    fn address(&self) -> SocketAddr {
        self.running.as_ref().unwrap().public_address()
    }

    fn private_address(&self) -> SocketAddr {
        self.running.as_ref().unwrap().private_address()
    }

    async fn get(&self, path: &str) -> Answer {
        send(self.address(), "GET", path, &[], b"").await
    }

    async fn readyz(&self) -> Answer {
        send(self.private_address(), "GET", "/readyz", &[], b"").await
    }

    /// Waits until it shows a checkpoint.
    async fn until_it_shows(&self, checkpoint: &[u8]) {
        let begun = Instant::now();
        while self.get("/log/checkpoint").await.body != checkpoint {
            assert!(begun.elapsed() < PATIENCE, "{}", self.readyz().await.text());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until `/readyz` says that of the database; gives all it says.
    async fn until_database_is(&self, sight: &str) -> serde_json::Value {
        self.until_database_is_for(sight, "").await
    }

    /// The same, with such a reason.
    async fn until_database_is_for(&self, sight: &str, reason: &str) -> serde_json::Value {
        let begun = Instant::now();
        loop {
            let answer = self.readyz().await;
            let told = answer.json();
            let said = told["reason"].as_str().unwrap_or_default();
            if told["database"] == sight && said.contains(reason) {
                let status = if sight == "current" { 200 } else { 503 };
                assert_eq!((answer.status, &told["ready"]), (status, &(status == 200).into()));
                return told;
            }
            assert!(begun.elapsed() < PATIENCE, "not {sight} for {reason:?}: {told}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn kept(&self) -> Vec<u8> {
        std::fs::read(&self.config.log.checkpoint_file).unwrap()
    }
}

/// The size that a checkpoint names.
fn size_of(checkpoint: &[u8]) -> u64 {
    let note = SignedNote::parse(checkpoint).unwrap();
    Checkpoint::parse(note.text()).unwrap().head.size
}
