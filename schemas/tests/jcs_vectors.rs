//! The test data published with RFC 8785, and the canonicalizer of another hand as oracle.

#![expect(
    clippy::disallowed_methods,
    reason = "the vectors are files outside the repository"
)]
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::json;
use touchstone_schemas::budget::MAX_CREDENTIAL_BYTES;
use touchstone_schemas::jcs::{canonicalize, to_canonical};
use touchstone_schemas::json::{JsonErrorReason, parse_i_json};

const FILES: [&str; 6] = ["arrays", "french", "structures", "unicode", "values", "weird"];

/// Input files with number tokens the profile refuses because they are not in canonical form.
const REFUSED: [&str; 2] = ["structures", "values"];

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

/// Replaces the number tokens of the two files by what RFC 8785 makes of them, and nothing else.
fn with_canonical_numbers(text: &str) -> String {
    [
        ("56.0", "56"),
        ("333333333.33333329", "333333333.3333333"),
        ("1E30", "1e+30"),
        ("4.50", "4.5"),
        ("2e-3", "0.002"),
        ("0.000000000000000000000000001", "1e-27"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (token, canonical)| {
        text.replace(token, canonical)
    })
}

#[test]
fn rfc_8785_test_data() {
    let Some(folder) = vectors("json-canonicalization") else {
        return;
    };
    for file in FILES {
        let input = std::fs::read_to_string(folder.join(format!("input/{file}.json"))).unwrap();
        let output = std::fs::read(folder.join(format!("output/{file}.json"))).unwrap();
        let hex = std::fs::read_to_string(folder.join(format!("outhex/{file}.txt"))).unwrap();
        let expected: Vec<u8> = hex
            .split_whitespace()
            .map(|byte| u8::from_str_radix(byte, 16).unwrap())
            .collect();
        assert_eq!(output.trim_ascii_end(), expected, "{file}");

        let strict = canonicalize(input.as_bytes(), MAX_CREDENTIAL_BYTES);
        if REFUSED.contains(&file) {
            let reason = strict.unwrap_err().reason;
            assert!(
                matches!(reason, JsonErrorReason::NonCanonicalNumber { .. }),
                "{file}: {reason}"
            );
        } else {
            assert_eq!(strict.unwrap(), expected, "{file}");
        }
        let input = with_canonical_numbers(&input);
        assert_eq!(
            canonicalize(input.as_bytes(), MAX_CREDENTIAL_BYTES).unwrap(),
            expected,
            "{file}"
        );
        assert_eq!(
            canonicalize(&expected, MAX_CREDENTIAL_BYTES).unwrap(),
            expected,
            "{file}"
        );
    }
}

fn is_profile_text(text: &str) -> bool {
    text.chars()
        .map(u32::from)
        .all(|c| !(0xFDD0..=0xFDEF).contains(&c) && c & 0xFFFE != 0xFFFE)
}

/// Texts with what matters to escaping and to the order of names: controls, quotes, all planes.
fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => proptest::char::range('a', 'e'),
        2 => proptest::char::range('\0', '\u{80}'),
        2 => proptest::char::range('\u{4e00}', '\u{4eff}'),
        1 => proptest::char::range('\u{d000}', '\u{ffff}'),
        1 => proptest::char::range('\u{10000}', '\u{10ffff}'),
    ];
    proptest::collection::vec(character, 0..20)
        .prop_map(|characters| characters.into_iter().collect::<String>())
        .prop_filter("noncharacter", |text| is_profile_text(text))
}

fn value(leaf: BoxedStrategy<serde_json::Value>) -> impl Strategy<Value = serde_json::Value> {
    leaf.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(serde_json::Value::Array),
            proptest::collection::hash_map(text(), inner, 0..8)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

const SAFE: std::ops::RangeInclusive<i64> = -9_007_199_254_740_991..=9_007_199_254_740_991;

/// What our records hold.
fn record() -> impl Strategy<Value = serde_json::Value> {
    value(
        prop_oneof![
            any::<bool>().prop_map(|value| json!(value)),
            SAFE.prop_map(|value| json!(value)),
            text().prop_map(|value| json!(value)),
        ]
        .boxed(),
    )
}

/// What the reader accepts.
fn document() -> impl Strategy<Value = serde_json::Value> {
    let safe_double = any::<f64>().prop_filter("an unsafe integer", |value| {
        value.is_finite() && (value.fract() != 0.0 || value.abs() < 9e15 || value.abs() >= 1e21)
    });
    value(
        prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(|value| json!(value)),
            SAFE.prop_map(|value| json!(value)),
            safe_double.prop_map(|value| json!(value)),
            text().prop_map(|value| json!(value)),
        ]
        .boxed(),
    )
}

