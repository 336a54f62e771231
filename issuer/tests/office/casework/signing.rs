//! Between approval and signature: what changed meanwhile stops it, with a clear message.

use touchstone_issuer::{
    casework::{
        Actor, CaseContent, CaseworkError, DecisionOutcome, IssueCaseError, KeyRetired, NotSignable,
        PersonnelContent, Recommendation, Returned, Role, RoleEnded, Status, Unlawful, check_journals,
        desk::{self, Intake},
        issue_case, prepare_decided_case,
    },
    issue::prepare_files,
    office::{Clock, Office},
    outbox::deliver,
    signing::sign_waiting,
    void::{VoidRequest, void},
};
use touchstone_schemas::date_time::Date;

use super::{
    journal::{tamper, without_triggers},
    staff::{
        act, consent, decision, evaluated, hire, judge, judged_up_to, multikey, now, opinion, own, report,
        review, text,
    },
};
use crate::test_office::{TestOffice, demo};

fn evidence() -> Intake {
    Intake {
        bytes: b"another report".to_vec(),
        ..report()
    }
}

fn not_signable<T: std::fmt::Debug>(result: Result<T, IssueCaseError>) -> NotSignable {
    match result {
        Err(IssueCaseError::Casework(CaseworkError::NotSignable(error))) => *error,
        other => panic!("{other:?}"),
    }
}

async fn end_role(office: &mut Office, role: Role, until: Date) {
    let personnel = office.store.personnel().await.unwrap();
    let number = personnel
        .roles()
        .iter()
        .find(|it| it.given.role == role)
        .unwrap()
        .number;
    let ended = PersonnelContent::RoleEnded(RoleEnded {
        number,
        until,
        reason: text("调离"),
    });
    let by = Actor::administrator(text("管理"));
    desk::keep_people(&mut office.store, Some(&by), ended, now())
        .await
        .unwrap();
}

#[tokio::test]
async fn evidence_changed_after_an_approval_blocks_until_it_is_done_again() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    judged_up_to(&mut office, number, "director").await;
    let evaluator = own("评价甲", Role::Evaluator);
    desk::attach(&mut office.store, number, &evaluator, evidence(), now())
        .await
        .unwrap();
    let decider = own("决定", Role::Decider);
    let verdict = || decision(DecisionOutcome::Grant, None);
    let blocked = judge(&mut office, number, &decider, "decision", verdict())
        .await
        .unwrap_err();
    assert_eq!(
        blocked.to_string(),
        "the evidence changed after stage review was done: return the case, and have it done again"
    );
    let returned = CaseContent::Returned(Returned {
        reason: "补充了证据".parse().unwrap(),
        to: text("review"),
    });
    act(&mut office, number, &decider, returned).await.unwrap();
    for (stage, person, role, verdict) in [
        ("review", "复核", Role::Reviewer, review(Recommendation::Positive)),
        ("division", "处长", Role::Approver, consent()),
        ("director", "主任", Role::Approver, consent()),
        ("decision", "决定", Role::Decider, verdict()),
        ("signing", "签发", Role::Signatory, opinion()),
    ] {
        judge(&mut office, number, &own(person, role), stage, verdict)
            .await
            .unwrap();
    }
    // Also after the last of them, and by the clerk.
    let late = Intake {
        bytes: b"late".to_vec(),
        ..report()
    };
    desk::attach(&mut office.store, number, &own("受理", Role::Clerk), late, now())
        .await
        .unwrap();
    let blocked = not_signable(issue_case(&mut office, &keys, number).await);
    assert_eq!(
        blocked,
        NotSignable::Stale {
            stage: text("review")
        }
    );
    assert_eq!(office.store.credentials().await.unwrap(), Vec::new());
}

