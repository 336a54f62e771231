//! Trust lists, signing windows, retired keys, log proofs, and what a certificate says of its body.

mod logged;

use serde_json::{Value, json};
use touchstone_schemas::credential::Authorisation;
use touchstone_verifier::input::Request;
use touchstone_verifier::reason::ReasonCode::{
    self, AccreditationNotListed, IssuerFactsNotListed, ListNotAtHand, LogNotChecked, SchemeNotAuthorised,
    TrustListExpired, TrustListFromFuture, TrustListMissing, TrustListNotAuthentic, TrustListRolledBack,
};
use touchstone_verifier::report::Headline::{self, CouldNotTell, InForce, NotAuthorised};

use crate::draft::{Draft, Shelf};
use crate::fixture::{World, key, multikey, sign_trust_list, text, time, with_member};

pub(crate) fn drafts() -> Vec<Draft> {
    let mut shelf = Shelf::new("trust");
    refused(&mut shelf);
    dated(&mut shelf);
    handed_over(&mut shelf);
    logged::put(&mut shelf);
    listed(&mut shelf);
    shelf.drafts
}

/// Lists that nobody pinned signed: as if there were none.
fn refused(shelf: &mut Shelf) {
    let world = World::new();
    let good = world.trust_text();
    let proof = serde_json::from_str::<Value>(&good).unwrap()["proof"][0].clone();
    let three = [&world.owner, &key(11), &key(12)];
    let member = |pointer: &str, value: Value| with_member(&good, pointer, Some(&value.to_string()));
    let owned = |pointer: &str, value: Value| {
        let unsigned = with_member(&good, "/proof", None);
        let changed = with_member(&unsigned, pointer, Some(&value.to_string()));
        signed_by_owner(&world, &changed)
    };
    let rows = [
        (
            "list-unsigned",
            "The list without proof: anybody's.",
            with_member(&good, "/proof", None),
        ),
        (
            "list-no-proofs",
            "A set of no proofs.",
            member("/proof", json!([])),
        ),
        (
            "list-proof-not-in-a-set",
            "One proof, not in a set.",
            member("/proof", proof.clone()),
        ),
        (
            "list-three-proofs",
            "Three proofs: more than a handing over needs.",
            sign_trust_list(&world.trust_list, &three),
        ),
        (
            "list-of-another-owner",
            "Signed by somebody else, in full form.",
            sign_trust_list(&world.trust_list, &[&key(11)]),
        ),
        (
            "list-edited",
            "A later sequence, edited in.",
            member("/sequence", json!(4)),
        ),
        (
            "list-issuer-added",
            "A second body, edited in.",
            member("/issuers/1", json!({"id": "did:web:evil.example"})),
        ),
        (
            "list-test-flag-edited",
            "A demonstration made real, or the reverse.",
            member("/issuers/0/test", json!(true)),
        ),
        (
            "list-pin-in-the-proof",
            "The pinned key's name on a stranger's proof.",
            {
                let mut proof = proof.clone();
                let other: Value =
                    serde_json::from_str(&sign_trust_list(&world.trust_list, &[&key(11)])).unwrap();
                proof["proofValue"] = other["proof"][0]["proofValue"].clone();
                member("/proof", json!([proof]))
            },
        ),
        (
            "list-unknown-member",
            "A member that nobody defined, signed by the owner.",
            owned("/added", json!(1)),
        ),
        (
            "list-valid-for-a-year",
            "Valid for a year: the limit is 90 days.",
            owned("/validUntil", json!("2027-06-01T00:00:00Z")),
        ),
        ("list-issuer-twice", "One body twice: which entry holds?", {
            let issuer = serde_json::from_str::<Value>(&good).unwrap()["issuers"][0].clone();
            owned("/issuers", json!([issuer, issuer]))
        }),
        (
            "list-of-another-type",
            "Another kind of document of the owner's.",
            owned("/type", json!("KeyRetirement")),
        ),
        (
            "list-purpose-no-oid",
            "A key purpose that is no object identifier.",
            owned("/keyPurposes/issue", json!("1.3..6")),
        ),
        (
            "list-duplicate-member",
            "Two sequences.",
            good.replacen('{', "{\"sequence\":9,", 1),
        ),
        (
            "list-portal",
            "A captive portal's page in its place.",
            "<!DOCTYPE html><html></html>".to_owned(),
        ),
        ("list-empty", "An empty answer in its place.", String::new()),
        (
            "list-cut-short",
            "A transfer that broke off.",
            good[..good.len() / 3].to_owned(),
        ),
    ];
    for (name, why, list) in rows {
        let mut request = world.request();
        request.facts.trust_list = Some(list);
        shelf.request(
            name,
            why,
            request,
            CouldNotTell,
            &[ListNotAtHand, TrustListNotAuthentic],
        );
    }
    let mut request = world.request();
    request.facts.trust_list = None;
    let why = "No list at all: a good signature by nobody knows whom.";
    shelf.request(
        "list-missing",
        why,
        request,
        CouldNotTell,
        &[ListNotAtHand, TrustListMissing],
    );
}

