//! Certificates that are none of this profile: there is no key to check with, and the list's own entry is at fault.

use rcgen::{Issuer, KeyPair, PKCS_ECDSA_P256_SHA256};
use touchstone_schemas::trust_list::DerCertificate;
use touchstone_verifier::reason::ReasonCode::{NoKeyToCheckWith, PathInvalid};
use touchstone_verifier::report::Headline::NotAuthorised;

use super::{Rows, altered, certified, extension};
use crate::draft::Shelf;
use crate::fixture::{ISSUE, METHOD, World, end_entity, key, key_pair};

pub(super) fn put(shelf: &mut Shelf) {
    let rows: Rows<'_> = &[
        (
            "key-of-another-algorithm",
            "An ECDSA key: algorithms are not exchanged (RFC 8410 §3).",
            |world| {
                let other = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
                world.issuing_key().certificate = world.root.certify_key(&end_entity(METHOD, ISSUE), &other);
            },
        ),
        (
            "key-certified-with-another-algorithm",
            "Signed with ECDSA by a root of the right name.",
            |world| {
                let other = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
                let issuer = Issuer::from_params(world.root.params(), other);
                let der = end_entity(METHOD, ISSUE)
                    .signed_by(&key_pair(&key(1)), &issuer)
                    .unwrap();
                world.issuing_key().certificate = DerCertificate::new(der.der().to_vec()).unwrap();
            },
        ),
        (
            "key-of-small-order",
            "A key under which one signature fits every document (RFC 8032 §5.1.7; CVE-2020-36843).",
            |world| {
                let public = key(1).verifying_key().to_bytes();
                altered(world, |der| {
                    let place = der.windows(32).position(|window| window == public).unwrap();
                    der[place..place + 32].fill(0);
                });
            },
        ),
        (
            "key-not-on-the-curve",
            "Thirty-two bytes that are no point.",
            |world| {
                let public = key(1).verifying_key().to_bytes();
                altered(world, |der| {
                    let place = der.windows(32).position(|window| window == public).unwrap();
                    der[place..place + 32].fill(0);
                    der[place] = 2;
                });
            },
        ),
        (
            "key-not-reduced",
            "A key in a spelling that is not reduced below p.",
            |world| {
                let public = key(1).verifying_key().to_bytes();
                altered(world, |der| {
                    let place = der.windows(32).position(|window| window == public).unwrap();
                    der[place..place + 32].fill(0xff);
                    der[place] = 0xee;
                    der[place + 31] = 0x7f;
                });
            },
        ),
        ("der-empty", "No certificate at all.", |world| {
            altered(world, Vec::clear)
        }),
        ("der-cut-short", "The last byte is missing.", |world| {
            altered(world, |der| {
                der.pop();
            })
        }),
        ("der-byte-behind", "A byte behind it.", |world| {
            altered(world, |der| der.push(0))
        }),
        (
            "der-indefinite-length",
            "A length that BER allows and DER does not (X.690 §10.1).",
            |world| altered(world, |der| der[1] = 0x80),
        ),
        ("der-pem", "PEM where DER stands.", |world| {
            altered(world, |der| *der = b"-----BEGIN CERTIFICATE-----".to_vec())
        }),
        (
            "der-version-1",
            "Version 1, which has no extensions (RFC 5280 §4.1.2.1).",
            |world| {
                altered(world, |der| {
                    let place = der
                        .windows(5)
                        .position(|window| window == [0xa0, 3, 2, 1, 2])
                        .unwrap();
                    der[place + 4] = 0;
                })
            },
        ),
        (
            "extension-critical-unknown",
            "A critical extension that nobody here knows.",
            |world| {
                certified(world, |params| {
                    params.custom_extensions = vec![extension(&[1, 3, 6, 1, 4, 1, 32473, 9], &[5, 0], true)];
                })
            },
        ),
        (
            "extension-twice",
            "One extension twice (RFC 5280 §4.2).",
            |world| {
                certified(world, |params| {
                    let twice = extension(&[1, 3, 6, 1, 4, 1, 32473, 9], &[5, 0], false);
                    params.custom_extensions = vec![twice.clone(), twice];
                })
            },
        ),
        (
            "extension-usage-twice",
            "Two key usages: one reader takes the first.",
            |world| {
                certified(world, |params| {
                    params.custom_extensions = vec![extension(&[2, 5, 29, 15], &[3, 2, 7, 0x80], false)];
                })
            },
        ),
        (
            "extension-name-constraints",
            "Critical name constraints on a signing key.",
            |world| {
                certified(world, |params| {
                    params.custom_extensions = vec![extension(&[2, 5, 29, 30], &[0x30, 0], true)];
                })
            },
        ),
        ("name-not-ascii", "A name outside visible ASCII.", |world| {
            certified(world, |params| {
                params.subject_alt_names.clear();
                params.custom_extensions =
                    vec![extension(&[2, 5, 29, 17], b"\x30\x0b\x86\x09did:web:\x00", false)];
            })
        }),
        (
            "serial-too-long",
            "A serial number of 33 octets (RFC 5280 §4.1.2.2).",
            |world| {
                certified(world, |params| {
                    params.serial_number = Some(vec![1; 33].into());
                })
            },
        ),
    ];
    for (name, why, change) in rows {
        let mut world = World::new();
        change(&mut world);
        shelf.request(
            name,
            why,
            world.request(),
            NotAuthorised,
            &[NoKeyToCheckWith, PathInvalid],
        );
    }
}
