//! One application brought to a certificate; refused, returned, waived on the way.

use touchstone_issuer::{
    casework::{
        CaseContent, DecisionOutcome, NotSignable, Recommendation, Returned, Role, Status, Unlawful, Waived,
        check_journals,
        desk::{self, CaseworkError},
        issue_case,
    },
    prepare::DutyKind,
};
use touchstone_schemas::{credential::Credential, json};

use super::staff::{
    act, consent, decision, deputy, evaluated, evaluation, fee, hire, judge, judged_up_to, mandate, now,
    opinion, own, review, stages, text,
};
use crate::test_office::{Root, TestOffice};

fn unlawful<T: std::fmt::Debug>(result: Result<T, CaseworkError>) -> Unlawful {
    match result {
        Err(CaseworkError::Unlawful(error)) => *error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_application_becomes_a_certificate_step_by_step() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    judged_up_to(&mut office, number, "signing").await;
    assert_eq!(office.store.signing_queue(None, 10).await.unwrap().len(), 1);
    let (stored, delivered) = issue_case(&mut office, &keys, number).await.unwrap();
    assert!(stored.receipt.is_some() && delivered.is_whole());
    let signed = stored.signed.unwrap();
    let credential: Credential =
        Credential::from_document(&json::parse(&stored.unsecured, signed.len()).unwrap()).unwrap();
    assert_eq!(credential.signatory, text("示范签发"));
    assert_eq!(credential.grade.level.get(), 3);
    assert_eq!(credential.report.number, text("YS-ZNZ-77"));
    let case = office.store.case(number).await.unwrap().unwrap();
    let issued = Status::Issued {
        number: stored.number.clone(),
        version: stored.version,
    };
    assert_eq!(case.status(), &issued);
    assert_eq!(test.server.kept.lock().unwrap().credentials.len(), 1);
    // Asked again, it is the same certificate; nothing is sent.
    let requests = test.server.kept.lock().unwrap().requests;
    let (again, _) = issue_case(&mut office, &keys, number).await.unwrap();
    assert_eq!((again.number, again.signed), (stored.number, Some(signed)));
    assert_eq!(test.server.kept.lock().unwrap().requests, requests);
    let (faults, read) = check_journals(&mut office).await.unwrap();
    assert_eq!(faults, Vec::new());
    assert!(read > 30);
    // Nothing more is done on it.
    let late = act(&mut office, number, &own("受理", Role::Clerk), fee()).await;
    assert!(matches!(
        unlawful(late),
        Unlawful::Status { status: "issued", .. }
    ));
}

#[tokio::test]
async fn a_deputy_signs_for_whom_they_act_and_both_stand_on_the_file() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let by = touchstone_issuer::casework::Actor::administrator(text("管理"));
    let number = evaluated(&mut office, "13-level-1", 1).await;
    for (delegator, person, role, office_of) in [
        ("决定", "主任", Role::Decider, None),
        ("签发", "处长", Role::Signatory, None),
    ] {
        let given = mandate(delegator, person, role, office_of);
        desk::keep_people(&mut office.store, Some(&by), given, now())
            .await
            .unwrap();
    }
    let mandates: Vec<u32> = office
        .store
        .personnel()
        .await
        .unwrap()
        .mandates()
        .iter()
        .map(|it| it.number)
        .collect();
    judged_up_to(&mut office, number, "director").await;
    let decider = deputy("主任", Role::Decider, "决定", mandates[0]);
    judge(
        &mut office,
        number,
        &decider,
        "decision",
        decision(DecisionOutcome::Grant, None),
    )
    .await
    .unwrap();
    let signatory = deputy("处长", Role::Signatory, "签发", mandates[1]);
    judge(&mut office, number, &signatory, "signing", opinion())
        .await
        .unwrap();
    let (stored, _) = issue_case(&mut office, &keys, number).await.unwrap();
    let document = json::parse(&stored.unsecured, stored.unsecured.len()).unwrap();
    assert_eq!(
        Credential::from_document(&document).unwrap().signatory,
        text("示范处长（代示范签发）")
    );
    let deciders: Vec<(String, Option<String>)> = office
        .store
        .duties(2)
        .await
        .unwrap()
        .into_iter()
        .filter(|duty| duty.kind == DutyKind::Decider)
        .map(|duty| {
            (
                duty.person.to_string(),
                duty.through.map(|deputy| deputy.to_string()),
            )
        })
        .collect();
    assert_eq!(
        deciders,
        [
            ("主任".to_owned(), None),
            ("决定".to_owned(), Some("主任".to_owned()))
        ]
    );
}

