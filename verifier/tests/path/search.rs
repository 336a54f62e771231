//! Paths through intermediates, and the shapes that try to make a search run away.

use std::time::Duration;

use rcgen::{BasicConstraints, IsCa, KeyUsagePurpose, date_time_ymd};
use touchstone_verifier::path::{CertificateError, CertificateRole, PathError};

use crate::certificates::{
    AT, Authority, ISSUE, Question, STATUS, authority, end_entity, new_key, profile, purpose,
};

/// root → middle → end entity.
fn through(middle: &Authority) -> Question {
    let root = Authority::new("root");
    Question::new(
        middle.sign(&end_entity(), &new_key()),
        vec![root.certify(middle)],
        &root,
    )
}

#[test]
fn paths_of_two_three_and_four_certificates_hold_in_any_order() {
    let [root, upper, lower] = ["root", "upper", "lower"].map(Authority::new);
    let mut chain = vec![upper.certify(&lower), root.certify(&upper)];
    let end_entity = lower.sign(&end_entity(), &new_key());
    assert!(
        Question::new(end_entity.clone(), chain.clone(), &root)
            .ask()
            .is_ok()
    );
    chain.reverse();
    assert!(
        Question::new(end_entity.clone(), chain.clone(), &root)
            .ask()
            .is_ok()
    );
    chain.insert(1, Authority::new("unrelated").der());
    assert!(Question::new(end_entity.clone(), chain, &root).ask().is_ok());
    let missing = Question::new(end_entity, vec![upper.certify(&lower)], &root);
    assert_eq!(missing.ask(), Err(PathError::UnknownRoot));
    assert!(through(&Authority::new("middle")).ask().is_ok());
}

#[test]
fn five_certificates_are_too_many() {
    let [root, a, b, c] = ["root", "a", "b", "c"].map(Authority::new);
    let chain = vec![root.certify(&a), a.certify(&b), b.certify(&c)];
    let question = Question::new(c.sign(&end_entity(), &new_key()), chain, &root);
    assert_eq!(question.ask(), Err(PathError::PathTooLong { limit: 4 }));
}

#[test]
fn an_intermediate_is_an_authority_in_its_window_for_this_purpose() {
    let with = |change: fn(&mut rcgen::CertificateParams)| {
        let mut params = authority("middle");
        change(&mut params);
        through(&Authority::with(params)).ask()
    };
    let (role, at) = (CertificateRole::Intermediate { position: 0 }, AT);
    assert_eq!(
        with(|params| params.not_after = date_time_ymd(2026, 1, 1)),
        Err(PathError::Expired {
            role,
            at,
            not_after: 1_767_225_600
        })
    );
    assert_eq!(
        with(|params| params.is_ca = IsCa::NoCa),
        Err(PathError::NotAuthority { position: 0 })
    );
    assert_eq!(
        with(|params| params.key_usages = vec![]),
        Err(PathError::KeyCertSignMissing {
            position: 0,
            found: None
        })
    );
    assert!(matches!(
        with(|params| params.key_usages = vec![KeyUsagePurpose::CrlSign]),
        Err(PathError::KeyCertSignMissing {
            position: 0,
            found: Some(_)
        })
    ));
    let oids = profile();
    assert_eq!(
        with(|params| params.extended_key_usages = vec![purpose(STATUS)]),
        Err(PathError::IntermediatePurpose {
            position: 0,
            expected: oids.issue,
            found: vec![oids.status]
        })
    );
    assert!(with(|params| params.extended_key_usages = vec![purpose(STATUS), purpose(ISSUE)]).is_ok());
    assert!(with(|params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0))).is_ok());
}

#[test]
fn an_end_entity_certifies_nobody() {
    let root = Authority::new("root");
    let issuing = Authority::with(end_entity());
    let question = Question::new(
        issuing.sign(&end_entity(), &new_key()),
        vec![root.certify(&issuing)],
        &root,
    );
    // Both bear the same name: neither as itself nor as an authority does it help.
    assert_eq!(question.ask(), Err(PathError::NotAuthority { position: 0 }));
}

#[test]
fn a_path_length_is_kept() {
    let mut params = authority("upper");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let (root, upper, lower) = (
        Authority::new("root"),
        Authority::with(params),
        Authority::new("lower"),
    );
    let chain = vec![root.certify(&upper), upper.certify(&lower)];
    let question = Question::new(lower.sign(&end_entity(), &new_key()), chain, &root);
    assert_eq!(question.ask(), Err(PathError::PathLengthExceeded));
}

