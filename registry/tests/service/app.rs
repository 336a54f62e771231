//! A registry on a loopback port with its own folder, and a plain client for it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use touchstone_registry::{
    Clock, Role, Running, StartError,
    config::{
        Config, IntakeConfig, LimitsConfig, ListenConfig, LogConfig, PagesConfig, RegistryConfig,
        RegulatorsConfig, StatisticsConfig, StoreConfig, TrustConfig, WebhooksConfig,
    },
    fsck::{Checked, fsck},
    start,
    store::{Identity, Place, Store, StoredCheckpoint},
    tlog::{CheckpointFile, LogSigner},
};
use touchstone_schemas::{
    credential::RegistryBase,
    date_time::Timestamp,
    decode::read,
    digest::Sha256Digest,
    submission::{Receipt, Receipts},
    tlog::{EMPTY_ROOT, LogProof, TreeHead},
};
use touchstone_verifier::tlog::{LogKey, verify_log_proof};

use crate::{
    documents::Office,
    engines::{Engines, tamper_with},
    world::{NOW, REGISTRY, multikey, time},
};

pub(crate) const TOKEN: &str = "a-token-for-tests";

pub(crate) struct TestApp {
    pub(crate) engines: Engines,
    pub(crate) office: Office,
    pub(crate) config: Config,
    pub(crate) folder: PathBuf,
    now: Arc<AtomicI64>,
    running: Option<Running>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// A chunked body broke off before its end.
    pub(crate) cut: bool,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{} {}", self.status, self.text()))
    }

    /// The code of a problem; empty when the answer is none.
    pub(crate) fn code(&self) -> String {
        let problem = self.header("content-type") == Some("application/problem+json");
        let json = if problem { self.json() } else { Value::Null };
        let code = json["type"].as_str().unwrap_or_default().to_owned();
        code.rsplit('/').next().unwrap_or_default().to_owned()
    }

    pub(crate) fn receipts(&self) -> Vec<Receipt> {
        assert_eq!(self.status, 200, "{}", self.text());
        read::<Receipts>(&self.body, self.body.len()).unwrap().receipts
    }
}

impl TestApp {
    /// A registry that has been made, its trust list in place, and not started.
    pub(crate) async fn made() -> Self {
        Self::made_on(Engines::sqlite()).await
    }

    /// The same on an engine.
    pub(crate) async fn made_on(engines: Engines) -> Self {
        Self::made_in(new_folder(), engines).await
    }

    /// The same in a folder that is there.
    pub(crate) async fn made_in(folder: PathBuf, engines: Engines) -> Self {
        let office = Office::new();
        let place = match &engines {
            Engines::Sqlite(_) => folder.join("registry.sqlite").into(),
            Engines::Postgres(_) => engines.place(),
        };
        let config = config(&folder, &office, place);
        let signer = LogSigner::new(config.log.origin.clone(), office.world.log.key.clone()).unwrap();
        let head = TreeHead {
            size: 0,
            root: EMPTY_ROOT,
        };
        let note = signer.sign(head).unwrap();
        CheckpointFile::at(config.log.checkpoint_file.clone())
            .write(&note)
            .unwrap();
        let identity = Identity {
            origin: config.log.origin.clone(),
            log_key: multikey(&office.world.log.key),
            base: config.registry.base.clone(),
        };
        let checkpoint = StoredCheckpoint {
            size: 0,
            note: note.to_string(),
        };
        let store = Store::create(&config.store.database, &identity, &checkpoint)
            .await
            .unwrap();
        store.close().await;
        std::fs::write(&config.trust.list, office.world.trust_text()).unwrap();
        let now = Arc::new(AtomicI64::new(time(NOW).unix()));
        Self {
            engines,
            office,
            config,
            folder,
            now,
            running: None,
        }
    }

    /// A registry that runs.
    pub(crate) async fn start() -> Self {
        let mut app = Self::made().await;
        app.resume().await.unwrap();
        app
    }

    /// A registry that runs and holds the three lists, all in force.
    pub(crate) async fn with_lists() -> Self {
        Self::with_lists_on(Engines::sqlite()).await
    }

    /// The same on an engine.
    pub(crate) async fn with_lists_on(engines: Engines) -> Self {
        let mut app = Self::made_on(engines).await;
        app.resume().await.unwrap();
        let lists = app.office.lists(app.now());
        assert_eq!(app.submit(&lists).await.status, 200);
        app
    }

    pub(crate) async fn resume(&mut self) -> Result<(), StartError> {
        let key = self.office.world.log.key.clone();
        self.running = Some(start(self.config.clone(), key, self.clock()).await?);
        Ok(())
    }

