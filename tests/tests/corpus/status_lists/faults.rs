//! Who signed a list, which list it is, and when.

use serde_json::{Value, json};
use touchstone_schemas::credential::RegistryBase;
use touchstone_schemas::did::Did;
use touchstone_schemas::status::StatusPurpose::{self, Message, Revocation, Suspension};
use touchstone_schemas::trust_list::Retirement;
use touchstone_verifier::reason::ReasonCode::{
    StatusExpired, StatusForAnother, StatusMalformed, StatusNotAuthentic,
};
use touchstone_verifier::report::Headline::CouldNotTell;

use super::{good, no_list, resigned, with_list};
use crate::draft::Shelf;
use crate::fixture::{
    Authority, DID, ISSUE, METHOD, STATUS, STATUS_METHOD, World, end_entity, key, sign, sign_bytes, time,
    with_member,
};

pub(crate) fn put(shelf: &mut Shelf) {
    for purpose in StatusPurpose::ALL {
        answers(shelf, purpose);
        signers(shelf, purpose);
        which(shelf, purpose);
    }
    proofs(shelf);
    forms(shelf);
    dates(shelf);
    keys(shelf);
    another_body(shelf);
}

/// What a host may answer instead of a list.
fn answers(shelf: &mut Shelf, purpose: StatusPurpose) {
    let rows = [
        (
            "portal",
            "A captive portal's page with status 200 in place of the list.",
            "<!DOCTYPE html><html><body>Login</body></html>",
        ),
        ("empty-answer", "An empty answer in place of the list.", ""),
    ];
    for (name, why, list) in rows {
        no_list(shelf, purpose, name, why, list.to_owned(), StatusMalformed);
    }
}

fn signers(shelf: &mut Shelf, purpose: StatusPurpose) {
    let world = World::new();
    let list = good(&world, purpose);
    let signed = world.sign_list(&list);
    let at = list.valid_from;
    let mut rows = vec![
        (
            "unsigned",
            "The list without its proof.",
            with_member(&signed, "/proof", None),
        ),
        (
            "edited",
            "A later sequence, edited in.",
            with_member(&signed, "/credentialSubject/sequence", Some("8")),
        ),
        (
            "by-the-issuing-key",
            "Signed by the issuing key, which signs certificates alone.",
            sign(&list, at, METHOD, &world.issuing),
        ),
        (
            "by-an-unlisted-key",
            "Signed by a key of the authority's that the trust list does not name.",
            sign(&list, at, "did:web:cert.example:status#key-2", &key(66)),
        ),
        (
            "by-a-forger",
            "Signed by another key under the right name.",
            sign(&list, at, STATUS_METHOD, &key(66)),
        ),
    ];
    let mut foreign = list.clone();
    foreign.issuer = Did::parse("did:web:other.example:status").unwrap();
    rows.push((
        "of-another-authority",
        "The list of an authority that nobody named.",
        sign(&foreign, at, "did:web:other.example:status#key-1", &key(66)),
    ));
    let mut by_the_issuer = list.clone();
    by_the_issuer.issuer = Did::parse(DID).unwrap();
    rows.push((
        "of-the-issuer",
        "A list in the issuer's own name, under its issuing key.",
        sign(&by_the_issuer, at, METHOD, &world.issuing),
    ));
    for (name, why, list) in rows {
        no_list(shelf, purpose, name, why, list, StatusNotAuthentic);
    }
}

/// Lists that are good and not the one the certificate names.
fn which(shelf: &mut Shelf, purpose: StatusPurpose) {
    let world = World::new();
    let other = StatusPurpose::ALL
        .into_iter()
        .find(|other| *other != purpose)
        .unwrap();
    let changed = |change: fn(&mut touchstone_schemas::status_list::StatusList)| {
        let mut list = good(&world, purpose);
        change(&mut list);
        world.sign_list(&list)
    };
    let rows = [
        (
            "of-another-purpose",
            "The list of another purpose in its place.",
            world.sign_list(&good(&world, other)),
        ),
        (
            "of-another-number",
            "List 2 for list 1: the same index means somebody else.",
            changed(|list| list.list = 2),
        ),
        (
            "of-another-registry",
            "The list of the same authority at another registry.",
            changed(|list| {
                list.registry = RegistryBase::parse("https://other.example").unwrap();
            }),
        ),
    ];
    for (name, why, list) in rows {
        no_list(shelf, purpose, name, why, list, StatusForAnother);
    }
}