#[test]
fn the_most_telling_failure_is_told() {
    // A forged intermediate beside the genuine, expired one of the same name.
    let mut params = authority("middle");
    params.not_after = date_time_ymd(2026, 1, 1);
    let (root, genuine) = (Authority::new("root"), Authority::with(params));
    let forged = Authority::new("root").certify(&Authority::new("middle"));
    let chain = vec![forged, root.certify(&genuine)];
    let question = Question::new(genuine.sign(&end_entity(), &new_key()), chain, &root);
    let role = CertificateRole::Intermediate { position: 1 };
    assert_eq!(
        question.ask(),
        Err(PathError::Expired {
            role,
            at: AT,
            not_after: 1_767_225_600
        })
    );
}

/// Shapes made to exhaust a path builder, each with its answer.
fn pathological() -> Vec<(&'static str, Question, PathError)> {
    let root = Authority::new("root");
    let [a, b] = ["a", "b"].map(Authority::new);
    let good = |authority: &Authority| authority.sign(&end_entity(), &new_key());
    let namesakes = |name: &'static str, count: usize| -> Vec<Vec<u8>> {
        (0..count).map(|_| Authority::new(name).der()).collect()
    };
    let limit = 4;
    let certificate = |source| PathError::Certificate {
        role: CertificateRole::EndEntity,
        source,
    };
    let mut crowded = end_entity();
    crowded.extended_key_usages = vec![purpose(STATUS)];
    crowded.custom_extensions = (0..600)
        .map(|arc| crate::certificates::extension(&[1, 3, 6, 1, 4, 1, 32473, arc], &[5, 0], false))
        .collect();
    vec![
        (
            "two authorities certify each other",
            Question::new(good(&a), vec![b.certify(&a), a.certify(&b)], &root),
            PathError::UnknownRoot,
        ),
        (
            "an authority certifies itself",
            Question::new(good(&a), vec![a.der()], &root),
            PathError::UnknownRoot,
        ),
        (
            "one authority eight times",
            Question::new(good(&a), vec![a.der(); 8], &root),
            PathError::UnknownRoot,
        ),
        (
            "eight namesakes lead nowhere",
            Question::new(good(&a), namesakes("a", 8), &root),
            PathError::PathTooLong { limit },
        ),
        (
            "eight namesakes of the root",
            Question::new(good(&false_root()), namesakes("root", 8), &root),
            PathError::TooManyPaths { limit: 16 },
        ),
        (
            "fifty intermediates",
            Question::new(good(&root), vec![a.der(); 50], &root),
            PathError::TooManyIntermediates { found: 50, limit: 8 },
        ),
        (
            "a megabyte",
            Question::new(vec![0x30; 1 << 20], vec![], &root),
            certificate(CertificateError::TooLarge {
                found: 1 << 20,
                limit: 16384,
            }),
        ),
        (
            "a crowd of extensions",
            Question::new(root.sign(&crowded, &new_key()), vec![], &root),
            PathError::WrongPurpose {
                expected: profile().issue,
                found: vec![profile().status],
            },
        ),
        (
            "the root as end entity",
            Question::new(root.der(), vec![], &root),
            PathError::CaKey,
        ),
        (
            "an end entity signed by itself",
            Question::new(Authority::with(end_entity()).der(), vec![], &root),
            PathError::UnknownRoot,
        ),
        (
            "a loop with a way out to a false root",
            Question::new(
                good(&a),
                vec![b.certify(&a), false_root().certify(&b), b.der(), a.der()],
                &root,
            ),
            PathError::SignatureInvalid,
        ),
    ]
}

/// Another key under the root's name.
fn false_root() -> Authority {
    Authority::new("root")
}

#[test]
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the test measures time"
)]
fn pathological_shapes_are_refused_within_ten_milliseconds() {
    for (shape, question, expected) in pathological() {
        let fastest = (0..5)
            .map(|_| {
                let start = std::time::Instant::now();
                let answer = question.ask();
                let took = start.elapsed();
                assert_eq!(answer.as_ref(), Err(&expected), "{shape}");
                took
            })
            .min()
            .unwrap();
        assert!(fastest < Duration::from_millis(10), "{shape}: {fastest:?}");
    }
}
