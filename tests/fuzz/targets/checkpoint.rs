//! Texts and files of the log have one spelling: what is accepted is written back byte for byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_schemas::tlog::{Checkpoint, Entry, LogProof, SignedNote, TilePath};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(entry) = Entry::parse(bytes) {
        assert_eq!(entry.to_bytes(), bytes);
    }
    if let Ok(proof) = LogProof::parse(bytes) {
        assert_eq!(proof.to_string().as_bytes(), bytes);
    }
    let Ok(note) = SignedNote::parse(bytes) else { return };
    assert_eq!(note.to_string().as_bytes(), bytes);
    if let Ok(checkpoint) = Checkpoint::parse(note.text()) {
        assert_eq!(checkpoint.to_string(), note.text());
    }
    if let Ok(path) = TilePath::parse(note.text().trim_end()) {
        assert_eq!(path.to_string(), note.text().trim_end());
    }
});
