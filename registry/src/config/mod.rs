//! Configuration: a TOML file, each value of which an environment variable may replace.
//!
//! The variable of `key` in `[section]` is `TOUCHSTONE_REGISTRY_<SECTION>_<KEY>` in upper case. Unknown keys and
//! unknown variables with that prefix are refused. Relative paths count from the file's folder.

mod contact;
mod environment;
mod form;
mod web_address;

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use serde::Deserialize;
use touchstone_schemas::{credential::RegistryBase, digest::Sha256Digest, multikey::Multikey, tlog::Origin};

pub use contact::{Contact, ContactError};
pub use environment::environment;
pub use form::{faults_of_form, keys};
pub use web_address::{WebAddress, WebAddressError};

use crate::{Role, store::Place, webhooks::Networks};
use form::set;

/// What every environment variable of ours begins with.
pub const ENVIRONMENT_PREFIX: &str = "TOUCHSTONE_REGISTRY_";
/// Name of the file in a registry's folder.
pub const FILE_NAME: &str = "registry.toml";
/// Longest submission taken where nothing else is configured, in bytes: the longest snapshot
/// ([`MAX_SNAPSHOT_BYTES`](touchstone_schemas::budget::MAX_SNAPSHOT_BYTES), 32 MiB), and a status list with it.
pub const SUBMISSION_BYTES: u32 = 40 * 1024 * 1024;

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What this registry is called.
    pub registry: RegistryConfig,
    /// Where it listens.
    pub listen: ListenConfig,
    /// Where it stores.
    pub store: StoreConfig,
    /// Its log.
    pub log: LogConfig,
    /// Whom it trusts.
    pub trust: TrustConfig,
    /// Who may submit.
    pub intake: IntakeConfig,
    /// The pages.
    #[serde(default)]
    pub pages: PagesConfig,
    /// Statistics.
    #[serde(default)]
    pub statistics: StatisticsConfig,
    /// Who is told of changes.
    #[serde(default)]
    pub webhooks: WebhooksConfig,
    /// Who may read all of a region.
    #[serde(default)]
    pub regulators: RegulatorsConfig,
    /// Bounds on time, size and number.
    #[serde(default)]
    pub limits: LimitsConfig,
}

/// What this registry is called.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistryConfig {
    /// Base URL in the ids of everything it holds. No default.
    pub base: RegistryBase,
    /// What this process does: `sequencer` or `reader`. Default `sequencer`.
    #[serde(default)]
    pub role: Role,
}

/// Where it listens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListenConfig {
    /// The public address. No default.
    pub public: SocketAddr,
    /// The private address, for `/healthz` and `/readyz`. No default.
    pub private: SocketAddr,
    /// The proxy in front, whose `X-Forwarded-For` names the client for whom it asks. Default: absent, and then the
    /// other end of the connection is the client.
    #[serde(default)]
    pub proxy: Option<IpAddr>,
}

/// Where it stores.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// The database, made by `init`: SQLite's file, or PostgreSQL's URL (`postgres://user@host/name`). No default.
    pub database: Place,
}

/// Its log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// Origin: the log's URL prefix without scheme, `registry.example/log`. No default.
    pub origin: Origin,
    /// The log's public key, Multikey. A reader needs it; where a sequencer has it, it must be that of `key_file`.
    /// Default: absent.
    #[serde(default)]
    pub public_key: Option<Multikey>,
    /// The log's key, encrypted PKCS#8 PEM. The sequencer needs it, a reader never reads it. Default: absent.
    #[serde(default)]
    pub key_file: Option<PathBuf>,
    /// File whose first line opens the key; asked at the terminal when absent. Default: absent.
    #[serde(default)]
    pub passphrase_file: Option<PathBuf>,
    /// The newest checkpoint, outside the database: each process its own. No default.
    pub checkpoint_file: PathBuf,
}

/// No key that signs checkpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("log.key_file is missing: checkpoints are signed with it")]
pub struct NoKeyFile;

