//! Sizes of QR symbols: figures to read, with the bounds they must keep.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "tests"
)]

use touchstone_schemas::credential::Credential;
use touchstone_schemas::proof::DataIntegrityProof;
use touchstone_tests::sample::{self, PROFILE_NUMBER, Written};
use touchstone_tests::written::WRITTEN;
use touchstone_verifier::qr::{self, ProfileRef};

struct Sizes {
    bytes: Vec<usize>,
    versions: Vec<u8>,
}

impl Sizes {
    fn of(samples: impl Iterator<Item = (Credential, DataIntegrityProof)>) -> Self {
        let profile = sample::profile();
        let mut sizes = Self {
            bytes: Vec::new(),
            versions: Vec::new(),
        };
        for (credential, proof) in samples {
            let payload = qr::encode(
                &credential,
                &proof,
                ProfileRef {
                    number: PROFILE_NUMBER,
                    profile: &profile,
                },
            );
            let payload = payload.unwrap();
            assert_eq!(payload.base().len(), 29);
            sizes.bytes.push(payload.symbol_bytes());
            sizes.versions.push(payload.symbol_version());
        }
        sizes.bytes.sort_unstable();
        sizes.versions.sort_unstable();
        sizes
    }

    fn mean(&self) -> f64 {
        self.bytes.iter().sum::<usize>() as f64 / self.bytes.len() as f64
    }

    fn report(&self, what: &str) {
        let last = self.versions.len() - 1;
        eprintln!(
            "{what}: mean {:.1} bytes ({}–{}), versions: median {}, 95 % ≤ {}, largest {}",
            self.mean(),
            self.bytes[0],
            self.bytes[last],
            self.versions[last / 2],
            self.versions[last * 95 / 100],
            self.versions[last]
        );
    }
}

#[test]
fn generated_certificates_stay_small() {
    let sizes = Sizes::of((0..200).map(sample::usual));
    sizes.report("200 generated certificates");
    assert!(sizes.mean() <= 290.0);
    assert!(sizes.versions[190] <= 14);
}

#[test]
fn hand_written_certificates_stay_printable() {
    let numbered = || (0..).zip(&WRITTEN);
    let chinese = Sizes::of(numbered().map(|(seed, facts)| {
        sample::written(
            seed,
            &Written {
                english: None,
                ..*facts
            },
        )
    }));
    chinese.report("20 hand-written certificates");
    let english = Sizes::of(numbered().map(|(seed, facts)| sample::written(seed, facts)));
    english.report("the same with English fields");
    assert!(chinese.versions[19] <= 14);
    assert!(english.versions[19] <= 19);
}

#[test]
fn how_long_it_takes() {
    let profile = sample::profile();
    let (credential, proof) = sample::usual(0);
    let profile_ref = ProfileRef {
        number: PROFILE_NUMBER,
        profile: &profile,
    };
    let payload = qr::encode(&credential, &proof, profile_ref).unwrap();
    let fastest = |work: &dyn Fn()| {
        let once = |_| {
            let start = std::time::Instant::now();
            work();
            start.elapsed()
        };
        (0..50).map(once).min().unwrap_or_default()
    };
    let encoding = fastest(&|| drop(qr::encode(&credential, &proof, profile_ref)));
    let decoding = fastest(&|| drop(qr::decode(payload.digits(), &|_| Some(profile.clone()))));
    eprintln!("encode {encoding:?}, decode with its check {decoding:?}");
}
