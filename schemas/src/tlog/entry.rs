//! Entries of our log: what was signed, when it was recorded, and nothing personal (DESIGN §4 "Log").

use serde::{Deserialize, Serialize};

use crate::{
    budget::MAX_ENTRY_BYTES,
    credential::{CredentialNumber, Version},
    date_time::Timestamp,
    decode::{DecodeError, decode},
    did::{Did, VerificationMethod},
    digest::Sha256Digest,
    jcs::to_canonical,
    json::{self, JsonError},
    lifecycle::EventKind,
    status::StatusPurpose,
    text::Text,
};

/// A log entry: the canonical record of one signed document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WireEntry", into = "WireEntry")]
pub struct Entry {
    /// DID of the body (or, for a key retirement or verifier release, of the body it concerns).
    pub issuer: Did,
    /// When the log recorded it; never earlier than the entry before.
    pub recorded: Timestamp,
    /// SHA-256 of the signed document's JCS bytes.
    pub digest: Sha256Digest,
    /// What kind of document it is.
    pub record: Record,
}

/// The closed set of entry kinds, each with what tells it apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A credential: itself the `issued` event.
    Credential {
        /// Number.
        number: CredentialNumber,
        /// Version.
        version: Version,
    },
    /// An event of a credential.
    Event {
        /// Number.
        number: CredentialNumber,
        /// Version.
        version: Version,
        /// Kind of event.
        event: EventKind,
        /// Place among the credential's events.
        sequence: u64,
        /// When it takes effect.
        effective: Timestamp,
    },
    /// A version of a status list.
    StatusList {
        /// Purpose.
        purpose: StatusPurpose,
        /// Number of the list.
        list: u32,
        /// Its sequence.
        sequence: u64,
    },
    /// A snapshot.
    Snapshot {
        /// Its sequence.
        sequence: u64,
    },
    /// A key's retirement.
    KeyRetirement {
        /// The key.
        verification_method: VerificationMethod,
        /// The first index no longer accepted.
        from: u64,
    },
    /// A release of the verifier.
    VerifierRelease {
        /// Its name.
        release: Text,
    },
}

/// Why bytes are not a log entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Not strict JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A member is missing, unknown, or does not go with the kind.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Another spelling of the entry.
    #[error("the entry is not in its canonical form")]
    NotCanonical,
}

