//! Every change of a certificate's life.

use touchstone_issuer::{
    lifecycle_actions::{ActionError, ActionOutcome, act, supersede},
    prepare::EventRequest,
};
use touchstone_schemas::{
    credential::CredentialNumber,
    date_time::Date,
    lifecycle::{Change, EventKind, EventReason, Successor},
    status::{StatusMessage, StatusPurpose},
    text::Text,
};

use crate::test_office::{TestOffice, demo};

pub(crate) fn text(text: &str) -> Text {
    Text::parse(text).unwrap()
}

pub(crate) fn request(
    test_clock: touchstone_issuer::office::Clock,
    decision: &str,
    change: Change,
) -> EventRequest {
    let verified_by = matches!(change, Change::Reinstated { .. }).then(|| text("YS-021"));
    EventRequest {
        change,
        effective: test_clock.now(),
        decision: text(decision),
        decided_by: text("认证决定"),
        legal_basis: text("CQC96-831151-2020"),
        backdating: None,
        decider: text("YS-071"),
        verified_by,
    }
}

async fn change(
    test: &TestOffice,
    number: &CredentialNumber,
    decision: &str,
    change: Change,
) -> Result<ActionOutcome, ActionError> {
    let (mut office, keys) = test.open().await;
    let request = request(office.clock, decision, change);
    act(&mut office, &keys, number, None, &request).await
}

/// The message the newest message list shows for a certificate.
fn message(test: &TestOffice, number: &CredentialNumber) -> StatusMessage {
    let kept = test.server.kept.lock().unwrap();
    let credential = kept
        .credentials
        .values()
        .find(|credential| credential.number == *number)
        .unwrap();
    let list = kept
        .lists
        .iter()
        .rfind(|list| list.purpose == StatusPurpose::Message)
        .unwrap();
    StatusMessage::of_code(list.bits.value(credential.status.index).unwrap()).unwrap()
}

#[tokio::test]
async fn suspended_reinstated_withdrawn_corrected() {
    let test = TestOffice::new().await;
    let number = test.issue_sample("06-suspended").await.number;
    let other = test.issue_sample("01-in-force").await.number;
    let today = Date::of(touchstone_issuer::office::Clock::System.now());
    let planned_end = today.add_days(90).unwrap();
    let suspend = Change::Suspended {
        reason: EventReason::Nonconformity,
        planned_end,
    };
    let outcome = change(&test, &number, "决定1", suspend.clone()).await.unwrap();
    assert!(outcome.event.receipt.is_some());
    assert_eq!(message(&test, &number), StatusMessage::Suspended);
    assert_eq!(message(&test, &other), StatusMessage::InForce);

    // The same command again makes no second event; another decision to suspend is unlawful now.
    {
        let (mut office, keys) = test.open().await;
        let mut asked = request(office.clock, "决定1", suspend.clone());
        asked.effective = outcome.event.event.effective;
        let again = act(&mut office, &keys, &number, None, &asked).await.unwrap();
        assert_eq!(again.event, outcome.event);
    }
    let unlawful = change(&test, &number, "决定2", suspend).await;
    assert!(
        matches!(unlawful, Err(ActionError::Findings(ref findings)) if findings[0].code == "lawfulTransition")
    );

    change(
        &test,
        &number,
        "决定3",
        Change::Reinstated {
            reason: EventReason::CorrectionVerified,
        },
    )
    .await
    .unwrap();
    assert_eq!(message(&test, &number), StatusMessage::InForce);
    change(
        &test,
        &number,
        "决定4",
        Change::Withdrawn {
            reason: EventReason::GraveNonconformity,
        },
    )
    .await
    .unwrap();
    assert_eq!(message(&test, &number), StatusMessage::Withdrawn);
    let cancel = change(
        &test,
        &number,
        "决定5",
        Change::Cancelled {
            reason: EventReason::NotRenewed,
        },
    )
    .await;
    assert!(matches!(cancel, Err(ActionError::Findings(_))));
    let successor = Successor {
        number: other,
        version: touchstone_schemas::credential::Version::FIRST,
    };
    let correct = Change::Corrected {
        reason: EventReason::ReplacedAfterError,
        successor,
    };
    let outcome = change(&test, &number, "决定6", correct).await.unwrap();
    assert_eq!(
        (outcome.event.event.kind(), outcome.event.event.sequence),
        (EventKind::Corrected, 4)
    );
    assert_eq!(message(&test, &number), StatusMessage::Withdrawn);
}

