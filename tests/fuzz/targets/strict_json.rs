//! Whatever the strict reader accepts has one canonical form, and that form is accepted unchanged.
#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_schemas::{budget::MAX_CREDENTIAL_BYTES, json::parse};

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = parse(bytes, MAX_CREDENTIAL_BYTES) else { return };
    let canonical = value.to_canonical_bytes();
    let again = parse(&canonical, MAX_CREDENTIAL_BYTES).expect("canonical form is strict JSON");
    assert_eq!(again.to_canonical_bytes(), canonical);
});
