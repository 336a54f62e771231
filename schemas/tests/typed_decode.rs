//! Typed reading and writing of records: closed world, exact pointers, what comes out goes back in.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use touchstone_schemas::decode::{DecodeReason as Reason, Found, ReadError, decode, read};
use touchstone_schemas::digest::Sha256Digest;
use touchstone_schemas::jcs::{EncodeError, to_canonical};
use touchstone_schemas::json::parse;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Record<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    serial: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    sites: Vec<Site>,
    digest: Option<Sha256Digest>,
    state: State,
    offset: i32,
    extra: BTreeMap<String, bool>,
    pair: (u8, String),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Site {
    id: Wrapped,
    kind: Kind,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Wrapped(String);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Active,
    Ended,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Plant,
    Shops(u8),
}

const GOOD: &str = r#"{"digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","extra":{"x":true},"name":"名","offset":-7,"pair":[1,"p"],"serial":9007199254740991,"sites":[{"id":"s/1","kind":"plant"},{"id":"s2","kind":{"shops":3}}],"state":"active"}"#;

fn fault(document: &str) -> (String, Reason) {
    let tree = parse(document.as_bytes(), 4096).unwrap();
    let error = decode::<Record<'_>>(&tree).unwrap_err();
    (error.pointer, error.reason)
}

fn wrong_type(expected: &str, found: Found) -> Reason {
    Reason::WrongType {
        expected: expected.to_owned(),
        found,
    }
}

#[test]
fn a_record_comes_out_and_goes_back() {
    let tree = parse(GOOD.as_bytes(), 4096).unwrap();
    let record: Record<'_> = decode(&tree).unwrap();
    assert!(matches!(record.name, Cow::Borrowed("名")));
    assert_eq!(record.serial, 9_007_199_254_740_991);
    assert_eq!(record.digest, Some(Sha256Digest::of(b"")));
    assert_eq!(record.sites[1].kind, Kind::Shops(3));
    assert_eq!(record.note, None);
    assert_eq!(String::from_utf8(to_canonical(&record).unwrap()).unwrap(), GOOD);
}

