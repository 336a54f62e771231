//! Each role in turn brings one application to a signed credential, through HTTP alone.

use touchstone_issuer::{
    casework::{Approval, Case, Status},
    office::Clock,
};
use touchstone_schemas::{date_time::Date, jcs::to_canonical};

use super::{
    super::staff::{evaluation, form, key, now, report},
    browser::{Browser, hired, staffed, start},
};

/// Shown what is to be signed, signs it where the key is, brings the signature.
pub(super) fn judge(browser: &mut Browser, person: &str, case: u32, fields: &[(&str, &str)]) {
    let shown = browser.post(&format!("/cases/{case}/bundles"), fields);
    assert_eq!(shown.status, 200, "{person}: {}", shown.body);
    let file = browser.post(&format!("/cases/{case}/bundle-files"), fields);
    let approval = Approval::sign(file.body.as_bytes(), &key(person)).unwrap();
    assert!(shown.body.contains(&approval.bundle.to_string()));
    let file = ("approval", "approval.json", &*to_canonical(&approval));
    let taken = browser.upload(&format!("/cases/{case}/judgements"), fields, file);
    assert_eq!(taken.status, 303, "{person}: {}", taken.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_in_turn_brings_an_application_to_a_certificate() {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    let staff = staffed(&running);
    let at = |person: &str| staff.get(person).unwrap().clone();
    let day = |days| Date::of(now()).add_days(days).unwrap().to_string();

    let application = form("01-in-force");
    let file = ("application", "form.json", application.canonical());
    let taken = at("受理").upload("/cases", &[("as", "clerk")], file);
    assert_eq!(
        (taken.status, taken.location()),
        (303, "/cases/1"),
        "{}",
        taken.body
    );
    let assigned = at("受理").post(
        "/cases/1/assignments",
        &[("as", "clerk"), ("evaluator", "评价甲")],
    );
    assert_eq!(assigned.status, 303, "{}", assigned.body);
    let declared = [
        ("as", "evaluator"),
        ("coversFrom", &*day(-800)),
        ("interest", "none"),
    ];
    assert_eq!(at("评价甲").post("/cases/1/declarations", &declared).status, 303);
    let file = ("file", "报告.pdf", &*report().bytes);
    let attached = at("评价甲").upload(
        "/cases/1/files",
        &[("as", "evaluator"), ("purpose", "report")],
        file,
    );
    assert_eq!(attached.status, 303, "{}", attached.body);
    let file = ("evaluation", "evaluation.json", &*to_canonical(&evaluation(3)));
    let evaluated = at("评价甲").upload("/cases/1/evaluations", &[("as", "evaluator")], file);
    assert_eq!(evaluated.status, 303, "{}", evaluated.body);
    let page = at("决定").get("/cases/1");
    assert!(page.body.contains("class=\"radar\"") && page.body.contains("已做"));

    judge(
        &mut at("复核"),
        "复核",
        1,
        &[
            ("as", "reviewer"),
            ("stage", "review"),
            ("recommendation", "positive"),
        ],
    );
    judge(
        &mut at("处长"),
        "处长",
        1,
        &[("as", "approver"), ("stage", "division")],
    );
    judge(
        &mut at("主任"),
        "主任",
        1,
        &[("as", "approver"), ("stage", "director")],
    );
    let granted = [
        ("as", "decider"),
        ("stage", "decision"),
        ("outcome", "grant"),
        ("reference", "示范决定-77"),
    ];
    judge(&mut at("决定"), "决定", 1, &granted);
    assert_eq!(
        at("受理")
            .post("/cases/1/tasks", &[("as", "clerk"), ("stage", "fee")])
            .status,
        303
    );
    let opinion = [
        ("as", "signatory"),
        ("stage", "signing"),
        ("opinion", "同意签发"),
        ("validFrom", &*day(0)),
    ];
    judge(&mut at("签发"), "签发", 1, &opinion);
    assert!(at("签发").get("/cases?stage=queue").body.contains("/cases/1"));
    let issued = at("签发").post("/cases/1/certificates", &[("as", "signatory")]);
    assert_eq!(issued.status, 303, "{}", issued.body);

    let (mut office, _) = test.open().await;
    let case: Case = office.store.case(1).await.unwrap().unwrap();
    let Status::Issued { number, .. } = case.status() else {
        panic!("{:?}", case.status());
    };
    assert_eq!(test.server.kept.lock().unwrap().credentials.len(), 1);
    assert!(at("受理").get("/cases/1").body.contains(number.as_str()));
    let trail = at("受理").get("/cases/1/trail.csv");
    assert!(trail.headers["content-disposition"].starts_with("attachment"));
    assert_eq!(
        trail.body.lines().count(),
        usize::try_from(case.acts()).unwrap() + 1
    );
    // What was read is on record.
    let digest = case.attachments()[0].digest;
    let read = at("决定").get(&format!("/cases/1/files/{digest}"));
    assert_eq!((read.status, read.body.as_bytes()), (200, &*report().bytes));
    assert_eq!(office.store.attachment_accesses(1).await.unwrap().len(), 1);
}
