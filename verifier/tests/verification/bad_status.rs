//! What status lists get: whatever is wrong with them, nothing reads as "in force".

use touchstone_schemas::{
    status::{StatusMessage, StatusPurpose},
    status_list::StatusList,
};
use touchstone_verifier::{input::Request, reason::ReasonCode, report::Headline, verify};

use crate::{
    codes, expect,
    fixture::{
        METHOD, STATUS, STATUS_METHOD, World, day, end_entity, key, sign, sign_bytes, time, with_member,
    },
};

/// A request in which the revocation list is another.
fn with_revocation(world: &World, list: String) -> Request {
    let mut request = world.request();
    request.facts.status_lists[0] = list;
    request
}

fn changed(world: &World, change: impl FnOnce(&mut StatusList)) -> String {
    let mut list = world.list(StatusPurpose::Revocation, StatusMessage::InForce);
    change(&mut list);
    world.sign_list(&list)
}

/// The revocation list with a member changed, signed by the authority.
fn resigned(world: &World, pointer: &str, value: &str) -> String {
    let list = world.list(StatusPurpose::Revocation, StatusMessage::InForce);
    let unsigned = with_member(&world.sign_list(&list), "/proof", None);
    let unsigned = with_member(&unsigned, pointer, Some(value));
    sign_bytes(unsigned.as_bytes(), list.valid_from, STATUS_METHOD, &world.status)
}

fn gzip_of_zeros(length: usize) -> String {
    use std::io::Write;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![0; length]).unwrap();
    touchstone_schemas::multibase::encode_base64url(&gzip.finish().unwrap())
}

#[test]
fn a_list_that_is_wrong_is_no_list() {
    let world = World::new();
    let good = world.sign_list(&world.list(StatusPurpose::Revocation, StatusMessage::InForce));
    let list = |purpose| world.list(purpose, StatusMessage::InForce);
    let quoted = |text: String| format!("\"{text}\"");
    use ReasonCode::{StatusExpired, StatusForAnother, StatusMalformed, StatusNotAuthentic};
    let rows = [
        ("not JSON", "<html>404</html>".to_owned(), StatusMalformed),
        ("unsigned", with_member(&good, "/proof", None), StatusNotAuthentic),
        (
            "changed",
            with_member(&good, "/credentialSubject/sequence", Some("8")),
            StatusNotAuthentic,
        ),
        (
            "signed by the issuing key",
            sign(
                &list(StatusPurpose::Revocation),
                time("2026-06-15T00:00:00Z"),
                METHOD,
                &world.issuing,
            ),
            StatusNotAuthentic,
        ),
        (
            "signed by an unknown key",
            sign(
                &list(StatusPurpose::Revocation),
                time("2026-06-15T00:00:00Z"),
                "did:web:cert.example:status#key-2",
                &key(66),
            ),
            StatusNotAuthentic,
        ),
        (
            "of another authority",
            {
                let mut list = list(StatusPurpose::Revocation);
                list.issuer = touchstone_schemas::did::Did::parse("did:web:other.example:status").unwrap();
                sign(
                    &list,
                    list.valid_from,
                    "did:web:other.example:status#key-1",
                    &key(66),
                )
            },
            StatusNotAuthentic,
        ),
        (
            "wrong purpose",
            world.sign_list(&list(StatusPurpose::Suspension)),
            StatusForAnother,
        ),
        (
            "wrong purpose in the list",
            resigned(&world, "/credentialSubject/statusPurpose", "\"suspension\""),
            StatusForAnother,
        ),
        (
            "another number",
            changed(&world, |list| list.list = 2),
            StatusForAnother,
        ),
        (
            "another registry",
            changed(&world, |list| {
                list.registry =
                    touchstone_schemas::credential::RegistryBase::parse("https://other.example").unwrap();
            }),
            StatusForAnother,
        ),
        (
            "too short",
            resigned(
                &world,
                "/credentialSubject/encodedList",
                &quoted(gzip_of_zeros(16_383)),
            ),
            StatusMalformed,
        ),
        (
            "a bomb",
            resigned(
                &world,
                "/credentialSubject/encodedList",
                &quoted(gzip_of_zeros(64 << 20)),
            ),
            StatusMalformed,
        ),
        (
            "not gzip",
            resigned(&world, "/credentialSubject/encodedList", "\"uAAAA\""),
            StatusMalformed,
        ),
        (
            "base64 with padding",
            resigned(&world, "/credentialSubject/encodedList", "\"uAAAA==\""),
            StatusMalformed,
        ),
        (
            "unknown member",
            resigned(&world, "/ttl", "86400000"),
            StatusMalformed,
        ),
        (
            "valid for 25 h",
            resigned(&world, "/validUntil", "\"2026-06-16T01:00:00Z\""),
            StatusMalformed,
        ),
        (
            "expired",
            changed(&world, |list| {
                (list.valid_from, list.valid_until) =
                    (time("2026-06-14T03:59:59Z"), time("2026-06-15T03:59:59Z"));
            }),
            StatusExpired,
        ),
        (
            "from the future",
            changed(&world, |list| {
                (list.valid_from, list.valid_until) =
                    (time("2026-06-15T04:10:01Z"), time("2026-06-16T04:00:00Z"));
            }),
            StatusExpired,
        ),
    ];
    for (what, list, code) in rows {
        let report = expect(what, &with_revocation(&world, list), Headline::CouldNotTell, code);
        assert_eq!(report.state, None, "{what}");
    }
}

