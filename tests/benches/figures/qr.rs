//! Sizes of QR symbols, and the time their codec takes.

use std::hint::black_box;

use touchstone_schemas::{credential::Credential, proof::DataIntegrityProof};
use touchstone_tests::{
    sample::{self, PROFILE_NUMBER, Written},
    written::WRITTEN,
};
use touchstone_verifier::qr::{self, Payload, ProfileRef};

use crate::{
    figure::{Figure, Target},
    rounds::measure,
    setting::Setting,
};

pub(crate) fn figures(_: &Setting, rounds: usize) -> Vec<Figure> {
    let generated: Vec<_> = (0..200).map(sample::usual).collect();
    let numbered = || (0..).zip(&WRITTEN);
    let english = numbered().map(|(seed, facts)| sample::written(seed, facts));
    let chinese = numbered().map(|(seed, facts)| {
        let facts = Written {
            english: None,
            ..*facts
        };
        sample::written(seed, &facts)
    });
    let mut figures = sizes(
        "200 generated certificates",
        generated.iter().map(encode),
        [Some(Target::AtMost(290.0)), Some(Target::AtMost(14.0))],
    );
    figures.extend(sizes(
        "20 hand-written certificates",
        chinese.map(|sample| encode(&sample)),
        [None; 2],
    ));
    figures.extend(sizes(
        "the same with English name, address and scope",
        english.map(|sample| encode(&sample)),
        [None; 2],
    ));
    figures.extend(times(&generated, rounds));
    figures
}

fn encode((credential, proof): &(Credential, DataIntegrityProof)) -> Payload {
    let profile = sample::profile();
    let profile = ProfileRef {
        number: PROFILE_NUMBER,
        profile: &profile,
    };
    qr::encode(credential, proof, profile).unwrap()
}

/// Mean of bytes, version that 95 % do not exceed, largest version; targets of the first two.
#[expect(clippy::cast_precision_loss, reason = "a few hundred bytes")]
fn sizes(
    what: &str,
    payloads: impl Iterator<Item = Payload>,
    [bytes_target, version_target]: [Option<Target>; 2],
) -> Vec<Figure> {
    let payloads: Vec<Payload> = payloads.collect();
    let bytes: usize = payloads.iter().map(Payload::symbol_bytes).sum();
    let mut versions: Vec<u8> = payloads.iter().map(Payload::symbol_version).collect();
    versions.sort_unstable();
    let number = |part: &str, number: f64, unit, target| {
        Figure::number(format!("{what}: {part}"), number, unit, target)
    };
    // The smallest version that holds at least 95 % of them.
    let most = versions[(versions.len() * 95).div_ceil(100) - 1];
    vec![
        number(
            "mean",
            bytes as f64 / payloads.len() as f64,
            "bytes",
            bytes_target,
        ),
        number("95 % within version", f64::from(most), "", version_target),
        number(
            "largest version",
            f64::from(versions[versions.len() - 1]),
            "",
            Some(Target::AtMost(19.0)),
        ),
    ]
}

fn times(samples: &[(Credential, DataIntegrityProof)], rounds: usize) -> Vec<Figure> {
    let profile = sample::profile();
    let payloads: Vec<Payload> = samples.iter().map(encode).collect();
    let (mut to_encode, mut to_decode) = (samples.iter().cycle(), payloads.iter().cycle());
    let [encoding, decoding] = measure(
        // A run may fill a slice alone.
        rounds.div_ceil(3),
        [
            &mut || {
                black_box(encode(black_box(to_encode.next().unwrap())));
            },
            &mut || {
                let digits = black_box(to_decode.next().unwrap().digits());
                black_box(qr::decode(digits, &|_| Some(profile.clone())).unwrap());
            },
        ],
    );
    vec![
        Figure::time("encode a credential", &encoding),
        Figure::time("decode a payload, encode it again and compare", &decoding),
    ]
}
