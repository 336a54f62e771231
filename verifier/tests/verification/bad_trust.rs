//! What keys, paths, windows, retirement and trust lists get.

use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose, date_time_ymd};
use touchstone_schemas::{
    json,
    tlog::Hash,
    trust_list::{DatedAccreditation, Retirement},
};
use touchstone_verifier::{
    input::LogProofPolicy,
    reason::ReasonCode,
    report::{Answer, Headline},
    verify,
};

use crate::{
    codes, expect,
    fixture::{
        Authority, ISSUE, METHOD, STATUS, World, day, end_entity, key, multikey, sign_trust_list, text, time,
        with_member,
    },
};

#[test]
fn chains_that_do_not_stand() {
    type Change = fn(&mut World);
    let rows: [(&str, Change, ReasonCode); 8] = [
        (
            "a root of the same name",
            |world| {
                let rogue = Authority::new("Demonstration Root", 66);
                let issuing = world.issuing.clone();
                world.issuing_key().certificate = rogue.certify(&end_entity(METHOD, ISSUE), &issuing);
            },
            ReasonCode::PathInvalid,
        ),
        (
            "expired",
            |world| {
                let mut params = end_entity(METHOD, ISSUE);
                params.not_after = date_time_ymd(2026, 6, 1);
                world.issuing_key().certificate = world.root.certify(&params, &key(1));
            },
            ReasonCode::PathInvalid,
        ),
        (
            "not yet valid",
            |world| {
                let mut params = end_entity(METHOD, ISSUE);
                params.not_before = date_time_ymd(2026, 7, 1);
                world.issuing_key().certificate = world.root.certify(&params, &key(1));
            },
            ReasonCode::PathInvalid,
        ),
        (
            "no root",
            |world| world.issuer().roots.clear(),
            ReasonCode::PathInvalid,
        ),
        (
            "the purpose of the status key",
            |world| {
                world.issuing_key().certificate = world.root.certify(&end_entity(METHOD, STATUS), &key(1));
            },
            ReasonCode::WrongKeyPurpose,
        ),
        (
            "two purposes",
            |world| {
                let mut params = end_entity(METHOD, ISSUE);
                params
                    .extended_key_usages
                    .push(ExtendedKeyUsagePurpose::Other(STATUS.to_vec()));
                world.issuing_key().certificate = world.root.certify(&params, &key(1));
            },
            ReasonCode::WrongKeyPurpose,
        ),
        (
            "a key that signs certificates too",
            |world| {
                let mut params = end_entity(METHOD, ISSUE);
                params.key_usages.push(KeyUsagePurpose::KeyCertSign);
                world.issuing_key().certificate = world.root.certify(&params, &key(1));
            },
            ReasonCode::WrongKeyPurpose,
        ),
        (
            "a CA",
            |world| {
                let mut params = end_entity(METHOD, ISSUE);
                params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
                params.key_usages.push(KeyUsagePurpose::KeyCertSign);
                world.issuing_key().certificate = world.root.certify(&params, &key(1));
            },
            ReasonCode::WrongKeyPurpose,
        ),
    ];
    for (what, change, code) in rows {
        let mut world = World::new();
        change(&mut world);
        let report = expect(what, &world.request(), Headline::NotAuthorised, code);
        assert_eq!(report.genuine.answer, Answer::Yes, "{what}");
    }
}

#[test]
fn another_name_in_the_certificate() {
    let mut world = World::new();
    let params = end_entity("did:web:cert.example#key-2", ISSUE);
    world.issuing_key().certificate = world.root.certify(&params, &key(1));
    expect(
        "name",
        &world.request(),
        Headline::NotAuthorised,
        ReasonCode::PathInvalid,
    );
}

#[test]
fn the_root_itself_signs_nothing_but_certificates() {
    let mut world = World::new();
    world.issuing_key().certificate = world.root.certificate();
    world.issuing = key(20);
    expect(
        "CA key",
        &world.request(),
        Headline::NotAuthorised,
        ReasonCode::WrongKeyPurpose,
    );
}

#[test]
fn a_certificate_outlives_its_key_but_not_the_other_way_round() {
    // Verified years later: the path is judged at the credential's own last instant.
    let mut world = World::new();
    let mut params = end_entity(METHOD, ISSUE);
    params.not_after = date_time_ymd(2029, 4, 1);
    world.issuing_key().certificate = world.root.certify(&params, &key(1));
    let mut request = world.request();
    request.now = time("2030-01-01T00:00:00Z");
    world.trust_list.issued = time("2029-12-01T00:00:00Z");
    world.trust_list.valid_until = time("2030-02-01T00:00:00Z");
    request.facts.trust_list = Some(world.trust_text());
    let report = expect("later", &request, Headline::NotInForce, ReasonCode::Expired);
    assert_eq!(codes(&report.in_force), ["expired"]);
}

