//! What a certification body signs: credentials of the sample generator, events, and status lists over many of them.

use std::collections::BTreeMap;

use touchstone_schemas::{
    credential::{Credential, CredentialNumber, RegistryBase},
    date_time::{Date, Timestamp},
    did::Did,
    digest::Sha256Digest,
    lifecycle::{Change, Event, EventReason},
    status::{StatusAllocation, StatusMessage, StatusPurpose},
    status_list::{Bitstring, StatusList},
};
use touchstone_tests::sample;

use crate::fixture::{DID, METHOD, REGISTRY, STATUS_METHOD, World, profile, sign, text};

/// Certificates of a status list; the rest of its 131,072 places stay free.
pub(crate) const OF_A_LIST: u32 = 100_000;
/// Places of a list; prime, so that every step visits all.
const PLACES: u64 = 131_071;

/// The number of a certificate by its place among all that are made.
pub(crate) fn number(at: u32) -> CredentialNumber {
    CredentialNumber::parse(&format!("CQC26ZNZ{at:06}R0")).unwrap()
}

/// Its place in the status lists, spread as random indices are.
pub(crate) fn place(at: u32) -> StatusAllocation {
    let within = u64::from(at % OF_A_LIST) * 48_271 % PLACES;
    StatusAllocation {
        list: 1 + at / OF_A_LIST,
        index: u32::try_from(within).unwrap(),
    }
}

/// A credential that begins on that day, and the document signed then.
pub(crate) fn credential(world: &World, at: u32, day: Date, signed: Timestamp) -> (Credential, String) {
    let credential = Credential {
        issuer: profile(),
        number: number(at),
        first_issued: day,
        valid_from: day,
        valid_until: day.add_months(36).unwrap().add_days(-1).unwrap(),
        assessed_on: day.add_days(-20).unwrap(),
        surveillance: touchstone_schemas::credential::SurveillancePlan {
            first_due: day.add_months(12).unwrap(),
            ..world.credential.surveillance
        },
        status: place(at),
        ..sample::usual(u64::from(at)).0
    };
    let document = sign(&credential, signed, METHOD, &world.issuing);
    (credential, document)
}

/// The withdrawal of a certificate, its first event.
pub(crate) fn withdrawal(world: &World, at: u32, document: Sha256Digest, effective: Timestamp) -> String {
    let profile = profile();
    let event = Event {
        issuer: profile.id,
        issuer_name: profile.name,
        registry: profile.registry,
        number: number(at),
        version: touchstone_schemas::credential::Version::FIRST,
        sequence: 1,
        credential_digest: document,
        effective,
        decision: text("决字[2026]017号"),
        decided_by: text("产品认证处"),
        legal_basis: text("CQC96-831151-2020 第9条"),
        backdating: None,
        change: Change::Withdrawn {
            reason: EventReason::GraveNonconformity,
        },
    };
    sign(&event, effective, METHOD, &world.issuing)
}

/// The status authority: who has been withdrawn, and the sequence of the lists.
#[derive(Default)]
pub(crate) struct StatusAuthority {
    withdrawn: BTreeMap<u32, Vec<u32>>,
    sequence: u64,
}

impl StatusAuthority {
    /// One that goes on after lists of that sequence.
    pub(crate) fn after(sequence: u64) -> Self {
        Self {
            withdrawn: BTreeMap::new(),
            sequence,
        }
    }

    pub(crate) fn withdraw(&mut self, at: u32) {
        let place = place(at);
        self.withdrawn.entry(place.list).or_default().push(place.index);
    }

    /// The three lists of that number as they are now, signed.
    pub(crate) fn lists(&mut self, world: &World, list: u32, now: Timestamp) -> Vec<String> {
        self.sequence += 1;
        let withdrawn = self.withdrawn.get(&list).map_or(&[][..], Vec::as_slice);
        let signed = |purpose: StatusPurpose| {
            let mut bits = Bitstring::zeroed(purpose, 0);
            for index in withdrawn {
                assert!(bits.set(*index, StatusMessage::Withdrawn.value(purpose)));
            }
            let list = StatusList {
                issuer: Did::parse(DID).unwrap().status_authority(),
                registry: RegistryBase::parse(REGISTRY).unwrap(),
                purpose,
                list,
                sequence: self.sequence,
                valid_from: now,
                valid_until: now.checked_add(86_400).unwrap(),
                bits,
            };
            sign(&list, now, STATUS_METHOD, &world.status)
        };
        StatusPurpose::ALL.map(signed).to_vec()
    }
}
