//! Contexts: the meaning of every member hangs on them, so they are exactly ours, in order (VCDM 2.0 §4.3).

use touchstone_verifier::reason::ReasonCode::{FormatNotSupported, WrongContext};
use touchstone_verifier::report::Headline::{CouldNotTell, NotGenuine};

use crate::draft::Shelf;
use crate::fixture::{resigned, with_member};

const CREDENTIALS: &str = "https://www.w3.org/ns/credentials/v2";
const UNTP: &str = "https://vocabulary.uncefact.org/untp/0.7.0/context/";
const OURS: &str = "https://w3id.org/touchstone/context/v1";

pub(crate) fn put(shelf: &mut Shelf) {
    signed_by_the_issuer(shelf);
    versions(shelf);
    let signed = shelf.world.signed();
    let written_out = [
        (
            "context-written-out",
            "A context written out gives \"grade\" another meaning.",
            r#"{"grade":"https://evil.example/grade"}"#,
        ),
        (
            "context-null",
            "A context of null forgets all meanings before it (JSON-LD 1.1 §4.1).",
            "null",
        ),
        ("context-number", "A context that is a number.", "1"),
    ];
    for (name, why, value) in written_out {
        let document = with_member(&signed, "/@context/2", Some(value));
        shelf.document(name, why, document, NotGenuine, WrongContext);
    }
}

fn signed_by_the_issuer(shelf: &mut Shelf) {
    let list = |entries: &[&str]| serde_json::to_string(entries).unwrap();
    let rows: [(&str, &str, &str, Option<String>); 13] = [
        (
            "context-extra",
            "A fourth context may redefine every term.",
            "/@context/3",
            Some("\"https://evil.example/context\"".into()),
        ),
        (
            "context-other-vocabulary",
            "Another vocabulary in the place of UNTP's.",
            "/@context/1",
            Some("\"https://evil.example/context\"".into()),
        ),
        (
            "context-one-less",
            "The vocabulary is missing.",
            "/@context/1",
            None,
        ),
        ("context-none", "No context at all.", "/@context", None),
        (
            "context-empty",
            "An empty list of contexts.",
            "/@context",
            Some("[]".into()),
        ),
        (
            "context-other-order",
            "The three in another order: later ones win.",
            "/@context",
            Some(list(&[UNTP, CREDENTIALS, OURS])),
        ),
        (
            "context-twice",
            "One of them twice.",
            "/@context",
            Some(list(&[CREDENTIALS, UNTP, OURS, OURS])),
        ),
        (
            "context-of-vcdm-1",
            "The context of VCDM 1.1, under which dates are called otherwise.",
            "/@context/0",
            Some("\"https://www.w3.org/2018/credentials/v1\"".into()),
        ),
        (
            "context-without-tls",
            "The same address without TLS is another.",
            "/@context/2",
            Some(format!("\"{}\"", OURS.replace("https", "http"))),
        ),
        (
            "context-trailing-slash",
            "A slash more.",
            "/@context/2",
            Some(format!("\"{OURS}/\"")),
        ),
        (
            "context-upper-case",
            "A letter in upper case.",
            "/@context/2",
            Some("\"https://w3id.org/Touchstone/context/v1\"".into()),
        ),
        (
            "context-look-alike",
            "A Cyrillic о in the host.",
            "/@context/2",
            Some("\"https://w3id.оrg/touchstone/context/v1\"".into()),
        ),
        (
            "context-fragment",
            "A fragment behind it.",
            "/@context/2",
            Some(format!("\"{OURS}#v2\"")),
        ),
    ];
    for (name, why, pointer, value) in rows {
        let document = resigned(&shelf.world, pointer, value.as_deref());
        shelf.document(name, why, document, NotGenuine, WrongContext);
    }
    let document = with_member(&shelf.world.signed(), "/@context", Some(&format!("\"{OURS}\"")));
    let why = "One context as a string, not the list of three.";
    shelf.document("context-string", why, document, NotGenuine, WrongContext);
}

/// A later version of ours is of a later build: no accusation. What only looks like one is.
fn versions(shelf: &mut Shelf) {
    let base = OURS.strip_suffix("v1").unwrap();
    for later in ["v2", "v10"] {
        let document = resigned(&shelf.world, "/@context/2", Some(&format!("\"{base}{later}\"")));
        let why =
            "A later version of our context: this build cannot know what it says, so it accuses nobody.";
        shelf.document(
            &format!("context-{later}"),
            why,
            document,
            CouldNotTell,
            FormatNotSupported,
        );
    }
    for (name, not_ours) in [
        ("v1x", "v1x"),
        ("v0", "v0"),
        ("v02", "v02"),
        ("no-number", "v"),
        ("path", "v1/v2"),
    ] {
        let document = resigned(
            &shelf.world,
            "/@context/2",
            Some(&format!("\"{base}{not_ours}\"")),
        );
        let why = "What looks like a version of our context and is none.";
        shelf.document(
            &format!("context-version-{name}"),
            why,
            document,
            NotGenuine,
            WrongContext,
        );
    }
}