#[test]
fn signing_windows() {
    let rows = [
        ("2026-03-02T01:00:00Z", "2026-03-02T01:00:01Z", None),
        (
            "2026-03-02T01:00:01Z",
            "2027-01-01T00:00:00Z",
            Some(ReasonCode::OutsideSigningWindow),
        ),
        (
            "2026-01-01T00:00:00Z",
            "2026-03-02T01:00:00Z",
            Some(ReasonCode::OutsideSigningWindow),
        ),
    ];
    for (from, until, code) in rows {
        let mut world = World::new();
        (world.issuing_key().signs_from, world.issuing_key().signs_until) = (time(from), time(until));
        match code {
            None => assert_eq!(verify(&world.request()).headline, Headline::InForce),
            Some(code) => {
                expect(from, &world.request(), Headline::NotAuthorised, code);
            }
        }
    }
    // With a log proof the log's time counts, not the signer's.
    let mut world = World::new();
    world.issuing_key().signs_until = time("2026-03-02T01:00:03Z");
    let index = world.log_credential("2026-03-02T01:00:05Z");
    let mut request = world.request();
    request.facts.receipt = Some(world.log.receipt(index, world.log.size()));
    expect(
        "logged late",
        &request,
        Headline::NotAuthorised,
        ReasonCode::OutsideSigningWindow,
    );
}

/// A world whose credential stands at index 5 of the log and whose key is retired from that index on.
fn retired_from(from: u64) -> World {
    let mut world = World::new();
    world.log.fill(5);
    world.log_credential("2026-03-02T01:00:05Z");
    world.log.fill(20);
    let root_hash = world.log.root(from);
    world.issuing_key().retired = Some(Retirement { from, root_hash });
    world
}

#[test]
fn a_retired_key_counts_only_before_the_point() {
    let world = retired_from(12);
    let mut request = world.request();
    expect(
        "no proof",
        &request,
        Headline::CouldNotTell,
        ReasonCode::KeyRetiredWithoutProof,
    );
    request.facts.receipt = Some(world.log.receipt(5, 12));
    assert_eq!(
        verify(&request).headline,
        Headline::InForce,
        "into the root of the point itself"
    );
    for size in [6, 9, 13, 20] {
        request.facts.receipt = Some(world.log.receipt(5, size));
        request.facts.retirement_consistency = vec![];
        expect(
            "another tree",
            &request,
            Headline::CouldNotTell,
            ReasonCode::KeyRetiredWithoutProof,
        );
        request.facts.retirement_consistency = world.log.consistency(size.min(12), size.max(12));
        assert_eq!(
            verify(&request).headline,
            Headline::InForce,
            "proven to share its history, size {size}"
        );
        request
            .facts
            .retirement_consistency
            .push(Hash::from_bytes([0; 32]));
        expect(
            "a bad proof",
            &request,
            Headline::CouldNotTell,
            ReasonCode::KeyRetiredWithoutProof,
        );
    }
    let world = retired_from(5);
    let mut request = world.request();
    request.facts.receipt = Some(world.log.receipt(5, 20));
    expect(
        "at the point",
        &request,
        Headline::NotAuthorised,
        ReasonCode::KeyRetired,
    );
}

#[test]
fn receipts_that_prove_nothing_are_told_and_not_counted() {
    let mut world = World::new();
    world.log.fill(3);
    let index = world.log_credential("2026-03-02T01:00:05Z");
    world.log.fill(8);
    let good = world.log.receipt(index, 8);
    let mut request = world.request();
    let proof = |text: &str| {
        serde_json::to_string(
            &serde_json::from_str::<serde_json::Value>(&good).unwrap()["proof"]
                .as_str()
                .unwrap()
                .replacen("index 3", text, 1),
        )
        .unwrap()
    };
    for (what, receipt) in [
        ("not a receipt", "{}".to_owned()),
        ("of another entry", world.log.receipt(1, 8)),
        (
            "at another place",
            with_member(&good, "/proof", Some(&proof("index 2"))),
        ),
        (
            "of another time",
            with_member(&good, "/entry/recorded", Some("\"2026-03-02T01:00:06Z\"")),
        ),
        (
            "of another digest",
            with_member(&good, "/entry/digest", Some(&format!("\"{}\"", "0".repeat(64)))),
        ),
    ] {
        request.facts.receipt = Some(receipt);
        request.policy.log_proof = LogProofPolicy::WhenPresent;
        let report = verify(&request);
        assert_eq!(report.headline, Headline::InForce, "{what}");
        assert!(codes(&report.authorised).contains(&"logProofInvalid"), "{what}");
        assert_eq!(report.evidence.unwrap().log_index, None, "{what}");
        request.policy.log_proof = LogProofPolicy::Required;
        expect(what, &request, Headline::CouldNotTell, ReasonCode::NotYetLogged);
    }
    request.facts.receipt = Some(good);
    assert_eq!(verify(&request).headline, Headline::InForce);
    // The same receipt under another log's key.
    world.issuer().log.key = multikey(&key(41));
    request.facts.trust_list = Some(world.trust_text());
    expect(
        "another log",
        &request,
        Headline::CouldNotTell,
        ReasonCode::NotYetLogged,
    );
}

