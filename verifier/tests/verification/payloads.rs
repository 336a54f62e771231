//! QR payloads through the same door.

use touchstone_schemas::{decode::decode, jcs::to_canonical, json, proof::DataIntegrityProof};
use touchstone_verifier::{
    document_json,
    qr::{self, ProfileRef},
    reason::ReasonCode,
    report::{Answer, Headline},
    verify,
};

use crate::{
    expect,
    fixture::{World, profile},
};

fn digits(world: &World) -> String {
    let signed = world.signed();
    let signed = json::parse(signed.as_bytes(), signed.len()).unwrap();
    let proof: DataIntegrityProof = decode(signed.pointer("/proof").unwrap()).unwrap();
    let reference = ProfileRef {
        number: 1,
        profile: &profile(),
    };
    qr::encode(&world.credential, &proof, reference)
        .unwrap()
        .digits()
        .to_owned()
}

#[test]
fn link_digits_and_document_are_one_certificate() {
    let world = World::new();
    let digits = digits(&world);
    let mut request = world.request();
    let expected = verify(&request);
    assert_eq!(expected.headline, Headline::InForce);
    // The link's host says nothing about who issued it.
    for document in [
        digits.clone(),
        format!("https://registry.example/v#{digits}"),
        format!(" http://look-alike.example/v#{digits}\n"),
    ] {
        request.document = document;
        assert_eq!(verify(&request), expected);
        // What is shown of it is what was signed.
        assert_eq!(
            document_json(&to_canonical(&request)),
            world.signed().into_bytes()
        );
    }
    request.document = "41".repeat(40);
    assert_eq!(document_json(&to_canonical(&request)), b"{}");
}

#[test]
fn a_payload_that_is_not_whole_is_refused() {
    let world = World::new();
    let good = digits(&world);
    let mut request = world.request();
    for (what, payload) in [
        ("nothing", "https://registry.example/v#".to_owned()),
        ("no fragment", "https://registry.example/v".to_owned()),
        ("cut", good[..good.len() / 2].to_owned()),
        ("a digit more", format!("{good}0")),
        ("a leading zero", format!("https://registry.example/v#0{good}")),
        ("too long", good.repeat(40)),
        ("a letter", format!("https://registry.example/v#{good}x")),
        (
            "other digits",
            format!("https://registry.example/v#{}", good.replace('1', "١")),
        ),
    ] {
        request.document = payload;
        let report = verify(&request);
        assert_ne!(report.genuine.answer, Answer::Yes, "{what}");
        assert!(report.credential.is_none(), "{what}");
        if !what.contains("zero") {
            expect(what, &request, Headline::NotGenuine, ReasonCode::MalformedPayload);
        }
    }
}

#[test]
fn no_altered_digit_is_genuine() {
    let world = World::new();
    let good = digits(&world);
    let mut request = world.request();
    for place in 0..good.len() {
        let mut payload = good.clone().into_bytes();
        payload[place] = b'0' + (payload[place] - b'0' + 1) % 10;
        request.document = String::from_utf8(payload).unwrap();
        assert_ne!(verify(&request).genuine.answer, Answer::Yes, "digit {place}");
    }
}

#[test]
fn a_profile_or_format_not_known_here_is_no_accusation() {
    let mut world = World::new();
    let good = digits(&world);
    let mut request = world.request();
    request.document.clone_from(&good);
    request.facts.trust_list = None;
    let report = expect(
        "no list",
        &request,
        Headline::CouldNotTell,
        ReasonCode::ListNotAtHand,
    );
    assert_eq!(report.authorised.first_code(), Some(ReasonCode::TrustListMissing));
    world.issuer().profiles.clear();
    request.facts.trust_list = Some(world.trust_text());
    expect(
        "no profile",
        &request,
        Headline::CouldNotTell,
        ReasonCode::ProfileUnknown,
    );
    request.document = format!("9{}", &good[1..]);
    expect(
        "later format",
        &request,
        Headline::CouldNotTell,
        ReasonCode::FormatNotSupported,
    );
}
