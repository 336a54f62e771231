//! `check-config`: everything that is wrong with a configuration and with what it names, not only the first.
//!
//! Nothing is changed, and a registry that runs may be checked: an address that is in use, and a database whose writer
//! is somebody else, are as they should be.

use std::{
    fmt,
    io::ErrorKind,
    net::{SocketAddr, TcpListener},
    path::Path,
};

use ed25519_dalek::SigningKey;
use touchstone_schemas::date_time::Timestamp;
use touchstone_verifier::{
    input::{LogProofPolicy, Policy},
    open_trust_list,
    tlog::LogKey,
    trust::Currency,
};

use crate::{
    Role,
    config::{Config, LimitsConfig, LogConfig, faults_of_form},
    log_key::{open_key, read_passphrase},
    pages::footer::Footer,
    statistics::Denominators,
    tlog::{CheckpointFile, LogSigner},
    web::WebFiles,
    webhooks::Authorities,
};

/// Something wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which key of the configuration it is about: `log.key_file`; the file or variable where it is about no key.
    pub place: String,
    /// What.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Faults being gathered.
#[derive(Debug, Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, place: &str, what: impl ToString) {
        self.0.push(Fault {
            place: place.to_owned(),
            what: what.to_string(),
        });
    }

    fn unless<T, E: fmt::Display>(&mut self, place: &str, found: Result<T, E>) -> Option<T> {
        found.map_err(|error| self.add(place, error)).ok()
    }
}

/// Reads a configuration and looks at everything it names.
#[must_use]
pub fn check(path: &Path, environment: &[(String, String)], now: Timestamp) -> Vec<Fault> {
    let mut faults = Faults::default();
    let Ok(config) = Config::read(path, environment.iter().cloned()) else {
        for (place, what) in faults_of_form(path, environment) {
            faults.add(&place, what);
        }
        return faults.0;
    };
    addresses(&config, &mut faults);
    limits(&config.limits, &mut faults);
    database(&config, &mut faults);
    log(&config, &mut faults);
    trust(&config, now, &mut faults);
    if let Some(root) = &config.pages.web_root {
        faults.unless("pages.web_root", WebFiles::read(root, &Footer::default()));
    }
    if let Some(path) = &config.statistics.denominators {
        faults.unless(
            "statistics.denominators",
            Denominators::read(path).map_err(|error| error.cause),
        );
    }
    if let Some(path) = &config.webhooks.ca_file {
        faults.unless(
            "webhooks.ca_file",
            Authorities::read(path).map_err(|error| error.cause),
        );
    }
    faults.0
}

fn addresses(config: &Config, faults: &mut Faults) {
    let (public, private) = (config.listen.public, config.listen.private);
    if public == private && public.port() != 0 {
        faults.add(
            "listen.private",
            "is the public address too: metrics and readiness are the operator's alone",
        );
    }
    if private.ip().is_unspecified() {
        faults.add(
            "listen.private",
            "listens on every address: name the one the operator asks at",
        );
    }
    for (place, address) in [("listen.public", public), ("listen.private", private)] {
        bind(place, address, faults);
    }
}

/// Whether the system would give an address. One in use is taken for our own.
fn bind(place: &str, address: SocketAddr, faults: &mut Faults) {
    match TcpListener::bind(address) {
        Err(error) if error.kind() != ErrorKind::AddrInUse => {
            faults.add(place, format!("cannot listen on {address}: {error}"));
        }
        _ => {}
    }
}

fn limits(limits: &LimitsConfig, faults: &mut Faults) {
    let never = "is 0: nothing would ever be answered";
    for (place, zero) in [
        ("limits.header_timeout_ms", limits.header_timeout_ms == 0),
        ("limits.body_timeout_ms", limits.body_timeout_ms == 0),
        ("limits.connection_timeout_ms", limits.connection_timeout_ms == 0),
        ("limits.connections", limits.connections == 0),
        ("limits.headers", limits.headers == 0),
        ("limits.submission_bytes", limits.submission_bytes == 0),
        ("limits.submission_documents", limits.submission_documents == 0),
        ("limits.queue", limits.queue == 0),
    ] {
        if zero {
            faults.add(place, never);
        }
    }
    if limits.body_timeout_ms > limits.connection_timeout_ms {
        let longest = limits.connection_timeout_ms;
        faults.add(
            "limits.body_timeout_ms",
            format!("is longer than a connection lives (limits.connection_timeout_ms, {longest})"),
        );
    }
}

fn database(config: &Config, faults: &mut Faults) {
    // A server's is asked by `serve` and `fsck`; here nobody is called.
    let Some(path) = config.store.database.file() else {
        return;
    };
    if !path.is_file() {
        let what = format!(
            "there is no database at {}; `init` makes one, a backup brings one back",
            path.display()
        );
        faults.add("store.database", what);
        return;
    }
    let writes = config.registry.role == Role::Sequencer;
    let opened = std::fs::OpenOptions::new().read(true).write(writes).open(path);
    faults.unless("store.database", named(path, opened));
    folder("store.database", path, faults);
}