#[test]
fn an_unsigned_bomb_is_refused_before_it_is_inflated() {
    let world = World::new();
    let bomb = with_member(
        &world.sign_list(&world.list(StatusPurpose::Revocation, StatusMessage::InForce)),
        "/credentialSubject/encodedList",
        Some(&format!("\"{}\"", gzip_of_zeros(64 << 20))),
    );
    expect(
        "bomb",
        &with_revocation(&world, bomb),
        Headline::CouldNotTell,
        ReasonCode::StatusNotAuthentic,
    );
}

#[test]
fn status_that_could_not_be_fetched_is_never_green() {
    let world = World::new();
    for missing in 0..3 {
        let mut request = world.request();
        request.facts.status_lists.remove(missing);
        let report = verify(&request);
        // Before the first surveillance date the message list adds nothing to the two others.
        let expected = if missing == 2 {
            Headline::InForce
        } else {
            Headline::CouldNotTell
        };
        assert_eq!(report.headline, expected, "without list {missing}");
    }
    let mut request = world.request();
    request.facts.status_lists.clear();
    expect(
        "none",
        &request,
        Headline::CouldNotTell,
        ReasonCode::StatusMissing,
    );
}

#[test]
fn an_index_beyond_the_list_is_not_in_force() {
    let mut world = World::new();
    let lists = world.lists(StatusMessage::InForce);
    world.credential.status.index = 131_072;
    let mut request = world.request_with(lists);
    expect(
        "index",
        &request,
        Headline::CouldNotTell,
        ReasonCode::StatusIndexOutOfRange,
    );
    request.facts.status_lists.clear();
    expect(
        "index, no list",
        &request,
        Headline::CouldNotTell,
        ReasonCode::StatusMissing,
    );
}

#[test]
fn nobody_goes_back() {
    let world = World::new();
    let id = "https://registry.example/status-lists/revocation/1".to_owned();
    let mut request = world.request();
    request.facts.seen.status_lists.insert(id.clone(), 8);
    expect(
        "older",
        &request,
        Headline::CouldNotTell,
        ReasonCode::StatusRolledBack,
    );
    request.facts.seen.status_lists.insert(id, 7);
    assert_eq!(verify(&request).headline, Headline::InForce);
    // Of two that cover the instant the newer counts, in whatever order they come.
    for reverse in [false, true] {
        let mut older = world.list(StatusPurpose::Suspension, StatusMessage::Suspended);
        older.sequence = 6;
        let mut request = world.request();
        request.facts.status_lists.push(world.sign_list(&older));
        if reverse {
            request.facts.status_lists.reverse();
        }
        assert_eq!(verify(&request).headline, Headline::InForce);
    }
}

#[test]
fn a_question_about_the_past_takes_the_lists_of_that_time() {
    let world = World::new();
    let lists = StatusPurpose::ALL.map(|purpose| {
        let mut list = world.list(purpose, StatusMessage::Suspended);
        (list.valid_from, list.valid_until) = (time("2026-05-01T00:00:00Z"), time("2026-05-02T00:00:00Z"));
        list.sequence = 2;
        world.sign_list(&list)
    });
    let mut request = world.request();
    request
        .facts
        .seen
        .status_lists
        .insert("https://registry.example/status-lists/suspension/1".to_owned(), 7);
    request.facts.status_lists.extend(lists);
    assert_eq!(verify(&request).headline, Headline::InForce);
    request.at = Some(time("2026-05-01T12:00:00Z"));
    let report = expect("then", &request, Headline::NotInForce, ReasonCode::Suspended);
    assert_eq!(report.status_as_of, Some(time("2026-05-01T00:00:00Z")));
    request.at = Some(time("2026-05-03T00:00:00Z"));
    expect(
        "between",
        &request,
        Headline::CouldNotTell,
        ReasonCode::StatusExpired,
    );
}

