//! Certificates by number and version. What is held of each stands once, in one row; everything else names the row.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use hashbrown::{HashTable, hash_table::Entry};
use touchstone_schemas::{did::Did, status::StatusAllocation, uscc::Uscc};

use super::{CredentialKey, HeldCredential, HeldEvent};

/// The place of a row, in the order in which the log first named its certificates.
pub(super) type Row = u32;

/// What a ledger holds of one certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    key: CredentialKey,
    /// Absent where a ledger adds only events to what another holds.
    credential: Option<HeldCredential>,
    /// Most certificates have none.
    history: Option<Box<History>>,
}

/// The events of a certificate, in order of sequence.
#[derive(Clone, Debug, Default)]
struct History(Vec<HeldEvent>);

impl Certificate {
    const fn new(key: CredentialKey) -> Self {
        Self {
            key,
            credential: None,
            history: None,
        }
    }

    /// Number and version.
    #[must_use]
    pub const fn key(&self) -> &CredentialKey {
        &self.key
    }

    /// The credential, unless this ledger only adds events to it.
    #[must_use]
    pub const fn credential(&self) -> Option<&HeldCredential> {
        self.credential.as_ref()
    }

    /// Index of the credential's entry.
    fn index(&self) -> Option<u64> {
        Some(self.credential.as_ref()?.index)
    }

    /// The events, in order of sequence.
    #[must_use]
    pub fn events(&self) -> &[HeldEvent] {
        self.history.as_ref().map_or(&[], |history| &history.0)
    }

    fn add(&mut self, event: HeldEvent) {
        let events = &mut self.history.get_or_insert_default().0;
        // One or two are usual; room for four would cost more than all else together.
        events.reserve_exact(1);
        events.push(event);
    }
}

/// All certificates of a ledger.
#[derive(Clone, Debug, Default)]
pub(super) struct Certificates {
    rows: Vec<Certificate>,
    by_key: HashTable<Row>,
    by_place: HashTable<Row>,
    by_list: BTreeMap<u32, Vec<Row>>,
    /// The newest credential of each holder.
    by_holder: HashTable<Row>,
    /// For each row the same holder's credential before it, or the row itself where that is the first.
    older: Vec<Row>,
    credentials: usize,
    events: usize,
    hasher: RandomState,
}

impl Certificates {
    /// How many credentials there are.
    pub(super) const fn credential_count(&self) -> usize {
        self.credentials
    }

    /// Whether it holds any event.
    pub(super) const fn has_events(&self) -> bool {
        self.events > 0
    }

    /// Every row, in order.
    pub(super) fn rows(&self) -> impl Iterator<Item = (Row, &Certificate)> {
        (0..).zip(&self.rows)
    }

    /// The rows behind one.
    pub(super) fn rows_behind(&self, row: Option<Row>) -> impl Iterator<Item = &Certificate> {
        let first = row.map_or(0, |row| to_usize(row).saturating_add(1));
        self.rows.iter().skip(first)
    }

    pub(super) fn row(&self, row: Row) -> Option<&Certificate> {
        self.rows.get(to_usize(row))
    }

    /// The certificate whose credential is at an index of the log. Rows are in the log's order, each with its
    /// credential, where a whole log was entered.
    pub(super) fn at_index(&self, index: u64) -> Option<&Certificate> {
        let place = self.rows.get(self.before_index(index))?;
        (place.index() == Some(index)).then_some(place)
    }

    /// The indices of credentials before one, the newest first.
    pub(super) fn indices_before(&self, index: u64) -> impl Iterator<Item = u64> {
        let rows = self.rows.get(..self.before_index(index)).unwrap_or_default();
        rows.iter().rev().filter_map(Certificate::index)
    }

    /// The certificates whose credential is at an index of the log or behind it.
    pub(super) fn behind_index(&self, index: u64) -> impl Iterator<Item = &Certificate> {
        self.rows.iter().skip(self.before_index(index))
    }

    /// How many rows are before an index.
    fn before_index(&self, index: u64) -> usize {
        self.rows
            .partition_point(|row| row.index().is_none_or(|found| found < index))
    }

    /// The row of a certificate.
    pub(super) fn find(&self, key: &CredentialKey) -> Option<Row> {
        let same = |row: &Row| self.row(*row).is_some_and(|found| found.key == *key);
        self.by_key.find(self.hasher.hash_one(key), same).copied()
    }

    /// What is held of a certificate.
    pub(super) fn get(&self, key: &CredentialKey) -> Option<&Certificate> {
        self.row(self.find(key)?)
    }

    /// Whether an index of the status lists is taken.
    pub(super) fn is_taken(&self, place: StatusAllocation) -> bool {
        self.at(place).is_some()
    }

    /// Who stands at an index of the status lists.
    pub(super) fn at(&self, place: StatusAllocation) -> Option<&Certificate> {
        let same = |row: &Row| self.place_of(*row) == Some(place);
        let hash = self.hasher.hash_one((place.list, place.index));
        self.row(*self.by_place.find(hash, same)?)
    }

    /// The certificates that stand in a list, in order of the log.
    pub(super) fn in_list(&self, list: u32) -> impl Iterator<Item = &Certificate> {
        let rows = self.by_list.get(&list).map_or(&[][..], Vec::as_slice);
        rows.iter().filter_map(|row| self.row(*row))
    }

