//! Whose key: of this issuer, listed, for certificates, at that time. And when the question is about.

use touchstone_schemas::did::Did;
use touchstone_verifier::reason::ReasonCode::{
    Backdated, Expired, ForeignVerificationMethod, IssuerNotListed, KeyNotListed, NoKeyToCheckWith,
    NotYetValid, OutsideSigningWindow, ProofFromFuture, WrongKeyPurpose,
};
use touchstone_verifier::report::Headline::{CouldNotTell, InForce, NotAuthorised, NotGenuine, NotInForce};

use crate::draft::Shelf;
use crate::fixture::{METHOD, NOW, STATUS_METHOD, World, day, key, sign, time};

pub(crate) fn put(shelf: &mut Shelf) {
    foreign(shelf);
    strangers(shelf);
    times(shelf);
}

/// Proofs by a key that is not one of the issuer's, by its name alone.
fn foreign(shelf: &mut Shelf) {
    let rows = [
        (
            "method-of-another-issuer",
            "Signed by another body than the one named.",
            "did:web:other.example#key-1",
            1,
        ),
        (
            "method-of-the-status-authority",
            "Signed by the body's own status authority.",
            STATUS_METHOD,
            2,
        ),
        (
            "method-did-key",
            "Signed by a key that vouches for itself.",
            "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
            1,
        ),
        (
            "method-in-upper-case",
            "The issuer's DID in another case: hosts are alike, identifiers are not.",
            "did:web:CERT.example#key-1",
            1,
        ),
        (
            "method-of-a-subdomain",
            "A DID below the issuer's.",
            "did:web:cert.example:office#key-1",
            1,
        ),
        (
            "method-web-address",
            "A key at an address, to be fetched.",
            "https://cert.example/keys/1#key-1",
            1,
        ),
        (
            "method-did-jwk",
            "A key in its own name, by another method.",
            "did:jwk:eyJrdHkiOiJPS1AifQ#0",
            1,
        ),
        (
            "method-look-alike",
            "The issuer's DID with a Cyrillic е.",
            "did:web:cеrt.example#key-1",
            1,
        ),
    ];
    for (name, why, method, seed) in rows {
        let document = sign(&shelf.world.credential, shelf.world.signed_at, method, &key(seed));
        shelf.document(name, why, document, NotGenuine, ForeignVerificationMethod);
    }
}

/// Signatures that nobody here can check: the trust list does not know the key.
fn strangers(shelf: &mut Shelf) {
    let mut request = shelf.world.request();
    request.document = sign(
        &shelf.world.credential,
        shelf.world.signed_at,
        "did:web:cert.example#key-2",
        &key(99),
    );
    let why = "A second key of the body's that the trust list does not name.";
    shelf.request(
        "key-not-listed",
        why,
        request,
        NotAuthorised,
        &[NoKeyToCheckWith, KeyNotListed],
    );
    let strangers = [
        (
            "issuer-unknown",
            "did:web:look-alike.example",
            "A body that the trust list does not name, with keys and pages of its own.",
        ),
        (
            "issuer-one-letter-off",
            "did:web:cert-example.com",
            "A host one letter off the real one.",
        ),
        (
            "issuer-below-the-real-one",
            "did:web:cert.example.evil.example",
            "The real host as a part of another.",
        ),
        (
            "issuer-path-of-the-real-host",
            "did:web:cert.example:users:mallory",
            "A page that somebody may have at the real host.",
        ),
    ];
    for (name, did, why) in strangers {
        let mut world = World::new();
        let list = world.trust_text();
        world.credential.issuer.id = Did::parse(did).unwrap();
        let mut request = world.request();
        request.facts.trust_list = Some(list);
        request.document = sign(
            &world.credential,
            world.signed_at,
            &format!("{did}#key-1"),
            &key(66),
        );
        shelf.request(
            name,
            why,
            request,
            NotAuthorised,
            &[NoKeyToCheckWith, IssuerNotListed],
        );
    }
    let mut world = World::new();
    let list = world.trust_text();
    world.credential.issuer.id = world.credential.issuer.id.status_authority();
    let mut request = world.request();
    request.facts.trust_list = Some(list);
    request.document = sign(&world.credential, world.signed_at, STATUS_METHOD, &world.status);
    let why = "A certificate in the name of the status authority, under its own key: lists are all that it may sign.";
    shelf.request(
        "issuer-is-the-status-authority",
        why,
        request,
        NotAuthorised,
        &[NoKeyToCheckWith, WrongKeyPurpose],
    );
}

fn times(shelf: &mut Shelf) {
    let by = |created: &str, world: &World| sign(&world.credential, time(created), METHOD, &world.issuing);
    let rows = [
        (
            "signed-before-the-window",
            "Signed before the key may sign.",
            "2025-12-31T23:59:59Z",
            NotAuthorised,
            OutsideSigningWindow,
        ),
        (
            "signed-after-the-window",
            "Signed after the key may sign.",
            "2028-01-01T00:00:00Z",
            NotAuthorised,
            OutsideSigningWindow,
        ),
        (
            "signed-two-months-late",
            "Signed two months after the day it bears.",
            "2026-05-01T00:00:00Z",
            NotAuthorised,
            Backdated,
        ),
        (
            "signed-49-hours-late",
            "Signed 48 hours and a second after the day it bears began.",
            "2026-03-03T16:00:01Z",
            NotAuthorised,
            Backdated,
        ),
    ];
    for (name, why, created, headline, code) in rows {
        let document = by(created, &shelf.world);
        shelf.document(name, why, document, headline, code);
    }
    let mut world = World::new();
    world.credential.valid_from = day("2026-06-15");
    world.credential.first_issued = world.credential.valid_from;
    world.signed_at = time(NOW).checked_add(601).unwrap();
    let why = "Signed ten minutes and a second from now: one of two clocks is wrong.";
    shelf.request(
        "signed-in-the-future",
        why,
        world.request(),
        CouldNotTell,
        &[ProofFromFuture],
    );
    world.signed_at = time(NOW).checked_add(600).unwrap();
    let why = "Signed ten minutes from now: clocks differ so much.";
    shelf.request("signed-ten-minutes-ahead", why, world.request(), InForce, &[]);
    let at = |name: &str, at: &str, why: &str, shelf: &mut Shelf, headline, codes: &[_]| {
        let mut request = shelf.world.request();
        request.at = Some(time(at));
        shelf.request(name, why, request, headline, codes);
    };
    let why = "Asked about the last second before it begins.";
    at(
        "before-it-begins",
        "2026-03-01T15:59:59Z",
        why,
        shelf,
        NotInForce,
        &[NotYetValid],
    );
    let why = "Asked about the first second after it ends.";
    at(
        "after-it-ends",
        "2029-03-01T16:00:00Z",
        why,
        shelf,
        NotInForce,
        &[Expired],
    );
    for (name, now, headline, codes) in [
        ("the-last-second", "2026-06-15T15:59:59Z", InForce, &[][..]),
        (
            "a-second-too-late",
            "2026-06-15T16:00:00Z",
            NotInForce,
            &[Expired][..],
        ),
    ] {
        let mut world = World::new();
        world.credential.valid_until = day("2026-06-15");
        let mut request = world.request();
        request.now = time(now);
        let why = "A certificate ends with the last second of its last day, on China's clock.";
        shelf.request(name, why, request, headline, codes);
    }
}
