//! Roots that stand behind nothing, and what the signing key's own certificate may not be.

use rcgen::{
    BasicConstraints, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, KeyUsagePurpose,
    NameConstraints, SanType, date_time_ymd,
};
use touchstone_schemas::trust_list::DerCertificate;

use super::{Rows, altered, certified, through, uri};
use crate::fixture::{Authority, ISSUE, METHOD, STATUS, end_entity, key};

pub(super) const ROOTS: Rows<'static> = &[
    (
        "root-of-the-same-name",
        "A whole house of the same names under another key: names prove nothing.",
        |world| {
            let rogue = Authority::new("Demonstration Root", 66);
            world.issuing_key().certificate = rogue.certify(&end_entity(METHOD, ISSUE), &key(1));
        },
    ),
    (
        "root-brought-along",
        "The same, and the rogue root comes along among the intermediates.",
        |world| {
            let rogue = Authority::new("Demonstration Root", 66);
            world.issuing_key().certificate = rogue.certify(&end_entity(METHOD, ISSUE), &key(1));
            world.issuer().intermediates.push(rogue.certificate());
        },
    ),
    (
        "root-of-another-name",
        "Under an authority that nobody pinned.",
        |world| {
            let rogue = Authority::new("Other Root", 66);
            world.issuing_key().certificate = rogue.certify(&end_entity(METHOD, ISSUE), &key(1));
        },
    ),
    ("root-none", "No root is pinned for the body.", |world| {
        world.issuer().roots.clear()
    }),
    (
        "root-not-self-signed",
        "What is pinned is another authority's certificate of the root: not a root.",
        |world| {
            let other = Authority::new("Other Root", 66);
            let crossed = other.certify(world.root.params(), &key(20));
            world.issuer().roots = vec![crossed];
        },
    ),
    (
        "root-no-authority",
        "The pinned root is no authority by its own words.",
        |world| {
            let root = Authority::with("Demonstration Root", 20, |params| params.is_ca = IsCa::NoCa);
            world.issuer().roots = vec![root.certificate()];
        },
    ),
    (
        "root-may-not-certify",
        "The pinned root may not sign certificates.",
        |world| {
            let root = Authority::with("Demonstration Root", 20, |params| {
                params.key_usages = vec![KeyUsagePurpose::CrlSign]
            });
            world.issuer().roots = vec![root.certificate()];
        },
    ),
    ("root-expired", "The root has expired.", |world| {
        let root = Authority::with("Demonstration Root", 20, |params| {
            params.not_after = date_time_ymd(2026, 6, 1)
        });
        world.issuer().roots = vec![root.certificate()];
    }),
    ("root-not-yet-valid", "The root is not valid yet.", |world| {
        let root = Authority::with("Demonstration Root", 20, |params| {
            params.not_before = date_time_ymd(2026, 7, 1)
        });
        world.issuer().roots = vec![root.certificate()];
    }),
    (
        "root-with-name-constraints",
        "Critical name constraints at the root, which this profile does not judge: refused, not passed over (RFC 5280 §4.2).",
        |world| {
            let root = Authority::with("Demonstration Root", 20, |params| {
                params.name_constraints = Some(NameConstraints {
                    permitted_subtrees: vec![GeneralSubtree::DnsName("other.example".to_owned())],
                    excluded_subtrees: vec![],
                });
            });
            world.issuer().roots = vec![root.certificate()];
        },
    ),
    (
        "root-cut-short",
        "The pinned root's last byte is missing.",
        |world| {
            let mut der = world.root.certificate().as_der().to_vec();
            der.pop();
            world.issuer().roots = vec![DerCertificate::new(der).unwrap()];
        },
    ),
    (
        "root-signature-altered",
        "The pinned root's own signature does not hold.",
        |world| {
            let mut der = world.root.certificate().as_der().to_vec();
            *der.last_mut().unwrap() ^= 1;
            world.issuer().roots = vec![DerCertificate::new(der).unwrap()];
        },
    ),
    (
        "roots-five",
        "Five roots for one body: more than are looked at.",
        |world| {
            let root = world.root.certificate();
            world.issuer().roots = vec![root; 5];
        },
    ),
];

pub(super) const WINDOWS: Rows<'static> = &[
    (
        "key-expired",
        "The key's certificate expired two weeks ago.",
        |world| certified(world, |params| params.not_after = date_time_ymd(2026, 6, 1)),
    ),
    ("key-not-yet-valid", "It is not valid yet.", |world| {
        certified(world, |params| params.not_before = date_time_ymd(2026, 7, 1))
    }),
    ("key-window-empty", "It ends before it begins.", |world| {
        certified(world, |params| {
            params.not_before = date_time_ymd(2030, 1, 1);
            params.not_after = date_time_ymd(2026, 1, 1);
        })
    }),
    (
        "key-signature-altered",
        "The root's signature on it does not hold.",
        |world| altered(world, |der| *der.last_mut().unwrap() ^= 1),
    ),
    (
        "key-dates-edited",
        "Its end was edited after the root signed it.",
        |world| {
            certified(world, |params| params.not_after = date_time_ymd(2026, 6, 1));
            altered(world, |der| {
                let place = der.windows(6).position(|window| window == b"260601").unwrap();
                der[place..place + 2].copy_from_slice(b"36");
            });
        },
    ),
];

