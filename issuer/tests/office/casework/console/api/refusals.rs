//! What is refused, by its code, and that it did nothing.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;
use touchstone_issuer::{office::Clock, token::Scope};

use super::{
    super::{
        super::staff::evaluated,
        browser::{hired, start},
    },
    client::{Client, drafted, form, token},
};

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_of_its_form_is_told_with_its_place() {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    let clerk = Client::new(&running, Some(&token(&test, "受理", &Scope::ALL).await));
    let key = ("idempotency-key", "a");
    let bodies: [(&[u8], &str); 6] = [
        (b"", "malformedJson"),
        (b"{\"evaluator\":\"a\",\"evaluator\":\"b\"}", "malformedJson"),
        (b"{\"evaluator\":1.0}", "malformedJson"),
        (b"{\"evaluator\":7}", "malformedBody"),
        (b"{\"evaluator\":\"a\",\"more\":1}", "malformedBody"),
        ("{\"evaluator\":\"a\u{202e}b\"}".as_bytes(), "malformedBody"),
    ];
    assert_eq!(clerk.post("/api/cases", "open", &form("01-in-force")).status, 201);
    for (body, code) in bodies {
        let refused = clerk.send("/api/cases/1/assignments", &[JSON, key], body);
        assert_eq!((refused.status, &*refused.code()), (400, code), "{refused:?}");
    }
    let unknown = clerk.send(
        "/api/cases/1/assignments",
        &[JSON, key],
        b"{\"evaluator\":\"a\",\"more\":1}",
    );
    assert_eq!(unknown.json()["pointer"], "/more");
    let text = [("content-type", "text/plain"), key];
    assert_eq!(
        clerk.send("/api/cases/1/assignments", &text, b"{}").code(),
        "unsupportedMediaType"
    );
    assert_eq!(
        clerk.send("/api/cases/1/assignments", &[JSON], b"{}").code(),
        "idempotencyKeyMissing"
    );
    let long = "k".repeat(65);
    for bad in ["", "a b", "\"", "a\"b", &long] {
        let refused = clerk.send(
            "/api/cases/1/assignments",
            &[JSON, ("idempotency-key", bad)],
            b"{}",
        );
        assert_eq!(refused.code(), "idempotencyKeyMalformed", "{bad:?}");
    }
    for path in [
        "/api/cases?limit=0",
        "/api/cases?limit=501",
        "/api/cases?before=x",
        "/api/cases?befor=1",
        "/api/cases?limit=1&limit=2",
        "/api/signing-queue?before=3",
    ] {
        assert_eq!(clerk.get(path).code(), "malformedQuery", "{path}");
    }
    for path in [
        "/api/cases/2",
        "/api/cases/x",
        "/api/cases/99999999999",
        "/api/nothing",
        "/api/cases/1/files/0",
        "/api/certificates/CQC26ZNZ000001R0",
        "/api/certificates/CQC26ZNZ000001R0/papers/x",
    ] {
        assert_eq!(
            (clerk.get(path).status, &*clerk.get(path).code()),
            (404, "notFound"),
            "{path}"
        );
    }
    let method = clerk.send("/api/signing-queue", &[JSON, key], b"{}");
    assert_eq!((method.status, &*method.headers["allow"]), (405, "GET, HEAD"));
    // Every fault of an application at once, each at its place.
    let mut bad = form("01-in-force");
    bad["applicant"]["uscc"] = json!("91320214MA1YX001XX");
    bad.as_object_mut().unwrap().remove("scope");
    let refused = clerk.post("/api/cases", "bad", &bad);
    assert_eq!(
        (refused.status, &*refused.code()),
        (422, "refusedByRules"),
        "{refused:?}"
    );
    let amended = clerk.post(
        "/api/cases/1/amendments",
        "bad",
        &json!({ "form": bad, "reason": "更正" }),
    );
    let places = |reply: &super::client::Reply| -> Vec<String> {
        let findings = reply.json()["findings"].as_array().unwrap().clone();
        findings
            .iter()
            .map(|it| it["pointer"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(places(&refused), ["/applicant/uscc", "/scope"]);
    assert_eq!(places(&amended), ["/form/applicant/uscc", "/form/scope"]);
    let large = vec![b' '; 1_100_000];
    let refused = clerk.send("/api/cases/1/assignments", &[JSON, key], &large);
    assert_eq!((refused.status, &*refused.code()), (413, "bodyTooLarge"));
    assert_eq!(clerk.get("/api/cases/1").json()["acts"], 1);
    // A name of somebody else that leads to this machine.
    let authority = running.origin.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(authority).unwrap();
    stream
        .write_all(b"GET /api/cases HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 421") && answer.contains("otherHost"),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_acts_beyond_the_token_the_role_or_the_case() {
    let test = hired().await;
    let (mut office, _) = test.open().await;
    evaluated(&mut office, "01-in-force", 3).await;
    drop(office);
    let running = start(&test, Clock::System).await;
    let all = |person: &'static str| {
        let (test, running) = (&test, &running);
        async move { Client::new(running, Some(&token(test, person, &Scope::ALL).await)) }
    };
    let (reviewer, division, clerk) = (all("复核").await, all("处长").await, all("受理").await);
    // An approval is a signature by the approver's own key, over what is there now.
    let review = || drafted("review", "review", json!({ "recommendation": "positive" }));
    let foreign = reviewer.judge("处长", 1, "foreign", &review());
    assert_eq!(
        (foreign.status, &*foreign.code()),
        (409, "unlawful"),
        "{foreign:?}"
    );
    assert_eq!(reviewer.judge("复核", 1, "review", &review()).status, 200);
    let consent = drafted("division", "approval", json!({}));
    let bundle = division.send("/api/cases/1/bundles", &[JSON], consent.to_string().as_bytes());
    let amended = json!({ "form": form("01-in-force"), "reason": "无变化" });
    assert_eq!(
        clerk.post("/api/cases/1/amendments", "same", &amended).status,
        200
    );
    let mut changed = form("01-in-force");
    changed["scope"] = json!("变更后的范围");
    let amended = json!({ "form": changed, "reason": "企业申请变更范围" });
    let amended = clerk.post("/api/cases/1/amendments", "amend", &amended);
    assert_eq!(
        (amended.status, &amended.json()["stale"]),
        (200, &json!("review")),
        "{amended:?}"
    );
    let approval =
        touchstone_issuer::casework::Approval::sign(&bundle.body, &super::super::super::staff::key("处长"));
    let mut judged = consent.clone();
    let approval = touchstone_schemas::jcs::to_canonical(&approval.unwrap());
    judged["approval"] = serde_json::from_slice(&approval).unwrap();
    let stale = division.post("/api/cases/1/judgements", "stale", &judged);
    assert_eq!((stale.status, &*stale.code()), (409, "unlawful"), "{stale:?}");
    // A verdict of another kind, a stage of somebody else, a stage that is none.
    for (stage, kind, code) in [
        ("division", "review", "unlawful"),
        ("decision", "decision", "roleMissing"),
        ("nowhere", "approval", "unlawful"),
        ("director", "approval", "notEntitled"),
    ] {
        let verdict = match kind {
            "review" => json!({ "recommendation": "positive" }),
            "decision" => json!({ "outcome": "grant", "reference": "示范" }),
            _ => json!({}),
        };
        let body =
            json!({ "approval": judged["approval"], "stage": stage, "kind": kind, "verdict": verdict });
        let refused = division.post("/api/cases/1/judgements", stage, &body);
        assert_eq!(refused.code(), code, "{stage}: {refused:?}");
    }
    // A case of others is not there, and neither are its files.
    assert_eq!(
        clerk.post("/api/cases", "second", &form("13-level-1")).status,
        201
    );
    let evaluator = all("评价甲").await;
    for path in ["", "/journal"] {
        assert_eq!(evaluator.get(&format!("/api/cases/1{path}")).status, 200);
        assert_eq!(
            evaluator.get(&format!("/api/cases/2{path}")).status,
            404,
            "{path}"
        );
    }
    let declared = json!({ "coversFrom": "2020-01-01" });
    assert_eq!(
        evaluator
            .post("/api/cases/2/declarations", "other", &declared)
            .status,
        404
    );
    assert_eq!(
        evaluator.get("/api/cases").json()["cases"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let digest = clerk.get("/api/cases/1").json()["attachments"][0]["digest"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(clerk.get(&format!("/api/cases/2/files/{digest}")).status, 404);
    // A role that one does not hold, also when it is named.
    let named = clerk.post(
        "/api/cases/1/closures?as=administrator",
        "close",
        &json!({ "reason": "x" }),
    );
    assert_eq!(named.code(), "roleMissing");
    // A cookie is no token: the console's session does nothing here.
    let session = clerk.send("/api/cases/1/closures", &[JSON], b"{}");
    assert_eq!(session.code(), "idempotencyKeyMissing");
    let anonymous = Client::new(&running, None);
    let cookie = ("cookie", "touchstone-loopback=00");
    assert_eq!(
        anonymous
            .send("/api/cases/1/closures", &[JSON, cookie], b"{}")
            .status,
        401
    );
    // Not decided: nothing is signed.
    let signatory = all("签发").await;
    let early = signatory.post("/api/cases/1/certificates", "early", &json!({}));
    assert_eq!((early.status, &*early.code()), (409, "notSignable"), "{early:?}");
}
