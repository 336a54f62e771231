//! The QR codec over generated certificates: lossless, canonical, deaf to altered digits.
#![expect(clippy::unwrap_used, reason = "tests")]

use touchstone_schemas::credential::{Credential, IssuerProfile};
use touchstone_schemas::digest::Sha256Digest;
use touchstone_schemas::jcs::to_canonical;
use touchstone_schemas::proof::DataIntegrityProof;
use touchstone_tests::sample::{self, PROFILE_NUMBER};
use touchstone_verifier::qr::{self, Decoded, Payload, ProfileRef, QrDecodeError, QrEncodeError};

fn encode((credential, proof): &(Credential, DataIntegrityProof)) -> Result<Payload, QrEncodeError> {
    qr::encode(
        credential,
        proof,
        ProfileRef {
            number: PROFILE_NUMBER,
            profile: &sample::profile(),
        },
    )
}

fn profiles(number: u32) -> Option<IssuerProfile> {
    (number == PROFILE_NUMBER).then(sample::profile)
}

fn decode(digits: &str) -> Result<Decoded, QrDecodeError> {
    qr::decode(digits, &profiles)
}

/// The signed document, put together by the general libraries.
fn document((credential, proof): &(Credential, DataIntegrityProof)) -> Vec<u8> {
    let mut document: serde_json::Map<_, _> = serde_json::from_slice(&to_canonical(credential)).unwrap();
    let proof = serde_json::from_slice(&to_canonical(proof)).unwrap();
    document.insert("proof".to_owned(), proof);
    serde_json_canonicalizer::to_vec(&document).unwrap()
}

#[test]
fn ten_thousand_certificates_come_back_byte_for_byte() {
    let mut too_large = 0;
    for seed in 0..10_000 {
        let sample = if seed % 2 == 0 {
            sample::any(seed)
        } else {
            sample::usual(seed)
        };
        match encode(&sample) {
            Ok(payload) => {
                let decoded = decode(payload.digits()).unwrap();
                assert_eq!(decoded.document, document(&sample), "seed {seed}");
                assert_eq!(
                    (&decoded.credential, &decoded.proof),
                    (&sample.0, &sample.1),
                    "seed {seed}"
                );
            }
            Err(QrEncodeError::TooLarge { .. }) => too_large += 1,
            Err(error) => panic!("seed {seed}: {error}"),
        }
    }
    eprintln!("{too_large} of 10,000 certificates of any kind need more than version 19");
    assert!(too_large < 100);
}

#[test]
fn an_altered_payload_never_gives_the_same_document() {
    for seed in 0..3 {
        let sample = sample::any(seed);
        let payload = encode(&sample).unwrap();
        let digits = payload.digits();
        let document = document(&sample);
        let refused_or_other = |altered: &str| match decode(altered) {
            Ok(decoded) => {
                assert_ne!(decoded.document, document, "{altered}");
                // What is accepted is the one spelling of what it says.
                let again = encode(&(decoded.credential, decoded.proof)).unwrap();
                assert_eq!(again.digits(), altered);
                1
            }
            Err(_) => 0,
        };
        let mut read = 0;
        for place in 0..digits.len() {
            let (before, after) = digits.split_at(place);
            let old = after.as_bytes()[0] - b'0';
            let other = char::from(b'0' + (old + 1 + u8::try_from((place * 7) % 9).unwrap()) % 10);
            read += refused_or_other(&format!("{before}{other}{}", &after[1..]));
            if place % 3 == 0 {
                if !after.starts_with(&after[1..]) {
                    read += refused_or_other(&format!("{before}{}", &after[1..]));
                }
                read += refused_or_other(&format!("{before}{other}{after}"));
            }
        }
        for length in 0..digits.len() {
            read += refused_or_other(&digits[..length]);
        }
        eprintln!(
            "seed {seed}: {read} altered payloads read as another certificate (whose signature cannot verify)"
        );
    }
}

#[test]
fn hostile_payloads_get_a_typed_error() {
    let payload = encode(&sample::usual(1)).unwrap();
    let digits = payload.digits();
    assert_eq!(decode(""), Err(QrDecodeError::Empty));
    let long = "1".repeat(1_501);
    assert_eq!(
        decode(&long),
        Err(QrDecodeError::TooLong {
            found: 1_501,
            limit: 1_500
        })
    );
    let letter = format!("{}x{}", &digits[..5], &digits[6..]);
    assert_eq!(
        decode(&letter),
        Err(QrDecodeError::NotADigit {
            position: 5,
            found: 'x'
        })
    );
    let arabic = format!("{}٣{}", &digits[..7], &digits[8..]);
    assert_eq!(
        decode(&arabic),
        Err(QrDecodeError::NotADigit {
            position: 7,
            found: '٣'
        })
    );
    let full_width = format!("１{}", &digits[1..]);
    assert_eq!(
        decode(&full_width),
        Err(QrDecodeError::NotADigit {
            position: 0,
            found: '１'
        })
    );
    for bad in [" ", "+1", "-1", "1.5", "1e9", "1\n"] {
        assert!(
            matches!(decode(bad), Err(QrDecodeError::NotADigit { .. })),
            "{bad:?}"
        );
    }
    let later = format!("2{}", &digits[1..]);
    assert_eq!(
        decode(&later),
        Err(QrDecodeError::UnknownVersion { found: 2, known: 1 })
    );
    assert!(decode(&later).unwrap_err().is_unknown());
    let version_0 = format!("0{digits}");
    // There never was a version 0: nobody's newer program knows it either.
    assert_eq!(decode(&version_0), Err(QrDecodeError::NotCanonical));
    for suffix in ["0", "5", "00000000", "123456789"] {
        assert!(decode(&format!("{digits}{suffix}")).is_err(), "{suffix}");
    }
    // Within its last few digits a payload holds signature bits alone: cut there it reads, and does not verify.
    for cut in [1, 2, 10, digits.len() / 2, digits.len() - 20] {
        assert!(decode(&digits[..cut]).is_err(), "{cut}");
    }
    for digit in '0'..='9' {
        for length in [1, 10, 100, 700, 1_499] {
            let _ = decode(&format!("1{}", digit.to_string().repeat(length)));
        }
    }
}