    /// The credentials of a legal entity, those of its units among them, in the order in which they came.
    pub(super) fn of_holder(&self, holder: Uscc) -> impl Iterator<Item = &Certificate> {
        let same = |row: &Row| self.holder_of(*row) == Some(holder);
        let newest = self.by_holder.find(self.hasher.hash_one(holder), same).copied();
        let older = |row: &Row| {
            self.older
                .get(to_usize(*row))
                .copied()
                .filter(|older| older != row)
        };
        let mut rows: Vec<Row> = std::iter::successors(newest, older).collect();
        rows.reverse();
        rows.into_iter().filter_map(|row| self.row(row))
    }

    /// Adds a credential. A number and version, and a place in the lists, belong to whoever came first.
    pub(super) fn add(&mut self, key: CredentialKey, credential: HeldCredential) {
        let row = self.find_or_add(key);
        let (place, holder) = (credential.allocation, credential.facts.holder);
        let Some(certificate) = self.rows.get_mut(to_usize(row)) else {
            return;
        };
        if certificate.credential.is_some() {
            return;
        }
        certificate.credential = Some(credential);
        self.credentials += 1;
        self.put_in_place(row, place);
        self.put_to_holder(row, holder);
    }

    /// Adds an event to a certificate.
    pub(super) fn add_event(&mut self, key: CredentialKey, event: HeldEvent) {
        let row = self.find_or_add(key);
        if let Some(certificate) = self.rows.get_mut(to_usize(row)) {
            certificate.add(event);
            self.events += 1;
        }
    }

    /// Adds what another holds; gives the rows that changed.
    pub(super) fn absorb(&mut self, later: Self) -> Vec<Row> {
        let mut changed = Vec::with_capacity(later.rows.len());
        for certificate in later.rows {
            let row = self.find_or_add(certificate.key.clone());
            for event in certificate.history.map_or_else(Vec::new, |history| history.0) {
                if let Some(held) = self.rows.get_mut(to_usize(row)) {
                    held.add(event);
                    self.events += 1;
                }
            }
            if let Some(credential) = certificate.credential {
                self.add(certificate.key, credential);
            }
            changed.push(row);
        }
        changed
    }

    /// Makes every credential name its body by the copy that `bodies` has.
    pub(super) fn name_bodies_as(&mut self, bodies: &BTreeSet<Arc<Did>>) {
        for credential in self.rows.iter_mut().filter_map(|row| row.credential.as_mut()) {
            if let Some(body) = bodies.get(&credential.issuer) {
                credential.issuer = Arc::clone(body);
            }
        }
    }

    fn find_or_add(&mut self, key: CredentialKey) -> Row {
        if let Some(row) = self.find(&key) {
            return row;
        }
        // 2^32 rows do not fit in memory.
        let row = Row::try_from(self.rows.len()).unwrap_or(Row::MAX);
        let hash = self.hasher.hash_one(&key);
        self.rows.push(Certificate::new(key));
        self.older.push(row);
        let (rows, hasher) = (&self.rows, &self.hasher);
        let rehash = |row: &Row| {
            rows.get(to_usize(*row))
                .map_or(0, |row| hasher.hash_one(&row.key))
        };
        self.by_key.insert_unique(hash, row, rehash);
        row
    }

    fn put_in_place(&mut self, row: Row, place: StatusAllocation) {
        if self.is_taken(place) {
            return;
        }
        let (rows, hasher) = (&self.rows, &self.hasher);
        let hash = |place: StatusAllocation| hasher.hash_one((place.list, place.index));
        let rehash = |row: &Row| {
            let credential = rows.get(to_usize(*row)).and_then(Certificate::credential);
            credential.map_or(0, |credential| hash(credential.allocation))
        };
        self.by_place.insert_unique(hash(place), row, rehash);
        self.by_list.entry(place.list).or_default().push(row);
    }

    fn put_to_holder(&mut self, row: Row, holder: Uscc) {
        let (rows, hasher) = (&self.rows, &self.hasher);
        let holder_of = |row: Row| Some(rows.get(to_usize(row))?.credential()?.facts.holder);
        let same = |row: &Row| holder_of(*row) == Some(holder);
        let rehash = |row: &Row| holder_of(*row).map_or(0, |holder| hasher.hash_one(holder));
        match self.by_holder.entry(hasher.hash_one(holder), same, rehash) {
            Entry::Occupied(mut newest) => {
                let before = std::mem::replace(newest.get_mut(), row);
                if let Some(older) = self.older.get_mut(to_usize(row)) {
                    *older = before;
                }
            }
            Entry::Vacant(none) => {
                none.insert(row);
            }
        }
    }

    fn holder_of(&self, row: Row) -> Option<Uscc> {
        Some(self.row(row)?.credential()?.facts.holder)
    }

    fn place_of(&self, row: Row) -> Option<StatusAllocation> {
        Some(self.row(row)?.credential()?.allocation)
    }
}

pub(super) fn to_usize(row: Row) -> usize {
    usize::try_from(row).unwrap_or(usize::MAX)
}
