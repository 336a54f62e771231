//! The ledger: what the log's entries say, in memory, read from re-hashed entries and documents alone.
//!
//! A [`Ledger`] is also used for what a bundle or batch would add: [`Layers`] looks through several, the newest
//! first, and [`Ledger::absorb`] puts one on top of another for good.

mod agenda;
mod document;
mod facts;
mod layers;
mod owner_records;
mod snapshots;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::{Date, Timestamp},
    did::Did,
    digest::Sha256Digest,
    lifecycle::{RecordedEvent, Terms, state},
    region::RegionCode,
    status::{StatusAllocation, StatusPurpose},
    status_list::Bitstring,
};

pub use agenda::{Agenda, Due};
pub use document::{Document, DocumentError};
pub use facts::{Facts, IndustryEdition};
pub use layers::Layers;
pub use owner_records::{HeldRetirement, OwnerRecords};
pub use snapshots::{HeldSnapshot, NewestChange, Snapshots};

/// Number and version: what names a credential.
pub type CredentialKey = (CredentialNumber, Version);
/// Purpose and number: what names a status list.
pub type ListKey = (StatusPurpose, u32);

/// What the ledger holds of a credential.
#[derive(Clone, Debug)]
pub struct HeldCredential {
    /// Index of its entry.
    pub index: u64,
    /// Digest of the signed document.
    pub digest: Sha256Digest,
    /// The body.
    pub issuer: Did,
    /// What its states depend on.
    pub terms: Terms,
    /// Where its holder is registered.
    pub registered: RegionCode,
    /// 首次发证日期.
    pub first_issued: Date,
    /// Its place in the status lists.
    pub allocation: StatusAllocation,
    /// What statistics count of it.
    pub facts: Facts,
}

/// What the ledger holds of an event.
#[derive(Clone, Debug)]
pub struct HeldEvent {
    /// Index of its entry.
    pub index: u64,
    /// The event with the time the log gave it.
    pub recorded: RecordedEvent,
}

/// What the ledger holds of the newest version of a status list.
#[derive(Clone, Debug)]
pub struct HeldList {
    /// Index of its entry.
    pub index: u64,
    /// The body whose status authority signs it.
    pub body: Did,
    /// Its sequence.
    pub sequence: u64,
    /// The instant whose states it shows.
    pub valid_from: Timestamp,
    /// Until when it counts.
    pub valid_until: Timestamp,
    /// The bits.
    pub bits: Bitstring,
}

/// Where the log has a version of a status list, and when it counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListVersion {
    /// Index of its entry.
    pub index: u64,
    /// When it was recorded: from then on the register showed it.
    pub recorded: Timestamp,
    /// The instant whose states it shows.
    pub valid_from: Timestamp,
    /// Until when it counted.
    pub valid_until: Timestamp,
}

/// Where the log has a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Index of its entry.
    pub index: u64,
    /// When it was recorded.
    pub recorded: Timestamp,
}

/// Who stands at an index of the status lists.
#[derive(Clone, Debug)]
pub struct Member {
    /// The credential.
    pub key: CredentialKey,
    /// What its states depend on.
    pub terms: Terms,
}

/// What the entries say.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    credentials: BTreeMap<CredentialKey, HeldCredential>,
    events: BTreeMap<CredentialKey, Vec<HeldEvent>>,
    lists: BTreeMap<ListKey, HeldList>,
    list_versions: BTreeMap<ListKey, BTreeMap<u64, ListVersion>>,
    members: BTreeMap<u32, BTreeMap<u32, Member>>,
    newest_event: BTreeMap<u32, Timestamp>,
    digests: BTreeMap<Sha256Digest, Logged>,
    more_sites: BTreeMap<CredentialKey, Box<[RegionCode]>>,
    agenda: Agenda,
    owner_records: OwnerRecords,
    snapshots: Snapshots,
}

