//! Certificates changed and recertified through cases: the version before ends when the next begins.

use touchstone_issuer::{
    casework::{
        CaseContent, CaseworkError, DecisionOutcome, Form, IssueCaseError, Recommendation, Role,
        check_journals, desk, following, issue_case, prepare_decided_case,
    },
    issue::ApplicationRefused,
    lifecycle_actions::act as change_status,
    office::{Office, OfficeKeys},
    outbox::deliver,
    recheck::{RecheckError, recheck},
    signing::sign_waiting,
    store::StoredCredential,
};
use touchstone_schemas::{
    date_time::Date,
    lifecycle::{Change, EventReason, Successor},
};

use super::staff::{
    act, consent, decision, declared, evaluation, fee, hire, judge, now, opinion, own, report, review, text,
};
use crate::{events::request, test_office::TestOffice};

/// A certificate issued through a case of its own.
async fn issued(office: &mut Office, keys: &OfficeKeys) -> StoredCredential {
    let number = super::staff::evaluated(office, "01-in-force", 3).await;
    super::staff::judged_up_to(office, number, "signing").await;
    issue_case(office, keys, number).await.unwrap().0
}

/// The form that follows a certificate, edited.
async fn followed(
    office: &mut Office,
    old: &StoredCredential,
    recertify: bool,
    edit: impl FnOnce(&mut serde_json::Value),
) -> Form {
    let form = following::following_form(&mut office.store, &old.number, recertify).await;
    let mut form: serde_json::Value = serde_json::from_slice(&form.unwrap().unwrap()).unwrap();
    edit(&mut form);
    Form::read(&serde_json::to_vec(&form).unwrap()).unwrap()
}

fn renamed(form: &mut serde_json::Value) {
    form["applicant"]["name"] = "示范更名精密机械有限公司".into();
}

async fn opened(office: &mut Office, form: Form) -> Result<u32, CaseworkError> {
    let clerk = own("受理", Role::Clerk);
    let case = desk::open_case(&office.papers, &mut office.store, &clerk, form, now()).await?;
    let number = case.number();
    for evaluator in ["评价甲", "评价乙"] {
        let assigned = touchstone_issuer::casework::Assigned {
            evaluator: text(evaluator),
        };
        act(office, number, &clerk, CaseContent::Assigned(assigned)).await?;
        let by = own(evaluator, Role::Evaluator);
        act(office, number, &by, CaseContent::Declared(declared())).await?;
    }
    Ok(number)
}

/// Everything from the review on, under a decision of that reference.
async fn granted(office: &mut Office, number: u32) {
    act(office, number, &own("受理", Role::Clerk), fee())
        .await
        .unwrap();
    for (stage, person, role, verdict) in [
        ("review", "复核", Role::Reviewer, review(Recommendation::Positive)),
        ("division", "处长", Role::Approver, consent()),
        ("director", "主任", Role::Approver, consent()),
        (
            "decision",
            "决定",
            Role::Decider,
            decision(DecisionOutcome::Grant, None),
        ),
        ("signing", "签发", Role::Signatory, opinion()),
    ] {
        judge(office, number, &own(person, role), stage, verdict)
            .await
            .unwrap();
    }
}

fn evaluator() -> touchstone_issuer::casework::Actor {
    own("评价甲", Role::Evaluator)
}

#[tokio::test]
async fn a_change_of_name_is_the_next_version_on_the_evaluation_that_stands() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let old = issued(&mut office, &keys).await;
    let form = followed(&mut office, &old, false, renamed).await;
    let number = opened(&mut office, form).await.unwrap();
    let case = following::carry_over(&mut office.store, number, &evaluator(), now())
        .await
        .unwrap();
    let differences = following::differences_to_last(&mut office.store, &case)
        .await
        .unwrap();
    let names: Vec<&str> = differences.iter().map(|it| it.particular.name()).collect();
    assert_eq!(names, ["name"]);
    granted(&mut office, number).await;
    let (next, delivered) = issue_case(&mut office, &keys, number).await.unwrap();
    assert!(delivered.is_whole());
    assert_eq!((&next.number, next.version.get()), (&old.number, 2));
    let (before, after) = (old.credential().unwrap(), next.credential().unwrap());
    assert_eq!(after.first_issued, before.first_issued);
    assert_eq!(after.valid_until, before.valid_until);
    assert_eq!(after.surveillance.first_due, before.surveillance.first_due);
    assert_eq!(after.holder.name, text("示范更名精密机械有限公司"));
    let ends = office.store.events(old.id).await.unwrap();
    let successor = Successor {
        number: next.number.clone(),
        version: next.version,
    };
    assert_eq!(ends.len(), 1);
    let reason = EventReason::ParticularsChanged;
    assert_eq!(ends[0].event.change, Change::Superseded { reason, successor });
    assert_eq!(ends[0].event.effective, after.valid_from.start());
    assert!(ends[0].receipt.is_some() && ends[0].case == Some(number));
    // Asked again, nothing more is issued.
    let (again, _) = issue_case(&mut office, &keys, number).await.unwrap();
    assert_eq!(again.id, next.id);
    assert_eq!(office.store.events(old.id).await.unwrap().len(), 1);
    assert_eq!(check_journals(&mut office).await.unwrap().0, Vec::new());
    // What was signed is what the rules and the decision say, also afterwards.
    let mut found = Vec::new();
    let summary = recheck::<RecheckError>(&mut office, |it| {
        found.extend(it.findings.clone());
        Ok(())
    });
    assert_eq!(summary.await.unwrap().events, 1);
    assert!(found.is_empty(), "{found:?}");
}

