//! A certificate suspended and reinstated, and its surveillance recorded, through HTTP alone.

use touchstone_issuer::{casework::Approval, office::Clock};
use touchstone_schemas::{date_time::Date, jcs::to_canonical, lifecycle::EventKind};

use super::{
    super::staff::{key, now},
    browser::{Browser, hired, staffed, start},
};

/// Shown what is to be signed, signs it where the key is, brings the signature.
fn say(browser: &mut Browser, person: &str, measure: u32, fields: &[(&str, &str)]) {
    let shown = browser.post(&format!("/measures/{measure}/bundles"), fields);
    assert_eq!(shown.status, 200, "{person}: {}", shown.body);
    let file = browser.post(&format!("/measures/{measure}/bundle-files"), fields);
    let approval = Approval::sign(file.body.as_bytes(), &key(person)).unwrap();
    assert!(shown.body.contains(&approval.bundle.to_string()));
    let file = ("approval", "approval.json", &*to_canonical(&approval));
    let taken = browser.upload(&format!("/measures/{measure}/statements"), fields, file);
    assert_eq!(taken.status, 303, "{person}: {}", taken.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspension_is_proposed_decided_carried_out_and_lifted() {
    let test = hired().await;
    let number = test.issue_sample("01-in-force").await.number.to_string();
    let running = start(&test, Clock::System).await;
    let staff = staffed(&running);
    let at = |person: &str| staff.get(person).unwrap().clone();
    let page = at("监督").get(&format!("/certificates/{number}"));
    assert!(page.body.contains("action=\"/measures\""), "{}", page.body);
    assert!(
        !at("决定")
            .get(&format!("/certificates/{number}"))
            .body
            .contains("action=\"/measures\"")
    );
    for (measure, kind, reason, expected) in [
        (1, "suspended", "nonconformity", EventKind::Suspended),
        (2, "reinstated", "correctionVerified", EventKind::Reinstated),
    ] {
        let opened = [
            ("as", "surveillanceOfficer"),
            ("number", &*number),
            ("kind", kind),
            ("reason", reason),
            ("grounds", "<script>alert(1)</script> 示范事由"),
        ];
        let opened = at("监督").post("/measures", &opened);
        assert_eq!(
            (opened.status, opened.location()),
            (303, &*format!("/measures/{measure}")),
            "{}",
            opened.body
        );
        let file = ("file", "记录.pdf", &b"evidence"[..]);
        let attached = at("监督").upload(
            &format!("/measures/{measure}/files"),
            &[("as", "surveillanceOfficer")],
            file,
        );
        assert_eq!(attached.status, 303, "{}", attached.body);
        let proposal = [("as", "surveillanceOfficer"), ("statement", "proposal")];
        say(&mut at("监督"), "监督", measure, &proposal);
        let decision = [
            ("as", "decider"),
            ("statement", "measureDecision"),
            ("outcome", "agree"),
            ("reference", &*format!("决定-{measure}")),
            ("legalBasis", "CQC96-831151-2020"),
        ];
        if kind == "reinstated" {
            let early = at("决定").post(&format!("/measures/{measure}/bundles"), &decision);
            assert_eq!(early.status, 200);
            let verified = [
                ("as", "evaluator"),
                ("statement", "verification"),
                ("effective", "true"),
                ("note", "已核实"),
            ];
            say(&mut at("评价乙"), "评价乙", measure, &verified);
        }
        let page = at("决定").get(&format!("/measures/{measure}"));
        assert!(page.body.contains("value=\"measureDecision\""));
        assert!(!page.body.contains("<script>"));
        say(&mut at("决定"), "决定", measure, &decision);
        let done = at("监督").post(
            &format!("/measures/{measure}/events"),
            &[("as", "surveillanceOfficer")],
        );
        assert_eq!(done.status, 303, "{}", done.body);
        let kept = test.server.kept.lock().unwrap();
        assert_eq!(kept.events.last().unwrap().kind(), expected);
    }
    let evidence = at("决定").get("/measures/1");
    let (_, rest) = evidence.body.split_once("/measures/1/files/").unwrap();
    let digest = rest.split('"').next().unwrap();
    assert_eq!(
        at("决定").get(&format!("/measures/1/files/{digest}")).body,
        "evidence"
    );
    let trail = at("审计").get("/measures/2/trail.jsonl");
    assert_eq!(trail.body.lines().count(), 6);
    // A year on the surveillance stands in the worklist, and leads to the certificate.
    let day = Date::of(now()).add_days(340).unwrap();
    let worklist = at("监督").get(&format!("/worklist?on={day}"));
    assert!(
        worklist
            .body
            .contains(&format!("/certificates/{number}?version=1")),
        "{}",
        worklist.body
    );
    assert!(
        at("监督")
            .get("/worklist?kind=suspensionEnd")
            .body
            .contains("没有待办事项")
    );
    assert!(
        at("监督")
            .get("/measures?status=carriedOut")
            .body
            .contains("/measures/2")
    );
    let form = at("受理").get(&format!("/certificates/{number}/form"));
    assert!(form.body.contains("\"changes\""), "{}", form.body);
}
