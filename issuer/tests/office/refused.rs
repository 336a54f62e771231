//! Applications with faults: every fault listed, nothing stored, nothing numbered.

use std::path::PathBuf;

use serde_json::{Value, json};
use touchstone_issuer::issue::{ApplicationRefused, issue};

use crate::test_office::{TestOffice, demo};

/// Writes a sample with changes, beside its score sheets.
pub(crate) fn altered(test: &TestOffice, name: &str, alter: impl FnOnce(&mut Value)) -> PathBuf {
    let text = std::fs::read_to_string(demo().join("applications/01-in-force.json")).unwrap();
    let mut application: Value = serde_json::from_str(&text).unwrap();
    let sheet = demo().join("scores/level-3.json").canonicalize().unwrap();
    application["evaluation"]["scores"]["file"] = json!(sheet);
    alter(&mut application);
    let path = test.folder.join(format!("{name}.json"));
    std::fs::write(&path, serde_json::to_vec(&application).unwrap()).unwrap();
    path
}

async fn faults(test: &TestOffice, path: PathBuf) -> Vec<(String, &'static str)> {
    let (mut office, keys) = test.open().await;
    let (outcomes, _) = issue(&mut office, &keys, &[path]).await.unwrap();
    assert_eq!(
        office.store.credentials().await.unwrap(),
        Vec::new(),
        "nothing is stored"
    );
    match &outcomes[0].result {
        Err(ApplicationRefused::Findings(findings)) => findings
            .iter()
            .map(|finding| (finding.pointer.clone(), finding.code))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_fault_is_found() {
    type Alter = fn(&mut Value);
    let table: &[(&str, &str, &str, Alter)] = &[
        ("missing", "/scope", "missingMember", |a| {
            drop(a.as_object_mut().unwrap().remove("scope"))
        }),
        ("unknown", "/applicant/nickname", "unknownMember", |a| {
            a["applicant"]["nickname"] = json!("x")
        }),
        ("uscc", "/applicant/uscc", "wrongValue", |a| {
            a["applicant"]["uscc"] = json!("91310115MA1H8R7C6D")
        }),
        ("industry", "/industry/code", "wrongValue", |a| {
            a["industry"]["code"] = json!("4411")
        }),
        ("idle", "/applicant/inNormalOperation", "eligibility", |a| {
            a["applicant"]["inNormalOperation"] = json!(false);
        }),
        ("level", "/evaluation/level", "gradeFollowsFromScores", |a| {
            a["evaluation"]["level"] = json!(4)
        }),
        ("sheet", "/evaluation/scores", "scoreSheetDigest", |a| {
            a["evaluation"]["scores"]["sha256"] = json!("00".repeat(32));
        }),
        (
            "effective",
            "/certificate/validFrom",
            "effectiveBeforeDecision",
            |a| {
                a["decision"]["on"] = json!("@today");
                a["certificate"]["validFrom"] = json!("@today-1d");
            },
        ),
        ("old", "/certificate/validFrom", "issueDate", |a| {
            a["decision"]["on"] = json!("@today-4d");
            a["certificate"]["validFrom"] = json!("@today-4d");
        }),
        ("reviewer", "/review", "separationOfDuties", |a| {
            a["review"]["by"] = json!("YS-021")
        }),
        ("drafter", "/decision", "separationOfDuties", |a| {
            a["decision"]["by"] = json!("YS-011")
        }),
        ("decider", "/decision", "separationOfDuties", |a| {
            a["decision"]["by"] = json!("YS-041")
        }),
        ("approver", "/approvals/1", "separationOfDuties", |a| {
            a["approvals"][1]["by"] = json!("YS-051")
        }),
        ("office", "/approvals/0", "officeHeld", |a| {
            a["approvals"][0]["office"] = json!("主任")
        }),
        ("negative", "/decision/outcome", "positiveDecision", |a| {
            a["decision"]["outcome"] = json!("negative")
        }),
        ("against", "/decision/reason", "positiveDecision", |a| {
            a["review"]["recommendation"] = json!("negative");
        }),
        ("signatory", "/certificate/signatory", "signatoryEntitled", |a| {
            a["certificate"]["signatory"] = json!("某某");
        }),
        ("agreement", "/agreement/signedOn", "agreementSigned", |a| {
            a["agreement"]["signedOn"] = json!("@today+1d")
        }),
        ("order", "/review/on", "orderOfSteps", |a| {
            a["review"]["on"] = json!("@today-30d")
        }),
        ("claim", "/scope", "accreditationClaim", |a| {
            a["scope"] = json!("工信部认定的生产线")
        }),
        ("certification", "/scope", "schemeTexts", |a| {
            a["scope"] = json!("机床的生产（认证范围）")
        }),
        ("hidden", "/applicant/name", "wrongValue", |a| {
            a["applicant"]["name"] = json!("示范\u{200B}公司")
        }),
        ("lookalike", "/applicant/name", "plainText", |a| {
            a["applicant"]["name"] = json!("示范ＡＢ公司")
        }),
        ("sites", "/sites", "missingMember", |a| a["sites"] = json!([])),
        (
            "until",
            "/certificate/validUntil",
            "validityAndSurveillance",
            |a| {
                a["certificate"]["validUntil"] = json!("@today+1500d");
            },
        ),
        (
            "due",
            "/certificate/firstSurveillanceDue",
            "validityAndSurveillance",
            |a| {
                a["certificate"]["firstSurveillanceDue"] = json!("@today+400d");
            },
        ),
        ("number", "/certificate/number", "numberTemplate", |a| {
            a["certificate"]["number"] = json!("CQC26ZNZ000123R0");
        }),
        ("scheme", "/scheme", "schemeEdition", |a| {
            a["scheme"] = json!("cmmm-2031")
        }),
        ("real", "", "relativeDates", |a| {
            drop(a.as_object_mut().unwrap().remove("demonstration"))
        }),
        ("json", "", "malformedJson", |a| *a = Value::Null),
    ];
    let test = TestOffice::new().await;
    for (name, pointer, code, alter) in table {
        let path = altered(&test, name, alter);
        if *name == "json" {
            std::fs::write(&path, r#"{"scheme":"a","scheme":"b"}"#).unwrap();
        }
        let found = faults(&test, path).await;
        assert!(
            found.contains(&((*pointer).to_owned(), *code)),
            "{name}: {found:?}"
        );
        // Who does another's duty does not hold their office either, and nobody signs for an unknown scheme.
        let also = match *code {
            "separationOfDuties" => "officeHeld",
            "schemeEdition" => "signatoryEntitled",
            code => code,
        };
        assert!(
            found.iter().all(|(_, other)| other == code || *other == also),
            "{name}: {found:?}"
        );
    }
    // The next certificate has the first number: nothing was numbered.
    let stored = test.issue_sample("01-in-force").await;
    assert!(
        stored.number.as_str().ends_with("ZNZ000001R0"),
        "{}",
        stored.number
    );
}

#[tokio::test]
async fn all_faults_are_listed_at_once() {
    let test = TestOffice::new().await;
    let path = altered(&test, "many", |a| {
        a.as_object_mut().unwrap().remove("scope");
        a["applicant"]["uscc"] = json!("91310115MA1H8R7C6D");
        a["industry"]["code"] = json!("C44");
        a["evaluation"]["level"] = json!(5);
        a["review"]["by"] = json!("YS-034");
        a["decision"]["on"] = json!("@today");
        a["certificate"]["validFrom"] = json!("@today-1d");
    });
    let found = faults(&test, path).await;
    for (pointer, code) in [
        ("/scope", "missingMember"),
        ("/applicant/uscc", "wrongValue"),
        ("/industry/code", "wrongValue"),
        ("/evaluation/level", "gradeFollowsFromScores"),
        ("/review", "separationOfDuties"),
        ("/certificate/validFrom", "effectiveBeforeDecision"),
    ] {
        assert!(found.contains(&(pointer.to_owned(), code)), "{code}: {found:?}");
    }
}

#[tokio::test]
async fn a_refused_file_does_not_hold_up_the_others() {
    let test = TestOffice::new().await;
    let bad = altered(&test, "bad", |a| a["evaluation"]["level"] = json!(1));
    let good = demo().join("applications/13-level-1.json");
    let (mut office, keys) = test.open().await;
    let (outcomes, _) = issue(&mut office, &keys, &[bad, good]).await.unwrap();
    let issued: Vec<bool> = outcomes.iter().map(|outcome| outcome.result.is_ok()).collect();
    assert_eq!(issued, vec![false, true]);
}
