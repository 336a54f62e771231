//! Before anybody judges: who evaluates, what they declare, what the file may say, and how a case ends early.

use touchstone_issuer::casework::{
    Actor, Amended, Assigned, Case, CaseContent, Closed, Conflict, DecisionOutcome, Declared, Form,
    Recommendation, Role, Unlawful, Waived,
    desk::{self, CaseworkError},
};
use touchstone_schemas::date_time::Date;

use super::staff::{
    act, declared, deputy, evaluated, evaluation, form, hire, judge, judged, mandate, now, own, report,
    review, text,
};
use crate::test_office::TestOffice;

fn unlawful<T: std::fmt::Debug>(result: Result<T, CaseworkError>) -> Unlawful {
    match result {
        Err(CaseworkError::Unlawful(error)) => *error,
        other => panic!("{other:?}"),
    }
}

fn assigned(evaluator: &str) -> CaseContent {
    CaseContent::Assigned(Assigned {
        evaluator: text(evaluator),
    })
}

#[tokio::test]
async fn only_who_is_assigned_and_declared_free_of_interests_evaluates() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let clerk = own("受理", Role::Clerk);
    let case = desk::open_case(
        &office.papers,
        &mut office.store,
        &clerk,
        form("01-in-force"),
        now(),
    )
    .await
    .unwrap();
    let number = case.number();
    let (first, second) = (own("评价甲", Role::Evaluator), own("评价乙", Role::Evaluator));
    macro_rules! evaluate {
        ($by:expr) => {
            desk::evaluate(
                &office.papers,
                &mut office.store,
                number,
                $by,
                evaluation(3),
                now(),
            )
            .await
        };
    }
    assert!(matches!(
        unlawful(evaluate!(&first)),
        Unlawful::NotAssigned { .. }
    ));
    let reviewer = act(&mut office, number, &clerk, assigned("复核")).await;
    assert!(
        matches!(reviewer, Err(CaseworkError::NotEntitled(_))),
        "{reviewer:?}"
    );
    for evaluator in ["评价甲", "评价乙"] {
        act(&mut office, number, &clerk, assigned(evaluator))
            .await
            .unwrap();
    }
    let again = act(&mut office, number, &clerk, assigned("评价甲")).await;
    assert!(matches!(unlawful(again), Unlawful::AssignedTwice { .. }));
    let short = Declared {
        conflict: None,
        covers_from: Date::of(now()).add_days(-700).unwrap(),
    };
    let short = act(&mut office, number, &first, CaseContent::Declared(short)).await;
    assert!(matches!(unlawful(short), Unlawful::DeclarationTooShort { .. }));
    act(&mut office, number, &first, CaseContent::Declared(declared()))
        .await
        .unwrap();
    // One of the two has said nothing yet.
    assert!(
        matches!(unlawful(evaluate!(&first)), Unlawful::NotDeclared { person } if person == text("评价乙"))
    );
    let conflict = Declared {
        conflict: Some("两年内曾为该企业提供咨询".parse().unwrap()),
        ..declared()
    };
    act(&mut office, number, &second, CaseContent::Declared(conflict))
        .await
        .unwrap();
    let taken_back = act(&mut office, number, &second, CaseContent::Declared(declared())).await;
    assert!(matches!(
        unlawful(taken_back),
        Unlawful::ConflictOfInterest { .. }
    ));
    assert!(matches!(
        unlawful(evaluate!(&second)),
        Unlawful::ConflictOfInterest { .. }
    ));
    assert!(matches!(unlawful(evaluate!(&first)), Unlawful::NoReport { .. }));
    desk::attach(&mut office.store, number, &first, report(), now())
        .await
        .unwrap();
    let case = evaluate!(&first).unwrap();
    assert_eq!(case.evaluators().collect::<Vec<_>>(), [&text("评价甲")]);
    // Whoever judged is assigned to nothing.
    judge(
        &mut office,
        number,
        &own("复核", Role::Reviewer),
        "review",
        review(Recommendation::Positive),
    )
    .await
    .unwrap();
    let mut draft = evaluation(3);
    draft.assessed_on = Date::of(now()).add_days(2).unwrap();
    let early = desk::evaluate(&office.papers, &mut office.store, number, &first, draft, now()).await;
    assert!(matches!(unlawful(early), Unlawful::InFuture { .. }));
}

