//! An office opened for work: its folder, records, trust list and registry.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::OpenOptionsExt;

use secrecy::SecretString;
use touchstone_schemas::{
    credential::IssuerProfile,
    date_time::{Date, Timestamp},
    did::VerificationMethod,
    digest::Sha256Digest,
    jcs::to_canonical,
    scheme::weights::Issuing,
    trust_list::{TrustList, TrustedIssuer, TrustedKey},
};
use touchstone_verifier::{
    input::{LogProofPolicy, Policy},
    log_check::LogContext,
    open_trust_list,
    path::{CertificateError, certificate_facts},
    trust::{Currency, TrustContext, TrustListRefused},
};

use crate::{
    application::DateForm,
    body::Body,
    casework::{WorkflowError, Workflows},
    config::{Config, ConfigError, Folder},
    file::{self, FileError},
    keys::{IssuingKey, KeyError, KeyPlace, PinFrom, StatusKey, Unlocking},
    prepare::{KeyWindow, SchemeData, TestRoot},
    registry::Registry,
    scheme_folder::{SchemeFolderError, read_scheme},
    store::{InstantSource, Store, StoreError},
};

/// The office's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The system's.
    System,
    /// Stands at an instant; under a test root alone.
    Fixed(Timestamp),
}

impl Clock {
    /// The time now.
    #[must_use]
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => {
                Timestamp::from_unix(jiff::Timestamp::now().as_second()).unwrap_or(Timestamp::MAX)
            }
            Self::Fixed(instant) => instant,
        }
    }

    /// The instant to remember as one at which the office signed; none of a pretended clock.
    pub(crate) fn signs_at(self) -> Option<Timestamp> {
        match self {
            Self::System => Some(self.now()),
            Self::Fixed(_) => None,
        }
    }
}

/// Why an office does not open.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// Its configuration does not read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file does not read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The database does not open.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key does not open.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The stages of cases do not hold together.
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
    /// The trust list is not one to go by.
    #[error("trust list: {0}")]
    TrustList(TrustListRefused),
    /// The trust list does not hold this body, its key, its profile or its log as configured.
    #[error("the trust list does not hold {what}")]
    NotListed {
        /// What is missing or other.
        what: String,
    },
    /// A certificate of the trust list does not read.
    #[error("certificate of {method}: {cause}")]
    Certificate {
        /// Whose it is.
        method: VerificationMethod,
        /// What is wrong.
        cause: CertificateError,
    },
    /// A scheme edition is neither known to this build nor in the office's folder, or its files do not load.
    #[error(transparent)]
    Scheme(#[from] SchemeFolderError),
    /// The trust list at hand does not count now.
    #[error(
        "it is {now}, and the trust list counts from {issued} until {valid_until}: put the present one in its place"
    )]
    TrustListNotCurrent {
        /// The clock.
        now: Timestamp,
        /// When the list was issued.
        issued: Timestamp,
        /// Until when it counts.
        valid_until: Timestamp,
    },
    /// A fixed clock under a real root.
    #[error("--clock works under a test root alone")]
    FixedClock,
}

/// An office.
pub struct Office {
    /// What it goes by.
    pub papers: Papers,
    /// Its records.
    pub store: Store,
    /// Its clock.
    pub clock: Clock,
    /// Its registry.
    pub registry: Registry,
    // Held as long as the office is open: one process at a time writes its records.
    _lock: File,
}

/// What an office goes by: nothing here changes while it is open.
pub struct Papers {
    /// Its folder.
    pub folder: Folder,
    /// Its configuration.
    pub config: Config,
    /// The body.
    pub body: Body,
    /// The stages of cases, by edition.
    pub workflows: Workflows,
    trust: TrustContext,
    schemes: BTreeMap<String, SchemeData>,
}

/// The keys of an office.
pub struct OfficeKeys {
    /// Signs credentials and events.
    pub issuing: IssuingKey,
    /// Signs status lists.
    pub status: StatusKey,
}