#[test]
fn intake_asks_for_nothing_but_the_log() {
    let world = World::new();
    let mut request = world.request();
    request.policy.log_proof = LogProofPolicy::Required;
    request.facts.status_lists.clear();
    let report = verify(&request);
    assert_eq!(report.genuine.answer, Answer::Yes);
    assert_eq!(codes(&report.authorised), ["notYetLogged"]);
}

#[test]
fn backdating_is_judged_by_the_log() {
    let mut world = World::new();
    // 2026-03-02 begins at 16:00 UTC of the day before.
    let index = world.log_credential("2026-03-03T16:00:01Z");
    let mut request = world.request();
    request.facts.receipt = Some(world.log.receipt(index, world.log.size()));
    expect("49 h", &request, Headline::NotAuthorised, ReasonCode::Backdated);
    let mut world = World::new();
    let index = world.log_credential("2026-03-03T16:00:00Z");
    let mut request = world.request();
    request.facts.receipt = Some(world.log.receipt(index, world.log.size()));
    assert_eq!(verify(&request).headline, Headline::InForce);
    let mut world = World::new();
    world.credential.transcribed = Some(day("2026-03-02"));
    let index = world.log_credential("2026-05-03T16:00:00Z");
    let mut request = world.request();
    request.facts.receipt = Some(world.log.receipt(index, world.log.size()));
    let report = verify(&request);
    assert_eq!(report.headline, Headline::InForce);
    assert!(codes(&report.authorised).contains(&"transcribed"));
}

#[test]
fn the_list_must_bear_out_scheme_name_registry_and_accreditation() {
    type Change = fn(&mut World);
    let rows: [(&str, Change, ReasonCode); 5] = [
        (
            "another scheme",
            |world| world.issuer().schemes[0].edition = text("other-2020"),
            ReasonCode::SchemeNotAuthorised,
        ),
        (
            "scheme ended",
            |world| {
                world.issuer().schemes[0].until = Some(time("2026-03-02T01:00:00Z"));
            },
            ReasonCode::SchemeNotAuthorised,
        ),
        (
            "another name",
            |world| world.issuer().names[0].name = text("别的名称"),
            ReasonCode::IssuerFactsNotListed,
        ),
        (
            "another registry",
            |world| world.issuer().registries.clear(),
            ReasonCode::IssuerFactsNotListed,
        ),
        (
            "a false claim",
            |world| {
                world.credential.issuer.authorisations.push(claim());
            },
            ReasonCode::AccreditationNotListed,
        ),
    ];
    for (what, change, code) in rows {
        let mut world = World::new();
        change(&mut world);
        expect(what, &world.request(), Headline::NotAuthorised, code);
    }
    let mut world = World::new();
    world.credential.issuer.authorisations.push(claim());
    let held = DatedAccreditation {
        name: claim().name,
        authority: claim().authority,
        edition: text("cmmm-2020"),
        from: time("2026-01-01T00:00:00Z"),
        until: None,
    };
    world.issuer().accreditations.push(held);
    assert_eq!(verify(&world.request()).headline, Headline::InForce);
}

fn claim() -> touchstone_schemas::credential::Authorisation {
    touchstone_schemas::credential::Authorisation {
        name: text("示范认可"),
        authority: text("urn:example:accreditor"),
        authority_name: text("示范认可机构"),
        evidence: text("https://accreditor.example/evidence/1"),
        evidence_name: text("认可证书"),
    }
}

