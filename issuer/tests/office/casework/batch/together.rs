//! A batch judged by one signature at each step, and issued.

use touchstone_issuer::{
    batch::issue_batch,
    casework::{
        BatchUnlawful, CaseContent, Conflict, DecisionOutcome, JournalFault, Role, Status, Unlawful,
        batch::{BatchError, desk},
        check_journals,
        desk::CaseworkError,
    },
};

use super::super::staff::{decision, fee, hire, now, own, text};
use super::staff::{evaluated_batch, judge, judged_batch, judgements, perform, signed};
use crate::test_office::TestOffice;

#[tokio::test]
async fn a_batch_is_judged_by_one_signature_a_step_and_issued_once() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    office.papers.config.outbox.bundle_size = 3;
    hire(&mut office.store).await;
    let batch = evaluated_batch(&mut office, &test.folder, 8).await;
    judged_batch(&mut office, batch).await;
    let known = desk::known(&mut office.store, batch).await.unwrap();
    assert_eq!((known.approvals().len(), known.acts()), (5, 7));
    let mut last = (0, 0, 0);
    let issued = issue_batch(&mut office, &keys, batch, &mut |prepared, total, delivered| {
        last = (prepared, total, delivered);
    })
    .await
    .unwrap();
    assert!(issued.refused.is_empty(), "{:#?}", issued.refused);
    assert_eq!((issued.prepared.len(), issued.delivered.is_whole()), (8, true));
    // Eight certificates, and the three lists that the first submission brought.
    assert_eq!(last, (8, 8, 11));
    assert_eq!(test.server.kept.lock().unwrap().credentials.len(), 8);
    let again = issue_batch(&mut office, &keys, batch, &mut |_, _, _| {})
        .await
        .unwrap();
    assert_eq!(
        (again.prepared.len(), again.known, again.delivered.documents),
        (0, 8, 0)
    );
    assert_eq!(test.server.kept.lock().unwrap().credentials.len(), 8);
    let (faults, _) = check_journals(&mut office).await.unwrap();
    assert_eq!(faults, Vec::new());
    let mut numbers = std::collections::BTreeSet::new();
    for case in known.cases() {
        let case = office.store.case(*case).await.unwrap().unwrap();
        let Status::Issued { number, .. } = case.status() else {
            panic!("{:?}", case.status())
        };
        assert!(numbers.insert(number.clone()));
    }
}