#[tokio::test]
async fn a_signatory_who_may_no_more_does_not_sign() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    judged_up_to(&mut office, number, "signing").await;
    let today = Date::of(now());
    // Who approved when they might stays approved; the signatory must be entitled when the key is used.
    end_role(&mut office, Role::Reviewer, today).await;
    end_role(&mut office, Role::Signatory, today).await;
    office.clock = Clock::Fixed(now().checked_add(86_400).unwrap());
    let blocked = not_signable(issue_case(&mut office, &keys, number).await);
    assert!(matches!(blocked, NotSignable::NotEntitled { stage, .. } if stage == text("signing")));
    office.clock = Clock::System;
    issue_case(&mut office, &keys, number).await.unwrap();
}

#[tokio::test]
async fn an_approval_by_somebody_found_not_entitled_or_without_their_key_does_not_count() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let first = evaluated(&mut office, "01-in-force", 3).await;
    judged_up_to(&mut office, first, "signing").await;
    let yesterday = Date::of(now()).add_days(-1).unwrap();
    let lost = PersonnelContent::KeyRetired(KeyRetired {
        person: text("处长"),
        key: multikey("处长"),
        from: now().checked_sub(3_600).unwrap(),
        reason: text("密钥丢失"),
    });
    let by = Actor::administrator(text("管理"));
    desk::keep_people(&mut office.store, Some(&by), lost, now())
        .await
        .unwrap();
    let blocked = not_signable(issue_case(&mut office, &keys, first).await);
    assert!(matches!(blocked, NotSignable::Approval { stage, .. } if stage == text("division")));
    end_role(&mut office, Role::Reviewer, yesterday).await;
    let blocked = not_signable(issue_case(&mut office, &keys, first).await);
    assert!(matches!(blocked, NotSignable::NotEntitled { stage, .. } if stage == text("review")));
}

#[tokio::test]
async fn a_signature_is_the_persons_own_over_this_bundle() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    let case = office.store.case(number).await.unwrap().unwrap();
    let reviewer = own("复核", Role::Reviewer);
    let good = super::staff::judged(&case, &reviewer, "review", review(Recommendation::Positive));
    let CaseContent::Judged(good) = good else { panic!() };
    let mut foreign = good.clone();
    let other = super::staff::judged(
        &case,
        &own("处长", Role::Reviewer),
        "review",
        review(Recommendation::Positive),
    );
    let CaseContent::Judged(other) = other else {
        panic!()
    };
    foreign.approval = other.approval.clone();
    let mut forged = good.clone();
    forged.approval.signature = other.approval.signature;
    let mut turned = good.clone();
    turned.verdict = review(Recommendation::Negative);
    for (name, judged, wanted) in [
        ("another's key", foreign, "is not a key of 复核"),
        ("another's signature", forged, "does not verify under their key"),
        ("another verdict", turned, "the approval is of bundle"),
    ] {
        let refused = act(&mut office, number, &reviewer, CaseContent::Judged(judged))
            .await
            .unwrap_err();
        assert!(refused.to_string().contains(wanted), "{name}: {refused}");
    }
    act(&mut office, number, &reviewer, CaseContent::Judged(good))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_death_between_storing_and_signing_is_made_good_and_the_case_checked_again() {
    let test = TestOffice::new().await;
    let mut waiting = Vec::new();
    {
        let (mut office, _) = test.open().await;
        hire(&mut office.store).await;
        for sample in ["01-in-force", "13-level-1"] {
            let level = if sample == "13-level-1" { 1 } else { 3 };
            let number = evaluated(&mut office, sample, level).await;
            judged_up_to(&mut office, number, "signing").await;
            waiting.push((number, prepare_decided_case(&mut office, number).await.unwrap()));
        }
    }
    // Meanwhile somebody replaces a file of the second case behind the office's back.
    without_triggers(&test, "attachment").await;
    let unlike = evidence();
    {
        let (mut office, _) = test.open().await;
        let evaluator = own("评价甲", Role::Evaluator);
        let late = desk::attach(&mut office.store, waiting[1].0, &evaluator, unlike, now()).await;
        assert!(matches!(
            late,
            Err(CaseworkError::Unlawful(error)) if matches!(*error, Unlawful::Status { .. })
        ));
    }
    let (mut office, keys) = test.open().await;
    sign_waiting(&mut office, &keys).await.unwrap();
    let stored = office.store.credential(waiting[0].1).await.unwrap();
    assert!(stored.signed.is_some());
    assert!(deliver(&mut office, &keys).await.unwrap().is_whole());
    let (issued, _) = issue_case(&mut office, &keys, waiting[0].0).await.unwrap();
    assert_eq!((issued.number, issued.receipt.is_some()), (stored.number, true));
}

