//! A payload that decodes is the one payload of its credential.
#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_tests::sample;
use touchstone_verifier::qr::{ProfileRef, decode, encode};

fuzz_target!(|bytes: &[u8]| {
    // Any byte as a digit, so that most of what is tried gets past the alphabet.
    let digits: String = bytes.iter().map(|byte| char::from(b'0' + byte % 10)).collect();
    let profile = sample::profile();
    let lookup = |number: u32| (number == sample::PROFILE_NUMBER).then(|| profile.clone());
    for payload in [digits.clone(), format!("1{digits}")] {
        let Ok(decoded) = decode(&payload, &lookup) else { continue };
        let reference = ProfileRef { number: sample::PROFILE_NUMBER, profile: &profile };
        let again = encode(&decoded.credential, &decoded.proof, reference).expect("what decodes encodes");
        assert_eq!(again.digits(), payload);
    }
});