/// Signs any document as the scheme owner's.
fn signed_by_owner(world: &World, unsigned: &str) -> String {
    use touchstone_schemas::proof::ProofConfig;
    use touchstone_verifier::proof::eddsa_jcs_2022::{attach_proofs, create_proof};

    let document = touchstone_schemas::json::parse(unsigned.as_bytes(), unsigned.len()).unwrap();
    let method = multikey(&world.owner).did_key_method();
    let config = ProofConfig::eddsa_jcs_2022(None, world.trust_list.issued, method);
    let proof = create_proof(&document, config, crate::fixture::signer(&world.owner)).unwrap();
    String::from_utf8(attach_proofs(document, &[proof])).unwrap()
}

fn dated(shelf: &mut Shelf) {
    let asked = |change: fn(&mut Request)| {
        let mut request = World::new().request();
        change(&mut request);
        request
    };
    let rows: [(&str, &str, Request, &[ReasonCode]); 5] = [
        (
            "list-rolled-back",
            "A genuine list of a sequence before one seen already: somebody hides a key's end.",
            asked(|request| request.facts.seen.trust_list = Some(4)),
            &[ListNotAtHand, TrustListRolledBack],
        ),
        (
            "list-expired",
            "The list ran out a second ago: a body may have been struck off since.",
            asked(|request| request.now = time("2026-08-30T00:00:01Z")),
            &[TrustListExpired],
        ),
        (
            "list-from-the-future",
            "The list was made in the future, by this clock.",
            asked(|request| request.now = time("2026-05-31T23:49:59Z")),
            &[TrustListFromFuture],
        ),
        (
            "clock-set-back",
            "The clock is set back to revive the list: the newest signed time seen is a floor.",
            asked(|request| {
                request.now = time("2025-06-15T00:00:00Z");
                request.facts.seen.clock_floor = Some(time("2026-09-15T00:00:00Z"));
            }),
            &[TrustListExpired],
        ),
        (
            "clock-set-forward",
            "The clock runs ahead by years.",
            asked(|request| request.now = time("2031-06-15T00:00:00Z")),
            &[TrustListExpired],
        ),
    ];
    for (name, why, request, codes) in rows {
        shelf.request(name, why, request, CouldNotTell, codes);
    }
}

