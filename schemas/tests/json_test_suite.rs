//! nst/JSONTestSuite against the strict profile: every file's fate is known, and why.

#![expect(
    clippy::disallowed_methods,
    reason = "the vectors are files outside the repository"
)]

use std::path::PathBuf;

use touchstone_schemas::budget::MAX_CREDENTIAL_BYTES;
use touchstone_schemas::json::{JsonErrorReason, parse_i_json};

/// Correct JSON that the profile refuses: the same name twice.
const DUPLICATE_MEMBERS: [&str; 2] = [
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
];

fn vectors(suite: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("TOUCHSTONE_VECTORS") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors"),
    };
    let suite = folder.join(suite);
    if suite.is_dir() {
        return Some(suite);
    }
    eprintln!("SKIPPED: external vectors absent ({})", suite.display());
    None
}

#[test]
fn every_file_has_its_known_fate() {
    let Some(folder) = vectors("JSONTestSuite/test_parsing") else {
        return;
    };
    let (mut accepted, mut refused) = (0, 0);
    let (mut duplicates, mut noncharacters, mut numbers) = (0, 0, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = std::fs::read(&path).unwrap();
        match parse_i_json(&bytes, MAX_CREDENTIAL_BYTES) {
            Ok(_) => {
                assert!(name.starts_with("y_"), "{name} was accepted");
                accepted += 1;
            }
            Err(error) => {
                assert!(error.offset <= bytes.len(), "{name}: {error}");
                refused += 1;
                if !name.starts_with("y_") {
                    continue;
                }
                match error.reason {
                    JsonErrorReason::DuplicateMember { .. } => {
                        assert!(DUPLICATE_MEMBERS.contains(&name.as_str()), "{name}: {error}");
                        duplicates += 1;
                    }
                    JsonErrorReason::Noncharacter { .. } => {
                        assert!(name.starts_with("y_string_"), "{name}: {error}");
                        noncharacters += 1;
                    }
                    JsonErrorReason::NonCanonicalNumber { .. } => {
                        numbers += 1;
                    }
                    _ => panic!("{name}: {error}"),
                }
            }
        }
    }
    assert_eq!((duplicates, noncharacters, numbers), (2, 8, 15));
    assert_eq!((accepted, refused), (70, 248));
}