#[test]
fn a_cached_list_counts_until_its_end_and_the_end_counts_for_ever() {
    let world = World::new();
    let mut request = world.request();
    request.now = time("2026-06-16T00:00:00Z");
    let report = verify(&request);
    assert_eq!(report.headline, Headline::InForce);
    assert_eq!(report.status_until, Some(request.now));
    request.now = time("2026-06-16T00:00:01Z");
    let report = expect(
        "a second later",
        &request,
        Headline::CouldNotTell,
        ReasonCode::StatusExpired,
    );
    let last_known = report
        .in_force
        .reasons
        .iter()
        .find_map(|reason| reason.facts.get("lastKnown"));
    assert_eq!(last_known.map(String::as_str), Some("in force"));
    // Final stays final: a list that is out of date still proves the end.
    request.facts.status_lists = world.lists(StatusMessage::Withdrawn);
    expect(
        "withdrawn before",
        &request,
        Headline::NotInForce,
        ReasonCode::Withdrawn,
    );
    request.facts.status_lists.truncate(1);
    expect("the bit alone", &request, Headline::NotInForce, ReasonCode::Ended);
}

#[test]
fn when_lists_disagree_the_worst_holds() {
    let world = World::new();
    let list = |purpose, message| world.sign_list(&world.list(purpose, message));
    use StatusMessage::{InForce, Suspended, Withdrawn};
    use StatusPurpose::{Message, Revocation, Suspension};
    let rows = [
        ([InForce, InForce, Withdrawn], ReasonCode::Withdrawn),
        ([Withdrawn, InForce, InForce], ReasonCode::Ended),
        ([InForce, Suspended, InForce], ReasonCode::Suspended),
        ([InForce, InForce, Suspended], ReasonCode::Suspended),
        ([Withdrawn, Suspended, InForce], ReasonCode::Ended),
    ];
    for ([revocation, suspension, message], code) in rows {
        let mut request = world.request();
        request.facts.status_lists = vec![
            list(Revocation, revocation),
            list(Suspension, suspension),
            list(Message, message),
        ];
        let report = expect("disagree", &request, Headline::NotInForce, code);
        assert!(codes(&report.in_force).contains(&"statusDisagrees"));
    }
}

#[test]
fn a_status_key_has_its_own_window_and_certificate() {
    type Make = fn(&mut World);
    let rows: [(&str, Make); 4] = [
        ("outside its window", |world| {
            world.issuer().status_keys[0].signs_until = time("2026-06-15T00:00:00Z");
        }),
        ("expired", |world| {
            let mut params = end_entity(STATUS_METHOD, STATUS);
            params.not_after = rcgen::date_time_ymd(2026, 6, 14);
            world.issuer().status_keys[0].certificate = world.root.certify(&params, &key(2));
        }),
        ("wrong purpose", |world| {
            let params = end_entity(STATUS_METHOD, crate::fixture::ISSUE);
            world.issuer().status_keys[0].certificate = world.root.certify(&params, &key(2));
        }),
        ("retired", |world| {
            world.issuer().status_keys[0].retired = Some(touchstone_schemas::trust_list::Retirement {
                from: 1,
                root_hash: touchstone_schemas::tlog::Hash::from_bytes([0; 32]),
            });
        }),
    ];
    for (what, make) in rows {
        let mut world = World::new();
        make(&mut world);
        expect(
            what,
            &world.request(),
            Headline::CouldNotTell,
            ReasonCode::StatusNotAuthentic,
        );
    }
}

#[test]
fn dates_come_before_and_after_everything() {
    let mut world = World::new();
    let at = |now: &str, world: &World| {
        let mut request = world.request();
        request.at = Some(time(now));
        request
    };
    expect(
        "before",
        &at("2026-03-01T15:59:59Z", &world),
        Headline::NotInForce,
        ReasonCode::NotYetValid,
    );
    expect(
        "after",
        &at("2029-03-01T16:00:00Z", &world),
        Headline::NotInForce,
        ReasonCode::Expired,
    );
    // A withdrawal outranks the dates.
    let mut request = at("2029-03-01T16:00:00Z", &world);
    request.facts.status_lists = world.lists(StatusMessage::Withdrawn);
    expect("withdrawn", &request, Headline::NotInForce, ReasonCode::Withdrawn);
    // And the last second is still in force.
    world.credential.valid_until = day("2026-06-15");
    let mut request = world.request();
    request.now = time("2026-06-15T15:59:59Z");
    assert_eq!(verify(&request).headline, Headline::InForce);
    request.now = time("2026-06-15T16:00:00Z");
    expect(
        "a second later",
        &request,
        Headline::NotInForce,
        ReasonCode::Expired,
    );
}
