//! Question 4, needs, and requests as JSON.

use touchstone_schemas::{
    credential::{AssessedUnit, Level, UnitKind},
    jcs::to_canonical,
    lifecycle::{Change, EventReason},
    status::StatusMessage,
};
use touchstone_verifier::{
    Needs,
    input::Need,
    needs, needs_json, read_request,
    reason::ReasonCode,
    report::{Answer, Headline, Report},
    verify, verify_json,
};

use crate::{
    codes,
    fixture::{World, day, key, sign, suspended, text, time},
};

fn ask(world: &World, need: Need) -> Report {
    let mut request = world.request();
    request.need = Some(need);
    verify(&request)
}

#[test]
fn a_need_is_covered_or_not() {
    let mut world = World::new();
    let level = |level: u8| Need {
        level: Some(Level::try_from(level).unwrap()),
        ..Need::default()
    };
    let standard = |number: &str| Need {
        standard: Some(number.to_owned()),
        ..Need::default()
    };
    let site = |text: &str| Need {
        site: Some(text.to_owned()),
        ..Need::default()
    };
    let date = |text: &str| Need {
        date: Some(day(text)),
        ..Need::default()
    };
    use Answer::{CouldNotTell, No, Yes};
    let rows = [
        (Need::default(), Yes, "needCovered"),
        (level(3), Yes, "needCovered"),
        (level(4), No, "gradeTooLow"),
        (standard("GB/T 39116-2020"), Yes, "needCovered"),
        (standard("GB/T 39116-2025"), No, "standardNotCovered"),
        (site("无锡"), Yes, "needCovered"),
        (site("3202"), Yes, "needCovered"),
        (site("上海"), No, "siteNotCovered"),
        (site("11"), No, "siteNotCovered"),
        (site(" "), No, "siteNotCovered"),
        (date("2026-06-15"), Yes, "needCovered"),
        (date("2029-03-01"), Yes, "needCovered"),
        (date("2029-03-02"), No, "dateNotCovered"),
        (date("2026-03-01"), No, "dateNotCovered"),
        (date("2026-06-14"), CouldNotTell, "dateNotKnown"),
    ];
    for (need, answer, code) in rows {
        let report = ask(&world, need.clone());
        assert_eq!(
            report.headline,
            Headline::InForce,
            "the need does not change the verdict"
        );
        let question = report.covers_need.unwrap();
        assert_eq!(
            (question.answer, codes(&question)),
            (answer, vec![code]),
            "{need:?}"
        );
    }
    world.credential.assessed_unit = Some(AssessedUnit {
        kind: UnitKind::Workshop,
        name: text("三号车间"),
        name_en: None,
    });
    assert_eq!(
        codes(&ask(&world, Need::default()).covers_need.unwrap()),
        ["unitOnly", "needCovered"]
    );
    let mut request = world.request();
    request.document = "{}".to_owned();
    request.need = Some(Need::default());
    assert_eq!(codes(&verify(&request).covers_need.unwrap()), ["needNotJudged"]);
}

#[test]
fn a_day_gone_by_is_told_by_events() {
    let mut world = World::new();
    let suspension = world.event(1, "2026-05-01T02:00:00Z", suspended("2026-10-31"));
    let reinstatement = world.event(
        2,
        "2026-05-20T02:00:00Z",
        Change::Reinstated {
            reason: EventReason::CorrectionVerified,
        },
    );
    let events = vec![
        world.log_event(&suspension, "2026-05-01T02:00:10Z"),
        world.log_event(&reinstatement, "2026-05-20T02:00:10Z"),
    ];
    // The first and last day of the suspension are not wholly good.
    for (date, answer) in [
        ("2026-04-30", Answer::Yes),
        ("2026-05-01", Answer::No),
        ("2026-05-10", Answer::No),
        ("2026-05-20", Answer::No),
        ("2026-05-21", Answer::Yes),
    ] {
        let mut request = world.request();
        request.facts.events.clone_from(&events);
        request.need = Some(Need {
            date: Some(day(date)),
            ..Need::default()
        });
        let report = verify(&request);
        assert_eq!(report.headline, Headline::InForce);
        assert_eq!(report.covers_need.unwrap().answer, answer, "{date}");
    }
}

/// A day is covered as a whole: good again at noon is not good throughout.
#[test]
fn today_is_not_covered_when_it_began_suspended() {
    let mut world = World::new();
    let suspension = world.event(1, "2026-06-10T02:00:00Z", suspended("2026-10-31"));
    let reinstatement = Change::Reinstated {
        reason: EventReason::CorrectionVerified,
    };
    let reinstatement = world.event(2, "2026-06-15T02:00:00Z", reinstatement);
    let events = vec![
        world.log_event(&suspension, "2026-06-10T02:00:10Z"),
        world.log_event(&reinstatement, "2026-06-15T02:00:10Z"),
    ];
    for (date, answer) in [("2026-06-15", Answer::No), ("2026-06-16", Answer::Yes)] {
        let mut request = world.request();
        request.facts.events.clone_from(&events);
        request.need = Some(Need {
            date: Some(day(date)),
            ..Need::default()
        });
        let report = verify(&request);
        assert_eq!(report.headline, Headline::InForce);
        assert_eq!(report.covers_need.unwrap().answer, answer, "{date}");
    }
}

