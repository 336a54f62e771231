//! Proofs (VC Data Integrity 1.0 §2.1, §4.4; eddsa-jcs-2022 §3.3): one, whole, of our suite, for assertions. Where it can
//! be, the options are really signed by the issuer's key, so that nothing but the rule stands in the way.

use serde_json::{Value, json};
use touchstone_verifier::reason::ReasonCode::{
    self, FormatNotSupported, ProofMalformed, ProofMissing, SeveralProofs,
};
use touchstone_verifier::report::Headline::{self, CouldNotTell, NotGenuine};

use super::signatures::{Options, proven};
use crate::draft::Shelf;
use crate::fixture::with_member;

pub(crate) fn put(shelf: &mut Shelf) {
    shapes(shelf);
    foreign_suites(shelf);
    options(shelf);
    values(shelf);
}

fn shapes(shelf: &mut Shelf) {
    let signed = shelf.world.signed();
    let proof = serde_json::from_str::<Value>(&signed).unwrap()["proof"].clone();
    let made = |value: Value| with_member(&signed, "/proof", Some(&value.to_string()));
    let mut later = proof.clone();
    later["cryptosuite"] = "sm2-jcs-2027".into();
    let mut older = proof.clone();
    older["type"] = "Ed25519Signature2018".into();
    older.as_object_mut().unwrap().remove("cryptosuite");
    let rows: [(&str, &str, String, Headline, ReasonCode); 12] = [
        (
            "proof-missing",
            "No proof: anybody could have written it.",
            with_member(&signed, "/proof", None),
            NotGenuine,
            ProofMissing,
        ),
        (
            "proof-empty-set",
            "A set of no proofs: all of none hold.",
            made(json!([])),
            NotGenuine,
            ProofMissing,
        ),
        (
            "proof-set-of-one",
            "The proof within an array: a second could be slipped in.",
            made(json!([proof])),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "proof-twice",
            "The same proof twice.",
            made(json!([proof, proof])),
            NotGenuine,
            SeveralProofs,
        ),
        (
            "proof-and-an-older-one",
            "A good proof beside one of a type that is no longer checked.",
            made(json!([proof, older])),
            NotGenuine,
            SeveralProofs,
        ),
        (
            "proof-and-a-later-one",
            "A good proof beside one of a later suite: what that one says cannot be told.",
            made(json!([proof, later])),
            CouldNotTell,
            FormatNotSupported,
        ),
        (
            "proof-null",
            "A proof of null.",
            made(Value::Null),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "proof-text",
            "A proof that is a text.",
            made(json!("valid")),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "proof-number",
            "A proof that is a number.",
            made(json!(1)),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "proof-empty",
            "A proof without anything.",
            made(json!({})),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "proof-jwt",
            "A JWT with \"alg\":\"none\" in the proof's place.",
            made(json!({"type": "JsonWebSignature2020", "jws": "eyJhbGciOiJub25lIn0.."})),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "proof-in-proof",
            "The proof one level deeper.",
            made(json!({"proof": proof})),
            NotGenuine,
            ProofMalformed,
        ),
    ];
    for (name, why, document, headline, code) in rows {
        shelf.document(name, why, document, headline, code);
    }
}

/// Other suites under the known type of proof: nobody is accused because a build is old.
fn foreign_suites(shelf: &mut Shelf) {
    for suite in [
        "eddsa-rdfc-2022",
        "ecdsa-jcs-2019",
        "bbs-2023",
        "sm2-jcs-2027",
        "EDDSA-JCS-2022",
    ] {
        let document = proven(
            &shelf.world,
            Options::of(&shelf.world).with("cryptosuite", json!(suite)),
        );
        let why = format!(
            "Signed as by our suite and called {suite}: what this build does not know it does not judge, whatever the signature."
        );
        let name = format!(
            "suite-{}",
            suite.to_lowercase().replace("eddsa-jcs-2022", "in-upper-case")
        );
        shelf.document(&name, &why, document, CouldNotTell, FormatNotSupported);
    }
    for (name, suite) in [
        ("suite-empty-list", json!([])),
        ("suite-null", Value::Null),
        ("suite-number", json!(2022)),
    ] {
        let document = proven(&shelf.world, Options::of(&shelf.world).with("cryptosuite", suite));
        let why = "The suite is no text.";
        shelf.document(name, why, document, NotGenuine, ProofMalformed);
    }
}

