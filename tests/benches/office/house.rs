//! A registry in a process of its own, and an office that hands in there: each made by its own `init`.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use secrecy::SecretString;
use touchstone_issuer::init::{DEMONSTRATION_ARC, InitRequest, init};
use touchstone_registry::{
    Clock,
    config::{Config, FILE_NAME},
    log_key::open_key,
    start,
};
use touchstone_schemas::{credential::RegistryBase, tlog::Origin};

use crate::test_office::demo;

/// Opens the keys of a benchmark's throw-away house.
const PASSPHRASE: &str = "a-passphrase-for-figures";

/// Both, in one folder; the registry runs until this is dropped.
pub(crate) struct House {
    folder: PathBuf,
    pub(crate) passphrase: SecretString,
    registry: Child,
}

impl House {
    pub(crate) async fn build(folder: &Path) -> Self {
        drop(std::fs::remove_dir_all(folder));
        std::fs::create_dir_all(folder).unwrap();
        let passphrase = SecretString::from(PASSPHRASE.to_owned());
        let [public, private] = free_addresses();
        let base = RegistryBase::parse(&format!("http://{public}")).unwrap();
        let made = touchstone_registry::init(touchstone_registry::InitRequest {
            folder: folder.join("registry"),
            base: base.clone(),
            origin: Origin::parse(&format!("{public}/log")).unwrap(),
            public,
            private,
            database: None,
            owner_key: None,
            trust_list: Some(folder.join("issuer/trust.json")),
            web_root: None,
            passphrase_file: None,
            passphrase: passphrase.clone(),
        })
        .await
        .unwrap();
        let request = InitRequest {
            folder: folder.join("issuer"),
            profile: demo().join("profile.json"),
            registry: base,
            log_origin: made.origin,
            log_key: made.log_key,
            token_file: Some(made.token_file),
            test: true,
            arc: DEMONSTRATION_ARC.to_owned(),
            owner_folder: folder.join("owner"),
            certified: None,
            database: None,
        };
        let now = touchstone_issuer::office::Clock::System.now();
        let office = init(&request, &passphrase, &passphrase, now).await.unwrap();
        let owner = ("TOUCHSTONE_REGISTRY_TRUST_OWNER_KEY", office.owner.to_string());
        let mut registry = Command::new(std::env::current_exe().unwrap())
            .arg("registry")
            .arg(folder.join("registry"))
            .env(owner.0, owner.1)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = registry.stdout.take().unwrap();
        assert!(BufReader::new(out).read_line(&mut line).unwrap() > 0);
        Self {
            folder: folder.to_owned(),
            passphrase,
            registry,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn office(&self) -> PathBuf {
        self.folder.join("issuer")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        drop(self.registry.stdin.take());
        drop(self.registry.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// Two addresses of this machine that nobody listens on now.
fn free_addresses() -> [SocketAddr; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap())
}

/// The registry's process: serves until its standard input ends.
pub(crate) async fn serve(folder: &Path) {
    let config = Config::read(&folder.join(FILE_NAME), std::env::vars()).unwrap();
    let passphrase = SecretString::from(PASSPHRASE.to_owned());
    let key = open_key(config.log.key_file.as_deref().unwrap(), &passphrase).unwrap();
    let running = start(config, key, Clock::system()).await.unwrap();
    let mut out = std::io::stdout();
    writeln!(out, "{}", running.public_address()).unwrap();
    out.flush().unwrap();
    let read = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    drop(read.await);
    running.shut_down().await;
}
