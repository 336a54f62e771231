//! A mass withdrawal as the office decides it: a measure each, one submission, and again nothing.

use touchstone_issuer::after_issue::{MeasureKind, MeasureOutcome, MeasureStatus, carry_out};
use touchstone_schemas::lifecycle::EventReason;

use super::measures::{decider, decision, in_force, officer, open, proposal, say, terms};
use crate::{log_server::Mood, test_office::TestOffice};

#[tokio::test]
async fn many_are_withdrawn_by_measures_in_one_submission_and_again_changes_nothing() {
    let test = TestOffice::new().await;
    let mut numbers = Vec::new();
    for sample in ["13-level-1", "14-level-5", "15-two-sites", "02-workshop"] {
        numbers.push(test.issue_sample(sample).await.number);
    }
    let (mut office, keys, last) = in_force(&test).await;
    numbers.push(last);
    office.papers.config.issuer.test = false;
    let mut measures = Vec::new();
    for number in &numbers {
        let withdrawn = terms(MeasureKind::Withdrawn, Some(EventReason::FalseStatements));
        let measure = open(&mut office, number, withdrawn).await.unwrap();
        say(&mut office, measure, &officer(), proposal()).await.unwrap();
        measures.push(measure);
    }
    // The last is proposed and not decided: it stops no other, and stays as it is.
    let (undecided, decided) = measures.split_last().unwrap();
    for measure in decided {
        let agreed = decision(MeasureOutcome::Agree, "示范决定-批量撤销");
        say(&mut office, *measure, &decider(), agreed).await.unwrap();
    }
    let before = test.server.kept.lock().unwrap().requests;
    let outcome = carry_out(&mut office, &keys, &measures).await.unwrap();
    assert_eq!(outcome.events.len(), decided.len());
    assert!(
        matches!(outcome.left.as_slice(), [(number, _)] if number == undecided),
        "{:?}",
        outcome.left
    );
    // Every event and the three lists, in one submission.
    assert_eq!(outcome.delivered.documents, decided.len() + 3);
    assert_eq!(test.server.kept.lock().unwrap().requests, before + 1);
    let again = carry_out(&mut office, &keys, decided).await.unwrap();
    assert!(again.is_whole());
    assert_eq!(
        (again.events.len(), again.delivered.documents),
        (decided.len(), 0)
    );
    assert_eq!(test.server.kept.lock().unwrap().requests, before + 1);
    let left = office.store.measure(*undecided).await.unwrap().unwrap();
    assert_eq!(left.status(), MeasureStatus::Proposed);
}

#[tokio::test]
async fn a_mass_withdrawal_that_the_registry_was_too_busy_for_goes_on() {
    let test = TestOffice::new().await;
    let first = test.issue_sample("13-level-1").await.number;
    let (mut office, keys, second) = in_force(&test).await;
    let numbers = [first, second];
    let mut measures = Vec::new();
    for number in &numbers {
        let withdrawn = terms(MeasureKind::Withdrawn, Some(EventReason::GraveNonconformity));
        let measure = open(&mut office, number, withdrawn).await.unwrap();
        say(&mut office, measure, &officer(), proposal()).await.unwrap();
        let agreed = decision(MeasureOutcome::Agree, "示范决定-批量撤销");
        say(&mut office, measure, &decider(), agreed).await.unwrap();
        measures.push(measure);
    }
    test.server.will(&[Mood::Busy, Mood::Busy]);
    let stopped = carry_out(&mut office, &keys, &measures).await;
    assert!(stopped.is_err(), "{stopped:?}");
    let outcome = carry_out(&mut office, &keys, &measures).await.unwrap();
    assert!(outcome.is_whole(), "{:?}", outcome.left);
    assert_eq!((outcome.events.len(), outcome.delivered.documents), (2, 5));
}
