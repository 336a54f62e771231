//! Measures on certificates in force, by tokens: opened, proposed, verified, decided, carried out, each once.

use serde_json::{Value, json};
use touchstone_issuer::{office::Clock, token::Scope};

use super::{
    super::browser::{Running, hired, start},
    client::{Client, Reply, approved, token},
};
use crate::test_office::TestOffice;

const OFFICER: [Scope; 5] = [
    Scope::Read,
    Scope::Oversee,
    Scope::Attach,
    Scope::Judge,
    Scope::Issue,
];

async fn client(test: &TestOffice, running: &Running, person: &str, scopes: &[Scope]) -> Client {
    Client::new(running, Some(&token(test, person, scopes).await))
}

fn say(client: &Client, person: &str, measure: u64, (kind, statement): (&str, Value)) -> Reply {
    let path = format!("/api/measures/{measure}");
    let mut said = json!({ "kind": kind, "statement": statement });
    said["approval"] = approved(client, person, &path, &said);
    client.post(&format!("{path}/statements"), &format!("{kind}-{measure}"), &said)
}

fn opened(client: &Client, key: &str, number: &str, kind: &str, reason: &str) -> Reply {
    let wanted = json!({ "grounds": "示范事由", "kind": kind, "number": number, "reason": reason });
    client.post("/api/measures", key, &wanted)
}

