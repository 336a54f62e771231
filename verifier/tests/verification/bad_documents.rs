//! What bad credentials get: one row each, with headline and most telling reason.

use touchstone_schemas::date_time::Timestamp;
use touchstone_verifier::{
    reason::ReasonCode,
    report::{Answer, Headline},
    verify,
};

use crate::{
    codes, expect,
    fixture::{METHOD, STATUS_METHOD, World, key, resigned, sign, sign_bytes, time, with_member},
};

fn expect_document(world: &World, what: &str, document: String, headline: Headline, code: ReasonCode) {
    let mut request = world.request();
    request.document = document;
    expect(what, &request, headline, code);
}

#[test]
fn what_is_not_strict_json_is_not_genuine() {
    let world = World::new();
    let signed = world.signed();
    let inserted = |member: &str| format!("{{{member},{}", &signed[1..]);
    let rows = [
        ("empty", String::new()),
        ("not JSON", "not a certificate".to_owned()),
        ("cut short", signed[..signed.len() - 1].to_owned()),
        ("something after it", format!("{signed}{{}}")),
        (
            "duplicate key",
            inserted(r#""id":"https://registry.example/certificates/X""#),
        ),
        ("duplicate key, escaped", inserted(r#""\u0069d":"x""#)),
        ("unsafe integer", inserted(r#""lot":9007199254740992"#)),
        ("non-canonical number", inserted(r#""lot":1.0"#)),
        ("number with exponent", inserted(r#""lot":1e2"#)),
        ("lone surrogate", inserted(r#""lot":"\ud800""#)),
        ("noncharacter", inserted(r#""lot":"\uffff""#)),
        ("byte order mark", format!("\u{feff}{signed}")),
        (
            "depth 33",
            inserted(&format!(r#""lot":{}{}"#, "[".repeat(32), "]".repeat(32))),
        ),
    ];
    for (what, document) in rows {
        expect_document(
            &world,
            what,
            document,
            Headline::NotGenuine,
            ReasonCode::MalformedJson,
        );
    }
    let large = inserted(&format!(r#""lot":"{}""#, "x".repeat(1_000_000)));
    expect_document(
        &world,
        "1 MB",
        large,
        Headline::NotGenuine,
        ReasonCode::DocumentTooLarge,
    );
}

#[test]
fn a_reason_names_the_place() {
    let world = World::new();
    let mut request = world.request();
    request.document = request.document.replacen("\"version\":1", "\"version\":1.0", 1);
    let report = verify(&request);
    let offset = request.document.find("\"version\":1.0").unwrap() + "\"version\":".len();
    assert_eq!(report.genuine.reasons[0].facts["offset"], offset.to_string());
    request.document = resigned(
        &world,
        "/credentialSubject/certificate/holder/motto",
        Some("\"quality\""),
    );
    let report = verify(&request);
    assert_eq!(
        report.genuine.reasons[0].facts["pointer"],
        "/credentialSubject/certificate/holder/motto"
    );
    request.document = resigned(&world, "/credentialSubject/profileScore/rank", Some("1"));
    let report = verify(&request);
    assert_eq!(
        report.genuine.reasons[0].facts["pointer"],
        "/credentialSubject/profileScore/rank"
    );
}

#[test]
fn contexts_must_be_exactly_ours() {
    let world = World::new();
    let rows = [
        (
            "extra context",
            "/@context/3",
            Some("\"https://example.com/context\""),
            ReasonCode::WrongContext,
        ),
        (
            "another context",
            "/@context/1",
            Some("\"https://example.com/context\""),
            ReasonCode::WrongContext,
        ),
        ("a context less", "/@context/1", None, ReasonCode::WrongContext),
        ("no context", "/@context", None, ReasonCode::WrongContext),
        (
            "order",
            "/@context",
            Some(
                r#"["https://vocabulary.uncefact.org/untp/0.7.0/context/","https://www.w3.org/ns/credentials/v2","https://w3id.org/touchstone/context/v1"]"#,
            ),
            ReasonCode::WrongContext,
        ),
    ];
    for (what, pointer, value, code) in rows {
        // Refused even when the issuer itself signed it.
        expect_document(
            &world,
            what,
            resigned(&world, pointer, value),
            Headline::NotGenuine,
            code,
        );
    }
    let written_out = Some("{\"grade\":\"https://example.com/grade\"}");
    let document = with_member(&world.signed(), "/@context/2", written_out);
    expect_document(
        &world,
        "a context written out",
        document,
        Headline::NotGenuine,
        ReasonCode::WrongContext,
    );
    for later in ["v2", "v10"] {
        let context = format!("\"https://w3id.org/touchstone/context/{later}\"");
        let document = resigned(&world, "/@context/2", Some(&context));
        expect_document(
            &world,
            later,
            document,
            Headline::CouldNotTell,
            ReasonCode::FormatNotSupported,
        );
    }
    for not_ours in ["v1x", "v", "v1/v2", "v0", "v01", "v02"] {
        let context = format!("\"https://w3id.org/touchstone/context/{not_ours}\"");
        let document = resigned(&world, "/@context/2", Some(&context));
        expect_document(
            &world,
            not_ours,
            document,
            Headline::NotGenuine,
            ReasonCode::WrongContext,
        );
    }
}

#[test]
fn unknown_members_are_refused_wherever_they_stand() {
    let world = World::new();
    for parent in [
        "",
        "/issuer",
        "/credentialSchema",
        "/credentialStatus/0",
        "/credentialStatus/2/statusMessage/0",
        "/credentialSubject",
        "/credentialSubject/issuedToParty",
        "/credentialSubject/profileScore",
        "/credentialSubject/conformityAssessment/0",
        "/credentialSubject/conformityAssessment/0/assessedFacility/0/facility",
        "/credentialSubject/certificate",
        "/credentialSubject/certificate/scheme/standards/0",
        "/credentialSubject/certificate/sites/0",
    ] {
        let document = resigned(&world, &format!("{parent}/added"), Some("true"));
        expect_document(
            &world,
            parent,
            document,
            Headline::NotGenuine,
            ReasonCode::UnexpectedContent,
        );
    }
    let rows = [
        (
            "index abc",
            "/credentialStatus/0/statusListIndex",
            Some("\"abc\""),
        ),
        (
            "index as a number",
            "/credentialStatus/0/statusListIndex",
            Some("4711"),
        ),
        (
            "indices that differ",
            "/credentialStatus/1/statusListIndex",
            Some("\"4712\""),
        ),
        ("a status entry less", "/credentialStatus/2", None),
        (
            "a foreign list",
            "/credentialStatus/0/statusListCredential",
            Some("\"https://other.example/status-lists/revocation/1\""),
        ),
        (
            "another type",
            "/type",
            Some(r#"["DigitalConformityCredential"]"#),
        ),
        (
            "another schema",
            "/credentialSchema/id",
            Some("\"https://example.com/schema\""),
        ),
        ("no schema", "/credentialSchema", None),
        (
            "more stars than the level",
            "/credentialSubject/certificate/grade/stars",
            Some("\"★★★★★\""),
        ),
        (
            "a level in words only",
            "/credentialSubject/profileScore/code",
            Some("\"5\""),
        ),
        (
            "bidirectional control",
            "/credentialSubject/certificate/signatory",
            Some("\"\u{202e}人发签\""),
        ),
        ("null", "/credentialSubject/certificate/confidence", Some("null")),
    ];
    for (what, pointer, value) in rows {
        let document = resigned(&world, pointer, value);
        expect_document(
            &world,
            what,
            document,
            Headline::NotGenuine,
            ReasonCode::UnexpectedContent,
        );
    }
}

#[test]
fn a_proof_is_one_and_whole() {
    let world = World::new();
    let signed = world.signed();
    let proof: serde_json::Value =
        serde_json::from_str::<serde_json::Value>(&signed).unwrap()["proof"].clone();
    let changed = |member: &str, value: &str| with_member(&signed, &format!("/proof/{member}"), Some(value));
    let mut sm2 = proof.clone();
    sm2["cryptosuite"] = "sm2-jcs-2027".into();
    sm2["certificateChain"] = "…".into();
    let array = |proofs: &[&serde_json::Value]| {
        with_member(&signed, "/proof", Some(&serde_json::to_string(proofs).unwrap()))
    };
    use Headline::{CouldNotTell, NotGenuine};
    use ReasonCode::{FormatNotSupported, ProofMalformed, ProofMissing, SeveralProofs, SignatureInvalid};
    let rows = [
        (
            "no proof",
            with_member(&signed, "/proof", None),
            NotGenuine,
            ProofMissing,
        ),
        ("an empty set", array(&[]), NotGenuine, ProofMissing),
        ("two proofs", array(&[&proof, &proof]), NotGenuine, SeveralProofs),
        ("a set of one", array(&[&proof]), NotGenuine, ProofMalformed),
        (
            "a text",
            with_member(&signed, "/proof", Some("\"z\"")),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "another suite",
            with_member(&signed, "/proof", Some(&sm2.to_string())),
            CouldNotTell,
            FormatNotSupported,
        ),
        (
            "another suite beside ours",
            array(&[&proof, &sm2]),
            CouldNotTell,
            FormatNotSupported,
        ),
        (
            "another type",
            changed("type", "\"Ed25519Signature2020\""),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "no purpose",
            with_member(&signed, "/proof/proofPurpose", None),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "another purpose",
            changed("proofPurpose", "\"authentication\""),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "no suite",
            with_member(&signed, "/proof/cryptosuite", None),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "no context",
            with_member(&signed, "/proof/@context", None),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "another context",
            changed("@context", "[\"https://www.w3.org/ns/credentials/v2\"]"),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "previousProof",
            changed("previousProof", "\"urn:x\""),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "an expiry",
            changed("expires", "\"2027-01-01T00:00:00Z\""),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "created with a fraction",
            changed("created", "\"2026-03-02T01:00:00.5Z\""),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "a short signature",
            changed("proofValue", "\"z2HnFSSPP\""),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "a signature in hex",
            changed("proofValue", "\"f00ff\""),
            NotGenuine,
            ProofMalformed,
        ),
        (
            "created at another time",
            changed("created", "\"2026-03-02T01:00:01Z\""),
            NotGenuine,
            SignatureInvalid,
        ),
        (
            "key-01",
            changed("verificationMethod", "\"did:web:cert.example#key-01\""),
            NotGenuine,
            ProofMalformed,
        ),
    ];
    for (what, document, headline, code) in rows {
        expect_document(&world, what, document, headline, code);
    }
}

#[test]
fn keys_of_others_do_not_count() {
    let mut world = World::new();
    let by =
        |method: &str, seed: u8, world: &World| sign(&world.credential, world.signed_at, method, &key(seed));
    use ReasonCode::{ForeignVerificationMethod, KeyNotListed, NoKeyToCheckWith, SignatureInvalid};
    let other = by("did:web:other.example#key-1", 1, &world);
    expect_document(
        &world,
        "method of another issuer",
        other,
        Headline::NotGenuine,
        ForeignVerificationMethod,
    );
    let status = by(STATUS_METHOD, 2, &world);
    expect_document(
        &world,
        "status key",
        status,
        Headline::NotGenuine,
        ForeignVerificationMethod,
    );
    let named = by(
        "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#x",
        1,
        &world,
    );
    expect_document(
        &world,
        "did:key",
        named,
        Headline::NotGenuine,
        ForeignVerificationMethod,
    );
    let forged = by(METHOD, 99, &world);
    expect_document(
        &world,
        "another key under this name",
        forged,
        Headline::NotGenuine,
        SignatureInvalid,
    );
    let unlisted = by("did:web:cert.example#key-2", 99, &world);
    let mut request = world.request();
    request.document = unlisted;
    let report = expect("unlisted key", &request, Headline::NotAuthorised, KeyNotListed);
    assert_eq!(codes(&report.genuine), [NoKeyToCheckWith.code()]);

    // The status authority as an issuer of credentials: its key is listed, for something else.
    world.credential.issuer.id = world.credential.issuer.id.status_authority();
    let status = by(STATUS_METHOD, 2, &world);
    expect_document(
        &world,
        "status authority",
        status,
        Headline::NotAuthorised,
        ReasonCode::WrongKeyPurpose,
    );
}

#[test]
fn an_unknown_issuer_is_not_authorised_while_the_list_counts() {
    let mut world = World::new();
    let list = world.trust_text();
    world.credential.issuer.id = touchstone_schemas::did::Did::parse("did:web:look-alike.example").unwrap();
    let mut request = world.request();
    request.facts.trust_list = Some(list);
    request.document = sign(
        &world.credential,
        world.signed_at,
        "did:web:look-alike.example#key-1",
        &key(66),
    );
    let report = expect(
        "unknown issuer",
        &request,
        Headline::NotAuthorised,
        ReasonCode::IssuerNotListed,
    );
    assert_eq!(codes(&report.genuine), ["noKeyToCheckWith"]);
    assert_eq!(codes(&report.in_force), ["notJudged"]);
    // Once the list is out of date it may have been listed since.
    request.now = time("2026-09-01T00:00:00Z");
    expect(
        "unknown issuer, old list",
        &request,
        Headline::CouldNotTell,
        ReasonCode::TrustListExpired,
    );
    request.facts.trust_list = None;
    expect(
        "unknown issuer, no list",
        &request,
        Headline::CouldNotTell,
        ReasonCode::TrustListMissing,
    );
}

#[test]
fn a_proof_from_the_future_is_not_believed_yet() {
    let mut world = World::new();
    world.credential.valid_from = "2026-06-15".parse().unwrap();
    world.credential.first_issued = world.credential.valid_from;
    let now: Timestamp = time(crate::fixture::NOW);
    world.signed_at = now.checked_add(601).unwrap();
    expect(
        "future",
        &world.request(),
        Headline::CouldNotTell,
        ReasonCode::ProofFromFuture,
    );
    world.signed_at = now.checked_add(600).unwrap();
    assert_eq!(verify(&world.request()).headline, Headline::InForce);
}

/// Every single-bit flip of the signed bytes: never genuine, and no panic.
#[test]
fn no_flipped_bit_is_genuine() {
    let world = World::new();
    let signed = world.signed().into_bytes();
    let verifier = touchstone_verifier::Verifier::open(&world.request().facts, world.policy());
    let mut request = world.request();
    let mut readable = 0;
    for bit in 0..signed.len() * 8 {
        let mut flipped = signed.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let Ok(text) = String::from_utf8(flipped) else {
            continue;
        };
        readable += 1;
        request.document = text;
        let report = verifier.verify(&touchstone_verifier::Presentation::from(&request));
        assert_ne!(report.genuine.answer, Answer::Yes, "bit {bit}");
        assert_ne!(report.headline, Headline::InForce, "bit {bit}");
    }
    assert!(readable > signed.len(), "most flips stay UTF-8");
}

#[test]
fn another_spelling_of_the_same_value_still_verifies() {
    let world = World::new();
    let mut request = world.request();
    let tree: serde_json::Value = serde_json::from_str(&request.document).unwrap();
    request.document = format!("\n {} \n", serde_json::to_string_pretty(&tree).unwrap());
    let report = verify(&request);
    assert_eq!(report.headline, Headline::InForce);
    assert_eq!(report, verify(&world.request()));
}

#[test]
fn what_the_issuer_would_not_sign_is_refused_by_content_too() {
    // An unsigned document and one signed with content of another kind: neither the signature nor the content alone
    // makes a certificate.
    let world = World::new();
    let event = r#"{"@context":["https://www.w3.org/ns/credentials/v2","https://vocabulary.uncefact.org/untp/0.7.0/context/","https://w3id.org/touchstone/context/v1"],"issuer":{"id":"did:web:cert.example"},"type":["VerifiableCredential"]}"#;
    let document = sign_bytes(event.as_bytes(), world.signed_at, METHOD, &world.issuing);
    expect_document(
        &world,
        "another kind",
        document,
        Headline::NotGenuine,
        ReasonCode::UnexpectedContent,
    );
}