/// Proof tricks on a list: the same rules as for certificates.
fn proofs(shelf: &mut Shelf) {
    let world = World::new();
    let signed = world.sign_list(&good(&world, Revocation));
    let proof = serde_json::from_str::<Value>(&signed).unwrap()["proof"].clone();
    let mut none = proof.clone();
    none["cryptosuite"] = "none".into();
    let mut authentication = proof.clone();
    authentication["proofPurpose"] = "authentication".into();
    let mut own_key = proof.clone();
    own_key["publicKeyMultibase"] = json!("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2");
    let rows = [
        ("proof-set", "The proof within an array.", json!([proof])),
        ("proof-twice", "Two proofs.", json!([proof, proof])),
        (
            "proof-suite-none",
            "A suite called none: signed by nobody, accepted by wallets (eudi-lib-ios-wallet-kit #473).",
            none,
        ),
        (
            "proof-for-authentication",
            "A proof for another purpose.",
            authentication,
        ),
        (
            "proof-with-its-own-key",
            "A list verified with the key it carries itself (ihv-eudi-jp #26).",
            own_key,
        ),
        ("proof-null", "A proof of null.", Value::Null),
    ];
    for (name, why, proof) in rows {
        let list = with_member(&signed, "/proof", Some(&proof.to_string()));
        no_list(shelf, Revocation, name, why, list, StatusNotAuthentic);
    }
}

/// Signed by the authority, and not of our form.
fn forms(shelf: &mut Shelf) {
    let world = World::new();
    let rows: [(&str, &str, &str, Option<Value>); 17] = [
        (
            "member-ttl",
            "A member ttl: for how long it would count is said twice.",
            "/ttl",
            Some(json!(86_400_000)),
        ),
        (
            "member-added",
            "A member that nobody defined.",
            "/credentialSubject/added",
            Some(json!(true)),
        ),
        (
            "context-more",
            "A third context.",
            "/@context/2",
            Some(json!("https://evil.example/context")),
        ),
        ("context-less", "One context alone.", "/@context/1", None),
        (
            "type-another",
            "Another type.",
            "/type",
            Some(json!(["VerifiableCredential", "StatusList2021Credential"])),
        ),
        (
            "subject-type-another",
            "Another type of list.",
            "/credentialSubject/type",
            Some(json!("StatusList2021")),
        ),
        (
            "subject-id-another",
            "The subject's id is not the list's.",
            "/credentialSubject/id",
            Some(json!("https://evil.example/list")),
        ),
        (
            "purpose-refresh",
            "A purpose that this form does not have.",
            "/credentialSubject/statusPurpose",
            Some(json!("refresh")),
        ),
        (
            "purpose-list",
            "Two purposes.",
            "/credentialSubject/statusPurpose",
            Some(json!(["revocation", "suspension"])),
        ),
        (
            "sequence-negative",
            "A negative sequence.",
            "/credentialSubject/sequence",
            Some(json!(-1)),
        ),
        (
            "sequence-text",
            "The sequence as a text.",
            "/credentialSubject/sequence",
            Some(json!("7")),
        ),
        (
            "sequence-missing",
            "No sequence: nobody could tell old from new.",
            "/credentialSubject/sequence",
            None,
        ),
        (
            "list-missing",
            "No bits at all.",
            "/credentialSubject/encodedList",
            None,
        ),
        (
            "list-null",
            "Null for the bits.",
            "/credentialSubject/encodedList",
            Some(Value::Null),
        ),
        (
            "list-of-bits",
            "The bits as an array of numbers.",
            "/credentialSubject/encodedList",
            Some(json!([0, 0, 0])),
        ),
        (
            "valid-until-missing",
            "No end: good for ever.",
            "/validUntil",
            None,
        ),
        (
            "size-told",
            "A size of its own.",
            "/credentialSubject/statusSize",
            Some(json!(1)),
        ),
    ];
    for (name, why, pointer, value) in rows {
        let value = value.map(|value| value.to_string());
        let list = resigned(&world, Revocation, pointer, value.as_deref());
        no_list(shelf, Revocation, name, why, list, StatusMalformed);
    }
    let ids = [
        (
            "id-another-purpose",
            "https://registry.example/status-lists/suspension/1",
        ),
        (
            "id-another-host-within",
            "https://registry.example@evil.example/status-lists/revocation/1",
        ),
        (
            "id-list-nought",
            "https://registry.example/status-lists/revocation/0",
        ),
        (
            "id-leading-nought",
            "https://registry.example/status-lists/revocation/01",
        ),
        ("id-no-list", "https://registry.example/revocation"),
        (
            "id-path-more",
            "https://registry.example/status-lists/../status-lists/revocation/1",
        ),
    ];
    for (name, id) in ids {
        let list = resigned(&world, Revocation, "/id", Some(&json!(id).to_string()));
        let why = "The id is not that of the list the certificate names.";
        no_list(shelf, Revocation, name, why, list, StatusForAnother);
    }
    let signed = world.sign_list(&good(&world, Revocation));
    let rows = [
        (
            "duplicate-member",
            "Two validUntil: one reader keeps the first.",
            format!("{{\"validUntil\":\"2026-06-15T00:00:01Z\",{}", &signed[1..]),
        ),
        (
            "cut-short",
            "A transfer that broke off.",
            signed[..signed.len() - 40].to_owned(),
        ),
        (
            "two-lists",
            "Two lists one behind the other.",
            format!("{signed}{signed}"),
        ),
    ];
    for (name, why, list) in rows {
        no_list(shelf, Revocation, name, why, list, StatusMalformed);
    }
}