#[test]
fn unknown_profiles_are_told_apart_from_garbage() {
    let (credential, proof) = sample::usual(3);
    let payload = qr::encode(
        &credential,
        &proof,
        ProfileRef {
            number: 9,
            profile: &sample::profile(),
        },
    )
    .unwrap();
    let error = decode(payload.digits()).unwrap_err();
    assert_eq!(error, QrDecodeError::UnknownProfile { number: 9 });
    assert!(error.is_unknown());
}

#[test]
fn what_does_not_follow_from_profile_and_key_is_refused() {
    let (credential, proof) = sample::usual(4);
    let mut other = sample::profile();
    other.telephone = other.address.clone();
    let refused = qr::encode(
        &credential,
        &proof,
        ProfileRef {
            number: 1,
            profile: &other,
        },
    );
    assert_eq!(refused, Err(QrEncodeError::OtherIssuer { number: 1 }));

    let changes: [fn(&mut DataIntegrityProof); 6] = [
        |proof| proof.verification_method = "did:web:registry.demo.test#key-01".to_owned(),
        |proof| proof.verification_method = "did:web:other.test#key-1".to_owned(),
        |proof| proof.cryptosuite = "ecdsa-jcs-2019".to_owned(),
        |proof| proof.proof_purpose = "authentication".to_owned(),
        |proof| proof.context = None,
        |proof| proof.proof_value = "zabc".to_owned(),
    ];
    for change in changes {
        let mut changed = proof.clone();
        change(&mut changed);
        assert_eq!(
            encode(&(credential.clone(), changed)),
            Err(QrEncodeError::OtherProof)
        );
    }
}

#[test]
fn too_much_text_is_refused_with_its_size() {
    let (mut credential, proof) = sample::usual(5);
    let rare: String = ('\u{5000}'..'\u{51f0}').collect();
    credential.scope = touchstone_schemas::text::Text::parse(&rare).unwrap();
    match encode(&(credential, proof)) {
        Err(QrEncodeError::TooLarge { bytes, limit: 19 }) => assert!(bytes > 627, "{bytes}"),
        other => panic!("{other:?}"),
    }
}

/// A payload printed by the first release of format version 1, and the digest of its document.
const PRINTED: (&str, &str) = (
    concat!(
        "150772155201151487063876975065540109691147281065446146704512945925660982170903611334990917",
        "831657117899279236029916242967582392510488705326367583846682318957144884195328055887405350",
        "871142431525615392308682015118107778211196283911781355636610570442094659000675939334328208",
        "043489059489820597678180150525671791987174864845677089108969988362339249290918740659606188",
        "953250015038346546610786770959184748427287930102682377760164331549141544151142905355055982",
        "577056587062741669555195039857844761059377713524304896156601729189894921049319210890165506",
        "136147161719142383541220608745280519073257275774531608627820486751034014243153948282617600",
        "805880047472316326323377522052954206139666520856998869722761705293196596305788632419052961",
        "427822572008386169920512577411822938477373103798381239797279095216418804747370333205793708",
        "700543183402837252242914907137293329164981857979051634073116482939540695733169495458459020",
        "651741550087265217816218337315651305695734416289765739160925972537063773815596454467225619",
        "744769518654704976950808134037351638785412142092158794194121395255965159943087223149790837",
        "419219534187851720571853289421809409251663757824496123912243456571471816688521376361985533",
        "437448994796519891217525355388239506609465549162934083515838469207358891749968368885437745",
        "41626483942095982499477194303377886157486852611900711285252918075864697264962747448",
    ),
    "992fcf8fae8ab89cdbcebb4ff3956c5d079a2020c5325f9135e4c0aeb43a1e88",
);

#[test]
fn what_was_printed_reads_for_ever() {
    let (digits, digest) = PRINTED;
    let decoded = decode(digits).unwrap();
    assert_eq!(Sha256Digest::of(&decoded.document).to_string(), digest);
}
