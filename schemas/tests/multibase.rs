//! Multibase texts: published examples, one spelling each.

use proptest::prelude::*;
use touchstone_schemas::digest::{DigestParseError, Sha256Digest};
use touchstone_schemas::multibase::{
    MultibaseError, decode_base58btc, decode_base64url, decode_ed25519_multikey, encode_base58btc,
    encode_base64url, encode_ed25519_multikey,
};

/// Key pair of the `eddsa-jcs-2022` example of W3C Data Integrity EdDSA Cryptosuites.
const EXAMPLE_KEY: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";

#[test]
fn an_ed25519_key_goes_there_and_back() {
    let key = decode_ed25519_multikey(EXAMPLE_KEY).unwrap();
    assert_eq!(encode_ed25519_multikey(&key), EXAMPLE_KEY);
}

#[test]
fn base58_examples() {
    // The test vectors of draft-msporny-base58.
    assert_eq!(encode_base58btc(b"Hello World!"), "z2NEpo7TZRRrLZSi2U");
    assert_eq!(
        decode_base58btc::<12>("z2NEpo7TZRRrLZSi2U").unwrap(),
        *b"Hello World!"
    );
    assert_eq!(encode_base58btc(b"\x00\x00\x28\x7f\xb4\xcd"), "z11233QC4");
    assert_eq!(
        decode_base58btc::<6>("z11233QC4").unwrap(),
        *b"\x00\x00\x28\x7f\xb4\xcd"
    );
    assert_eq!(decode_base58btc::<0>("z").unwrap(), [0; 0]);
    assert_eq!(decode_base58btc::<3>("z111").unwrap(), [0; 3]);
}

#[test]
fn base58_faults() {
    assert_eq!(
        decode_base58btc::<5>("z11233QC4"),
        Err(MultibaseError::TooLong { length: 9, limit: 8 })
    );
    assert_eq!(
        decode_base58btc::<5>("zzzzzzzz"),
        Err(MultibaseError::WrongLength { expected: 5 })
    );
    assert_eq!(
        decode_base58btc::<7>("z11233QC4"),
        Err(MultibaseError::WrongLength { expected: 7 })
    );
    assert_eq!(
        decode_base58btc::<6>("z1233QC4"),
        Err(MultibaseError::WrongLength { expected: 6 })
    );
    assert_eq!(
        decode_base58btc::<6>("z111233QC4"),
        Err(MultibaseError::WrongLength { expected: 6 })
    );
    assert_eq!(
        decode_base58btc::<6>("m11233QC4"),
        Err(MultibaseError::WrongHeader {
            expected: 'z',
            found: Some('m')
        })
    );
    assert_eq!(
        decode_base58btc::<6>(""),
        Err(MultibaseError::WrongHeader {
            expected: 'z',
            found: None
        })
    );
    for (text, found, offset) in [
        ("z1I233QC4", b'I', 2),
        ("z112 3QC4", b' ', 4),
        ("z1123中", 0xE4, 5),
        ("z0", b'0', 1),
    ] {
        assert_eq!(
            decode_base58btc::<6>(text),
            Err(MultibaseError::InvalidCharacter { found, offset })
        );
    }
    let long = format!("z{}", "2".repeat(1_000_000));
    assert!(matches!(
        decode_base58btc::<64>(&long),
        Err(MultibaseError::TooLong { .. })
    ));
}

#[test]
fn a_key_of_another_kind_is_refused() {
    let other = encode_base58btc(&[&[0xe7, 0x01][..], &[7; 32]].concat());
    assert_eq!(
        decode_ed25519_multikey(&other),
        Err(MultibaseError::WrongTag {
            expected: [0xed, 0x01],
            found: [0xe7, 0x01]
        })
    );
}

#[test]
fn base64url_has_one_spelling() {
    assert_eq!(encode_base64url(b"\xfb\xff"), "u-_8");
    assert_eq!(decode_base64url("u-_8", 100).unwrap(), b"\xfb\xff");
    assert_eq!(decode_base64url("u", 100).unwrap(), b"");
    for text in ["u-_8=", "u-_9", "uA"] {
        assert_eq!(
            decode_base64url(text, 100),
            Err(MultibaseError::NotCanonical),
            "{text}"
        );
    }
    assert_eq!(
        decode_base64url("u+_8", 100),
        Err(MultibaseError::InvalidCharacter {
            found: b'+',
            offset: 1
        })
    );
    assert_eq!(
        decode_base64url("z-_8", 100),
        Err(MultibaseError::WrongHeader {
            expected: 'u',
            found: Some('z')
        })
    );
    assert_eq!(
        decode_base64url("uAAAA", 4),
        Err(MultibaseError::TooLong { length: 5, limit: 4 })
    );
}

#[test]
fn digests() {
    let empty = Sha256Digest::of(b"");
    let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(empty.to_string(), hex);
    assert_eq!(hex.parse(), Ok(empty));
    assert_eq!(
        empty.to_multibase(),
        "zQmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"
    );
    assert_eq!(
        Sha256Digest::from_multibase("zQmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"),
        Ok(empty)
    );
    assert!(matches!(
        Sha256Digest::from_multibase(EXAMPLE_KEY),
        Err(MultibaseError::WrongTag { .. })
    ));
    assert_eq!(
        "e3".parse::<Sha256Digest>(),
        Err(DigestParseError::WrongLength { found: 2 })
    );
    assert_eq!(
        hex.to_uppercase().parse::<Sha256Digest>(),
        Err(DigestParseError::InvalidDigit {
            found: b'E',
            offset: 0
        })
    );
}

proptest! {
    #[test]
    fn base58_is_its_own_inverse(mut bytes in any::<[u8; 34]>(), zeros in 0..34_usize) {
        bytes[..zeros].fill(0);
        prop_assert_eq!(decode_base58btc::<34>(&encode_base58btc(&bytes)), Ok(bytes));
    }

    #[test]
    fn base58_of_a_signature_agrees_with_the_other_implementation(bytes in any::<[u8; 64]>()) {
        let text = format!("z{}", bs58::encode(bytes).into_string());
        prop_assert_eq!(decode_base58btc::<64>(&text), Ok(bytes));
        prop_assert_eq!(encode_base58btc(&bytes), text);
    }

    #[test]
    fn base58_of_any_length_agrees_with_the_other_implementation(
        bytes in prop::collection::vec(any::<u8>(), 0..80),
        zeros in 0..6_usize,
    ) {
        let bytes = [vec![0; zeros], bytes].concat();
        prop_assert_eq!(encode_base58btc(&bytes), format!("z{}", bs58::encode(&bytes).into_string()));
    }

    #[test]
    fn what_decodes_from_base58_encodes_to_the_same(text in "z1{0,3}[1-9A-HJ-NP-Za-km-z]{0,9}") {
        if let Ok(bytes) = decode_base58btc::<6>(&text) {
            prop_assert_eq!(encode_base58btc(&bytes), text);
        }
    }

    #[test]
    fn what_decodes_from_base64url_encodes_to_the_same(text in "u[A-Za-z0-9_=-]{0,12}") {
        if let Ok(bytes) = decode_base64url(&text, 100) {
            prop_assert_eq!(encode_base64url(&bytes), text);
        }
    }
}
