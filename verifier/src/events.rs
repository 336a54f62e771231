//! Events of a credential: signed, logged, lawful.

use touchstone_schemas::{
    budget::MAX_CREDENTIAL_BYTES,
    credential::Credential,
    date_time::Timestamp,
    digest::Sha256Digest,
    json::{self, JsonError, Value},
    lifecycle::{Event, EventError, RecordedEvent, Terms, TransitionError, check_transition},
    tlog::entry::Record,
    trust_list::Retirement,
};

use crate::{
    history::LogHistory,
    input::LoggedDocument,
    log_check::{AfterRetirement, Expected, Logged, ReceiptRefused, judge_retirement, read_receipt},
    path::{KeyPurpose, PathError},
    proof::{
        ed25519::SignatureError,
        eddsa_jcs_2022::{ProofError, Secured, split_proof, verify_proof},
    },
    reason::{Reason, ReasonCode},
    trust::{KeyLookup, ListedKey, TrustContext},
};

/// Back-dating beyond this needs a reason, in seconds: 48 h (DESIGN §4 "Lifecycle").
pub const BACKDATING_SECONDS: i64 = 48 * 3_600;

/// Why an event is not counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventRefused {
    /// Not strict JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// No proof that can be checked.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// Not an event of ours.
    #[error(transparent)]
    Content(#[from] EventError),
    /// The key is not one of the issuer's.
    #[error("key {found:?} is not one of {issuer:?}")]
    ForeignKey {
        /// The issuer of the event.
        issuer: String,
        /// The verification method of its proof.
        found: String,
    },
    /// The trust list does not name the key as an issuing key.
    #[error("the trust list does not name {found:?} as an issuing key")]
    NotListed {
        /// The verification method.
        found: String,
    },
    /// The key's certificate does not stand.
    #[error("the issuing key's path: {0}")]
    Path(#[from] PathError),
    /// Signed outside the window in which the key may sign.
    #[error("signed at {at}, the key signs from {from} until {until}")]
    OutsideSigningWindow {
        /// When it was signed.
        at: Timestamp,
        /// From when the key signs.
        from: Timestamp,
        /// Until when, exclusive.
        until: Timestamp,
    },
    /// The key was retired, and the event is not proven to stand in the log before the point.
    #[error("issuing key {found:?} is retired")]
    Retired {
        /// The verification method.
        found: String,
    },
    /// The signature does not fit.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// Its receipt does not hold.
    #[error("the event's receipt: {0}")]
    Receipt(#[from] ReceiptRefused),
    /// The trust list's log key is unusable.
    #[error("the trust list names no usable log key for {issuer:?}")]
    NoLog {
        /// The issuer.
        issuer: String,
    },
    /// About another credential.
    #[error("the event's {member} is not that of the credential")]
    Other {
        /// The first member that differs.
        member: &'static str,
    },
    /// Takes effect after it was recorded.
    #[error("takes effect at {effective}, after it was recorded at {recorded}")]
    FromFuture {
        /// When it takes effect.
        effective: Timestamp,
        /// When it was recorded.
        recorded: Timestamp,
    },
    /// Takes effect long before it was recorded, without a reason.
    #[error(
        "takes effect at {effective}, recorded at {recorded}: more than 48 hours, and no reason is given"
    )]
    Backdated {
        /// When it takes effect.
        effective: Timestamp,
        /// When it was recorded.
        recorded: Timestamp,
    },
    /// It may not follow.
    #[error(transparent)]
    Unlawful(#[from] TransitionError),
}

/// An event that its issuer signed. Only [`verify_event`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedEvent {
    event: Event,
    digest: Sha256Digest,
    created: Timestamp,
    verification_method: String,
}

impl OpenedEvent {
    /// The event.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// SHA-256 of the signed event's JCS bytes.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        self.digest
    }

    /// When it was signed, by the issuer's clock.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// DID URL of the key that signed it.
    #[must_use]
    pub fn verification_method(&self) -> &str {
        &self.verification_method
    }

    /// What the log's entry for it says.
    #[must_use]
    pub fn record(&self) -> Record {
        Record::Event {
            number: self.event.number.clone(),
            version: self.event.version,
            event: self.event.kind(),
            sequence: u64::from(self.event.sequence),
            effective: self.event.effective,
        }
    }

    /// The event with the time the log gave it, once its own times are lawful: not in effect after it was recorded,
    /// and not long before without a reason.
    ///
    /// # Errors
    /// [`EventRefused::FromFuture`], [`EventRefused::Backdated`].
    pub fn recorded_at(&self, recorded: Timestamp) -> Result<RecordedEvent, EventRefused> {
        let effective = self.event.effective;
        if effective > recorded {
            return Err(EventRefused::FromFuture { effective, recorded });
        }
        if recorded.seconds_since(effective) > BACKDATING_SECONDS && self.event.backdating.is_none() {
            return Err(EventRefused::Backdated { effective, recorded });
        }
        Ok(RecordedEvent {
            sequence: self.event.sequence,
            effective,
            recorded,
            change: self.event.change.clone(),
        })
    }
}

/// Verifies an event at the door: signed by an issuing key of its issuer that may sign now and is not retired.
/// The times of the event and whether it may follow others are judged with its log time
/// ([`OpenedEvent::recorded_at`], [`check_transition`]).
///
/// # Errors
/// [`EventRefused`] says why it is not counted.
pub fn verify_event(bytes: &[u8], trust: &TrustContext, now: Timestamp) -> Result<OpenedEvent, EventRefused> {
    let (opened, key) = open_event(bytes, trust, now)?;
    if key.entry.retired.is_some() {
        return Err(EventRefused::Retired {
            found: key.entry.verification_method.to_string(),
        });
    }
    Ok(opened)
}

