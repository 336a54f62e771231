//! Configuration: `issuer.toml` in the issuer's folder. Unknown keys are refused; paths are relative to the folder.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use touchstone_schemas::{credential::RegistryBase, did::Did, multikey::Multikey, tlog::Origin};

use crate::{
    body::Body,
    documents::DocumentsConfig,
    file::{self, FileError},
    keys::KeyPlace,
    notices::MailServer,
    store::Place,
};

/// The whole configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Who issues.
    pub issuer: IssuerConfig,
    /// Where documents are delivered.
    pub registry: RegistryConfig,
    /// The registry's log, as the trust list names it.
    pub log: LogConfig,
    /// Where the records are kept.
    #[serde(default, skip_serializing_if = "DatabaseConfig::is_usual")]
    pub database: DatabaseConfig,
    /// Delivery.
    #[serde(default)]
    pub outbox: OutboxConfig,
    /// Papers.
    #[serde(default, skip_serializing_if = "DocumentsConfig::is_usual")]
    pub documents: DocumentsConfig,
    /// Where keys are kept.
    #[serde(default, skip_serializing_if = "KeysConfig::is_usual")]
    pub keys: KeysConfig,
    /// How the log is watched.
    #[serde(default, skip_serializing_if = "WatchConfig::is_usual")]
    pub watch: WatchConfig,
    /// The mail server that takes notices. Default none: they are not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailServer>,
}

/// Where the records are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct DatabaseConfig {
    /// SQLite's file, or PostgreSQL's URL, `postgres://user@host/name`; made by `init`. Default `issuer.sqlite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl DatabaseConfig {
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// How the log is watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct WatchConfig {
    /// Seconds between two rounds. Default 30: an alarm comes within a minute.
    pub every_seconds: u64,
    /// Seconds until a log that looks wrong is looked at again, before that is an alarm. Default 6: its checkpoint may
    /// be kept by caches for five.
    pub recheck_seconds: u64,
    /// Program and arguments called on an alarm, with what was found as JSON on standard input. Default none.
    pub alarm_command: Vec<String>,
}

impl Default for WatchConfig {
    fn default() -> Self {
        Self {
            every_seconds: 30,
            recheck_seconds: 6,
            alarm_command: Vec::new(),
        }
    }
}

impl WatchConfig {
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Where the keys in use are kept: `file:` with a path, or `pkcs11:` with what RFC 7512 says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct KeysConfig {
    /// The issuing key. Default `file:keys/issuing-<number>.pem`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuing: Option<KeyPlace>,
    /// The status key. Default `file:keys/status-<number>.pem`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<KeyPlace>,
}

impl Config {
    /// Where the issuing key in use is kept.
    #[must_use]
    pub fn issuing_place(&self) -> KeyPlace {
        let usual = || usual_place("issuing", self.issuer.issuing_key);
        self.keys.issuing.clone().unwrap_or_else(usual)
    }

    /// Where the status key in use is kept.
    #[must_use]
    pub fn status_place(&self) -> KeyPlace {
        let usual = || usual_place("status", self.issuer.status_key);
        self.keys.status.clone().unwrap_or_else(usual)
    }
}

/// Where a key of that number is kept when nothing else is said.
#[must_use]
pub fn usual_place(name: &str, number: u32) -> KeyPlace {
    KeyPlace::File(format!("keys/{name}-{number}.pem").into())
}

impl KeysConfig {
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Who issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IssuerConfig {
    /// Whether certificates are demonstrations. A test issuer has a root of its own; `issue --file` and `--clock`
    /// work under a test root alone.
    pub test: bool,
    /// The body's DID.
    pub did: Did,
    /// Number of the body's profile in the trust list, named in QR codes.
    pub profile: u32,
    /// Number of the issuing key in use: `<did>#key-<number>`.
    pub issuing_key: u32,
    /// Number of the status key in use: `<did>:status#key-<number>`.
    pub status_key: u32,
    /// The scheme owner's key: the pin under which the trust list is read.
    pub owner_key: Multikey,
}

/// Where documents are delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RegistryConfig {
    /// Base URL of the registry.
    pub url: RegistryBase,
    /// File with the registry's intake token. Default `registry.token`.
    #[serde(default = "default_token_file")]
    pub token_file: PathBuf,
    /// Seconds a request may take. Default 30.
    #[serde(default = "default_timeout")]
    pub timeout_seconds: u64,
}

/// The registry's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LogConfig {
    /// Its origin.
    pub origin: Origin,
    /// Its key.
    pub key: Multikey,
}

/// Delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct OutboxConfig {
    /// Credentials in one submission, at most. Default 64: past it a commit gains little.
    pub bundle_size: u16,
    /// Tries before a command gives up; the outbox keeps the submission. Default 5.
    pub attempts: u32,
    /// Milliseconds before the second try, doubled for each further one. Default 250.
    pub first_pause_ms: u64,
    /// Milliseconds between two tries, at most. Default 8,000.
    pub longest_pause_ms: u64,
}

