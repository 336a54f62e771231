//! An appeal by tokens: whoever had part in what it is about does not decide on it.

use serde_json::{Value, json};
use touchstone_issuer::{office::Clock, token::Scope};
use touchstone_schemas::jcs::to_canonical;

use super::{
    super::{
        super::staff::key,
        browser::{hired, start},
    },
    client::{Client, token},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_appeal_is_received_acknowledged_decided_and_closed() {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    let clerk = Client::new(
        &running,
        Some(&token(&test, "受理", &[Scope::Answer, Scope::Read]).await),
    );
    let decider = Client::new(
        &running,
        Some(&token(&test, "决定", &[Scope::Judge, Scope::Read]).await),
    );
    let reviewer = Client::new(&running, Some(&token(&test, "复核", &[Scope::Read]).await));
    let incoming = json!({
        "account": "<script>alert(1)</script> 对决定不服", "kind": "appeal", "sender": "示范企业 quality@holder.example",
        "subject": "申诉",
    });
    let received = clerk.post("/api/complaints", "in", &incoming);
    assert_eq!(
        (received.status, &received.json()["complaint"]),
        (201, &json!(1)),
        "{received:?}"
    );
    assert_eq!(clerk.post("/api/complaints", "in", &incoming).body, received.body);
    // Senders are named in it: it is for those who answer.
    assert_eq!(reviewer.get("/api/complaints/1").code(), "roleMissing");
    let unknown = json!({
        "account": "x", "concern": { "case": 77 }, "kind": "complaint", "sender": "x", "subject": "x",
    });
    let unknown = clerk.post("/api/complaints", "unknown", &unknown);
    assert_eq!(
        (unknown.status, &*unknown.code()),
        (422, "notOnFile"),
        "{unknown:?}"
    );
    let note = json!({ "note": "已告知" });
    let acknowledged = clerk.post("/api/complaints/1/acknowledgements", "ack", &note);
    assert_eq!(acknowledged.json()["status"], "acknowledged", "{acknowledged:?}");
    let decision = json!({ "outcome": "rejected", "reason": "证据充分", "reference": "申诉决定-1" });
    let headers = [("content-type", "application/json")];
    let bundle = decider.send(
        "/api/complaints/1/bundles",
        &headers,
        decision.to_string().as_bytes(),
    );
    let approval = touchstone_issuer::casework::Approval::sign(&bundle.body, &key("决定")).unwrap();
    let approval: Value = serde_json::from_slice(&to_canonical(&approval)).unwrap();
    let decided = json!({ "approval": approval, "decision": decision });
    let decided = decider.post("/api/complaints/1/statements", "decide", &decided);
    assert_eq!(
        (decided.status, &decided.json()["status"]),
        (200, &json!("decided")),
        "{decided:?}"
    );
    let closed = clerk.post("/api/complaints/1/closures", "close", &note);
    assert_eq!(closed.json()["status"], "closed", "{closed:?}");
    let listed = decider.get("/api/complaints?status=closed").json();
    assert_eq!(listed["complaints"].as_array().unwrap().len(), 1);
    assert_eq!(
        decider.get("/api/complaints/1/journal").json()["acts"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
}
