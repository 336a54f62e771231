//! The ledger: what the log's entries say, in memory, read from re-hashed entries and documents alone.
//!
//! A [`Ledger`] is also used for what a bundle or batch would add: [`Layers`] looks through several, the newest
//! first, and [`Ledger::absorb`] puts one on top of another for good.

mod agenda;
mod certificates;
mod document;
mod entries;
mod facts;
mod layers;
mod owner_records;
mod snapshots;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
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
    uscc::Uscc,
};

pub use certificates::Certificate;
pub use document::{Document, DocumentError};
pub use facts::{Facts, IndustryEdition};
pub use layers::Layers;
pub use owner_records::{HeldRetirement, OwnerRecords};
pub use snapshots::{HeldSnapshot, NewestChange, Snapshots};

use self::{
    agenda::Agenda,
    certificates::{Certificates, Row},
    entries::Entries,
};

/// Number and version: what names a credential.
pub type CredentialKey = (CredentialNumber, Version);
/// Purpose and number: what names a status list.
pub type ListKey = (StatusPurpose, u32);
/// A place in the worklist: the day, then the certificate.
pub type Due = (Date, CredentialKey);

/// What the ledger holds of a credential.
#[derive(Clone, Debug)]
pub struct HeldCredential {
    /// Index of its entry.
    pub index: u64,
    /// The body, written down once for all its credentials.
    pub issuer: Arc<Did>,
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

/// What the entries say.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    certificates: Certificates,
    lists: BTreeMap<ListKey, HeldList>,
    list_versions: BTreeMap<ListKey, BTreeMap<u64, ListVersion>>,
    newest_event: BTreeMap<u32, Timestamp>,
    entries: Entries,
    bodies: BTreeSet<Arc<Did>>,
    more_sites: BTreeMap<CredentialKey, Box<[RegionCode]>>,
    agenda: Agenda,
    owner_records: OwnerRecords,
    snapshots: Snapshots,
}

