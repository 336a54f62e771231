//! Documents of another kind, each really signed by the key it names: what was signed for one thing is no certificate.

use serde_json::json;
use touchstone_schemas::status::{StatusMessage, StatusPurpose};
use touchstone_verifier::reason::ReasonCode::{ProofMalformed, UnexpectedContent, WrongContext};
use touchstone_verifier::report::Headline::NotGenuine;

use crate::draft::Shelf;
use crate::fixture::{METHOD, sign, sign_bytes, suspended, time, with_member};

pub(crate) fn put(shelf: &mut Shelf) {
    let world = &shelf.world;
    let event = world.event(1, "2026-05-01T00:00:00Z", suspended("2026-10-31"));
    let event = sign(&event, time("2026-05-01T00:00:05Z"), METHOD, &world.issuing);
    let list = world.sign_list(&world.list(StatusPurpose::Revocation, StatusMessage::InForce));
    let trust = world.trust_text();
    let receipt = {
        let mut world = crate::fixture::World::new();
        let index = world.log_credential("2026-03-02T01:00:05Z");
        world.log.receipt(index, world.log.size())
    };
    let contexts = serde_json::from_str::<serde_json::Value>(&world.signed()).unwrap()["@context"].clone();
    let under_ours = |document: serde_json::Value| {
        sign_bytes(
            document.to_string().as_bytes(),
            world.signed_at,
            METHOD,
            &world.issuing,
        )
    };
    let bare = under_ours(json!({
        "@context": contexts, "issuer": {"id": "did:web:cert.example"}, "type": ["VerifiableCredential"],
    }));
    let presentation = under_ours(json!({
        "@context": contexts, "holder": "did:web:cert.example", "type": ["VerifiablePresentation"],
        "verifiableCredential": [serde_json::from_str::<serde_json::Value>(&world.signed()).unwrap()],
    }));
    let degree = under_ours(json!({
        "@context": contexts, "credentialSubject": {"degree": "五级"}, "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "issuer": {"id": "did:web:cert.example"}, "type": ["VerifiableCredential", "UniversityDegreeCredential"],
    }));
    let empty_subject = with_member(&world.signed(), "/proof", None);
    let empty_subject = with_member(&empty_subject, "/credentialSubject", Some("{}"));
    let empty_subject = sign_bytes(empty_subject.as_bytes(), world.signed_at, METHOD, &world.issuing);
    let two_subjects = with_member(&world.signed(), "/proof", None);
    let two_subjects = {
        let tree: serde_json::Value = serde_json::from_str(&two_subjects).unwrap();
        let subject = tree["credentialSubject"].clone();
        with_member(
            &two_subjects,
            "/credentialSubject",
            Some(&json!([subject, subject]).to_string()),
        )
    };
    let two_subjects = sign_bytes(two_subjects.as_bytes(), world.signed_at, METHOD, &world.issuing);
    let enveloped = json!({
        "@context": "https://www.w3.org/ns/credentials/v2", "type": "EnvelopedVerifiableCredential",
        "id": "data:application/vc+jwt,eyJhbGciOiJub25lIn0.e30.",
    });
    let rows = [
        (
            "kind-event",
            "An event of the certificate, signed by the issuing key.",
            event,
            WrongContext,
        ),
        (
            "kind-status-list",
            "A status list, signed by the status key.",
            list,
            WrongContext,
        ),
        ("kind-trust-list", "The trust list itself.", trust, WrongContext),
        (
            "kind-bare",
            "A credential that says nothing, under our contexts.",
            bare,
            UnexpectedContent,
        ),
        (
            "kind-presentation",
            "A presentation around the genuine certificate.",
            presentation,
            UnexpectedContent,
        ),
        (
            "kind-degree",
            "A credential of another kind by the same issuer.",
            degree,
            UnexpectedContent,
        ),
        (
            "kind-empty-subject",
            "Everything but a subject.",
            empty_subject,
            UnexpectedContent,
        ),
        (
            "kind-two-subjects",
            "Two subjects: of which is the verdict?",
            two_subjects,
            UnexpectedContent,
        ),
        (
            "kind-enveloped",
            "A JWT without signature, enveloped (VCDM 2.0 §4.13).",
            enveloped.to_string(),
            WrongContext,
        ),
        (
            "kind-receipt",
            "A log receipt: proof that something stands in a log, and no certificate.",
            receipt,
            WrongContext,
        ),
        (
            "kind-empty-object",
            "An object with nothing in it.",
            "{}".to_owned(),
            WrongContext,
        ),
        (
            "kind-context-alone",
            "Our contexts, and nothing else.",
            json!({"@context": contexts, "proof": {}}).to_string(),
            ProofMalformed,
        ),
    ];
    for (name, why, document, code) in rows {
        shelf.document(name, why, document, NotGenuine, code);
    }
}
