//! What was prepared or refused is given up, on record; what the registry has never is.

use touchstone_issuer::{
    issue::{issue, prepare_files},
    lifecycle_actions::{ActionError, act, supersede},
    void::{VoidError, VoidRequest, void},
};
use touchstone_schemas::{
    credential::CredentialNumber,
    lifecycle::{Change, EventReason},
    text::Text,
};

use crate::{
    events::{request, text},
    log_server::Mood,
    test_office::{TestOffice, demo, only},
};

const REFUSES: Mood = Mood::Refuses("eventBackdated");

fn void_of(number: &CredentialNumber, event: Option<u32>) -> VoidRequest {
    VoidRequest {
        number: number.clone(),
        version: None,
        event,
        person: text("YS-061"),
        office: text("主任"),
        reason: text("登记处拒绝，重新决定"),
    }
}

fn withdrawn() -> Change {
    Change::Withdrawn {
        reason: EventReason::GraveNonconformity,
    }
}

#[tokio::test]
async fn a_refused_event_is_voided_and_the_decision_made_anew() {
    let test = TestOffice::new().await;
    let number = test.issue_sample("08-withdrawn").await.number;
    let (mut office, keys) = test.open().await;
    // Refused, and again with new lists: for good.
    test.server.will(&[REFUSES, REFUSES]);
    let first = request(office.clock, "撤销1", withdrawn());
    let outcome = act(&mut office, &keys, &number, None, &first).await.unwrap();
    assert!(outcome.event.receipt.is_none());
    assert!(outcome.refusal.unwrap().contains("eventBackdated"));
    // Asked again it is told again.
    let again = act(&mut office, &keys, &number, None, &first).await.unwrap();
    assert!(again.refusal.is_some());
    let second = request(office.clock, "撤销2", withdrawn());
    let blocked = act(&mut office, &keys, &number, None, &second).await;
    assert!(matches!(blocked, Err(ActionError::Undelivered { .. })));

    let stranger = VoidRequest {
        person: text("YS-021"),
        ..void_of(&number, Some(1))
    };
    let refused = void(&mut office, &stranger).await;
    assert!(matches!(refused, Err(VoidError::NotEntitled { .. })));
    let (record, voided) = void(&mut office, &void_of(&number, Some(1))).await.unwrap();
    assert_eq!((voided.len(), record.person), (1, text("YS-061")));
    assert!(record.problem.unwrap().contains("eventBackdated"));
    let again = void(&mut office, &void_of(&number, Some(1))).await;
    assert!(matches!(again, Err(VoidError::Unknown { .. })));

    // Place and decision are free; what was given up stays on record and is not sent again.
    let anew = act(&mut office, &keys, &number, None, &first).await.unwrap();
    assert!(anew.event.receipt.is_some());
    assert_eq!(anew.event.event.sequence, 1);
    office.store.reopen_refused().await.unwrap();
    let listed = office.store.undelivered_events().await.unwrap();
    let [kept] = listed.as_slice() else {
        panic!("{listed:?}")
    };
    let reason: Text = text("登记处拒绝，重新决定");
    assert_eq!(kept.void.as_ref().map(|void| &void.reason), Some(&reason));
    assert_eq!(test.server.kept.lock().unwrap().events.len(), 1);
}

#[tokio::test]
async fn what_the_registry_has_or_may_have_is_not_voided() {
    let test = TestOffice::new().await;
    let number = test.issue_sample("08-withdrawn").await.number;
    let (mut office, keys) = test.open().await;
    let delivered = void(&mut office, &void_of(&number, None)).await;
    assert!(matches!(delivered, Err(VoidError::Delivered { .. })));

    // Kept by the registry, its answer lost, and no answer after: nothing is known.
    test.server.will(&[Mood::AnswerLost, Mood::Busy]);
    let asked = request(office.clock, "撤销1", withdrawn());
    act(&mut office, &keys, &number, None, &asked).await.unwrap_err();
    let waiting = void(&mut office, &void_of(&number, Some(1))).await;
    assert!(matches!(waiting, Err(VoidError::NotRefused { .. })));
    // Even refused afterwards: the registry's record holds it.
    test.server.will(&[REFUSES, REFUSES]);
    let outcome = act(&mut office, &keys, &number, None, &asked).await.unwrap();
    assert_eq!(outcome.delivered.refused.len(), 1);
    let held = void(&mut office, &void_of(&number, Some(1))).await;
    assert!(matches!(held, Err(VoidError::Held { .. })));
    office.store.reopen_refused().await.unwrap();
    let outcome = act(&mut office, &keys, &number, None, &asked).await.unwrap();
    assert!(outcome.event.receipt.is_some());
}

#[tokio::test]
async fn a_voided_certificate_gives_up_its_application_and_never_its_number_or_place() {
    let test = TestOffice::new().await;
    let file = demo().join("applications/13-level-1.json");
    let (mut office, keys) = test.open().await;
    prepare_files(&mut office, std::slice::from_ref(&file))
        .await
        .unwrap();
    let prepared = office.store.credentials().await.unwrap().remove(0).stored;
    // Nothing was signed, so nobody is asked.
    test.server.will(&[Mood::Busy]);
    void(&mut office, &void_of(&prepared.number, None)).await.unwrap();
    test.server.will(&[]);
    let (outcomes, delivered) = issue(&mut office, &keys, &[file]).await.unwrap();
    let issued = only(outcomes);
    assert!(issued.receipt.is_some());
    assert_ne!(
        (&issued.number, issued.status),
        (&prepared.number, prepared.status)
    );
    assert_eq!(delivered.documents, 4, "the voided one is not sent");
    assert_eq!(office.store.credentials().await.unwrap().len(), 2);
    let gone = void(&mut office, &void_of(&prepared.number, None)).await;
    assert!(matches!(gone, Err(VoidError::Unknown { .. })));
}

#[tokio::test]
async fn a_version_and_the_event_that_begins_it_are_voided_together() {
    let test = TestOffice::new().await;
    let old = test.issue_sample("10-superseded-v1").await;
    let (mut office, keys) = test.open().await;
    let decided = request(office.clock, "换证1", withdrawn());
    let file = demo().join("applications/10-superseded-v2.json");
    let reason = EventReason::GradeChanged;
    test.server
        .will(&[Mood::Refuses("notSuperseding"), Mood::Refuses("notSuperseding")]);
    let refused = supersede(&mut office, &keys, &old.number, &file, reason, &decided)
        .await
        .unwrap();
    let before = refused.successor.unwrap();
    assert!(before.receipt.is_none());
    let (_, voided) = void(&mut office, &void_of(&old.number, None)).await.unwrap();
    assert_eq!(voided.len(), 2);
    // The registry takes no gap: the version is given again, its place in the lists is not.
    let outcome = supersede(&mut office, &keys, &old.number, &file, reason, &decided)
        .await
        .unwrap();
    let next = outcome.successor.unwrap();
    assert!(next.receipt.is_some() && outcome.event.receipt.is_some());
    assert_eq!((next.version, &next.number), (before.version, &old.number));
    assert_ne!(next.status, before.status);
}
