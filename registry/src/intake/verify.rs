//! Who signed each document: the verifier's own doors, and nothing else (DESIGN invariant 2).

use touchstone_schemas::{
    credential::{Authorisation, Credential, RegistryBase},
    date_time::Timestamp,
    digest::Sha256Digest,
    submission::DocumentKind,
    tlog::Entry,
    trust_list::TrustedIssuer,
};
use touchstone_verifier::{
    Presentation,
    events::EventRefused,
    open_key_retirement, open_snapshot, open_status_list, open_verifier_release,
    report::{Answer, Report},
    status::{SnapshotRefused, StatusListRefused},
    trust::{KeyLookup, ListedKey, OwnerRecordRefused, TrustContext},
    verify_event,
};

use super::{RawDocument, SnapshotFault, snapshots};
use crate::{
    Trusted,
    ledger::{Document, DocumentError},
    tlog::Shared,
};

/// A document whose signature holds.
#[derive(Clone, Debug)]
pub struct BundleDocument {
    /// Its digest.
    pub digest: Sha256Digest,
    /// Its JCS bytes.
    pub bytes: Vec<u8>,
    /// What it says.
    pub document: Document,
    /// What its acceptance rests on and when that ends; a status list rests on its own dates.
    pub grounds: Option<Grounds>,
    /// The key that its one proof names.
    pub verification_method: Option<String>,
}

/// The first of the things a document's acceptance rests on to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grounds {
    /// What ends.
    pub what: &'static str,
    /// When, exclusive.
    pub until: Timestamp,
}