#[tokio::test]
async fn an_application_with_faults_is_told_all_of_them_and_an_amendment_makes_approvals_stale() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let good = String::from_utf8(form("01-in-force").canonical().to_vec()).unwrap();
    let bad = good
        .replace("91320214MA1YX001XM", "91320214MA1YX001XX")
        .replace("\"scope\"", "\"scoop\"");
    let findings = Form::read(bad.as_bytes()).unwrap_err();
    let mut places: Vec<&str> = findings.iter().map(|it| it.pointer.as_str()).collect();
    places.sort_unstable();
    assert_eq!(places, ["/applicant/uscc", "/scoop", "/scope"]);
    // What rules refuse is refused before anybody works on it.
    let idle = good.replace("\"inNormalOperation\":true", "\"inNormalOperation\":false");
    let idle = Form::read(idle.as_bytes()).unwrap();
    let clerk = own("受理", Role::Clerk);
    let refused = desk::open_case(&office.papers, &mut office.store, &clerk, idle, now()).await;
    assert!(matches!(refused, Err(CaseworkError::Findings(findings)) if !findings.is_empty()));
    assert_eq!(office.store.cases(None, None, 10).await.unwrap(), Vec::new());

    let number = evaluated(&mut office, "01-in-force", 3).await;
    let reviewer = own("复核", Role::Reviewer);
    let positive = || review(Recommendation::Positive);
    judge(&mut office, number, &reviewer, "review", positive())
        .await
        .unwrap();
    let amended = Amended {
        form: Form::read(good.replace("售后服务", "服务").as_bytes()).unwrap(),
        reason: text("企业申请变更范围"),
    };
    let case = desk::amend(&office.papers, &mut office.store, number, &clerk, amended, now())
        .await
        .unwrap();
    assert_eq!(
        case.stale().map(|given| given.stage.clone()),
        Some(text("review"))
    );
    let consent = judge(
        &mut office,
        number,
        &own("处长", Role::Approver),
        "division",
        super::staff::consent(),
    )
    .await;
    assert!(matches!(unlawful(consent), Unlawful::Stale { .. }));
}

#[tokio::test]
async fn a_case_is_closed_for_good() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    let clerk = own("受理", Role::Clerk);
    let closed = || {
        CaseContent::Closed(Closed {
            reason: "企业撤回申请".parse().unwrap(),
        })
    };
    act(&mut office, number, &clerk, closed()).await.unwrap();
    let again = act(&mut office, number, &clerk, closed()).await;
    assert!(matches!(
        unlawful(again),
        Unlawful::Status { status: "closed", .. }
    ));
    let listed = office.store.cases(None, None, 10).await.unwrap();
    assert_eq!((listed.len(), listed[0].status.as_str()), (1, "closed"));
}

#[tokio::test]
async fn who_signs_after_a_waiver_signs_that_it_was_waived() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    let reviewer = own("复核", Role::Reviewer);
    let positive = review(Recommendation::Positive);
    judge(&mut office, number, &reviewer, "review", positive)
        .await
        .unwrap();
    let decider = own("决定", Role::Decider);
    let waived = CaseContent::Waived(Waived {
        reason: "处长回避".parse().unwrap(),
        stage: text("division"),
    });
    let case: Case = act(&mut office, number, &decider, waived).await.unwrap();
    let director = own("主任", Role::Approver);
    let bundle = case.bundle(&director, &text("director"), &super::staff::consent());
    let bundle: serde_json::Value = serde_json::from_slice(&bundle).unwrap();
    assert_eq!(bundle["waived"][0]["stage"], "division");
    assert_eq!(bundle["waived"][0]["by"]["person"], "决定");
    assert_eq!(bundle["waived"][0]["reason"], "处长回避");
    assert_eq!(bundle["earlier"].as_array().unwrap().len(), 1);
    let content = judged(&case, &director, "director", super::staff::consent());
    act(&mut office, number, &director, content).await.unwrap();
}