#[test]
fn a_document_is_read_in_one_step() {
    assert_eq!(
        read(br#"{"id":"a","kind":"plant"}"#, 100),
        Ok(Site {
            id: Wrapped("a".to_owned()),
            kind: Kind::Plant
        })
    );
    assert!(matches!(read::<Site>(b"{", 100), Err(ReadError::Json(_))));
    assert!(matches!(read::<Site>(b"{}", 100), Err(ReadError::Decode(_))));
}

#[test]
fn an_unknown_member_is_pointed_at() {
    let document = GOOD.replace(r#""kind":"plant""#, r#""kind":"plant","a~/b":1"#);
    let expected = &["id", "kind"];
    assert_eq!(
        fault(&document),
        (
            "/sites/0/a~0~1b".to_owned(),
            Reason::UnknownMember {
                name: "a~/b".to_owned(),
                expected
            }
        )
    );
    let document = GOOD.replace(r#""state""#, r#""status""#);
    assert!(matches!(fault(&document), (at, Reason::UnknownMember { .. }) if at == "/status"));
}

#[test]
fn a_missing_member_is_named_at_its_object() {
    let document = GOOD.replace(r#""id":"s2","#, "");
    assert_eq!(
        fault(&document),
        ("/sites/1".to_owned(), Reason::MissingMember { name: "id" })
    );
    let document = GOOD.replace(r#","state":"active""#, "");
    assert_eq!(
        fault(&document),
        (String::new(), Reason::MissingMember { name: "state" })
    );
}

#[test]
fn a_wrong_type_names_both_sides() {
    for (from, to, pointer, expected, found) in [
        (r#""名""#, "1", "/name", "a string", Found::Integer),
        ("9007199254740991", "\"1\"", "/serial", "u64", Found::String),
        ("9007199254740991", "1.5", "/serial", "u64", Found::Fraction),
        (
            r#"{"x":true}"#,
            r#"{"x":[]}"#,
            "/extra/x",
            "a boolean",
            Found::Array,
        ),
        (
            r#"{"id":"s/1","kind":"plant"}"#,
            r#"["s/1","plant"]"#,
            "/sites/0",
            "struct Site",
            Found::Array,
        ),
        (r#""plant""#, "7", "/sites/0/kind", "enum Kind", Found::Integer),
        (
            r#""plant""#,
            r#"{"plant":1}"#,
            "/sites/0/kind",
            "a string",
            Found::Object,
        ),
        (r#""s/1""#, "null", "/sites/0/id", "a string", Found::Null),
    ] {
        let (at, reason) = fault(&GOOD.replace(from, to));
        assert_eq!(at, pointer, "{reason}");
        assert_eq!(reason, wrong_type(expected, found), "{pointer}");
    }
}

#[test]
fn an_absent_member_is_not_null() {
    let document = GOOD.replace(r#""offset""#, r#""note":null,"offset""#);
    let (at, reason) = fault(&document);
    assert_eq!(
        (at.as_str(), reason.to_string().as_str()),
        (
            "/note",
            "found null, expected a value; an absent member is left out"
        )
    );
}

#[test]
fn a_value_its_type_refuses_is_pointed_at() {
    let (at, reason) = fault(&GOOD.replace("e3b0", "E3b0"));
    assert_eq!(at, "/digest");
    assert_eq!(
        reason.to_string(),
        "byte 0x45 at 0 is not a lower-case hexadecimal digit"
    );
    let (at, reason) = fault(&GOOD.replace("9007199254740991", "-1"));
    assert_eq!(at, "/serial");
    assert_eq!(reason.to_string(), "invalid value: integer `-1`, expected u64");
    let (at, reason) = fault(&GOOD.replace("\"active\"", "\"gone\""));
    assert_eq!(at, "/state");
    assert_eq!(
        reason,
        Reason::UnknownVariant {
            found: "gone".to_owned(),
            expected: &["active", "ended"]
        }
    );
}

#[test]
fn an_array_has_its_length() {
    for (pair, found) in [("[1]", 1), ("[1,\"p\",2]", 3)] {
        let (at, reason) = fault(&GOOD.replace(r#"[1,"p"]"#, pair));
        assert_eq!(at, "/pair");
        assert!(
            matches!(reason, Reason::WrongLength { found: length, .. } if length == found),
            "{reason}"
        );
    }
}

#[test]
fn what_the_reader_refuses_is_not_written() {
    assert_eq!(
        to_canonical(&9_007_199_254_740_992_u64),
        Err(EncodeError::UnsafeInteger)
    );
    assert_eq!(to_canonical(&u64::MAX), Err(EncodeError::UnsafeInteger));
    assert_eq!(
        to_canonical(&-9_007_199_254_740_992_i64),
        Err(EncodeError::UnsafeInteger)
    );
    assert_eq!(to_canonical(&1.0_f64), Err(EncodeError::Float));
    assert_eq!(to_canonical(&None::<bool>), Err(EncodeError::Null));
    assert_eq!(
        to_canonical("\u{fdd0}"),
        Err(EncodeError::Noncharacter { code_point: 0xFDD0 })
    );
    let numbered = BTreeMap::from([(1, true)]);
    assert_eq!(to_canonical(&numbered), Err(EncodeError::NameNotString));
    let deep = |levels| (0..levels).fold(serde_json::json!(0), |inner, _| serde_json::json!([inner]));
    assert!(to_canonical(&deep(32)).is_ok());
    assert_eq!(to_canonical(&deep(33)), Err(EncodeError::TooDeep));

    #[derive(Serialize)]
    struct Twice {
        #[serde(rename = "a")]
        first: bool,
        #[serde(rename = "a")]
        second: bool,
    }
    let twice = Twice {
        first: true,
        second: false,
    };
    assert_eq!(
        to_canonical(&twice),
        Err(EncodeError::DuplicateMember { name: "a".to_owned() })
    );
}
