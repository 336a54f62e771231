//! Complaints and appeals: answered, and decided by somebody who had no part in what they are about.

use touchstone_issuer::{
    after_issue::{MeasureKind, MeasureOutcome, desk as measures},
    casework::{Actor, Approval, MandateGiven, PersonnelContent, Role, desk as people, issue_case},
    complaint::{
        Acknowledged, Complaint, ComplaintContent, ComplaintDecision, ComplaintError, ComplaintKind,
        ComplaintOutcome, ComplaintRequest, ComplaintStatus, ComplaintUnlawful, Concern, Decided, Told,
        check_complaints, desk, mismatch,
    },
    office::Office,
};
use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::Date,
    lifecycle::EventReason,
    mismatch::{MismatchField, MismatchReport, ReceivedMismatch},
};

use super::{
    journal::{database, tamper, without_triggers},
    measures::{decider, decision as measure_decision, in_force, officer, open, proposal, say, terms},
    staff::{added, deputy, evaluated, hire, judged_up_to, key, now, own, role, text},
};
use crate::test_office::TestOffice;

fn clerk() -> Actor {
    own("受理", Role::Clerk)
}

fn request(concern: Concern) -> ComplaintRequest {
    ComplaintRequest {
        kind: ComplaintKind::Appeal,
        concern,
        subject: text("对暂停决定的申诉"),
        account: "示范企业不同意暂停决定".parse().unwrap(),
        sender: "示范企业质量部".parse().unwrap(),
        received_on: Date::of(now()),
    }
}

fn decision() -> ComplaintDecision {
    ComplaintDecision {
        outcome: ComplaintOutcome::Rejected,
        reason: "证据充分，维持原决定".parse().unwrap(),
        reference: text("申诉决定-1"),
    }
}

fn decided(complaint: &Complaint, by: &Actor) -> ComplaintContent {
    let decision = decision();
    let bundle = complaint.bundle(by, &decision);
    ComplaintContent::Decided(Decided {
        approval: Approval::sign(&bundle, &key(by.person.as_str())).unwrap(),
        decision,
    })
}

async fn act(
    office: &mut Office,
    number: u32,
    by: &Actor,
    content: ComplaintContent,
) -> Result<Complaint, ComplaintError> {
    desk::perform(&mut office.store, number, by, content, now()).await
}

fn unlawful<T: std::fmt::Debug>(result: Result<T, ComplaintError>) -> ComplaintUnlawful {
    match result {
        Err(ComplaintError::Unlawful(error)) => *error,
        other => panic!("{other:?}"),
    }
}

async fn keep(office: &mut Office, content: PersonnelContent) {
    let by = Actor::administrator(text("管理"));
    people::keep_people(&mut office.store, Some(&by), content, now())
        .await
        .unwrap();
}

#[tokio::test]
async fn an_appeal_is_decided_by_somebody_who_had_no_part_in_the_decision() {
    let test = TestOffice::new().await;
    let (mut office, _, number) = in_force(&test).await;
    let suspended = terms(MeasureKind::Suspended, Some(EventReason::Nonconformity));
    let measure = open(&mut office, &number, suspended).await.unwrap();
    say(&mut office, measure, &officer(), proposal()).await.unwrap();
    let agree = measure_decision(MeasureOutcome::Agree, "暂停-1");
    say(&mut office, measure, &decider(), agree).await.unwrap();
    assert_eq!(
        measures::known(&mut office.store, measure)
            .await
            .unwrap()
            .number(),
        measure
    );

    let unknown = Concern {
        measure: Some(77),
        ..Concern::default()
    };
    let refused = desk::receive(&mut office.store, &clerk(), request(unknown), now()).await;
    assert!(matches!(refused, Err(ComplaintError::UnknownConcern { what }) if what == "measure 77"));
    let concern = Concern {
        measure: Some(measure),
        ..Concern::default()
    };
    let received = desk::receive(&mut office.store, &clerk(), request(concern), now()).await;
    let complaint = received.unwrap();
    let appeal = complaint.number();
    assert_eq!(complaint.received().involved, [text("决定"), text("监督")]);
    // Not before its sender knows that it is being looked at.
    let early = act(&mut office, appeal, &decider(), decided(&complaint, &decider())).await;
    assert!(matches!(unlawful(early), ComplaintUnlawful::Status { .. }));
    let note = || "已于当日书面告知".parse().unwrap();
    let acknowledged = ComplaintContent::Acknowledged(Acknowledged { note: note() });
    let complaint = act(&mut office, appeal, &clerk(), acknowledged).await.unwrap();

    // Whoever decided on the suspension does not decide on the appeal, nor through a deputy, nor as one.
    keep(&mut office, added("副职")).await;
    keep(&mut office, role("副职", Role::Decider, None)).await;
    keep(&mut office, role("受理", Role::Decider, None)).await;
    let given = MandateGiven {
        delegator: text("决定"),
        deputy: text("副职"),
        role: Role::Decider,
        office: None,
        schemes: Vec::new(),
        from: Date::of(now()),
        until: Date::of(now()),
    };
    keep(&mut office, PersonnelContent::MandateGiven(given)).await;
    let mandate = office.store.personnel().await.unwrap().mandates()[0].number;
    for by in [decider(), deputy("副职", Role::Decider, "决定", mandate)] {
        let refused = act(&mut office, appeal, &by, decided(&complaint, &by)).await;
        assert!(
            matches!(unlawful(refused), ComplaintUnlawful::Involved { person } if person == text("决定"))
        );
    }
    // Nor who took it in.
    let taker = own("受理", Role::Decider);
    let refused = act(&mut office, appeal, &taker, decided(&complaint, &taker)).await;
    assert!(matches!(unlawful(refused), ComplaintUnlawful::Separation(_)));
    let fresh = own("副职", Role::Decider);
    let foreign = {
        let ComplaintContent::Decided(mut decided) = decided(&complaint, &fresh) else {
            panic!()
        };
        let bundle = complaint.bundle(&fresh, &decided.decision);
        decided.approval = Approval::sign(&bundle, &key("决定")).unwrap();
        ComplaintContent::Decided(decided)
    };
    let refused = act(&mut office, appeal, &fresh, foreign).await;
    assert!(matches!(unlawful(refused), ComplaintUnlawful::Approval(_)));
    let done = act(&mut office, appeal, &fresh, decided(&complaint, &fresh)).await;
    assert_eq!(done.unwrap().status(), ComplaintStatus::Decided);
    let told = ComplaintContent::Closed(Told { note: note() });
    let closed = act(&mut office, appeal, &clerk(), told).await.unwrap();
    assert_eq!(closed.status(), ComplaintStatus::Closed);
    let (faults, read) = check_complaints(&mut office).await.unwrap();
    assert!(faults.is_empty() && read == 4, "{faults:?} {read}");
    drop(office);

    // The database keeps them apart by itself, and a changed journal shows.
    let mut open = database(&test).await;
    let participant = "INSERT INTO participant SELECT case_file_id, '监督', 'judging' FROM complaint";
    let refused = sqlx::query(participant).execute(&mut open).await.unwrap_err();
    assert!(refused.to_string().contains("UNIQUE"), "{refused}");
    drop(open);
    without_triggers(&test, "complaint_act").await;
    tamper(
        &test,
        "UPDATE complaint_act SET at = '2020-01-01T00:00:00Z' WHERE sequence = 2",
    )
    .await;
    let (mut office, _) = test.open().await;
    let (faults, _) = check_complaints(&mut office).await.unwrap();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].to_string().contains("at is not that of the act"));
}

