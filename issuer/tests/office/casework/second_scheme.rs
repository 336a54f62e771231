//! A scheme that no program knows: GB/T 36073-2018, added by files alone, from an application to a certificate.

use touchstone_issuer::{
    casework::{AttachmentPurpose, Form, Intake, ReportReference, Role, desk, issue_case},
    config::Folder,
    office::{Clock, Office, OfficeError},
    qr::Symbol,
};
use touchstone_schemas::{date_time::Date, decode::read, digest::Sha256Digest};
use touchstone_verifier::report::Headline;

use super::staff::{act, declared, hire, judged_up_to, now, own, text};
use crate::test_office::{Root, TestOffice, demo};

/// The body of the demonstration, with a second scheme.
fn body() -> serde_json::Value {
    let text = std::fs::read_to_string(demo().join("profile.json")).unwrap();
    let mut body: serde_json::Value = serde_json::from_str(&text).unwrap();
    let scheme = serde_json::json!({ "edition": "dcmm-2018", "since": "2020-10-01" });
    body["schemes"].as_array_mut().unwrap().push(scheme);
    body["signatories"][0]["schemes"]
        .as_array_mut()
        .unwrap()
        .push("dcmm-2018".into());
    body
}

fn add_files(test: &TestOffice) {
    let to = test.folder.join("issuer/schemes/dcmm-2018");
    std::fs::create_dir_all(&to).unwrap();
    for entry in std::fs::read_dir(demo().join("schemes/dcmm-2018")).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn form() -> Form {
    let path = demo().join("applications/15-two-sites.json");
    let mut document: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for member in [
        "evaluation",
        "drafting",
        "review",
        "approvals",
        "decision",
        "certificate",
    ] {
        document.as_object_mut().unwrap().remove(member);
    }
    document["scheme"] = "dcmm-2018".into();
    document["scope"] = "生产经营数据的管理和应用".into();
    document["agreement"]["signedOn"] = Date::of(now()).add_days(-30).unwrap().to_string().into();
    Form::read(document.to_string().as_bytes()).unwrap()
}

#[tokio::test]
async fn a_scheme_added_by_files_is_applied_for_scored_signed_and_verified() {
    let test = TestOffice::of_body(Root::Test, Clock::System.now(), Some(body())).await;
    let unknown = Office::open(Folder::new(test.folder.join("issuer")), Clock::System).await;
    assert!(
        matches!(unknown.err(), Some(OfficeError::Scheme(_))),
        "no program knows it"
    );
    add_files(&test);
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let clerk = own("受理", Role::Clerk);
    let case = desk::open_case(&office.papers, &mut office.store, &clerk, form(), now())
        .await
        .unwrap();
    let number = case.number();
    let assigned =
        touchstone_issuer::casework::CaseContent::Assigned(touchstone_issuer::casework::Assigned {
            evaluator: text("评价甲"),
        });
    act(&mut office, number, &clerk, assigned).await.unwrap();
    let evaluator = own("评价甲", Role::Evaluator);
    let free = touchstone_issuer::casework::CaseContent::Declared(declared());
    act(&mut office, number, &evaluator, free).await.unwrap();
    let report = Intake {
        name: text("报告.pdf"),
        media_type: text("application/pdf"),
        purpose: AttachmentPurpose::Report,
        bytes: b"%PDF-1.7 data management".to_vec(),
    };
    let digest = Sha256Digest::of(&report.bytes);
    desk::attach(&mut office.store, number, &evaluator, report, now())
        .await
        .unwrap();
    let sheet = std::fs::read(demo().join("scores/dcmm-level-3.json")).unwrap();
    let draft = desk::EvaluationDraft {
        assessed_on: Date::of(now()).add_days(-5).unwrap(),
        findings: Vec::new(),
        report: ReportReference {
            digest,
            number: text("YS-SJG-1"),
        },
        sheet: read(&sheet, 1 << 20).unwrap(),
        technical_support: None,
    };
    let evaluated = desk::evaluate(
        &office.papers,
        &mut office.store,
        number,
        &evaluator,
        draft,
        now(),
    )
    .await;
    assert_eq!(evaluated.unwrap().level(), Some(3));
    judged_up_to(&mut office, number, "signing").await;
    let (stored, delivered) = issue_case(&mut office, &keys, number).await.unwrap();
    assert!(delivered.is_whole(), "{delivered:?}");
    assert!(stored.number.as_str().contains("SJG"), "{}", stored.number);
    let credential = stored.credential().unwrap();
    assert_eq!(credential.scheme.standards[0].number.as_str(), "GB/T 36073-2018");
    assert_eq!(credential.grade.stage.as_str(), "稳健级");
    let signed = stored.signed.unwrap();
    // The symbol carries the scheme's texts themselves: no verifier has a table of them.
    let symbol = Symbol::of(&signed, 1).unwrap();
    let profile = office.papers.profile().unwrap().clone();
    let digits = symbol.link().split_once("/v#").unwrap().1;
    let decoded = touchstone_verifier::qr::decode(digits, &|number| (number == 1).then(|| profile.clone()));
    assert_eq!(decoded.unwrap().document, signed);
    let report = crate::good_road::report(&test, String::from_utf8(signed).unwrap(), stored.receipt);
    assert_eq!(report.headline, Headline::InForce, "{report:#?}");
}

#[tokio::test]
async fn files_of_a_scheme_that_do_not_fit_are_named() {
    let test = TestOffice::of_body(Root::Test, Clock::System.now(), Some(body())).await;
    add_files(&test);
    let at = test.folder.join("issuer/schemes/dcmm-2018");
    let open = || Office::open(Folder::new(test.folder.join("issuer")), Clock::System);
    let told = |office: Result<Office, OfficeError>| office.err().unwrap().to_string();
    let sound = std::fs::read_to_string(at.join("scheme.json")).unwrap();
    std::fs::write(
        at.join("scheme.json"),
        sound.replace("\"dcmm-2018\"", "\"dcmm-2031\""),
    )
    .unwrap();
    assert!(told(open().await).contains("holds dcmm-2031"));
    std::fs::write(at.join("scheme.json"), sound).unwrap();
    std::fs::copy(at.join("requirements-demo.json"), at.join("requirements-2.json")).unwrap();
    assert!(told(open().await).contains("2 files requirements*.json"));
    std::fs::remove_file(at.join("requirements-2.json")).unwrap();
    std::fs::remove_file(at.join("weights-demo.json")).unwrap();
    assert!(told(open().await).contains("weights-*.json"));
}
