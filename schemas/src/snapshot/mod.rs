//! Snapshots: the states of all certificates of a body at an instant, signed by its status authority, for
//! private bulk checks (DESIGN §6).

mod delta;
mod states;

pub use delta::{DeltaError, SnapshotDelta, SnapshotRef, apply_delta, make_delta};
pub use states::{States, StatesError};

use crate::{
    budget::MAX_SNAPSHOT_BYTES,
    credential::{CREDENTIALS_V2_CONTEXT, CredentialNumber, RegistryBase, TOUCHSTONE_CONTEXT_V1, Version},
    date_time::{Date, Timestamp},
    decode::{DecodeError, decode},
    did::Did,
    jcs::Encode,
    json::Value,
    lifecycle::{RecordedEvent, Terms, state, surveillance_due},
    multibase::{MultibaseError, decode_base64url, encode_base64url},
    record,
    status::StatusMessage,
};

/// A snapshot as the status authority signs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The status authority's DID.
    pub issuer: Did,
    /// Base URL of the registry in its id.
    pub registry: RegistryBase,
    /// Grows with every snapshot; a client never goes back.
    pub sequence: u64,
    /// The instant whose states it shows.
    pub valid_from: Timestamp,
    /// After it the snapshot says nothing; at most 24 h later.
    pub valid_until: Timestamp,
    /// Size of the log it was made from.
    pub log_size: u64,
    /// The states, in order of number and version, each once.
    pub states: States,
}

/// What a snapshot says of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SnapshotState {
    /// The number.
    pub number: CredentialNumber,
    /// The version.
    pub version: Version,
    /// Its state.
    pub message: StatusMessage,
    /// First day of validity.
    pub valid_from: Date,
    /// Last day of validity.
    pub valid_until: Date,
    /// The next surveillance date.
    pub next_due: Date,
}

impl SnapshotState {
    /// What a snapshot of an instant says of a certificate, everything recorded by then being known.
    #[must_use]
    pub fn of(
        (number, version): (CredentialNumber, Version),
        terms: &Terms,
        events: &[RecordedEvent],
        at: Timestamp,
    ) -> Self {
        Self {
            number,
            version,
            message: state(terms, events, at, at).message(),
            valid_from: terms.valid_from,
            valid_until: terms.valid_until,
            next_due: surveillance_due(terms, events, at, at),
        }
    }
}

/// Why a document is not a snapshot of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// A member is missing, unknown or of another type.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Not base64url multibase.
    #[error("/credentialSubject/states: {0}")]
    Encoding(#[from] MultibaseError),
    /// The states are not in their form.
    #[error("/credentialSubject/states: {0}")]
    States(#[from] StatesError),
    /// `validUntil` not after `validFrom`, or more than 24 h after it.
    #[error("the snapshot is valid from {from} until {until}, wanted at most 24 hours")]
    Validity {
        /// From.
        from: Timestamp,
        /// Until.
        until: Timestamp,
    },
    /// A constant or repeated member is not what the others give.
    #[error("{member} is not what the other members give")]
    NotDerived {
        /// The member.
        member: &'static str,
    },
}

#[derive(Debug, PartialEq)]
struct WireSnapshot {
    context: Vec<String>,
    types: Vec<String>,
    id: String,
    issuer: Did,
    valid_from: Timestamp,
    valid_until: Timestamp,
    credential_subject: WireSubject,
}

record! { WireSnapshot {
    "@context": context,
    "credentialSubject": credential_subject,
    "id": id,
    "issuer": issuer,
    "type": types,
    "validFrom": valid_from,
    "validUntil": valid_until,
} }

#[derive(Debug, PartialEq)]
struct WireSubject {
    subject_type: String,
    sequence: u64,
    log_size: u64,
    states: String,
}

record! { WireSubject {
    "logSize": log_size,
    "sequence": sequence,
    "states": states,
    "type": subject_type,
} }

impl Snapshot {
    /// The snapshot's id.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/snapshot", self.registry.as_str())
    }

    /// What it says of a certificate.
    #[must_use]
    pub fn state_of(&self, number: &CredentialNumber, version: Version) -> Option<SnapshotState> {
        let mut versions = self.states.of_number(number);
        versions.find(|state| state.version == version)
    }

    /// Reads an unsecured snapshot (the document without its `proof`).
    ///
    /// # Errors
    /// [`SnapshotError`] names the first member that is wrong.
    pub fn from_document(document: &Value<'_>) -> Result<Self, SnapshotError> {
        let wire: WireSnapshot = decode(document)?;
        let (from, until) = (wire.valid_from, wire.valid_until);
        if until <= from || until.unix() - from.unix() > 86_400 {
            return Err(SnapshotError::Validity { from, until });
        }
        let base = wire.id.strip_suffix("/snapshot").unwrap_or_default();
        let registry = RegistryBase::parse(base).map_err(|_| SnapshotError::NotDerived { member: "id" })?;
        let constants = [
            (
                "@context",
                wire.context
                    .iter()
                    .eq([CREDENTIALS_V2_CONTEXT, TOUCHSTONE_CONTEXT_V1].iter()),
            ),
            (
                "type",
                wire.types
                    .iter()
                    .eq(["VerifiableCredential", "StatusSnapshotCredential"].iter()),
            ),
            (
                "credentialSubject/type",
                wire.credential_subject.subject_type == "StatusSnapshot",
            ),
        ];
        if let Some((member, _)) = constants.into_iter().find(|(_, holds)| !holds) {
            return Err(SnapshotError::NotDerived { member });
        }
        Ok(Self {
            issuer: wire.issuer,
            registry,
            sequence: wire.credential_subject.sequence,
            valid_from: from,
            valid_until: until,
            log_size: wire.credential_subject.log_size,
            states: read_states(&wire.credential_subject.states)?,
        })
    }
}

impl Encode for Snapshot {
    fn encode(&self, out: &mut Vec<u8>) {
        WireSnapshot {
            context: vec![
                CREDENTIALS_V2_CONTEXT.to_owned(),
                TOUCHSTONE_CONTEXT_V1.to_owned(),
            ],
            types: vec![
                "VerifiableCredential".to_owned(),
                "StatusSnapshotCredential".to_owned(),
            ],
            id: self.id(),
            issuer: self.issuer.clone(),
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            credential_subject: WireSubject {
                subject_type: "StatusSnapshot".to_owned(),
                sequence: self.sequence,
                log_size: self.log_size,
                states: encode_base64url(self.states.as_bytes()),
            },
        }
        .encode(out);
    }
}

fn read_states(encoded: &str) -> Result<States, SnapshotError> {
    Ok(States::read(decode_base64url(encoded, MAX_SNAPSHOT_BYTES)?)?)
}
