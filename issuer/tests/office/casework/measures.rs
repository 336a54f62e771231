//! Measures on certificates in force: proposed, verified, decided by somebody else, carried out.

use touchstone_issuer::{
    after_issue::{
        Dropped, Measure, MeasureContent, MeasureDecision, MeasureError, MeasureKind, MeasureNotSignable,
        MeasureOutcome, MeasureRequest, MeasureStatus, MeasureUnlawful, Proposal, ProposalTerms, Proposed,
        Signed, Statement, Verification, carry_out, check_measures, desk, prepare_measures,
    },
    casework::{Actor, Approval, AttachmentPurpose, Conflict, Intake, Role},
    lifecycle_actions::{ActionError, act as change_status},
    mass_action::act_on_many,
    office::{Office, OfficeKeys},
    outbox::deliver,
    signing::sign_waiting,
    void::{VoidRequest, void},
};
use touchstone_schemas::{
    credential::CredentialNumber,
    date_time::Date,
    lifecycle::{Change, EventKind, EventReason},
};

use super::{
    journal::{database, tamper, without_triggers},
    staff::{added, deputy, hire, key, mandate, now, own, role, text},
};
use crate::{events::request, test_office::TestOffice};

pub(super) fn officer() -> Actor {
    own("监督", Role::SurveillanceOfficer)
}

pub(super) fn decider() -> Actor {
    own("决定", Role::Decider)
}

/// An office with its staff and a surveillance officer, and a certificate.
pub(super) async fn in_force(test: &TestOffice) -> (Office, OfficeKeys, CredentialNumber) {
    let number = test.issue_sample("01-in-force").await.number;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let by = Actor::administrator(text("管理"));
    for content in [added("监督"), role("监督", Role::SurveillanceOfficer, None)] {
        touchstone_issuer::casework::desk::keep_people(&mut office.store, Some(&by), content, now())
            .await
            .unwrap();
    }
    (office, keys, number)
}

pub(super) fn terms(kind: MeasureKind, reason: Option<EventReason>) -> ProposalTerms {
    ProposalTerms {
        kind,
        reason,
        performed_on: None,
        next_due: None,
        planned_end: None,
        confirmed_on: None,
        successor: None,
    }
}

pub(super) async fn open(
    office: &mut Office,
    number: &CredentialNumber,
    terms: ProposalTerms,
) -> Result<u32, MeasureError> {
    let proposal = terms.complete(office, number, None, now()).await?;
    let request = MeasureRequest {
        number: number.clone(),
        version: None,
        grounds: "示范事由".parse().unwrap(),
        proposal,
    };
    Ok(desk::open(office, &officer(), request, now()).await?.number())
}

pub(super) fn evidence(content: &[u8]) -> Intake {
    Intake {
        name: text("监督记录.pdf"),
        media_type: text("application/pdf"),
        purpose: AttachmentPurpose::Evidence,
        bytes: content.to_vec(),
    }
}

/// A statement on a measure as it stands, signed with the actor's own key.
pub(super) fn signed(measure: &Measure, by: &Actor, statement: Statement) -> MeasureContent {
    let bundle = measure.bundle(by, &statement);
    MeasureContent::Signed(Signed {
        approval: Approval::sign(&bundle, &key(by.person.as_str())).unwrap(),
        statement,
    })
}

pub(super) async fn say(
    office: &mut Office,
    number: u32,
    by: &Actor,
    statement: Statement,
) -> Result<Measure, MeasureError> {
    let measure = office.store.measure(number).await.unwrap().unwrap();
    let content = signed(&measure, by, statement);
    desk::perform(&mut office.store, number, by, content, now()).await
}

pub(super) fn proposal() -> Statement {
    Statement::Proposal(Proposed { note: None })
}

pub(super) fn verification(effective: bool) -> Statement {
    Statement::Verification(Verification {
        effective,
        note: "已核实纠正措施".parse().unwrap(),
    })
}

pub(super) fn decision(outcome: MeasureOutcome, reference: &str) -> Statement {
    Statement::Decision(MeasureDecision {
        backdating: None,
        effective: None,
        legal_basis: text("CQC96-831151-2020"),
        outcome,
        reason: Some("示范理由".parse().unwrap()),
        reference: text(reference),
    })
}

