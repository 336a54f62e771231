//! Verification against the signature checks it cannot do without.

use std::hint::black_box;

use touchstone_verifier::{
    Presentation, Verifier,
    input::Request,
    proof::ed25519::parse_key,
    report::{Headline, Report},
    thin_verify, verify,
};

use crate::{
    bare::Bare,
    figure::{Figure, Target},
    rounds::{Times, measure},
    setting::{Issued, Setting},
};

pub(crate) fn figures(setting: &Setting, rounds: usize) -> Vec<Figure> {
    let mut figures = with_what_is_known(setting, rounds);
    figures.extend(from_nothing(setting, rounds));
    figures
}

/// The next of some things, for ever.
fn cycle<'a, T>(things: &'a [T]) -> impl FnMut() -> &'a T {
    let mut things = things.iter().cycle();
    move || things.next().unwrap()
}

/// Key, path, lists and checkpoint known: what the second and every further certificate costs.
fn with_what_is_known(setting: &Setting, rounds: usize) -> Vec<Figure> {
    let key = setting.world.issuing.verifying_key();
    let facts = setting.shared_facts();
    let request = setting.request(&setting.issued[0]);
    let verifier = Verifier::open(&facts, request.policy.clone());
    let full = |issued: &Issued, receipt: &str| {
        let presentation = Presentation {
            document: black_box(&issued.signed),
            receipt: Some(black_box(receipt)),
            ..Presentation::from(&request)
        };
        expect_in_force(&verifier.verify(&presentation));
    };
    let mut next: [_; 6] = std::array::from_fn(|_| cycle(&setting.issued));
    let [
        to_check,
        to_check_two,
        to_verify_thinly,
        to_respell,
        to_verify,
        to_verify_anew,
    ] = &mut next;
    let mut newer = false;
    let [bare, two, thin, respelled, known, new_checkpoint] = measure(
        rounds,
        [
            &mut || to_check().check.run(),
            &mut || {
                let issued = to_check_two();
                issued.check.run();
                issued.checkpoint.run();
            },
            &mut || thin_verify(black_box(to_verify_thinly().signed.as_bytes()), &key).unwrap(),
            &mut || thin_verify(black_box(to_respell().pretty.as_bytes()), &key).unwrap(),
            &mut || {
                let issued = to_verify();
                full(issued, &issued.receipt);
            },
            &mut || {
                let issued = to_verify_anew();
                newer = !newer;
                full(
                    issued,
                    if newer {
                        &issued.receipt
                    } else {
                        &issued.older_receipt
                    },
                );
            },
        ],
    );
    let floor = ("`verify_strict`", &bare);
    vec![
        Figure::number("mean size of the credentials", mean_size(setting), "bytes", None),
        Figure::against(
            (
                "thin verify: bytes → strict parse, JCS, two SHA-256, signature; key known; JCS bytes, as issued and served",
                &thin,
            ),
            floor,
            Some(Target::AtLeast(0.75)),
        ),
        Figure::against(
            ("the same, document pretty-printed", &respelled),
            floor,
            Some(Target::AtLeast(0.75)),
        ),
        Figure::against(
            (
                "full verify: proof, path, three list bits, log proof; path, lists and checkpoint known",
                &known,
            ),
            floor,
            Some(Target::AtMost(1.5)),
        ),
        Figure::against(
            (
                "the same, every receipt under another checkpoint than the last",
                &new_checkpoint,
            ),
            ("two `verify_strict`: credential and checkpoint", &two),
            None,
        ),
    ]
}

/// Everything opened: trust list, roots, paths, three lists, log key.
fn from_nothing(setting: &Setting, rounds: usize) -> Vec<Figure> {
    let requests: Vec<Request> = setting
        .issued
        .iter()
        .map(|issued| setting.request(issued))
        .collect();
    let bares: Vec<Bare> = requests.iter().map(|request| setting.bare(request)).collect();
    let zeros = vec![0; bares.iter().map(Bare::longest).max().unwrap()];
    let keys = bares[0].keys();
    let decode_keys = || {
        for key in &keys {
            parse_key(black_box(key)).unwrap();
        }
    };
    let (mut to_check, mut to_check_with_keys) = (cycle(&bares), cycle(&bares));
    let mut to_verify = cycle(&requests);
    let [bare, with_keys, everything]: [Times; 3] = measure(
        rounds,
        [
            &mut || to_check().run(&zeros),
            &mut || {
                decode_keys();
                to_check_with_keys().run(&zeros);
            },
            &mut || expect_in_force(&verify(black_box(to_verify()))),
        ],
    );
    vec![
        Figure::against(
            (
                "full verify from nothing: trust list, paths, three lists, log, credential",
                &everything,
            ),
            (bares[0].describe(), &bare),
            Some(Target::AtMost(1.3)),
        ),
        Figure::against(
            ("the same", &everything),
            (
                format!("the same and decoding {} public keys", keys.len()),
                &with_keys,
            ),
            None,
        ),
    ]
}

fn expect_in_force(report: &Report) {
    assert_eq!(report.headline, Headline::InForce, "{report:?}");
    let log_index = report.evidence.as_ref().and_then(|evidence| evidence.log_index);
    assert!(log_index.is_some(), "the receipt proves nothing: {report:?}");
}

#[expect(clippy::cast_precision_loss, reason = "sizes of documents")]
fn mean_size(setting: &Setting) -> f64 {
    let bytes: usize = setting.issued.iter().map(|issued| issued.signed.len()).sum();
    bytes as f64 / setting.issued.len() as f64
}