    /// The test's time.
    pub(crate) fn clock(&self) -> Clock {
        let now = Arc::clone(&self.now);
        Clock::from_fn(move || Timestamp::from_unix(now.load(Ordering::SeqCst)).unwrap())
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.shut_down().await;
        }
    }

    /// Why it does not start.
    pub(crate) async fn refused(&mut self) -> String {
        match self.resume().await {
            Ok(()) => panic!("it started"),
            Err(error) => error.to_string(),
        }
    }

    pub(crate) async fn fsck(&self) -> Checked {
        fsck(&self.config).await.unwrap()
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.now.load(Ordering::SeqCst)).unwrap()
    }

    /// Lets time pass; a negative number sets the clock back.
    pub(crate) fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running.as_ref().unwrap().public_address()
    }

    pub(crate) fn private_address(&self) -> SocketAddr {
        self.running.as_ref().unwrap().private_address()
    }

    /// The status of `/readyz`.
    pub(crate) async fn readiness(&self) -> u16 {
        send(self.private_address(), "GET", "/readyz", &[], b"")
            .await
            .status
    }

    /// Waits until the registry is ready, which it becomes by itself.
    pub(crate) async fn until_ready(&self) {
        let begun = std::time::Instant::now();
        while self.readiness().await != 200 {
            assert!(begun.elapsed().as_secs() < 15, "it does not become ready");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        send(self.address(), "GET", path, headers, b"").await
    }

    pub(crate) async fn submit(&self, documents: &[String]) -> Answer {
        self.submit_body(&format!("{{\"documents\":[{}]}}", documents.join(",")))
            .await
    }

    pub(crate) async fn submit_body(&self, body: &str) -> Answer {
        let token = format!("Bearer {TOKEN}");
        let headers = [
            ("authorization", token.as_str()),
            ("content-type", "application/json"),
        ];
        send(self.address(), "POST", "/submissions", &headers, body.as_bytes()).await
    }

    /// The receipt proves that its entry stands in the log.
    pub(crate) fn assert_proves(&self, receipt: &Receipt) -> u64 {
        let log = &self.office.world.log;
        let key = LogKey::new(log.origin.clone(), &log.key.verifying_key().to_bytes()).unwrap();
        let proof = LogProof::parse(receipt.proof.as_bytes()).unwrap();
        verify_log_proof(&receipt.entry.to_bytes(), &proof, &key)
            .unwrap()
            .index()
    }

    /// The database's file.
    pub(crate) fn database(&self) -> &Path {
        self.config.store.database.file().unwrap()
    }

    /// A copy of the database as it is, of a registry that does not run.
    pub(crate) fn back_up(&self) -> Place {
        self.engines.copy_of(&self.config.store.database)
    }

    /// Runs statements on the database behind the registry's back, its guards taken off.
    pub(crate) async fn tamper(&self, sql: &str) {
        tamper_with(&self.config.store.database, sql).await;
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// An empty folder of its own.
pub(crate) fn new_folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("touchstone-registry-{}-{count}", std::process::id()));
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

pub(crate) fn config(folder: &Path, office: &Office, database: Place) -> Config {
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    Config {
        registry: RegistryConfig {
            base: RegistryBase::parse(REGISTRY).unwrap(),
            role: Role::Sequencer,
        },
        listen: ListenConfig {
            public: any,
            private: any,
            proxy: None,
        },
        store: StoreConfig { database },
        log: LogConfig {
            origin: office.world.log.origin.clone(),
            public_key: None,
            key_file: Some(folder.join("log-key.pem")),
            passphrase_file: None,
            checkpoint_file: folder.join("checkpoint"),
        },
        trust: TrustConfig {
            owner_key: Some(multikey(&office.world.owner)),
            owner_successor: None,
            list: folder.join("trust.json"),
        },
        intake: IntakeConfig {
            token_sha256: Sha256Digest::of(TOKEN.as_bytes()),
        },
        pages: PagesConfig::default(),
        statistics: StatisticsConfig::default(),
        webhooks: WebhooksConfig {
            folder: folder.join("webhooks"),
            internal_networks: "127.0.0.1".parse().unwrap(),
            ca_file: None,
        },
        regulators: RegulatorsConfig {
            folder: folder.join("regulators"),
        },
        // A test that reads behind the registry's back says so itself.
        limits: LimitsConfig {
            scrub_entries_per_second: 0,
            ..LimitsConfig::default()
        },
    }
}

/// One request, one connection.
pub(crate) async fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: registry.example\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    // A server that refuses early may close before it has read the body.
    drop(stream.write_all(body).await);
    let mut bytes = Vec::new();
    drop(stream.read_to_end(&mut bytes).await);
    read_answer(&bytes)
}

/// The same; `None` when nobody answers, or not to the end.
pub(crate) async fn try_send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    let length = body.len();
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nhost: registry.example\r\nconnection: close\r\ncontent-length: {length}\r\n"
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(body).await.ok()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.ok()?;
    bytes.windows(4).find(|window| window == b"\r\n\r\n")?;
    let answer = read_answer(&bytes);
    let wanted: usize = answer.header("content-length")?.parse().ok()?;
    (answer.body.len() == wanted).then_some(answer)
}

pub(crate) fn read_answer(bytes: &[u8]) -> Answer {
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .expect("an answer's head");
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let headers: Vec<(String, String)> = headers;
    let body = &bytes[end + 4..];
    let chunked = headers
        .iter()
        .any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    // An answer may break off before its first chunk; one to HEAD, which has none, counts as broken off too.
    let (body, cut) = if chunked {
        dechunked(body)
    } else {
        (body.to_vec(), false)
    };
    Answer {
        status,
        headers,
        body,
        cut,
    }
}

/// The bytes of a chunked body (RFC 9112 §7.1), and whether it broke off before its end.
fn dechunked(mut body: &[u8]) -> (Vec<u8>, bool) {
    let mut whole = Vec::new();
    loop {
        let Some(line) = body.windows(2).position(|window| window == b"\r\n") else {
            return (whole, true);
        };
        let size = std::str::from_utf8(&body[..line]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return (whole, false);
        }
        let Some(chunk) = body.get(line + 2..line + 2 + size) else {
            return (whole, true);
        };
        whole.extend_from_slice(chunk);
        body = body.get(line + 4 + size..).unwrap_or_default();
    }
}
