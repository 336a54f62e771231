//! The list of people by an administrator's token: kept act by act, and nothing given to oneself.

use serde_json::json;
use touchstone_issuer::{office::Clock, token::Scope};

use super::{
    super::browser::{hired, start},
    client::{Client, token},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_keeps_people_roles_and_mandates() {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    let administrator = Client::new(&running, Some(&token(&test, "管理", &[Scope::People]).await));
    let before = administrator.get("/api/people").json();
    let key = before["people"][0]["keys"][0]["key"].clone();
    let taken = json!({
        "content": { "key": key, "name": "示范新人", "person": "新人", "since": "2026-01-01" }, "kind": "personAdded",
    });
    let refused = administrator.post("/api/people", "taken", &taken);
    assert_eq!(
        (refused.status, &*refused.code()),
        (409, "unlawful"),
        "{refused:?}"
    );
    let given = json!({
        "content": { "from": "2026-01-01", "person": "复核", "role": "auditor" }, "kind": "roleGiven",
    });
    let kept = administrator.post("/api/people", "role", &given);
    assert_eq!(kept.status, 200, "{kept:?}");
    let roles = kept.json()["roles"].as_array().unwrap().clone();
    let number = roles
        .iter()
        .find(|role| role["given"]["role"] == "auditor" && role["given"]["person"] == "复核");
    let number = number.unwrap()["number"].clone();
    let ended = json!({ "content": { "number": number, "reason": "调岗", "until": "2026-01-31" }, "kind": "roleEnded" });
    assert_eq!(administrator.post("/api/people", "end", &ended).status, 200);
    // The first answer again, though the list has gone on.
    assert_eq!(administrator.post("/api/people", "role", &given).body, kept.body);
    let to_oneself = json!({
        "content": { "from": "2026-01-01", "person": "管理", "role": "decider" }, "kind": "roleGiven",
    });
    let refused = administrator.post("/api/people", "own", &to_oneself);
    assert_eq!(
        (refused.status, &*refused.code()),
        (409, "unlawful"),
        "{refused:?}"
    );
    let odd = administrator.post(
        "/api/people",
        "odd",
        &json!({ "content": {}, "kind": "promoted" }),
    );
    assert_eq!((odd.status, &*odd.code()), (400, "malformedBody"), "{odd:?}");
}
