//! What is no strict JSON (RFC 8259, RFC 7493, RFC 8785): refused before anything of it counts.

use touchstone_verifier::reason::ReasonCode::{
    DocumentTooLarge, MalformedJson, MalformedPayload, UnexpectedContent,
};
use touchstone_verifier::report::Headline::NotGenuine;

use crate::draft::Shelf;

pub(crate) fn put(shelf: &mut Shelf) {
    let signed = shelf.world.signed();
    inserted(shelf, &signed);
    spoilt(shelf, &signed);
    other_values(shelf, &signed);
    bytes(shelf, &signed);
}

/// A member put before the others: each makes the text something that two readers may read as two documents.
fn inserted(shelf: &mut Shelf, signed: &str) {
    let deep = |open: &str, close: &str| format!(r#""lot":{}1{}"#, open.repeat(32), close.repeat(32));
    let rows: [(&str, &str, String); 26] = [
        (
            "duplicate-id",
            "Two ids: one reader keeps the first, another the last (RFC 7493 §2.3).",
            r#""id":"https://registry.example/certificates/X""#.into(),
        ),
        (
            "duplicate-id-escaped",
            "The second id hides behind an escape.",
            r#""\u0069d":"x""#.into(),
        ),
        (
            "duplicate-context",
            "Two @context: one is shown, the other signed.",
            r#""@context":["https://www.w3.org/ns/credentials/v2"]"#.into(),
        ),
        (
            "duplicate-proof",
            "Two members proof, the first empty.",
            r#""proof":{}"#.into(),
        ),
        (
            "duplicate-subject",
            "Two subjects: the first says level 5.",
            r#""credentialSubject":{"certificate":{"grade":{"level":5}}}"#.into(),
        ),
        (
            "integer-beyond-2-53",
            "2^53: JCS would sign 9007199254740993 as the same number (RFC 8785 §3.2.2.3, RFC 7493 §2.2).",
            r#""lot":9007199254740992"#.into(),
        ),
        (
            "integer-below-minus-2-53",
            "-2^53, likewise.",
            r#""lot":-9007199254740992"#.into(),
        ),
        (
            "number-with-point-nought",
            "1.0 is the same value as 1, and another spelling.",
            r#""lot":1.0"#.into(),
        ),
        (
            "number-with-exponent",
            "1e2 is 100 in another spelling.",
            r#""lot":1e2"#.into(),
        ),
        (
            "minus-nought",
            "-0 becomes 0 when it is written again.",
            r#""lot":-0"#.into(),
        ),
        (
            "leading-nought",
            "A leading nought is no JSON number (RFC 8259 §6).",
            r#""lot":01"#.into(),
        ),
        (
            "plus-sign",
            "A plus sign is no JSON number.",
            r#""lot":+1"#.into(),
        ),
        ("nan", "NaN is no JSON value.", r#""lot":NaN"#.into()),
        (
            "infinity",
            "Infinity is no JSON value.",
            r#""lot":Infinity"#.into(),
        ),
        (
            "exponent-too-large",
            "1e400 is read as infinity by many readers.",
            r#""lot":1e400"#.into(),
        ),
        (
            "hexadecimal-number",
            "Hexadecimal is JSON5, not JSON.",
            r#""lot":0x10"#.into(),
        ),
        (
            "lone-high-surrogate",
            "Half a character: no UTF-8 has it, and readers replace it differently (RFC 7493 §2.1).",
            r#""lot":"\ud800""#.into(),
        ),
        (
            "lone-low-surrogate",
            "The other half of one.",
            r#""lot":"\udc00""#.into(),
        ),
        (
            "surrogates-the-wrong-way",
            "A pair the wrong way round.",
            r#""lot":"\udc00\ud800""#.into(),
        ),
        (
            "noncharacter",
            "U+FFFF is no character to interchange (RFC 7493 §2.1).",
            r#""lot":"\uffff""#.into(),
        ),
        (
            "noncharacter-in-the-middle",
            "U+FDD0, a noncharacter within the plane.",
            r#""lot":"\ufdd0""#.into(),
        ),
        (
            "control-character",
            "A bare control character in a string (RFC 8259 §7).",
            "\"lot\":\"a\u{1}b\"".into(),
        ),
        (
            "unknown-escape",
            "\\x is no escape of JSON.",
            r#""lot":"\x41""#.into(),
        ),
        (
            "half-an-escape",
            "An escape of two digits.",
            r#""lot":"\u12""#.into(),
        ),
        (
            "arrays-33-deep",
            "Arrays in arrays, one level deeper than is followed (RFC 8259 §9).",
            deep("[", "]"),
        ),
        (
            "objects-33-deep",
            "Objects in objects, likewise.",
            deep(r#"{"a":"#, "}"),
        ),
    ];
    for (name, why, member) in rows {
        let document = format!("{{{member},{}", &signed[1..]);
        shelf.document(name, why, document, NotGenuine, MalformedJson);
    }
    let large = format!(r#"{{"lot":"{}",{}"#, "x".repeat(257 * 1024), &signed[1..]);
    let why = "A member of 257 KiB: longer than a certificate may be, refused unread.";
    shelf.document("too-large", why, large, NotGenuine, DocumentTooLarge);
    let blank = format!("{signed}{}", " ".repeat(256 * 1024));
    let why = "The genuine document behind 256 KiB of blanks: still too long to be read.";
    shelf.document("too-large-of-blanks", why, blank, NotGenuine, DocumentTooLarge);
}

fn spoilt(shelf: &mut Shelf, signed: &str) {
    let nested = signed.replacen(r#""certificate":{"#, r#""certificate":{"version":9,"#, 1);
    let cut = signed.len() / 2;
    let cut = (0..=cut)
        .rev()
        .find(|place| signed.is_char_boundary(*place))
        .unwrap();
    let rows: [(&str, &str, String); 17] = [
        ("empty", "Nothing at all.", String::new()),
        ("blank", "Nothing but white space.", " \r\n\t ".into()),
        (
            "words",
            "A sentence instead of a document.",
            "this certificate is genuine".into(),
        ),
        (
            "html-page",
            "The page of a captive portal, answered with 200.",
            "<!DOCTYPE html><html><head><title>Login</title></head><body>Welcome</body></html>".into(),
        ),
        (
            "duplicate-deep-inside",
            "A second version within the certificate.",
            nested,
        ),
        (
            "cut-short",
            "The last brace is missing.",
            signed[..signed.len() - 1].to_owned(),
        ),
        ("cut-in-half", "Half of the document.", signed[..cut].to_owned()),
        (
            "something-behind",
            "A second document behind the first.",
            format!("{signed}{{}}"),
        ),
        (
            "letters-behind",
            "Letters behind the document.",
            format!("{signed}ok"),
        ),
        (
            "nul-behind",
            "A NUL behind the document: some programs see nothing after it.",
            format!("{signed}\0"),
        ),
        (
            "byte-order-mark",
            "A byte order mark before it (RFC 8259 §8.1).",
            format!("\u{feff}{signed}"),
        ),
        (
            "comment",
            "A comment is no JSON.",
            format!("/* genuine */{signed}"),
        ),
        (
            "trailing-comma",
            "A comma before the last brace.",
            format!("{},}}", &signed[..signed.len() - 1]),
        ),
        (
            "single-quotes",
            "Quotes of another language.",
            signed.replace('"', "'"),
        ),
        (
            "bare-name",
            "A name without quotes.",
            format!("{{lot:1,{}", &signed[1..]),
        ),
        (
            "no-break-space",
            "A no-break space is no white space of JSON (RFC 8259 §2).",
            format!("{{\u{a0}{}", &signed[1..]),
        ),
        (
            "string-never-ends",
            "A string that does not end.",
            format!("{{\"lot\":\"{}", signed.replace(['"', '\\'], "")),
        ),
    ];
    for (name, why, document) in rows {
        shelf.document(name, why, document, NotGenuine, MalformedJson);
    }
}

/// JSON, and no document.
fn other_values(shelf: &mut Shelf, signed: &str) {
    let rows = [
        (
            "array-around",
            "The document within an array: not an object.",
            format!("[{signed}]"),
        ),
        ("empty-array", "An array of nothing.", "[]".to_owned()),
        ("null", "The value null.", "null".to_owned()),
        (
            "true",
            "The value true: nothing that says so makes it so.",
            "true".to_owned(),
        ),
        (
            "string-around",
            "The document as a string.",
            serde_json::to_string(signed).unwrap(),
        ),
    ];
    for (name, why, document) in rows {
        shelf.document(name, why, document, NotGenuine, UnexpectedContent);
    }
    let why = "A number: read as the digits of a QR code, which it is not.";
    shelf.document("number", why, "12345", NotGenuine, MalformedPayload);
}

/// Bytes that are no UTF-8 (RFC 8259 §8.1): given as they are, refused wherever the first wrong one stands.
fn bytes(shelf: &mut Shelf, signed: &str) {
    let in_a_string = {
        let mut bytes = signed.as_bytes().to_vec();
        let place = bytes.windows(6).position(|window| window == b"\"name\"").unwrap();
        bytes[place + 9] = 0xff;
        bytes
    };
    let utf_16: Vec<u8> = std::iter::once(0xfeff)
        .chain(signed.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let overlong = [b"{\"\xc1\xa9d\":\"x\",".as_slice(), &signed.as_bytes()[1..]].concat();
    let rows = [
        (
            "byte-no-text-has",
            "A byte that no UTF-8 has, within a name.",
            in_a_string,
        ),
        ("utf-16", "The document in UTF-16 with its mark.", utf_16),
        (
            "overlong-utf-8",
            "A letter of \"id\" spelt with two bytes instead of one: an old way past filters (RFC 3629 §10).",
            overlong,
        ),
    ];
    for (name, why, bytes) in rows {
        let text = touchstone_tests::corpus::text_of(bytes.clone());
        shelf.document(name, why, text, NotGenuine, MalformedJson);
        shelf.drafts.last_mut().unwrap().bytes = Some(bytes);
    }
}
