//! A status list is read within its budget, and its bits survive being written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_schemas::{
    budget::{MAX_STATUS_LIST_BYTES, MAX_STATUS_LIST_ENTRIES},
    json::parse,
    status::StatusPurpose,
    status_list::{Bitstring, MIN_ENTRIES, StatusList},
};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        for purpose in StatusPurpose::ALL {
            check(Bitstring::decode(text, purpose).ok(), purpose);
        }
    }
    let Ok(value) = parse(bytes, MAX_STATUS_LIST_BYTES) else { return };
    if let Ok(list) = StatusList::from_document(&value) {
        check(Some(list.bits), list.purpose);
    }
});

fn check(bits: Option<Bitstring>, purpose: StatusPurpose) {
    let Some(bits) = bits else { return };
    assert!((MIN_ENTRIES..=MAX_STATUS_LIST_ENTRIES).contains(&bits.entries()));
    assert_eq!(bits.value(bits.entries()), None);
    assert_eq!(Bitstring::decode(&bits.encode(), purpose).as_ref(), Ok(&bits));
}
