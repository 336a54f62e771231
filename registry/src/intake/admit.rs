//! Whether a bundle may follow what the log holds: whole, or not at all.

use touchstone_schemas::{
    credential::{Credential, Version, credential_id},
    date_time::Timestamp,
    did::Did,
    lifecycle::{Change, Event, RecordedEvent, check_transition},
    tlog::Entry,
};
use touchstone_verifier::{events::BACKDATING_SECONDS, trust::CLOCK_SKEW_SECONDS};

use super::{AdmitError, Bundle, BundleDocument, Grounds, owner_records, snapshots, status_lists};
use crate::{
    directory::directory_row,
    ledger::{CredentialKey, Document, HeldCredential, Layers, Ledger, Logged},
    store::NewEntry,
};

/// What becomes of a bundle.
#[derive(Debug)]
pub enum Admitted {
    /// The log holds every document of it already.
    Known(Vec<Logged>),
    /// It enters.
    New {
        /// What it adds.
        ledger: Box<Ledger>,
        /// Its entries in order.
        entries: Vec<(Entry, NewEntry)>,
    },
}

/// The times by which a bundle is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogTime {
    /// What the clock says.
    pub now: Timestamp,
    /// What the entries will say: the clock's time, or that of the entry before when the clock has stepped back.
    pub recorded: Timestamp,
}

/// Judges a bundle that would be recorded at `time.recorded` from index `first` on, after what `base` holds (the durable
/// ledger, then the batch's).
///
/// # Errors
/// [`AdmitError`] with the first rule that is broken.
pub fn admit(bundle: &Bundle, base: [&Ledger; 2], time: LogTime, first: u64) -> Result<Admitted, AdmitError> {
    if let Some(known) = known(bundle, base)? {
        return Ok(Admitted::Known(known));
    }
    let recorded = time.recorded;
    let mut admission = Admission {
        base,
        own: Ledger::default(),
        recorded,
    };
    let mut entries = Vec::with_capacity(bundle.len());
    for (position, (index, document)) in (first..).zip(bundle.documents()).enumerate() {
        check_grounds(position, document, recorded)?;
        owner_records::check_key(admission.layers(), position, document)?;
        match &document.document {
            Document::Credential(credential) => admission.check_credential(position, credential)?,
            Document::Event(event) => admission.check_event(position, event)?,
            Document::StatusList { body, list } => {
                status_lists::check_version(admission.layers(), position, body, list, time)?;
            }
            Document::Snapshot { body, snapshot } => {
                snapshots::check_version(admission.layers(), position, body, snapshot, time)?;
            }
            Document::KeyRetirement(retirement) => {
                owner_records::check_retirement(admission.layers(), position, retirement)?;
            }
            Document::VerifierRelease(release) => {
                owner_records::check_release(admission.layers(), position, release)?;
            }
        }
        let entry = document.entry(recorded);
        admission
            .own
            .enter(index, document.digest, recorded, document.document.clone());
        let new = NewEntry {
            index,
            entry: entry.to_bytes(),
            digest: document.digest,
            document: document.bytes.clone(),
            projection: document.document.projection(),
            directory: directory_row(index, &document.document),
        };
        entries.push((entry, new));
    }
    admission.check_whole(bundle)?;
    Ok(Admitted::New {
        ledger: Box::new(admission.own),
        entries,
    })
}

/// Where the log holds the documents: all, none, or an error.
fn known(bundle: &Bundle, base: [&Ledger; 2]) -> Result<Option<Vec<Logged>>, AdmitError> {
    let documents = bundle.documents().iter();
    let known: Vec<Logged> = documents
        .filter_map(|document| base.iter().find_map(|ledger| ledger.logged(&document.digest)))
        .collect();
    match known.len() {
        0 => Ok(None),
        all if all == bundle.len() => Ok(Some(known)),
        some => Err(AdmitError::PartlyKnown {
            known: some,
            total: bundle.len(),
        }),
    }
}

/// What was so when the signatures were checked may have ended since: a bundle waits, and the log's time may be ahead of
/// the clock. A verifier judges by the log's time (DESIGN §4 "Trust list").
fn check_grounds(position: usize, document: &BundleDocument, recorded: Timestamp) -> Result<(), AdmitError> {
    match document.grounds {
        Some(Grounds { what, until }) if recorded >= until => Err(AdmitError::AuthorityEnded {
            position,
            what,
            until,
            recorded,
        }),
        _ => Ok(()),
    }
}

struct Admission<'a> {
    base: [&'a Ledger; 2],
    own: Ledger,
    recorded: Timestamp,
}