#[tokio::test]
async fn a_file_replaced_behind_the_offices_back_is_not_signed_over() {
    let test = TestOffice::new().await;
    let id = {
        let (mut office, _) = test.open().await;
        hire(&mut office.store).await;
        let number = evaluated(&mut office, "01-in-force", 3).await;
        judged_up_to(&mut office, number, "signing").await;
        prepare_decided_case(&mut office, number).await.unwrap()
    };
    without_triggers(&test, "attachment").await;
    tamper(&test, "UPDATE attachment SET bytes = x'00'").await;
    let (mut office, keys) = test.open().await;
    sign_waiting(&mut office, &keys).await.unwrap();
    let stored = office.store.credential(id).await.unwrap();
    assert!(stored.signed.is_none());
    let reason = stored.hindrance.unwrap();
    assert!(
        reason.contains("报告.pdf is not the file that was attached"),
        "{reason}"
    );
}

#[tokio::test]
async fn under_a_real_root_nothing_without_a_case_is_signed() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    let file = demo().join("applications/13-level-1.json");
    let mut prepared = prepare_files(&mut office, &[file]).await.unwrap();
    let id = prepared.remove(0).1.unwrap();
    office.papers.config.issuer.test = false;
    sign_waiting(&mut office, &keys).await.unwrap();
    let stored = office.store.credential(id).await.unwrap();
    assert!(stored.signed.is_none());
    assert!(stored.hindrance.unwrap().contains("what a decided case gave"));
}

#[tokio::test]
async fn under_a_real_root_a_decided_case_goes_the_whole_road_to_its_scores() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    judged_up_to(&mut office, number, "signing").await;
    office.papers.config.issuer.test = false;
    // The only catalogue and weights compiled in are for demonstrations: that, and nothing else, stands in the way.
    let refused = issue_case(&mut office, &keys, number).await.unwrap_err();
    let IssueCaseError::Refused(touchstone_issuer::issue::ApplicationRefused::Findings(findings)) = refused
    else {
        panic!("{refused:?}")
    };
    let codes: std::collections::BTreeSet<&str> = findings.iter().map(|it| it.code).collect();
    assert_eq!(codes, ["scoreSheet"].into());
}

#[tokio::test]
async fn a_voided_certificate_is_prepared_anew_from_the_same_case() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    judged_up_to(&mut office, number, "signing").await;
    let id = prepare_decided_case(&mut office, number).await.unwrap();
    let first = office.store.credential(id).await.unwrap();
    let given_up = VoidRequest {
        number: first.number.clone(),
        version: None,
        event: None,
        person: text("YS-061"),
        office: text("主任"),
        reason: text("示范作废"),
    };
    void(&mut office, &given_up).await.unwrap();
    let (second, _) = issue_case(&mut office, &keys, number).await.unwrap();
    assert_ne!(second.number, first.number);
    let case = office.store.case(number).await.unwrap().unwrap();
    let issued = Status::Issued {
        number: second.number,
        version: second.version,
    };
    assert_eq!(case.status(), &issued);
    assert_eq!(check_journals(&mut office).await.unwrap().0, Vec::new());
    assert_eq!(test.server.kept.lock().unwrap().credentials.len(), 1);
}