impl LogConfig {
    /// The file of the key that signs checkpoints.
    ///
    /// # Errors
    /// [`NoKeyFile`] where none is configured, as for a reader.
    pub fn signing_key_file(&self) -> Result<&Path, NoKeyFile> {
        self.key_file.as_deref().ok_or(NoKeyFile)
    }

    fn has(&self, key: &str) -> bool {
        match key {
            "public_key" => self.public_key.is_some(),
            _ => self.key_file.is_some(),
        }
    }
}

/// Whom it trusts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustConfig {
    /// The scheme owner's key, Multikey: the pin. Default: absent, and then nothing is served.
    #[serde(default)]
    pub owner_key: Option<Multikey>,
    /// Its announced successor. Default: absent.
    #[serde(default)]
    pub owner_successor: Option<Multikey>,
    /// The trust list, read again when it changes. No default.
    pub list: PathBuf,
}

/// Who may submit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntakeConfig {
    /// SHA-256 of the bearer token, lower-case hexadecimal. No default.
    pub token_sha256: Sha256Digest,
}

/// The pages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PagesConfig {
    /// Folder of the built verify page, read at start. Default: absent, and then the registry answers by its own
    /// server-rendered page alone.
    pub web_root: Option<PathBuf>,
    /// JSON file of the samples that the verify page offers to whoever tries it, read whenever they are asked for:
    /// `{"samples": [{"kind": "inForce", "document": "<link or credential>"}]}`. Default: absent, and then it offers none.
    pub samples: Option<PathBuf>,
    /// Where certificates of every body are looked up, a web address; named to whoever does not find one here. Default
    /// `http://cx.cnca.cn`, 全国认证认可信息公共服务平台.
    pub national_lookup: WebAddress,
    /// Number of the site's ICP filing, 备案号, shown at the foot of every page: `京ICP备00000000号-1`. Default: absent.
    pub icp_number: Option<String>,
    /// Whom to tell of a weakness, for `/.well-known/security.txt` (RFC 9116): `mailto:security@registry.example`. Default:
    /// absent, and then there is no such file.
    pub security_contact: Option<Contact>,
}

impl Default for PagesConfig {
    fn default() -> Self {
        Self {
            web_root: None,
            samples: None,
            national_lookup: WebAddress::national_lookup(),
            icp_number: None,
            security_contact: None,
        }
    }
}

/// Statistics.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StatisticsConfig {
    /// TOML file with the numbers of firms that certified organisations are divided by, and the goals
    /// ([`Denominators`](crate::statistics::Denominators)), read at start. Default: absent, and then no progress is
    /// shown.
    pub denominators: Option<PathBuf>,
}

/// Who is told of changes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebhooksConfig {
    /// Folder of the subscriptions, kept by `touchstone-registry webhook`. Default `webhooks`.
    pub folder: PathBuf,
    /// Networks that messages may go to although they are not public, over http too: `10.1.0.0/16, 127.0.0.1`.
    /// Default: none.
    pub internal_networks: Networks,
    /// PEM file of the authorities that certify subscribers' servers, in place of the web's, read at start. Default: absent.
    pub ca_file: Option<PathBuf>,
}

impl Default for WebhooksConfig {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("webhooks"),
            internal_networks: Networks::default(),
            ca_file: None,
        }
    }
}

/// Who may read all of a region.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegulatorsConfig {
    /// Folder of the regulators, kept by `touchstone-registry regulator`. Default `regulators`.
    pub folder: PathBuf,
}

impl Default for RegulatorsConfig {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("regulators"),
        }
    }
}

