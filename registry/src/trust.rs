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

use crate::{
    Role,
    store::{Store, StoreError},
};

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
    /// The newer list that the sequencer kept is not to be believed.
    #[error("the trust list of sequence {sequence} in the database: {cause}")]
    Stored {
        /// Its sequence as the database has it.
        sequence: u64,
        /// Why it is not believed.
        cause: TrustListRefused,
    },
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
///
/// The sequencer keeps each list it adopts in the database, which is its memory of the newest. A reader writes nothing:
/// it takes the newer of its file's and the database's, and goes back to no older one while it runs.
#[derive(Debug)]
pub struct TrustStore {
    path: PathBuf,
    policy: Policy,
    role: Role,
    current: RwLock<Arc<Trusted>>,
    seen: Mutex<Seen>,
    /// Why the database's newest list is not believed, which is told once.
    refused: Mutex<Option<String>>,
}

/// What tells that a file changed: when, and to which length.
type Stamp = (SystemTime, u64);

#[derive(Debug)]
struct Seen {
    stamp: Option<Stamp>,
    looked: Instant,
}

impl TrustStore {
    /// Adopts the list in the file; a reader that in the database, where it is newer.
    ///
    /// # Errors
    /// [`TrustError`]: unreadable, not the owner's, or, for the sequencer, older than one adopted before.
    pub async fn open(path: PathBuf, policy: Policy, store: &Store, role: Role) -> Result<Self, TrustError> {
        let (bytes, stamp) = read_file(&path)?;
        let trusted = match role {
            Role::Sequencer => adopt(bytes, &policy, store).await?,
            Role::Reader => {
                let in_file = open_list(bytes, &policy, None)?;
                newer_in(store, &in_file).await?.unwrap_or(in_file)
            }
        };
        Ok(Self {
            path,
            policy,
            role,
            refused: Mutex::default(),
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
        let adopted = match self.role {
            Role::Sequencer => adopt(bytes, &self.policy, store).await,
            Role::Reader => succeed(bytes, &self.policy, &self.current()),
        };
        if !matches!(adopted, Err(TrustError::Store(_))) {
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).stamp = stamp;
        }
        self.replace(adopted?);
        Ok(())
    }

    /// A reader's look at the lists that the sequencer keeps: adopts a newer one. Keeps the old one, and says so once,
    /// when that is not to be believed; a database that is away is somebody else's to tell.
    pub(crate) async fn look_in(&self, store: &Store) {
        let refused = match newer_in(store, &self.current()).await {
            Ok(newer) => {
                newer.into_iter().for_each(|newer| self.replace(newer));
                None
            }
            Err(TrustError::Store(_)) => return,
            Err(error) => Some(error.to_string()),
        };
        let mut told = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = refused.as_ref().filter(|_| *told != refused) {
            tracing::error!(%error, "trust list not adopted, the one before still counts");
        }
        *told = refused;
    }

    /// File and database may be looked at at once: the newer stays.
    fn replace(&self, trusted: Trusted) {
        let sequence = trusted.context.list().sequence;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if sequence > current.context.list().sequence {
            tracing::info!(sequence, "trust list adopted");
            *current = Arc::new(trusted);
        }
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
    Ok(trusted(document, context, policy))
}

/// A list after another, which it may repeat.
fn succeed(bytes: Vec<u8>, policy: &Policy, current: &Trusted) -> Result<Trusted, TrustError> {
    let sequence = current.context.list().sequence;
    let next = open_list(bytes, policy, Some(sequence))?;
    if next.context.list().sequence == sequence && next.document != current.document {
        return Err(TrustError::SameSequence { sequence });
    }
    Ok(next)
}

/// The newest list that the sequencer kept, where it is newer than the one at hand.
async fn newer_in(store: &Store, current: &Trusted) -> Result<Option<Trusted>, TrustError> {
    let Some((sequence, stored)) = store.newest_trust_list().await? else {
        return Ok(None);
    };
    let at_hand = current.context.list().sequence;
    if sequence <= at_hand {
        let differs = sequence == at_hand && stored != current.document.as_bytes();
        return if differs {
            Err(TrustError::SameSequence { sequence })
        } else {
            Ok(None)
        };
    }
    let newer = open_list(stored, &current.policy, Some(at_hand)).map_err(|error| match error {
        TrustError::Refused(cause) => TrustError::Stored { sequence, cause },
        other => other,
    })?;
    Ok((newer.context.list().sequence > at_hand).then_some(newer))
}

fn open_list(bytes: Vec<u8>, policy: &Policy, seen: Option<u64>) -> Result<Trusted, TrustError> {
    let document = String::from_utf8(bytes).map_err(|_| TrustError::NotUtf8)?;
    let context = open_trust_list(document.as_bytes(), policy, seen)?;
    Ok(trusted(document, context, policy))
}

fn trusted(document: String, context: TrustContext, policy: &Policy) -> Trusted {
    let facts = Facts {
        trust_list: Some(document.clone()),
        ..Facts::default()
    };
    Trusted {
        verifier: Verifier::open(&facts, policy.clone()),
        policy: policy.clone(),
        context,
        document,
    }
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