/// Instants of a list: at most 24 hours, of our form, about now.
fn dates(shelf: &mut Shelf) {
    let world = World::new();
    let rows: [(&str, &str, &str, &str, _); 7] = [
        (
            "valid-for-25-hours",
            "Longer than 24 hours: a suspension could stay hidden.",
            "/validUntil",
            "2026-06-16T01:00:00Z",
            StatusMalformed,
        ),
        (
            "valid-for-years",
            "Valid for years.",
            "/validUntil",
            "2036-06-16T00:00:00Z",
            StatusMalformed,
        ),
        (
            "ends-as-it-begins",
            "Ends as it begins.",
            "/validUntil",
            "2026-06-15T00:00:00Z",
            StatusMalformed,
        ),
        (
            "ends-before-it-begins",
            "Ends before it begins.",
            "/validUntil",
            "2026-06-14T00:00:00Z",
            StatusMalformed,
        ),
        (
            "until-on-another-clock",
            "An end on another clock.",
            "/validUntil",
            "2026-06-15T23:00:00+08:00",
            StatusMalformed,
        ),
        (
            "from-with-fraction",
            "An instant with a fraction.",
            "/validFrom",
            "2026-06-15T00:00:00.000Z",
            StatusNotAuthentic,
        ),
        (
            "from-date-alone",
            "A date for an instant.",
            "/validFrom",
            "2026-06-15",
            StatusNotAuthentic,
        ),
    ];
    for (name, why, pointer, value, code) in rows {
        let list = resigned(&world, Revocation, pointer, Some(&json!(value).to_string()));
        no_list(shelf, Revocation, name, why, list, code);
    }
    for purpose in StatusPurpose::ALL {
        let windows = [
            (
                "of-yesterday",
                "A list whose day is over by a second.",
                "2026-06-14T03:59:59Z",
                "2026-06-15T03:59:59Z",
            ),
            (
                "of-tomorrow",
                "A list that begins ten minutes and a second from now.",
                "2026-06-15T04:10:01Z",
                "2026-06-16T04:00:00Z",
            ),
        ];
        for (name, why, from, until) in windows {
            let mut list = good(&world, purpose);
            (list.valid_from, list.valid_until) = (time(from), time(until));
            no_list(shelf, purpose, name, why, world.sign_list(&list), StatusExpired);
        }
    }
    let unsigned = with_member(&world.sign_list(&good(&world, Revocation)), "/proof", None);
    let late = sign_bytes(
        unsigned.as_bytes(),
        time("2028-06-15T00:00:00Z"),
        STATUS_METHOD,
        &world.status,
    );
    let why = "Signed after the status key's window, whatever day it says it is about.";
    no_list(
        shelf,
        Revocation,
        "signed-after-the-window",
        why,
        late,
        StatusNotAuthentic,
    );
    let without = with_member(&unsigned, "/validFrom", None);
    let without = sign_bytes(
        without.as_bytes(),
        time("2026-06-15T00:00:00Z"),
        STATUS_METHOD,
        &world.status,
    );
    let why = "No beginning: about which instant is it?";
    no_list(
        shelf,
        Revocation,
        "from-missing",
        why,
        without,
        StatusNotAuthentic,
    );
}