impl Grounds {
    fn first_to_end(ends: impl IntoIterator<Item = (&'static str, Option<Timestamp>)>) -> Option<Self> {
        let ends = ends
            .into_iter()
            .filter_map(|(what, until)| Some(Self { what, until: until? }));
        ends.min_by_key(|grounds| grounds.until)
    }
}

impl BundleDocument {
    /// The log's entry for it.
    #[must_use]
    pub fn entry(&self, recorded: Timestamp) -> Entry {
        Entry {
            issuer: self.document.body().clone(),
            recorded,
            digest: self.digest,
            record: self.document.record(),
        }
    }
}

/// A submission every document of which is signed by whom it should be. Only [`verify_submission`] makes one.
#[derive(Clone, Debug)]
pub struct Bundle {
    documents: Vec<BundleDocument>,
}

impl Bundle {
    /// The documents in order.
    #[must_use]
    pub fn documents(&self) -> &[BundleDocument] {
        &self.documents
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Never: a bundle holds at least one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }
}

/// A document that is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("document {position}: {cause}")]
pub struct VerifyError {
    /// Its position in the submission, from 0.
    pub position: usize,
    /// Why.
    pub cause: RefusedDocument,
}

/// Why a document is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedDocument {
    /// A credential: question 1 or 2 is not answered with yes.
    #[error("the credential is not genuine, or its issuer not authorised")]
    Credential(Box<Report>),
    /// A credential whose key, scheme or name the trust list does not bear out at log time.
    #[error("the trust list does not bear out the credential's {what} at {now}")]
    NotAuthorisedNow {
        /// Key, scheme or name.
        what: &'static str,
        /// The time.
        now: Timestamp,
    },
    /// An event.
    #[error(transparent)]
    Event(#[from] EventRefused),
    /// A status list.
    #[error(transparent)]
    StatusList(#[from] StatusListRefused),
    /// A snapshot's signature.
    #[error(transparent)]
    Snapshot(#[from] SnapshotRefused),
    /// A snapshot's states.
    #[error(transparent)]
    SnapshotStates(#[from] SnapshotFault),
    /// A key retirement or verifier release.
    #[error(transparent)]
    OwnerRecord(#[from] OwnerRecordRefused),
    /// Its content.
    #[error(transparent)]
    Content(#[from] DocumentError),
    /// Of another registry.
    #[error("its registry is {found}, this is {expected}")]
    Registry {
        /// The base URL found.
        found: String,
        /// Ours.
        expected: String,
    },
}

/// Asks of each document who signed it, and of a snapshot whether it shows what the log holds.
///
/// # Errors
/// [`VerifyError`] for the first that is not to be believed.
pub fn verify_submission(
    documents: Vec<RawDocument>,
    trusted: &Trusted,
    base: &RegistryBase,
    shared: &Shared,
    now: Timestamp,
) -> Result<Bundle, VerifyError> {
    let mut verified = Vec::with_capacity(documents.len());
    for (position, raw) in documents.into_iter().enumerate() {
        let (document, grounds) =
            verify_document(&raw, trusted, base, now).map_err(|cause| VerifyError { position, cause })?;
        if let Document::Snapshot { body, snapshot } = &document {
            snapshots::compare(shared, body, snapshot).map_err(|cause| VerifyError {
                position,
                cause: cause.into(),
            })?;
        }
        verified.push(BundleDocument {
            digest: raw.digest,
            bytes: raw.text.into_bytes(),
            document,
            grounds,
            verification_method: raw.verification_method,
        });
    }
    Ok(Bundle { documents: verified })
}

fn verify_document(
    raw: &RawDocument,
    trusted: &Trusted,
    base: &RegistryBase,
    now: Timestamp,
) -> Result<(Document, Option<Grounds>), RefusedDocument> {
    let (document, grounds, registry) = match raw.kind {
        DocumentKind::Credential => {
            let (credential, grounds) = verify_credential(&raw.text, trusted, now)?;
            let registry = credential.issuer.registry.clone();
            (Document::Credential(Box::new(credential)), grounds, registry)
        }
        DocumentKind::Event => {
            let opened = verify_event(raw.text.as_bytes(), trusted.context(), now)?;
            let grounds = match trusted.context().key(opened.verification_method()) {
                KeyLookup::Listed(key) => Grounds::first_to_end(key_ends(trusted.context(), key, now)),
                KeyLookup::KeyUnknown | KeyLookup::DidUnknown => None,
            };
            let registry = opened.event().registry.clone();
            (
                Document::Event(Box::new(opened.event().clone())),
                grounds,
                registry,
            )
        }
        DocumentKind::StatusList => {
            let opened = open_status_list(raw.text.as_bytes(), trusted.context())?;
            let registry = opened.list().registry.clone();
            let document = Document::StatusList {
                body: opened.body().clone(),
                list: Box::new(opened.list().clone()),
            };
            (document, None, registry)
        }
        DocumentKind::KeyRetirement => {
            let opened = open_key_retirement(raw.text.as_bytes(), trusted.policy(), trusted.context())?;
            return Ok((Document::KeyRetirement(Box::new(opened)), None));
        }
        DocumentKind::VerifierRelease => {
            let opened = open_verifier_release(raw.text.as_bytes(), trusted.policy(), trusted.context())?;
            return Ok((Document::VerifierRelease(Box::new(opened)), None));
        }
        DocumentKind::Snapshot => {
            let opened = open_snapshot(raw.text.as_bytes(), trusted.context())?;
            let registry = opened.snapshot().registry.clone();
            let document = Document::Snapshot {
                body: opened.body().clone(),
                snapshot: Box::new(opened.snapshot().clone()),
            };
            (document, None, registry)
        }
    };
    if registry == *base {
        Ok((document, grounds))
    } else {
        Err(RefusedDocument::Registry {
            found: registry.as_str().to_owned(),
            expected: base.as_str().to_owned(),
        })
    }
}

/// Question 1 and question 2 must be yes; that it is not logged yet is all that may be open. Question 3 is not asked.
fn verify_credential(
    text: &str,
    trusted: &Trusted,
    now: Timestamp,
) -> Result<(Credential, Option<Grounds>), RefusedDocument> {
    let report = trusted.verifier().verify(&Presentation {
        document: text,
        receipt: None,
        retirement_consistency: &[],
        log_tiles: &[],
        events: &[],
        now,
        at: None,
        need: None,
    });
    let method = match (
        &report.genuine.answer,
        &report.authorised.answer,
        &report.evidence,
    ) {
        (Answer::Yes, Answer::Yes, Some(evidence)) => evidence.verification_method.clone(),
        _ => return Err(RefusedDocument::Credential(Box::new(report))),
    };
    let credential = Document::credential(text.as_bytes())?;
    // The verifier judged by the signer's clock; once logged it will judge by the log's.
    let KeyLookup::Listed(key) = trusted.context().key(&method) else {
        return Err(RefusedDocument::Credential(Box::new(report)));
    };
    let scheme = scheme_until(&credential, key.issuer, now);
    let name = name_until(&credential, key.issuer, now);
    let refused = |what| RefusedDocument::NotAuthorisedNow { what, now };
    if !key.may_sign_at(now) {
        return Err(refused("key"));
    }
    let scheme = scheme.ok_or_else(|| refused("scheme"))?;
    let name = name.ok_or_else(|| refused("issuer's name"))?;
    let mut ends = key_ends(trusted.context(), key, now);
    ends.extend([("the scheme", scheme), ("the issuer's name", name)]);
    for claim in &credential.issuer.authorisations {
        let accreditation = accreditation_until(&credential, claim, key.issuer, now);
        ends.push((
            "an accreditation claimed",
            accreditation.ok_or_else(|| refused("accreditation"))?,
        ));
    }
    Ok((credential, Grounds::first_to_end(ends)))
}

/// When a key's window, the path to its root, and the trust list itself end.
fn key_ends(
    trust: &TrustContext,
    key: ListedKey<'_>,
    now: Timestamp,
) -> Vec<(&'static str, Option<Timestamp>)> {
    let path_end = key
        .path(now)
        .ok()
        .and_then(|path| path.validity().not_after.checked_add(1))
        .and_then(Timestamp::from_unix);
    vec![
        ("the key's signing window", Some(key.entry.signs_until)),
        ("the key's certification path", path_end),
        ("the trust list", trust.list().valid_until.checked_add(1)),
    ]
}

fn holds(from: Timestamp, until: Option<Timestamp>, now: Timestamp) -> bool {
    from <= now && until.is_none_or(|until| now < until)
}

/// Until when the issuer may issue under the credential's scheme; `None` when it may not now.
fn scheme_until(
    credential: &Credential,
    issuer: &TrustedIssuer,
    now: Timestamp,
) -> Option<Option<Timestamp>> {
    let edition = &credential.scheme.edition;
    let schemes = issuer.schemes.iter();
    let held = schemes.filter(|scheme| scheme.edition == *edition && holds(scheme.from, scheme.until, now));
    latest(held.map(|scheme| scheme.until))
}

/// Until when the issuer bears the credential's names; `None` when it does not now.
fn name_until(credential: &Credential, issuer: &TrustedIssuer, now: Timestamp) -> Option<Option<Timestamp>> {
    let body = &credential.issuer;
    let names = issuer.names.iter();
    let held = names.filter(|name| {
        name.name == body.name && name.name_en == body.name_en && holds(name.from, name.until, now)
    });
    latest(held.map(|name| name.until))
}

/// Until when the issuer may claim an accreditation; `None` when it may not now.
fn accreditation_until(
    credential: &Credential,
    claim: &Authorisation,
    issuer: &TrustedIssuer,
    now: Timestamp,
) -> Option<Option<Timestamp>> {
    let edition = &credential.scheme.edition;
    let held = issuer.accreditations.iter().filter(|held| {
        held.name == claim.name
            && held.authority == claim.authority
            && held.edition == *edition
            && holds(held.from, held.until, now)
    });
    latest(held.map(|held| held.until))
}

/// The latest of several ends, an open one being the latest of all.
fn latest(ends: impl Iterator<Item = Option<Timestamp>>) -> Option<Option<Timestamp>> {
    ends.max_by_key(|until| until.unwrap_or(Timestamp::MAX))
}