/// The same value spelled otherwise: members reversed, white space, some characters escaped.
fn respell(value: &serde_json::Value, out: &mut String) {
    match value {
        serde_json::Value::Array(elements) => {
            out.push_str("[ ");
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push_str(" ,\n");
                }
                respell(element, out);
            }
            out.push_str("\t]");
        }
        serde_json::Value::Object(members) => {
            out.push_str("{\r\n");
            for (index, (name, value)) in members.iter().rev().enumerate() {
                if index > 0 {
                    out.push_str(" , ");
                }
                respell_string(name, out);
                out.push_str(" : ");
                respell(value, out);
            }
            out.push('}');
        }
        serde_json::Value::String(text) => respell_string(text, out),
        leaf => out.push_str(&serde_json_canonicalizer::to_string(leaf).unwrap()),
    }
}

fn respell_string(text: &str, out: &mut String) {
    out.push('"');
    for (index, character) in text.chars().enumerate() {
        if index % 3 == 0 || character < ' ' || character == '"' || character == '\\' {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04X}"));
            }
        } else {
            out.push(character);
        }
    }
    out.push('"');
}

proptest! {
    #[test]
    fn every_spelling_gives_the_oracle_bytes(value in document()) {
        let expected = serde_json_canonicalizer::to_vec(&value).unwrap();
        prop_assert_eq!(&canonicalize(&expected, MAX_CREDENTIAL_BYTES).unwrap(), &expected);
        let mut other = String::new();
        respell(&value, &mut other);
        prop_assert_eq!(&canonicalize(other.as_bytes(), MAX_CREDENTIAL_BYTES).unwrap(), &expected);
        prop_assert_eq!(
            parse_i_json(&expected, MAX_CREDENTIAL_BYTES).unwrap(),
            parse_i_json(other.as_bytes(), MAX_CREDENTIAL_BYTES).unwrap()
        );
    }

    #[test]
    fn a_record_encodes_to_the_oracle_bytes(value in record()) {
        let expected = serde_json_canonicalizer::to_vec(&value).unwrap();
        let spelt = serde_json::to_vec(&value).unwrap();
        prop_assert_eq!(&to_canonical(&parse_i_json(&spelt, spelt.len()).unwrap()), &expected);
    }

    /// A document that is canonical in part is copied in part; taking a member out must leave the rest right.
    #[test]
    fn a_changed_document_is_written_as_changed(
        name in text(),
        inner in document(),
        rest in proptest::collection::btree_map(text(), document(), 0..5),
    ) {
        let mut with = rest.clone();
        with.insert(name.clone(), inner.clone());
        let without: serde_json::Map<_, _> = rest.into_iter().filter(|(other, _)| *other != name).collect();
        let bytes = serde_json_canonicalizer::to_vec(&with).unwrap();
        let mut value = parse_i_json(&bytes, MAX_CREDENTIAL_BYTES).unwrap();
        let taken = value.as_object_mut().unwrap().remove(&name).unwrap();
        prop_assert_eq!(taken.to_canonical_bytes(), serde_json_canonicalizer::to_vec(&inner).unwrap());
        prop_assert_eq!(value.to_canonical_bytes(), serde_json_canonicalizer::to_vec(&without).unwrap());
        prop_assert!(value.as_object_mut().unwrap().insert(name, taken).is_none());
        prop_assert_eq!(value.to_canonical_bytes(), bytes);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_i_json(&bytes, MAX_CREDENTIAL_BYTES);
    }

    #[test]
    fn no_jsonlike_text_makes_the_reader_panic(text in r#"[\[\]{}:,"0-9eE.+\-\\u a-f\u{fffe}\u{10ffff}]{0,60}"#) {
        if let Ok(value) = parse_i_json(text.as_bytes(), MAX_CREDENTIAL_BYTES) {
            let written = value.to_canonical_bytes();
            prop_assert_eq!(parse_i_json(&written, MAX_CREDENTIAL_BYTES).unwrap(), value);
        }
    }
}
