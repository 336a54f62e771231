//! What the signing key's own certificate must be: one usage, one purpose, one name, in time.

use rcgen::{
    BasicConstraints as Constraints, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType,
    date_time_ymd,
};
use touchstone_verifier::path::{
    BasicConstraints, CertificateError, CertificateRole, DerFault, KeyPurpose, KeyUsages, PathError,
    SubjectName, Validity, certificate_facts,
};

use crate::certificates::{
    AT, Authority, ISSUE, METHOD, NOT_AFTER, NOT_BEFORE, Question, STATUS, ask, end_entity, extension,
    new_key, profile, purpose, uri,
};

fn names(texts: &[&str]) -> Vec<SubjectName> {
    texts
        .iter()
        .map(|text| SubjectName::Uri((*text).to_owned()))
        .collect()
}

#[test]
fn a_path_that_holds_gives_the_key() {
    let (root, key) = (Authority::new("root"), new_key());
    let answer = Question::new(root.sign(&end_entity(), &key), vec![], &root)
        .ask()
        .unwrap();
    assert_eq!(answer.key().as_bytes().as_slice(), key.public_key_raw());
    assert_eq!(answer.purpose(), KeyPurpose::IssueCredential);
    assert_eq!(answer.verification_method(), METHOD);
    assert_eq!(
        answer.validity(),
        Validity {
            not_before: NOT_BEFORE,
            not_after: NOT_AFTER
        }
    );
    assert_eq!(answer.root_fingerprint(), root.pinned().key_fingerprint());
}

#[test]
fn the_window_includes_both_ends() {
    let root = Authority::new("root");
    let mut question = Question::new(root.sign(&end_entity(), &new_key()), vec![], &root);
    for at in [NOT_BEFORE, NOT_AFTER] {
        question.at = at;
        assert!(question.ask().is_ok(), "{at}");
    }
    let role = CertificateRole::EndEntity;
    for at in [i64::MIN, -1, 0, NOT_BEFORE - 1] {
        question.at = at;
        assert_eq!(
            question.ask(),
            Err(PathError::NotYetValid {
                role,
                at,
                not_before: NOT_BEFORE
            })
        );
    }
    for at in [NOT_AFTER + 1, i64::MAX] {
        question.at = at;
        assert_eq!(
            question.ask(),
            Err(PathError::Expired {
                role,
                at,
                not_after: NOT_AFTER
            })
        );
    }
}

#[test]
fn times_beyond_2049_are_read() {
    let mut params = end_entity();
    params.not_after = date_time_ymd(9999, 12, 31);
    assert_eq!(
        ask(&params).unwrap().validity().not_after,
        NOT_AFTER,
        "the root's end is earlier"
    );
}

#[test]
fn the_purpose_stands_alone() {
    let oids = profile();
    let other: touchstone_verifier::path::Oid = "1.3.6.1.5.5.7.3.3".parse().unwrap();
    for (purposes, found) in [
        (vec![], vec![]),
        (vec![purpose(STATUS)], vec![oids.status.clone()]),
        (
            vec![purpose(ISSUE), purpose(STATUS)],
            vec![oids.issue.clone(), oids.status.clone()],
        ),
        (
            vec![purpose(ISSUE), purpose(ISSUE)],
            vec![oids.issue.clone(), oids.issue.clone()],
        ),
        (vec![rcgen::ExtendedKeyUsagePurpose::CodeSigning], vec![other]),
    ] {
        let mut params = end_entity();
        params.extended_key_usages = purposes;
        assert_eq!(
            ask(&params),
            Err(PathError::WrongPurpose {
                expected: oids.issue.clone(),
                found
            })
        );
    }
}

#[test]
fn an_issuing_key_does_not_sign_status_nor_the_reverse() {
    let root = Authority::new("root");
    let mut status = end_entity();
    status.extended_key_usages = vec![purpose(STATUS)];
    let mut question = Question::new(root.sign(&status, &new_key()), vec![], &root);
    assert!(matches!(question.ask(), Err(PathError::WrongPurpose { .. })));
    question.purpose = KeyPurpose::SignStatus;
    assert_eq!(question.ask().unwrap().purpose(), KeyPurpose::SignStatus);
    question.end_entity = root.sign(&end_entity(), &new_key());
    assert!(matches!(question.ask(), Err(PathError::WrongPurpose { .. })));
}

#[test]
fn an_authority_does_not_sign_documents() {
    let mut params = end_entity();
    params.is_ca = IsCa::Ca(Constraints::Unconstrained);
    assert_eq!(ask(&params), Err(PathError::CaKey));
    params.is_ca = IsCa::ExplicitNoCa;
    assert!(ask(&params).is_ok());
}

#[test]
fn digital_signature_is_the_only_usage() {
    for (usages, found) in [
        (vec![], None),
        (vec![KeyUsagePurpose::KeyCertSign], Some("keyCertSign")),
        (
            vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign],
            Some("digitalSignature + keyCertSign"),
        ),
        (
            vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::DecipherOnly],
            Some("digitalSignature + decipherOnly"),
        ),
    ] {
        let mut params = end_entity();
        params.key_usages = usages;
        let Err(PathError::KeyUsage { found: told }) = ask(&params) else {
            panic!("accepted {found:?}")
        };
        assert_eq!(told.map(|set| set.to_string()).as_deref(), found);
    }
}

