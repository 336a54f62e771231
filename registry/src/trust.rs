//! The trust list at hand: read from its file, checked, never older than one adopted before.

use std::{
    fs::Metadata,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant, SystemTime},
};

use touchstone_schemas::{
    credential::RegistryBase,
    date_time::Timestamp,
    trust_list::{TrustList, TrustedIssuer},
};
use touchstone_verifier::{
    Verifier,
    input::{Facts, Policy},
    open_trust_list,
    trust::{TrustContext, TrustListRefused},
};

use crate::store::{Store, StoreError};

/// How often, at most, the file is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// A trust list believed, with the verifier that uses it.
#[derive(Debug)]
pub struct Trusted {
    verifier: Verifier,
    policy: Policy,
    context: TrustContext,
    document: String,
}

impl Trusted {
    /// The verifier under this list, without status.
    #[must_use]
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Whom this registry pins.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Who may sign what.
    #[must_use]
    pub fn context(&self) -> &TrustContext {
        &self.context
    }

    /// The list as its owner signed it.
    #[must_use]
    pub fn document(&self) -> &str {
        &self.document
    }

    /// The body whose DID documents this registry publishes: the one whose DID names this host, else the only one
    /// that names this registry.
    #[must_use]
    pub fn body_of(&self, base: &RegistryBase) -> Option<&TrustedIssuer> {
        body_of(self.context.list(), base)
    }
}

/// The body of a list whose DID documents the registry at `base` publishes.
pub(crate) fn body_of<'l>(list: &'l TrustList, base: &RegistryBase) -> Option<&'l TrustedIssuer> {
    let did = format!("did:web:{}", base.host().replace(':', "%3A"));
    let by_host = list.issuers.iter().find(|issuer| issuer.id.as_str() == did);
    let mut here = list
        .issuers
        .iter()
        .filter(|issuer| issuer.registries.contains(base));
    by_host.or_else(|| here.next().filter(|_| here.next().is_none()))
}

/// Why a trust list is not adopted.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file cannot be read.
    #[error("trust list {path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Not text.
    #[error("the trust list is not UTF-8")]
    NotUtf8,
    /// Not believed.
    #[error(transparent)]
    Refused(#[from] TrustListRefused),
    /// Another list with the sequence of one adopted before.
    #[error("the trust list has sequence {sequence} like one adopted before, and another content")]
    SameSequence {
        /// The sequence.
        sequence: u64,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The trust list, looked at again when its file changes.
#[derive(Debug)]
pub struct TrustStore {
    path: PathBuf,
    policy: Policy,
    current: RwLock<Arc<Trusted>>,
    seen: Mutex<Seen>,
}

/// What tells that a file changed: when, and to which length.
type Stamp = (SystemTime, u64);

#[derive(Debug)]
struct Seen {
    stamp: Option<Stamp>,
    looked: Instant,
}

impl TrustStore {
    /// Adopts the list in the file.
    ///
    /// # Errors
    /// [`TrustError`]: unreadable, not the owner's, or older than one adopted before.
    pub async fn open(path: PathBuf, policy: Policy, store: &Store) -> Result<Self, TrustError> {
        let (bytes, stamp) = read_file(&path)?;
        let trusted = adopt(bytes, &policy, store).await?;
        Ok(Self {
            path,
            policy,
            current: RwLock::new(Arc::new(trusted)),
            seen: Mutex::new(Seen {
                stamp,
                looked: Instant::now(),
            }),
        })
    }

    /// The list adopted last.
    #[must_use]
    pub fn current(&self) -> Arc<Trusted> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whom this registry trusts.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Looks at the file and adopts a changed list; keeps the old one, and says so, when it is not to be believed.
    pub async fn refresh(&self, store: &Store) -> Arc<Trusted> {
        if self.changed()
            && let Err(error) = self.adopt_file(store).await
        {
            tracing::error!(%error, "trust list not adopted, the one before still counts");
        }
        self.current()
    }

    /// The file counts as seen once it is known what to think of it; a busy database is asked again.
    async fn adopt_file(&self, store: &Store) -> Result<(), TrustError> {
        let (bytes, stamp) = read_file(&self.path)?;
        let adopted = adopt(bytes, &self.policy, store).await;
        if !matches!(adopted, Err(TrustError::Store(_))) {
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).stamp = stamp;
        }
        let trusted = adopted?;
        tracing::info!(sequence = trusted.context.list().sequence, "trust list adopted");
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(trusted);
        Ok(())
    }

    /// Whether the list counts at that instant.
    #[must_use]
    pub fn is_current(&self, now: Timestamp) -> bool {
        self.current().context.currency(now) == touchstone_verifier::trust::Currency::Current
    }

    fn changed(&self) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.looked.elapsed() < LOOK_EVERY {
            return false;
        }
        seen.looked = Instant::now();
        let stamp = std::fs::metadata(&self.path).ok().as_ref().and_then(stamp);
        stamp.is_some() && stamp != seen.stamp
    }
}

async fn adopt(bytes: Vec<u8>, policy: &Policy, store: &Store) -> Result<Trusted, TrustError> {
    let newest = store.newest_trust_list().await?;
    let document = String::from_utf8(bytes).map_err(|_| TrustError::NotUtf8)?;
    let seen = newest.as_ref().map(|(sequence, _)| *sequence);
    let context = open_trust_list(document.as_bytes(), policy, seen)?;
    let sequence = context.list().sequence;
    match newest {
        Some((same, stored)) if same == sequence => {
            if stored != document.as_bytes() {
                return Err(TrustError::SameSequence { sequence });
            }
        }
        _ => store.keep_trust_list(sequence, document.as_bytes()).await?,
    }
    let facts = Facts {
        trust_list: Some(document.clone()),
        ..Facts::default()
    };
    Ok(Trusted {
        verifier: Verifier::open(&facts, policy.clone()),
        policy: policy.clone(),
        context,
        document,
    })
}

fn read_file(path: &Path) -> Result<(Vec<u8>, Option<Stamp>), TrustError> {
    let error = |cause| TrustError::File {
        path: path.to_owned(),
        cause,
    };
    let stamp = std::fs::metadata(path).ok().as_ref().and_then(stamp);
    Ok((std::fs::read(path).map_err(error)?, stamp))
}

fn stamp(metadata: &Metadata) -> Option<Stamp> {
    metadata
        .modified()
        .ok()
        .map(|modified| (modified, metadata.len()))
}
