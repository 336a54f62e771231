//! Authorities between the signing key and the root.

use rcgen::{BasicConstraints, GeneralSubtree, IsCa, KeyUsagePurpose, NameConstraints, date_time_ymd};
use touchstone_schemas::trust_list::DerCertificate;

use super::{Rows, extension, through};
use crate::fixture::{Authority, ISSUE, METHOD, end_entity, key};

pub(super) const ROWS: Rows<'static> = &[
    (
        "middle-no-authority",
        "What stands between is no authority (RFC 5280 §6.1.4 (k)).",
        |world| through(world, |params| params.is_ca = IsCa::NoCa),
    ),
    (
        "middle-may-not-certify",
        "What stands between may not sign certificates (§6.1.4 (n)).",
        |world| through(world, |params| params.key_usages = vec![KeyUsagePurpose::CrlSign]),
    ),
    (
        "middle-without-usage",
        "What stands between tells no usage.",
        |world| through(world, |params| params.key_usages.clear()),
    ),
    ("middle-expired", "What stands between has expired.", |world| {
        through(world, |params| params.not_after = date_time_ymd(2026, 6, 1))
    }),
    (
        "middle-not-yet-valid",
        "What stands between is not valid yet.",
        |world| through(world, |params| params.not_before = date_time_ymd(2026, 7, 1)),
    ),
    (
        "middle-with-name-constraints",
        "It bears critical name constraints, which are not judged here.",
        |world| {
            through(world, |params| {
                params.name_constraints = Some(NameConstraints {
                    permitted_subtrees: vec![],
                    excluded_subtrees: vec![GeneralSubtree::DnsName("cert.example".to_owned())],
                });
            })
        },
    ),
    (
        "middle-critical-extension",
        "It bears a critical extension that nobody here knows.",
        |world| {
            through(world, |params| {
                params.custom_extensions = vec![extension(&[1, 3, 6, 1, 4, 1, 32473, 9], &[5, 0], true)];
            })
        },
    ),
    (
        "middle-missing",
        "The authority between is not in the list.",
        |world| {
            through(world, |_| {});
            world.issuer().intermediates.clear();
        },
    ),
    (
        "middle-signature-altered",
        "The root's signature on it does not hold.",
        |world| {
            through(world, |_| {});
            let mut der = world.issuer().intermediates[0].as_der().to_vec();
            *der.last_mut().unwrap() ^= 1;
            world.issuer().intermediates = vec![DerCertificate::new(der).unwrap()];
        },
    ),
    (
        "middle-is-another-key",
        "An issuing key certifies another one: an end entity certifies nobody.",
        |world| {
            let first = Authority::with("signing key", 30, |params| {
                let subject = params.distinguished_name.clone();
                *params = end_entity("did:web:cert.example#key-2", ISSUE);
                params.distinguished_name = subject;
            });
            let certificate = world.root.certify(first.params(), &key(30));
            world.issuer().intermediates = vec![certificate];
            world.issuing_key().certificate = first.certify(&end_entity(METHOD, ISSUE), &key(1));
        },
    ),
    (
        "path-length-exceeded",
        "An authority that may have none below it has one (§6.1.4 (l)).",
        |world| {
            let upper = Authority::with("Upper", 31, |params| {
                params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0))
            });
            let lower = Authority::new("Lower", 32);
            let certificates = vec![
                world.root.certify(upper.params(), &key(31)),
                upper.certify(lower.params(), &key(32)),
            ];
            world.issuer().intermediates = certificates;
            world.issuing_key().certificate = lower.certify(&end_entity(METHOD, ISSUE), &key(1));
        },
    ),
    (
        "path-of-five",
        "Five certificates from key to root: one more than are followed.",
        |world| {
            let [a, b, c] = [("A", 31), ("B", 32), ("C", 33)].map(|(name, seed)| Authority::new(name, seed));
            let certificates = vec![
                world.root.certify(a.params(), &key(31)),
                a.certify(b.params(), &key(32)),
                b.certify(c.params(), &key(33)),
            ];
            world.issuer().intermediates = certificates;
            world.issuing_key().certificate = c.certify(&end_entity(METHOD, ISSUE), &key(1));
        },
    ),
    (
        "path-in-a-circle",
        "Two authorities certify each other, and lead nowhere.",
        |world| {
            let [a, b] = [("A", 31), ("B", 32)].map(|(name, seed)| Authority::new(name, seed));
            world.issuer().intermediates =
                vec![a.certify(b.params(), &key(32)), b.certify(a.params(), &key(31))];
            world.issuing_key().certificate = b.certify(&end_entity(METHOD, ISSUE), &key(1));
        },
    ),
    (
        "intermediates-nine",
        "Nine candidates between: more than are looked at (THREATS T36).",
        |world| {
            let nine = (31..40)
                .map(|seed| Authority::new("Middle", seed).certificate())
                .collect();
            world.issuer().intermediates = nine;
        },
    ),
    (
        "intermediates-namesakes",
        "Eight authorities of one name, each certified by each other one: the search is bounded.",
        |world| {
            let names: Vec<Authority> = (31..35).map(|seed| Authority::new("Namesake", seed)).collect();
            let mut certificates = Vec::new();
            for (place, by) in names.iter().enumerate() {
                for step in [1, 2] {
                    let of = 31 + u8::try_from((place + step) % 4).unwrap();
                    certificates.push(by.certify(names[0].params(), &key(of)));
                }
            }
            world.issuer().intermediates = certificates;
            world.issuing_key().certificate = names[0].certify(&end_entity(METHOD, ISSUE), &key(1));
        },
    ),
];