#[tokio::test]
async fn stages_come_in_order_and_a_gate_holds() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    let early = judge(
        &mut office,
        number,
        &own("处长", Role::Approver),
        "division",
        consent(),
    )
    .await;
    assert!(matches!(unlawful(early), Unlawful::NotNext { next, .. } if next == text("review")));
    let reviewer = own("复核", Role::Reviewer);
    judge(
        &mut office,
        number,
        &reviewer,
        "review",
        review(Recommendation::Positive),
    )
    .await
    .unwrap();
    let again = judge(
        &mut office,
        number,
        &reviewer,
        "review",
        review(Recommendation::Negative),
    )
    .await;
    assert!(matches!(unlawful(again), Unlawful::Settled { .. }));
    // The head of one division does not hold the director's office.
    judge(
        &mut office,
        number,
        &own("处长", Role::Approver),
        "division",
        consent(),
    )
    .await
    .unwrap();
    let other = judge(
        &mut office,
        number,
        &own("处长", Role::Approver),
        "director",
        consent(),
    )
    .await;
    assert!(matches!(other, Err(CaseworkError::NotEntitled(_))), "{other:?}");
    judge(
        &mut office,
        number,
        &own("主任", Role::Approver),
        "director",
        consent(),
    )
    .await
    .unwrap();
    judge(
        &mut office,
        number,
        &own("决定", Role::Decider),
        "decision",
        decision(DecisionOutcome::Grant, None),
    )
    .await
    .unwrap();
    let unpaid = judge(
        &mut office,
        number,
        &own("签发", Role::Signatory),
        "signing",
        opinion(),
    )
    .await;
    assert!(matches!(unlawful(unpaid), Unlawful::Waits { task, .. } if task == text("fee")));
    act(&mut office, number, &own("受理", Role::Clerk), fee())
        .await
        .unwrap();
    judge(
        &mut office,
        number,
        &own("签发", Role::Signatory),
        "signing",
        opinion(),
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn a_stage_is_waived_by_whom_the_office_says_and_shows_who_and_why() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    let waived = |stage: &str| {
        CaseContent::Waived(Waived {
            reason: "本项目不需要".parse().unwrap(),
            stage: text(stage),
        })
    };
    judge(
        &mut office,
        number,
        &own("复核", Role::Reviewer),
        "review",
        review(Recommendation::Positive),
    )
    .await
    .unwrap();
    for (person, role, stage) in [
        ("受理", Role::Clerk, "division"),
        ("决定", Role::Decider, "decision"),
        ("复核", Role::Reviewer, "fee"),
    ] {
        let refused = act(&mut office, number, &own(person, role), waived(stage)).await;
        assert!(
            matches!(unlawful(refused), Unlawful::NotWaivable { .. }),
            "{person} {stage}"
        );
    }
    for (person, role, stage) in [
        ("受理", Role::Clerk, "fee"),
        ("决定", Role::Decider, "division"),
        ("决定", Role::Decider, "director"),
    ] {
        act(&mut office, number, &own(person, role), waived(stage))
            .await
            .unwrap();
    }
    let decider = own("决定", Role::Decider);
    judge(
        &mut office,
        number,
        &decider,
        "decision",
        decision(DecisionOutcome::Grant, None),
    )
    .await
    .unwrap();
    judge(
        &mut office,
        number,
        &own("签发", Role::Signatory),
        "signing",
        opinion(),
    )
    .await
    .unwrap();
    let case = office.store.case(number).await.unwrap().unwrap();
    let shown = stages(&case);
    assert_eq!(
        (shown["fee"], shown["division"], shown["review"]),
        ("waived", "waived", "done")
    );
    let (_, record) = case
        .stages()
        .find(|(rule, _)| rule.code == text("division"))
        .unwrap();
    assert_eq!(record.by.as_ref().unwrap().person, text("决定"));
    assert_eq!(record.note.as_ref().unwrap().as_str(), "本项目不需要");
    let (stored, _) = issue_case(&mut office, &keys, number).await.unwrap();
    assert!(stored.receipt.is_some());
}

