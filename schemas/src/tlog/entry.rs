//! Entries of our log: what was signed, when it was recorded, and nothing personal (DESIGN §4 "Log").

use crate::{
    budget::MAX_ENTRY_BYTES,
    credential::{CredentialNumber, Version},
    date_time::Timestamp,
    decode::{Decode, DecodeError, Members, invalid},
    did::{Did, VerificationMethod},
    digest::Sha256Digest,
    jcs::{Encode, ObjectWriter, to_canonical},
    json::{self, JsonError, Value},
    lifecycle::EventKind,
    status::StatusPurpose,
    text::Text,
    words,
};

/// A log entry: the canonical record of one signed document.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        to_canonical(self)
    }

    /// Reads an entry: the one spelling [`Entry::to_bytes`] writes.
    ///
    /// # Errors
    /// [`EntryError`] says what is wrong, and where.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        let entry = Self::decode(&json::parse(bytes, MAX_ENTRY_BYTES)?)?;
        if entry.to_bytes() == bytes {
            Ok(entry)
        } else {
            Err(EntryError::NotCanonical)
        }
    }
}

/// What an entry is about, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// A credential.
    Credential,
    /// An event.
    Event,
    /// A version of a status list.
    StatusList,
    /// A snapshot.
    Snapshot,
    /// A key's retirement.
    KeyRetirement,
    /// A release of the verifier.
    VerifierRelease,
}

words! { RecordKind {
    Credential = "credential",
    Event = "event",
    StatusList = "statusList",
    Snapshot = "snapshot",
    KeyRetirement = "keyRetirement",
    VerifierRelease = "verifierRelease",
} }

/// The members that only some kinds have, in the order in which they are written.
#[derive(Default, PartialEq, Eq)]
struct Details {
    effective: Option<Timestamp>,
    event: Option<EventKind>,
    from: Option<u64>,
    list: Option<u32>,
    number: Option<CredentialNumber>,
    purpose: Option<StatusPurpose>,
    release: Option<Text>,
    sequence: Option<u64>,
    verification_method: Option<VerificationMethod>,
    version: Option<Version>,
}

impl Record {
    /// What it is about.
    #[must_use]
    pub const fn kind(&self) -> RecordKind {
        match self {
            Self::Credential { .. } => RecordKind::Credential,
            Self::Event { .. } => RecordKind::Event,
            Self::StatusList { .. } => RecordKind::StatusList,
            Self::Snapshot { .. } => RecordKind::Snapshot,
            Self::KeyRetirement { .. } => RecordKind::KeyRetirement,
            Self::VerifierRelease { .. } => RecordKind::VerifierRelease,
        }
    }

    fn details(&self) -> Details {
        let none = Details::default();
        match self.clone() {
            Self::Credential { number, version } => Details {
                number: Some(number),
                version: Some(version),
                ..none
            },
            Self::Event {
                number,
                version,
                event,
                sequence,
                effective,
            } => Details {
                number: Some(number),
                version: Some(version),
                event: Some(event),
                sequence: Some(sequence),
                effective: Some(effective),
                ..none
            },
            Self::StatusList {
                purpose,
                list,
                sequence,
            } => Details {
                purpose: Some(purpose),
                list: Some(list),
                sequence: Some(sequence),
                ..none
            },
            Self::Snapshot { sequence } => Details {
                sequence: Some(sequence),
                ..none
            },
            Self::KeyRetirement {
                verification_method,
                from,
            } => Details {
                verification_method: Some(verification_method),
                from: Some(from),
                ..none
            },
            Self::VerifierRelease { release } => Details {
                release: Some(release),
                ..none
            },
        }
    }

    /// The record of a kind; `None` when a member of that kind is wanting.
    fn of(kind: RecordKind, details: &Details) -> Option<Self> {
        Some(match kind {
            RecordKind::Credential => Self::Credential {
                number: details.number.clone()?,
                version: details.version?,
            },
            RecordKind::Event => Self::Event {
                number: details.number.clone()?,
                version: details.version?,
                event: details.event?,
                sequence: details.sequence?,
                effective: details.effective?,
            },
            RecordKind::StatusList => Self::StatusList {
                purpose: details.purpose?,
                list: details.list?,
                sequence: details.sequence?,
            },
            RecordKind::Snapshot => Self::Snapshot {
                sequence: details.sequence?,
            },
            RecordKind::KeyRetirement => Self::KeyRetirement {
                verification_method: details.verification_method.clone()?,
                from: details.from?,
            },
            RecordKind::VerifierRelease => Self::VerifierRelease {
                release: details.release.clone()?,
            },
        })
    }
}

impl Encode for Entry {
    fn encode(&self, out: &mut Vec<u8>) {
        let details = self.record.details();
        ObjectWriter::open(out)
            .member("digest", &self.digest)
            .optional("effective", &details.effective)
            .optional("event", &details.event)
            .optional("from", &details.from)
            .member("issuer", &self.issuer)
            .member("kind", &self.record.kind())
            .optional("list", &details.list)
            .optional("number", &details.number)
            .optional("purpose", &details.purpose)
            .member("recorded", &self.recorded)
            .optional("release", &details.release)
            .optional("sequence", &details.sequence)
            .optional("verificationMethod", &details.verification_method)
            .optional("version", &details.version)
            .close();
    }
}

const _: () = assert!(crate::record::ascending(MEMBERS), "members out of order");

/// Every member of any kind, in canonical order.
const MEMBERS: &[&str] = &[
    "digest",
    "effective",
    "event",
    "from",
    "issuer",
    "kind",
    "list",
    "number",
    "purpose",
    "recorded",
    "release",
    "sequence",
    "verificationMethod",
    "version",
];

impl Decode for Entry {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let mut members = Members::open(value, MEMBERS)?;
        let digest = members.required("digest")?;
        let (effective, event, from) = (
            members.optional("effective")?,
            members.optional("event")?,
            members.optional("from")?,
        );
        let issuer = members.required("issuer")?;
        let kind = members.required::<RecordKind>("kind")?;
        let (list, number, purpose) = (
            members.optional("list")?,
            members.optional("number")?,
            members.optional("purpose")?,
        );
        let recorded = members.required("recorded")?;
        let details = Details {
            effective,
            event,
            from,
            list,
            number,
            purpose,
            release: members.optional("release")?,
            sequence: members.optional("sequence")?,
            verification_method: members.optional("verificationMethod")?,
            version: members.optional("version")?,
        };
        members.close()?;
        // Nothing wanting, and nothing that the kind does not have.
        let record = Record::of(kind, &details).filter(|record| record.details() == details);
        let record = record.ok_or_else(|| {
            let kind = kind.name();
            invalid(&format_args!(
                "a log entry of kind {kind:?} must have exactly the members of its kind"
            ))
        })?;
        Ok(Self {
            issuer,
            recorded,
            digest,
            record,
        })
    }
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
