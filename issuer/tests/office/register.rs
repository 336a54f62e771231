//! Applications against what is on file: the same again, a recertification, a client whose certificate was withdrawn.

use serde_json::{Value, json};
use touchstone_issuer::{
    issue::{ApplicationRefused, Outcome, issue},
    lifecycle_actions::act,
};
use touchstone_schemas::lifecycle::{Change, EventReason};

use crate::{
    events::request,
    refused::altered,
    test_office::{TestOffice, demo, only},
};

fn codes(outcome: &Outcome) -> Vec<(&str, &'static str)> {
    match &outcome.result {
        Err(ApplicationRefused::Findings(findings)) => {
            findings.iter().map(|it| (it.pointer.as_str(), it.code)).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_application_is_known_by_what_it_says_and_a_duplicate_is_told() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    let file = altered(&test, "once", |_| {});
    let document: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let laid_out = test.folder.join("laid-out.json");
    std::fs::write(&laid_out, serde_json::to_vec_pretty(&document).unwrap()).unwrap();
    let files = [file.clone(), laid_out.clone()];
    let (outcomes, _) = issue(&mut office, &keys, &files).await.unwrap();
    let number = &outcomes[0].result.as_ref().unwrap().number;
    assert!(
        matches!(&outcomes[1].result, Err(ApplicationRefused::Duplicate { of }) if *of == file),
        "{:?}",
        outcomes[1]
    );
    let (again, delivered) = issue(&mut office, &keys, &[laid_out]).await.unwrap();
    assert_eq!((&only(again).number, delivered.documents), (number, 0));
}

#[tokio::test]
async fn a_missing_score_sheet_is_listed_with_the_other_faults() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    let file = altered(&test, "no-sheet", |a| {
        a["evaluation"]["scores"]["file"] = json!("nowhere.json");
        a["review"]["by"] = json!("YS-034");
        a.as_object_mut().unwrap().remove("scope");
    });
    let (outcomes, _) = issue(&mut office, &keys, &[file]).await.unwrap();
    let found = codes(&outcomes[0]);
    for wanted in [
        ("/evaluation/scores/file", "scoreSheet"),
        ("/review", "separationOfDuties"),
        ("/scope", "missingMember"),
    ] {
        assert!(found.contains(&wanted), "{found:?}");
    }
}

#[tokio::test]
async fn a_recertification_follows_a_certificate_of_the_same_holder_on_file() {
    let test = TestOffice::new().await;
    let number = test.issue_sample("01-in-force").await.number;
    let (mut office, keys) = test.open().await;
    let unknown = altered(&test, "unknown", |a| {
        a["certificate"]["recertifies"] = json!("CQC26ZNZ000999R0");
    });
    let foreign = altered(&test, "foreign", |a| {
        a["certificate"]["recertifies"] = json!(number);
        a["applicant"]["uscc"] = json!("91610113MA1YX013XR");
    });
    let good = altered(&test, "good", |a| a["certificate"]["recertifies"] = json!(number));
    let (outcomes, _) = issue(&mut office, &keys, &[unknown, foreign, good])
        .await
        .unwrap();
    for refused in &outcomes[..2] {
        assert_eq!(codes(refused), [("/certificate/recertifies", "recertifies")]);
    }
    let issued = outcomes[2].result.as_ref().unwrap();
    assert_eq!(
        issued.number.as_str(),
        number.as_str().replace("R0", "R1"),
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn after_a_withdrawal_a_new_application_needs_a_recorded_reason() {
    let test = TestOffice::new().await;
    let number = test.issue_sample("01-in-force").await.number;
    let (mut office, keys) = test.open().await;
    let withdrawn = Change::Withdrawn {
        reason: EventReason::GraveNonconformity,
    };
    let asked = request(office.clock, "撤销1", withdrawn);
    act(&mut office, &keys, &number, None, &asked).await.unwrap();
    let again = altered(&test, "again", |a| {
        a["evaluation"]["report"]["number"] = json!("二")
    });
    let reasoned = altered(&test, "reasoned", |a| {
        a["decision"]["afterWithdrawal"] = json!("撤销原因已消除，经主任同意");
    });
    // Another organisation is not concerned.
    let other = demo().join("applications/13-level-1.json");
    let (outcomes, _) = issue(&mut office, &keys, &[again, reasoned, other])
        .await
        .unwrap();
    assert_eq!(
        codes(&outcomes[0]),
        [("/decision/afterWithdrawal", "appliesAfterWithdrawal")]
    );
    assert!(outcomes[1].result.as_ref().unwrap().receipt.is_some());
    assert!(outcomes[2].result.as_ref().unwrap().receipt.is_some());
}