fn decision(reference: &str) -> (&'static str, Value) {
    let decision = json!({ "legalBasis": "CQC96-831151-2020", "outcome": "agree", "reference": reference });
    ("measureDecision", decision)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspension_and_its_end_go_their_way_by_tokens_each_act_once() {
    let test = hired().await;
    let number = test.issue_sample("01-in-force").await.number.to_string();
    let running = start(&test, Clock::System).await;
    let officer = client(&test, &running, "监督", &OFFICER).await;
    let decider = client(&test, &running, "决定", &[Scope::Judge, Scope::Read]).await;
    let evaluator = client(&test, &running, "评价甲", &[Scope::Judge]).await;

    let first = opened(&officer, "open", &number, "suspended", "nonconformity");
    assert_eq!(
        (first.status, &first.json()["status"]),
        (201, &json!("draft")),
        "{first:?}"
    );
    let attached = officer.send(
        "/api/measures/1/files?name=record.pdf",
        &[("content-type", "application/pdf"), ("idempotency-key", "file")],
        b"%PDF-1.7 seen on site",
    );
    assert_eq!(attached.status, 200, "{attached:?}");
    // The same key gives the same answer, though the measure has gone on.
    assert_eq!(
        opened(&officer, "open", &number, "suspended", "nonconformity").body,
        first.body
    );
    let digest = attached.json()["attachments"][0]["digest"]
        .as_str()
        .unwrap()
        .to_owned();
    let read = decider.get(&format!("/api/measures/1/files/{digest}"));
    assert_eq!((read.status, &*read.body), (200, &b"%PDF-1.7 seen on site"[..]));

    let proposed = say(&officer, "监督", 1, ("proposal", json!({})));
    assert_eq!(
        (proposed.status, &proposed.json()["status"]),
        (200, &json!("proposed")),
        "{proposed:?}"
    );
    let decided = say(&decider, "决定", 1, decision("暂停-1"));
    assert_eq!(
        (decided.status, &decided.json()["status"]),
        (200, &json!("agreed")),
        "{decided:?}"
    );
    let nobodys = officer.post("/api/events", "e", &json!({ "measures": [9] }));
    assert_eq!(
        (nobodys.status, &*nobodys.code()),
        (422, "notOnFile"),
        "{nobodys:?}"
    );
    let carried = officer.post("/api/events", "carry-1", &json!({ "measures": [1] }));
    assert_eq!(
        (carried.status, &carried.json()["events"][0]["kind"]),
        (200, &json!("suspended")),
        "{carried:?}"
    );
    assert_eq!(carried.json()["left"], json!([]));
    let requests = test.server.kept.lock().unwrap().requests;
    assert_eq!(
        officer
            .post("/api/events", "carry-1", &json!({ "measures": [1] }))
            .body,
        carried.body
    );
    assert_eq!(test.server.kept.lock().unwrap().requests, requests);

    // What the rules would not take now is not opened; what is missing is named.
    let twice = opened(&officer, "again", &number, "suspended", "nonconformity");
    assert_eq!(
        (twice.status, &*twice.code()),
        (422, "refusedByRules"),
        "{twice:?}"
    );
    let unknown = opened(
        &officer,
        "other",
        "CQC26ZNZ999999R0",
        "suspended",
        "nonconformity",
    );
    assert_eq!(
        (unknown.status, &*unknown.code()),
        (422, "notOnFile"),
        "{unknown:?}"
    );
    let bare = json!({ "grounds": "示范事由", "kind": "reinstated", "number": number });
    let bare = officer.post("/api/measures", "bare", &bare);
    assert_eq!(
        (&*bare.code(), &bare.json()["pointer"]),
        ("malformedBody", &json!("/reason"))
    );

    let lifted = opened(&officer, "lift", &number, "reinstated", "correctionVerified");
    assert_eq!(lifted.json()["measure"], 2, "{lifted:?}");
    assert_eq!(
        say(&officer, "监督", 2, ("proposal", json!({ "note": "已纠正" }))).status,
        200
    );
    let found = json!({ "effective": true, "note": "已核实" });
    assert_eq!(say(&evaluator, "评价甲", 2, ("verification", found)).status, 200);
    assert_eq!(say(&decider, "决定", 2, decision("恢复-1")).status, 200);
    let carried = officer.post("/api/events", "carry-2", &json!({ "measures": [1, 2] }));
    assert_eq!(
        carried.json()["events"].as_array().unwrap().len(),
        2,
        "{carried:?}"
    );

    let listed = decider.get("/api/measures?status=carriedOut").json();
    assert_eq!(listed["measures"].as_array().unwrap().len(), 2, "{listed}");
    let journal = decider.get("/api/measures/2/journal").json();
    assert_eq!(
        (&journal["measure"], journal["acts"].as_array().unwrap().len()),
        (&json!(2), 5)
    );
    let due = decider.get("/api/worklist");
    assert_eq!((due.status, &due.json()["tasks"]), (200, &json!([])), "{due:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_decides_what_they_proposed_and_a_draft_is_given_up() {
    let test = hired().await;
    let number = test.issue_sample("13-level-1").await.number.to_string();
    let running = start(&test, Clock::System).await;
    let officer = client(&test, &running, "监督", &OFFICER).await;
    let without = client(&test, &running, "监督", &[Scope::Read]).await;
    assert_eq!(
        opened(&without, "k", &number, "withdrawn", "falseStatements").code(),
        "scopeMissing"
    );
    assert_eq!(
        opened(&officer, "k", &number, "withdrawn", "falseStatements").status,
        201
    );
    assert_eq!(say(&officer, "监督", 1, ("proposal", json!({}))).status, 200);
    let own = json!({ "kind": decision("撤销-1").0, "statement": decision("撤销-1").1 });
    let headers = [("content-type", "application/json")];
    let bundle = officer.send("/api/measures/1/bundles", &headers, own.to_string().as_bytes());
    assert_eq!(
        (bundle.status, &*bundle.code()),
        (403, "roleMissing"),
        "{bundle:?}"
    );
    let early = officer.post("/api/events", "early", &json!({ "measures": [1] }));
    assert_eq!(
        (early.status, &early.json()["events"]),
        (200, &json!([])),
        "{early:?}"
    );
    assert_eq!(early.json()["left"][0]["measure"], 1);
    let dropped = officer.post("/api/measures/1/closures", "drop", &json!({ "reason": "撤回" }));
    assert_eq!(
        (dropped.status, &dropped.json()["status"]),
        (200, &json!("dropped")),
        "{dropped:?}"
    );
}