/// Options that the issuer's key signed, and that no proof of ours has.
fn options(shelf: &mut Shelf) {
    let without = [
        ("proof-without-type", "type"),
        ("proof-without-suite", "cryptosuite"),
        ("proof-without-purpose", "proofPurpose"),
        ("proof-without-method", "verificationMethod"),
        ("proof-without-created", "created"),
        ("proof-without-context", "@context"),
    ];
    for (name, member) in without {
        let document = proven(&shelf.world, Options::of(&shelf.world).without(member));
        let why = format!("The options lack {member}, and are signed without it.");
        shelf.document(name, &why, document, NotGenuine, ProofMalformed);
    }
    let with: [(&str, &str, &str, Value); 24] = [
        (
            "purpose-authentication",
            "Signed to log in somewhere, not to certify: replayed (VC Data Integrity §4.4).",
            "proofPurpose",
            json!("authentication"),
        ),
        (
            "purpose-key-agreement",
            "Signed for another purpose.",
            "proofPurpose",
            json!("keyAgreement"),
        ),
        (
            "purpose-capability-invocation",
            "Signed for another purpose.",
            "proofPurpose",
            json!("capabilityInvocation"),
        ),
        (
            "purpose-list",
            "Two purposes at once.",
            "proofPurpose",
            json!(["assertionMethod", "authentication"]),
        ),
        (
            "purpose-upper-case",
            "The purpose in another case.",
            "proofPurpose",
            json!("AssertionMethod"),
        ),
        (
            "proof-type-2020",
            "A type of proof that names another algorithm.",
            "type",
            json!("Ed25519Signature2020"),
        ),
        (
            "proof-type-list",
            "The type within an array.",
            "type",
            json!(["DataIntegrityProof"]),
        ),
        (
            "proof-context-of-another",
            "The proof's contexts are not the document's (eddsa-jcs-2022 §3.3.2).",
            "@context",
            json!(["https://www.w3.org/ns/credentials/v2"]),
        ),
        (
            "proof-previous",
            "A chain of proofs, of which the first is not here.",
            "previousProof",
            json!("urn:uuid:9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"),
        ),
        (
            "proof-expires",
            "A proof that ends by itself.",
            "expires",
            json!("2027-01-01T00:00:00Z"),
        ),
        (
            "proof-expired",
            "A proof that has ended by itself.",
            "expires",
            json!("2026-04-01T00:00:00Z"),
        ),
        (
            "proof-domain",
            "Signed for one domain, shown at another.",
            "domain",
            json!("https://other.example"),
        ),
        (
            "proof-challenge",
            "Signed as the answer to a challenge: a presentation, not a certificate.",
            "challenge",
            json!("1f44d55f-f161-4938-a659-f8026467f126"),
        ),
        (
            "proof-nonce",
            "A member that no rule gives a meaning here.",
            "nonce",
            json!("8e2b1c"),
        ),
        (
            "proof-id",
            "A name of its own, under which others could build on it.",
            "id",
            json!("urn:uuid:9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"),
        ),
        (
            "proof-verified",
            "The proof says of itself that it is verified.",
            "verified",
            json!(true),
        ),
        (
            "proof-embedded-key",
            "The proof brings its own key along.",
            "publicKeyMultibase",
            json!("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"),
        ),
        (
            "created-with-fraction",
            "An instant with a fraction: not our one form.",
            "created",
            json!("2026-03-02T01:00:00.5Z"),
        ),
        (
            "created-with-offset",
            "The same instant on another clock.",
            "created",
            json!("2026-03-02T09:00:00+08:00"),
        ),
        (
            "created-lower-case",
            "Letters in lower case.",
            "created",
            json!("2026-03-02t01:00:00z"),
        ),
        (
            "created-no-such-day",
            "The 30th of February.",
            "created",
            json!("2026-02-30T01:00:00Z"),
        ),
        (
            "created-leap-second",
            "A second that no clock here counts.",
            "created",
            json!("2026-06-30T23:59:60Z"),
        ),
        (
            "created-number",
            "Seconds since 1970.",
            "created",
            json!(1_772_413_200),
        ),
        (
            "created-space",
            "A blank between day and time.",
            "created",
            json!("2026-03-02 01:00:00Z"),
        ),
    ];
    for (name, why, member, value) in with {
        let document = proven(&shelf.world, Options::of(&shelf.world).with(member, value));
        shelf.document(name, why, document, NotGenuine, ProofMalformed);
    }
    let methods = [
        (
            "method-with-leading-nought",
            "key-01 is not key-1: one key, one name.",
            "did:web:cert.example#key-01",
        ),
        (
            "method-with-query",
            "A query in the fragment.",
            "did:web:cert.example#key-1?v=2",
        ),
        (
            "method-without-key",
            "The DID alone names no key.",
            "did:web:cert.example",
        ),
        (
            "method-empty-fragment",
            "An empty name of a key.",
            "did:web:cert.example#",
        ),
        (
            "method-two-fragments",
            "Two fragments: which one names the key?",
            "did:web:cert.example#key-1#key-2",
        ),
        (
            "method-percent-encoded",
            "A percent sign instead of the digit.",
            "did:web:cert.example#key-%31",
        ),
        (
            "method-trailing-blank",
            "A blank behind the name.",
            "did:web:cert.example#key-1 ",
        ),
    ];
    for (name, why, method) in methods {
        let document = proven(
            &shelf.world,
            Options::of(&shelf.world).with("verificationMethod", json!(method)),
        );
        shelf.document(name, why, document, NotGenuine, ProofMalformed);
    }
    for (name, method) in [
        ("method-number", json!(1)),
        ("method-object", json!({"id": "did:web:cert.example#key-1"})),
    ] {
        let document = proven(
            &shelf.world,
            Options::of(&shelf.world).with("verificationMethod", method),
        );
        let why = "The method is no text.";
        shelf.document(name, why, document, NotGenuine, ProofMalformed);
    }
}

