//! What is verified: credentials of the sample generator, issued in a small world of scheme owner, body, status
//! authority and log, each with a receipt and covered by three status lists in which other certificates have ended.

use touchstone_schemas::{
    credential::Credential,
    status::{StatusMessage, StatusPurpose},
};
use touchstone_tests::sample;
use touchstone_verifier::input::{Facts, Request};

use crate::{
    bare::{Bare, Check},
    fixture::{METHOD, SIGNED, World, profile, sign, time},
};

/// Different certificates, so that no cache holds the one answer.
pub(crate) const CREDENTIALS: u64 = 64;
/// Entries of the log when its checkpoint was signed, and at an older checkpoint.
const LOG_SIZE: u64 = 200;
const OLDER_LOG_SIZE: u64 = 150;
/// Certificates in the lists that have ended, one in so many.
const ENDED_EVERY: usize = 97;

/// One certificate, signed and logged.
pub(crate) struct Issued {
    pub(crate) credential: Credential,
    /// JCS bytes without a proof.
    pub(crate) unsigned: Vec<u8>,
    /// JCS bytes with it.
    pub(crate) signed: String,
    /// The signed document in another spelling: objects in JCS bytes are copied whole, these are not.
    pub(crate) pretty: String,
    pub(crate) receipt: String,
    /// A receipt into an older checkpoint.
    pub(crate) older_receipt: String,
    /// The bare check of its signature.
    pub(crate) check: Check,
    /// The bare check of its receipt's checkpoint.
    pub(crate) checkpoint: Check,
}

/// The world and what was issued in it.
pub(crate) struct Setting {
    pub(crate) world: World,
    pub(crate) issued: Vec<Issued>,
    status_lists: Vec<String>,
}

impl Setting {
    pub(crate) fn new() -> Self {
        let mut world = World::new();
        let template = world.credential.clone();
        let mut logged = Vec::new();
        for seed in 0..CREDENTIALS {
            world.credential = dated(sample::usual(seed).0, &template);
            let index = world.log_credential(SIGNED);
            logged.push((world.credential.clone(), index));
        }
        // Others' certificates follow.
        while world.log.size() < LOG_SIZE {
            world.log_credential(SIGNED);
        }
        let issued: Vec<Issued> = logged
            .into_iter()
            .map(|(credential, index)| issue(&world, credential, index))
            .collect();
        let status_lists = StatusPurpose::ALL
            .map(|purpose| status_list(&world, purpose, &issued))
            .to_vec();
        Self {
            world,
            issued,
            status_lists,
        }
    }

    /// What is fetched once for many certificates.
    pub(crate) fn shared_facts(&self) -> Facts {
        Facts {
            trust_list: Some(self.world.trust_text()),
            status_lists: self.status_lists.clone(),
            ..Facts::default()
        }
    }

    /// Everything a verifier needs that knows nothing but the owner's key.
    pub(crate) fn request(&self, issued: &Issued) -> Request {
        let mut request = self.world.request_with(Vec::new());
        request.document.clone_from(&issued.signed);
        request.facts = self.shared_facts();
        request.facts.receipt = Some(issued.receipt.clone());
        request
    }

    /// The signature checks and hashes that such a request takes.
    pub(crate) fn bare(&self, request: &Request) -> Bare {
        let world = &self.world;
        let mut bare = Bare::default();
        let mut signed = |document: &str, key: &ed25519_dalek::SigningKey, logged: bool| {
            bare.document(document, key.verifying_key());
            if logged {
                bare.hash(document.len());
            }
        };
        signed(request.facts.trust_list.as_ref().unwrap(), &world.owner, false);
        signed(&request.document, &world.issuing, true);
        for list in &request.facts.status_lists {
            signed(list, &world.status, true);
        }
        let body = world.trust_list.issuers.first().unwrap();
        let root = body.roots.first().unwrap();
        let root_key = touchstone_verifier::path::certificate_facts(root.as_der())
            .unwrap()
            .key;
        let keys = [&body.issuing_keys, &body.status_keys];
        bare.certificate(root.as_der(), root_key);
        for key in keys.into_iter().flatten() {
            bare.certificate(key.certificate.as_der(), root_key);
            // The root's fingerprint: SHA-256 of a SubjectPublicKeyInfo (RFC 8410 §4).
            bare.hash(44);
        }
        bare.receipt(
            request.facts.receipt.as_ref().unwrap(),
            world.log.key.verifying_key(),
        );
        // The key ID (C2SP signed-note): name, line feed, algorithm, key.
        bare.hash(world.log.origin.as_str().len() + 34);
        bare
    }
}

/// A generated certificate of the world's body, valid when it is verified.
fn dated(generated: Credential, template: &Credential) -> Credential {
    Credential {
        issuer: profile(),
        first_issued: template.first_issued,
        valid_from: template.valid_from,
        valid_until: template.valid_until,
        assessed_on: template.assessed_on,
        surveillance: template.surveillance,
        ..generated
    }
}

fn issue(world: &World, credential: Credential, index: u64) -> Issued {
    let signed = sign(&credential, time(SIGNED), METHOD, &world.issuing);
    let receipt = world.log.receipt(index, LOG_SIZE);
    let mut bare = Bare::default();
    let value: serde_json::Value = serde_json::from_str(&signed).unwrap();
    Issued {
        pretty: serde_json::to_string_pretty(&value).unwrap(),
        unsigned: touchstone_schemas::jcs::to_canonical(&credential),
        check: bare.document(&signed, world.issuing.verifying_key()),
        checkpoint: bare.receipt(&receipt, world.log.key.verifying_key()),
        older_receipt: world.log.receipt(index, OLDER_LOG_SIZE),
        credential,
        signed,
        receipt,
    }
}

/// A list in which about one certificate in a hundred has ended, none of ours.
fn status_list(world: &World, purpose: StatusPurpose, issued: &[Issued]) -> String {
    let mut list = world.list(purpose, StatusMessage::InForce);
    let ours: Vec<u32> = issued
        .iter()
        .map(|issued| issued.credential.status.index)
        .collect();
    let message = StatusMessage::Withdrawn.value(purpose);
    for index in (0..131_072_u32).step_by(ENDED_EVERY) {
        // Spread as random indices are: a regular pattern would compress to nothing.
        let index = index ^ (index.wrapping_mul(2_654_435_761) >> 27);
        if !ours.contains(&index) {
            assert!(list.bits.set(index, message));
        }
    }
    world.sign_list(&list)
}