#[tokio::test]
async fn what_was_evaluated_is_not_changed_without_evaluating_it() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let old = issued(&mut office, &keys).await;
    let form = followed(&mut office, &old, false, |form| {
        renamed(form);
        form["scope"] = "示范的更大范围".into();
    })
    .await;
    let number = opened(&mut office, form).await.unwrap();
    let refused = following::carry_over(&mut office.store, number, &evaluator(), now()).await;
    assert!(
        matches!(refused, Err(CaseworkError::EvaluatedAnew { particular }) if particular.name() == "scope")
    );
    // A new evaluation is taken, and the reason is the graver of the two.
    let attached = desk::attach(&mut office.store, number, &evaluator(), report(), now()).await;
    attached.unwrap();
    let (papers, store) = (&office.papers, &mut office.store);
    desk::evaluate(papers, store, number, &evaluator(), evaluation(3), now())
        .await
        .unwrap();
    granted(&mut office, number).await;
    issue_case(&mut office, &keys, number).await.unwrap();
    let ends = office.store.events(old.id).await.unwrap();
    assert_eq!(ends[0].event.change.reason(), EventReason::ScopeChanged);
}

#[tokio::test]
async fn a_change_is_of_the_version_that_stands_and_changes_something() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let old = issued(&mut office, &keys).await;
    let unknown = followed(&mut office, &old, false, |form| {
        form["changes"]["version"] = 2.into()
    })
    .await;
    let refused = opened(&mut office, unknown).await;
    assert!(
        matches!(refused, Err(CaseworkError::Findings(ref findings)) if findings[0].code == "laterVersion"),
        "{refused:?}"
    );
    let other = followed(&mut office, &old, false, |form| {
        form["applicant"]["uscc"] = "91350100M000100Y43".into();
    })
    .await;
    assert!(matches!(
        opened(&mut office, other).await,
        Err(CaseworkError::Findings(_))
    ));
    // Nothing differs.
    let same = followed(&mut office, &old, false, |_| {}).await;
    let number = opened(&mut office, same).await.unwrap();
    following::carry_over(&mut office.store, number, &evaluator(), now())
        .await
        .unwrap();
    granted(&mut office, number).await;
    let refused = issue_case(&mut office, &keys, number).await;
    let Err(IssueCaseError::Refused(ApplicationRefused::Findings(findings))) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        findings[0].message,
        "nothing differs from the version that stands"
    );
    // Two changes of one version: the second one finds another version in force.
    let mut numbers = Vec::new();
    for name in ["示范甲名有限公司", "示范乙名有限公司"] {
        let form = followed(&mut office, &old, false, |form| {
            form["applicant"]["name"] = name.into()
        })
        .await;
        let number = opened(&mut office, form).await.unwrap();
        following::carry_over(&mut office.store, number, &evaluator(), now())
            .await
            .unwrap();
        granted(&mut office, number).await;
        numbers.push(number);
    }
    issue_case(&mut office, &keys, numbers[0]).await.unwrap();
    let refused = issue_case(&mut office, &keys, numbers[1]).await;
    assert!(matches!(refused, Err(IssueCaseError::Refused(_))), "{refused:?}");
    assert_eq!(test.server.kept.lock().unwrap().credentials.len(), 2);
}

#[tokio::test]
async fn a_change_lifts_no_suspension_by_the_way() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let old = issued(&mut office, &keys).await;
    let suspended = Change::Suspended {
        reason: EventReason::Nonconformity,
        planned_end: Date::of(now()).add_days(60).unwrap(),
    };
    let asked = request(office.clock, "暂停-1", suspended);
    change_status(&mut office, &keys, &old.number, None, &asked)
        .await
        .unwrap();
    let form = followed(&mut office, &old, false, renamed).await;
    let number = opened(&mut office, form).await.unwrap();
    following::carry_over(&mut office.store, number, &evaluator(), now())
        .await
        .unwrap();
    granted(&mut office, number).await;
    let refused = issue_case(&mut office, &keys, number).await;
    let Err(IssueCaseError::Refused(ApplicationRefused::Findings(findings))) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((findings.len(), findings[0].code), (1, "laterVersion"));
    assert_eq!(findings[0].pointer, "/evaluation/assessedOn");
}

#[tokio::test]
async fn a_recertification_has_a_number_of_its_own_and_ends_the_one_before() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let old = issued(&mut office, &keys).await;
    let form = followed(&mut office, &old, true, |_| {}).await;
    let number = opened(&mut office, form).await.unwrap();
    // The evaluation of a recertification is its own.
    let refused = following::carry_over(&mut office.store, number, &evaluator(), now()).await;
    assert!(matches!(refused, Err(CaseworkError::NothingToCarryOver)));
    desk::attach(&mut office.store, number, &evaluator(), report(), now())
        .await
        .unwrap();
    let (papers, store) = (&office.papers, &mut office.store);
    desk::evaluate(papers, store, number, &evaluator(), evaluation(3), now())
        .await
        .unwrap();
    granted(&mut office, number).await;
    // The process dies between storing and signing; the next one goes on.
    let id = prepare_decided_case(&mut office, number).await.unwrap();
    drop(office);
    let (mut office, keys) = test.open().await;
    sign_waiting(&mut office, &keys).await.unwrap();
    assert!(deliver(&mut office, &keys).await.unwrap().is_whole());
    let next = office.store.credential(id).await.unwrap();
    assert!(next.number.as_str().ends_with("R1"), "{}", next.number);
    assert_eq!(next.credential().unwrap().predecessor, Some(old.number.clone()));
    let ends = office.store.events(old.id).await.unwrap();
    let successor = Successor {
        number: next.number,
        version: next.version,
    };
    let reason = EventReason::Recertified;
    assert_eq!(ends[0].event.change, Change::Superseded { reason, successor });
    assert!(ends[0].receipt.is_some());
}