#[tokio::test]
async fn everybody_who_had_part_in_a_certificate_is_involved() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let case = evaluated(&mut office, "01-in-force", 3).await;
    judged_up_to(&mut office, case, "signing").await;
    let (stored, _) = issue_case(&mut office, &keys, case).await.unwrap();
    let concern = Concern {
        certificate: Some(stored.number),
        ..Concern::default()
    };
    let received = desk::receive(&mut office.store, &clerk(), request(concern), now()).await;
    let mut involved = received.unwrap().received().involved.clone();
    involved.sort();
    let mut wanted: Vec<_> = ["受理", "评价甲", "评价乙", "复核", "处长", "主任", "决定", "签发"]
        .map(text)
        .into();
    wanted.sort();
    assert_eq!(involved, wanted);
    let tomorrow = Date::of(now()).add_days(2).unwrap();
    let mut early = request(Concern::default());
    early.received_on = tomorrow;
    let refused = desk::receive(&mut office.store, &clerk(), early, now()).await;
    assert!(matches!(refused, Err(ComplaintError::InFuture { .. })));
    let by_reviewer = own("复核", Role::Reviewer);
    let refused = desk::receive(
        &mut office.store,
        &by_reviewer,
        request(Concern::default()),
        now(),
    )
    .await;
    assert!(matches!(unlawful(refused), ComplaintUnlawful::Role { .. }));
}

fn report(reference: u64, number: &str) -> ReceivedMismatch {
    ReceivedMismatch {
        reference,
        received: now(),
        report: MismatchReport {
            contact: Some(text("138-0000-0000")),
            fields: vec![MismatchField::Holder, MismatchField::Grade],
            note: text("纸面写四级"),
            number: CredentialNumber::parse(number).unwrap(),
            version: Version::FIRST,
        },
    }
}

#[tokio::test]
async fn a_report_from_the_verify_page_is_taken_in_once() {
    let test = TestOffice::new().await;
    let (mut office, _, number) = in_force(&test).await;
    let store = &mut office.store;
    assert_eq!(mismatch::newest_taken(store).await.unwrap(), 0);
    let known = report(7, number.as_str());
    let complaint = mismatch::take(store, &clerk(), &known, now())
        .await
        .unwrap()
        .unwrap();
    let received = complaint.received();
    assert_eq!(complaint.status(), ComplaintStatus::Received);
    assert_eq!(received.concern.certificate.as_ref(), Some(&number));
    assert!(
        !received.involved.is_empty(),
        "whoever had part in it never decides"
    );
    for said in ["编号 7", "企业名称、能力等级", "纸面写四级"] {
        assert!(received.account.as_str().contains(said), "{}", received.account);
    }
    assert!(received.sender.as_str().contains("138-0000-0000"));
    // Fetched again, as after a fetch that was cut off.
    assert_eq!(
        mismatch::take(store, &clerk(), &known, now()).await.unwrap(),
        None
    );
    // Of a certificate that this office does not have on file.
    let strange = report(9, "CQC26ZNZ999999R0");
    let complaint = mismatch::take(store, &clerk(), &strange, now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(complaint.received().concern, Concern::default());
    assert_eq!(mismatch::newest_taken(store).await.unwrap(), 9);
    assert_eq!(store.complaints(None, None, 10).await.unwrap().len(), 2);
    // Who may not take complaints in takes none, and the report waits.
    let refused = mismatch::take(store, &decider(), &report(10, number.as_str()), now()).await;
    assert!(refused.is_err());
    assert_eq!(mismatch::newest_taken(store).await.unwrap(), 9);
}