/// The status key's own certificate and window.
fn keys(shelf: &mut Shelf) {
    type Change = fn(&mut World);
    fn certificate(world: &mut World, change: fn(&mut rcgen::CertificateParams)) {
        let mut params = end_entity(STATUS_METHOD, STATUS);
        change(&mut params);
        world.issuer().status_keys[0].certificate = world.root.certify(&params, &key(2));
    }
    let rows: [(&str, &str, Change); 10] = [
        (
            "key-window-over",
            "The status key may not sign any more.",
            |world| {
                world.issuer().status_keys[0].signs_until = time("2026-06-15T00:00:00Z");
            },
        ),
        (
            "key-window-not-begun",
            "The status key may not sign yet.",
            |world| {
                world.issuer().status_keys[0].signs_from = time("2026-06-15T00:00:01Z");
            },
        ),
        ("key-expired", "Its certificate has expired.", |world| {
            certificate(world, |params| {
                params.not_after = rcgen::date_time_ymd(2026, 6, 14)
            });
        }),
        (
            "key-not-yet-valid",
            "Its certificate is not valid yet.",
            |world| {
                certificate(world, |params| {
                    params.not_before = rcgen::date_time_ymd(2026, 6, 16)
                });
            },
        ),
        (
            "key-for-certificates",
            "Its certificate is for issuing.",
            |world| {
                world.issuer().status_keys[0].certificate =
                    world.root.certify(&end_entity(STATUS_METHOD, ISSUE), &key(2));
            },
        ),
        ("key-for-both", "Its certificate is for both purposes.", |world| {
            certificate(world, |params| {
                params
                    .extended_key_usages
                    .push(rcgen::ExtendedKeyUsagePurpose::Other(ISSUE.to_vec()));
            });
        }),
        (
            "key-certifies",
            "Its certificate lets it sign certificates too.",
            |world| {
                certificate(world, |params| {
                    params.key_usages.push(rcgen::KeyUsagePurpose::KeyCertSign)
                });
            },
        ),
        (
            "key-of-another-name",
            "Its certificate is for another key's name.",
            |world| {
                world.issuer().status_keys[0].certificate = world
                    .root
                    .certify(&end_entity("did:web:cert.example:status#key-9", STATUS), &key(2));
            },
        ),
        (
            "key-under-another-root",
            "Its certificate is by a root of the same name that nobody pinned.",
            |world| {
                let rogue = Authority::new("Demonstration Root", 66);
                world.issuer().status_keys[0].certificate =
                    rogue.certify(&end_entity(STATUS_METHOD, STATUS), &key(2));
            },
        ),
        (
            "key-retired",
            "The status key was retired: a newer one signs anew every day.",
            |world| {
                world.issuer().status_keys[0].retired = Some(Retirement {
                    from: 1,
                    root_hash: touchstone_schemas::tlog::Hash::from_bytes([0; 32]),
                });
            },
        ),
    ];
    for (name, why, change) in rows {
        let mut world = World::new();
        change(&mut world);
        shelf.request(name, why, world.request(), CouldNotTell, &[StatusNotAuthentic]);
    }
}

/// A second body, as good as the first: its authority says nothing about the first one's certificates.
fn another_body(shelf: &mut Shelf) {
    for purpose in [Revocation, Suspension, Message] {
        let mut world = World::new();
        let did = Did::parse("did:web:second.example").unwrap();
        let mut second = world.issuer().clone();
        second.id = did.clone();
        second.status_authority = did.status_authority();
        second.profiles.clear();
        second.issuing_keys.clear();
        let method = "did:web:second.example:status#key-1";
        second.status_keys[0].verification_method = method.parse().unwrap();
        second.status_keys[0].certificate = world.root.certify(&end_entity(method, STATUS), &key(5));
        world.trust_list.issuers.push(second);
        let mut list = good(&world, purpose);
        list.issuer = did.status_authority();
        let signed = sign(&list, list.valid_from, method, &key(5));
        let request = with_list(&world, purpose, signed);
        let name = format!("{}-by-another-body", purpose.name());
        let why =
            "A listed body signs the list of another one: the list is well signed, and not its to sign.";
        shelf.request(&name, why, request, CouldNotTell, &[StatusNotAuthentic]);
    }
}