#[test]
fn the_name_stands_alone_and_is_compared_byte_for_byte() {
    for found in [
        vec![],
        vec!["did:web:cert.example#key-2"],
        vec!["did:web:CERT.example#key-1"],
        vec!["did:web:cert.example#key-1%20"],
        vec!["did:web:cert.example:status#key-1"],
        vec![METHOD, "did:web:other.example#key-1"],
        vec![METHOD, METHOD],
    ] {
        let mut params = end_entity();
        params.subject_alt_names = found.iter().map(|text| uri(text)).collect();
        let expected = METHOD.to_owned();
        assert_eq!(
            ask(&params),
            Err(PathError::SubjectAltName {
                expected,
                found: names(&found)
            })
        );
    }
    let mut params = end_entity();
    params
        .subject_alt_names
        .push(SanType::DnsName("cert.example".try_into().unwrap()));
    let found = vec![
        SubjectName::Uri(METHOD.to_owned()),
        SubjectName::Other { tag: 0x82 },
    ];
    assert_eq!(
        ask(&params),
        Err(PathError::SubjectAltName {
            expected: METHOD.to_owned(),
            found
        })
    );
}

#[test]
fn a_uri_outside_visible_ascii_is_no_uri() {
    for octets in [
        &b"did:web:a b"[..],
        b"did:web:a\0",
        "did:web:证".as_bytes(),
        b"\xff",
    ] {
        let mut params = end_entity();
        params.subject_alt_names = vec![];
        let name = [&[0x86, u8::try_from(octets.len()).unwrap()], octets].concat();
        let content = [&[0x30, u8::try_from(name.len()).unwrap()], name.as_slice()].concat();
        params.custom_extensions = vec![extension(&[2, 5, 29, 17], &content, false)];
        let Err(PathError::Certificate {
            source: CertificateError::Malformed(error),
            ..
        }) = ask(&params)
        else {
            panic!("accepted {octets:?}")
        };
        assert_eq!(error.fault, DerFault::Text);
    }
}

#[test]
fn another_algorithm_is_named() {
    let root = Authority::new("root");
    let p256 = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let answer = Question::new(root.sign(&end_entity(), &p256), vec![], &root).ask();
    let role = CertificateRole::EndEntity;
    let source = CertificateError::KeyAlgorithm {
        found: "1.2.840.10045.2.1".parse().unwrap(),
    };
    assert_eq!(answer, Err(PathError::Certificate { role, source }));

    let other = Authority {
        params: root.params.clone(),
        key: p256,
    };
    let answer = Question::new(other.sign(&end_entity(), &new_key()), vec![], &root).ask();
    let source = CertificateError::SignatureAlgorithm {
        found: "1.2.840.10045.4.3.2".parse().unwrap(),
    };
    assert_eq!(answer, Err(PathError::Certificate { role, source }));
}

#[test]
fn critical_and_repeated_extensions_are_refused() {
    let fault = |extensions: Vec<rcgen::CustomExtension>| {
        let mut params = end_entity();
        params.custom_extensions = extensions;
        match ask(&params) {
            Err(PathError::Certificate {
                role: CertificateRole::EndEntity,
                source,
            }) => Some(source),
            Ok(_) => None,
            Err(other) => panic!("{other}"),
        }
    };
    let unknown = |critical| extension(&[1, 3, 6, 1, 4, 1, 32473, 9], &[5, 0], critical);
    assert_eq!(fault(vec![unknown(false)]), None);
    assert!(matches!(
        fault(vec![unknown(true)]),
        Some(CertificateError::CriticalExtension { .. })
    ));
    assert!(matches!(
        fault(vec![unknown(false), unknown(false)]),
        Some(CertificateError::DuplicateExtension { .. })
    ));
    // A second keyUsage, a second purpose, a second name.
    for (arc, content) in [
        (15, &[3, 2, 7, 0x80][..]),
        (37, &[0x30, 3, 6, 1, 0x2a]),
        (17, &[0x30, 2, 0x86, 0]),
    ] {
        assert!(matches!(
            fault(vec![extension(&[2, 5, 29, arc], content, false)]),
            Some(CertificateError::DuplicateExtension { .. })
        ));
    }
}

#[test]
fn facts_are_read_without_belief() {
    let key = new_key();
    let mut params = end_entity();
    params.serial_number = Some(vec![0x00, 0xfe, 0x01].into());
    // Nobody's signature: the facts are read all the same.
    let facts = certificate_facts(&Authority::new("stranger").sign(&params, &key)).unwrap();
    assert_eq!(facts.serial, "fe01");
    assert_eq!(
        facts.validity,
        Validity {
            not_before: NOT_BEFORE,
            not_after: NOT_AFTER
        }
    );
    assert_eq!(facts.basic_constraints, BasicConstraints::EndEntity);
    assert_eq!(facts.key_usage, Some(KeyUsages::DIGITAL_SIGNATURE));
    assert_eq!(facts.extended_key_usage, [profile().issue]);
    assert_eq!(facts.subject_alt_name, names(&[METHOD]));
    assert_eq!(facts.key.as_bytes().as_slice(), key.public_key_raw());
    assert!(facts.validity.covers(AT));
}

#[test]
fn errors_tell_both_sides() {
    let mut params = end_entity();
    params.extended_key_usages = vec![];
    insta::assert_snapshot!(ask(&params).unwrap_err(), @"the purpose of the key is absent, required 1.3.6.1.4.1.32473.1.1 alone");
    params = end_entity();
    params.subject_alt_names = vec![uri("did:web:other.example#key-1")];
    insta::assert_snapshot!(ask(&params).unwrap_err(), @"the key belongs to did:web:other.example#key-1, required did:web:cert.example#key-1 alone");
    params = end_entity();
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    insta::assert_snapshot!(ask(&params).unwrap_err(), @"the key usage is keyCertSign, required digitalSignature alone");
}