#[tokio::test]
async fn surveillance_passed_lifts_what_was_overdue() {
    let test = TestOffice::new().await;
    let number = test.issue_sample("05-overdue").await.number;
    assert_eq!(message(&test, &number), StatusMessage::Overdue);
    let today = Date::of(touchstone_issuer::office::Clock::System.now());
    let passed = |performed_on: Date, months| Change::SurveillancePassed {
        reason: EventReason::ScheduledSurveillance,
        performed_on,
        next_due: performed_on.add_months(months).unwrap(),
    };
    let late = change(&test, &number, "监督1", passed(today, 13)).await;
    assert!(matches!(late, Err(ActionError::Findings(ref findings)) if findings[0].code == "eventDates"));
    change(&test, &number, "监督1", passed(today, 12)).await.unwrap();
    assert_eq!(message(&test, &number), StatusMessage::InForce);
    change(
        &test,
        &number,
        "注销1",
        Change::Cancelled {
            reason: EventReason::CancellationRequested,
        },
    )
    .await
    .unwrap();
    assert_eq!(message(&test, &number), StatusMessage::Cancelled);
}

#[tokio::test]
async fn a_new_version_ends_the_old_one_at_the_moment_it_begins() {
    let test = TestOffice::new().await;
    let old = test.issue_sample("10-superseded-v1").await;
    let (mut office, keys) = test.open().await;
    let reason = EventReason::GradeChanged;
    let decided = request(
        office.clock,
        "换证1",
        Change::Reinstated {
            reason: EventReason::PauseEnded,
        },
    );
    let file = demo().join("applications/10-superseded-v2.json");
    let outcome = supersede(&mut office, &keys, &old.number, &file, reason, &decided)
        .await
        .unwrap();
    let next = outcome.successor.unwrap();
    assert_eq!((next.number.clone(), next.version.get()), (old.number.clone(), 2));
    let (before, after) = (old.credential().unwrap(), next.credential().unwrap());
    assert_eq!(
        (after.first_issued, after.valid_until),
        (before.first_issued, before.valid_until)
    );
    assert_eq!(outcome.event.event.effective, after.valid_from.start());
    let again = supersede(&mut office, &keys, &old.number, &file, reason, &decided)
        .await
        .unwrap();
    assert_eq!(again.successor.unwrap(), next);
    let kept = test.server.kept.lock().unwrap();
    let list = kept
        .lists
        .iter()
        .rfind(|list| list.purpose == StatusPurpose::Message)
        .unwrap();
    assert_eq!(
        list.bits.value(before.status.index),
        Some(StatusMessage::Superseded.code())
    );
    assert_eq!(
        list.bits.value(after.status.index),
        Some(StatusMessage::InForce.code())
    );
}

#[tokio::test]
async fn back_dating_needs_a_reason_and_the_future_waits() {
    let test = TestOffice::new().await;
    let number = test.issue_sample("08-withdrawn").await.number;
    let (mut office, keys) = test.open().await;
    let withdrawn = Change::Withdrawn {
        reason: EventReason::FalseStatements,
    };
    let mut asked = request(office.clock, "撤销1", withdrawn);
    for (seconds, code) in [(-72 * 3_600, "effectiveTime"), (3_600, "effectiveTime")] {
        asked.effective = office.clock.now().checked_add(seconds).unwrap();
        let refused = act(&mut office, &keys, &number, None, &asked).await;
        assert!(matches!(refused, Err(ActionError::Findings(ref findings)) if findings[0].code == code));
    }
    asked.effective = office.clock.now().checked_sub(72 * 3_600).unwrap();
    asked.backdating = Some(text("现场核实的失实日期"));
    asked.decider = text("YS-041");
    let refused = act(&mut office, &keys, &number, None, &asked).await;
    assert!(
        matches!(refused, Err(ActionError::Findings(ref findings)) if findings[0].code == "eventDecision")
    );
    asked.decider = text("YS-071");
    act(&mut office, &keys, &number, None, &asked).await.unwrap();
    assert_eq!(message(&test, &number), StatusMessage::Withdrawn);
}