/// Spellings of the signature: one is right (eddsa-jcs-2022 §3.3.2, multibase base58btc).
fn values(shelf: &mut Shelf) {
    let signed = shelf.world.signed();
    let tree: Value = serde_json::from_str(&signed).unwrap();
    let value = tree["proof"]["proofValue"].as_str().unwrap().to_owned();
    let bytes: [u8; 64] = touchstone_schemas::multibase::decode_base58btc(&value).unwrap();
    let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let base64 = touchstone_schemas::multibase::encode_base64url(&bytes);
    let rows: [(&str, &str, Value); 11] = [
        (
            "signature-short",
            "A signature of a few bytes.",
            json!("z2HnFSSPP"),
        ),
        (
            "signature-empty",
            "Nothing behind the letter of the base.",
            json!("z"),
        ),
        ("signature-none", "No text at all.", json!("")),
        ("signature-null", "Null for a signature.", Value::Null),
        (
            "signature-hexadecimal",
            "The same bytes in hexadecimal.",
            json!(format!("f{hexadecimal}")),
        ),
        ("signature-base64", "The same bytes in base64url.", json!(base64)),
        (
            "signature-without-base",
            "The same text without the letter of its base.",
            json!(value[1..]),
        ),
        (
            "signature-leading-ones",
            "Two zero bytes before it: base58 spells them as ones.",
            json!(format!("z11{}", &value[1..])),
        ),
        (
            "signature-trailing-blank",
            "A blank behind it.",
            json!(format!("{value} ")),
        ),
        (
            "signature-outside-the-alphabet",
            "A nought and a capital O, which base58 does not have.",
            json!(format!("z0O{}", &value[3..])),
        ),
        (
            "signature-twice",
            "The same signature twice over.",
            json!(format!("{value}{}", &value[1..])),
        ),
    ];
    for (name, why, made) in rows {
        let document = with_member(&signed, "/proof/proofValue", Some(&made.to_string()));
        shelf.document(name, why, document, NotGenuine, ProofMalformed);
    }
}