impl Ledger {
    /// Enters a document under the index its entry has. What may be entered is for intake, or for whoever reads the
    /// log again, to say.
    pub fn enter(&mut self, index: u64, digest: Sha256Digest, recorded: Timestamp, document: Document) {
        self.entries.add(index, digest, recorded);
        self.snapshots.note(index, recorded, &document);
        match document {
            Document::Credential(credential) => {
                let key = (credential.number.clone(), credential.version);
                let held = HeldCredential {
                    index,
                    issuer: self.body(Arc::new(credential.issuer.id.clone())),
                    terms: Terms::from(&*credential),
                    registered: credential.holder.region,
                    first_issued: credential.first_issued,
                    allocation: credential.status,
                    facts: Facts::from(&*credential),
                };
                let more_sites = facts::more_sites(&credential);
                if !more_sites.is_empty() {
                    self.more_sites.insert(key.clone(), more_sites);
                }
                self.certificates.add(key, held);
            }
            Document::Event(event) => {
                let recorded = RecordedEvent {
                    sequence: event.sequence,
                    effective: event.effective,
                    recorded,
                    change: event.change,
                };
                let key = (event.number, event.version);
                self.certificates.add_event(key, HeldEvent { index, recorded });
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

    /// The one copy of a body's name.
    fn body(&mut self, body: Arc<Did>) -> Arc<Did> {
        if let Some(known) = self.bodies.get(&body) {
            return Arc::clone(known);
        }
        self.bodies.insert(Arc::clone(&body));
        body
    }

    /// Puts what a later ledger holds on top of this one.
    pub fn absorb(&mut self, later: Self) {
        self.put_on_top(later);
    }

    /// Puts what a durable batch holds on top of this ledger, and what is due of its certificates into the agenda.
    pub fn absorb_at(&mut self, later: Self, recorded: Timestamp) {
        let changed = self.put_on_top(later);
        self.schedule(changed, recorded);
    }

    fn put_on_top(&mut self, mut later: Self) -> Vec<Row> {
        for body in std::mem::take(&mut later.bodies) {
            self.body(body);
        }
        later.certificates.name_bodies_as(&self.bodies);
        let changed = self.certificates.absorb(later.certificates);
        self.lists.extend(later.lists);
        for (key, versions) in later.list_versions {
            self.list_versions.entry(key).or_default().extend(versions);
        }
        for (list, recorded) in later.newest_event {
            self.note_event_in(list, recorded);
        }
        self.entries.absorb(later.entries);
        self.more_sites.extend(later.more_sites);
        self.owner_records.absorb(later.owner_records);
        self.snapshots.absorb(later.snapshots);
        changed
    }

    /// Puts everything into the agenda, after the log was read from its first entry.
    pub fn schedule_all(&mut self, recorded: Timestamp) {
        let all: Vec<Row> = self.certificates.rows().map(|(row, _)| row).collect();
        self.schedule(all, recorded);
    }

    fn schedule(&mut self, rows: impl IntoIterator<Item = Row>, recorded: Timestamp) {
        for row in rows {
            let Some(certificate) = self.certificates.row(row) else {
                continue;
            };
            let Some(held) = certificate.credential() else {
                continue;
            };
            let events: Vec<RecordedEvent> = certificate
                .events()
                .iter()
                .map(|event| event.recorded.clone())
                .collect();
            // Of one that has not begun, what is due is what will be due once it has.
            let at = recorded.max(held.terms.valid_from.start());
            let due = state(&held.terms, &events, at, at);
            self.agenda.put(row, held.terms.valid_until, &due);
        }
        self.agenda.forget_expired(recorded);
    }

    /// What is due of which certificate, the longest overdue first and those of a day in order of the log, behind a
    /// place already seen.
    pub fn due_behind(&self, seen: Option<&Due>) -> impl Iterator<Item = (Date, &Certificate)> {
        let seen = seen.map(|(day, key)| (*day, self.certificates.find(key).unwrap_or_default()));
        let due = self.agenda.behind(seen);
        due.filter_map(|(day, row)| Some((day, self.certificates.row(row)?)))
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
        self.entries.find(digest)
    }

    /// Digest of the document that the log has at an index.
    #[must_use]
    pub fn digest(&self, index: u64) -> Option<Sha256Digest> {
        self.entries.at(index).map(|(digest, _)| digest)
    }

    /// When the entry at an index was recorded.
    #[must_use]
    pub fn recorded(&self, index: u64) -> Option<Timestamp> {
        self.entries.at(index).map(|(_, recorded)| recorded)
    }

    /// A credential.
    #[must_use]
    pub fn credential(&self, key: &CredentialKey) -> Option<&HeldCredential> {
        self.certificates.get(key)?.credential()
    }

    /// The certificate whose credential is at an index of the log.
    #[must_use]
    pub fn credential_at(&self, index: u64) -> Option<&Certificate> {
        self.certificates.at_index(index)
    }

    /// Where the credentials before an index are, the newest first.
    pub fn credentials_before(&self, index: u64) -> impl Iterator<Item = u64> {
        self.certificates.indices_before(index)
    }

    /// The credentials of a legal entity, its units among them, every version, in order of the log.
    pub fn of_holder(&self, holder: Uscc) -> impl Iterator<Item = &CredentialKey> {
        self.certificates.of_holder(holder).map(Certificate::key)
    }

    /// The credentials that the log has at an index or behind it, in its order.
    pub fn credentials_from(&self, index: u64) -> impl Iterator<Item = (&CredentialKey, &HeldCredential)> {
        let found = self.certificates.behind_index(index);
        found.filter_map(|certificate| Some((certificate.key(), certificate.credential()?)))
    }

    /// The credentials behind one, in order of the log, from the first when none is named.
    pub fn credentials_behind(
        &self,
        seen: Option<&CredentialKey>,
    ) -> impl Iterator<Item = (&CredentialKey, &HeldCredential)> {
        let row = seen.and_then(|key| self.certificates.find(key));
        let behind = self.certificates.rows_behind(row);
        behind.filter_map(|certificate| Some((certificate.key(), certificate.credential()?)))
    }

    /// Regions of a credential's sites other than that of its first.
    #[must_use]
    pub fn more_sites(&self, key: &CredentialKey) -> &[RegionCode] {
        self.more_sites.get(key).map_or(&[], |regions| regions)
    }

    /// The events of a credential, in order of sequence.
    #[must_use]
    pub fn events(&self, key: &CredentialKey) -> &[HeldEvent] {
        // The usual case where a bundle or batch is looked through.
        if !self.certificates.has_events() {
            return &[];
        }
        self.certificates.get(key).map_or(&[], Certificate::events)
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

    /// The versions there are of a number, in order; none is left out, because intake takes them so.
    #[must_use]
    pub fn versions(&self, number: &CredentialNumber) -> Vec<Version> {
        let mut next = Some(Version::FIRST);
        let versions = std::iter::from_fn(|| {
            let version = next?;
            next = version.next().ok();
            Some(version)
        });
        versions
            .take_while(|version| self.credential(&(number.clone(), *version)).is_some())
            .collect()
    }

    /// How many credentials there are.
    #[must_use]
    pub fn credential_count(&self) -> usize {
        self.certificates.credential_count()
    }
}