/// Bounds on time, size and number.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Most milliseconds for a request's head, and between two requests of a connection. Default 10,000.
    pub header_timeout_ms: u64,
    /// Most milliseconds for a request's body. Default 30,000.
    pub body_timeout_ms: u64,
    /// Most milliseconds after which a connection takes no further request; the one under way then has
    /// `shutdown_timeout_ms` to finish. Default 120,000.
    pub connection_timeout_ms: u64,
    /// Most milliseconds that a request under way may take to finish, at shutdown and when its connection has lived its
    /// time. Default 10,000.
    pub shutdown_timeout_ms: u64,
    /// Most connections at a time. Default 4,096.
    pub connections: u32,
    /// Most header lines of a request. Default 64.
    pub headers: u32,
    /// Longest submission, in bytes; a registry's snapshot is one, of 32 MiB at most. Default 40 MiB.
    pub submission_bytes: u32,
    /// Most documents of a submission. Default 1,024.
    pub submission_documents: u32,
    /// Most submissions waiting for the log. Default 256.
    pub queue: u32,
    /// Most records a client may look up in a minute; 0 is no limit. Default 120.
    pub records_per_minute: u32,
    /// Most submissions without the token that a client may try in a minute; 0 is no limit. Default 30.
    pub strangers_per_minute: u32,
    /// Most rows of the directory, which hold names, that a client may read in a minute; 0 is no limit. Default 600,
    /// thirty pages.
    pub directory_rows_per_minute: u32,
    /// Most rows of `/validity-checks` that a client may ask about in a minute; 0 is no limit. Default 20,000, two
    /// questions of the longest kind.
    pub check_rows_per_minute: u32,
    /// Most reports that a paper does not match that a client may send in a minute; 0 is no limit. Default 5.
    pub mismatch_reports_per_minute: u32,
    /// Entries with their documents that are read and hashed again in a second, beside the service; 0 is none. Default 100.
    pub scrub_entries_per_second: u32,
    /// Megabytes (2^20) of disk that intake leaves free; 0 is none. Default 256.
    pub disk_reserve_mib: u32,
    /// Megabytes (2^20) of memory for answers that many ask for; 0 keeps none. Default 16.
    pub hot_answers_mib: u32,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            header_timeout_ms: 10_000,
            body_timeout_ms: 30_000,
            connection_timeout_ms: 120_000,
            shutdown_timeout_ms: 10_000,
            connections: 4_096,
            headers: 64,
            submission_bytes: SUBMISSION_BYTES,
            submission_documents: 1_024,
            queue: 256,
            records_per_minute: 120,
            strangers_per_minute: 30,
            directory_rows_per_minute: 600,
            check_rows_per_minute: 20_000,
            mismatch_reports_per_minute: 5,
            scrub_entries_per_second: 100,
            disk_reserve_mib: 256,
            hot_answers_mib: 16,
        }
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("configuration {path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Not TOML, a missing or unknown key, or a value of another form.
    #[error("configuration {path}: {cause}")]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        cause: Box<toml::de::Error>,
    },
    /// The role needs a key that is not there.
    #[error("configuration {path}: log.{key} is missing, which a {role} needs")]
    Missing {
        /// The file.
        path: PathBuf,
        /// The key within `[log]`.
        key: &'static str,
        /// The role.
        role: Role,
    },
    /// A variable with our prefix that names no section.
    #[error("environment variable {name} names no section of the configuration")]
    UnknownVariable {
        /// The variable.
        name: String,
    },
    /// A number was wanted.
    #[error("environment variable {name} is {found:?}, wanted a number")]
    NotANumber {
        /// The variable.
        name: String,
        /// Its value.
        found: String,
    },
    /// A variable of ours is not text.
    #[error("environment variable {name} is not UTF-8")]
    NotUtf8 {
        /// The variable.
        name: String,
    },
}