fn handed_over(shelf: &mut Shelf) {
    let world = World::new();
    let (old, new) = (&world.owner, &key(11));
    let both = sign_trust_list(&world.trust_list, &[old, new]);
    let successor = sign_trust_list(&world.trust_list, &[new]);
    let broken = {
        let tree: Value = serde_json::from_str(&both).unwrap();
        with_member(
            &both,
            "/proof/1/proofValue",
            Some(&tree["proof"][0]["proofValue"].to_string()),
        )
    };
    let rows = [
        (
            "handed-over-by-both",
            "A handing over, signed by both keys, under the old pin.",
            &both,
            old,
            None,
            InForce,
        ),
        (
            "handed-over-under-the-new-pin",
            "The same under the new pin.",
            &both,
            new,
            None,
            InForce,
        ),
        (
            "successor-announced",
            "Signed by the announced successor alone.",
            &successor,
            old,
            Some(multikey(new)),
            InForce,
        ),
        (
            "successor-not-announced",
            "Signed by a successor that nobody announced here.",
            &successor,
            old,
            None,
            CouldNotTell,
        ),
        (
            "handed-over-half-broken",
            "Of two proofs one does not hold: every one must.",
            &broken,
            old,
            None,
            CouldNotTell,
        ),
    ];
    for (name, why, list, pin, next, headline) in rows {
        let mut request = world.request();
        request.facts.trust_list = Some(list.clone());
        (request.policy.owner_key, request.policy.owner_successor) = (multikey(pin), next);
        let code = if headline == InForce {
            LogNotChecked
        } else {
            TrustListNotAuthentic
        };
        shelf.request(name, why, request, headline, &[code]);
    }
}

/// What the list must bear out: scheme, name, registry, accreditation.
fn listed(shelf: &mut Shelf) {
    type Change = fn(&mut World);
    let rows: [(&str, &str, Change, Headline, ReasonCode); 8] = [
        (
            "scheme-of-another",
            "The body may issue under another scheme.",
            |world| world.issuer().schemes[0].edition = text("other-2020"),
            NotAuthorised,
            SchemeNotAuthorised,
        ),
        (
            "scheme-none",
            "The body may issue under no scheme.",
            |world| world.issuer().schemes.clear(),
            NotAuthorised,
            SchemeNotAuthorised,
        ),
        (
            "scheme-ended",
            "It might until the second in which it signed.",
            |world| world.issuer().schemes[0].until = Some(time("2026-03-02T01:00:00Z")),
            NotAuthorised,
            SchemeNotAuthorised,
        ),
        (
            "scheme-not-begun",
            "It may only since.",
            |world| world.issuer().schemes[0].from = time("2026-03-02T01:00:01Z"),
            NotAuthorised,
            SchemeNotAuthorised,
        ),
        (
            "name-of-another",
            "The body bears another name than the certificate says.",
            |world| world.issuer().names[0].name = text("别的名称"),
            NotAuthorised,
            IssuerFactsNotListed,
        ),
        (
            "name-given-up",
            "The body had given the name up.",
            |world| world.issuer().names[0].until = Some(time("2026-03-02T01:00:00Z")),
            NotAuthorised,
            IssuerFactsNotListed,
        ),
        (
            "registry-of-another",
            "The certificate names a registry that is not the body's.",
            |world| world.issuer().registries.clear(),
            NotAuthorised,
            IssuerFactsNotListed,
        ),
        (
            "demonstration",
            "A demonstration issuer (testIssuer): never plainly in force.",
            |world| world.issuer().test = true,
            InForce,
            LogNotChecked,
        ),
    ];
    for (name, why, change, headline, code) in rows {
        let mut world = World::new();
        change(&mut world);
        shelf.request(name, why, world.request(), headline, &[code]);
    }
    let mut world = World::new();
    world.credential.issuer.authorisations.push(Authorisation {
        name: text("示范认可"),
        authority: text("urn:example:accreditor"),
        authority_name: text("示范认可机构"),
        evidence: text("https://accreditor.example/evidence/1"),
        evidence_name: text("认可证书"),
    });
    let why =
        "The certificate claims an accreditation that the list does not hold (IAF: false accreditations).";
    shelf.request(
        "accreditation-claimed",
        why,
        world.request(),
        NotAuthorised,
        &[AccreditationNotListed],
    );
}
