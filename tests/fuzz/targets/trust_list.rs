//! A trust list is read or refused; one that nobody signed is never opened.
#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_schemas::{budget::MAX_TRUST_LIST_BYTES, json::parse, multikey::Multikey, trust_list::TrustList};
use touchstone_verifier::{input::Policy, open_trust_list, proof::eddsa_jcs_2022::split_proofs};

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = parse(bytes, MAX_TRUST_LIST_BYTES) else { return };
    if let Ok((document, _)) = split_proofs(value, 2) {
        if let Ok(list) = TrustList::from_document(&document) {
            assert_eq!(list.check(), Ok(()));
        }
    }
    // RFC 8032 test 1's public key: nobody here holds its private half.
    let owner_key: Multikey = "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw".parse().expect("a key");
    let policy = Policy { owner_key, owner_successor: None, log_proof: Default::default() };
    assert!(open_trust_list(bytes, &policy, None).is_err());
});