impl Entry {
    /// The entry's bytes: JCS, at most [`MAX_ENTRY_BYTES`].
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Strings and small integers only, so writing cannot fail.
        to_canonical(self).unwrap_or_default()
    }

    /// Reads an entry: the one spelling [`Entry::to_bytes`] writes.
    ///
    /// # Errors
    /// [`EntryError`] says what is wrong, and where.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        let entry: Self = decode(&json::parse(bytes, MAX_ENTRY_BYTES)?)?;
        if entry.to_bytes() == bytes {
            Ok(entry)
        } else {
            Err(EntryError::NotCanonical)
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Credential,
    Event,
    StatusList,
    Snapshot,
    KeyRetirement,
    VerifierRelease,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WireEntry {
    kind: Kind,
    issuer: Did,
    recorded: Timestamp,
    digest: Sha256Digest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<CredentialNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<Version>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<EventKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    effective: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Option<StatusPurpose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sequence: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verification_method: Option<VerificationMethod>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    release: Option<Text>,
}

impl From<Entry> for WireEntry {
    fn from(entry: Entry) -> Self {
        let mut wire = Self {
            kind: Kind::Credential,
            issuer: entry.issuer,
            recorded: entry.recorded,
            digest: entry.digest,
            number: None,
            version: None,
            event: None,
            effective: None,
            purpose: None,
            list: None,
            sequence: None,
            verification_method: None,
            from: None,
            release: None,
        };
        match entry.record {
            Record::Credential { number, version } => {
                (wire.number, wire.version) = (Some(number), Some(version));
            }
            Record::Event {
                number,
                version,
                event,
                sequence,
                effective,
            } => {
                wire.kind = Kind::Event;
                (wire.number, wire.version, wire.event) = (Some(number), Some(version), Some(event));
                (wire.sequence, wire.effective) = (Some(sequence), Some(effective));
            }
            Record::StatusList {
                purpose,
                list,
                sequence,
            } => {
                wire.kind = Kind::StatusList;
                (wire.purpose, wire.list, wire.sequence) = (Some(purpose), Some(list), Some(sequence));
            }
            Record::Snapshot { sequence } => {
                wire.kind = Kind::Snapshot;
                wire.sequence = Some(sequence);
            }
            Record::KeyRetirement {
                verification_method,
                from,
            } => {
                wire.kind = Kind::KeyRetirement;
                (wire.verification_method, wire.from) = (Some(verification_method), Some(from));
            }
            Record::VerifierRelease { release } => {
                wire.kind = Kind::VerifierRelease;
                wire.release = Some(release);
            }
        }
        wire
    }
}

/// An entry whose members do not go with its kind.
#[derive(Debug, thiserror::Error)]
#[error("a log entry of kind {kind:?} must have exactly the members of its kind")]
struct Members {
    kind: Kind,
}

impl TryFrom<WireEntry> for Entry {
    type Error = Members;

    fn try_from(wire: WireEntry) -> Result<Self, Members> {
        let members = || Members { kind: wire.kind };
        let entry = Self {
            issuer: wire.issuer.clone(),
            recorded: wire.recorded,
            digest: wire.digest,
            record: record(&wire).ok_or_else(members)?,
        };
        // Nothing that the kind does not have.
        if WireEntry::from(entry.clone()) == wire {
            Ok(entry)
        } else {
            Err(members())
        }
    }
}

fn record(wire: &WireEntry) -> Option<Record> {
    Some(match wire.kind {
        Kind::Credential => Record::Credential {
            number: wire.number.clone()?,
            version: wire.version?,
        },
        Kind::Event => Record::Event {
            number: wire.number.clone()?,
            version: wire.version?,
            event: wire.event?,
            sequence: wire.sequence?,
            effective: wire.effective?,
        },
        Kind::StatusList => Record::StatusList {
            purpose: wire.purpose?,
            list: wire.list?,
            sequence: wire.sequence?,
        },
        Kind::Snapshot => Record::Snapshot {
            sequence: wire.sequence?,
        },
        Kind::KeyRetirement => Record::KeyRetirement {
            verification_method: wire.verification_method.clone()?,
            from: wire.from?,
        },
        Kind::VerifierRelease => Record::VerifierRelease {
            release: wire.release.clone()?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_one_spelling_and_only_the_members_of_its_kind() {
        let entry = Entry {
            issuer: Did::parse("did:web:registry.example").unwrap(),
            recorded: "2026-03-01T02:03:04Z".parse().unwrap(),
            digest: Sha256Digest::of(b"signed"),
            record: Record::Credential {
                number: CredentialNumber::parse("CQC26ZNZ000123R0").unwrap(),
                version: Version::FIRST,
            },
        };
        let bytes = entry.to_bytes();
        assert_eq!(Entry::parse(&bytes), Ok(entry));
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(
            Entry::parse(format!("{text} ").as_bytes()),
            Err(EntryError::NotCanonical)
        );
        for (from, to) in [
            ("\"kind\":\"credential\"", "\"kind\":\"event\""),
            ("\"kind\":\"credential\"", "\"kind\":\"credential\",\"list\":1"),
            ("\"kind\":\"credential\"", "\"kind\":\"gossip\""),
            (",\"version\":1", ""),
        ] {
            assert!(
                matches!(
                    Entry::parse(text.replacen(from, to, 1).as_bytes()),
                    Err(EntryError::Decode(_))
                ),
                "{to}"
            );
        }
    }
}