impl Admission<'_> {
    fn layers(&self) -> Layers<'_> {
        let [stored, batch] = self.base;
        Layers([stored, batch, &self.own])
    }

    fn check_credential(&self, position: usize, credential: &Credential) -> Result<(), AdmitError> {
        let layers = self.layers();
        let key = (credential.number.clone(), credential.version);
        if layers.credential(&key).is_some() {
            let id = credential.id();
            return Err(AdmitError::NumberTaken { position, id });
        }
        let allocation = credential.status;
        if layers.is_taken(allocation) {
            return Err(AdmitError::IndexTaken {
                position,
                list: allocation.list,
                index: allocation.index,
            });
        }
        let (valid_from, recorded) = (credential.valid_from, self.recorded);
        let late = recorded.seconds_since(valid_from.start());
        if late > BACKDATING_SECONDS && credential.transcribed.is_none() {
            return Err(AdmitError::CredentialBackdated {
                position,
                valid_from,
                recorded,
            });
        }
        match before(credential.version) {
            None => Ok(()),
            Some(version) => {
                let before = layers.credential(&(credential.number.clone(), version));
                check_version(position, credential, version, before)
            }
        }
    }

    fn check_event(&mut self, position: usize, event: &Event) -> Result<(), AdmitError> {
        let layers = self.layers();
        let key = (event.number.clone(), event.version);
        let held = layers
            .credential(&key)
            .ok_or_else(|| AdmitError::CredentialUnknown {
                position,
                id: event.credential_id(),
            })?;
        if *held.issuer != event.issuer {
            return Err(AdmitError::EventIssuer {
                position,
                found: event.issuer.clone(),
                expected: Did::clone(&held.issuer),
            });
        }
        let digest = layers.digest(held.index);
        if let Some(expected) = digest.filter(|digest| *digest != event.credential_digest) {
            return Err(AdmitError::CredentialDigest {
                position,
                found: event.credential_digest,
                expected,
            });
        }
        let (effective, recorded) = (event.effective, self.recorded);
        let ahead = effective.seconds_since(recorded);
        if ahead > CLOCK_SKEW_SECONDS {
            return Err(AdmitError::EventFromFuture {
                position,
                effective,
                recorded,
            });
        }
        // Recorded at its own future instant it would put the log's time ahead of the clock; recorded now it would
        // be known before it is in effect, which no verifier counts. So it waits.
        if ahead > 0 {
            return Err(AdmitError::EventNotYet {
                position,
                effective,
                recorded,
            });
        }
        if recorded.seconds_since(effective) > BACKDATING_SECONDS && event.backdating.is_none() {
            return Err(AdmitError::EventBackdated {
                position,
                effective,
                recorded,
            });
        }
        let proposed = RecordedEvent {
            sequence: event.sequence,
            effective,
            recorded,
            change: event.change.clone(),
        };
        check_transition(&held.terms, &layers.events(&key), &proposed)
            .map_err(|cause| AdmitError::Transition { position, cause })?;
        let list = held.allocation.list;
        self.own.note_event_in(list, recorded);
        Ok(())
    }

    /// The rules that need all documents of the bundle.
    fn check_whole(&self, bundle: &Bundle) -> Result<(), AdmitError> {
        let layers = self.layers();
        for (position, document) in bundle.documents().iter().enumerate() {
            match &document.document {
                Document::Credential(credential) => {
                    self.check_superseding(position, credential)?;
                    status_lists::check_places(layers, position, credential)?;
                }
                Document::Event(event) => check_successor(layers, position, event)?,
                Document::StatusList { .. }
                | Document::Snapshot { .. }
                | Document::KeyRetirement(_)
                | Document::VerifierRelease(_) => {}
            }
        }
        status_lists::check_bits(layers, bundle)?;
        status_lists::check_complete(layers, &self.own, bundle, self.recorded)?;
        status_lists::check_shown(layers, &self.own, bundle, self.recorded)
    }

    /// A later version comes with the event by which it supersedes the version before.
    fn check_superseding(&self, position: usize, credential: &Credential) -> Result<(), AdmitError> {
        let Some(version) = before(credential.version) else {
            return Ok(());
        };
        let events = self.own.events(&(credential.number.clone(), version));
        let superseded = events.iter().any(|event| match &event.recorded.change {
            Change::Superseded { successor, .. } => {
                successor.number == credential.number && successor.version == credential.version
            }
            _ => false,
        });
        if superseded {
            Ok(())
        } else {
            Err(AdmitError::NotSuperseding { position })
        }
    }
}

/// The version before this one; none before the first.
fn before(version: Version) -> Option<Version> {
    version
        .get()
        .checked_sub(1)
        .and_then(|before| Version::try_from(before).ok())
}

fn check_version(
    position: usize,
    credential: &Credential,
    needed: Version,
    before: Option<&HeldCredential>,
) -> Result<(), AdmitError> {
    let before = before.ok_or(AdmitError::VersionGap {
        position,
        version: credential.version.get(),
        needed: needed.get(),
    })?;
    let differs = [
        ("issuer", *before.issuer != credential.issuer.id),
        ("first issue date", before.first_issued != credential.first_issued),
    ];
    match differs.into_iter().find(|(_, differs)| *differs) {
        Some((member, _)) => Err(AdmitError::VersionDiffers { position, member }),
        None => Ok(()),
    }
}

/// Whoever takes over is there; and a certificate is replaced at the second its successor begins (DOMAIN §2).
fn check_successor(layers: Layers<'_>, position: usize, event: &Event) -> Result<(), AdmitError> {
    let (successor, dated) = match &event.change {
        Change::Superseded { successor, .. } => (successor, true),
        Change::Corrected { successor, .. } => (successor, false),
        _ => return Ok(()),
    };
    let key: CredentialKey = (successor.number.clone(), successor.version);
    let held = layers
        .credential(&key)
        .filter(|_| key != (event.number.clone(), event.version))
        .ok_or_else(|| AdmitError::SuccessorUnknown {
            position,
            id: credential_id(&event.registry, &successor.number, successor.version),
        })?;
    let valid_from = held.terms.valid_from.start();
    if dated && event.effective != valid_from {
        return Err(AdmitError::SuccessorDate {
            position,
            effective: event.effective,
            valid_from,
        });
    }
    Ok(())
}