pub(super) const NAMES: Rows<'static> = &[
    (
        "name-of-another-key",
        "Certified for key-2, used as key-1.",
        |world| {
            certified(world, |params| {
                params.subject_alt_names = vec![uri("did:web:cert.example#key-2")]
            })
        },
    ),
    ("name-of-another-body", "Certified for another body.", |world| {
        certified(world, |params| {
            params.subject_alt_names = vec![uri("did:web:other.example#key-1")]
        })
    }),
    ("name-in-upper-case", "The name in another case.", |world| {
        certified(world, |params| {
            params.subject_alt_names = vec![uri("did:web:CERT.example#key-1")]
        })
    }),
    (
        "name-with-percent",
        "A blank, percent-encoded, behind the name.",
        |world| {
            certified(world, |params| {
                params.subject_alt_names = vec![uri("did:web:cert.example#key-1%20")]
            })
        },
    ),
    ("name-none", "No name at all.", |world| {
        certified(world, |params| params.subject_alt_names.clear())
    }),
    ("name-twice", "The name twice.", |world| {
        certified(world, |params| params.subject_alt_names.push(uri(METHOD)))
    }),
    ("name-and-another", "The name beside another body's.", |world| {
        certified(world, |params| {
            params.subject_alt_names.push(uri("did:web:other.example#key-1"))
        })
    }),
    ("name-and-a-host", "The name beside a host's.", |world| {
        certified(world, |params| {
            params
                .subject_alt_names
                .push(SanType::DnsName("cert.example".try_into().unwrap()))
        })
    }),
    ("name-of-a-host-alone", "A web server's certificate.", |world| {
        certified(world, |params| {
            params.subject_alt_names = vec![SanType::DnsName("cert.example".try_into().unwrap())]
        })
    }),
    (
        "name-in-the-subject-alone",
        "The DID in the common name, where names stood long ago.",
        |world| {
            certified(world, |params| {
                params.subject_alt_names.clear();
                params.distinguished_name.push(DnType::CommonName, METHOD);
            })
        },
    ),
];

pub(super) const PURPOSES: Rows<'static> = &[
    (
        "purpose-of-the-status-key",
        "A certificate for signing lists.",
        |world| {
            certified(world, |params| {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::Other(STATUS.to_vec())]
            })
        },
    ),
    ("purpose-both", "For both purposes at once.", |world| {
        certified(world, |params| {
            params
                .extended_key_usages
                .push(ExtendedKeyUsagePurpose::Other(STATUS.to_vec()))
        })
    }),
    ("purpose-none", "No purpose told.", |world| {
        certified(world, |params| params.extended_key_usages.clear())
    }),
    (
        "purpose-any",
        "anyExtendedKeyUsage: for everything, so for nothing here (RFC 5280 §4.2.1.12).",
        |world| {
            certified(world, |params| {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::Any]
            })
        },
    ),
    (
        "purpose-any-beside",
        "anyExtendedKeyUsage beside the right one.",
        |world| {
            certified(world, |params| {
                params.extended_key_usages.push(ExtendedKeyUsagePurpose::Any)
            })
        },
    ),
    ("purpose-code-signing", "A code signing certificate.", |world| {
        certified(world, |params| {
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning]
        })
    }),
    ("purpose-server", "A web server's purpose.", |world| {
        certified(world, |params| {
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]
        })
    }),
    (
        "purpose-one-arc-more",
        "The right purpose with an arc behind it.",
        |world| {
            certified(world, |params| {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::Other([ISSUE, &[1]].concat())]
            })
        },
    ),
    ("usage-none", "No key usage (RFC 5280 §4.2.1.3).", |world| {
        certified(world, |params| params.key_usages.clear())
    }),
    (
        "usage-certifies-too",
        "The key may sign certificates too.",
        |world| {
            certified(world, |params| {
                params.key_usages.push(KeyUsagePurpose::KeyCertSign)
            })
        },
    ),
    ("usage-agreement", "The key is for agreeing on keys.", |world| {
        certified(world, |params| {
            params.key_usages = vec![KeyUsagePurpose::KeyAgreement]
        })
    }),
    (
        "usage-commitment-too",
        "Content commitment beside digital signature: one usage alone.",
        |world| {
            certified(world, |params| {
                params.key_usages.push(KeyUsagePurpose::ContentCommitment)
            })
        },
    ),
    (
        "usage-authority",
        "The key is an authority's: it may not sign documents.",
        |world| {
            certified(world, |params| {
                params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
                params.key_usages.push(KeyUsagePurpose::KeyCertSign);
            })
        },
    ),
    (
        "usage-root-itself",
        "The root's own certificate in the place of the key's.",
        |world| {
            world.issuing_key().certificate = world.root.certificate();
            world.issuing = key(20);
        },
    ),
    (
        "middle-for-status-alone",
        "The authority between is confined to the other purpose.",
        |world| {
            through(world, |params| {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::Other(STATUS.to_vec())]
            });
        },
    ),
];
