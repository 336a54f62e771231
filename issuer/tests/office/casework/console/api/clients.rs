//! Clients by a clerk's token: how they are reached, notices, links that work once.

use serde_json::{Value, json};
use touchstone_issuer::{office::Clock, token::Scope};

use super::{
    super::browser::{hired, start},
    client::{Client, token},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_is_reached_and_given_a_file_by_a_link_that_works_once() {
    let test = hired().await;
    let number = test.issue_sample("01-in-force").await.number.to_string();
    let running = start(&test, Clock::System).await;
    let clerk = Client::new(&running, Some(&token(&test, "受理", &[Scope::Clients]).await));
    let contact =
        json!({ "mail": "quality@holder.example", "name": "示范联系人", "uscc": "91320214MA1YX001XM" });
    assert_eq!(clerk.get("/api/contacts/91320214MA1YX001XM").status, 404);
    let kept = clerk.post("/api/contacts", "contact", &contact);
    assert_eq!((kept.status, kept.json()), (200, contact.clone()), "{kept:?}");
    assert_eq!(clerk.get("/api/contacts/91320214MA1YX001XM").json(), contact);
    for (member, wrong) in [("mail", "no address"), ("uscc", "91320214MA1YX001XX")] {
        let mut bad = contact.clone();
        bad[member] = wrong.into();
        let refused = clerk.post("/api/contacts", "bad", &bad);
        assert_eq!(
            (&*refused.code(), &refused.json()["pointer"]),
            ("malformedBody", &json!(format!("/{member}"))),
            "{refused:?}"
        );
    }
    assert_eq!(
        clerk.get("/api/notices?state=dead").json(),
        json!({ "notices": [] })
    );
    let none = clerk.post("/api/notices/7/retries", "retry", &json!({}));
    assert_eq!((none.status, &*none.code()), (409, "unlawful"), "{none:?}");

    let path = format!("/api/certificates/{number}/links?name=certificate.pdf&days=7");
    let headers = [("content-type", "application/pdf"), ("idempotency-key", "link")];
    let made = clerk.send(&path, &headers, b"%PDF-1.7 for the client");
    assert_eq!(made.status, 201, "{made:?}");
    let url = made.json()["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with(&running.origin), "{url}");
    // Where it leads is told once; under the same key no second link is made.
    let again = clerk.send(&path, &headers, b"%PDF-1.7 for the client");
    assert_eq!(
        (again.status, &again.json()["url"]),
        (201, &Value::Null),
        "{again:?}"
    );
    let links = clerk.get(&format!("/api/certificates/{number}/links")).json();
    assert_eq!(links["links"].as_array().unwrap().len(), 1, "{links}");
    let refused = clerk.send(
        &format!("/api/certificates/{number}/links?name=..%2Fx.pdf"),
        &[("content-type", "application/pdf"), ("idempotency-key", "path")],
        b"x",
    );
    assert_eq!(
        (refused.status, &*refused.code()),
        (400, "malformedQuery"),
        "{refused:?}"
    );
}