impl Ledger {
    /// Enters a document under the index its entry has. What may be entered is for intake, or for whoever reads the
    /// log again, to say.
    pub fn enter(&mut self, index: u64, digest: Sha256Digest, recorded: Timestamp, document: Document) {
        self.digests.insert(digest, Logged { index, recorded });
        self.snapshots.note(index, recorded, &document);
        match document {
            Document::Credential(credential) => {
                let key = (credential.number.clone(), credential.version);
                let allocation = credential.status;
                let terms = Terms::from(&*credential);
                let member = Member {
                    key: key.clone(),
                    terms,
                };
                let members = self.members.entry(allocation.list).or_default();
                members.insert(allocation.index, member);
                let held = HeldCredential {
                    index,
                    digest,
                    issuer: credential.issuer.id.clone(),
                    terms,
                    registered: credential.holder.region,
                    first_issued: credential.first_issued,
                    allocation,
                    facts: Facts::from(&*credential),
                };
                let more_sites = facts::more_sites(&credential);
                if !more_sites.is_empty() {
                    self.more_sites.insert(key.clone(), more_sites);
                }
                self.credentials.insert(key, held);
            }
            Document::Event(event) => {
                let recorded = RecordedEvent {
                    sequence: event.sequence,
                    effective: event.effective,
                    recorded,
                    change: event.change,
                };
                let key = (event.number, event.version);
                self.events
                    .entry(key)
                    .or_default()
                    .push(HeldEvent { index, recorded });
            }
            Document::StatusList { body, list } => {
                let held = HeldList {
                    index,
                    body,
                    sequence: list.sequence,
                    valid_from: list.valid_from,
                    valid_until: list.valid_until,
                    bits: list.bits,
                };
                let key = (list.purpose, list.list);
                let version = ListVersion {
                    index,
                    recorded,
                    valid_from: held.valid_from,
                    valid_until: held.valid_until,
                };
                let versions = self.list_versions.entry(key).or_default();
                versions.insert(held.sequence, version);
                self.lists.insert(key, held);
            }
            Document::Snapshot { .. } => {}
            Document::KeyRetirement(retirement) => self.owner_records.retire(index, &retirement),
            Document::VerifierRelease(release) => self.owner_records.release(index, &release),
        }
    }

    /// Remembers when the newest event of a list's credentials was recorded.
    pub fn note_event_in(&mut self, list: u32, recorded: Timestamp) {
        let newest = self.newest_event.entry(list).or_insert(recorded);
        *newest = recorded.max(*newest);
    }

    /// Puts what a later ledger holds on top of this one.
    pub fn absorb(&mut self, later: Self) {
        self.credentials.extend(later.credentials);
        for (key, events) in later.events {
            self.events.entry(key).or_default().extend(events);
        }
        self.lists.extend(later.lists);
        for (key, versions) in later.list_versions {
            self.list_versions.entry(key).or_default().extend(versions);
        }
        for (list, members) in later.members {
            self.members.entry(list).or_default().extend(members);
        }
        for (list, recorded) in later.newest_event {
            self.note_event_in(list, recorded);
        }
        self.digests.extend(later.digests);
        self.more_sites.extend(later.more_sites);
        self.owner_records.absorb(later.owner_records);
        self.snapshots.absorb(later.snapshots);
    }

    /// Puts what a durable batch holds on top of this ledger, and what is due of its certificates into the agenda.
    pub fn absorb_at(&mut self, later: Self, recorded: Timestamp) {
        let touched: BTreeSet<CredentialKey> = later
            .credentials
            .keys()
            .chain(later.events.keys())
            .cloned()
            .collect();
        self.absorb(later);
        self.schedule(touched, recorded);
    }

    /// Puts everything into the agenda, after the log was read from its first entry.
    pub fn schedule_all(&mut self, recorded: Timestamp) {
        let all: Vec<CredentialKey> = self.credentials.keys().cloned().collect();
        self.schedule(all, recorded);
    }