#[tokio::test]
async fn a_deputy_and_whom_they_act_for_stand_on_one_side() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let administrator = Actor::administrator(text("管理"));
    for (delegator, person, role) in [
        ("决定", "评价甲", Role::Decider),
        ("受理", "主任", Role::Clerk),
        ("决定", "处长", Role::Decider),
        ("复核", "主任", Role::Reviewer),
    ] {
        let given = mandate(delegator, person, role, None);
        desk::keep_people(&mut office.store, Some(&administrator), given, now())
            .await
            .unwrap();
    }
    let personnel = office.store.personnel().await.unwrap();
    let mandates: Vec<u32> = personnel.mandates().iter().map(|it| it.number).collect();
    let number = evaluated(&mut office, "01-in-force", 3).await;
    // The director reviews for the reviewer: the reviewer has reviewed too.
    let for_reviewer = deputy("主任", Role::Reviewer, "复核", mandates[3]);
    judge(
        &mut office,
        number,
        &for_reviewer,
        "review",
        review(Recommendation::Positive),
    )
    .await
    .unwrap();
    // Whoever judged, through a deputy or for somebody, makes nothing: the director not as the clerk's deputy either.
    let for_clerk = deputy("主任", Role::Clerk, "受理", mandates[1]);
    let attached = desk::attach(&mut office.store, number, &for_clerk, second(), now()).await;
    assert!(
        matches!(unlawful(attached), Unlawful::Separation(Conflict::Side { person, .. }) if person == text("主任"))
    );
    for (person, role, stage) in [
        ("处长", Role::Approver, "division"),
        ("主任", Role::Approver, "director"),
    ] {
        judge(
            &mut office,
            number,
            &own(person, role),
            stage,
            super::staff::consent(),
        )
        .await
        .unwrap();
    }
    let granted = || super::staff::decision(DecisionOutcome::Grant, None);
    let by_evaluator = deputy("评价甲", Role::Decider, "决定", mandates[0]);
    let decided = judge(&mut office, number, &by_evaluator, "decision", granted()).await;
    assert!(
        matches!(unlawful(decided), Unlawful::Separation(Conflict::Side { person, .. }) if person == text("评价甲"))
    );
    // The list of people lets the reviewer decide now; the case does not, whoever signed the review.
    for (person, role) in [("复核", Role::Decider), ("主任", Role::Decider)] {
        let given = super::staff::role(person, role, None);
        desk::keep_people(&mut office.store, Some(&administrator), given, now())
            .await
            .unwrap();
        let decided = judge(&mut office, number, &own(person, role), "decision", granted()).await;
        assert!(
            matches!(unlawful(decided), Unlawful::Separation(Conflict::Judge { .. })),
            "{person}"
        );
    }
    let head = deputy("处长", Role::Decider, "决定", mandates[2]);
    judge(&mut office, number, &head, "decision", granted())
        .await
        .unwrap();
}

fn second() -> desk::Intake {
    desk::Intake {
        bytes: b"second".to_vec(),
        ..report()
    }
}

#[tokio::test]
async fn what_is_worked_out_first_is_not_put_on_record_as_it_comes() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    let case = office.store.case(number).await.unwrap().unwrap();
    let mut raised = case.evaluation().unwrap().clone();
    raised.level = Some(5);
    let evaluator = own("评价甲", Role::Evaluator);
    let forged = act(&mut office, number, &evaluator, CaseContent::Evaluated(raised)).await;
    assert!(
        matches!(forged, Err(CaseworkError::NotAsItComes { act: "evaluated" })),
        "{forged:?}"
    );
}