/// Whoever hands over events can leave out the newest ones: of a day gone by they then tell nothing, unless the status
/// of today agrees with them.
#[test]
fn events_left_out_do_not_make_a_day_good() {
    let mut world = World::new();
    let passed = Change::SurveillancePassed {
        reason: EventReason::ScheduledSurveillance,
        performed_on: day("2026-04-20"),
        next_due: day("2027-06-01"),
    };
    let passed = world.event(1, "2026-04-25T02:00:00Z", passed);
    let passed = world.log_event(&passed, "2026-04-25T02:00:10Z");
    for (message, answer, code) in [
        (StatusMessage::InForce, Answer::Yes, "needCovered"),
        (StatusMessage::Suspended, Answer::CouldNotTell, "dateNotKnown"),
        (StatusMessage::Withdrawn, Answer::CouldNotTell, "dateNotKnown"),
    ] {
        let mut request = world.request();
        request.facts.status_lists = world.lists(message);
        request.facts.events = vec![passed.clone()];
        request.need = Some(Need {
            date: Some(day("2026-05-10")),
            ..Need::default()
        });
        let question = verify(&request).covers_need.unwrap();
        assert_eq!(
            (question.answer, codes(&question)),
            (answer, vec![code]),
            "{message:?}"
        );
    }
    // Nor does a status that nobody knows.
    let mut request = world.request_with(vec![]);
    request.facts.events = vec![passed];
    request.need = Some(Need {
        date: Some(day("2026-05-10")),
        ..Need::default()
    });
    assert_eq!(verify(&request).covers_need.unwrap().answer, Answer::CouldNotTell);
}

#[test]
fn nothing_is_fetched_from_where_the_trust_list_does_not_say() {
    let mut world = World::new();
    let mut request = world.request();
    request.facts.status_lists.clear();
    let wanted = needs(&request);
    assert_eq!(
        wanted,
        Needs {
            trust_list: false,
            status_lists: ["revocation", "suspension", "message"]
                .map(|purpose| format!("https://registry.example/status-lists/{purpose}/1"))
                .to_vec(),
            record: Some("https://registry.example/certificates/CQC26ZNZ000123R0?version=1".to_owned()),
            log_tiles: vec![],
        }
    );
    let only_trust = Needs {
        trust_list: true,
        ..Needs::default()
    };
    request.facts.trust_list = None;
    assert_eq!(needs(&request), only_trust);
    // A whole parallel world: nothing of it is asked for.
    let mut forged = world.request();
    forged.document = sign(
        &world.credential,
        world.signed_at,
        crate::fixture::METHOD,
        &key(66),
    );
    assert_eq!(needs(&forged), only_trust);
    world.issuer().registries.clear();
    let mut request = world.request();
    request.facts.status_lists.clear();
    assert_eq!(needs(&request), Needs::default());
}

#[test]
fn what_is_there_is_not_asked_for_again() {
    let mut world = World::new();
    let index = world.log_credential("2026-03-02T01:00:05Z");
    let mut request = world.request();
    request.facts.receipt = Some(world.log.receipt(index, world.log.size()));
    assert!(needs(&request).is_empty());
    request.now = time("2026-06-16T01:00:00Z");
    assert_eq!(needs(&request).status_lists.len(), 3);
    request.now = time("2026-09-16T01:00:00Z");
    assert!(needs(&request).trust_list);
}

#[test]
fn json_is_the_same_door() {
    let world = World::new();
    let mut request = world.request();
    request.facts.status_lists = world.lists(StatusMessage::Suspended);
    let json = to_canonical(&request);
    assert_eq!(read_request(&json).unwrap(), request);
    assert_eq!(verify_json(&json), verify(&request).to_json());
    assert_eq!(needs_json(&json), needs(&request).to_json());
    let refused = |json: &str| String::from_utf8(verify_json(json.as_bytes())).unwrap();
    assert!(refused("{}").contains(r#""error":"malformedRequest""#));
    let with_unknown = String::from_utf8(json)
        .unwrap()
        .replacen('{', "{\"trusted\":true,", 1);
    assert!(refused(&with_unknown).contains("unknown member"));
    request.facts.status_lists = vec![String::new(); 65];
    let json = to_canonical(&request);
    assert!(refused(std::str::from_utf8(&json).unwrap()).contains("at most 64"));
}

#[test]
fn facts_of_a_reason_are_cut() {
    let world = World::new();
    let mut request = world.request();
    request.document = format!("{{\"{0}\":1,\"{0}\":2}}", "长".repeat(10_000));
    let report = verify(&request);
    let reason = &report.genuine.reasons[0];
    assert_eq!(reason.code, ReasonCode::MalformedJson);
    assert_eq!(reason.facts["error"].chars().count(), 241);
    // Nor can they break the Report or turn its text around.
    let need = Need {
        site: Some("无\u{202e}\u{ffff}锡\n".to_owned()),
        ..Need::default()
    };
    let report = ask(&world, need);
    assert_eq!(
        report.covers_need.as_ref().unwrap().reasons[0].facts["expected"],
        "无\u{fffd}\u{fffd}锡\u{fffd}"
    );
    assert!(!report.to_json().is_empty());
}
