//! Damaged bytes: cut anywhere, flipped anywhere, flipped and signed again.

use proptest::prelude::{ProptestConfig, any, prop, proptest};
use rcgen::SigningKey;
use touchstone_verifier::path::{PinnedRoot, certificate_facts};

use crate::certificates::{Authority, METHOD, Question, end_entity, new_key};

/// A chain of three, and the authority in its middle.
fn chain() -> (Question, Authority, Vec<u8>) {
    let [root, middle] = ["root", "middle"].map(Authority::new);
    let question = Question::new(
        middle.sign(&end_entity(), &new_key()),
        vec![root.certify(&middle)],
        &root,
    );
    assert!(question.ask().is_ok());
    (question, middle, root.der())
}

fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

#[test]
fn no_truncation_and_no_added_byte_is_read() {
    let (mut question, _, root) = chain();
    let (end_entity, intermediate) = (question.end_entity.clone(), question.intermediates[0].clone());
    for length in 0..end_entity.len() {
        question.end_entity = end_entity[..length].to_vec();
        assert!(question.ask().is_err(), "end entity cut to {length}");
    }
    question.end_entity = [end_entity.as_slice(), &[0]].concat();
    assert!(question.ask().is_err());
    question.end_entity = end_entity;
    for length in 0..intermediate.len() {
        question.intermediates = vec![intermediate[..length].to_vec()];
        assert!(question.ask().is_err(), "intermediate cut to {length}");
    }
    for length in 0..root.len() {
        assert!(
            PinnedRoot::parse(&root[..length]).is_err(),
            "root cut to {length}"
        );
    }
}

#[test]
fn no_flipped_bit_survives() {
    let (mut question, _, root) = chain();
    let (end_entity, intermediate) = (question.end_entity.clone(), question.intermediates[0].clone());
    for flipped in flips(&end_entity) {
        question.end_entity = flipped;
        assert!(question.ask().is_err());
    }
    question.end_entity = end_entity;
    for flipped in flips(&intermediate) {
        question.intermediates = vec![flipped];
        assert!(question.ask().is_err());
    }
    for flipped in flips(&root) {
        assert!(PinnedRoot::parse(&flipped).is_err());
    }
}

/// The signed part of a certificate: after a header of four bytes, before the algorithm (7) and the signature (67).
fn to_be_signed(certificate: &[u8]) -> &[u8] {
    assert_eq!(certificate[1], 0x82);
    &certificate[4..certificate.len() - 74]
}

#[test]
fn a_careless_authority_cannot_move_the_name_or_the_purpose() {
    let (mut question, middle, _) = chain();
    let genuine = question.end_entity.clone();
    let signed = to_be_signed(&genuine);
    let purpose = [0x2b, 6, 1, 4, 1, 0x81, 0xfd, 0x59, 1, 1];
    let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let mut accepted = 0;
    for flipped in flips(signed) {
        let signature = middle.key.sign(&flipped).unwrap();
        let rest = &genuine[4 + signed.len()..genuine.len() - 64];
        question.end_entity = [&genuine[..4], &flipped, rest, &signature].concat();
        match question.ask() {
            Ok(_) => {
                accepted += 1;
                assert!(holds(&flipped, METHOD.as_bytes()) && holds(&flipped, &purpose));
            }
            Err(touchstone_verifier::path::PathError::Refused { cause }) => {
                panic!("read here, refused by the path library: {cause:?}")
            }
            Err(_) => {}
        }
    }
    // Serial number, dates, subject and half of all keys may vary; the test is no test if nothing does.
    assert!(accepted > 100, "{accepted}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_is_refused(noise in prop::collection::vec(any::<u8>(), 0..2000)) {
        assert!(certificate_facts(&noise).is_err());
    }

    #[test]
    fn headers_before_noise_are_refused(depth in 0_usize..2000, noise in prop::collection::vec(any::<u8>(), 0..64)) {
        let mut bytes = [0x30, 0x80].repeat(depth);
        bytes.extend(noise);
        assert!(certificate_facts(&bytes).is_err());
    }
}
