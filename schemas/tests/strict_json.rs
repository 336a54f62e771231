//! The edges of the strict profile, and what each refusal says.

#![expect(clippy::unwrap_used, reason = "tests")]

use touchstone_schemas::budget::MAX_CREDENTIAL_BYTES;
use touchstone_schemas::json::{Expected, JsonErrorReason as Reason, Value, parse, parse_i_json};

fn refusal(document: impl AsRef<[u8]>) -> (usize, Reason) {
    let error = parse_i_json(document.as_ref(), MAX_CREDENTIAL_BYTES).unwrap_err();
    (error.offset, error.reason)
}

fn canonical(document: impl AsRef<[u8]>) -> String {
    let value = parse_i_json(document.as_ref(), MAX_CREDENTIAL_BYTES).unwrap();
    String::from_utf8(value.to_canonical_bytes()).unwrap()
}

fn noncanonical(canonical: &str) -> Reason {
    Reason::NonCanonicalNumber {
        canonical: canonical.to_owned(),
    }
}

fn duplicate(name: &str) -> Reason {
    Reason::DuplicateMember {
        name: name.to_owned(),
    }
}

#[test]
fn depth_32_is_read_and_33_is_not() {
    for (open, close, leaf) in [("[", "]", ""), ("{\"a\":", "}", "0")] {
        let nested = |depth: usize| format!("{}{leaf}{}", open.repeat(depth), close.repeat(depth));
        assert_eq!(canonical(nested(32)), nested(32));
        assert_eq!(
            refusal(nested(33)),
            (32 * open.len(), Reason::TooDeep { limit: 32 })
        );
        assert_eq!(
            refusal(open.repeat(100_000 / open.len())).1,
            Reason::TooDeep { limit: 32 }
        );
    }
    // Siblings do not add up.
    assert_eq!(canonical(format!("[{}[]]", "[[]],".repeat(100))).len(), 504);
}

#[test]
fn a_document_of_1_mb_is_refused_unread() {
    let document = vec![b'\xff'; 1_000_000];
    assert_eq!(
        refusal(&document),
        (
            262_144,
            Reason::TooLong {
                length: 1_000_000,
                limit: 262_144
            }
        )
    );
    let longest = format!("\"{}\"", "a".repeat(MAX_CREDENTIAL_BYTES - 2));
    assert_eq!(canonical(&longest), longest);
}

#[test]
fn integers_end_at_two_to_the_53() {
    for token in ["9007199254740991", "-9007199254740991", "0", "-1", "10"] {
        assert_eq!(canonical(token), token);
    }
    for token in [
        "9007199254740992",
        "-9007199254740992",
        "10000000000000000",
        "99999999999999999999999999",
    ] {
        assert_eq!(refusal(token), (0, Reason::UnsafeInteger), "{token}");
    }
    assert_eq!(refusal("{\"lot\":9007199254740992}"), (7, Reason::UnsafeInteger));
}

#[test]
fn numbers_are_spelled_canonically() {
    for token in ["1e+21", "1.5", "-0.000001", "5e-324", "1.7976931348623157e+308"] {
        assert_eq!(canonical(token), token);
    }
    for (token, wanted) in [
        ("-0", "0"),
        ("0.0", "0"),
        ("1.0", "1"),
        ("1e2", "100"),
        ("1E+21", "1e+21"),
        ("1e-400", "0"),
        ("1e21", "1e+21"),
    ] {
        assert_eq!(refusal(token), (0, noncanonical(wanted)), "{token}");
    }
    assert_eq!(refusal("-1e400"), (0, Reason::NumberOutOfRange));
    let end = Expected::DocumentEnd;
    assert_eq!(
        refusal("01"),
        (
            1,
            Reason::UnexpectedByte {
                found: b'1',
                expected: end
            }
        )
    );
    let digit = Expected::Digit;
    assert_eq!(
        refusal("[-]"),
        (
            2,
            Reason::UnexpectedByte {
                found: b']',
                expected: digit
            }
        )
    );
    assert_eq!(refusal("1."), (2, Reason::UnexpectedEnd { expected: digit }));
    assert_eq!(refusal("1e+"), (3, Reason::UnexpectedEnd { expected: digit }));
}