#[tokio::test]
async fn a_case_is_refused_with_reasons_and_nothing_comes_of_it() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    judge(
        &mut office,
        number,
        &own("复核", Role::Reviewer),
        "review",
        review(Recommendation::Negative),
    )
    .await
    .unwrap();
    judge(
        &mut office,
        number,
        &own("处长", Role::Approver),
        "division",
        consent(),
    )
    .await
    .unwrap();
    judge(
        &mut office,
        number,
        &own("主任", Role::Approver),
        "director",
        consent(),
    )
    .await
    .unwrap();
    let decider = own("决定", Role::Decider);
    for outcome in [DecisionOutcome::Refuse, DecisionOutcome::Grant] {
        let silent = judge(&mut office, number, &decider, "decision", decision(outcome, None)).await;
        assert_eq!(unlawful(silent), Unlawful::NoReason);
    }
    let refused = decision(DecisionOutcome::Refuse, Some("现场证据不足"));
    judge(&mut office, number, &decider, "decision", refused)
        .await
        .unwrap();
    let late = judge(
        &mut office,
        number,
        &own("签发", Role::Signatory),
        "signing",
        opinion(),
    )
    .await;
    assert!(matches!(
        unlawful(late),
        Unlawful::Status {
            status: "refused",
            ..
        }
    ));
    let issued = issue_case(&mut office, &keys, number).await.unwrap_err();
    assert_eq!(
        issued.to_string(),
        NotSignable::Status { status: "refused" }.to_string()
    );
    assert_eq!(office.store.credentials().await.unwrap(), Vec::new());
}

#[tokio::test]
async fn a_returned_case_is_done_again_and_old_approvals_do_not_count() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    let reviewer = own("复核", Role::Reviewer);
    let before = office.store.case(number).await.unwrap().unwrap();
    let old = super::staff::judged(&before, &reviewer, "review", review(Recommendation::Positive));
    act(&mut office, number, &reviewer, old.clone()).await.unwrap();
    let returned = |to: &str| {
        CaseContent::Returned(Returned {
            reason: "差距分析不完整".parse().unwrap(),
            to: text(to),
        })
    };
    let forward = act(
        &mut office,
        number,
        &own("处长", Role::Approver),
        returned("decision"),
    )
    .await;
    assert!(matches!(unlawful(forward), Unlawful::NotEarlier { .. }));
    let case = act(
        &mut office,
        number,
        &own("处长", Role::Approver),
        returned("evaluation"),
    )
    .await
    .unwrap();
    assert_eq!(
        (case.round(), stages(&case)["review"], stages(&case)["evaluation"]),
        (1, "notDone", "notDone")
    );
    // Whoever judged once does not change sides, in no round.
    let evaluator = own("评价乙", Role::Evaluator);
    desk::evaluate(
        &office.papers,
        &mut office.store,
        number,
        &evaluator,
        evaluation(3),
        now(),
    )
    .await
    .unwrap();
    // The signature of the first round is none in the second.
    let replayed = act(&mut office, number, &reviewer, old).await;
    assert!(matches!(unlawful(replayed), Unlawful::OtherBundle { .. }));
    judged_up_to(&mut office, number, "signing").await;
    let (stored, _) = issue_case(&mut office, &keys, number).await.unwrap();
    assert!(stored.receipt.is_some());
}

#[tokio::test]
async fn under_a_real_root_a_decided_case_is_the_only_way() {
    let test = TestOffice::under(Root::Real).await;
    let (mut office, _) = test.open().await;
    assert!(office.papers.test_root().is_none());
    hire(&mut office.store).await;
    let clerk = own("受理", Role::Clerk);
    let case = desk::open_case(
        &office.papers,
        &mut office.store,
        &clerk,
        super::staff::form("01-in-force"),
        now(),
    )
    .await
    .unwrap();
    // The catalogue at hand is for demonstrations: no grade follows under a real root, so nothing is decided on.
    let evaluator = own("评价甲", Role::Evaluator);
    let graded = desk::evaluate(
        &office.papers,
        &mut office.store,
        case.number(),
        &evaluator,
        evaluation(3),
        now(),
    )
    .await;
    assert!(matches!(graded, Err(CaseworkError::Findings(_))), "{graded:?}");
}
