//! No altered document counts: every single-bit flip of 50 certificates, every single-digit change of 20 payloads.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../../verifier/tests/fixture/mod.rs"]
#[allow(
    dead_code,
    reason = "shared with the verifier's own tests, which use the rest"
)]
mod fixture;

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use touchstone_schemas::credential::{Credential, RegistryBase};
use touchstone_schemas::did::Did;
use touchstone_schemas::json;
use touchstone_schemas::proof::DataIntegrityProof;
use touchstone_schemas::status::StatusMessage;
use touchstone_tests::sample;
use touchstone_verifier::qr::{self, ProfileRef};
use touchstone_verifier::report::Answer;
use touchstone_verifier::{Presentation, Verifier};

use crate::fixture::{METHOD, NOW, World, sign, time};

/// A verifier that has opened trust list and status lists once, and really signed certificates for it.
fn certificates(count: u64) -> (Verifier, Vec<(Credential, String)>) {
    let mut world = World::new();
    let signed = (0..count).map(|seed| {
        let (mut credential, _) = if seed % 2 == 0 {
            sample::usual(seed)
        } else {
            sample::any(seed)
        };
        credential.issuer = world.credential.issuer.clone();
        let document = sign(&credential, credential.valid_from.start(), METHOD, &world.issuing);
        (credential, document)
    });
    let signed: Vec<_> = signed.collect();
    // The signing window opens before the first and closes after the last of the samples.
    let key = world.issuing_key();
    (key.signs_from, key.signs_until) = (time("2015-01-01T00:00:00Z"), time("2035-01-01T00:00:00Z"));
    let mut request = world.request();
    request.facts.status_lists = world.lists(StatusMessage::InForce);
    (Verifier::open(&request.facts, request.policy), signed)
}

fn genuine(verifier: &Verifier, document: &str) -> Answer {
    let presentation = Presentation {
        document,
        receipt: None,
        retirement_consistency: &[],
        log_tiles: &[],
        events: &[],
        now: time(NOW),
        at: None,
        need: None,
    };
    verifier.verify(&presentation).genuine.answer
}

/// Runs `work` for 0 to `count`, on every core; gives the sum.
fn on_every_core(count: usize, work: impl Fn(usize) -> usize + Sync) -> usize {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut sum = 0;
        loop {
            let item = next.fetch_add(1, Ordering::Relaxed);
            if item >= count {
                return sum;
            }
            sum += work(item);
        }
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    })
}

#[test]
fn every_flipped_bit_of_fifty_certificates_is_noticed() {
    let (verifier, certificates) = certificates(50);
    let tried = on_every_core(certificates.len(), |place| {
        let document = &certificates[place].1;
        assert_eq!(
            genuine(&verifier, document),
            Answer::Yes,
            "certificate {place} itself"
        );
        let mut bytes = document.clone().into_bytes();
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            // Whoever reads a certificate reads text: what is not UTF-8 never gets as far as the verifier.
            if let Ok(altered) = str::from_utf8(&bytes) {
                assert_ne!(
                    genuine(&verifier, altered),
                    Answer::Yes,
                    "certificate {place}, bit {bit}: {altered}"
                );
            }
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        bytes.len() * 8
    });
    assert!(tried > 50 * 3_000 * 8, "{tried} bits");
    eprintln!("{tried} flipped bits, none accepted");
}

#[test]
fn no_altered_payload_is_accepted() {
    let (verifier, certificates) = certificates(20);
    let payloads = on_every_core(certificates.len(), |place| {
        let (credential, document) = &certificates[place];
        let payload = payload(credential, document);
        let link = |digits: &str| format!("{}/v#{digits}", credential.issuer.registry.as_str());
        assert_eq!(
            genuine(&verifier, &link(&payload)),
            Answer::Yes,
            "payload {place} itself"
        );
        let mut digits = payload.into_bytes();
        let mut tried = 0;
        for at in 0..digits.len() {
            let original = digits[at];
            // Every other digit in the first payload; in the others, where each try costs a decoding, one of the nine.
            let step = u8::try_from(1 + (at + place) % 9).unwrap();
            let other = (original - b'0' + step) % 10 + b'0';
            for digit in (b'0'..=b'9').filter(|digit| *digit != original && (place == 0 || *digit == other)) {
                digits[at] = digit;
                let altered = link(str::from_utf8(&digits).unwrap());
                assert_ne!(
                    genuine(&verifier, &altered),
                    Answer::Yes,
                    "payload {place}, digit {at}: {altered}"
                );
                tried += 1;
            }
            digits[at] = original;
        }
        tried
    });
    eprintln!("{payloads} altered payloads, none accepted");
    assert!(payloads > 300 * (9 + 19));
}

/// The digits of a signed certificate under the profile that the fixture's trust list numbers 1.
fn payload(credential: &Credential, document: &str) -> String {
    let value = json::parse(document.as_bytes(), document.len()).unwrap();
    let proof: DataIntegrityProof =
        touchstone_schemas::decode::decode(value.pointer("/proof").unwrap()).unwrap();
    let profile = fixture::profile();
    assert_eq!(profile.id, Did::parse(fixture::DID).unwrap());
    assert_eq!(profile.registry, RegistryBase::parse(fixture::REGISTRY).unwrap());
    let payload = qr::encode(
        credential,
        &proof,
        ProfileRef {
            number: 1,
            profile: &profile,
        },
    )
    .unwrap();
    payload.digits().to_owned()
}