fn log(config: &Config, faults: &mut Faults) {
    folder("log.checkpoint_file", &config.log.checkpoint_file, faults);
    match config.registry.role {
        Role::Sequencer => signing_log(&config.log, faults),
        Role::Reader => read_log(&config.log, faults),
    }
}

fn signing_log(log: &LogConfig, faults: &mut Faults) {
    let Some(key_file) = faults.unless("log.key_file", log.signing_key_file()) else {
        return;
    };
    private_file("log.key_file", key_file, faults);
    let Some(file) = &log.passphrase_file else {
        // Without the passphrase the key stays shut, and so nothing under it can be checked.
        if !log.checkpoint_file.is_file() {
            faults.add("log.checkpoint_file", missing(&log.checkpoint_file));
        }
        return;
    };
    private_file("log.passphrase_file", file, faults);
    let passphrase = faults.unless("log.passphrase_file", read_passphrase(Some(file)));
    let key: Option<SigningKey> = passphrase
        .filter(|_| key_file.is_file())
        .and_then(|passphrase| faults.unless("log.key_file", open_key(key_file, &passphrase)));
    let signer = key.map(|key| LogSigner::new(log.origin.clone(), key));
    if let Some(signer) = signer.and_then(|signer| faults.unless("log.origin", signer)) {
        if let Some(public) = log.public_key.filter(|public| *public != signer.multikey()) {
            let what = format!("is {public}, and log.key_file holds {}", signer.multikey());
            faults.add("log.public_key", what);
        }
        let file = CheckpointFile::at(log.checkpoint_file.clone());
        faults.unless("log.checkpoint_file", file.read(signer.public()));
    }
}

/// A reader's file is made at its first start.
fn read_log(log: &LogConfig, faults: &mut Faults) {
    for (place, file) in [
        ("log.key_file", &log.key_file),
        ("log.passphrase_file", &log.passphrase_file),
    ] {
        if file.is_some() {
            faults.add(
                place,
                "is the sequencer's alone: a reader signs nothing and holds no secret",
            );
        }
    }
    let key = log
        .public_key
        .map(|key| LogKey::new(log.origin.clone(), key.as_bytes()));
    if let Some(key) = key.and_then(|key| faults.unless("log.public_key", key))
        && log.checkpoint_file.exists()
    {
        let file = CheckpointFile::at(log.checkpoint_file.clone());
        faults.unless("log.checkpoint_file", file.read(&key));
    }
}

fn trust(config: &Config, now: Timestamp, faults: &mut Faults) {
    let path = &config.trust.list;
    let bytes = faults.unless("trust.list", named(path, std::fs::read(path)));
    let Some(owner_key) = config.trust.owner_key else {
        faults.add(
            "trust.owner_key",
            "no scheme owner is pinned: nothing is served without",
        );
        return;
    };
    let policy = Policy {
        owner_key,
        owner_successor: config.trust.owner_successor,
        log_proof: LogProofPolicy::WhenPresent,
    };
    let Some(context) =
        bytes.and_then(|bytes| faults.unless("trust.list", open_trust_list(&bytes, &policy, None)))
    else {
        return;
    };
    let list = context.list();
    match context.currency(now) {
        Currency::Current => {}
        Currency::Expired => {
            let until = list.valid_until;
            faults.add(
                "trust.list",
                format!("counted until {until}: nothing is taken in until there is a newer one"),
            );
        }
        Currency::FromFuture => faults.add("trust.list", "was issued in the future, by this machine's clock"),
    }
    if !list
        .issuers
        .iter()
        .any(|issuer| issuer.registries.contains(&config.registry.base))
    {
        let base = config.registry.base.as_str();
        faults.add("trust.list", format!("names no body whose registry is {base}"));
    }
}

/// A file that its owner alone may read.
fn private_file(place: &str, path: &Path, faults: &mut Faults) {
    let Some(metadata) = faults.unless(place, named(path, std::fs::metadata(path))) else {
        return;
    };
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        if mode & 0o077 != 0 {
            let what = format!(
                "{} has mode {mode:o}: others than its owner may use it, wanted 600",
                path.display()
            );
            faults.add(place, what);
        }
    }
    #[cfg(not(unix))]
    let _ = metadata;
}

/// A folder in which files are made and replaced.
fn folder(place: &str, file: &Path, faults: &mut Faults) {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    if let Some(metadata) = faults.unless(place, named(folder, std::fs::metadata(folder)))
        && metadata.permissions().readonly()
    {
        faults.add(place, format!("{} is not to be written in", folder.display()));
    }
}

fn missing(path: &Path) -> String {
    format!("{}: there is no such file", path.display())
}

/// What the system says, with the file it is about.
fn named<T>(path: &Path, found: std::io::Result<T>) -> Result<T, String> {
    found.map_err(|error| match error.kind() {
        ErrorKind::NotFound => missing(path),
        _ => format!("{}: {error}", path.display()),
    })
}
