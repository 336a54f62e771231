//! Documents read for what they say, without asking who signed them: that was asked at intake, and the log's entry
//! ties the bytes to it.

use touchstone_schemas::{
    budget::{MAX_CREDENTIAL_BYTES, MAX_OWNER_RECORD_BYTES, MAX_SNAPSHOT_BYTES, MAX_STATUS_LIST_BYTES},
    credential::{Credential, CredentialError},
    decode::DecodeError,
    did::Did,
    digest::Sha256Digest,
    json::{self, JsonError, Value},
    lifecycle::{Event, EventError},
    owner_record::{KeyRetirement, VerifierRelease, VerifierReleaseError},
    snapshot::{Snapshot, SnapshotError},
    status_list::{StatusList, StatusListError},
    tlog::{Entry, Record},
};

use crate::store::Projection;

/// A document of a kind that is kept.
#[derive(Clone, Debug)]
pub enum Document {
    /// A credential.
    Credential(Box<Credential>),
    /// An event.
    Event(Box<Event>),
    /// A status list.
    StatusList {
        /// The body whose status authority signs it.
        body: Did,
        /// The list.
        list: Box<StatusList>,
    },
    /// A snapshot of all states.
    Snapshot {
        /// The body whose status authority signs it.
        body: Did,
        /// The snapshot.
        snapshot: Box<Snapshot>,
    },
    /// A key's retirement, by the scheme owner.
    KeyRetirement(Box<KeyRetirement>),
    /// A release of the verify page, by the scheme owner.
    VerifierRelease(Box<VerifierRelease>),
}

/// Why bytes are not the document of an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Another digest.
    #[error("the document has digest {found}, its entry says {expected}")]
    Digest {
        /// Digest of the bytes.
        found: Sha256Digest,
        /// Digest of the entry.
        expected: Sha256Digest,
    },
    /// Not strict JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not a credential.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// Not an event.
    #[error(transparent)]
    Event(#[from] EventError),
    /// Not a status list.
    #[error(transparent)]
    StatusList(#[from] StatusListError),
    /// Not a snapshot.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// Not a key retirement.
    #[error(transparent)]
    KeyRetirement(#[from] DecodeError),
    /// Not a verifier release.
    #[error(transparent)]
    VerifierRelease(#[from] VerifierReleaseError),
    /// The entry says something else than the document.
    #[error("the entry does not record this document")]
    Record,
}

impl Document {
    /// Reads the document of an entry: its digest, its kind and what the entry says must be its own.
    ///
    /// # Errors
    /// [`DocumentError`] with the first difference.
    pub fn of_entry(entry: &Entry, bytes: &[u8]) -> Result<Self, DocumentError> {
        let found = Sha256Digest::of(bytes);
        if found != entry.digest {
            return Err(DocumentError::Digest {
                found,
                expected: entry.digest,
            });
        }
        let document = match entry.record {
            Record::Credential { .. } => Self::Credential(Box::new(Self::credential(bytes)?)),
            Record::Event { .. } => {
                let value = unsecured(bytes, MAX_CREDENTIAL_BYTES)?;
                Self::Event(Box::new(Event::from_document(&value)?))
            }
            Record::StatusList { .. } => {
                let value = unsecured(bytes, MAX_STATUS_LIST_BYTES)?;
                Self::StatusList {
                    body: entry.issuer.clone(),
                    list: Box::new(StatusList::from_document(&value)?),
                }
            }
            Record::KeyRetirement { .. } => {
                let value = unsecured(bytes, MAX_OWNER_RECORD_BYTES)?;
                Self::KeyRetirement(Box::new(KeyRetirement::from_document(&value)?))
            }
            Record::VerifierRelease { .. } => {
                let value = unsecured(bytes, MAX_OWNER_RECORD_BYTES)?;
                Self::VerifierRelease(Box::new(VerifierRelease::from_document(&value)?))
            }
            Record::Snapshot { .. } => {
                let value = unsecured(bytes, MAX_SNAPSHOT_BYTES)?;
                Self::Snapshot {
                    body: entry.issuer.clone(),
                    snapshot: Box::new(Snapshot::from_document(&value)?),
                }
            }
        };
        if document.record() == entry.record && *document.body() == entry.issuer {
            Ok(document)
        } else {
            Err(DocumentError::Record)
        }
    }

    /// Reads a signed credential for what it says.
    ///
    /// # Errors
    /// [`DocumentError::Json`], [`DocumentError::Credential`].
    pub fn credential(bytes: &[u8]) -> Result<Credential, DocumentError> {
        let value = unsecured(bytes, MAX_CREDENTIAL_BYTES)?;
        Ok(Credential::from_document(&value)?)
    }

    /// The body it concerns.
    #[must_use]
    pub fn body(&self) -> &Did {
        match self {
            Self::Credential(credential) => &credential.issuer.id,
            Self::Event(event) => &event.issuer,
            Self::StatusList { body, .. } | Self::Snapshot { body, .. } => body,
            Self::KeyRetirement(retirement) => &retirement.issuer,
            Self::VerifierRelease(release) => &release.issuer,
        }
    }

    /// What its log entry says.
    #[must_use]
    pub fn record(&self) -> Record {
        match self {
            Self::Credential(credential) => Record::Credential {
                number: credential.number.clone(),
                version: credential.version,
            },
            Self::Event(event) => Record::Event {
                number: event.number.clone(),
                version: event.version,
                event: event.kind(),
                sequence: u64::from(event.sequence),
                effective: event.effective,
            },
            Self::StatusList { list, .. } => Record::StatusList {
                purpose: list.purpose,
                list: list.list,
                sequence: list.sequence,
            },
            Self::Snapshot { snapshot, .. } => Record::Snapshot {
                sequence: snapshot.sequence,
            },
            Self::KeyRetirement(retirement) => retirement.record(),
            Self::VerifierRelease(release) => release.record(),
        }
    }

    /// Its row in the database; snapshots and the scheme owner's records are few and have none.
    #[must_use]
    pub fn projection(&self) -> Option<Projection> {
        Some(match self {
            Self::Credential(credential) => Projection::Credential {
                number: credential.number.clone(),
                version: credential.version,
                allocation: credential.status,
            },
            Self::Event(event) => Projection::Event {
                number: event.number.clone(),
                version: event.version,
                sequence: event.sequence,
            },
            Self::StatusList { list, .. } => Projection::StatusList {
                purpose: list.purpose,
                list: list.list,
                sequence: list.sequence,
            },
            Self::Snapshot { .. } | Self::KeyRetirement(_) | Self::VerifierRelease(_) => return None,
        })
    }
}

fn unsecured(bytes: &[u8], limit: usize) -> Result<Value<'_>, JsonError> {
    let mut value = json::parse(bytes, limit)?;
    if let Some(object) = value.as_object_mut() {
        object.remove("proof");
    }
    Ok(value)
}
