//! Typed reading and writing of records: closed world, exact pointers, what comes out goes back in.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use touchstone_schemas::decode::{DecodeReason as Reason, Found, ReadError, decode, read};
use touchstone_schemas::digest::Sha256Digest;
use touchstone_schemas::jcs::{canonicalize, to_canonical};
use touchstone_schemas::json::{parse, parse_i_json};
use touchstone_schemas::record::UnknownWord;
use touchstone_schemas::{record, words};

#[derive(Debug, PartialEq)]
struct Record {
    name: String,
    serial: u64,
    note: Option<String>,
    sites: Vec<Site>,
    digest: Option<Sha256Digest>,
    state: State,
    small: u8,
    extra: BTreeMap<String, bool>,
}

record! { Record {
    "digest"? digest,
    "extra": extra,
    "name": name,
    "note"? note,
    "serial": serial,
    "sites": sites,
    "small": small,
    "state": state,
} }

#[derive(Debug, PartialEq)]
struct Site {
    id: String,
    kind: Kind,
}

record! { Site { "id": id, "kind": kind } }

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Active,
    Ended,
}

words! { State { Active = "active", Ended = "ended" } }

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Plant,
}

words! { Kind { Plant = "plant" } }

const GOOD: &str = r#"{"digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","extra":{"x":true},"name":"名","serial":9007199254740991,"sites":[{"id":"s/1","kind":"plant"},{"id":"s2","kind":"plant"}],"small":7,"state":"active"}"#;

fn fault(document: &str) -> (String, Reason) {
    let tree = parse_i_json(document.as_bytes(), 4096).unwrap();
    let error = decode::<Record>(&tree).unwrap_err();
    (error.pointer().to_owned(), error.reason().clone())
}

#[test]
fn a_record_comes_out_and_goes_back() {
    let tree = parse(GOOD.as_bytes(), 4096).unwrap();
    let record: Record = decode(&tree).unwrap();
    assert_eq!(record.name, "名");
    assert_eq!(record.serial, 9_007_199_254_740_991);
    assert_eq!(record.digest, Some(Sha256Digest::of(b"")));
    assert_eq!(record.sites[1].id, "s2");
    assert_eq!(record.note, None);
    assert_eq!(String::from_utf8(to_canonical(&record)).unwrap(), GOOD);
}

/// Whatever stands in the texts, what is written is canonical and reads back.
#[test]
fn every_text_is_written_canonically() {
    let record = Record {
        name: "\"\\/\u{8}\u{c}\n\r\t\u{1f}é€𝄞".to_owned(),
        serial: 0,
        note: Some(String::new()),
        sites: Vec::new(),
        digest: None,
        state: State::Ended,
        small: 255,
        extra: ["\u{e000}", "\u{1f600}", "a", "\""]
            .map(|name| (name.to_owned(), false))
            .into(),
    };
    let written = to_canonical(&record);
    assert_eq!(canonicalize(&written, written.len()).unwrap(), written);
    assert_eq!(read::<Record>(&written, written.len()), Ok(record));
    let again = format!("\u{1}{}\"", "x\\y");
    let quoted = to_canonical(&format_args!("{again}{}", 'z'));
    assert_eq!(quoted, to_canonical(&format!("{again}z")));
}

#[test]
fn a_document_is_read_in_one_step() {
    let site = Site {
        id: "a".to_owned(),
        kind: Kind::Plant,
    };
    assert_eq!(read(br#"{"id":"a","kind":"plant"}"#, 100), Ok(site));
    assert!(matches!(read::<Site>(b"{", 100), Err(ReadError::Json(_))));
    assert!(matches!(read::<Site>(b"{}", 100), Err(ReadError::Decode(_))));
}

#[test]
fn an_unknown_member_is_pointed_at() {
    for place in ["\"a~/b\":1,\"id\"", "\"id\""] {
        let (from, to) = match place {
            "\"id\"" => (r#""kind":"plant"},"#, r#""kind":"plant","z~/b":1},"#),
            _ => (r#"{"id":"s/1""#, r#"{"a~/b":1,"id":"s/1""#),
        };
        let (at, reason) = fault(&GOOD.replacen(from, to, 1));
        assert!(at == "/sites/0/a~0~1b" || at == "/sites/0/z~0~1b", "{at}");
        let Reason::UnknownMember { name, expected } = reason else {
            panic!("{reason}")
        };
        assert!(name == "a~/b" || name == "z~/b");
        assert_eq!(expected, &["id", "kind"]);
    }
    // A misspelt member is named rather than the one it leaves wanting.
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
        (
            "9007199254740991",
            "\"1\"",
            "/serial",
            "a whole number",
            Found::String,
        ),
        (
            "9007199254740991",
            "1.5",
            "/serial",
            "a whole number",
            Found::Fraction,
        ),
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
            "an object",
            Found::Array,
        ),
        (r#""plant""#, "7", "/sites/0/kind", "a word", Found::Integer),
        (r#""s/1""#, "null", "/sites/0/id", "a string", Found::Null),
        (r#"{"x":true}"#, "true", "/extra", "an object", Found::Boolean),
    ] {
        let (at, reason) = fault(&GOOD.replacen(from, to, 1));
        assert_eq!(at, pointer, "{reason}");
        assert_eq!(reason, Reason::WrongType { expected, found }, "{pointer}");
    }
}

#[test]
fn an_absent_member_is_not_null() {
    let document = GOOD.replace(r#""serial""#, r#""note":null,"serial""#);
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
    let (at, reason) = fault(&GOOD.replace("\"small\":7", "\"small\":256"));
    assert_eq!(at, "/small");
    assert_eq!(reason.to_string(), "256 is not a whole number from 0 to 255");
    let (at, reason) = fault(&GOOD.replace("9007199254740991", "-1"));
    assert_eq!(at, "/serial");
    assert_eq!(
        reason.to_string(),
        "-1 is not a whole number from 0 to 9007199254740991"
    );
    let (at, reason) = fault(&GOOD.replace("\"active\"", "\"gone\""));
    assert_eq!(at, "/state");
    let expected: &[&str] = &["active", "ended"];
    let found = "gone".to_owned();
    assert_eq!(reason, Reason::UnknownWord(UnknownWord { found, expected }));
}
