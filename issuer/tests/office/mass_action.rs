//! One decision over many certificates.

use touchstone_issuer::mass_action::{MassOutcome, act_on_many};
use touchstone_schemas::{
    credential::CredentialNumber,
    lifecycle::{Change, EventReason},
};

use crate::{events::request, log_server::Mood, test_office::TestOffice};

async fn withdraw(test: &TestOffice, numbers: &[CredentialNumber]) -> MassOutcome {
    let (mut office, keys) = test.open().await;
    let change = Change::Withdrawn {
        reason: EventReason::GraveNonconformity,
    };
    let mut asked = request(office.clock, "决定7", change);
    let known = office
        .store
        .first_event_of_decision(&asked.decision)
        .await
        .unwrap();
    if let Some(known) = known {
        asked.effective = known.event.effective;
    }
    act_on_many(&mut office, &keys, numbers, &asked).await.unwrap()
}

#[tokio::test]
async fn many_are_withdrawn_by_one_bundle_and_again_changes_nothing() {
    let test = TestOffice::new().await;
    let mut numbers = Vec::new();
    for sample in ["13-level-1", "14-level-5", "15-two-sites"] {
        numbers.push(test.issue_sample(sample).await.number);
    }
    let unknown = CredentialNumber::parse("CQC26ZNZ999999R0").unwrap();
    let before = test.server.kept.lock().unwrap().requests;
    let asked = [numbers.clone(), vec![unknown.clone()]].concat();
    let outcome = withdraw(&test, &asked).await;
    assert_eq!((outcome.made, outcome.known), (3, 0));
    // Three events and the three lists, in one submission; who is not on file stops no other.
    assert_eq!(outcome.delivered.documents, 6);
    assert_eq!(test.server.kept.lock().unwrap().requests, before + 1);
    assert!(matches!(outcome.left.as_slice(), [(number, _)] if *number == unknown));
    let again = withdraw(&test, &numbers).await;
    assert_eq!((again.made, again.known), (0, 3));
    assert_eq!(test.server.kept.lock().unwrap().requests, before + 1);
    assert!(again.is_whole());
}

#[tokio::test]
async fn a_refused_bundle_of_events_is_sent_singly() {
    let test = TestOffice::new().await;
    let mut numbers = Vec::new();
    for sample in ["13-level-1", "14-level-5"] {
        numbers.push(test.issue_sample(sample).await.number);
    }
    // The bundle, the bundle with new lists, and then one of the two with its lists, twice.
    test.server.will(&[Mood::Refuses("contentRefused"); 4]);
    let outcome = withdraw(&test, &numbers).await;
    assert_eq!(outcome.made, 2);
    assert_eq!(outcome.delivered.refused.len(), 1);
    assert_eq!(outcome.delivered.documents, 4);
}

#[tokio::test]
async fn what_was_prepared_when_the_process_died_is_delivered_first() {
    let test = TestOffice::new().await;
    let mut numbers = Vec::new();
    for sample in ["13-level-1", "14-level-5"] {
        numbers.push(test.issue_sample(sample).await.number);
    }
    test.server.will(&[Mood::Busy, Mood::Busy]);
    {
        let (mut office, keys) = test.open().await;
        let change = Change::Withdrawn {
            reason: EventReason::GraveNonconformity,
        };
        let asked = request(office.clock, "决定7", change);
        let stopped = act_on_many(&mut office, &keys, &numbers[..1], &asked).await;
        assert!(stopped.is_err(), "{stopped:?}");
    }
    let outcome = withdraw(&test, &numbers).await;
    assert_eq!((outcome.made, outcome.known), (1, 1));
    assert_eq!(outcome.delivered.documents, 8);
    assert!(outcome.is_whole());
}