/// From opening to the event.
pub(super) async fn done(
    office: &mut Office,
    keys: &OfficeKeys,
    number: &CredentialNumber,
    terms: ProposalTerms,
) -> EventKind {
    let reinstates = terms.kind == MeasureKind::Reinstated;
    let measure = open(office, number, terms).await.unwrap();
    desk::attach(&mut office.store, measure, &officer(), evidence(b"seen"), now())
        .await
        .unwrap();
    say(office, measure, &officer(), proposal()).await.unwrap();
    if reinstates {
        let evaluator = own("评价甲", Role::Evaluator);
        say(office, measure, &evaluator, verification(true))
            .await
            .unwrap();
    }
    let reference = format!("决定-{measure}");
    say(
        office,
        measure,
        &decider(),
        decision(MeasureOutcome::Agree, &reference),
    )
    .await
    .unwrap();
    let outcome = carry_out(office, keys, &[measure]).await.unwrap();
    assert!(outcome.is_whole(), "{:?}", outcome.left);
    let event = &outcome.events[0].1;
    assert!(event.receipt.is_some());
    event.event.kind()
}

fn unlawful<T: std::fmt::Debug>(result: Result<T, MeasureError>) -> MeasureUnlawful {
    match result {
        Err(MeasureError::Unlawful(error)) => *error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn under_a_real_root_a_status_changes_by_decided_measures_alone() {
    let test = TestOffice::new().await;
    let (mut office, keys, number) = in_force(&test).await;
    office.papers.config.issuer.test = false;
    let planned_end = Date::of(now()).add_days(30).unwrap();
    let reason = EventReason::Nonconformity;
    let bare = request(office.clock, "决定-裸", Change::Suspended { reason, planned_end });
    let refused = change_status(&mut office, &keys, &number, None, &bare).await;
    assert!(matches!(refused, Err(ActionError::RealRoot)), "{refused:?}");
    let refused = act_on_many(&mut office, &keys, std::slice::from_ref(&number), &bare).await;
    assert!(matches!(refused, Err(ActionError::RealRoot)));

    let mut surveyed = terms(
        MeasureKind::SurveillancePassed,
        Some(EventReason::ScheduledSurveillance),
    );
    surveyed.performed_on = Some(Date::of(now()));
    let suspended = terms(MeasureKind::Suspended, Some(EventReason::Nonconformity));
    let reinstated = terms(MeasureKind::Reinstated, Some(EventReason::CorrectionVerified));
    let withdrawn = terms(MeasureKind::Withdrawn, Some(EventReason::GraveNonconformity));
    for (terms, kind) in [
        (surveyed, EventKind::SurveillancePassed),
        (suspended, EventKind::Suspended),
        (reinstated, EventKind::Reinstated),
        (withdrawn, EventKind::Withdrawn),
    ] {
        assert_eq!(done(&mut office, &keys, &number, terms).await, kind);
    }
    let cancelled = terms(MeasureKind::Cancelled, Some(EventReason::CancellationRequested));
    let refused = open(&mut office, &number, cancelled).await;
    assert!(
        matches!(refused, Err(MeasureError::Findings(ref findings)) if findings[0].code == "lawfulTransition")
    );
    let (faults, read) = check_measures(&mut office).await.unwrap();
    assert_eq!(faults, Vec::new());
    assert!(read >= 20, "{read}");
}

#[tokio::test]
async fn who_proposes_or_evaluates_the_correction_does_not_lift_the_suspension() {
    let test = TestOffice::new().await;
    let (mut office, keys, number) = in_force(&test).await;
    let suspended = terms(MeasureKind::Suspended, Some(EventReason::Nonconformity));
    done(&mut office, &keys, &number, suspended).await;
    let by = Actor::administrator(text("管理"));
    // The list of people lets them; the measure does not.
    for person in ["监督", "评价甲"] {
        let given = role(person, Role::Decider, None);
        touchstone_issuer::casework::desk::keep_people(&mut office.store, Some(&by), given, now())
            .await
            .unwrap();
    }
    let given = mandate("决定", "评价甲", Role::Decider, None);
    let people =
        touchstone_issuer::casework::desk::keep_people(&mut office.store, Some(&by), given, now()).await;
    let mandate = people.unwrap().mandates()[0].number;
    let reinstated = terms(MeasureKind::Reinstated, Some(EventReason::CorrectionVerified));
    let measure = open(&mut office, &number, reinstated).await.unwrap();
    say(&mut office, measure, &officer(), proposal()).await.unwrap();
    let agree = || decision(MeasureOutcome::Agree, "恢复-1");
    let early = say(&mut office, measure, &decider(), agree()).await;
    assert_eq!(unlawful(early), MeasureUnlawful::NotVerified);
    let evaluator = own("评价甲", Role::Evaluator);
    say(&mut office, measure, &evaluator, verification(false))
        .await
        .unwrap();
    let ineffective = say(&mut office, measure, &decider(), agree()).await;
    assert_eq!(unlawful(ineffective), MeasureUnlawful::NotVerified);
    say(&mut office, measure, &evaluator, verification(true))
        .await
        .unwrap();
    for by in [
        own("监督", Role::Decider),
        own("评价甲", Role::Decider),
        deputy("评价甲", Role::Decider, "决定", mandate),
    ] {
        let refused = say(&mut office, measure, &by, agree()).await;
        assert!(
            matches!(
                unlawful(refused),
                MeasureUnlawful::Separation(Conflict::Side { .. })
            ),
            "{by:?}"
        );
    }
    say(&mut office, measure, &decider(), agree()).await.unwrap();
    assert!(
        carry_out(&mut office, &keys, &[measure])
            .await
            .unwrap()
            .is_whole()
    );
}

#[tokio::test]
async fn the_database_keeps_the_sides_apart_by_itself() {
    let test = TestOffice::new().await;
    let (mut office, _, number) = in_force(&test).await;
    let withdrawn = terms(MeasureKind::Withdrawn, Some(EventReason::FalseStatements));
    open(&mut office, &number, withdrawn).await.unwrap();
    drop(office);
    let insert = "INSERT INTO measure_act (measure_id, sequence, case_file_id, kind, person, side, at, document,
        digest, previous) SELECT 1, 2, case_file_id, 'signed', '监督', 'judging', '2026-01-01T00:00:00Z', x'00',
        printf('%064d', 7), head FROM measure WHERE measure_id = 1";
    let mut database = database(&test).await;
    let refused = sqlx::query(insert).execute(&mut database).await.unwrap_err();
    assert!(refused.to_string().contains("FOREIGN KEY"), "{refused}");
    let participant = "INSERT INTO participant SELECT case_file_id, '监督', 'judging' FROM measure";
    let refused = sqlx::query(participant).execute(&mut database).await.unwrap_err();
    assert!(refused.to_string().contains("UNIQUE"), "{refused}");
}

#[tokio::test]
async fn a_signature_is_over_everything_on_file() {
    let test = TestOffice::new().await;
    let (mut office, _, number) = in_force(&test).await;
    let cancelled = terms(MeasureKind::Cancelled, Some(EventReason::ProductionCeased));
    let measure = open(&mut office, &number, cancelled).await.unwrap();
    say(&mut office, measure, &officer(), proposal()).await.unwrap();
    let before = office.store.measure(measure).await.unwrap().unwrap();
    let stale = signed(&before, &decider(), decision(MeasureOutcome::Agree, "注销-1"));
    desk::attach(&mut office.store, measure, &officer(), evidence(b"late"), now())
        .await
        .unwrap();
    let refused = desk::perform(&mut office.store, measure, &decider(), stale.clone(), now()).await;
    assert!(matches!(unlawful(refused), MeasureUnlawful::OtherBundle { .. }));
    // Another person's signature, and one by a person without the role.
    let now_stands = office.store.measure(measure).await.unwrap().unwrap();
    let MeasureContent::Signed(mut foreign) =
        signed(&now_stands, &decider(), decision(MeasureOutcome::Agree, "注销-1"))
    else {
        panic!()
    };
    let bundle = now_stands.bundle(&decider(), &foreign.statement);
    foreign.approval = Approval::sign(&bundle, &key("复核")).unwrap();
    let refused = desk::perform(
        &mut office.store,
        measure,
        &decider(),
        MeasureContent::Signed(foreign),
        now(),
    )
    .await;
    assert!(matches!(unlawful(refused), MeasureUnlawful::Approval(_)));
    let reviewer = own("复核", Role::Decider);
    let refused = say(
        &mut office,
        measure,
        &reviewer,
        decision(MeasureOutcome::Agree, "注销-1"),
    )
    .await;
    assert!(matches!(refused, Err(MeasureError::NotEntitled(_))));
    let unreasoned = Statement::Decision(MeasureDecision {
        backdating: None,
        effective: None,
        legal_basis: text("CQC96-831151-2020"),
        outcome: MeasureOutcome::Refuse,
        reason: None,
        reference: text("注销-1"),
    });
    let refused = say(&mut office, measure, &decider(), unreasoned).await;
    assert_eq!(unlawful(refused), MeasureUnlawful::NoReason);
    let refuse = decision(MeasureOutcome::Refuse, "注销-1");
    let measure = say(&mut office, measure, &decider(), refuse).await.unwrap();
    assert_eq!(measure.status(), MeasureStatus::Refused);
}

#[tokio::test]
async fn surveillance_without_evidence_is_not_proposed_and_loss_of_conformity_is_settled() {
    let test = TestOffice::new().await;
    let (mut office, _, number) = in_force(&test).await;
    let lost = terms(MeasureKind::Nonconformity, None);
    let measure = open(&mut office, &number, lost).await.unwrap();
    let refused = say(&mut office, measure, &officer(), proposal()).await;
    assert_eq!(unlawful(refused), MeasureUnlawful::NoEvidence);
    desk::attach(&mut office.store, measure, &officer(), evidence(b"found"), now())
        .await
        .unwrap();
    let recorded = say(&mut office, measure, &officer(), proposal()).await.unwrap();
    assert_eq!(recorded.status(), MeasureStatus::Recorded);
    let dropped = MeasureContent::Dropped(Dropped {
        reason: "误录".parse().unwrap(),
    });
    let refused = desk::perform(&mut office.store, measure, &officer(), dropped, now()).await;
    assert!(matches!(unlawful(refused), MeasureUnlawful::Status { .. }));
    let refused = say(
        &mut office,
        measure,
        &decider(),
        decision(MeasureOutcome::Refuse, "不符合-1"),
    )
    .await;
    assert_eq!(unlawful(refused), MeasureUnlawful::NotRefusable);
    let settled = say(
        &mut office,
        measure,
        &decider(),
        decision(MeasureOutcome::Agree, "不符合-1"),
    )
    .await;
    assert_eq!(settled.unwrap().status(), MeasureStatus::Settled);
    let tomorrow = Date::of(now()).add_days(2).unwrap();
    let mut early = terms(MeasureKind::Nonconformity, None);
    early.confirmed_on = Some(tomorrow);
    let refused = open(&mut office, &number, early).await;
    assert!(matches!(refused, Err(MeasureError::InFuture { .. })));
    let mut long = terms(MeasureKind::Suspended, Some(EventReason::Nonconformity));
    long.planned_end = Date::of(now()).add_months(7);
    let refused = open(&mut office, &number, long).await;
    assert!(matches!(refused, Err(MeasureError::Findings(ref it)) if it[0].code == "eventDates"));
}

#[tokio::test]
async fn a_death_between_storing_and_signing_is_made_good_and_the_measure_checked_again() {
    let test = TestOffice::new().await;
    let (mut office, _, number) = in_force(&test).await;
    office.papers.config.issuer.test = false;
    let withdrawn = terms(MeasureKind::Withdrawn, Some(EventReason::FalseStatements));
    let measure = open(&mut office, &number, withdrawn).await.unwrap();
    let file = evidence(b"proof of it");
    desk::attach(&mut office.store, measure, &officer(), file, now())
        .await
        .unwrap();
    say(&mut office, measure, &officer(), proposal()).await.unwrap();
    let undecided = prepare_measures(&mut office, &[measure]).await.unwrap();
    assert!(
        undecided.left[0].1.contains("nothing to carry out"),
        "{:?}",
        undecided.left
    );
    say(
        &mut office,
        measure,
        &decider(),
        decision(MeasureOutcome::Agree, "撤销-1"),
    )
    .await
    .unwrap();
    assert!(
        prepare_measures(&mut office, &[measure])
            .await
            .unwrap()
            .left
            .is_empty()
    );
    drop(office);
    // Somebody replaces the evidence behind the office's back: the event is not signed.
    without_triggers(&test, "attachment").await;
    tamper(&test, "UPDATE attachment SET bytes = CAST(bytes || 'x' AS BLOB)").await;
    let (mut office, keys) = test.open().await;
    office.papers.config.issuer.test = false;
    sign_waiting(&mut office, &keys).await.unwrap();
    let event = office.store.event_of_measure(measure).await.unwrap().unwrap();
    assert!(event.signed.is_none());
    let reason = event.hindrance.unwrap();
    assert!(reason.contains("not the file that was attached"), "{reason}");
    drop(office);
    tamper(
        &test,
        "UPDATE attachment SET bytes = substr(bytes, 1, length(bytes) - 1)",
    )
    .await;
    let (mut office, keys) = test.open().await;
    office.papers.config.issuer.test = false;
    sign_waiting(&mut office, &keys).await.unwrap();
    assert!(deliver(&mut office, &keys).await.unwrap().is_whole());
    let once = carry_out(&mut office, &keys, &[measure, measure]).await.unwrap();
    let event = &once.events[0].1;
    assert!(once.is_whole() && event.receipt.is_some());
    assert_eq!(office.store.events(event.credential).await.unwrap().len(), 1);
}

#[tokio::test]
async fn under_a_real_root_an_event_that_nobody_decided_is_not_signed() {
    let test = TestOffice::new().await;
    let (mut office, _, number) = in_force(&test).await;
    let withdrawn = terms(MeasureKind::Withdrawn, Some(EventReason::FalseStatements));
    let measure = open(&mut office, &number, withdrawn).await.unwrap();
    say(&mut office, measure, &officer(), proposal()).await.unwrap();
    say(
        &mut office,
        measure,
        &decider(),
        decision(MeasureOutcome::Agree, "撤销-1"),
    )
    .await
    .unwrap();
    prepare_measures(&mut office, &[measure]).await.unwrap();
    drop(office);
    tamper(&test, "UPDATE event SET measure_id = NULL").await;
    let (mut office, keys) = test.open().await;
    office.papers.config.issuer.test = false;
    sign_waiting(&mut office, &keys).await.unwrap();
    let stored = office
        .store
        .find_credential(&number, None)
        .await
        .unwrap()
        .unwrap();
    let events = office.store.events(stored.id).await.unwrap();
    assert!(events[0].signed.is_none());
    let hindrance = events[0].hindrance.as_deref().unwrap();
    assert!(hindrance.contains("by a decided measure"), "{hindrance}");
}

#[tokio::test]
async fn what_was_decided_and_cannot_be_done_any_more_is_given_up_by_its_decider() {
    let test = TestOffice::new().await;
    let (mut office, keys, number) = in_force(&test).await;
    let mut decided = Vec::new();
    for (kind, reason) in [
        (MeasureKind::Withdrawn, EventReason::FalseStatements),
        (MeasureKind::Cancelled, EventReason::ProductionCeased),
    ] {
        let measure = open(&mut office, &number, terms(kind, Some(reason)))
            .await
            .unwrap();
        say(&mut office, measure, &officer(), proposal()).await.unwrap();
        let reference = format!("决定-{measure}");
        say(
            &mut office,
            measure,
            &decider(),
            decision(MeasureOutcome::Agree, &reference),
        )
        .await
        .unwrap();
        decided.push(measure);
    }
    // Both were decided; the first one carried out ends the certificate.
    assert!(
        carry_out(&mut office, &keys, &decided[..1])
            .await
            .unwrap()
            .is_whole()
    );
    let outcome = carry_out(&mut office, &keys, &decided).await.unwrap();
    assert_eq!(outcome.left.len(), 1);
    assert!(
        outcome.left[0].1.contains("final stays final"),
        "{:?}",
        outcome.left
    );
    let dropped = || {
        MeasureContent::Dropped(Dropped {
            reason: "证书已撤销".parse().unwrap(),
        })
    };
    let refused = desk::perform(&mut office.store, decided[1], &officer(), dropped(), now()).await;
    assert!(refused.is_err());
    let given_up = desk::perform(&mut office.store, decided[1], &decider(), dropped(), now()).await;
    assert_eq!(given_up.unwrap().status(), MeasureStatus::Dropped);
    let refused = desk::decided(&mut office.store, decided[1]).await;
    assert!(
        matches!(refused, Err(MeasureError::NotSignable(error)) if matches!(*error, MeasureNotSignable::Status { .. }))
    );
}

#[tokio::test]
async fn a_voided_event_is_prepared_anew_from_the_same_measure() {
    let test = TestOffice::new().await;
    let (mut office, keys, number) = in_force(&test).await;
    let suspended = terms(MeasureKind::Suspended, Some(EventReason::SuspensionRequested));
    let measure = open(&mut office, &number, suspended).await.unwrap();
    say(&mut office, measure, &officer(), proposal()).await.unwrap();
    say(
        &mut office,
        measure,
        &decider(),
        decision(MeasureOutcome::Agree, "暂停-1"),
    )
    .await
    .unwrap();
    prepare_measures(&mut office, &[measure]).await.unwrap();
    let first = office.store.event_of_measure(measure).await.unwrap().unwrap();
    let given_up = VoidRequest {
        number: number.clone(),
        version: None,
        event: Some(first.event.sequence),
        person: text("YS-061"),
        office: text("主任"),
        reason: text("示范作废"),
    };
    void(&mut office, &given_up).await.unwrap();
    let again = carry_out(&mut office, &keys, &[measure]).await.unwrap();
    assert!(again.is_whole());
    assert_ne!(again.events[0].1.id, first.id);
    let Proposal::Change(Change::Suspended { planned_end, .. }) = office
        .store
        .measure(measure)
        .await
        .unwrap()
        .unwrap()
        .proposal()
        .clone()
    else {
        panic!()
    };
    // On the client's wish a suspension may last twelve months.
    assert_eq!(Some(planned_end), Date::of(now()).add_months(12));
}