impl Config {
    /// Reads a file, then the variables given (all of the environment's, ours are picked out).
    ///
    /// # Errors
    /// [`ConfigError`] names the file or variable, and what is wrong with it.
    pub fn read(
        path: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|cause| ConfigError::File {
            path: path.to_owned(),
            cause,
        })?;
        let form = |cause| ConfigError::Form {
            path: path.to_owned(),
            cause: Box::new(cause),
        };
        let mut table: toml::Table = text.parse().map_err(form)?;
        for (name, value) in environment {
            if let Some(rest) = name.strip_prefix(ENVIRONMENT_PREFIX) {
                set(&mut table, &name, rest, value)?;
            }
        }
        let mut config: Self = table.try_into().map_err(form)?;
        let role = config.registry.role;
        if !config.log.has(role.needs()) {
            return Err(ConfigError::Missing {
                path: path.to_owned(),
                key: role.needs(),
                role,
            });
        }
        config.resolve(path.parent().unwrap_or_else(|| Path::new(".")));
        Ok(config)
    }

    fn resolve(&mut self, folder: &Path) {
        self.store.database = self.store.database.within(folder);
        let paths = [
            self.log.key_file.as_mut(),
            self.log.passphrase_file.as_mut(),
            Some(&mut self.log.checkpoint_file),
            Some(&mut self.trust.list),
            self.pages.web_root.as_mut(),
            self.pages.samples.as_mut(),
            self.statistics.denominators.as_mut(),
            self.webhooks.ca_file.as_mut(),
            Some(&mut self.webhooks.folder),
            Some(&mut self.regulators.folder),
        ];
        for path in paths.into_iter().flatten() {
            *path = folder.join(&*path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        [registry]
        base = "https://registry.example"
        [listen]
        public = "127.0.0.1:8440"
        private = "127.0.0.1:8441"
        [store]
        database = "registry.sqlite"
        [log]
        origin = "registry.example/log"
        key_file = "log-key.pem"
        checkpoint_file = "checkpoint"
        [trust]
        list = "/srv/trust.json"
        [intake]
        token_sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    "#;

    fn read(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("touchstone-config-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(FILE_NAME);
        std::fs::write(&path, text).unwrap();
        let environment = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let config = Config::read(&path, environment);
        std::fs::remove_dir_all(&folder).unwrap();
        config
    }

    #[test]
    fn paths_count_from_the_file_and_variables_replace_values() {
        let config = read(
            TEXT,
            &[
                ("TOUCHSTONE_REGISTRY_LIMITS_QUEUE", "7"),
                ("TOUCHSTONE_REGISTRY_REGISTRY_BASE", "https://other.example"),
                ("HOME", "elsewhere"),
            ],
        )
        .unwrap();
        assert_eq!(config.limits.queue, 7);
        assert_eq!(config.limits.headers, 64);
        assert_eq!(config.registry.base.as_str(), "https://other.example");
        assert!(config.store.database.file().unwrap().is_absolute());
        assert_eq!(config.trust.list, Path::new("/srv/trust.json"));
    }

    #[test]
    fn each_role_needs_its_own_key_of_the_log() {
        let reader = ("TOUCHSTONE_REGISTRY_REGISTRY_ROLE", "reader");
        let missing = |found| match found {
            Err(ConfigError::Missing { key, role, .. }) => (key, role),
            other => panic!("{other:?}"),
        };
        assert_eq!(read(TEXT, &[]).unwrap().registry.role, Role::Sequencer);
        assert_eq!(missing(read(TEXT, &[reader])), ("public_key", Role::Reader));
        let public = Multikey::from_bytes([7; 32]).to_string();
        let keyless = TEXT.replace(
            "key_file = \"log-key.pem\"",
            &format!("public_key = \"{public}\""),
        );
        assert_eq!(missing(read(&keyless, &[])), ("key_file", Role::Sequencer));
        let config = read(&keyless, &[reader]).unwrap();
        assert_eq!((config.registry.role, config.log.key_file), (Role::Reader, None));
        let unknown = ("TOUCHSTONE_REGISTRY_REGISTRY_ROLE", "Writer");
        assert!(matches!(read(TEXT, &[unknown]), Err(ConfigError::Form { .. })));
    }

    #[test]
    fn unknown_keys_and_variables_are_refused() {
        let unknown = TEXT.replace("[intake]", "[intake]\ntoken = \"x\"");
        assert!(matches!(read(&unknown, &[]), Err(ConfigError::Form { .. })));
        for (name, value) in [
            ("TOUCHSTONE_REGISTRY_LIMITS_QUEUES", "7"),
            ("TOUCHSTONE_REGISTRY_LIMITS_QUEUE", "many"),
            ("TOUCHSTONE_REGISTRY_NOWHERE_BASE", "x"),
            ("TOUCHSTONE_REGISTRY_LISTEN_PUBLIC", "everywhere"),
        ] {
            assert!(read(TEXT, &[(name, value)]).is_err(), "{name}");
        }
    }
}
