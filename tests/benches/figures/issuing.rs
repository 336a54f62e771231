//! Signing and canonical bytes.

use std::hint::black_box;

use ed25519_dalek::Signer;
use touchstone_schemas::{jcs::canonicalize, json};
use touchstone_verifier::proof::eddsa_jcs_2022::secure;

use crate::{
    figure::{Figure, Target},
    fixture::{METHOD, SIGNED, signer, time},
    rounds::measure,
    setting::{Issued, Setting},
};

/// Unsigned bytes to signed bytes, against the signature alone.
pub(crate) fn figures(setting: &Setting, rounds: usize) -> Vec<Figure> {
    let (key, created) = (&setting.world.issuing, time(SIGNED));
    let mut to_sign = setting.issued.iter().cycle();
    let mut to_issue = setting.issued.iter().cycle();
    let [bare, issue] = measure(
        rounds,
        [
            &mut || {
                black_box(key.sign(black_box(&to_sign.next().unwrap().check.message)));
            },
            &mut || {
                let unsigned = black_box(&to_issue.next().unwrap().unsigned);
                let document = json::parse(unsigned, unsigned.len()).unwrap();
                black_box(secure(document, created, METHOD, signer(key)).unwrap());
            },
        ],
    );
    vec![Figure::against(
        (
            "issue: JCS bytes → strict parse, JCS, two SHA-256, signature, signed bytes",
            &issue,
        ),
        ("`sign`, 64 bytes", &bare),
        Some(Target::AtLeast(0.5)),
    )]
}

/// The bytes of a signed document in one spelling.
type Spelling = fn(&Issued) -> &[u8];

/// Strict parse and canonical bytes, against the general libraries, for both spellings of a document.
pub(crate) fn canonical(setting: &Setting, rounds: usize) -> Vec<Figure> {
    let spellings: [(&str, Spelling); 2] = [
        ("in JCS bytes already", |issued| issued.signed.as_bytes()),
        ("pretty-printed", |issued| issued.pretty.as_bytes()),
    ];
    let figure = |(spelling, bytes): (&str, Spelling)| {
        let mut to_ours = setting.issued.iter().cycle();
        let mut to_theirs = setting.issued.iter().cycle();
        let [ours, theirs] = measure(
            rounds,
            [
                &mut || {
                    let document = black_box(bytes(to_ours.next().unwrap()));
                    black_box(canonicalize(document, document.len()).unwrap());
                },
                &mut || {
                    let document = black_box(bytes(to_theirs.next().unwrap()));
                    let value: serde_json::Value = serde_json::from_slice(document).unwrap();
                    black_box(serde_json_canonicalizer::to_vec(&value).unwrap());
                },
            ],
        );
        let what = format!("strict parse and JCS bytes of a signed credential, {spelling}");
        Figure::against(
            (what, &ours),
            ("serde_json and serde_json_canonicalizer", &theirs),
            None,
        )
    };
    spellings.into_iter().map(figure).collect()
}