#[test]
fn trust_lists_that_do_not_count() {
    let world = World::new();
    let good = world.trust_text();
    let expect_list = |what: &str, list: Option<String>, code: ReasonCode| {
        let mut request = world.request();
        request.facts.trust_list = list;
        let report = expect(what, &request, Headline::CouldNotTell, code);
        assert_eq!(codes(&report.genuine), ["listNotAtHand"], "{what}");
    };
    use ReasonCode::{TrustListMissing, TrustListNotAuthentic};
    expect_list("none", None, TrustListMissing);
    expect_list(
        "unsigned",
        Some(with_member(&good, "/proof", None)),
        TrustListNotAuthentic,
    );
    expect_list(
        "an empty set of proofs",
        Some(with_member(&good, "/proof", Some("[]"))),
        TrustListNotAuthentic,
    );
    expect_list(
        "wrong owner",
        Some(sign_trust_list(&world.trust_list, &[&key(11)])),
        TrustListNotAuthentic,
    );
    expect_list(
        "changed",
        Some(with_member(&good, "/sequence", Some("4"))),
        TrustListNotAuthentic,
    );
    expect_list(
        "unknown member",
        Some(with_member(&good, "/added", Some("1"))),
        TrustListNotAuthentic,
    );
    expect_list(
        "duplicate key",
        Some(good.replacen('{', "{\"sequence\":9,", 1)),
        TrustListNotAuthentic,
    );
    expect_list("garbage", Some("]".to_owned()), TrustListNotAuthentic);
    let three = [&world.owner, &key(11), &key(12)];
    expect_list(
        "three proofs",
        Some(sign_trust_list(&world.trust_list, &three)),
        TrustListNotAuthentic,
    );
    let mut request = world.request();
    request.facts.seen.trust_list = Some(4);
    expect(
        "older than seen",
        &request,
        Headline::CouldNotTell,
        ReasonCode::TrustListRolledBack,
    );
    request.facts.seen.trust_list = Some(3);
    assert_eq!(verify(&request).headline, Headline::InForce, "the same again");
}

#[test]
fn a_trust_list_out_of_date_leaves_the_issuer_open() {
    let world = World::new();
    let mut request = world.request();
    request.now = time("2026-08-30T00:00:01Z");
    let report = expect(
        "expired",
        &request,
        Headline::CouldNotTell,
        ReasonCode::TrustListExpired,
    );
    assert_eq!(report.genuine.answer, Answer::Yes, "the key is still the key");
    request.now = time("2026-05-31T23:49:59Z");
    expect(
        "made in the future",
        &request,
        Headline::CouldNotTell,
        ReasonCode::TrustListFromFuture,
    );
    // A clock set back does not help: the newest signed time seen is a floor.
    request.now = time("2025-06-15T00:00:00Z");
    request.facts.seen.clock_floor = Some(time("2026-09-15T00:00:00Z"));
    let report = expect(
        "clock set back",
        &request,
        Headline::CouldNotTell,
        ReasonCode::TrustListExpired,
    );
    assert_eq!(report.checked_at, time("2026-09-15T00:00:00Z"));
}

#[test]
fn the_owner_hands_over_with_a_list_signed_by_both() {
    let world = World::new();
    let (old, new) = (&world.owner, &key(11));
    let both = sign_trust_list(&world.trust_list, &[old, new]);
    let successor = sign_trust_list(&world.trust_list, &[new]);
    let answer = |list: &str, pin, next| {
        let mut request = world.request();
        request.facts.trust_list = Some(list.to_owned());
        (request.policy.owner_key, request.policy.owner_successor) = (multikey(pin), next);
        verify(&request).headline
    };
    assert_eq!(answer(&both, old, None), Headline::InForce);
    assert_eq!(answer(&both, new, None), Headline::InForce);
    assert_eq!(answer(&successor, old, Some(multikey(new))), Headline::InForce);
    assert_eq!(answer(&successor, old, None), Headline::CouldNotTell);
    // Every proof must hold, not only the pinned one.
    let tree: serde_json::Value = serde_json::from_str(&both).unwrap();
    let broken = tree["proof"][0]["proofValue"].to_string();
    assert_eq!(
        answer(
            &with_member(&both, "/proof/1/proofValue", Some(&broken)),
            old,
            None
        ),
        Headline::CouldNotTell
    );
}

#[test]
fn a_test_issuer_is_always_told() {
    let mut world = World::new();
    world.issuer().test = true;
    let report = verify(&world.request());
    assert_eq!((report.headline, report.test), (Headline::InForce, true));
    assert!(codes(&report.authorised).contains(&"testIssuer"));
}

#[test]
fn the_json_of_a_list_is_its_jcs_form() {
    let text = World::new().trust_text();
    assert_eq!(
        json::parse(text.as_bytes(), text.len())
            .unwrap()
            .to_canonical_bytes(),
        text.as_bytes()
    );
}
