//! What looks odd and is as its issuer signed it: a verifier that refuses these is wrong too.

use serde_json::Value;
use touchstone_schemas::credential::{AssessedUnit, UnitKind};
use touchstone_verifier::reason::ReasonCode::{SignatureValid, StatusGood};
use touchstone_verifier::report::Headline::InForce;

use crate::draft::Shelf;
use crate::fixture::{World, day, text};

pub(crate) fn put(shelf: &mut Shelf) {
    let signed = shelf.world.signed();
    let tree: Value = serde_json::from_str(&signed).unwrap();
    let mut good = |name: &str, why: &str, document: String| {
        shelf.document(name, why, document, InForce, SignatureValid);
    };
    good(
        "as-issued",
        "Not hostile: the document all others are made from.",
        signed.clone(),
    );
    good(
        "pretty-printed",
        "The same value in another spelling, with white space: JCS makes it the same bytes (RFC 8785 §3.2.1).",
        serde_json::to_string_pretty(&tree).unwrap(),
    );
    good(
        "white-space-around",
        "Blank lines and tabs around the document say nothing.",
        format!("\r\n\t {signed}\n\n"),
    );
    good(
        "escaped-characters",
        "Characters spelt as escapes are the same characters (RFC 8785 §3.2.2.2).",
        escaped(&signed),
    );
    good(
        "members-in-reverse",
        "Members in another order: JCS sorts them (RFC 8785 §3.2.3).",
        reversed(&tree),
    );
    good(
        "escaped-slashes",
        "A solidus may be escaped (RFC 8259 §7).",
        signed.replace('/', "\\/"),
    );
    made(shelf);
}

/// Certificates whose own words try to be more than words.
fn made(shelf: &mut Shelf) {
    type Change = fn(&mut World);
    let changes: [(&str, &str, Change); 6] = [
        (
            "markup-in-a-name",
            "The holder's name is markup: a certificate all the same, and a page must show it as text.",
            |world| world.credential.holder.name = text("<img src=x onerror=alert(1)>有限公司"),
        ),
        (
            "formula-in-a-name",
            "The holder's name begins as a formula: an export must not let a spreadsheet run it.",
            |world| world.credential.holder.name = text("=HYPERLINK(\"https://evil.example\",\"点击\")"),
        ),
        (
            "link-in-the-scope",
            "The scope holds a link: nothing of a document is followed.",
            |world| world.credential.scope = text("详见 https://evil.example/v#12345678901234567890"),
        ),
        (
            "five-hundred-characters",
            "The longest text allowed, to the character.",
            |world| world.credential.scope = text(&"装".repeat(500)),
        ),
        (
            "one-workshop-only",
            "A workshop is certified, not the company: the verdict is about that unit.",
            |world| {
                world.credential.assessed_unit = Some(AssessedUnit {
                    kind: UnitKind::Workshop,
                    name: text("三号车间"),
                    name_en: None,
                });
            },
        ),
        (
            "last-index",
            "The last entry that the shortest list has.",
            |world| world.credential.status.index = 131_071,
        ),
    ];
    for (name, why, change) in changes {
        let mut world = World::new();
        change(&mut world);
        shelf.request(name, why, world.request(), InForce, &[SignatureValid, StatusGood]);
    }
    let mut world = World::new();
    world.credential.transcribed = Some(day("2026-03-02"));
    shelf.request(
        "transcribed-from-paper",
        "First issued on paper and said to be: in force, and people are told (transcribed).",
        world.request(),
        InForce,
        &[StatusGood],
    );
}

/// Every character outside ASCII as an escape.
fn escaped(signed: &str) -> String {
    let escape = |c: char| {
        let units = c.encode_utf16(&mut [0; 2]).to_vec();
        units
            .iter()
            .map(|unit| format!("\\u{unit:04x}"))
            .collect::<String>()
    };
    signed
        .chars()
        .map(|c| if c.is_ascii() { c.to_string() } else { escape(c) })
        .collect()
}

/// The same tree, every object's members from the last to the first.
fn reversed(tree: &Value) -> String {
    match tree {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .rev()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), reversed(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(reversed).collect();
            format!("[{}]", elements.join(","))
        }
        other => other.to_string(),
    }
}