    fn schedule(&mut self, keys: impl IntoIterator<Item = CredentialKey>, recorded: Timestamp) {
        for key in keys {
            let Some(held) = self.credentials.get(&key) else {
                continue;
            };
            let events: Vec<RecordedEvent> = self
                .events(&key)
                .iter()
                .map(|event| event.recorded.clone())
                .collect();
            // Of one that has not begun, what is due is what will be due once it has.
            let at = recorded.max(held.terms.valid_from.start());
            let due = state(&held.terms, &events, at, at);
            let until = held.terms.valid_until;
            self.agenda.put(&key, until, &due);
        }
        self.agenda.forget_expired(recorded);
    }

    /// What is due of which certificate.
    #[must_use]
    pub fn agenda(&self) -> &Agenda {
        &self.agenda
    }

    /// The snapshots of all states.
    #[must_use]
    pub fn snapshots(&self) -> &Snapshots {
        &self.snapshots
    }

    /// What the scheme owner said in the log.
    #[must_use]
    pub fn owner_records(&self) -> &OwnerRecords {
        &self.owner_records
    }

    /// Where the log has a document.
    #[must_use]
    pub fn logged(&self, digest: &Sha256Digest) -> Option<Logged> {
        self.digests.get(digest).copied()
    }

    /// A credential.
    #[must_use]
    pub fn credential(&self, key: &CredentialKey) -> Option<&HeldCredential> {
        self.credentials.get(key)
    }

    /// The credentials behind a key in order of number and version, from the first when there is none.
    pub fn credentials_behind(
        &self,
        seen: Option<&CredentialKey>,
    ) -> impl Iterator<Item = (&CredentialKey, &HeldCredential)> {
        let from = seen.map_or(Bound::Unbounded, Bound::Excluded);
        self.credentials
            .range::<CredentialKey, _>((from, Bound::Unbounded))
    }

    /// Regions of a credential's sites other than that of its first.
    #[must_use]
    pub fn more_sites(&self, key: &CredentialKey) -> &[RegionCode] {
        self.more_sites.get(key).map_or(&[], |regions| regions)
    }

    /// The events of a credential, in order of sequence.
    #[must_use]
    pub fn events(&self, key: &CredentialKey) -> &[HeldEvent] {
        self.events.get(key).map_or(&[], Vec::as_slice)
    }

    /// The newest version of a status list.
    #[must_use]
    pub fn list(&self, key: ListKey) -> Option<&HeldList> {
        self.lists.get(&key)
    }

    /// The newest version of every status list.
    pub fn lists(&self) -> impl Iterator<Item = (&ListKey, &HeldList)> {
        self.lists.iter()
    }

    /// The version of a status list with that sequence.
    #[must_use]
    pub fn list_version(&self, key: ListKey, sequence: u64) -> Option<ListVersion> {
        self.list_versions.get(&key)?.get(&sequence).copied()
    }

    /// The newest version of a status list that was of an instant, or of one before it and counted still.
    #[must_use]
    pub fn list_version_at(&self, key: ListKey, at: Timestamp) -> Option<ListVersion> {
        let mut versions = self.list_versions.get(&key)?.values().rev();
        versions
            .find(|version| version.valid_from <= at)
            .filter(|version| at <= version.valid_until)
            .copied()
    }

    /// The version of a status list that the register showed at an instant, whether it still counted or not.
    #[must_use]
    pub fn list_version_shown(&self, key: ListKey, at: Timestamp) -> Option<ListVersion> {
        let mut versions = self.list_versions.get(&key)?.values().rev();
        versions.find(|version| version.recorded <= at).copied()
    }

    /// The versions there are of a number, in order.
    #[must_use]
    pub fn versions(&self, number: &CredentialNumber) -> Vec<Version> {
        let first = (number.clone(), Version::FIRST);
        self.credentials
            .range(first..)
            .take_while(|((found, _), _)| found == number)
            .map(|((_, version), _)| *version)
            .collect()
    }

    /// How many credentials there are.
    #[must_use]
    pub fn credential_count(&self) -> usize {
        self.credentials.len()
    }
}