impl Office {
    /// Opens an office; waits while another process has it open.
    ///
    /// # Errors
    /// [`OfficeError`] says what does not fit.
    pub async fn open(folder: Folder, clock: Clock) -> Result<Self, OfficeError> {
        let lock_path = folder.path().join("issuer.lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&lock_path)
            .and_then(|file| file.lock().map(|()| file))
            .map_err(|cause| FileError::System {
                path: lock_path,
                cause,
            })?;
        let (papers, mut store) = Papers::read(folder, clock).await?;
        // The file locks this folder's office; the database may be of an office of another machine too.
        store.take_turn().await?;
        let registry = Registry::new(&papers.folder, &papers.config.registry)?;
        Ok(Self {
            papers,
            store,
            clock,
            registry,
            _lock: lock,
        })
    }
}

impl Papers {
    /// Reads what an office goes by, and opens its records.
    ///
    /// # Errors
    /// [`OfficeError`] says what does not fit.
    pub(crate) async fn read(folder: Folder, clock: Clock) -> Result<(Self, Store), OfficeError> {
        let config = folder.read_config()?;
        if matches!(clock, Clock::Fixed(_)) && !config.issuer.test {
            return Err(OfficeError::FixedClock);
        }
        let body = folder.read_body()?;
        let policy = Policy {
            owner_key: config.issuer.owner_key,
            owner_successor: None,
            log_proof: LogProofPolicy::WhenPresent,
        };
        let mut store = Store::open(&folder.records(&config.database)).await?;
        let seen = store.trust_list_seen().await?;
        let trust = open_trust_list(&file::read(&folder.trust_list())?, &policy, seen)
            .map_err(OfficeError::TrustList)?;
        let (mut schemes, mut beside) = (BTreeMap::new(), Vec::new());
        for scheme in &body.schemes {
            let known = read_scheme(&folder, scheme.edition.as_str())?;
            beside.extend(known.workflow);
            schemes.insert(scheme.edition.as_str().to_owned(), known.data);
        }
        let mut workflows = match folder.workflows() {
            path if path.exists() => Workflows::read(&file::read(&path)?)?,
            _ => Workflows::built_in()?,
        };
        for workflow in beside {
            workflows.add(workflow);
        }
        let papers = Self {
            folder,
            config,
            body,
            workflows,
            trust,
            schemes,
        };
        papers.check()?;
        // The list without its proofs: a second owner's signature makes no other list of it.
        let list = papers.trust.list();
        let digest = Sha256Digest::of(&to_canonical(list));
        store.see_trust_list(list.sequence, digest).await?;
        store.note_instant(InstantSource::Outside, list.issued).await?;
        Ok((papers, store))
    }

    /// Opens the keys, and checks that they are those of the certificates.
    ///
    /// # Errors
    /// [`OfficeError::Key`].
    pub fn unlock(&self, passphrase: &SecretString) -> Result<OfficeKeys, OfficeError> {
        self.unlock_with(passphrase, PinFrom::Uri)
    }

    /// The same, with PINs of tokens from the terminal where that is asked.
    ///
    /// # Errors
    /// [`OfficeError::Key`].
    pub fn unlock_with(&self, passphrase: &SecretString, pin: PinFrom) -> Result<OfficeKeys, OfficeError> {
        let unlocking = Unlocking {
            folder: self.folder.path(),
            passphrase,
            pin,
        };
        let open = |place: KeyPlace, listed: &TrustedKey| {
            let key = place.open(&unlocking)?;
            let method = &listed.verification_method;
            let facts =
                certificate_facts(listed.certificate.as_der()).map_err(|cause| OfficeError::Certificate {
                    method: method.clone(),
                    cause,
                })?;
            if facts.key != key.verifying_key() {
                return Err(KeyError::Foreign {
                    place: place.to_string(),
                    method: method.to_string(),
                }
                .into());
            }
            Ok::<_, OfficeError>((method.clone(), key))
        };
        let (method, key) = open(self.config.issuing_place(), self.issuing_entry()?)?;
        let issuing = IssuingKey::new(method, key);
        let (method, key) = open(self.config.status_place(), self.status_entry()?)?;
        Ok(OfficeKeys {
            issuing,
            status: StatusKey::new(method, key),
        })
    }

    /// Whether a passphrase is needed to unlock the keys.
    #[must_use]
    pub fn has_key_files(&self) -> bool {
        self.config.issuing_place().is_file() || self.config.status_place().is_file()
    }

    /// The body's entry in the trust list.
    ///
    /// # Errors
    /// [`OfficeError::NotListed`].
    pub fn listed(&self) -> Result<&TrustedIssuer, OfficeError> {
        let did = &self.config.issuer.did;
        self.trust.issuer(did).ok_or_else(|| OfficeError::NotListed {
            what: did.to_string(),
        })
    }

    /// The trust list.
    #[must_use]
    pub fn trust_list(&self) -> &TrustList {
        self.trust.list()
    }

    /// The trust list, opened as verifiers open it.
    pub(crate) const fn trust(&self) -> &TrustContext {
        &self.trust
    }

    /// The log receipts lead into.
    ///
    /// # Errors
    /// [`OfficeError::NotListed`].
    pub fn log(&self) -> Result<&LogContext, OfficeError> {
        let did = &self.config.issuer.did;
        self.trust.log(did).ok_or_else(|| OfficeError::NotListed {
            what: format!("a usable log key of {did}"),
        })
    }

