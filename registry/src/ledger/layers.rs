//! Looking through several ledgers at once: what is durable, what this batch adds, what this bundle adds.

use touchstone_schemas::{
    date_time::Timestamp, did::Did, digest::Sha256Digest, lifecycle::RecordedEvent, status::StatusAllocation,
};

use super::{
    CredentialKey, HeldCredential, HeldList, HeldRetirement, HeldSnapshot, Ledger, ListKey, Logged,
    NewestChange,
};

/// Ledgers, the oldest first.
#[derive(Clone, Copy, Debug)]
pub struct Layers<'a>(pub [&'a Ledger; 3]);

impl<'a> Layers<'a> {
    /// Where the log has, or will have, a document.
    #[must_use]
    pub fn logged(&self, digest: &Sha256Digest) -> Option<Logged> {
        self.0.iter().find_map(|ledger| ledger.logged(digest))
    }

    /// A credential.
    #[must_use]
    pub fn credential(&self, key: &CredentialKey) -> Option<&'a HeldCredential> {
        self.0.iter().find_map(|ledger| ledger.credential(key))
    }

    /// The events of a credential, in order of sequence.
    #[must_use]
    pub fn events(&self, key: &CredentialKey) -> Vec<RecordedEvent> {
        let events = self.0.iter().flat_map(|ledger| ledger.events(key));
        events.map(|event| event.recorded.clone()).collect()
    }

    /// The same, those of the newest layer counted as recorded at `recorded`.
    #[must_use]
    pub fn events_with_own_recorded_at(
        &self,
        key: &CredentialKey,
        recorded: Timestamp,
    ) -> Vec<RecordedEvent> {
        let [stored, batch, own] = self.0;
        let known = stored.events(key).iter().chain(batch.events(key));
        let known = known.map(|event| event.recorded.clone());
        let own = own.events(key).iter().map(|event| RecordedEvent {
            recorded,
            ..event.recorded.clone()
        });
        known.chain(own).collect()
    }

    /// The newest version of a status list.
    #[must_use]
    pub fn list(&self, key: ListKey) -> Option<&'a HeldList> {
        self.0.iter().rev().find_map(|ledger| ledger.list(key))
    }

    /// Digest of the document that the log has, or will have, at an index.
    #[must_use]
    pub fn digest(&self, index: u64) -> Option<Sha256Digest> {
        self.0.iter().find_map(|ledger| ledger.digest(index))
    }

    /// Whether an index of the status lists is taken.
    #[must_use]
    pub fn is_taken(&self, place: StatusAllocation) -> bool {
        self.0.iter().any(|ledger| ledger.certificates.is_taken(place))
    }

    /// All who stand in a list.
    pub fn in_list(
        &self,
        list: u32,
    ) -> impl Iterator<Item = (&'a CredentialKey, &'a HeldCredential)> + use<'a> {
        self.0
            .into_iter()
            .flat_map(move |ledger| ledger.certificates.in_list(list))
            .filter_map(|certificate| Some((certificate.key(), certificate.credential()?)))
    }

    /// The retirement of a key.
    #[must_use]
    pub fn retired(&self, method: &str) -> Option<HeldRetirement> {
        let held = self
            .0
            .iter()
            .filter_map(|ledger| ledger.owner_records().retired(method));
        held.min_by_key(|held| held.from)
    }

    /// Where a release of the verify page stands in the log.
    #[must_use]
    pub fn release(&self, release: &str) -> Option<u64> {
        self.0
            .iter()
            .find_map(|ledger| ledger.owner_records().released(release))
    }

    /// When the newest event of a list's credentials was recorded, those of the newest layer left out.
    #[must_use]
    pub fn newest_event_before(&self, list: u32) -> Option<Timestamp> {
        let [stored, batch, _] = self.0;
        [stored, batch]
            .iter()
            .filter_map(|ledger| ledger.newest_event.get(&list).copied())
            .max()
    }

    /// The newest snapshot of a body, with its sequence.
    #[must_use]
    pub fn snapshot(&self, body: &Did) -> Option<(u64, HeldSnapshot)> {
        let newest = |ledger: &&Ledger| ledger.snapshots().newest(body);
        self.0.iter().rev().find_map(newest)
    }

    /// The newest credential or event of a body.
    #[must_use]
    pub fn newest_change(&self, body: &Did) -> Option<NewestChange> {
        let newest = |ledger: &&Ledger| ledger.snapshots().newest_change(body);
        self.0.iter().rev().find_map(newest)
    }
}