#[test]
fn a_name_twice_is_refused_however_spelled() {
    assert_eq!(refusal(r#"{"a":1,"a":1}"#), (7, duplicate("a")));
    assert_eq!(refusal(r#"{"a":1,"\u0061":2}"#), (7, duplicate("a")));
    assert_eq!(refusal(r#"{"b":1,"a":2,"b":3}"#), (13, duplicate("b")));
    assert_eq!(
        refusal(r#"{"c":0,"b":1,"a":2,"b":3,"c":4}"#),
        (19, duplicate("b"))
    );
    assert_eq!(refusal(r#"[{"x":{"中":1,"\u4E2d":2}}]"#), (15, duplicate("中")));
    assert_eq!(
        canonical(r#"{"b":{"a":1},"a":{"a":1}}"#),
        r#"{"a":{"a":1},"b":{"a":1}}"#
    );
}

#[test]
fn surrogates_come_in_pairs() {
    assert_eq!(canonical(r#""\uD83D\uDE02""#), "\"😂\"");
    for (document, offset, code_unit) in [
        (r#""\ud800""#, 1, 0xD800),
        (r#""a\udc00""#, 2, 0xDC00),
        (r#""\ud800\u0041""#, 1, 0xD800),
        (r#""\ud800\ud800""#, 1, 0xD800),
        (r#""\ude02\ud83d""#, 1, 0xDE02),
        (r#""\ud800x""#, 1, 0xD800),
    ] {
        assert_eq!(
            refusal(document),
            (offset, Reason::LoneSurrogate { code_unit }),
            "{document}"
        );
    }
    assert_eq!(refusal(b"\"\xED\xA0\x80\""), (1, Reason::InvalidUtf8));
}

#[test]
fn noncharacters_are_refused_raw_and_escaped() {
    let planes = (0..=16_u32).flat_map(|plane| [plane << 16 | 0xFFFE, plane << 16 | 0xFFFF]);
    for code_point in (0xFDD0..=0xFDEF).chain(planes) {
        let character = char::from_u32(code_point).unwrap();
        let expected = Reason::Noncharacter { code_point };
        let escaped: String = character
            .encode_utf16(&mut [0; 2])
            .iter()
            .map(|unit| format!("\\u{unit:04x}"))
            .collect();
        for text in [character.to_string(), escaped] {
            // At every offset, for the reader looks at blocks.
            for padding in [0, 1, 27, 28, 29, 30, 31, 32, 100] {
                let document = format!("\"{}{text}\"", "x".repeat(padding));
                assert_eq!(refusal(&document), (padding + 1, expected.clone()));
            }
            assert_eq!(refusal(format!("{{\"{text}\":1}}")), (2, expected.clone()));
        }
    }
    let neighbours = "\"\u{fdcf}\u{fdf0}\u{fffd}\u{10000}\u{1fffd}\u{10fffd}（，）\"";
    assert_eq!(canonical(neighbours), neighbours);
}

#[test]
fn text_is_utf8_without_mark() {
    assert_eq!(refusal(b"\xEF\xBB\xBF{}"), (0, Reason::ByteOrderMark));
    assert_eq!(refusal(b"[\"ab\xff\"]"), (4, Reason::InvalidUtf8));
    assert_eq!(
        refusal("\"a\u{1f}\""),
        (2, Reason::ControlCharacter { found: 0x1f })
    );
    assert_eq!(
        refusal("\"0123456789\n\""),
        (11, Reason::ControlCharacter { found: b'\n' })
    );
    assert_eq!(canonical("\"\u{7f}\u{80}\""), "\"\u{7f}\u{80}\"");
}

#[test]
fn escapes() {
    assert_eq!(
        canonical(r#""\u0041\/\"\\\b\f\n\r\t\u001F\u0000""#),
        r#""A/\"\\\b\f\n\r\t\u001f\u0000""#
    );
    assert_eq!(refusal(r#""a\x""#), (2, Reason::InvalidEscape));
    let hex = Expected::HexDigits;
    assert_eq!(
        refusal(r#""\u00g0""#),
        (
            5,
            Reason::UnexpectedByte {
                found: b'g',
                expected: hex
            }
        )
    );
    assert_eq!(refusal(r#""\u00"#), (5, Reason::UnexpectedEnd { expected: hex }));
    assert_eq!(
        refusal(r#""\"#),
        (
            2,
            Reason::UnexpectedEnd {
                expected: Expected::StringEnd
            }
        )
    );
}

#[test]
fn refusals_say_what_was_expected() {
    for (document, offset, found, expected) in [
        ("[1 2]", 3, b'2', Expected::CommaOrArrayEnd),
        ("[1,]", 3, b']', Expected::Value),
        ("{\"a\":1 \"b\":2}", 7, b'"', Expected::CommaOrObjectEnd),
        ("{\"a\":1,}", 7, b'}', Expected::MemberName),
        ("{a:1}", 1, b'a', Expected::MemberNameOrObjectEnd),
        ("{\"a\" 1}", 5, b'1', Expected::Colon),
        ("nul]", 3, b']', Expected::Literal),
        ("{} {}", 3, b'{', Expected::DocumentEnd),
        ("\u{c}1", 0, 0x0c, Expected::Value),
    ] {
        assert_eq!(
            refusal(document),
            (offset, Reason::UnexpectedByte { found, expected }),
            "{document}"
        );
    }
    assert_eq!(
        refusal(""),
        (
            0,
            Reason::UnexpectedEnd {
                expected: Expected::Value
            }
        )
    );
    assert_eq!(
        refusal(r#"{"a":1"#).1,
        Reason::UnexpectedEnd {
            expected: Expected::CommaOrObjectEnd
        }
    );
    let error = parse_i_json(b"[1 2]", 100).unwrap_err();
    assert_eq!(
        error.to_string(),
        "found byte 0x32 where ',' or ']' was expected at byte 3"
    );
}

#[test]
fn names_sort_by_utf16_code_units() {
    let sorted = "{\"\":0,\"a\":0,\"a\u{0}\":0,\"aa\":0,\"é\":0,\"\u{d7ff}\":0,\"\u{10000}\":0,\"\u{10fffd}\":0,\"\u{e000}\":0,\"\u{fffd}\":0}"
        .replace('\u{0}', "\\u0000");
    let members: Vec<&str> = sorted.trim_matches(['{', '}']).split(',').collect();
    let reversed = format!("{{{}}}", members.into_iter().rev().collect::<Vec<_>>().join(","));
    assert_eq!(canonical(&sorted), sorted);
    assert_eq!(canonical(reversed), sorted);
}

#[test]
fn pointers_lead_to_values() {
    let value = parse_i_json(r#"{"a/b":[10,{"m~n":"中"}],"":0}"#.as_bytes(), 100).unwrap();
    assert_eq!(
        value.pointer("/a~1b/1/m~0n").and_then(|found| found.as_str()),
        Some("中")
    );
    assert_eq!(value.pointer(""), Some(&value));
    assert!(value.pointer("/").is_some());
    for pointer in [
        "a",
        "/a~1b/01",
        "/a~1b/2",
        "/a~1b/-",
        "/a~1b/+1",
        "/x",
        "/a~1b/0/0",
    ] {
        assert_eq!(value.pointer(pointer), None, "{pointer}");
    }
}

/// Documents of ours: numbers are whole, whatever their spelling; all else is as in any I-JSON.
#[test]
fn a_document_holds_whole_numbers_only() {
    fn read(document: &str) -> Result<Value<'_>, (usize, Reason)> {
        parse(document.as_bytes(), 100).map_err(|error| (error.offset, error.reason))
    }
    for fraction in ["1.5", "1e2", "1.0", "-0.0", "1e400", "1."] {
        let document = format!("[0,{fraction}]");
        assert_eq!(read(&document), Err((3, Reason::Fraction)), "{fraction}");
    }
    for whole in ["0", "-7", "9007199254740991"] {
        let document = format!("[{whole}]");
        assert_eq!(
            read(&document).unwrap(),
            parse_i_json(document.as_bytes(), 100).unwrap()
        );
    }
    assert_eq!(read("[9007199254740992]"), Err((1, Reason::UnsafeInteger)));
    assert_eq!(read("[-0]"), Err((1, noncanonical("0"))));
    assert!(matches!(read("[01]"), Err((2, _))));
}