/// An event signed by a listed issuing key whose path and window hold at `signed`.
fn open_event<'t>(
    bytes: &[u8],
    trust: &'t TrustContext,
    signed: Timestamp,
) -> Result<(OpenedEvent, ListedKey<'t>), EventRefused> {
    let value = json::parse(bytes, MAX_CREDENTIAL_BYTES)?;
    let digest = Sha256Digest::of(&value.to_canonical_bytes());
    let Secured { document, proof } = split_proof(value)?;
    let method = proof.verification_method.as_ref();
    let found = || method.to_owned();
    let issuer = document
        .pointer("/issuer/id")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if method.split_once('#').map(|(did, _)| did) != Some(issuer) {
        return Err(EventRefused::ForeignKey {
            issuer: issuer.to_owned(),
            found: found(),
        });
    }
    let key = match trust.key(method) {
        KeyLookup::Listed(key) if key.purpose == KeyPurpose::IssueCredential => key,
        _ => return Err(EventRefused::NotListed { found: found() }),
    };
    let path = key.path(signed)?;
    if !key.may_sign_at(signed) {
        let (from, until) = (key.entry.signs_from, key.entry.signs_until);
        return Err(EventRefused::OutsideSigningWindow {
            at: signed,
            from,
            until,
        });
    }
    verify_proof(&document.to_canonical_bytes(), &proof, path.key())?;
    let event = Event::from_document(&document)?;
    Ok((
        OpenedEvent {
            event,
            digest,
            created: proof.created,
            verification_method: key.entry.verification_method.to_string(),
        },
        key,
    ))
}

/// The events of a credential that count, and a reason for each that does not.
pub(crate) fn count_events(
    credential: &Credential,
    digest: Sha256Digest,
    documents: &[LoggedDocument],
    history: &LogHistory<'_>,
    trust: &TrustContext,
) -> (Vec<RecordedEvent>, Vec<Reason>) {
    let mut events = Vec::with_capacity(documents.len());
    let mut refused = Vec::new();
    for document in documents {
        match counted_event(credential, digest, document, history, trust) {
            // At most MAX_REQUEST_EVENTS: each is put in its place.
            Ok(event) => {
                let place =
                    events.partition_point(|before: &RecordedEvent| before.sequence <= event.sequence);
                events.insert(place, event);
            }
            Err(error) => refused.push(error),
        }
    }
    let terms = Terms::from(credential);
    let mut lawful: Vec<RecordedEvent> = Vec::with_capacity(events.len());
    for event in events {
        // The same event given twice is one event.
        if lawful.last() == Some(&event) {
            continue;
        }
        match check_transition(&terms, &lawful, &event) {
            Ok(()) => lawful.push(event),
            Err(error) => refused.push(error.into()),
        }
    }
    let reason = |error: EventRefused| Reason::new(ReasonCode::EventInvalid).with("error", error);
    (lawful, refused.into_iter().map(reason).collect())
}

/// Where the events stand in the log whose keys were retired, each with its key's retirement.
pub(crate) fn events_of_retired_keys<'t>(
    credential: &Credential,
    digest: Sha256Digest,
    documents: &[LoggedDocument],
    trust: &'t TrustContext,
) -> Vec<(&'t Retirement, Logged)> {
    let logged = documents
        .iter()
        .filter_map(|document| logged_event(credential, digest, document, trust).ok());
    logged
        .filter_map(|event| Some((event.key.entry.retired.as_ref()?, event.logged)))
        .collect()
}

/// An event that its issuer signed, at its place in the log.
struct LoggedEvent<'t> {
    opened: OpenedEvent,
    key: ListedKey<'t>,
    logged: Logged,
}

fn counted_event(
    credential: &Credential,
    digest: Sha256Digest,
    document: &LoggedDocument,
    history: &LogHistory<'_>,
    trust: &TrustContext,
) -> Result<RecordedEvent, EventRefused> {
    let LoggedEvent { opened, key, logged } = logged_event(credential, digest, document, trust)?;
    if let Some(retirement) = &key.entry.retired
        && judge_retirement(retirement, Some(&logged), history) != AfterRetirement::Before
    {
        return Err(EventRefused::Retired {
            found: key.entry.verification_method.to_string(),
        });
    }
    opened.recorded_at(logged.recorded)
}

fn logged_event<'t>(
    credential: &Credential,
    digest: Sha256Digest,
    document: &LoggedDocument,
    trust: &'t TrustContext,
) -> Result<LoggedEvent<'t>, EventRefused> {
    let issuer = &credential.issuer.id;
    let log = trust.log(issuer).ok_or_else(|| EventRefused::NoLog {
        issuer: issuer.to_string(),
    })?;
    let receipt = read_receipt(&document.receipt)?;
    let (opened, key) = open_event(document.document.as_bytes(), trust, receipt.entry.recorded)?;
    let event = opened.event();
    let differs = [
        ("issuer", event.issuer != *issuer),
        ("registry", event.registry != credential.issuer.registry),
        ("number", event.number != credential.number),
        ("version", event.version != credential.version),
        ("credentialDigest", event.credential_digest != digest),
    ];
    if let Some((member, _)) = differs.into_iter().find(|(_, differs)| *differs) {
        return Err(EventRefused::Other { member });
    }
    let expected = Expected {
        issuer,
        digest: opened.digest(),
        record: opened.record(),
    };
    let logged = log.check(&receipt, &expected)?;
    Ok(LoggedEvent { opened, key, logged })
}