#[tokio::test]
async fn who_took_the_sheet_in_or_evaluated_judges_no_case_of_it() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let administrator = touchstone_issuer::casework::Actor::administrator(text("管理"));
    for (person, role) in [
        ("受理", Role::Reviewer),
        ("评价乙", Role::Reviewer),
        ("复核", Role::Decider),
    ] {
        let given = super::super::staff::role(person, role, None);
        touchstone_issuer::casework::desk::keep_people(&mut office.store, Some(&administrator), given, now())
            .await
            .unwrap();
    }
    let batch = evaluated_batch(&mut office, &test.folder, 3).await;
    let [(stage, _, role, positive), ..] = judgements();
    let by_author = judge(&mut office, batch, &own("受理", role), stage, positive.clone()).await;
    assert!(
        matches!(
            by_author,
            Err(BatchError::Unlawful(BatchUnlawful::OwnBatch { .. }))
        ),
        "{by_author:?}"
    );
    let by_evaluator = judge(&mut office, batch, &own("评价乙", role), stage, positive).await;
    let Err(BatchError::Cases(refused)) = by_evaluator else {
        panic!("{by_evaluator:?}")
    };
    assert_eq!(refused.len(), 3);
    assert!(refused.iter().all(|(_, error)| matches!(
        error,
        CaseworkError::Unlawful(error) if matches!(**error, Unlawful::Separation(Conflict::Side { .. }))
    )));
    // Nothing was judged, in the batch or in any case.
    let known = desk::known(&mut office.store, batch).await.unwrap();
    assert_eq!(known.approvals(), []);
    for (stage, person, role, verdict) in judgements().into_iter().take(3) {
        judge(&mut office, batch, &own(person, role), stage, verdict)
            .await
            .unwrap();
    }
    let granted = || decision(DecisionOutcome::Grant, None);
    let by_reviewer = judge(
        &mut office,
        batch,
        &own("复核", Role::Decider),
        "decision",
        granted(),
    )
    .await;
    assert!(matches!(by_reviewer, Err(BatchError::Cases(refused)) if refused.len() == 3));
    judge(
        &mut office,
        batch,
        &own("决定", Role::Decider),
        "decision",
        granted(),
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn a_signature_counts_for_the_cases_it_was_given_for_alone() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let batch = evaluated_batch(&mut office, &test.folder, 3).await;
    let reviewer = own("复核", Role::Reviewer);
    let [(stage, _, _, positive), ..] = judgements();
    let approval = signed(&mut office, batch, &reviewer, stage, &positive)
        .await
        .unwrap();
    // Evidence of one case changes after the signature: it is for another batch now.
    let clerk = own("受理", Role::Clerk);
    let file = touchstone_issuer::casework::Intake {
        bytes: b"new".to_vec(),
        ..super::super::staff::report()
    };
    let first = desk::known(&mut office.store, batch).await.unwrap().cases()[0];
    touchstone_issuer::casework::desk::attach(&mut office.store, first, &clerk, file, now())
        .await
        .unwrap();
    let stage = text(stage);
    let late = desk::judge(
        &mut office.store,
        batch,
        &reviewer,
        (&stage, &positive),
        &approval,
        now(),
    )
    .await;
    assert!(
        matches!(late, Err(BatchError::Unlawful(BatchUnlawful::Signature))),
        "{late:?}"
    );
    // Under another person's key it is none.
    let (bundle, _) = desk::to_judge(&mut office.store, batch, &reviewer, &stage, &positive)
        .await
        .unwrap();
    let foreign = bundle.sign(&super::super::staff::key("主任"));
    let foreign = desk::judge(
        &mut office.store,
        batch,
        &reviewer,
        (&stage, &positive),
        &foreign,
        now(),
    )
    .await;
    assert!(matches!(foreign, Err(BatchError::Cases(_))), "{foreign:?}");
    // A case that is closed is passed over.
    let closed = CaseContent::Closed(touchstone_issuer::casework::Closed {
        reason: "企业撤回申请".parse().unwrap(),
    });
    super::super::staff::act(&mut office, first, &clerk, closed)
        .await
        .unwrap();
    let judged = judge(&mut office, batch, &reviewer, stage.as_str(), positive)
        .await
        .unwrap();
    assert_eq!(judged.as_slice().len(), 2);
    let none = perform(&mut office, batch, &clerk, &fee()).await;
    assert!(matches!(none, Err(BatchError::NothingWaits { .. })), "{none:?}");
}

#[tokio::test]
async fn what_is_done_to_the_records_of_a_batch_is_found() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let batch = evaluated_batch(&mut office, &test.folder, 2).await;
    let (stage, person, role, verdict) = judgements().into_iter().next().unwrap();
    judge(&mut office, batch, &own(person, role), stage, verdict)
        .await
        .unwrap();
    drop(office);
    let database = test.folder.join("issuer/issuer.sqlite");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&database);
    let mut raw = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let taken_out = sqlx::raw_sql("DELETE FROM batch_act WHERE sequence = 3")
        .execute(&mut raw)
        .await;
    assert!(
        taken_out
            .unwrap_err()
            .to_string()
            .contains("acts are not taken out")
    );
    sqlx::raw_sql("DROP TRIGGER batch_act_stands_delete; DELETE FROM batch_act WHERE sequence = 3")
        .execute(&mut raw)
        .await
        .unwrap();
    let (mut office, _) = test.open().await;
    let (faults, _) = check_journals(&mut office).await.unwrap();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(
        faults
            .iter()
            .all(|fault| matches!(fault, JournalFault::NoBatch { .. }))
    );
}
