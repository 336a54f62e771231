//! Certificates from outside are read or refused, and never believed without the pinned root's signature.
#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_verifier::path::{KeyPurpose, Oid, PathInput, PinnedRoot, ProfileOids, certificate_facts, verify_path};

fuzz_target!(|bytes: &[u8]| {
    // Up to four certificates, each behind a two-byte length.
    let mut rest = bytes;
    let mut certificates = Vec::new();
    while let Some((length, tail)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length)).min(tail.len());
        let (certificate, tail) = tail.split_at(length);
        certificates.push(certificate);
        rest = tail;
        if certificates.len() == 4 {
            break;
        }
    }
    let _ = certificate_facts(bytes);
    let Some((end_entity, others)) = certificates.split_first() else { return };
    let _ = certificate_facts(end_entity);
    let roots: Vec<PinnedRoot> = others.iter().filter_map(|der| PinnedRoot::parse(der).ok()).collect();
    let arc: Oid = "1.3.6.1.4.1.32473".parse().expect("an arc");
    let path = verify_path(&PathInput {
        end_entity,
        intermediates: others,
        roots: &roots,
        at_unix_seconds: 1_770_000_000,
        purpose: KeyPurpose::IssueCredential,
        profile: &ProfileOids::under(&arc),
        verification_method: "did:web:registry.example#key-1",
    });
    if let Ok(key) = path {
        assert_eq!(key.verification_method(), "did:web:registry.example#key-1");
        assert!(key.validity().covers(1_770_000_000));
    }
});
