//! A complaint through HTTP alone, from receipt to answer.

use touchstone_issuer::{casework::Approval, office::Clock};
use touchstone_schemas::{date_time::Date, jcs::to_canonical};

use super::{
    super::staff::{key, now},
    browser::{hired, staffed, start},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_complaint_is_received_acknowledged_decided_and_closed() {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    let staff = staffed(&running);
    let at = |person: &str| staff.get(person).unwrap().clone();
    let today = Date::of(now()).to_string();
    let received = [
        ("as", "clerk"),
        ("kind", "complaint"),
        ("subject", "<b>示范投诉</b>"),
        ("account", "示范内容"),
        ("sender", "示范联系人"),
        ("receivedOn", &*today),
    ];
    let taken = at("受理").post("/complaints", &received);
    assert_eq!(
        (taken.status, taken.location()),
        (303, "/complaints/1"),
        "{}",
        taken.body
    );
    let note = [("as", "surveillanceOfficer"), ("note", "已告知受理")];
    assert_eq!(
        at("监督").post("/complaints/1/acknowledgements", &note).status,
        303
    );
    let page = at("决定").get("/complaints/1");
    assert!(
        page.body.contains("action=\"/complaints/1/bundles\""),
        "{}",
        page.body
    );
    assert!(!page.body.contains("<b>"));
    let decision = [
        ("as", "decider"),
        ("outcome", "upheld"),
        ("reference", "投诉决定-1"),
        ("reason", "已改进"),
    ];
    let shown = at("决定").post("/complaints/1/bundles", &decision);
    assert_eq!(shown.status, 200, "{}", shown.body);
    let file = at("决定").post("/complaints/1/bundle-files", &decision);
    let approval = Approval::sign(file.body.as_bytes(), &key("决定")).unwrap();
    assert!(shown.body.contains(&approval.bundle.to_string()));
    let file = ("approval", "approval.json", &*to_canonical(&approval));
    let taken = at("决定").upload("/complaints/1/statements", &decision, file);
    assert_eq!(taken.status, 303, "{}", taken.body);
    let told = [("as", "clerk"), ("note", "已书面告知结果")];
    assert_eq!(at("受理").post("/complaints/1/closures", &told).status, 303);
    assert!(
        at("审计")
            .get("/complaints?status=closed")
            .body
            .contains("/complaints/1")
    );
    assert_eq!(
        at("审计").get("/complaints/1/trail.jsonl").body.lines().count(),
        4
    );
    assert_eq!(at("复核").get("/complaints/1").status, 403);
}