    /// The body's profile in use.
    ///
    /// # Errors
    /// [`OfficeError::NotListed`].
    pub fn profile(&self) -> Result<&IssuerProfile, OfficeError> {
        let number = self.config.issuer.profile;
        let listed = self
            .listed()?
            .profiles
            .iter()
            .find(|profile| profile.number == number);
        let missing = || OfficeError::NotListed {
            what: format!("issuer profile {number}"),
        };
        Ok(&listed.ok_or_else(missing)?.profile)
    }

    /// A scheme the body issues under.
    #[must_use]
    pub fn scheme(&self, edition: &str) -> Option<&SchemeData> {
        self.schemes.get(edition)
    }

    /// Whether under a test root.
    #[must_use]
    pub const fn issuing(&self) -> Issuing {
        if self.config.issuer.test {
            Issuing::Test
        } else {
            Issuing::Real
        }
    }

    /// That certificates are demonstrations, where they are.
    #[must_use]
    pub fn test_root(&self) -> Option<TestRoot> {
        TestRoot::of(self.issuing())
    }

    /// How dates may be written at this instant.
    #[must_use]
    pub fn date_form(&self, now: Timestamp) -> DateForm {
        if self.config.issuer.test {
            DateForm::Relative { today: Date::of(now) }
        } else {
            DateForm::Plain
        }
    }

    /// Whether the trust list counts now. What is given a number is judged by it.
    ///
    /// # Errors
    /// [`OfficeError::TrustListNotCurrent`].
    pub fn check_trust_list(&self, now: Timestamp) -> Result<(), OfficeError> {
        match self.trust.currency(now) {
            Currency::Current => Ok(()),
            Currency::Expired | Currency::FromFuture => {
                let list = self.trust.list();
                Err(OfficeError::TrustListNotCurrent {
                    now,
                    issued: list.issued,
                    valid_until: list.valid_until,
                })
            }
        }
    }

    /// When the issuing key may sign.
    ///
    /// # Errors
    /// [`OfficeError::NotListed`] or [`OfficeError::Certificate`].
    pub fn key_window(&self) -> Result<KeyWindow<'_>, OfficeError> {
        self.window_of(self.issuing_entry()?)
    }

    /// When a listed key may, or might, sign.
    pub(crate) fn window_of<'a>(&'a self, listed: &'a TrustedKey) -> Result<KeyWindow<'a>, OfficeError> {
        let facts =
            certificate_facts(listed.certificate.as_der()).map_err(|cause| OfficeError::Certificate {
                method: listed.verification_method.clone(),
                cause,
            })?;
        Ok(KeyWindow {
            method: &listed.verification_method,
            certificate: listed.certificate.as_der(),
            purpose: &self.trust.list().key_purposes.issue,
            signs_from: listed.signs_from,
            signs_until: listed.signs_until,
            certificate_until: Timestamp::from_unix(facts.validity.not_after).unwrap_or(Timestamp::MIN),
        })
    }

    /// The issuing key's DID URL.
    #[must_use]
    pub fn issuing_method(&self) -> VerificationMethod {
        self.config.issuer.did.key(self.config.issuer.issuing_key)
    }

    fn issuing_entry(&self) -> Result<&TrustedKey, OfficeError> {
        find(&self.listed()?.issuing_keys, &self.issuing_method())
    }

    fn status_entry(&self) -> Result<&TrustedKey, OfficeError> {
        let method = self
            .config
            .issuer
            .did
            .status_authority()
            .key(self.config.issuer.status_key);
        find(&self.listed()?.status_keys, &method)
    }

    /// Whether configuration, body and trust list say the same.
    fn check(&self) -> Result<(), OfficeError> {
        let (listed, config) = (self.listed()?, &self.config);
        self.key_window()?;
        self.status_entry()?;
        self.log()?;
        let written = self
            .body
            .issuer_profile(config.issuer.did.clone(), config.registry.url.clone());
        let agree = [
            ("the test flag as configured", listed.test == config.issuer.test),
            (
                "the registry as configured",
                listed.registries.contains(&config.registry.url),
            ),
            (
                "the log as configured",
                listed.log.origin == config.log.origin && listed.log.key == config.log.key,
            ),
            (
                "the body's profile as in profile.json",
                *self.profile()? == written,
            ),
        ];
        match agree.into_iter().find(|(_, agrees)| !agrees) {
            Some((what, _)) => Err(OfficeError::NotListed {
                what: what.to_owned(),
            }),
            None => Ok(()),
        }
    }
}

fn find<'a>(keys: &'a [TrustedKey], method: &VerificationMethod) -> Result<&'a TrustedKey, OfficeError> {
    let found = keys
        .iter()
        .find(|key| key.verification_method == *method && key.retired.is_none());
    found.ok_or_else(|| OfficeError::NotListed {
        what: method.to_string(),
    })
}
