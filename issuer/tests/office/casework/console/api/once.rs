//! One key, one act, one answer: at once, beside each other, and after a restart.

use std::thread;

use serde_json::json;
use touchstone_issuer::{office::Clock, token::Scope};

use super::{
    super::browser::{hired, start},
    client::{Client, form, token},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_is_the_same_act_also_after_a_restart() {
    let test = hired().await;
    let clerk = token(&test, "受理", &[Scope::Read, Scope::Apply]).await;
    let first = start(&test, Clock::System).await;
    let client = Client::new(&first, Some(&clerk));
    let opened = client.post("/api/cases", "k-1", &form("01-in-force"));
    assert_eq!(opened.status, 201, "{opened:?}");
    let later = client.post(
        "/api/cases/1/assignments",
        "k-2",
        &json!({ "evaluator": "评价甲" }),
    );
    assert_eq!(later.status, 200, "{later:?}");
    let again = start(&test, Clock::System).await;
    for running in [&first, &again] {
        let client = Client::new(running, Some(&clerk));
        // The answer is that of the act, though the case has gone on.
        let repeated = client.post("/api/cases", "k-1", &form("01-in-force"));
        assert_eq!((repeated.status, &repeated.body), (201, &opened.body));
        let quoted = client.post("/api/cases", "\"k-1\"", &form("01-in-force"));
        assert_eq!(quoted.body, opened.body);
        let other = client.post("/api/cases", "k-1", &form("13-level-1"));
        assert_eq!((other.status, &*other.code()), (422, "idempotencyKeyReused"));
        let elsewhere = client.post(
            "/api/cases/1/closures",
            "k-1",
            &json!({ "reason": "企业撤回申请" }),
        );
        assert_eq!(elsewhere.code(), "idempotencyKeyReused");
        assert_eq!(
            client.get("/api/cases").json()["cases"].as_array().unwrap().len(),
            1
        );
    }
    // What was refused did nothing: the key is free for the same request and for another.
    let client = Client::new(&again, Some(&clerk));
    let refused = client.post(
        "/api/cases/1/assignments",
        "k-3",
        &json!({ "evaluator": "评价甲" }),
    );
    assert_eq!(
        (refused.status, &*refused.code()),
        (409, "unlawful"),
        "{refused:?}"
    );
    let free = client.post(
        "/api/cases/1/assignments",
        "k-3",
        &json!({ "evaluator": "评价乙" }),
    );
    assert_eq!(free.status, 200, "{free:?}");
    // Keys are a person's: another's is another.
    let evaluator = Client::new(&again, Some(&token(&test, "评价甲", &[Scope::Evaluate]).await));
    let declared = evaluator.post(
        "/api/cases/1/declarations",
        "k-1",
        &json!({ "coversFrom": "2020-01-01" }),
    );
    assert_eq!(declared.status, 200, "{declared:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_with_one_key_open_one_case() {
    let test = hired().await;
    let clerk = token(&test, "受理", &[Scope::Read, Scope::Apply]).await;
    // Two processes would be as these two: each opens the office for itself.
    let running = [
        start(&test, Clock::System).await,
        start(&test, Clock::System).await,
    ];
    let clients = running
        .each_ref()
        .map(|running| Client::new(running, Some(&clerk)));
    let replies: Vec<_> = thread::scope(|scope| {
        let send = |place: usize| {
            let client = clients[place % 2].clone();
            scope.spawn(move || client.post("/api/cases", "at-once", &form("01-in-force")))
        };
        let sent: Vec<_> = (0..8).map(send).collect();
        sent.into_iter().map(|sent| sent.join().unwrap()).collect()
    });
    let opened: Vec<_> = replies.iter().filter(|reply| reply.status == 201).collect();
    assert!(!opened.is_empty(), "{replies:?}");
    for reply in &replies {
        match reply.status {
            201 => assert_eq!(reply.body, opened[0].body),
            _ => assert_eq!(
                (reply.status, &*reply.code()),
                (409, "requestInProgress"),
                "{reply:?}"
            ),
        }
    }
    assert_eq!(
        clients[0].get("/api/cases").json()["cases"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
