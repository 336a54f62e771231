//! The table: documents good and hostile, and the circumstances in which a good one is shown.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use rcgen::date_time_ymd;
use serde_json::Value;
use touchstone_schemas::credential::Level;
use touchstone_schemas::multibase::encode_base64url;
use touchstone_schemas::status::{StatusMessage, StatusPurpose};
use touchstone_schemas::trust_list::Retirement;
use touchstone_verifier::input::{LogProofPolicy, Need, Request};
use touchstone_verifier::report::Headline;
use touchstone_verifier::verify;

use crate::fixture::{
    self, Authority, ISSUE, METHOD, STATUS, STATUS_METHOD, World, end_entity, key, multikey, resigned, sign,
    sign_bytes, time, with_member,
};

/// Documents by name, good and hostile.
pub(crate) fn documents(world: &World) -> Vec<(String, String)> {
    let signed = world.signed();
    let mut rows = vec![("as issued".to_owned(), signed.clone())];
    let mut row = |name: &str, document: String| rows.push((name.to_owned(), document));
    row(
        "another spelling",
        serde_json::to_string_pretty(&serde_json::from_str::<Value>(&signed).unwrap()).unwrap(),
    );
    // Bits: one in each eighth of the document that leaves it text.
    for part in 0..8 {
        let mut bytes = signed.clone().into_bytes();
        let at = (part * bytes.len() / 8..)
            .find(|at| bytes[*at].is_ascii_lowercase())
            .unwrap();
        bytes[at] ^= 1;
        row(
            &format!("bit 0 of byte {at} flipped"),
            String::from_utf8(bytes).unwrap(),
        );
    }
    // Members: edited, taken away, added, by somebody without the key.
    let edits = [
        ("/credentialSubject/certificate/grade/level", Some("5")),
        ("/credentialSubject/certificate/holder/address", Some("\"别处\"")),
        ("/credentialSubject/issuedToParty/name", Some("\"另一家公司\"")),
        ("/credentialStatus/0/statusListIndex", Some("\"1\"")),
        ("/validUntil", Some("\"2099-12-31T23:59:59+08:00\"")),
        ("/issuer/name", Some("\"另一机构\"")),
        ("/issuer/id", Some("\"did:web:other.example\"")),
        ("/credentialSubject/certificate/signatory", None),
        ("/credentialSubject/certificate/added", Some("1")),
        ("/added", Some("{}")),
        ("/@context/1", Some("\"https://example.com/context\"")),
        ("/@context/2", Some("\"https://w3id.org/touchstone/context/v2\"")),
        ("/@context/3", Some("\"https://example.com/context\"")),
        ("/@context/0", None),
        ("/proof", None),
        ("/proof", Some("[]")),
        ("/proof/proofPurpose", None),
        ("/proof/proofPurpose", Some("\"authentication\"")),
        ("/proof/cryptosuite", Some("\"ecdsa-jcs-2019\"")),
        ("/proof/created", Some("\"2026-03-02T01:00:01Z\"")),
        (
            "/proof/verificationMethod",
            Some("\"did:web:other.example#key-1\""),
        ),
        (
            "/proof/verificationMethod",
            Some("\"did:web:cert.example#key-2\""),
        ),
        ("/proof/proofValue", Some("\"z11\"")),
        ("/proof/added", Some("true")),
        ("/proof/@context", None),
    ];
    for (pointer, value) in edits {
        row(
            &format!("{pointer} made {value:?}"),
            with_member(&signed, pointer, value),
        );
    }
    // The same with the issuer's own signature: the form is refused whoever signs.
    for (pointer, value) in [
        ("/credentialSubject/certificate/added", Some("1")),
        ("/credentialSubject/profileScore/rank", Some("1")),
        ("/credentialSubject/certificate/grade/stars", Some("\"★★★★★\"")),
        ("/credentialSchema/id", Some("\"https://example.com/schema\"")),
        ("/@context/3", Some("\"https://example.com/context\"")),
        ("/credentialStatus/2", None),
    ] {
        row(
            &format!("signed with {pointer} made {value:?}"),
            resigned(world, pointer, value),
        );
    }
    // Keys and times.
    let unsigned = with_member(&signed, "/proof", None);
    let by = |created: &str, method: &str, seed: u8| {
        sign_bytes(unsigned.as_bytes(), time(created), method, &key(seed))
    };
    row("by a key nobody knows", by(fixture::SIGNED, METHOD, 99));
    row(
        "by the status key",
        sign(
            &world.credential,
            time(fixture::SIGNED),
            STATUS_METHOD,
            &world.status,
        ),
    );
    row(
        "by a stranger",
        sign(
            &world.credential,
            time(fixture::SIGNED),
            "did:web:other.example#key-1",
            &key(99),
        ),
    );
    row("before the signing window", by("2025-12-31T00:00:00Z", METHOD, 1));
    row("in the future", by("2027-06-01T00:00:00Z", METHOD, 1));
    row("long after its date", by("2026-05-01T00:00:00Z", METHOD, 1));
    let proof = serde_json::from_str::<Value>(&signed).unwrap()["proof"].to_string();
    row(
        "two proofs",
        with_member(&signed, "/proof", Some(&format!("[{proof},{proof}]"))),
    );
    // Not JSON of ours at all: these never get as far as an intake.
    let inserted = |member: &str| format!("{{{member},{}", &signed[1..]);
    row("empty", String::new());
    row("digits", "12345".to_owned());
    row(
        "a link without fragment",
        "https://registry.example/v#".to_owned(),
    );
    row("duplicate key", inserted(r#""id":"x""#));
    row("unsafe integer", inserted(r#""lot":9007199254740992"#));
    row("lone surrogate", inserted(r#""lot":"\ud800""#));
    row(
        "depth 33",
        inserted(&format!(r#""lot":{}{}"#, "[".repeat(32), "]".repeat(32))),
    );
    row("1 MB", inserted(&format!(r#""lot":"{}""#, "x".repeat(1_000_000))));
    rows
}

/// Requests by name whose facts, policy, time or need differ.
pub(crate) fn circumstances(world: &mut World) -> Vec<(String, Request)> {
    let good = world.request();
    let mut rows = Vec::new();
    let mut row = |name: &str, change: &dyn Fn(&mut Request)| {
        let mut request = good.clone();
        change(&mut request);
        rows.push((name.to_owned(), request));
    };
    row("no trust list", &|request| request.facts.trust_list = None);
    row("a trust list with a word changed", &|request| {
        let list = request.facts.trust_list.as_mut().unwrap();
        *list = list.replacen("示范方案所有者", "别的方案所有者", 1);
    });
    row("another owner's pin", &|request| {
        request.policy.owner_key = multikey(&key(98))
    });
    row("the successor's pin", &|request| {
        request.policy.owner_successor = Some(multikey(&key(97)))
    });
    row("an old trust list", &|request| {
        request.now = time("2026-09-15T00:00:00Z")
    });
    row("a trust list of the future", &|request| {
        request.now = time("2026-05-01T00:00:00Z")
    });
    row("no status", &|request| request.facts.status_lists.clear());
    row("no message list", &|request| {
        drop(request.facts.status_lists.pop())
    });
    row("no revocation list", &|request| {
        drop(request.facts.status_lists.remove(0))
    });
    row("a list with a byte changed", &|request| {
        let list = &mut request.facts.status_lists[0];
        *list = list.replacen("revocation", "revocatiom", 1);
    });
    row("lists of yesterday", &|request| {
        request.now = time("2026-06-16T00:00:01Z")
    });
    row("about the past", &|request| {
        request.at = Some(time("2026-04-01T00:00:00Z"))
    });
    row("before it began", &|request| {
        request.at = Some(time("2026-03-01T00:00:00Z"))
    });
    row("after it ended", &|request| {
        request.at = Some(time("2029-03-02T00:00:00Z"))
    });
    row("a log proof demanded", &|request| {
        request.policy.log_proof = LogProofPolicy::Required
    });
    row("a receipt that is none", &|request| {
        request.facts.receipt = Some("{}".to_owned())
    });
    let needed = |need: Need| move |request: &mut Request| request.need = Some(need.clone());
    row(
        "level 3 needed",
        &needed(Need {
            level: Level::try_from(3).ok(),
            ..Need::default()
        }),
    );
    row(
        "level 4 needed",
        &needed(Need {
            level: Level::try_from(4).ok(),
            ..Need::default()
        }),
    );
    row(
        "a site needed",
        &needed(Need {
            site: Some("320214".to_owned()),
            ..Need::default()
        }),
    );
    row(
        "another standard needed",
        &needed(Need {
            standard: Some("GB/T 36073-2018".to_owned()),
            ..Need::default()
        }),
    );
    row(
        "a day needed",
        &needed(Need {
            date: "2030-01-01".parse().ok(),
            ..Need::default()
        }),
    );
    let messages = [
        StatusMessage::OverdueInGrace,
        StatusMessage::Overdue,
        StatusMessage::Suspended,
        StatusMessage::Cancelled,
        StatusMessage::Superseded,
        StatusMessage::Withdrawn,
        StatusMessage::Reserved,
    ];
    for message in messages {
        rows.push((
            format!("the lists say {message:?}"),
            world.request_with(world.lists(message)),
        ));
    }
    let disagreeing = StatusPurpose::ALL.map(|purpose| {
        let message = if purpose == StatusPurpose::Message {
            StatusMessage::InForce
        } else {
            StatusMessage::Withdrawn
        };
        world.sign_list(&world.list(purpose, message))
    });
    rows.push((
        "lists that disagree".to_owned(),
        world.request_with(disagreeing.to_vec()),
    ));
    let index = world.log_credential(fixture::SIGNED);
    world.log.fill(9);
    rows.extend(chains());
    rows.extend(retired());
    rows.push(("a status list that is a bomb".to_owned(), bomb(world)));
    let mut logged = good.clone();
    logged.facts.receipt = Some(world.log.receipt(index, 9));
    rows.push(("with its receipt".to_owned(), logged));
    rows
}

/// Signing keys whose certificates do not stand, in trust lists that the owner signed all the same.
fn chains() -> Vec<(String, Request)> {
    type Change = fn(&mut World);
    let changes: [(&str, Change); 4] = [
        ("an expired chain", |world| {
            let mut params = end_entity(METHOD, ISSUE);
            params.not_after = date_time_ymd(2026, 6, 1);
            world.issuing_key().certificate = world.root.certify(&params, &key(1));
        }),
        ("a chain for the status key's purpose", |world| {
            world.issuing_key().certificate = world.root.certify(&end_entity(METHOD, STATUS), &key(1));
        }),
        ("a rogue chain of the same names", |world| {
            let rogue = Authority::new("Demonstration Root", 66);
            world.issuing_key().certificate = rogue.certify(&end_entity(METHOD, ISSUE), &key(1));
        }),
        (
            "a rogue chain of the same names, its root among the intermediates",
            |world| {
                let rogue = Authority::new("Demonstration Root", 66);
                world.issuing_key().certificate = rogue.certify(&end_entity(METHOD, ISSUE), &key(1));
                world.issuer().intermediates.push(rogue.certificate());
            },
        ),
    ];
    let row = |(name, change): (&str, Change)| {
        let mut world = World::new();
        change(&mut world);
        let request = world.request();
        assert_eq!(verify(&request).headline, Headline::NotAuthorised, "{name}");
        (name.to_owned(), request)
    };
    changes.into_iter().map(row).collect()
}

/// A key retired from an index of the log on: the credential before the point, at it, and without proof.
fn retired() -> Vec<(String, Request)> {
    let rows = [
        ("a retired key, without proof", 12, None, Headline::CouldNotTell),
        ("a retired key, before the point", 12, Some(12), Headline::InForce),
        (
            "a retired key, proven into another tree",
            12,
            Some(9),
            Headline::CouldNotTell,
        ),
        ("a retired key, at the point", 5, Some(9), Headline::NotAuthorised),
    ];
    let row = |(name, from, size, headline): (&str, u64, Option<u64>, Headline)| {
        let mut world = World::new();
        world.log.fill(5);
        let index = world.log_credential("2026-03-02T01:00:05Z");
        world.log.fill(12);
        let root_hash = world.log.root(from);
        world.issuing_key().retired = Some(Retirement { from, root_hash });
        let mut request = world.request();
        request.facts.receipt = size.map(|size| world.log.receipt(index, size));
        assert_eq!(verify(&request).headline, headline, "{name}");
        (name.to_owned(), request)
    };
    rows.into_iter().map(row).collect()
}

/// A revocation list signed by the status authority that inflates to 64 MB.
fn bomb(world: &World) -> Request {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&vec![0; 64 << 20]).unwrap();
    let encoded = encode_base64url(&gzip.finish().unwrap());
    let list = world.sign_list(&world.list(StatusPurpose::Revocation, StatusMessage::InForce));
    let unsigned = with_member(&list, "/proof", None);
    let changed = with_member(
        &unsigned,
        "/credentialSubject/encodedList",
        Some(&format!("\"{encoded}\"")),
    );
    let created = time("2026-06-15T00:00:00Z");
    let signed = sign_bytes(changed.as_bytes(), created, STATUS_METHOD, &world.status);
    let mut lists = world.lists(StatusMessage::InForce);
    lists[0] = signed;
    let request = world.request_with(lists);
    assert_eq!(verify(&request).headline, Headline::CouldNotTell);
    request
}