impl Default for OutboxConfig {
    fn default() -> Self {
        Self {
            bundle_size: 64,
            attempts: 5,
            first_pause_ms: 250,
            longest_pause_ms: 8_000,
        }
    }
}

fn default_token_file() -> PathBuf {
    PathBuf::from("registry.token")
}

const fn default_timeout() -> u64 {
    30
}

/// The issuer's folder: where everything of the office stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(PathBuf);

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Not UTF-8 TOML of this shape.
    #[error("{}: {cause}", path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// Where and why.
        cause: Box<toml::de::Error>,
    },
    /// The configuration cannot be written.
    #[error("the configuration cannot be written: {0}")]
    Write(#[from] toml::ser::Error),
    /// The body's file does not read.
    #[error("{}: {cause}", path.display())]
    Body {
        /// The file.
        path: PathBuf,
        /// Where and why.
        cause: touchstone_schemas::decode::ReadError,
    },
    /// A figure that would stop delivery.
    #[error("outbox.{key} is 0, wanted at least 1")]
    Zero {
        /// The key.
        key: &'static str,
    },
}

impl Folder {
    /// The folder at this path.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.0.join("issuer.toml")
    }

    /// The body's file.
    #[must_use]
    pub fn body(&self) -> PathBuf {
        self.0.join("profile.json")
    }

    /// The stages of cases; those compiled in when there is no such file.
    #[must_use]
    pub fn workflows(&self) -> PathBuf {
        self.0.join("workflows.json")
    }

    /// The database, where the configuration names no other.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.0.join("issuer.sqlite")
    }

    /// Where the records are, by the configuration.
    #[must_use]
    pub fn records(&self, config: &DatabaseConfig) -> Place {
        match &config.place {
            Some(place) => place.within(&self.0),
            None => self.database().into(),
        }
    }

    /// The trust list.
    #[must_use]
    pub fn trust_list(&self) -> PathBuf {
        self.0.join("trust.json")
    }

    /// The folder of private keys.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// The root's private key; kept offline once the end entities are certified.
    #[must_use]
    pub fn root_key(&self) -> PathBuf {
        self.keys().join("root.pem")
    }

    /// An issuing key.
    #[must_use]
    pub fn issuing_key(&self, number: u32) -> PathBuf {
        self.keys().join(format!("issuing-{number}.pem"))
    }

    /// A status key.
    #[must_use]
    pub fn status_key(&self, number: u32) -> PathBuf {
        self.keys().join(format!("status-{number}.pem"))
    }

    /// Writes a new configuration and a new body's file.
    ///
    /// # Errors
    /// [`ConfigError::File`] rather than overwrite.
    pub fn write_new(&self, config: &Config, body: &[u8]) -> Result<(), ConfigError> {
        file::create_public(&self.body(), body)?;
        Ok(file::create_public(
            &self.config(),
            toml::to_string_pretty(config)?.as_bytes(),
        )?)
    }

    /// Puts another configuration in place of the one there, which stays beside it as `issuer.toml.before`.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn replace_config(&self, config: &Config) -> Result<(), ConfigError> {
        let path = self.config();
        file::replace(&self.0.join("issuer.toml.before"), &file::read(&path)?)?;
        Ok(file::replace(&path, toml::to_string_pretty(config)?.as_bytes())?)
    }

    /// Reads the configuration.
    ///
    /// # Errors
    /// [`ConfigError`] says which file, and where in it.
    pub fn read_config(&self) -> Result<Config, ConfigError> {
        let path = self.config();
        let bytes = file::read(&path)?;
        let config: Config = toml::from_slice(&bytes).map_err(|cause| ConfigError::Toml {
            path,
            cause: Box::new(cause),
        })?;
        config.outbox.check()?;
        Ok(config)
    }

    /// Reads the body's file.
    ///
    /// # Errors
    /// [`ConfigError`] says where in it.
    pub fn read_body(&self) -> Result<Body, ConfigError> {
        read_body(&self.body())
    }

    /// Reads the registry's intake token.
    ///
    /// # Errors
    /// [`ConfigError::File`].
    pub fn read_token(&self, config: &RegistryConfig) -> Result<secrecy::SecretString, ConfigError> {
        let bytes = zeroize::Zeroizing::new(file::read(&self.0.join(&config.token_file))?);
        Ok(String::from_utf8_lossy(&bytes).trim().to_owned().into())
    }
}

impl OutboxConfig {
    fn check(self) -> Result<(), ConfigError> {
        match (self.bundle_size, self.attempts) {
            (0, _) => Err(ConfigError::Zero { key: "bundle-size" }),
            (_, 0) => Err(ConfigError::Zero { key: "attempts" }),
            _ => Ok(()),
        }
    }
}

/// Reads a body's file anywhere.
///
/// # Errors
/// [`ConfigError`] says where in it.
pub fn read_body(path: &Path) -> Result<Body, ConfigError> {
    let bytes = file::read(path)?;
    touchstone_schemas::decode::read(&bytes, touchstone_schemas::budget::MAX_TRUST_LIST_BYTES).map_err(
        |cause| ConfigError::Body {
            path: path.to_owned(),
            cause,
        },
    )
}
