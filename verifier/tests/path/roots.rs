//! What may be pinned, and when a pinned root counts.

use rcgen::{IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, date_time_ymd};
use touchstone_verifier::path::{CertificateError, CertificateRole, PathError, PinnedRoot, RootError};

use crate::certificates::{AT, Authority, Question, authority, end_entity, extension, new_key};

#[test]
fn a_root_is_a_self_signed_authority() {
    let root = Authority::new("root");
    assert!(PinnedRoot::parse(&root.der()).is_ok());

    let cross = Authority::new("another").certify(&root);
    assert_eq!(PinnedRoot::parse(&cross).unwrap_err(), RootError::NotSelfIssued);

    let forged = Authority::new("root").certify(&root);
    assert_eq!(
        PinnedRoot::parse(&forged).unwrap_err(),
        RootError::SignatureInvalid
    );

    let mut params = authority("root");
    params.is_ca = IsCa::NoCa;
    assert_eq!(
        PinnedRoot::parse(&Authority::with(params).der()).unwrap_err(),
        RootError::NotAuthority
    );

    for usages in [vec![], vec![KeyUsagePurpose::CrlSign]] {
        let mut params = authority("root");
        params.key_usages = usages;
        let error = PinnedRoot::parse(&Authority::with(params).der()).unwrap_err();
        assert!(matches!(error, RootError::KeyCertSignMissing { .. }));
    }

    let mut params = authority("root");
    params.custom_extensions = vec![extension(&[2, 5, 29, 30], &[0x30, 0], true)];
    let error = PinnedRoot::parse(&Authority::with(params).der()).unwrap_err();
    assert!(matches!(
        error,
        RootError::Certificate(CertificateError::CriticalExtension { .. })
    ));

    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let error = PinnedRoot::parse(
        &Authority {
            params: authority("root"),
            key,
        }
        .der(),
    )
    .unwrap_err();
    assert!(matches!(
        error,
        RootError::Certificate(CertificateError::SignatureAlgorithm { .. })
    ));
}

#[test]
fn a_root_counts_only_in_its_own_window() {
    let window = |from, to| {
        let mut params = authority("root");
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        let root = Authority::with(params);
        Question::new(root.sign(&end_entity(), &new_key()), vec![], &root).ask()
    };
    let (role, at) = (CertificateRole::Root, AT);
    assert_eq!(
        window(2025, 2026),
        Err(PathError::Expired {
            role,
            at,
            not_after: 1_767_225_600
        })
    );
    assert_eq!(
        window(2030, 2040),
        Err(PathError::NotYetValid {
            role,
            at,
            not_before: 1_893_456_000
        })
    );
    // The path holds as long as its shortest certificate.
    assert_eq!(window(2026, 2030).unwrap().validity().not_before, 1_767_225_600);
    assert_eq!(window(2026, 2030).unwrap().validity().not_after, 1_893_456_000);
}

#[test]
fn the_same_names_with_other_keys_are_another_authority() {
    let (root, rogue) = (Authority::new("root"), Authority::new("root"));
    let mut question = Question::new(rogue.sign(&end_entity(), &new_key()), vec![], &root);
    assert_eq!(question.ask(), Err(PathError::SignatureInvalid));
    // Bringing the rogue root along as an intermediate changes nothing.
    question.intermediates = vec![rogue.der()];
    assert_eq!(question.ask(), Err(PathError::SignatureInvalid));
}

#[test]
fn another_name_or_no_root_leads_nowhere() {
    let root = Authority::new("root");
    let stranger = Authority::new("stranger");
    let mut question = Question::new(stranger.sign(&end_entity(), &new_key()), vec![], &root);
    assert_eq!(question.ask(), Err(PathError::UnknownRoot));
    question.intermediates = vec![stranger.der()];
    assert_eq!(question.ask(), Err(PathError::UnknownRoot));
    question.roots = vec![];
    assert_eq!(question.ask(), Err(PathError::UnknownRoot));
    question.roots = vec![root.pinned(); 5];
    assert_eq!(
        question.ask(),
        Err(PathError::TooManyRoots { found: 5, limit: 4 })
    );
}

#[test]
fn the_right_root_is_found_among_namesakes() {
    let (old, new) = (Authority::new("root"), Authority::new("root"));
    let mut question = Question::new(new.sign(&end_entity(), &new_key()), vec![], &new);
    question.roots = vec![old.pinned(), Authority::new("third").pinned(), new.pinned()];
    assert_eq!(
        question.ask().unwrap().root_fingerprint(),
        new.pinned().key_fingerprint()
    );
}
