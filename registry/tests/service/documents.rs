//! What a certification body's office signs and submits.

use std::collections::BTreeMap;

use touchstone_schemas::{
    credential::{Credential, CredentialNumber, RegistryBase, Version},
    date_time::{Date, Timestamp},
    did::Did,
    digest::Sha256Digest,
    lifecycle::{Change, Event, EventReason, Successor},
    snapshot::{Snapshot, SnapshotState, States},
    status::{StatusAllocation, StatusMessage, StatusPurpose},
    status_list::{Bitstring, StatusList},
};

use crate::world::{DID, METHOD, REGISTRY, STATUS_METHOD, World, day, sign, text};

pub(crate) const NUMBER: &str = "CQC26ZNZ000123R0";

pub(crate) struct Office {
    pub(crate) world: World,
    sequence: u64,
    /// What stands in list 1 where it is not in force.
    pub(crate) messages: BTreeMap<u32, StatusMessage>,
}

impl Office {
    pub(crate) fn new() -> Self {
        Self {
            world: World::new(),
            sequence: 0,
            messages: BTreeMap::new(),
        }
    }

    /// A certificate of today.
    pub(crate) fn credential(&self, number: &str, index: u32, now: Timestamp) -> Credential {
        let today = Date::of(now);
        Credential {
            number: CredentialNumber::parse(number).unwrap(),
            first_issued: today,
            valid_from: today,
            valid_until: day("2029-06-14"),
            surveillance: touchstone_schemas::credential::SurveillancePlan {
                first_due: day("2027-06-14"),
                ..self.world.credential.surveillance
            },
            assessed_on: today.add_days(-20).unwrap(),
            status: StatusAllocation { list: 1, index },
            ..self.world.credential.clone()
        }
    }

    pub(crate) fn sign(&self, credential: &Credential, now: Timestamp) -> String {
        sign(credential, now, METHOD, &self.world.issuing)
    }

    pub(crate) fn sign_event(&self, event: &Event, now: Timestamp) -> String {
        sign(event, now, METHOD, &self.world.issuing)
    }

    /// An event of a credential.
    pub(crate) fn event(
        &self,
        credential: &Credential,
        document: &str,
        sequence: u32,
        effective: Timestamp,
        change: Change,
    ) -> Event {
        Event {
            issuer: credential.issuer.id.clone(),
            issuer_name: credential.issuer.name.clone(),
            registry: credential.issuer.registry.clone(),
            number: credential.number.clone(),
            version: credential.version,
            sequence,
            credential_digest: Sha256Digest::of(document.as_bytes()),
            effective,
            decision: text("决字[2026]017号"),
            decided_by: text("产品认证处"),
            legal_basis: text("CQC96-831151-2020 第9条"),
            backdating: None,
            change,
        }
    }

    /// A new version of list 1 for a purpose, not signed.
    pub(crate) fn list(&mut self, purpose: StatusPurpose, now: Timestamp) -> StatusList {
        self.sequence += 1;
        let mut bits = Bitstring::zeroed(purpose, 0);
        for (index, message) in &self.messages {
            assert!(bits.set(*index, message.value(purpose)));
        }
        StatusList {
            issuer: Did::parse(DID).unwrap().status_authority(),
            registry: RegistryBase::parse(REGISTRY).unwrap(),
            purpose,
            list: 1,
            sequence: self.sequence,
            valid_from: now,
            valid_until: now.checked_add(86_400).unwrap(),
            bits,
        }
    }

    pub(crate) fn sign_list(&self, list: &StatusList) -> String {
        sign(list, list.valid_from, STATUS_METHOD, &self.world.status)
    }

    /// New versions of all three lists, signed.
    pub(crate) fn lists(&mut self, now: Timestamp) -> Vec<String> {
        StatusPurpose::ALL
            .into_iter()
            .map(|purpose| {
                let list = self.list(purpose, now);
                self.sign_list(&list)
            })
            .collect()
    }

    /// A snapshot of certificates in which every one is as list 1 has it.
    pub(crate) fn unsigned_snapshot(
        &self,
        sequence: u64,
        log_size: u64,
        now: Timestamp,
        credentials: &[Credential],
    ) -> Snapshot {
        let state = |credential: &Credential| SnapshotState {
            number: credential.number.clone(),
            version: credential.version,
            message: self
                .messages
                .get(&credential.status.index)
                .copied()
                .unwrap_or(StatusMessage::InForce),
            valid_from: credential.valid_from,
            valid_until: credential.valid_until,
            next_due: credential.surveillance.first_due,
        };
        Snapshot {
            issuer: Did::parse(DID).unwrap().status_authority(),
            registry: RegistryBase::parse(REGISTRY).unwrap(),
            sequence,
            valid_from: now,
            valid_until: now.checked_add(86_400).unwrap(),
            log_size,
            states: States::pack(credentials.iter().map(state)).unwrap(),
        }
    }

    /// The same, signed.
    pub(crate) fn snapshot(
        &self,
        sequence: u64,
        log_size: u64,
        now: Timestamp,
        credentials: &[Credential],
    ) -> String {
        let snapshot = self.unsigned_snapshot(sequence, log_size, now, credentials);
        self.world.sign_snapshot(&snapshot)
    }

    /// The bundle of an event with the lists it changes.
    pub(crate) fn event_bundle(
        &mut self,
        event: &Event,
        shown: StatusMessage,
        index: u32,
        now: Timestamp,
    ) -> Vec<String> {
        self.messages.insert(index, shown);
        let mut bundle = vec![self.sign_event(event, now)];
        bundle.extend(self.lists(now));
        bundle
    }
}

pub(crate) fn suspension() -> Change {
    Change::Suspended {
        reason: EventReason::Nonconformity,
        planned_end: day("2026-12-14"),
    }
}

pub(crate) fn withdrawal() -> Change {
    Change::Withdrawn {
        reason: EventReason::GraveNonconformity,
    }
}

pub(crate) fn superseded_by(number: &str, version: u32) -> Change {
    Change::Superseded {
        reason: EventReason::ScopeChanged,
        successor: Successor {
            number: CredentialNumber::parse(number).unwrap(),
            version: Version::try_from(version).unwrap(),
        },
    }
}
