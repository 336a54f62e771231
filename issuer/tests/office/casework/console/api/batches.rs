//! Sheets by tokens: a look first, then a batch, one signature for all its cases, and certificates out.

use serde_json::{Value, json};
use touchstone_issuer::{casework::BatchBundle, office::Clock, token::Scope};
use touchstone_schemas::{date_time::Date, jcs::to_canonical, multibase::encode_base64url};

use super::{
    super::{
        super::{
            batch::{
                papers::{paper, sheet},
                staff::{application, csv, rows},
            },
            staff::{key, now},
        },
        browser::{hired, start},
    },
    client::{Client, Reply, token},
};

fn judged(client: &Client, person: &str, batch: u64, (stage, verdict): (&str, Value)) -> Reply {
    let path = format!("/api/batches/{batch}");
    let mut judged = json!({ "stage": stage, "kind": stage, "verdict": verdict });
    let headers = [("content-type", "application/json")];
    let bundle = client.send(
        &format!("{path}/bundles"),
        &headers,
        judged.to_string().as_bytes(),
    );
    assert_eq!(bundle.status, 200, "{person}: {bundle:?}");
    let approval = BatchBundle::read(&bundle.body).unwrap().sign(&key(person));
    judged["approval"] = serde_json::from_slice(&to_canonical(&approval)).unwrap();
    client.post(&format!("{path}/judgements"), stage, &judged)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn papers_are_looked_at_taken_in_signed_for_and_issued() {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    let mut clients = Vec::new();
    for (person, scopes) in [
        ("受理", &[Scope::Read, Scope::Apply][..]),
        ("复核", &[Scope::Judge]),
        ("决定", &[Scope::Judge]),
        ("签发", &[Scope::Judge, Scope::Issue, Scope::Read]),
    ] {
        clients.push((
            person,
            Client::new(&running, Some(&token(&test, person, scopes).await)),
        ));
    }
    let at = |person: &str| &clients.iter().find(|(it, _)| *it == person).unwrap().1;
    let mut wrong = paper(2, 200);
    wrong.retain(|(name, _)| *name != "level");
    wrong.push(("level", "9".to_owned()));
    let mut brought = json!({
        "dryRun": true, "files": { "报告.pdf": encode_base64url(b"%PDF-1.7 a paper") }, "name": "示范旧证",
        "rows": "papers", "sheet": encode_base64url(&sheet(&[paper(1, 100), wrong])),
    });
    let look = at("受理").post("/api/batches", "look", &brought);
    assert_eq!((look.status, &look.json()["cases"]), (200, &json!(1)), "{look:?}");
    let fault = &look.json()["faults"][0];
    assert_eq!(
        (&fault["row"], &fault["column"]),
        (&json!(3), &json!("能力等级")),
        "{fault}"
    );
    assert_eq!(at("受理").get("/api/batches").json()["batches"], json!([]));

    brought["dryRun"] = false.into();
    brought["sheet"] = encode_base64url(&sheet(&[paper(1, 100), paper(2, 200)])).into();
    let taken_in = at("受理").post("/api/batches", "in", &brought);
    assert_eq!(
        (taken_in.status, &taken_in.json()["cases"]),
        (201, &json!(2)),
        "{taken_in:?}"
    );
    assert_eq!(
        at("受理").post("/api/batches", "in", &brought).body,
        taken_in.body
    );
    let again = at("受理").post("/api/batches", "in-again", &brought);
    assert_eq!((again.status, &*again.code()), (409, "unlawful"), "{again:?}");

    let day = Date::of(now()).to_string();
    let decision = json!({ "outcome": "grant", "reference": "补发-1" });
    for (person, stage, verdict) in [
        ("复核", "review", json!({ "recommendation": "positive" })),
        ("决定", "decision", decision),
        (
            "签发",
            "signing",
            json!({ "opinion": "同意补发", "validFrom": day }),
        ),
    ] {
        let taken = judged(at(person), person, 1, (stage, verdict));
        assert_eq!(
            (taken.status, &taken.json()["cases"]),
            (200, &json!("1-2")),
            "{taken:?}"
        );
    }
    let issued = at("签发").post("/api/batches/1/certificates", "issue", &json!({}));
    assert_eq!(
        (issued.status, &issued.json()["issued"]),
        (200, &json!(2)),
        "{issued:?}"
    );
    assert_eq!(
        at("签发")
            .post("/api/batches/1/certificates", "issue", &json!({}))
            .body,
        issued.body
    );
    let cases = at("签发").get("/api/batches/1/cases?limit=1").json();
    assert_eq!(
        (&cases["rows"][0]["number"], &cases["next"]),
        (&json!("CQC25ZNZ000001R0"), &json!(2))
    );
    let rest = at("签发").get("/api/batches/1/cases?after=2").json();
    assert_eq!(rest["rows"][0]["number"], "CQC25ZNZ000002R0");
    let journal = at("签发").get("/api/batches/1/journal").json();
    assert_eq!(journal["acts"].as_array().unwrap().len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn applications_are_assigned_declared_for_and_settled_together() {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    let clerk = Client::new(
        &running,
        Some(&token(&test, "受理", &[Scope::Apply, Scope::Settle, Scope::Read]).await),
    );
    let evaluator = Client::new(
        &running,
        Some(&token(&test, "评价甲", &[Scope::Evaluate, Scope::Read]).await),
    );
    let brought = json!({
        "name": "示范批次", "rows": "applications",
        "sheet": encode_base64url(&csv(&rows(&[application(1), application(2), application(3)]))),
    });
    let taken_in = clerk.post("/api/batches", "in", &brought);
    assert_eq!(
        (taken_in.status, &taken_in.json()["batch"]),
        (201, &json!(1)),
        "{taken_in:?}"
    );
    let declared = json!({ "coversFrom": "2020-01-01" });
    let first = evaluator.post("/api/batches/1/declarations", "declare", &declared);
    assert_eq!(
        (first.status, &first.json()["cases"]),
        (200, &json!("1-3")),
        "{first:?}"
    );
    let fee = clerk.post("/api/batches/1/tasks", "fee", &json!({ "stage": "fee" }));
    assert_eq!(fee.status, 200, "{fee:?}");
    // Done once: the same key is the same act, another finds nothing that waits.
    assert_eq!(
        clerk
            .post("/api/batches/1/tasks", "fee", &json!({ "stage": "fee" }))
            .body,
        fee.body
    );
    let other = clerk.post("/api/batches/1/tasks", "fee-2", &json!({ "stage": "fee" }));
    assert_eq!((other.status, &*other.code()), (409, "unlawful"), "{other:?}");
    let team = clerk.get("/api/cases/3").json()["team"]
        .as_array()
        .unwrap()
        .clone();
    let declared = team.iter().find(|member| member["person"] == "评价甲").unwrap();
    assert_eq!(declared["coversFrom"], "2020-01-01");
    for broken in [json!("u="), json!("sheet"), json!(7)] {
        let refused = clerk.post(
            "/api/batches",
            "broken",
            &json!({ "name": "x", "rows": "applications", "sheet": broken }),
        );
        assert_eq!(
            (refused.status, &*refused.code()),
            (400, "malformedBody"),
            "{refused:?}"
        );
    }
    let empty = json!({ "name": "x", "rows": "applications", "sheet": encode_base64url(b"a,b\r\n1,2") });
    let refused = clerk.post("/api/batches", "head", &empty);
    assert_eq!(
        (refused.status, &*refused.code()),
        (422, "sheetRefused"),
        "{refused:?}"
    );
}
