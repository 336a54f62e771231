//! Samples of the rules about the certificate of the key that signs.

use touchstone_verifier::path::{BasicConstraints, KeyUsages, SubjectName};

use super::{Sample, world::instant};

pub(super) const SAMPLES: &[Sample] = &[
    Sample::new(
        "certificateForm",
        |_| {},
        &[|world| world.certificate = world.cut_certificate()],
    ),
    Sample::new(
        "certificateSerial",
        |world| world.facts.serial = "7f".repeat(20),
        &[
            |world| world.facts.serial = "00".to_owned(),
            |world| world.facts.serial = "7f".repeat(21),
        ],
    ),
    Sample::new(
        "certificateValidity",
        |world| world.facts.validity.not_after = world.now.unix(),
        &[
            |world| world.facts.validity.not_after = world.now.unix() - 1,
            |world| world.now = instant("2025-12-31T23:59:59Z"),
        ],
    ),
    Sample::new(
        "certificateKeyUsage",
        |_| {},
        &[
            |world| world.facts.key_usage = Some(KeyUsages::KEY_CERT_SIGN),
            |world| world.facts.key_usage = None,
        ],
    ),
    Sample::new(
        "certificateExtendedKeyUsage",
        |_| {},
        &[
            |world| world.facts.extended_key_usage.clear(),
            |world| {
                world
                    .facts
                    .extended_key_usage
                    .push("1.3.6.1.5.5.7.3.1".parse().unwrap())
            },
            |world| world.purpose = "1.3.6.1.4.1.32473.1.2".to_owned(),
        ],
    ),
    Sample::new(
        "certificateSubjectAltName",
        |_| {},
        &[
            |world| {
                world.facts.subject_alt_name =
                    vec![SubjectName::Uri("did:web:other.example#key-1".to_owned())]
            },
            |world| {
                world
                    .facts
                    .subject_alt_name
                    .push(SubjectName::Other { tag: 0x82 })
            },
            |world| world.facts.subject_alt_name.clear(),
        ],
    ),
    Sample::new(
        "certificateBasicConstraints",
        |_| {},
        &[|world| {
            world.facts.basic_constraints = BasicConstraints::Authority;
        }],
    ),
];
